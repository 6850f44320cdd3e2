"""The shipped digests: aligned paragraph by paragraph, the same figures, no copied sentence, and
every fact of the coverage list in its paragraph.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from aztr_qa.language import LanguageGuesser
from aztr_qa.reading import read_corpus
from aztr_qa.reading.corpus import Corpus
from aztr_qa.records import LANGUAGES, Article, Language
from aztr_qa.text import fold
from tests.conftest import REPOSITORY

CORPUS = REPOSITORY / "corpus"
# Each digest and the file of the article that it retells.
SOURCES = {
    "euro-atlantic-cooperation": "000_03d2acbeaee116f6.txt",
    "energy-and-security": "001_d7189c8b72b3481f.txt",
    "nato-military-cooperation": "002_9b696aa0bc66cf58.txt",
    "ozer-2025": "003_d37cdae296827544.txt",
    "internal-and-foreign-policy": "004_cc601ad832c95fda.txt",
}
N_GRAM = 8
Digest = dict[Language, Article]

each_digest = pytest.mark.parametrize("digest_id", SOURCES)


@pytest.fixture(scope="module")
def corpus(guesser: LanguageGuesser) -> Corpus:
    return read_corpus([CORPUS], guesser)


@pytest.fixture
def digest(corpus: Corpus, digest_id: str) -> Digest:
    return {a.language: a for a in corpus.articles if a.id == digest_id}


@pytest.fixture
def source(articles_dir: Path, digest_id: str) -> str:
    """The text of the article with the words that a line end divides put together."""
    text = (articles_dir / SOURCES[digest_id]).read_text(encoding="utf-8")
    return re.sub(r"-[ \t]*\n\s*", "", text)


def _paragraphs(article: Article) -> dict[str, str]:
    return {b.anchor: article.text[b.start : b.end] for b in article.blocks if b.anchor}


def _headings(article: Article) -> list[str]:
    return [article.text[b.start : b.end] for b in article.blocks if b.kind == "heading"]


def test_the_corpus_is_the_five_digests_and_nothing_else(corpus: Corpus) -> None:
    assert corpus.problems == ()
    assert {(a.id, a.language) for a in corpus.articles} == {
        (digest_id, language) for digest_id in SOURCES for language in LANGUAGES
    }


@each_digest
def test_ids_and_headings_are_aligned(digest: Digest) -> None:
    shapes = [[(b.kind, b.anchor) for b in digest[language].blocks] for language in LANGUAGES]
    assert shapes[0] == shapes[1] == shapes[2]
    anchors = list(_paragraphs(digest["az"]))
    assert anchors == [f"p{number}" for number in range(1, len(anchors) + 1)]
    assert len(anchors) >= 15


@each_digest
def test_every_paragraph_stands_under_a_heading_and_has_an_id(digest: Digest) -> None:
    for article in digest.values():
        bodies = [block for block in article.blocks if block.kind != "heading"]
        assert all(block.kind == "body" and block.anchor and block.section for block in bodies)


@each_digest
def test_aligned_paragraphs_have_the_same_figures(digest: Digest) -> None:
    versions = [_paragraphs(digest[language]) for language in LANGUAGES]
    for anchor in versions[0]:
        figures = [sorted(re.findall(r"\d+", version[anchor])) for version in versions]
        assert figures[0] == figures[1] == figures[2], anchor


@each_digest
def test_paragraphs_are_readable_and_about_as_long_as_their_siblings(digest: Digest) -> None:
    versions = [_paragraphs(digest[language]) for language in LANGUAGES]
    for anchor in versions[0]:
        texts = [version[anchor] for version in versions]
        assert all(40 <= len(text.split()) <= 110 for text in texts), anchor
        assert max(map(len, texts)) <= 1.5 * min(map(len, texts)), anchor


@each_digest
def test_every_paragraph_is_in_the_language_of_its_file(
    digest: Digest, guesser: LanguageGuesser
) -> None:
    """In one of fifty the names of works in another language may outweigh the rest."""
    for language, article in digest.items():
        texts = _paragraphs(article).values()
        wrong = [text for text in texts if guesser.guess(text)[0] != language]
        assert len(wrong) <= 0.02 * len(texts), wrong


@each_digest
def test_record_says_what_the_digest_retells(digest: Digest) -> None:
    for article in digest.values():
        assert article.record.relation == "digest"
        assert article.record.source_title
        assert article.record.source_language in {"az", "tr"}
        suffix = {"az": " (icmal)", "tr": " (özet)", "en": " (digest)"}[article.language]
        assert article.record.title.endswith(suffix)  # a citation must show whose words they are
    assert len({article.record.title for article in digest.values()}) == len(LANGUAGES)


def test_authors_and_year_are_recorded_only_where_the_source_states_them(corpus: Corpus) -> None:
    known = {a.id: (a.record.authors, a.record.year) for a in corpus.articles}
    assert known.pop("ozer-2025") == (("Çağlar Özer",), 2025)
    assert set(known.values()) == {((), None)}


@dataclass(frozen=True)
class Fact:
    """A line of corpus/COVERAGE.md."""

    section: str
    text: str
    anchors: tuple[str, ...]


def _read_coverage() -> dict[str, list[Fact]]:
    facts: dict[str, list[Fact]] = {}
    digest_id = section = ""
    for line in (CORPUS / "COVERAGE.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            digest_id = line[3:].strip()
            facts[digest_id] = []
        elif line.startswith("### "):
            section = line[4:].strip()
        elif digest_id and line.strip():
            match = re.fullmatch(r"- (.+) → (p\d+(?:, p\d+)*)", line)
            assert match is not None, line
            facts[digest_id].append(Fact(section, match[1], tuple(match[2].split(", "))))
    return facts


def test_coverage_list_is_of_the_five_digests() -> None:
    assert set(_read_coverage()) == set(SOURCES)


@each_digest
def test_every_fact_has_its_paragraph_with_its_figures(digest: Digest, digest_id: str) -> None:
    for fact in _read_coverage()[digest_id]:
        for article in digest.values():
            paragraphs = _paragraphs(article)
            assert set(fact.anchors) <= set(paragraphs), fact
            figures = {number for a in fact.anchors for number in re.findall(r"\d+", paragraphs[a])}
            assert set(re.findall(r"\d+", fact.text)) <= figures, (article.language, fact)


@each_digest
def test_every_paragraph_holds_a_fact_of_the_list(digest: Digest, digest_id: str) -> None:
    named = {anchor for fact in _read_coverage()[digest_id] for anchor in fact.anchors}
    assert named == set(_paragraphs(digest["en"]))


@each_digest
def test_no_run_of_eight_words_is_copied(digest: Digest, digest_id: str, source: str) -> None:
    """Not even of a title: longer ones are shortened. The list of facts counts, too."""
    runs = set(_runs(source))
    texts = {
        text
        for article in digest.values()
        for text in (article.record.title, *_headings(article), *_paragraphs(article).values())
    }
    texts |= {fact.text for fact in _read_coverage()[digest_id]}
    assert {" ".join(run) for text in texts for run in _runs(text) if run in runs} == set()


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    """The runs of folded words, and those of words that an apostrophe divides ("nato", "nun")."""
    for words in (fold(text).split(), fold(re.sub(r"['’]", " ", text)).split()):
        yield from (tuple(words[i : i + N_GRAM]) for i in range(len(words) - N_GRAM + 1))


@each_digest
def test_length_is_at_most_two_thirds_of_the_article(digest: Digest, source: str) -> None:
    """English may have more: its small words are endings in the two others."""
    for language, article in digest.items():
        share = sum(len(p.split()) for p in _paragraphs(article).values()) / len(source.split())
        assert 0.4 <= share <= (0.86 if language == "en" else 0.667), (language, share)


@each_digest
def test_every_figure_of_a_digest_stands_in_its_article(digest: Digest, source: str) -> None:
    """A year or a number that the article does not have was made up. One digit may count the
    items of a list.
    """
    figures = set(re.findall(r"\d+", source))
    if "XX əsr" in source:  # a century that the digests write in digits
        figures.add("20")
    for article in digest.values():
        for anchor, text in _paragraphs(article).items():
            assert set(re.findall(r"\d{2,}", text)) <= figures, (article.language, anchor)
