"""An article becomes passages: spans of its text on sentence borders, about 120 words long."""

import hashlib
import math
from collections.abc import Iterator
from itertools import groupby

from aztr_qa.records import Article, Block, Passage, Sentence
from aztr_qa.sentences import split_sentences

MAX_WORDS = 120
_BULLETS = "*•▪◦●‣ "
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

    A passage never crosses a section, an aligned paragraph of the corpus format is one passage, and
    a sentence is never cut, however long. Titles, headings, footnotes and references are left out.
    The id depends on the article, its language and the passage's own text, so it survives
    re-indexing.
    """
    passages: list[Passage] = []
    seen: dict[str, int] = {}
    for blocks in _group_blocks(article):
        sentences = list(_find_sentences(article, blocks))
        for chosen in _merge_sentences(article, sentences, max_words=max_words):
            passages.append(_make_passage(article, blocks[0], chosen, seen))
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


def _find_sentences(article: Article, blocks: list[Block]) -> Iterator[Sentence]:
    """Sentences in order. An item ("1992: the treaty") begins the sentence that follows it."""
    item: Sentence | None = None
    for block in blocks:
        text = article.text[block.start : block.end]
        if block.kind == "item":
            if item is not None:
                yield item
            bullet = len(text) - len(text.lstrip(_BULLETS))
            item = Sentence(block.start + bullet, block.end)
            continue
        is_whole = block.kind in {"row", "caption"}
        for start, end in [(0, len(text))] if is_whole else split_sentences(text):
            begin = block.start + start if item is None else item.start
            yield Sentence(begin, block.start + end, quotable=block.kind != "caption")
            item = None
    if item is not None:
        yield item


def _merge_sentences(
    article: Article, sentences: list[Sentence], *, max_words: int
) -> Iterator[list[Sentence]]:
    """Runs of sentences of at most `max_words` words, of like length where there are several."""
    if not sentences:
        return
    tiles = _cut_tiles(article, sentences)
    n_words = sum(len(tile.split()) for tile in tiles)
    n_passages = max(1, math.ceil(n_words / max_words))
    size = min(max_words, math.ceil(n_words / n_passages * 1.1))
    position = 0
    for merged in _SentenceSplitter(size).split_tiles(tiles):
        end = position
        length = 0
        while length < len(merged):
            length += len(tiles[end])
            end += 1
        yield sentences[position:end]
        position = end


def _cut_tiles(article: Article, sentences: list[Sentence]) -> list[str]:
    """The text between the first and the last sentence, cut at the beginnings of the sentences."""
    ends = [sentence.start for sentence in sentences[1:]] + [sentences[-1].end]
    return [article.text[s.start : end] for s, end in zip(sentences, ends, strict=True)]


class _SentenceSplitter:
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

    def split_tiles(self, tiles: list[str]) -> list[str]:
        """The tiles joined to strings of at most the size; joined again they give the tiles'
        text.
        """
        return self._splitter.merge(tiles)


def _make_passage(
    article: Article, first: Block, sentences: list[Sentence], seen: dict[str, int]
) -> Passage:
    start, end = sentences[0].start, sentences[-1].end
    text = article.text[start:end]
    digest = hashlib.sha256(f"{article.id}\n{article.language}\n{text}".encode()).hexdigest()[:10]
    seen[digest] = seen.get(digest, 0) + 1
    suffix = f"-{seen[digest]}" if seen[digest] > 1 else ""
    return Passage(
        id=f"{article.id}-{digest}{suffix}",
        article_id=article.id,
        version=article.language,
        language=first.language,
        text=text,
        start=start,
        end=end,
        section=first.section,
        page=article.page_of(start),
        sentences=tuple(sentences),
        sibling_key=f"{article.id}#{first.anchor}" if first.anchor else None,
    )
