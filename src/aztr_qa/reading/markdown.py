"""A Markdown file, with or without the front matter of the corpus format, becomes an `Article`.

---
id: ozer-2025
language: az
title: "…"
source: ozer-2025
---
## Heading
A paragraph on one line or more. {#p1}
"""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from aztr_qa.errors import ArticleError
from aztr_qa.language import LanguageGuesser
from aztr_qa.reading.headings import is_reference_heading
from aztr_qa.reading.plain import decode
from aztr_qa.records import LANGUAGES, Article, Block, BlockKind, Language, Record
from aztr_qa.text import normalize, strip_invisible

SEPARATOR = "\n\n"
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_ANCHOR = re.compile(r"\s*\{#([A-Za-z][\w-]*)\}\s*$")
_KEYS = ("id", "language", "title", "source")
_ID = re.compile(r"[A-Za-z0-9][\w-]{0,99}")


def read_front_matter(path: Path) -> tuple[dict[str, Any], str]:
    """The front matter of a file as a mapping ({} without one), and the text after it.

    Raises ArticleError when the front matter is not YAML of the form `key: value`.
    """
    text = strip_invisible(normalize(decode(path))).replace("\r\n", "\n")
    match = _FRONT_MATTER.match(text)
    if not match:
        return {}, text
    try:
        matter = yaml.safe_load(match[1]) or {}
    except Exception as error:  # whatever the parser trips over, it is this file's front matter
        raise ArticleError(
            f"{path.name}: front matter is not valid YAML; check the lines between ---"
        ) from error
    if not isinstance(matter, dict) or any(isinstance(matter.get(k), dict | list) for k in _KEYS):
        raise ArticleError(f"{path.name}: front matter must be lines of the form `key: value`")
    return matter, text[match.end() :]


def read_markdown(
    path: Path, guesser: LanguageGuesser, *, article_id: str, record: Record | None = None
) -> Article:
    """The article in a Markdown file; `id` and `title` of the front matter outrank the arguments.

    Raises ArticleError for bad front matter, an anchor used twice, or a file without paragraphs.
    """
    matter, content = read_front_matter(path)
    article_id = str(matter.get("id") or article_id)
    if not _ID.fullmatch(article_id):
        raise ArticleError(f"{path.name}: id {article_id!r}; use letters, digits, - and _ only")
    parts = _find_parts(content)
    running = " ".join(text for kind, text, _ in parts if kind == "body")
    if not running:
        raise ArticleError(f"{path.name}: no paragraph in it; check the file, or leave it out")
    language = _read_language(matter, running, guesser, path)
    text, blocks = _assemble(parts, language, path)
    title = str(matter.get("title") or "") or next(
        (t for k, t, _ in parts if k == "title"), path.stem
    )
    own = record or Record(title=title)
    return Article(article_id, language, text, own, tuple(blocks), file=path.name)


def _read_language(
    matter: dict[str, Any], running: str, guesser: LanguageGuesser, path: Path
) -> Language:
    if "language" not in matter:
        return guesser.guess(running)[0]
    for language in LANGUAGES:
        if matter["language"] == language:
            return language
    raise ArticleError(
        f"{path.name}: language {matter['language']!r}; use one of {', '.join(LANGUAGES)}"
    )


def _find_parts(content: str) -> list[tuple[BlockKind, str, str | None]]:
    """(kind, text, anchor) of each heading, paragraph, list item and table row, in order.

    What stands under the heading of a reference list, without an anchor, is a reference; the head
    of a table names its columns like a caption.
    """
    tokens = MarkdownIt("commonmark").enable("table").parse(content)
    parts: list[tuple[BlockKind, str, str | None]] = []
    inside: list[str] = []  # what is open: "heading", "list_item", "thead" …
    cells: list[str] = []
    under_references = False
    for token in tokens:
        if token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            parts.append(("caption" if "thead" in inside else "row", " | ".join(cells), None))
        elif token.type == "inline":
            text = _plain_text(token)
            if "tr" in inside:
                cells.append(_ANCHOR.sub("", text))
            elif text and "heading" in inside:
                is_title = "h1" in inside and not parts
                parts.append(_split_anchor("title" if is_title else "heading", text))
                under_references = is_reference_heading(parts[-1][1])
            elif text:
                kind, plain, anchor = _split_anchor(
                    "item" if "list_item" in inside else "body", text
                )
                is_reference = under_references and anchor is None
                parts.append(("reference" if is_reference else kind, plain, anchor))
        elif token.type in {"fence", "code_block"} and token.content.strip():
            parts.append(("body", token.content.strip(), None))
        elif token.type == "html_block" and (text := _plain_html(token.content)):
            parts.append(_split_anchor("body", text))
        name = token.type.rpartition("_")[0]
        if token.nesting > 0:
            inside += [name, token.tag]
        elif token.nesting < 0:
            del inside[-2:]
    return parts


def _plain_text(token: Token) -> str:
    """The words of an inline token without their markup; a soft line break is a space."""
    pieces = []
    for child in token.children or []:
        if child.type in {"softbreak", "hardbreak"}:
            pieces.append(" ")
        elif child.type in {"text", "code_inline"}:
            pieces.append(child.content)
        elif child.type == "html_inline" and child.content.lower().startswith("<br"):
            pieces.append(" ")
    return re.sub(r"\s+", " ", "".join(pieces)).strip()


class _HtmlText(HTMLParser):
    """Collects the text of markup; scripts and styles are no text."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden |= tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        self._hidden &= tag not in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data)


def _plain_html(content: str) -> str:
    parser = _HtmlText()
    parser.feed(content)
    return " ".join(" ".join(parser.pieces).split())


def _split_anchor(kind: BlockKind, text: str) -> tuple[BlockKind, str, str | None]:
    match = _ANCHOR.search(text)
    return (kind, text[: match.start()], match[1]) if match else (kind, text, None)


def _assemble(
    parts: list[tuple[BlockKind, str, str | None]], language: Language, path: Path
) -> tuple[str, list[Block]]:
    text, section, blocks = "", "", []
    anchors: set[str] = set()
    for kind, content, anchor in parts:
        if anchor in anchors:
            raise ArticleError(
                f"{path.name}: paragraph id {anchor!r} is used twice; ids must differ"
            )
        if anchor and kind == "body":
            anchors.add(anchor)
        if kind == "heading":
            section = content
        text += SEPARATOR if text else ""
        start = len(text)
        text += content
        blocks.append(
            Block(kind, start, len(text), language, section, anchor if kind == "body" else None)
        )
    return text, blocks
