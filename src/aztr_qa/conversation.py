"""A follow-up question made whole with the words of the questions before it; no model is asked.

A question is a follow-up when it lacks its own subject: it opens with "and" or "bəs", leans on a
pronoun, or only asks for an attribute ("kim imzalayıb?"). Then the previous question lends it its
content words; where the predicate is missing too ("Bəs Konyada?"), it lends the whole sentence,
with the matching place, year or name replaced. In doubt a question stays as it is.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile
from typing import Literal

from aztr_qa.follow_up_words import (
    ASKING,
    ASKING_IN_ENGLISH,
    ATTRIBUTES,
    BEFORE_THAT,
    COURTESIES,
    DEFINING,
    FUNCTION,
    LOCATIVE,
    NAMED_BEFORE,
    NO_PRONOUN,
    OBJECTS,
    OPENERS,
    OPENING_PAIRS,
    ORDINALS,
    PARTS,
    PLACES,
    PRONOUNS,
    STATES,
    SUFFIXED,
    TALK,
    YEAR,
)
from aztr_qa.records import Language
from aztr_qa.text import find_words, fold_word, normalize, strip_invisible

MAX_TURNS = 5
MAX_CARRIED_WORDS = 12
# A longer question, or one with more words that can be a subject, says itself what it is about.
# These limits were chosen on the questions with odd numbers in eval/gold/followups.jsonl, and so
# that no question of the other gold sets changes behind the questions of others.
_MAX_WORDS = 14
_MAX_OWN_WORDS = 4
_MAX_OWN_WORDS_IN_ENGLISH = 3  # after "and": there "what" comes first, subject or not
_MAX_THINGS = 3
_MAX_REPLACED_WORDS = 12
# What is read of an earlier question, from its end, and the longest word that is carried over.
_MAX_HISTORY_CHARS = 600
_MAX_WORD_CHARS = 40
# A guess from this few words is worth less, below this, than the language spoken so far.
_FEW_WORDS = 5
_SURE = 0.9

_Slot = Literal["year", "ordinal", "state"]


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question as it is to be searched, and the words it took over; none when it stands alone."""

    text: str
    carried: tuple[str, ...] = ()


def resolve_question(text: str, history: Sequence[str]) -> Resolved:
    """The question with what it lacks taken from the questions before it; itself when it lacks
    nothing.

    history: earlier questions as they were typed, oldest first; the last five count, and each is
    resolved with those before it, so that a chain of follow-ups keeps its subject. At most a few
    hundred characters are added.
    """
    previous = ""
    for earlier in history[-MAX_TURNS:]:
        plain = _clean(earlier)
        if any(word.is_content for word in _read_words(plain)):
            previous = _resolve(plain, previous).text
    return _resolve(text, previous)


def guess_language(
    text: str, history: Sequence[str], guess: Callable[[str], tuple[Language, float]]
) -> tuple[Language, float]:
    """The language of a question and how sure that is; where its own words leave it open ("Kim?"),
    that of the nearest question before it that is plain.
    """
    language, confidence = guess(text)
    if confidence >= _SURE or len(find_words(text)) > _FEW_WORDS:
        return language, confidence
    for earlier in reversed(history[-MAX_TURNS:]):
        before, sureness = guess(_clean(earlier))
        if sureness >= _SURE:
            return before, confidence
    return language, confidence


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a question at its place; `is_capital`: it looks like a name or holds a figure."""

    text: str
    start: int
    end: int
    folded: str
    is_capital: bool

    def is_in(self, *tables: re.Pattern[str]) -> bool:
        return any(table.fullmatch(self.folded) for table in tables)

    @property
    def is_opener(self) -> bool:
        # "Beş" is five, and folds to what "bəs" folds to.
        return self.is_in(OPENERS) or self.text.casefold() in ("bəs", "bes")

    @property
    def is_content(self) -> bool:
        """Whether the word says more than how things are joined and what is asked."""
        return not self.is_opener and not self.is_in(FUNCTION, ASKING, PRONOUNS, PLACES, COURTESIES)

    @property
    def is_own(self) -> bool:
        """Whether the word can be a subject that needs no other question."""
        return self.is_content and not self.is_in(ATTRIBUTES, STATES, ORDINALS)

    @property
    def slot(self) -> _Slot | None:
        """What kind of word it is, of which the follow-up's replaces that of the question."""
        if YEAR.match(self.folded):
            return "year"
        if self.is_in(ORDINALS):
            return "ordinal"
        return "state" if self.is_in(STATES) else None


