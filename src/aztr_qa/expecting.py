"""What kind of thing a question asks for, and which phrases of a sentence are of that kind."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from aztr_qa.asking import (
    ASKING,
    ASKS_COUNTRY,
    ASKS_TOWN,
    EVERYWHERE,
    GRAINS,
    HOW_IN_AZERBAIJANI,
    NO_HEAD,
    ORDERS,
    REASON,
    STOP_WORDS,
    TYPED,
    UNITS,
    UNITS_WRITTEN,
    Expected,
    Unit,
)
from aztr_qa.gazetteer import are_countries, is_person, is_place
from aztr_qa.phrases import (
    Grain,
    Phrase,
    find_grains,
    find_months,
    find_years,
)
from aztr_qa.records import Language
from aztr_qa.sentences import split_sentences
from aztr_qa.text import find_words, fold, fold_word
from aztr_qa.words import find_asked, fold_words

_T = TypeVar("_T")
_HEAD_WORDS = 2
_MOST_TYPED = 16  # words of a search that is no question
_WORDS_BEFORE = 2
_SPAN_BEFORE = 40  # characters in which the words before a name are looked for
_LISTED = 2  # commas from which on a sentence enumerates
_CLAUSE_END = re.compile("[:;,]")
# Behind a name: it is that of a cited author, told of ("Özdemir (2021)") or in brackets.
_AUTHOR = re.compile(r"[\w'’]{0,20}\s?\(\d{4}")
_CITED_AUTHOR = re.compile(r",\s*\d{4}[^()]*\)")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks for.

    kinds: in the question's order, empty for anything but these kinds; head: the folded words that
    say what is counted or chosen ("kaç tank": "tank"); grain and unit: what an asked date must say
    and an asked number must be counted in; figures, months: those of the question, which answer
    nothing.
    """

    kinds: tuple[Expected, ...]
    head: tuple[str, ...] = ()
    grain: Grain | None = None
    unit: Unit | None = None
    figures: frozenset[str] = frozenset()
    months: frozenset[str] = frozenset()
    wants_country: bool = False
    wants_town: bool = False


@lru_cache(maxsize=2_000)
def find_asked_for(question: str, language: Language) -> Asked:
    """What is asked for, by the asking words of the language, or by the last word of a search."""
    folded = fold(HOW_IN_AZERBAIJANI.sub("eje", find_asked(question)))
    kinds, head = _find_kinds(folded, language, is_search="?" not in question)
    return Asked(
        kinds,
        head,
        grain=_first(GRAINS, folded) if "date" in kinds else None,
        unit=_first(UNITS, folded) if "number" in kinds else None,
        figures=frozenset(find_figures(question)),
        months=find_months(question),
        wants_country=ASKS_COUNTRY.search(folded) is not None,
        wants_town=ASKS_TOWN.search(folded) is not None,
    )


def find_kinds(phrase: Phrase, sentence: str, asked: Asked) -> frozenset[Expected]:
    """The asked kinds that a phrase of the sentence is of, empty where the question itself has it.

    Anything is of no kind when the question asks for none.
    """
    text = sentence[phrase.start : phrase.end]
    if phrase.kind == "date":
        kinds: set[Expected] = {"date"} if _is_asked_date(text, asked) else set()
    elif phrase.kind == "number":
        kinds = {"number"} if _is_asked_number(text, asked) else set()
    else:
        kinds = _find_kinds_of_name(phrase, sentence, asked)
    return frozenset(kinds & set(asked.kinds))


def gives_orders(question: str) -> bool:
    """Whether a question tells a machine what to do ("forget your rules", "şeir yaz")."""
    clauses = (
        clause
        for start, end in split_sentences(question)
        for clause in _CLAUSE_END.split(question[start:end])
    )
    return any(ORDERS.search(fold(clause)) for clause in clauses)


def gives_reason(sentence: str) -> bool:
    """Whether a sentence has a word that introduces a reason or an aim."""
    return REASON.search(fold(sentence)) is not None


def is_listing(sentence: str) -> bool:
    """Whether a sentence enumerates."""
    return sentence.count(",") >= _LISTED or sentence.count(";") >= _LISTED


def is_stop_word(word: str, language: Language) -> bool:
    """Whether a folded word of a question only asks or joins ("hansı", "zaman", "when", "the")."""
    return STOP_WORDS[language].fullmatch(word) is not None


def find_figures(text: str) -> set[str]:
    """The numbers written in figures: "2021", "44"; "15.06.2021" gives its parts."""
    return set(re.findall(r"\d+", text))


def _find_kinds(
    folded: str, language: Language, *, is_search: bool
) -> tuple[tuple[Expected, ...], tuple[str, ...]]:
    found: dict[Expected, re.Match[str]] = {}
    for kind, pattern in ASKING[language]:
        match = re.search(rf"\b(?:{pattern})\b", folded)
        if match and not any(_overlap(match, other) for other in found.values()):
            found[kind] = match
    if not found and not (is_search and len(folded.split()) <= _MOST_TYPED):
        return (), ()
    if not found:
        typed = [
            (match.end(), kind)
            for kind, pattern in TYPED[language]
            for match in re.finditer(rf"\b(?:{pattern})\b", folded)
        ]
        return ((max(typed)[1],) if typed else ()), ()
    chosen = next((found[kind] for kind in ("number", "name", "list") if kind in found), None)
    head = _find_head(folded[chosen.end() :]) if chosen else ()
    return tuple(sorted(found, key=lambda kind: found[kind].start())), head


def _find_head(after: str) -> tuple[str, ...]:
    head: list[str] = []
    for word in after.split()[:_HEAD_WORDS]:
        if word in NO_HEAD:
            break
        head.append(word)
    return tuple(head)


def _overlap(one: re.Match[str], other: re.Match[str]) -> bool:
    return one.start() < other.end() and other.start() < one.end()


def _first(table: tuple[tuple[_T, str], ...], folded: str) -> _T | None:
    return next((name for name, pattern in table if re.search(rf"\b(?:{pattern})\b", folded)), None)


def _is_asked_date(text: str, asked: Asked) -> bool:
    figures, months = find_figures(text), find_months(text)
    if (figures or months) and figures <= asked.figures and months <= asked.months:
        return False
    if asked.grain == "year" and find_years(text) <= asked.figures:
        return False
    return asked.grain is None or asked.grain in find_grains(text)


def _is_asked_number(text: str, asked: Asked) -> bool:
    figures = find_figures(text)
    if figures and figures <= asked.figures:
        return False
    if asked.unit is None:
        return True
    written = UNITS_WRITTEN[asked.unit]
    return any(written.search(form) for form in (fold(text), text))


def _find_kinds_of_name(phrase: Phrase, sentence: str, asked: Asked) -> set[Expected]:
    words = fold_words(sentence[phrase.start : phrase.end])
    kinds: set[Expected] = {"name"}
    before = sentence[max(0, phrase.start - _SPAN_BEFORE) : phrase.start]
    roles = [fold_word(before[a:b]) for a, b in find_words(before)[-_WORDS_BEFORE:]]
    a_place, a_person = is_place(words), is_person(words, roles)
    if _CITED_AUTHOR.match(sentence, phrase.end):
        return {"person"}
    if _AUTHOR.match(sentence, phrase.end) or a_person:
        kinds.add("person")
    elif not asked.wants_country and all(EVERYWHERE.fullmatch(word) for word in words):
        return set()
    if a_place and not (asked.wants_town and are_countries(words)):
        kinds.add("place")
    return kinds
