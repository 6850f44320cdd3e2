"""The lines of a text file, with what the layout still says: page starts, gaps, and how full a line
is.

Text pulled out of a PDF has lost its fonts but not its line breaks. A line that ends before the
next word would have had to, was ended on purpose: it closes a paragraph or is a heading. To see
that, widths are estimated with the letter widths of Times Roman, which most journals use or come
close to.
"""

import re
import unicodedata
from dataclasses import dataclass, field, replace

from aztr_qa.text import normalize, strip_invisible

# Widths in em, after the Adobe font metrics of Times Roman; letters not listed are half an em wide.
_WIDTH = {
    **dict.fromkeys("aceəz", 0.444),
    **dict.fromkeys("ijlıt/;:", 0.278),
    **dict.fromkeys(" .,", 0.25),
    **dict.fromkeys("fr-()’", 0.333),
    **dict.fromkeys("IİJ", 0.36),
    **dict.fromkeys("ELTZPSF", 0.59),
    "s": 0.389,
    "m": 0.778,
    "w": 0.722,
    "M": 0.889,
    "W": 0.944,
    "—": 1.0,
}
_UPPERCASE_WIDTH = 0.7
SOFT_HYPHEN = "\u00ad"
_SPACES = re.compile(r"[^\S\n]+")
# The end of a sentence or of a list's introduction, closing quotes and a footnote number allowed.
_TERMINATED = re.compile(r"[.?!…:][\"”’»)\]]*\d{0,3}$")
_URL = re.compile(r"(https?:|www\.)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file: `number` is 1-based, `gap` counts the blank lines before it.

    `starts_page` is true where the extractor left its mark, a form feed or a single leading space.
    `ruled` is true when a ruling (a line of spaces) stands right before: footnotes begin.
    """

    number: int
    text: str
    indent: int
    gap: int
    starts_page: bool
    ruled: bool
    page: int | None = None

    @property
    def is_terminated(self) -> bool:
        """Whether a sentence, or the words before a list, end with this line."""
        return bool(_TERMINATED.search(self.text))


@dataclass(frozen=True, slots=True)
class Layout:
    """What the lines of one file have in common: the width of its column in em, and its blank
    lines.
    """

    column: float
    is_double_spaced: bool

    def filling(self, line: Line, following: Line | None) -> float:
        """How much of the column the line and the next word would fill; under 1, the break was on
        purpose.
        """
        next_word = following.text.split(" ", 1)[0] if following else ""
        return (estimate_width(line.text) + _WIDTH[" "] + estimate_width(next_word)) / self.column


@dataclass(slots=True)
class _Cursor:
    gap: int = 0
    ruled: bool = False
    page_break: bool = False
    lines: list[Line] = field(default_factory=list)


def read_lines(text: str) -> list[Line]:
    """The non-blank lines of a text, cleaned to NFC and single spaces, in order."""
    cursor = _Cursor()
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    for number, raw in enumerate(unified.split("\n"), start=1):
        # A soft hyphen counts only where a line ends: there it marks a word that goes on.
        plain = strip_invisible(normalize(raw))
        if raw.rstrip().endswith(SOFT_HYPHEN):
            plain = plain.rstrip() + SOFT_HYPHEN
        stripped = _SPACES.sub(" ", plain.replace("\f", " ")).strip()
        cursor.page_break |= "\f" in plain
        if not stripped:
            cursor.gap += 1
            cursor.ruled |= len(plain) >= 20
            continue
        indent = len(plain) - len(plain.lstrip())
        starts_page = cursor.page_break or indent in (1, 2)
        cursor.lines.append(Line(number, stripped, indent, cursor.gap, starts_page, cursor.ruled))
        cursor.gap, cursor.ruled, cursor.page_break = 0, False, False
    return cursor.lines


def measure_layout(lines: list[Line]) -> Layout:
    """The column width most full lines reach, and whether a blank line stands after every line."""
    widths = sorted(estimate_width(line.text) for line in lines if not _URL.search(line.text))
    column = widths[int(len(widths) * 0.8)] if widths else 1.0
    n_spaced = sum(line.gap > 0 for line in lines)
    return Layout(max(column, 1.0), n_spaced > 0.6 * len(lines))


def number_pages(lines: list[Line], printed: dict[int, int]) -> list[Line]:
    """The lines with their printed pages, counted from the page numbers found in print.

    printed: line number of a line on the page -> page number. Without one, pages stay unknown.
    """
    if not printed:
        return lines
    ordinals, ordinal = {}, 0
    for line in lines:
        ordinal += line.starts_page
        ordinals[line.number] = ordinal
    known = sorted(number for number in printed if number in ordinals)
    if not known:
        return lines
    numbered = []
    for line in lines:
        # The nearest printed number before the line, or else the first after it, is the anchor.
        before = [number for number in known if number <= line.number]
        anchor = before[-1] if before else known[0]
        page = printed[anchor] + ordinals[line.number] - ordinals[anchor]
        numbered.append(replace(line, page=max(1, page)))
    return numbered


def estimate_width(text: str) -> float:
    """The width of a text in em, set in Times Roman."""
    return sum(_width_of(character) for character in text)


def _width_of(character: str) -> float:
    if character in _WIDTH:
        return _WIDTH[character]
    base = unicodedata.normalize("NFD", character)[0]
    if base in _WIDTH:
        return _WIDTH[base]
    return _UPPERCASE_WIDTH if base.isupper() else 0.5
