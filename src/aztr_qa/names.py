"""Authors' names, as written in any order, taken apart into family and given names."""

import re
from dataclasses import dataclass

from aztr_qa.text import fold

# "son of", "daughter of", behind the father's name; written small, unlike the surname Oğlu.
_PATRONYMICS = frozenset({"oğlu", "qızı", "oglu", "qizi", "ogly", "kyzy"})
# Beginnings of folded words that no person is called by.
_ORGANISATIONS = (
    *("academ", "akademi", "universit", "institu", "enstitu", "department", "foundation"),
    *("ministr", "nazirli", "bakanli", "agency", "agentli", "ajansi", "council", "konsey"),
    *("committee", "komite", "commission", "komissiya", "komisyon", "association", "dernegi"),
    *("center", "centre", "merkez", "organiz", "teskilat", "cemiyyet", "republic", "respublika"),
    *("cumhuriyet", "assembly", "meclis", "vakfi"),
)
_MARKS = "\u0300-\u036f"
_WORD = re.compile(rf"(-?)(\w[{_MARKS}]*)[\w'’{_MARKS}]*")


@dataclass(frozen=True, slots=True)
class Name:
    """A person's family and given names; without a given name it is a whole: an organisation, or
    a name of one word.
    """

    family: str
    given: str = ""

    def __str__(self) -> str:
        return f"{self.family}, {self.given}" if self.given else self.family


def read_name(text: str) -> Name:
    """The name in "Given Family" or "Family, Given"; particles in small letters go with the family
    name, "oğlu" and "qızı" with the given one.

    >>> read_name("Jan van der Berg")
    Name(family='van der Berg', given='Jan')
    >>> read_name("Heydər Əlirza oğlu Əliyev")
    Name(family='Əliyev', given='Heydər Əlirza oğlu')
    """
    words = text.split()
    if any(fold(word).startswith(_ORGANISATIONS) for word in words):
        return Name(text)
    if "," in text:
        family, given = (part.strip(" ,") for part in text.split(",", 1))
        return Name(family, given) if family else Name(given)
    if len(words) < 2:
        return Name(text)
    if words[-1] in _PATRONYMICS:
        # The official order is family, given and father's name; with three words the first may be
        # either.
        return Name(words[0], " ".join(words[1:])) if len(words) > 3 else Name(text)
    first = len(words) - 1
    while first > 1 and words[first - 1][0].islower() and words[first - 1] not in _PATRONYMICS:
        first -= 1
    return Name(" ".join(words[first:]), " ".join(words[:first]))


def shorten_given(given: str) -> str:
    """The initials, each letter as it stands there: İ stays İ, and no case is changed.

    >>> shorten_given("İlham Heydər oğlu"), shorten_given("Ayşe-Nur"), shorten_given("J.-P.")
    ('İ. H.', 'A.-N.', 'J.-P.')
    """
    kept = " ".join(word for word in given.split() if word not in _PATRONYMICS)
    initials = " ".join(f"{dash}{letter}." for dash, letter in _WORD.findall(kept))
    return initials.replace(" -", "-")
