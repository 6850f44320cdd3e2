"""An article becomes passages: spans of its text on sentence borders, about 120 words long."""

import hashlib
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from aztr_qa.reading.headings import find_run_in_heading
from aztr_qa.records import RUN_IN, Article, Block, Passage, Sentence
from aztr_qa.sentences import split_sentences

MAX_WORDS = 120
_BULLETS = "*•▪◦●‣ "
_T = TypeVar("_T")
# Blocks that are searched; they may share a passage when they stand in one group of the section.
_GROUP_BY_KIND = {
    "abstract": "abstract",
    "body": "body",
    "item": "body",
    "caption": "table",
    "row": "table",
}


def split_article(article: Article, *, max_words: int = MAX_WORDS) -> list[Passage]:
    """The passages of an article, in reading order: `article.text[p.start:p.end] == p.text`.

    A passage never crosses a section; it holds neighbouring paragraphs, parts of a long one, or one
    aligned paragraph of the corpus format. A sentence is never cut, however long. Titles, headings,
    footnotes and references are left out. The id depends on the article, its language and the
    passage's own text, so it survives re-indexing.
    """
    passages: list[Passage] = []
    seen: dict[str, int] = {}
    for blocks in _group_blocks(article):
        paragraphs = _find_paragraphs(article, blocks)
        # An aligned paragraph stays whole, so that its siblings say all that it says.
        size = sys.maxsize if blocks[0].anchor else max_words
        for runs in _merge_runs(article, paragraphs, max_words=size):
            passages.append(_make_passage(article, blocks[0], runs, seen))
    return passages


def _group_blocks(article: Article) -> Iterator[list[Block]]:
    searched = (
        block for block in article.blocks if block.kind in _GROUP_BY_KIND or block.kind == "heading"
    )

    def group_key(numbered: tuple[int, Block]) -> tuple[object, ...]:
        number, block = numbered
        alone = number if block.anchor else None
        return _GROUP_BY_KIND.get(block.kind), block.section, block.language, alone

    for (group, *_), run in groupby(enumerate(searched), key=group_key):
        if group is not None:
            yield [block for _, block in run]


def _find_paragraphs(article: Article, blocks: list[Block]) -> list["_Run"]:
    """The paragraphs with their sentences; an item ("1992: the treaty") is one of its own."""
    paragraphs: list[_Run] = []
    for block in blocks:
        text = article.text[block.start : block.end]
        begin, quotable = 0, block.kind != "caption"
        if block.kind == "item":
            begin = len(text) - len(text.lstrip(_BULLETS))
            # A bulleted sentence answers; a bulleted name only heads what follows.
            quotable = text.rstrip('"”»)').endswith((".", "?", "!", ";"))
        is_whole = block.kind in {"row", "caption"}
        spans = [(0, len(text))] if is_whole else split_sentences(text[begin:])
        sentences = tuple(
            Sentence(block.start + begin + start, block.start + begin + end, quotable=quotable)
            for start, end in spans
        )
        if sentences:
            # An aligned paragraph has its headings from its author, the same in each language.
            heading = "" if block.anchor else find_run_in_heading(text)
            paragraphs.append(_Run(sentences, heading))
    return paragraphs


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbouring sentences of one paragraph, and the heading that the paragraph begins with."""

    sentences: tuple[Sentence, ...]
    heading: str


def _merge_runs(
    article: Article, paragraphs: list[_Run], *, max_words: int
) -> Iterator[list[_Run]]:
    """Short paragraphs together, long ones in parts of like length, at most `max_words` words
    each.
    """
    runs = [part for paragraph in paragraphs for part in _split_run(article, paragraph, max_words)]
    ends = [run.sentences[0].start for run in runs[1:]] + [
        runs[-1].sentences[-1].end if runs else 0
    ]
    tiles = [
        article.text[run.sentences[0].start : end] for run, end in zip(runs, ends, strict=False)
    ]
    yield from _merge(runs, tiles, max_words)


def _split_run(article: Article, paragraph: _Run, max_words: int) -> Iterator[_Run]:
    tiles = _cut_tiles(article, list(paragraph.sentences))
    n_words = sum(len(tile.split()) for tile in tiles)
    n_parts = math.ceil(n_words / max_words)
    size = min(max_words, math.ceil(n_words / n_parts * 1.1))
    for part in _merge(list(paragraph.sentences), tiles, size):
        yield _Run(tuple(part), paragraph.heading)


def _merge(items: list[_T], tiles: list[str], max_words: int) -> Iterator[list[_T]]:
    """Runs of neighbouring items whose tiles together have at most `max_words` words."""
    position = 0
    for merged in _TileMerger(max_words).merge(tiles):
        end, length = position, 0
        while length < len(merged):
            length += len(tiles[end])
            end += 1
        yield items[position:end]
        position = end


def _cut_tiles(article: Article, sentences: list[Sentence]) -> list[str]:
    """The text between the first and the last sentence, cut at the beginnings of the sentences."""
    ends = [sentence.start for sentence in sentences[1:]] + [sentences[-1].end]
    return [article.text[s.start : end] for s, end in zip(sentences, ends, strict=True)]


class _TileMerger:
    """langchain's merging of pieces up to a length, over our sentences and without touching a
    character.
    """

    def __init__(self, max_words: int) -> None:
        from langchain_text_splitters import TextSplitter

        class Splitter(TextSplitter):
            def split_text(self, text: str) -> list[str]:
                return self._merge_splits([text], "")

            def merge(self, tiles: list[str]) -> list[str]:
                return self._merge_splits(tiles, "")

        self._splitter = Splitter(
            chunk_size=max_words,
            chunk_overlap=0,
            length_function=lambda text: len(text.split()),
            strip_whitespace=False,
        )

    def merge(self, tiles: list[str]) -> list[str]:
        """The tiles joined to strings of at most the size; joined again they give the tiles'
        text.
        """
        return self._splitter.merge(tiles)


def _make_passage(
    article: Article, first: Block, runs: list[_Run], seen: dict[str, int]
) -> Passage:
    sentences = tuple(sentence for run in runs for sentence in run.sentences)
    start, end = sentences[0].start, sentences[-1].end
    text = article.text[start:end]
    digest = hashlib.sha256(f"{article.id}\n{article.language}\n{text}".encode()).hexdigest()[:10]
    seen[digest] = seen.get(digest, 0) + 1
    suffix = f"-{seen[digest]}" if seen[digest] > 1 else ""
    heading = runs[0].heading if len(runs) == 1 else ""
    return Passage(
        id=f"{article.id}-{digest}{suffix}",
        article_id=article.id,
        version=article.language,
        language=first.language,
        text=text,
        start=start,
        end=end,
        section=RUN_IN.join(part for part in (first.section, heading) if part),
        page=article.page_of(start),
        sentences=sentences,
        sibling_key=f"{article.id}#{first.anchor}" if first.anchor else None,
    )