def _clean(question: str) -> str:
    """An earlier question as the service would read it, and no more of it than is looked at."""
    plain = strip_invisible(normalize(question[-2 * _MAX_HISTORY_CHARS :]))
    printable = "".join(c if c.isprintable() else " " for c in plain)
    return " ".join(printable.split())[-_MAX_HISTORY_CHARS:]


def _read_words(text: str) -> list[_Word]:
    """The words in order; the suffix of a figure belongs to it ("2021-ci")."""
    shouts = text.isupper()
    words: list[_Word] = []
    for start, end in find_words(text):
        word, folded = text[start:end], fold_word(text[start:end])
        before = words[-1] if words else None
        if before and SUFFIXED.fullmatch(text[before.end - 1 : end]):
            words[-1] = replace(before, text=text[before.start : end], end=end)
            continue
        is_name = word[0].isupper() and (before is not None or any(c.isupper() for c in word[1:]))
        has_figure = any(character.isdigit() for character in word)
        if folded:
            words.append(_Word(word, start, end, folded, has_figure or (is_name and not shouts)))
    return words


def _resolve(text: str, previous: str) -> Resolved:
    """As `resolve_question`, with one previous question that stands by itself."""
    words = _read_words(text)
    if not previous or not words or len(words) > _MAX_WORDS or any(w.is_in(TALK) for w in words):
        return Resolved(text)
    asked = _skip_opening(words)
    is_opened = len(asked) < len(words)
    earlier = _read_words(previous)
    if _leans_on_pronoun(asked, is_opened=is_opened):
        return _lend(text, asked, previous, earlier, is_new=False)
    is_new = any(word.is_own for word in asked)
    if _is_elliptic(asked, is_opened=is_opened, is_asked="?" in text):
        replaced = _replace(text, asked, previous, earlier)
        return replaced or _lend(text, asked, previous, earlier, is_new=is_new)
    if (is_opened and _continues(asked, earlier)) or _asks_for_attribute(asked):
        return _lend(text, asked, previous, earlier, is_new=is_new)
    return Resolved(text)


def _skip_opening(words: list[_Word]) -> list[_Word]:
    """The words after "and", "yaxşı, bəs", "what about"; all of them when it opens with none."""
    rest = words
    while rest:
        if " ".join(word.folded for word in rest[:2]) in OPENING_PAIRS:
            rest = rest[2:]
        elif rest[0].is_opener:
            rest = rest[1:]
        else:
            break
    return rest


def _leans_on_pronoun(words: list[_Word], *, is_opened: bool) -> bool:
    """Whether a pronoun has nothing before it in the question that it could stand for."""
    line = " ".join(word.folded for word in words)
    if sum(word.is_own for word in words) > _MAX_OWN_WORDS or NO_PRONOUN.search(line):
        return False
    for position, word in enumerate(words):
        is_that = word.folded == "that" and (
            position in (0, len(words) - 1) or words[position - 1].is_in(BEFORE_THAT)
        )
        if is_that or word.is_in(PRONOUNS, PLACES):
            return is_opened or not _has_antecedent(words, position)
    is_part = len(words) > 1 and words[0].is_in(PARTS)
    return is_part or NAMED_BEFORE.search(line) is not None


def _has_antecedent(words: list[_Word], position: int) -> bool:
    """Whether words before the pronoun can be what it means: any in a clause before its own, a
    name in its own clause, unless it is the object there ("İran onu necə görür?").
    """
    start = next(
        (
            number
            for number in range(position, 0, -1)
            if words[number].start - words[number - 1].end > 1
            or words[number].folded in ("and", "ve")
        ),
        0,
    )
    subjects = [word for word in words[:position] if word.is_own or word.slot == "state"]
    is_object = position == len(words) - 1 or words[position].is_in(OBJECTS, PLACES)
    return any(
        word.start < words[start].start or (word.is_capital and not is_object) for word in subjects
    )


