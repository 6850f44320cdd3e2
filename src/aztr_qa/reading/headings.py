"""Which lines are headings, and what the well-known ones mean, in three languages."""

import re

from aztr_qa.reading.lines import Layout, Line
from aztr_qa.text import fold

ABSTRACT_HEADINGS = {"xulase", "oz", "ozet", "abstract", "summary", "annotasiya", "annotation"}
REFERENCE_HEADINGS = {
    "kaynakca", "kaynaklar", "bibliyografya", "edebiyyat", "edebiyyat siyahisi", "istinadlar",
    "istifade edilmis edebiyyat", "istifade olunmus edebiyyat", "menbeler", "qaynaqlar",
    "references", "bibliography", "works cited", "literature",
}  # fmt: skip
KNOWN_HEADINGS = {"giris", "netice", "sonuc", "introduction", "conclusion", "conclusions"}
_KEYWORDS = re.compile(
    r"^(açar sözlər|anahtar kelimeler|anahtar sözcükler|key ?words)\s*:", re.IGNORECASE
)
_INLINE_ABSTRACT = re.compile(r"^([^\W\d_]+)\s*:\s+(?=\S)")
_CAPTION = re.compile(r"^(tablo|cədvəl|table)\s+\d+\s*[.:]", re.IGNORECASE)
_BULLET = re.compile(r"^[*•▪◦●‣]\s*(?=\S)")
_NUMBERED = re.compile(r"^\d{1,2}[.)]\s+(?=\S)")
_UNFINISHED = re.compile(r"[.,;?!…\-–(]$")
# "-dır" and its kin make a sentence of a noun in Azerbaijani and Turkish: such a line is text.
_PREDICATE = re.compile(r"(?:[dt][ıiuü]r|[dt][ıiuü]r?l[ae]r|edir|olur)\s*:?$", re.IGNORECASE)
_MAX_WORDS = 18
# "Exercise X (May 2023): The text goes on" - a heading that shares the line with its paragraph.
_RUN_IN = re.compile(
    r"((?:\d{1,2}[.)] )?[\"“]?[^\W\d_a-z](?:[^:.?!()]|\([^()]*\))*): +(?=[\"“]?[^\W_a-z])"
)
_MAX_RUN_IN_WORDS = 8


def is_abstract_heading(text: str) -> bool:
    """Whether the line is nothing but "Xülasə", "Öz", "Özet", "Abstract" or the like."""
    return fold(text) in ABSTRACT_HEADINGS


def split_inline_abstract(text: str) -> tuple[str, str] | None:
    """The heading and the text of "Xülasə: Məqalədə …"; None for any other line."""
    match = _INLINE_ABSTRACT.match(text)
    if match and fold(match[1]) in ABSTRACT_HEADINGS:
        return match[1], text[match.end() :]
    return None


def is_reference_heading(text: str) -> bool:
    """Whether the reference list begins here."""
    return fold(_NUMBERED.sub("", text)) in REFERENCE_HEADINGS


def is_keywords(text: str) -> bool:
    """Whether the line begins the keywords."""
    return bool(_KEYWORDS.match(text))


def is_caption(text: str) -> bool:
    """Whether the line is the caption of a table."""
    return bool(_CAPTION.match(text))


def is_item(text: str) -> bool:
    """Whether the line begins with a bullet."""
    return bool(_BULLET.match(text))


def is_numbered(text: str) -> bool:
    """Whether the line begins with the number of a list."""
    return bool(_NUMBERED.match(text))


def is_heading(line: Line, before: Line | None, following: Line | None, layout: Layout) -> bool:
    """Whether a line is a heading: a short line, ended on purpose, between finished text and a new
    start.
    """
    text = line.text
    if fold(text) in KNOWN_HEADINGS:
        return True
    if before is not None and not ends_paragraph(before):
        return False
    if following is None or not _begins_paragraph(following.text):
        return False
    if _UNFINISHED.search(text) or len(text.split()) > _MAX_WORDS or not _begins_paragraph(text):
        return False
    if text.endswith(":"):
        return (
            len(text.split()) <= 4
            and not _PREDICATE.search(text)
            and layout.filling(line, following) < 0.6
        )
    if text.count("“") > text.count("”"):
        return False
    filling = layout.filling(line, following)
    if ": " in text and filling > 0.7:  # "Term: a sentence that goes on" is running text
        return False
    # A line that nearly fills the column is a heading only when the text starts over after it.
    return filling < 0.9 or (filling < 0.98 and _repeats_opening(text, following.text))


def is_heading_start(
    line: Line, before: Line | None, following: list[Line], layout: Layout
) -> bool:
    """Whether a line is the first of a heading that runs over two lines."""
    if len(following) < 2 or (before is not None and not ends_paragraph(before)):
        return False
    second, third = following
    return (
        not line.is_terminated
        and not _UNFINISHED.search(line.text)
        and not second.is_terminated
        and layout.filling(line, second) < 1.05
        and layout.filling(second, third) < 0.7
        and _begins_paragraph(line.text)
        and _begins_paragraph(third.text)
        and not _UNFINISHED.search(second.text)
    )


def find_run_in_heading(text: str) -> str:
    """ "Exercise X" of a paragraph that begins "Exercise X: The …"; "" for any other."""
    match = _RUN_IN.match(text)
    if match is None or _PREDICATE.search(match[1]):
        return ""
    words = re.sub(r"\([^()]*\)", "", match[1]).split()
    return match[1] if len(words) <= _MAX_RUN_IN_WORDS else ""


def ends_paragraph(line: Line) -> bool:
    """Whether text may start anew after this line."""
    return line.is_terminated or line.text.endswith((")", "]", "”", '"'))


def _begins_paragraph(text: str) -> bool:
    first = text.lstrip("“\"'«(*•")[:1]
    return first.isupper() or first.isdigit()


def _repeats_opening(text: str, following: str) -> bool:
    return fold(text).split()[:2] == fold(following).split()[:2]
