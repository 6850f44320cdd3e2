"""The parts of an article are put together into one text, with blocks, sections and pages."""

import re
from collections import Counter
from dataclasses import replace

from aztr_qa.errors import ArticleError
from aztr_qa.language import LanguageGuesser
from aztr_qa.reading.joining import Joined, Joiner
from aztr_qa.reading.lines import Line
from aztr_qa.records import Article, Block, BlockKind, Language, Record
from aztr_qa.text import fold

SEPARATOR = "\n\n"
RUNNING_KINDS: frozenset[BlockKind] = frozenset({"abstract", "body"})
_BACK_MATTER: tuple[BlockKind, ...] = ("footnote", "reference")
_MIN_CHARS_TO_GUESS = 200
_MIN_CONFIDENCE = 0.9
_ABSTRACT_LANGUAGES: dict[str, Language] = {
    "xulase": "az",
    "oz": "tr",
    "ozet": "tr",
    "abstract": "en",
}


class Assembler:
    """Collects parts in reading order; footnotes and references move behind the running text."""

    def __init__(self, joiner: Joiner, guesser: LanguageGuesser) -> None:
        self._joiner = joiner
        self._guesser = guesser
        self._parts: list[tuple[BlockKind, str, Joined]] = []
        self._section = ""

    def add(self, kind: BlockKind, lines: list[Line], *, prefix: str = "") -> None:
        """Join lines to a part of the current section; a heading starts a section. Nothing for no
        lines.
        """
        if not lines:
            return
        joined = self._joiner.join(lines)
        if prefix:
            joined = Joined(prefix + joined.text, joined.pages)
        if kind == "heading":
            self._section = joined.text.rstrip(":")
        self._parts.append((kind, self._section, joined))

    def add_heading_text(self, text: str, line: Line) -> None:
        """A heading that shares its line with the text it heads ("Xülasə: …")."""
        self._section = text
        pages = ((0, line.page),) if line.page is not None else ()
        self._parts.append(("heading", text, Joined(text, pages)))

    def leave_section(self) -> None:
        """What follows stands under no heading."""
        self._section = ""

    def finish(self, *, article_id: str, record: Record | None, file: str) -> Article:
        """The article. Raises ArticleError when no part is running text."""
        front = [part for part in self._parts if part[0] not in _BACK_MATTER]
        back = [part for kind in _BACK_MATTER for part in self._parts if part[0] == kind]
        language = self._guess_main_language()
        text, blocks, pages = "", [], []
        for kind, section, joined in front + back:
            text += SEPARATOR if text else ""
            start = len(text)
            text += joined.text
            pages += [(start + offset, page) for offset, page in joined.pages]
            block_language = self._guess_language(kind, section, joined.text, language)
            blocks.append(Block(kind, start, len(text), block_language, section))
        blocks = _spread_abstract_language(blocks)
        if not any(block.kind in RUNNING_KINDS for block in blocks):
            raise ArticleError(f"{file}: no running text in it; check the file, or leave it out")
        own = self._read_record(record, file)
        return Article(article_id, language, text, own, tuple(blocks), tuple(pages), file)

    def _guess_main_language(self) -> Language:
        votes: Counter[Language] = Counter()
        for kind, _, joined in self._parts:
            if kind == "body":
                votes[self._guesser.guess(joined.text)[0]] += len(joined.text)
        if not votes:
            return self._guesser.guess(" ".join(part[2].text for part in self._parts))[0]
        return votes.most_common(1)[0][0]

    def _guess_language(self, kind: BlockKind, section: str, text: str, main: Language) -> Language:
        if kind in {"title", "author", "heading", "footnote", "reference"}:
            return main
        if kind in {"abstract", "keywords"} and fold(section) in _ABSTRACT_LANGUAGES:
            return _ABSTRACT_LANGUAGES[fold(section)]
        guess, confidence = self._guesser.guess(text)
        # Azerbaijani and Turkish lend each other words; only English stands out for sure in a short
        # text.
        sure = confidence >= _MIN_CONFIDENCE and len(text) >= _MIN_CHARS_TO_GUESS
        return guess if sure and "en" in (guess, main) else main

    def _read_record(self, record: Record | None, file: str) -> Record:
        titles = [joined.text for kind, _, joined in self._parts if kind == "title"]
        authors = tuple(
            re.sub(r"[\d*]+$", "", joined.text).strip()
            for kind, _, joined in self._parts
            if kind == "author"
        )
        own_title = titles[0] if titles else file.rsplit(".", 1)[0]
        if record is None:
            return Record(title=own_title, authors=authors)
        return replace(record, title=record.title or own_title, authors=record.authors or authors)


def _spread_abstract_language(blocks: list[Block]) -> list[Block]:
    """Headings and titles take the language of the abstract they head."""
    spread = list(blocks)
    for index in range(len(blocks) - 2, -1, -1):
        following = spread[index + 1]
        heads_abstract = following.kind == "abstract" or (
            following.kind == "heading" and fold(following.section) in _ABSTRACT_LANGUAGES
        )
        if spread[index].kind in {"heading", "title"} and heads_abstract:
            spread[index] = replace(spread[index], language=following.language)
    return spread