def _is_elliptic(words: list[_Word], *, is_opened: bool, is_asked: bool) -> bool:
    """Whether nothing is said but a place, a time or a name ("Bəs Konyada?", "2023?")."""
    if not any(w.is_content for w in words) or any(w.is_in(ASKING, ATTRIBUTES) for w in words):
        return False
    n_things = len(_find_names(words)) + sum(w.is_own and not w.is_capital for w in words)
    first = words[0]
    is_slot = first.slot == "year" or first.is_in(LOCATIVE) or first.folded in ("in", "at")
    return n_things <= _MAX_THINGS and (is_opened or (is_asked and is_slot and len(words) <= 3))


def _continues(words: list[_Word], earlier: list[_Word]) -> bool:
    """Whether a question that opens with "and" brings no subject of its own.

    Azerbaijani and Turkish name the subject before the word that asks ("neft kəməri nə vaxt
    açılıb?"): two words there are one. A new name is one anywhere, and so is what "nədir?" defines.
    """
    own = [word for word in words if word.is_own]
    asking = [position for position, word in enumerate(words) if word.is_in(ASKING, ATTRIBUTES)]
    is_english = any(word.is_in(ASKING_IN_ENGLISH) for word in words[:1])
    limit = _MAX_OWN_WORDS_IN_ENGLISH if is_english else _MAX_OWN_WORDS
    if not asking or len(own) > limit:
        return False
    if any(w.is_capital and w.slot != "year" and not _is_among(w, earlier) for w in own):
        return False
    if own and DEFINING.search(" ".join(word.folded for word in words)):
        return False
    return sum(word.is_own for word in words[: asking[0]]) <= 1


def _asks_for_attribute(words: list[_Word]) -> bool:
    """Whether only an attribute is asked for, without saying of what ("Kim imzalayıb?")."""
    asks = any(word.is_in(ASKING, ATTRIBUTES) for word in words)
    n_states = sum(word.slot == "state" for word in words)
    return asks and n_states <= 1 and not any(word.is_own for word in words)


def _lend(
    text: str, asked: list[_Word], previous: str, earlier: list[_Word], *, is_new: bool
) -> Resolved:
    """The question behind the content words of the previous one, without those it replaces.

    is_new: it has words that may be a subject. Then the carried words make a sentence of their own,
    which the search weighs by half (`words.find_asked`); else they belong to what is asked.
    """
    replaced = {word.slot for word in asked if word.slot}
    kept = [
        word
        for word in earlier
        if word.is_content
        and word.slot not in replaced
        and len(word.text) <= _MAX_WORD_CHARS
        and not _is_among(word, asked)
    ]
    # "Signed" belongs to the old question, "KAAN protokolu" is a name: what follows one stays.
    if any(word.is_own for word in kept) and any(word.is_content for word in asked):
        behind = {b.start for a, b in pairwise(earlier[:-1]) if a.is_own}
        kept = [word for word in kept if not word.is_in(ATTRIBUTES) or word.start in behind]
    if len(kept) > MAX_CARRIED_WORDS:
        first = sorted(kept, key=lambda word: not word.is_capital)[:MAX_CARRIED_WORDS]
        kept = [word for word in kept if word in first]
    carried = _join(kept, previous)
    if not carried:
        return Resolved(text)
    if not is_new:
        return Resolved(f"{' '.join(carried)}: {text}", carried)
    end = "" if "?" in text else "?"
    return Resolved(f"{' '.join(carried)}. {text[0].upper()}{text[1:]}{end}", carried)


