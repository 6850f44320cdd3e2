"""What a language model wrote, kept only as far as the passages it cites bear it out.

Each sentence must cite a passage that was shown, and what it cites must hold its numbers, its
months, its names and most of what its words say. This is a check of words, not of logic: a flipped
negation ("was not signed"), swapped roles ("A helped B") and a true figure told of the wrong thing
pass it, so a generated answer is never shown without its sources.

Measured on the digests of corpus/, on which the thresholds were chosen too. Kept: 99.7 % of 1,853
sentences beside their own paragraph, 85.4 % of 3,706 beside the same paragraph in another language.
Kept wrongly: none of 3,117 with a number or a month that the paragraph lacks, 1.9 % of 3,858 with
another name in place of theirs (3.1 % with a near one, such as Ankara for Baku; 7.4 % where it is
the first word), 6.3 % beside another paragraph of the same article, 3.2 % across languages.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from aztr_qa.language import LanguageGuesser
from aztr_qa.records import FailureReason, Language, Passage
from aztr_qa.sentences import split_sentences
from aztr_qa.terms import MAX_QUESTION_WORDS, TermIndex
from aztr_qa.text import find_words, fold_word, normalize, strip_invisible
from aztr_qa.words import fold_words

Fault = Literal["length", "numbers", "names", "words"]
NO_ANSWER = "NO ANSWER"

# At 0.5, 0.6 and 0.7 are kept: 89, 85 and 79 % across languages; 3.4, 1.9 and 1.2 % with another
# name.
_MIN_NAME_SIMILARITY = 0.6
# Of the weight of a sentence's words. At 0.4, 0.5 and 0.55: 86, 85 and 84 % across languages, and
# 11.7, 6.3 and 4.4 % beside another paragraph of the article.
_MIN_COVERAGE = 0.5
_MIN_WORDS = 3  # a lone word repeated from a passage states nothing
_MIN_CONFIDENCE = 0.7  # that the text is in a language other than the answer's
# The first word is always a capital: from this learned weight on it is checked as a name is.
_TELLING = 3.0
# Words of such weight that only join a sentence to the one before it.
_OPENERS = frozenset(
    """
    additionally after another besides both consequently finally first following furthermore however
    later meanwhile moreover overall since specifically therefore these thus when
    ancaq belelikle bunlar diger ilk lakin menbeye metne neticede senede umumilikde
    ancak ayni belgeye fakat kaynaga sonuc sonucta
    """.split()  # noqa: SIM905 - a table of words reads better as words
)

_MARKER = r"\[\s*\d{1,3}(?:\s*[,;]\s*\d{1,3})*\s*\]"
_MARKERS = re.compile(rf"\s*{_MARKER}(?:\s*,?\s*{_MARKER})*")
_MARKERS_AFTER_STOP = re.compile(rf"([.?!…]+[\"”’»)*]*)({_MARKERS.pattern})")
_MARKDOWN = re.compile(r"^\s*(?:[-*•–#>]+\s+)+|\*\*|`", re.MULTILINE)

_DATE = re.compile(r"\b(\d{1,2})[./](0?[1-9]|1[0-2])[./](\d{4})\b")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:[., \u00a0\u202f]\d{3})+(?!\d)")
_FIGURE = re.compile(r"\d+(?:[.,]\d{1,2}(?!\d))?")
_ONES = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
_ROMANS = [tens + ones for tens in ("", "X", "XX") for ones in _ONES]  # each at its value
# Folded stems in the three languages, a line for each month.
_MONTHS = (
    ("yanvar", "ocak", "january"),
    ("fevral", "subat", "february"),
    ("mart", "march"),
    ("aprel", "nisan", "april"),
    ("may",),
    ("iyun", "haziran", "june"),
    ("iyul", "temmuz", "july"),
    ("avqust", "agustos", "august"),
    ("sentyabr", "eylul", "september"),
    ("oktyabr", "ekim", "october"),
    ("noyabr", "kasim", "november"),
    ("dekabr", "aralik", "december"),
)
# Written small and without a figure beside them, these are other words too.
_AMBIGUOUS = ("may", "mart", "march", "ocak", "ekim", "nisan", "aralik")
_MAX_SUFFIX = 4
# Folded, in the order of _VALUES.
_NUMBER_WORDS: dict[Language, str] = {
    "az": "iki uc dord bes alti yeddi sekkiz doqquz on iyirmi otuz qirx elli altmis yetmis seksen "
    "doxsan yuz min milyon milyard birinci ikinci ucuncu dorduncu besinci altinci yeddinci "
    "sekkizinci doqquzuncu onuncu",
    "tr": "iki uc dort bes alti yedi sekiz dokuz on yirmi otuz kirk elli altmis yetmis seksen "
    "doksan yuz bin milyon milyar birinci ikinci ucuncu dorduncu besinci altinci yedinci sekizinci "
    "dokuzuncu onuncu",
    "en": "two three four five six seven eight nine ten twenty thirty forty fifty sixty seventy "
    "eighty ninety hundred thousand million billion first second third fourth fifth sixth seventh "
    "eighth ninth tenth",
}
_VALUES = (*range(2, 11), *range(20, 100, 10), 100, 1_000, 10**6, 10**9, *range(1, 11))
_VALUES_OF_WORDS = {
    language: dict(zip(words.split(), _VALUES, strict=True))
    for language, words in _NUMBER_WORDS.items()
}


@dataclass(frozen=True, slots=True)
class GenerationFailed:
    """Why there is no generated answer; the caller shows the quotes instead and says so."""

    reason: FailureReason


@dataclass(frozen=True, slots=True)
class GroundedSentence:
    """A sentence without its markers, and the numbers of the passages it cites, from 1."""

    text: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Grounded:
    """The sentences that the passages bear out, in order, and how many were left out."""

    sentences: tuple[GroundedSentence, ...]
    n_removed: int


def ground(
    text: str,
    passages: Sequence[Passage],
    *,
    answer_language: Language,
    terms: TermIndex,
    guesser: LanguageGuesser,
) -> Grounded | GenerationFailed:
    """The sentences of the text that the passages they cite bear out, or why there are none.

    passages: as the model saw them; [1] cites the first. Fails with "malformed" (no words at all),
    "no_answer", "wrong_language" or "nothing_supported".
    """
    claims = split_claims(text)
    plain = " ".join(claim.text for claim in claims)
    if not any(character.isalnum() for character in plain):
        return GenerationFailed("malformed")
    if plain.strip(" .\"'*").upper() == NO_ANSWER:
        return GenerationFailed("no_answer")
    language, confidence = guesser.guess(plain)
    if language != answer_language and confidence >= _MIN_CONFIDENCE:
        return GenerationFailed("wrong_language")
    kept = []
    for claim in claims:
        numbers = tuple(n for n in claim.numbers if 1 <= n <= len(passages))
        cited = [passages[number - 1] for number in numbers]
        if cited and find_fault(claim.text, answer_language, cited, terms=terms) is None:
            kept.append(GroundedSentence(claim.text, numbers))
    if not kept:
        return GenerationFailed("nothing_supported")
    return Grounded(tuple(kept), len(claims) - len(kept))


def split_claims(text: str) -> list[GroundedSentence]:
    """The sentences of a model's text and what they cite, nothing checked yet.

    A marker after the full stop belongs to the sentence before it; a new line is a border.

    >>> split_claims("Signed in 2021. [2][3] So it is.")[0]
    GroundedSentence(text='Signed in 2021.', numbers=(2, 3))
    """
    lines = (" ".join(line.split()) for line in strip_invisible(normalize(text)).splitlines())
    plain = _MARKDOWN.sub("", "\n".join(line for line in lines if line))
    claims = []
    for line in _MARKERS_AFTER_STOP.sub(r"\2\1 ", plain).splitlines():
        for start, end in split_sentences(line):
            sentence = line[start:end]
            cited = " ".join(_MARKERS.findall(sentence))
            numbers = sorted({int(number) for number in re.findall(r"\d+", cited)})
            if words := " ".join(_MARKERS.sub("", sentence).split()):
                claims.append(GroundedSentence(words, tuple(numbers)))
    return claims


def find_fault(
    sentence: str, language: Language, cited: Sequence[Passage], *, terms: TermIndex
) -> Fault | None:
    """The first of the checks that the sentence does not pass; None when it passes all.

    language: the sentence's own.
    """
    # Words beyond the limit would go unseen by soft term matching.
    if not _MIN_WORDS <= len(fold_words(sentence)) <= MAX_QUESTION_WORDS:
        return "length"
    known = set[str]().union(*(find_numbers(p.text, p.language) for p in cited))
    if not find_numbers(sentence, language, is_claim=True) <= known:
        return "numbers"
    read = terms.read_question(sentence)
    similarity = terms.match_text(sentence, "\n".join(passage.text for passage in cited))
    months = _find_months(sentence, is_claim=True)
    is_name = read.is_name.copy()
    is_name[0] |= read.lengths[0] >= _TELLING and read.words[0] not in _OPENERS
    is_name &= [len(word) > 1 and word.isalpha() and word not in months for word in read.words]
    if (similarity[is_name] < _MIN_NAME_SIMILARITY).any():
        return "names"
    # Figures are checked; "2021’de" would count as a word that no text has.
    weights = read.by_spelling * [word.isalpha() for word in read.words]
    return "words" if similarity @ weights <= _MIN_COVERAGE * weights.sum() else None


def find_numbers(text: str, language: Language, *, is_claim: bool = False) -> set[str]:
    """The numbers of a text as they are compared: "1204", "7.5", "month 6".

    All that may be a number counts as one in a passage. In a claim only what surely is: not the
    first two in words ("the two countries"), no roman letter by itself, no verb "may".
    """
    plain = _DATE.sub(lambda date: f"{date[1]} {_MONTHS[int(date[2]) - 1][0]} {date[3]}", text)
    plain = _THOUSANDS.sub(lambda figure: re.sub(r"\D", "", figure[0]), plain)
    numbers = {figure.replace(",", ".").lstrip("0") or "0" for figure in _FIGURE.findall(plain)}
    numbers |= {f"month {month}" for month in _find_months(plain, is_claim=is_claim).values()}
    romans = [roman for roman in re.findall(r"\b[IVX]+\b", plain) if len(roman) > is_claim]
    numbers |= {str(_ROMANS.index(roman)) for roman in romans if roman in _ROMANS}
    values = _VALUES_OF_WORDS[language]
    words = {fold_word(plain[start:end]) for start, end in find_words(plain)}
    return numbers | {str(values[w]) for w in words & values.keys() if values[w] > 2 * is_claim}


def _find_months(text: str, *, is_claim: bool) -> dict[str, int]:
    """The folded words that name a month, and which: {"iyunda": 6}."""
    words = [text[start:end] for start, end in find_words(text)]
    months = {}
    for position, word in enumerate(words):
        folded = fold_word(word)
        month = _read_month(folded)
        beside = words[max(0, position - 1) : position + 2]
        is_sure = (
            not folded.startswith(_AMBIGUOUS)
            or any(other[0].isdigit() for other in beside)
            or (position > 0 and word[0].isupper())
        )
        if month and (is_sure or not is_claim):
            months[folded] = month
    return months


def _read_month(folded: str) -> int | None:
    for month, stems in enumerate(_MONTHS, start=1):
        if any(folded.startswith(s) and len(folded) <= len(s) + _MAX_SUFFIX for s in stems):
            return month
    return None
