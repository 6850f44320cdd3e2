"""Which capitalised words are persons and which are places, by lists written for this project.

The lists beside this file hold given names, places, countries, and words for roles ("nazir",
"komutan", "minister") in their Azerbaijani, Turkish and English spellings, one a line.
"""

import re
from functools import cache, lru_cache
from importlib.resources import files

from aztr_qa.text import fold

# Endings of nouns in Azerbaijani and Turkish, folded: "Şuşada" is "Şuşa" + "da".
_ENDINGS = frozenset(
    """a e i u in un nin nun da de ta te dan den tan ten ya ye na ne yi yu ni nu la le yla yle
    daki deki taki teki lar ler dir dur tir tur s nda nde ndan nden li lu si su ninki""".split()  # noqa: SIM905
)
_REMEMBERED = 20_000  # words; the same come again and again
_LONGEST_ENDING = 4
_SHORTEST_STEM = 3
_SURNAME = re.compile(
    r"\w{2,}(?:ov|yev|ev)a?(?:in|un|a|e|la|le|da|de|dan|den|nin|i|u)?"
    r"|\w{2,}(?:zade|oglu|shvili|svili|yan|ian)"
    r"(?:in|un|nin|nun|ni|nu|yu|yi|ya|ye|yla|yle|a|e|la|le|n?d[ae]n?)?"
)
# They end like surnames and are none.
_NO_SURNAME = re.compile(
    r"(?:hristiyan|hiristiyan|xristian|christian|civilian|caucasian|persian|italian|ukrainian|"
    r"hungarian|egyptian|norwegian|libyan|canadian|palestinian|guardian|meridian|cerceve|gorev)\w*"
    # "akademiyanın", "dünyanın": nouns in -ya in the genitive.
    r"|\w*(?:iya|unya)n[iu]n"
)
_MOST_WORDS = 3  # of a place: "Northern Cyprus Republic" has no longer name that matters
_SHORTEST_SURNAME = 5


def is_person(words: list[str], before: list[str]) -> bool:
    """Whether folded words that stand together name a person.

    before: the folded words right before them. A given name, the ending of a surname or a role
    ("General") before another word says so.
    """
    if any(_is_persons(word) for word in words):
        return True
    roles = _read("roles")
    if len(words) > 1 and any(word in roles for word in words[:-1]):
        return not is_place(words[-1:])
    return any(word in roles for word in before) and not is_place(words)


def is_place(words: list[str]) -> bool:
    """Whether folded words that stand together hold the name of a place."""
    return any(
        _is_listed(" ".join(words[start : start + n]), "places")
        for n in range(1, _MOST_WORDS + 1)
        for start in range(len(words) - n + 1)
    )


def is_role(word: str) -> bool:
    """Whether a folded word is what persons are: "general", "nazir", "bakanı"."""
    return word in _read("roles")


def are_countries(words: list[str]) -> bool:
    """Whether each folded word is the name of a country, a continent or the Caucasus."""
    return all(_is_listed(word, "countries") for word in words)


@lru_cache(maxsize=_REMEMBERED)
def _is_persons(word: str) -> bool:
    """Whether a folded word is a given name or has the ending of a surname; "Georgia" is no
    "Georgi" in the dative, "Rusyanın" and "Russian" are no Armenians.
    """
    names = _read("given-names")
    if word in names:
        return True
    stems = (word, word[:-1], word[:-3]) if word.endswith("ian") else (word,)
    if any(is_place([stem]) for stem in stems):
        return False
    is_surname = len(word) >= _SHORTEST_SURNAME and _SURNAME.fullmatch(word) is not None
    return _is_listed(word, "given-names") or (is_surname and not _NO_SURNAME.fullmatch(word))


@cache
def _read(name: str) -> frozenset[str]:
    text = (files("aztr_qa") / "gazetteer" / f"{name}.txt").read_text(encoding="utf-8")
    return frozenset(folded for line in text.splitlines() if (folded := fold(line)))


@lru_cache(maxsize=_REMEMBERED)
def _is_listed(word: str, name: str) -> bool:
    """Whether a folded word is in the list of this name, as it is or without an ending."""
    names = _read(name)
    if word in names:
        return True
    shortest = max(_SHORTEST_STEM, len(word) - _LONGEST_ENDING)
    return any(word[:n] in names and word[n:] in _ENDINGS for n in range(shortest, len(word)))
