"""A .txt file, as text comes out of a PDF with its layout noise, becomes an `Article`."""

import re
from collections.abc import Iterator
from pathlib import Path

from aztr_qa.errors import ArticleError
from aztr_qa.language import LanguageGuesser
from aztr_qa.reading import headings
from aztr_qa.reading.assembling import Assembler
from aztr_qa.reading.joining import Joiner
from aztr_qa.reading.lines import Layout, Line, measure_layout, read_lines
from aztr_qa.reading.noise import Footnote, set_noise_apart
from aztr_qa.records import Article, BlockKind, Record
from aztr_qa.text import fold

_AUTHOR_INDENT = 20
_MAX_TITLE_LINES = 4
_REFERENCE_END = re.compile(r"[.)#]$|\bhttps?://\S+$|\b\S+\.(?:html?|pdf)$")


def read_plain(
    path: Path, guesser: LanguageGuesser, *, article_id: str, record: Record | None = None
) -> Article:
    """The article in a UTF-8 text file.

    record: what is known from elsewhere; the file's own title fills it where it is None.
    Raises ArticleError when the file is not UTF-8 text, or holds no running text.
    """
    lines = read_lines(decode(path))
    page = set_noise_apart(lines)
    if not page.lines:
        raise ArticleError(
            f"{path.name}: no text in it; remove the file, or extract its text again"
        )
    assembler = Assembler(Joiner(lines), guesser)
    _PlainReader(page.lines, measure_layout(page.lines), assembler).read()
    _add_footnotes(assembler, page.footnotes)
    return assembler.finish(article_id=article_id, record=record, file=path.name)