def _replace(text: str, asked: list[_Word], previous: str, earlier: list[_Word]) -> Resolved | None:
    """The previous question with its place, year or name replaced; None when nothing matches."""
    is_long = len(earlier) > _MAX_REPLACED_WORDS or len(previous) > _MAX_HISTORY_CHARS
    if is_long or not any(word.is_in(ASKING) for word in earlier):
        return None
    rest = [word for word in asked if word.is_content]
    edits: list[tuple[int, int, str]] = []
    for slot in ("year", "ordinal"):
        new = next((w for w in rest if w.slot == slot and not _ends_name(w, asked)), None)
        old = next((w for w in earlier if w.slot == slot), None)
        if new and old:
            edits.append((old.start, old.end, new.text))
            rest.remove(new)
    if rest:
        match = _find_match(rest, asked, earlier)
        # A year takes no name's place: "2023?" behind "When was the Declaration signed?".
        if not match or all(word.slot == "year" for word in rest):
            return None
        start, end = match[0].start, match[-1].end
        edits = [edit for edit in edits if not start <= edit[0] < end]
        edits.append((start, end, text[rest[0].start : rest[-1].end]))
    whole = previous
    for start, end, new_text in sorted(edits, reverse=True):
        whole = whole[:start] + new_text + whole[end:]
    kept = [w for w in earlier if not any(a <= w.start < b for a, b, _ in edits)]
    return Resolved(whole, _join(kept, previous))


def _find_match(rest: list[_Word], asked: list[_Word], earlier: list[_Word]) -> list[_Word]:
    """The words of the earlier question in whose place the follow-up puts its own; none found,
    none.
    """
    position = asked.index(rest[0])
    if rest[0].is_in(LOCATIVE) or (position and asked[position - 1].folded in ("in", "at")):
        places = [
            word
            for before, word in pairwise([asked[0], *earlier])
            if word.is_content
            and word.slot != "year"
            and (word.is_in(LOCATIVE) or before.folded in ("in", "at"))
        ]
        return ([word for word in places if word.is_capital] or places)[-1:]
    if any(word.is_capital for word in rest):
        return _find_like_name(rest, earlier)
    # A thing is asked for: "neçə əsgər", "how many soldiers".
    plain = [word for word in earlier if word.folded not in ("many", "much")]
    return next(([b] for a, b in pairwise(plain) if a.is_in(ASKING) and b.is_content), [])


def _find_like_name(rest: list[_Word], earlier: list[_Word]) -> list[_Word]:
    """The only name that the new one can stand for: both states or both not, then one ending."""
    is_state = rest[0].slot == "state"
    names = [name for name in _find_names(earlier) if (name[0].slot == "state") == is_state]
    if len(names) > 1:
        names = [name for name in names if name[-1].folded[-2:] == rest[-1].folded[-2:]]
    if len(names) != 1:
        return []
    name = names[0]
    if not rest[-1].is_capital:
        # "Qars dəmir yolu" brings its kind along, so that of "Ceyhan neft kəməri" goes, too.
        behind = earlier[earlier.index(name[-1]) + 1 :]
        name = [*name, *takewhile(lambda word: word.is_own, behind)]
    return name


def _find_names(words: list[_Word]) -> list[list[_Word]]:
    """The runs of capitalised words, the first word of the question among them."""
    runs: list[list[_Word]] = []
    for word in words:
        if not word.is_content or not (word.is_capital or word.text[0].isupper()):
            continue
        if runs and word.start - runs[-1][-1].end == 1:
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


def _ends_name(word: _Word, words: list[_Word]) -> bool:
    """Whether a figure stands right behind a name ("TurAz Şahini-2021")."""
    position = words.index(word)
    return position > 0 and words[position - 1].is_capital and words[position - 1].is_own


def _is_among(word: _Word, others: Iterable[_Word]) -> bool:
    """Whether one of the others is the same word, but for its ending."""
    return any(_have_one_stem(word, other) for other in others)


def _have_one_stem(a: _Word, b: _Word) -> bool:
    pairs = zip(a.folded, b.folded, strict=False)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    shorter = min(len(a.folded), len(b.folded))
    are_names = a.is_capital and b.is_capital
    return a.folded == b.folded or (same >= 4 and (are_names or same >= shorter - 1))


def _join(words: list[_Word], text: str) -> tuple[str, ...]:
    """The words as phrases: what stood side by side stays together, dashes kept."""
    phrases: list[str] = []
    for before, word in pairwise([None, *words]):
        gap = text[before.end : word.start] if before and word else ""
        if word and gap in (" ", "-", "–"):
            phrases[-1] += gap + word.text
        elif word:
            phrases.append(word.text)
    return tuple(phrases)
