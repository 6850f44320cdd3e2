"""One text layer for indexing and search: NFC for keeping, folding for matching only."""

import re
import unicodedata
from functools import lru_cache

# Turkish and Azerbaijani write the same suffix with and without an apostrophe ("Bakü'nün",
# "Bakının"), so the apostrophe vanishes; the English possessive goes with it, because "Baku's"
# means "Baku".
APOSTROPHES = "'’‘ʼ`´"
_POSSESSIVE = re.compile(rf"[{APOSTROPHES}][sS]\b")
_APOSTROPHE = re.compile(rf"[{APOSTROPHES}]")
_LETTERS_WITHOUT_DECOMPOSITION = str.maketrans({"ə": "e", "ı": "i"})
_NOT_WORD = re.compile(r"[^\w]+|_+")
# A word keeps its inner apostrophe and its suffix: "Şuşa’nın" is one word.
_WORD = re.compile(rf"\w+(?:[{APOSTROPHES}]\w+)*")


def normalize(text: str) -> str:
    """The text in NFC, with `i` + U+0307 (a dotted i taken apart by a PDF) put back to `i`.

    >>> normalize("i\\u0307stanbul")
    'istanbul'
    """
    return unicodedata.normalize("NFC", text).replace("i\u0307", "i")


def strip_invisible(text: str) -> str:
    """The text without characters that show nothing: soft hyphens, joiners, marks of direction."""
    if text.isascii():
        return text
    return "".join(c for c in text if unicodedata.category(c) != "Cf")


@lru_cache(maxsize=100_000)
def fold_word(word: str) -> str:
    """As `fold`, for a single word, remembered: the same words come again and again."""
    return fold(word).replace(" ", "")


def fold(text: str) -> str:
    """The text as it is compared: no case, no diacritics, no apostrophes; words stay apart.

    İ I ı i become i, ə becomes e, ç ş ğ ö ü become c s g o u. The length may change: offsets never
    refer to folded text.

    >>> fold("Şuşa’nın İŞIĞI, Əliyev's")
    'susanin isigi eliyev'
    """
    text = _APOSTROPHE.sub("", _POSSESSIVE.sub("", text))
    # lower() before decomposition would turn İ into i + U+0307; after it the dot is a mark like any
    # other.
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).lower()
    plain = plain.translate(_LETTERS_WITHOUT_DECOMPOSITION)
    return _NOT_WORD.sub(" ", plain).strip()


def find_words(text: str) -> list[tuple[int, int]]:
    """The half-open spans of the words of a text, in reading order."""
    return [match.span() for match in _WORD.finditer(text)]