def decode(path: Path) -> str:
    """The text of a UTF-8 file, without its byte order mark.

    Raises ArticleError for bytes that are not UTF-8, or that hold NUL.
    """
    data = path.read_bytes()
    if b"\0" in data:
        raise ArticleError(
            f"{path.name}: holds NUL bytes, so it is no text file; save it as UTF-8 text"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ArticleError(
            f"{path.name}: not UTF-8 (byte {error.start}); save it as UTF-8 text"
        ) from error


class _PlainReader:
    """Walks over the lines once and hands finished parts to the assembler."""

    def __init__(self, lines: list[Line], layout: Layout, assembler: Assembler) -> None:
        self._lines = lines
        self._layout = layout
        self._out = assembler
        self._paragraph: list[Line] = []
        self._kind: BlockKind = "body"

    def read(self) -> None:
        """Class every line; each ends up in exactly one block."""
        position = self._read_front()
        while position < len(self._lines):
            position = self._read_part(position)
        self._flush()

    def _read_front(self) -> int:
        """Title and authors: everything before the first abstract or known heading near the top."""
        for position, line in enumerate(self._lines[:12]):
            if headings.is_abstract_heading(line.text) or _is_known_heading(line.text):
                title = [line for line in self._lines[:position] if line.indent < _AUTHOR_INDENT]
                authors = [line for line in self._lines[:position] if line.indent >= _AUTHOR_INDENT]
                self._out.add("title", title)
                self._out.add("author", authors)
                return position
        return 0

    def _read_part(self, position: int) -> int:
        line = self._lines[position]
        before = self._lines[position - 1] if position else None
        rest = self._lines[position + 1 : position + 3]
        following = rest[0] if rest else None
        inline = headings.split_inline_abstract(line.text)
        if headings.is_abstract_heading(line.text):
            self._start("abstract", heading=[line])
        elif inline:
            self._flush()
            self._out.add_heading_text(inline[0], line)
            self._kind = "abstract"
            self._paragraph = [_with_text(line, inline[1])]
        elif headings.is_reference_heading(line.text):
            self._start("reference", heading=[line])
            self._read_references(position + 1)
            return len(self._lines)
        elif headings.is_keywords(line.text):
            return self._read_keywords(position)
        elif headings.is_caption(line.text) and before is not None and before.is_terminated:
            return self._read_table(position)
        elif n_title := self._count_title_lines(position):
            self._flush()
            self._out.add("title", self._lines[position : position + n_title])
            return position + n_title
        elif headings.is_item(line.text):
            return self._read_item(position)
        elif headings.is_heading(line, before, following, self._layout):
            self._start("body", heading=[line])
        elif headings.is_heading_start(line, before, rest, self._layout):
            self._start("body", heading=[line, rest[0]])
            return position + 2
        else:
            self._read_running_line(line, before)
        return position + 1

    def _start(self, kind: BlockKind, *, heading: list[Line]) -> None:
        self._flush()
        self._out.add("heading", heading)
        self._kind = kind

    def _read_running_line(self, line: Line, before: Line | None) -> None:
        ended = before is not None and headings.ends_paragraph(before)
        if ended and self._paragraph and before is not None:
            on_purpose = self._layout.filling(before, line) < 0.95
            gap = line.gap > 0 and not self._layout.is_double_spaced
            begins = headings.is_numbered(line.text) or headings.find_run_in_heading(line.text)
            if (before.is_terminated and (on_purpose or gap)) or begins:
                self._flush()
        # The extractor's mark before a line that follows a finished abstract: the body begins
        # without a heading.
        if (
            self._kind in {"abstract", "keywords"}
            and not self._paragraph
            and line.starts_page
            and ended
        ):
            self._kind = "body"
            self._out.leave_section()
        if self._kind == "keywords":
            self._kind = "body"
            self._out.leave_section()
        self._paragraph.append(line)

    def _read_keywords(self, position: int) -> int:
        self._flush()
        end = position + 1
        while end < len(self._lines):
            last = self._lines[end - 1]
            unfinished = last.text.endswith((",", "-", ";"))
            if not unfinished and self._layout.filling(last, self._lines[end]) < 1.0:
                break
            end += 1
        self._out.add("keywords", self._lines[position:end])
        self._kind = "keywords"
        return end

    def _count_title_lines(self, position: int) -> int:
        """How many lines from here are a title right before the abstract in another language."""
        if self._kind not in {"abstract", "keywords"}:
            return 0
        before = self._lines[position - 1] if position else None
        if self._paragraph and before is not None and not before.is_terminated:
            return 0
        for count, line in enumerate(self._lines[position : position + _MAX_TITLE_LINES + 1]):
            if headings.is_abstract_heading(line.text) or headings.split_inline_abstract(line.text):
                return count
            if line.text.endswith((".", "?", "!", ",", ";")):
                return 0
        return 0

    def _read_item(self, position: int) -> int:
        """A bulleted line that names what follows, over as many lines as its quotation marks
        need.
        """
        self._flush()
        end = position + 1
        while end < len(self._lines) and not self._is_item_complete(end):
            end += 1
        self._out.add("item", self._lines[position:end])
        self._kind = "body"
        return end

    def _is_item_complete(self, end: int) -> bool:
        last, following = self._lines[end - 1], self._lines[end]
        return last.is_terminated or (
            self._layout.filling(last, following) < 0.9 and not following.text[:1].islower()
        )

    def _read_table(self, position: int) -> int:
        """The caption, then cell after cell until a line fills the column again; rows hold a full
        stop.
        """
        self._flush()
        self._out.add("caption", [self._lines[position]])
        end = position + 1
        while end < len(self._lines) and self._is_cell(end):
            end += 1
        for row in _split_rows(self._lines[position + 1 : end]):
            self._out.add("row", row)
        self._kind = "body"
        return end

    def _is_cell(self, position: int) -> bool:
        following = self._lines[position + 1] if position + 1 < len(self._lines) else None
        return self._layout.filling(self._lines[position], following) < 0.75

    def _read_references(self, position: int) -> None:
        entry: list[Line] = []
        for line in self._lines[position:]:
            complete = entry and _REFERENCE_END.search(entry[-1].text)
            if complete and line.text[:1].isupper():
                self._out.add("reference", entry)
                entry = []
            entry.append(line)
        self._out.add("reference", entry)

    def _flush(self) -> None:
        if self._paragraph:
            kind = "body" if self._kind == "keywords" else self._kind
            self._out.add(kind, self._paragraph)
        self._paragraph = []


def _split_rows(cells: list[Line]) -> Iterator[list[Line]]:
    """Rows of a flattened table: a piece up to a full stop with a year in it begins a new row."""
    row: list[Line] = []
    piece: list[Line] = []
    for cell in cells:
        piece.append(cell)
        if cell.text.endswith("."):
            if row and any(re.search(r"\b(?:19|20)\d\d\b", line.text) for line in piece):
                yield row
                row = []
            row += piece
            piece = []
    if row or piece:
        yield row + piece


def _add_footnotes(assembler: Assembler, notes: list[Footnote]) -> None:
    for note in notes:
        assembler.add("footnote", list(note.lines), prefix=f"{note.mark} ")


def _with_text(line: Line, text: str) -> Line:
    return Line(line.number, text, line.indent, line.gap, line.starts_page, line.ruled, line.page)


def _is_known_heading(text: str) -> bool:
    """Whether the line is a heading that stands at the start of the running text."""
    return fold(text) in headings.KNOWN_HEADINGS
