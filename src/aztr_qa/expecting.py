"""What kind of thing a question asks for, and whether a sentence holds one."""

import re
from collections.abc import Collection
from itertools import pairwise
from typing import Literal

from aztr_qa.records import Language
from aztr_qa.text import find_words, fold

Expected = Literal["date", "number", "person"]

# Asked on folded text, so that "ne vaxt" typed without diacritics counts too.
_ASKING: dict[Language, dict[Expected, str]] = {
    "az": {
        "date": r"ne vaxt|ne zaman|hacan|hansi il\w*|necenci il\w*|hansi tarix\w*|hansi ay\w*",
        "number": r"nece(?!nci)\w*|ne qeder",
        "person": r"kim(?:ler|in|i|e|den|dir)?|kimlerdir",
    },
    "tr": {
        "date": r"ne zaman|hangi (?:yil|tarih|ay)\w*|kac yilinda|kacinci yil\w*",
        "number": r"kac\w*|ne kadar",
        "person": r"kim(?:ler|in|i|e|den|dir)?|kimlerdir",
    },
    "en": {
        "date": r"when|(?:what|which|in what) (?:year|date|month|day)|how long ago",
        "number": r"how (?:many|much|long|large|big)|what (?:number|share|percentage|sum|amount)",
        "person": r"who|whom|whose",
    },
}
# Words of a question that only ask or join, folded: they need not stand in the answer.
_STOP_WORDS: dict[Language, re.Pattern[str]] = {
    "az": re.compile(
        "ne|nedir|nece|neceye|necenci|niye|neye|neyi|nede|vaxt|zaman|hansi(?:lar)?(?:dir)?|"
        "kim(?:ler)?(?:dir)?|kimin|kime|hara(?:da|dan)?|hardan|hacan|gore|qeder|olub"
    ),
    "tr": re.compile(
        "ne|nedir|neden|nicin|niye|neyi|nasil|neler(?:dir)?|zaman|hangi(?:si|leri)?(?:dir)?|"
        "kim(?:ler)?(?:dir)?|kimin|kime|kac|kacinci|nerede|nereye|nereden|kadar|oldu"
    ),
    "en": re.compile(
        "what|when|which|who|whom|whose|where|why|how|many|much|did|do|does|was|were|is|are|"
        "the|of|in|to|an?"
    ),
}
_MONTHS = (
    "yanvar|fevral|mart|aprel|may|iyun|iyul|avqust|sentyabr|oktyabr|noyabr|dekabr|"
    "ocak|subat|nisan|mayis|haziran|temmuz|agustos|eylul|ekim|kasim|aralik|"
    "january|february|march|april|june|july|august|september|october|november|december"
)
_DATE = re.compile(rf"\b(?:1[89]|20)\d\d|\b\d{{1,2}} (?:{_MONTHS})|\b(?:{_MONTHS})\w* \d{{1,4}}")
_NUMBER_WORDS = (
    # Not "bir", which is also "a", and not "on", which is also English.
    "iki|uc|dord|dort|bes|alti|yeddi|yedi|sekkiz|sekiz|yuz|min|bin|milyon|milyard|milyar|"
    "two|three|four|five|six|seven|eight|ten|hundred|thousand|million"
)
_NUMBER = re.compile(rf"\d|\b(?:{_NUMBER_WORDS})\b")


def find_expected(question: str, language: Language) -> Expected | None:
    """What the question asks for; None for anything but a date, a number or a person."""
    folded = fold(question)
    for expected, pattern in _ASKING[language].items():
        if re.search(rf"\b(?:{pattern})\b", folded):
            return expected
    return None


def is_stop_word(word: str, language: Language) -> bool:
    """Whether a folded word of a question only asks or joins ("hansı", "zaman", "when", "the")."""
    return _STOP_WORDS[language].fullmatch(word) is not None


def holds_expected(sentence: str, expected: Expected, *, given: Collection[str] = ()) -> bool:
    """Whether the sentence holds something of the kind; a name is two capitalised words in a row.

    given: the figures of the question itself, which therefore answer nothing.
    """
    if expected == "person":
        words = [sentence[start:end] for start, end in find_words(sentence)]
        return any(_is_name(a) and _is_name(b) for a, b in pairwise(words))
    folded = re.sub(r"\d+", lambda match: "" if match[0] in given else match[0], fold(sentence))
    return bool((_DATE if expected == "date" else _NUMBER).search(folded))


def find_figures(text: str) -> set[str]:
    """The numbers written in figures: "2021", "44"; "15.06.2021" gives its parts."""
    return set(re.findall(r"\d+", text))


def _is_name(word: str) -> bool:
    return word[:1].isupper() and word[1:2].islower()
