"""Lines become paragraphs: layout hyphens vanish, real ones stay, page starts are remembered."""

import re
from collections import Counter
from dataclasses import dataclass

from aztr_qa.reading.lines import Line
from aztr_qa.text import fold

_BREAK = re.compile(r"(\S*?)([-‐‑])$")
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
        whole = re.sub(r"[^\W_]+-\n\S+", "", text)
        self._words = Counter(fold(word) for word in re.findall(r"[^\W_]+", whole))
        self._hyphenated = Counter(
            (fold(left), fold(right)) for left, right in re.findall(r"([^\W_]+)-([^\W_]+)", text)
        )
        n_breaks = sum(bool(_BREAK.search(line.text)) for line in lines)
        self._is_hyphenated = n_breaks > 0.05 * len(lines)

    def join(self, lines: list[Line]) -> Joined:
        """The text of consecutive lines as one paragraph."""
        text = ""
        pages: list[tuple[int, int]] = []
        for line in lines:
            if text:
                text = self._glue(text, line.text)
            start = len(text)
            text += line.text
            if line.page is not None and (not pages or pages[-1][1] != line.page):
                pages.append((start, line.page))
        return Joined(text, tuple(pages))

    def _glue(self, text: str, following: str) -> str:
        """The text as the next line can be appended to it: with a space, or without a layout
        hyphen.
        """
        if _DASH_END.search(text):
            return text
        match = _BREAK.search(text)
        if not match or not match[1]:
            return f"{text} "
        if self._is_layout_hyphen(match[1], following):
            return text[:-1]
        return text

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
        if any(a == left_key and b[:3] == right_key[:3] for a, b in self._hyphenated):
            return False
        both_words = self._words[left_key] > 0 and self._words[right_key] > 0
        return not both_words or self._is_hyphenated
