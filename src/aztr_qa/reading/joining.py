"""Lines become paragraphs: layout hyphens vanish, real ones stay, page starts are remembered."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from aztr_qa.reading.lines import SOFT_HYPHEN, Line
from aztr_qa.text import fold

_HYPHENS = "-‐‑"
_LOOK_BACK = 200  # no word is longer; a line without a space may be
_DASH_END = re.compile(r"\S[–—/]$")
_FIRST_WORD = re.compile(r"^[^\W_]+")
_LAST_WORD = re.compile(r"[^\W_]+$")


@dataclass(frozen=True, slots=True)
class Joined:
    """A paragraph's text, and (offset in it, page) wherever a line of another page begins."""

    text: str
    pages: tuple[tuple[int, int], ...]


class Joiner:
    """Joins the lines of one file; the file's own words tell a layout hyphen from a real one."""

    def __init__(self, lines: list[Line]) -> None:
        """lines: all lines of the file, from which the words and hyphenated words are counted."""
        text = "\n".join(line.text for line in lines)
        # A fragment before or after a break at a line's end ("ola-", "rak") must not count as a
        # word.
        whole = re.sub(r"(?<![^\W_])[^\W_]+-\n\S+", "", text)
        self._words = Counter(fold(word) for word in re.findall(r"[^\W_]+", whole))
        # first word -> beginnings of the second words of the hyphenated words inside the lines
        self._hyphenated: dict[str, set[str]] = defaultdict(set)
        for left, right in re.findall(r"(?<![^\W_])([^\W_]+)-([^\W_]+)", text):
            self._hyphenated[fold(left)].add(fold(right)[:3])
        n_breaks = sum(line.text.endswith(tuple(_HYPHENS)) for line in lines)
        self._is_hyphenated = n_breaks > 0.05 * len(lines)

    def join(self, lines: list[Line]) -> Joined:
        """The text of consecutive lines as one paragraph."""
        pieces: list[str] = []
        length = 0
        pages: list[tuple[int, int]] = []
        for line in lines:
            if pieces:
                glued = self._glue(pieces[-1], line.text)
                length += len(glued) - len(pieces[-1])
                pieces[-1] = glued
            if line.page is not None and (not pages or pages[-1][1] != line.page):
                pages.append((length, line.page))
            pieces.append(line.text)
            length += len(line.text)
        return Joined("".join(pieces), tuple(pages))

    def _glue(self, line: str, following: str) -> str:
        """The line as the next can be appended: with a space, or without its layout hyphen."""
        if line.endswith(SOFT_HYPHEN):
            return line[:-1]
        if _DASH_END.search(line):
            return line
        if not line.endswith(tuple(_HYPHENS)) or line[-2:-1].isspace() or len(line) == 1:
            return f"{line} "
        left = line[-1 - _LOOK_BACK : -1].rsplit(" ", 1)[-1]
        return line[:-1] if self._is_layout_hyphen(left, following) else line

    def _is_layout_hyphen(self, left: str, following: str) -> bool:
        if "://" in left or left.startswith("www."):
            return False
        left_match, right_match = _LAST_WORD.search(left), _FIRST_WORD.search(following)
        if not left_match or not right_match:
            return False
        left_word, right_word = left_match[0], right_match[0]
        if right_word[0].isdigit() or left_word[-1].isdigit():
            return False
        joined = fold(left_word + right_word)
        is_known = self._words[joined] > 0
        if right_word[0].isupper():
            # Half a word in capitals ("ASEL-SAN") is joined when the file has the whole word
            # elsewhere.
            return left_word.isupper() and right_word.isupper() and is_known
        left_key, right_key = fold(left_word), fold(right_word)
        if is_known:
            return True
        if right_key[:3] in self._hyphenated.get(left_key, ()):
            return False
        both_words = self._words[left_key] > 0 and self._words[right_key] > 0
        return not both_words or self._is_hyphenated
