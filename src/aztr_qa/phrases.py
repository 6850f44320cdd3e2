"""The key phrases of a sentence: its dates, numbers and names, each with its span.

They are what a question for a date, a number or a name can be answered with, and what the page
shows in bold.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from aztr_qa.gazetteer import is_person, is_place, is_role
from aztr_qa.text import APOSTROPHES, find_words, fold, fold_word

PhraseKind = Literal["date", "number", "name"]
Grain = Literal["day", "month", "year"]

# With re.IGNORECASE i, ı, I and İ match one another.
_MONTHS = (
    "yanvar|fevral|mart|aprel|may|iyun|iyul|avqust|sentyabr|oktyabr|noyabr|dekabr|"
    "ocak|şubat|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık|"
    "january|february|march|april|june|july|august|september|october|november|december"
)
_MONTH = f"(?:{_MONTHS})"
_SUFFIX = rf"(?:[{APOSTROPHES}]?[^\W\d]+)?"
_YEAR = r"(?:1[0-9]|20)\d\d"
# "-ci il", "’de", " yılında", "s": what follows a year belongs to it.
_AFTER_YEAR = rf"(?:[-–]c[ıiuü](?:\s+(?:il|ay)\w*)?|[{APOSTROPHES}]\w+|\s+(?:il|yıl)\w*|s\b)?"
_DAYS = r"\d{1,2}(?:\s*[-–]\s*\d{1,2})?"
_DATE = re.compile(
    # 15.06.2021
    rf"\b\d{{1,2}}\.\d{{1,2}}\.{_YEAR}\b"
    # 2021-ci il iyunun 15-də
    rf"|\b{_YEAR}[-–]c[ıiuü]\s+il\w*\s+{_MONTH}\w*(?:\s+{_DAYS}(?:[-–]\w+)?)?"
    # iyunun 15-də, Haziran’ın 15’inde
    rf"|\b{_MONTH}[{APOSTROPHES}]?[ıiuü]n\s+{_DAYS}[-–{APOSTROPHES}]\w+"
    # 19 Nisan - 10 Mayıs 2023
    rf"|\b\d{{1,2}}\s+{_MONTH}\w*(?:\s+{_YEAR})?\s*[-–]\s*\d{{1,2}}\s+{_MONTH}{_SUFFIX}"
    rf"(?:,?\s+{_YEAR}{_AFTER_YEAR})?"
    # 15 Haziran 2021’de, 8 to 13 April 2023, the 15th of June 2021
    rf"|\b{_DAYS}(?:st|nd|rd|th)?(?:\s+(?:to|and|ilə|ile|ve|və)\s+\d{{1,2}}(?:st|nd|rd|th)?)?"
    rf"(?:\s+of)?\s+{_MONTH}{_SUFFIX}(?:,?\s+{_YEAR}{_AFTER_YEAR})?"
    # June 15, 2021
    rf"|\b{_MONTH}\s+{_DAYS}(?:st|nd|rd|th)?\b(?:,?\s+{_YEAR})?"
    # Haziran 2021
    rf"|\b{_MONTH}{_SUFFIX},?\s+(?:of\s+)?{_YEAR}{_AFTER_YEAR}"
    # 2010–2015, 1990-cı illər, 2023’ün haziranı
    rf"|\b{_YEAR}(?:\s*[-–]\s*{_YEAR})?{_AFTER_YEAR}(?:\s+{_MONTH}\w*)?"
    # XX əsrin, XX. yüzyılda, 20-ci əsrdə, the 20th century
    r"|\b(?:[IVX]{1,5}\.?|\d{1,2}(?:\.|[-–]c[ıiuü]|th|st|nd|rd))\s+(?:əsr|yüzyıl|centur)\w*",
    re.IGNORECASE,
)
_NUMBER_WORDS = (
    # Not "bir", which is also "a", and not "on", which is also English.
    "iki|üç|dörd|dört|beş|altı|yeddi|yedi|səkkiz|sekiz|doqquz|dokuz|iyirmi|yirmi|otuz|qırx|kırk|"
    "əlli|elli|altmış|yetmiş|səksən|seksen|doxsan|doksan|yüz|min|bin|milyon|milyard|milyar|"
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|"
    "hundred|thousand|million|billion"
)
_NUMBER = re.compile(
    r"(?:[$€₼%]\s?|\byüzde\s+)?\b(?:\d{1,3}(?:[.,\s]\d{3}\b)+|\d+)(?:[.,]\d+)?"
    r"(?:\s*[-–]\s*\d+)?(?:\s?%|\w*)"
    rf"(?:\s+(?:{_NUMBER_WORDS})\b)*(?:\s+(?:ve|və|and)\s+\d+\b)?"
    rf"|\b(?:(?:bir|a|one)\s+(?=min|bin|milyon|mily|yüz|hund|thous|mill|bill))?(?:{_NUMBER_WORDS})\b(?:[\s-]+(?:{_NUMBER_WORDS})\b)*",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\(([^()]{1,300})\)")
# In brackets: "Özdemir, 2021", "Özdemir 2021: 57", "2021", "16.12.1999" say who is cited, not what
# is told; "8 Mart 2024" tells a date.
_CITED = re.compile(
    rf"[^\W\d].*[,;]\s*(?:\d{{2}}\.\d{{2}}\.)?{_YEAR}|(?:.*\s)?{_YEAR}[a-z]?:\s*\d+(?:[-–]\d+)?$"
    rf"|{_YEAR}[a-z]?$|\d{{2}}\.\d{{2}}\.{_YEAR}$"
)
# Behind what looks like a year, a word for what is counted: "1500 soldiers", "1400 nəfər".
_COUNTED = re.compile(
    r"\s(?:[^\W\d]+s|nəfər|kişi|əsgər|asker|hərbçi|personel|zabit|subay|kilomet|km|metr|manat|dol|"
    r"ton|bar[er]+l|kub|tank|gəmi|gemi|uçak|təyyarə|şirkət|şirket|ölkə|ülke|dəfə|kez|hektar)\w*\b"
)
_UNIT_WORDS = 2
_YEAR_DIGITS = 4
_LONGEST = 5_000
FOLDED_MONTHS = fold(_MONTHS.replace("|", " ")).replace(" ", "|")
_FOLDED_MONTH = re.compile(rf"\b(?:{FOLDED_MONTHS})")
_FOLDED_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d")


@dataclass(frozen=True, slots=True)
class Phrase:
    """`sentence[start:end]`: a date, a number with its unit, or a name."""

    kind: PhraseKind
    start: int
    end: int


@lru_cache(maxsize=20_000)
def find_phrases(sentence: str) -> tuple[Phrase, ...]:
    """The phrases of a sentence, in its order; those of different kinds may overlap.

    A number brings the two words after it, which say what is counted. Years in the brackets of a
    reference ("(Özdemir, 2021)") are no dates of what is told. Of a sentence of more than 5,000
    characters only the first are looked at.
    """
    # No sentence is so long; a table without stops may be, and would cost seconds.
    sentence = sentence[:_LONGEST]
    cited = [match.span() for match in _BRACKETS.finditer(sentence) if _is_cited(match[1])]
    dates = [
        match.span()
        for match in _DATE.finditer(sentence)
        if not _in(match.span(), cited) and not _is_count(match, sentence)
    ]
    words = find_words(sentence)
    numbers = [
        (match.start(), _end_of_unit(sentence, words, match.end()))
        for match in _NUMBER.finditer(sentence)
        if not _in(match.span(), [*cited, *dates])
    ]
    names = [span for span in _find_names(sentence, words) if not _in(span, dates)]
    found = [Phrase("date", *span) for span in dates]
    found += [Phrase("number", *span) for span in numbers]
    found += [Phrase("name", *span) for span in names]
    return tuple(sorted(found, key=lambda phrase: (phrase.start, phrase.end)))


def find_months(text: str) -> frozenset[str]:
    """The names of months in a text, folded, as they are written there."""
    return frozenset(_FOLDED_MONTH.findall(fold(text)))


def find_grains(date: str) -> frozenset[Grain]:
    """What a date says: its year, its month, its day."""
    folded = fold(date)
    grains: set[Grain] = set()
    if _FOLDED_YEAR.search(folded):
        grains.add("year")
    if _FOLDED_MONTH.search(folded):
        grains.add("month")
    # "15’inde" and "15th" are folded to one word.
    has_day = re.search(r"(?<!\d)\d{1,2}(?!\d)", folded)
    if has_day and ("month" in grains or re.search(r"\d\.\d", date)):
        grains |= {"month", "day"}
    return frozenset(grains)


def find_years(text: str) -> frozenset[str]:
    """The years from 1000 to 2099 in a text."""
    return frozenset(_FOLDED_YEAR.findall(fold(text)))


def _is_cited(inside: str) -> bool:
    return _CITED.match(inside) is not None and not _FOLDED_MONTH.search(fold(inside))


def _is_count(match: re.Match[str], sentence: str) -> bool:
    """Whether what looks like a year by itself counts something."""
    is_bare = len(match[0]) == _YEAR_DIGITS and match[0].isdecimal()
    return is_bare and _COUNTED.match(sentence, match.end()) is not None


def _in(span: tuple[int, int], others: list[tuple[int, int]]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in others)


def _end_of_unit(sentence: str, words: list[tuple[int, int]], end: int) -> int:
    """Where the words that say what is counted end: at most two, in the same clause."""
    first = bisect_left(words, (end, 0))
    for start, stop in words[first : first + _UNIT_WORDS]:
        if sentence[end:start].strip(" -–"):
            break
        end = stop
    return end


def _find_names(sentence: str, words: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Runs of capitalised words; the first word of a sentence has a capital anyway: alone it is no
    name unless it is an abbreviation, and before a person or a place it is cut off.
    """
    names: list[tuple[int, int]] = []
    before = -1  # where the word before ended
    for start, end in words:
        if sentence[start].isupper():
            joined = bool(names) and names[-1][1] == before
            if joined and sentence[before:start] in {" ", "-", "–", ". "}:
                names[-1] = (names[-1][0], end)
            else:
                names.append((start, end))
        before = end
    if len(names) and names[0][0] == words[0][0] and len(words) > 1:
        names[0] = (_skip_opening(sentence, words, names[0][1]), names[0][1])
    return [
        (start, end)
        for start, end in names
        if (start > words[0][0] or " " in sentence[start:end] or _is_initials(sentence[start:end]))
        and not _FOLDED_MONTH.fullmatch(fold(sentence[start:end]))
    ]


def _skip_opening(sentence: str, words: list[tuple[int, int]], end: int) -> int:
    """Where the name begins in what a sentence opens with: not with "Sənədi" in "Sənədi İlham
    Əliyev".
    """
    opening, second = ([fold_word(sentence[a:b])] for a, b in words[:2])
    if words[1][1] > end or not (is_person(second, []) or is_place(second)):
        return words[0][0]
    named = is_person(opening, []) or is_place(opening) or is_role(opening[0])
    return words[0][0] if named else words[1][0]


def _is_initials(word: str) -> bool:
    bare = re.split(rf"[{APOSTROPHES}-]", word)[0]
    return len(bare) > 1 and bare.isupper()
