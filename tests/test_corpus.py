"""The shipped digests: aligned paragraph by paragraph, the same figures, no copied sentence."""

import re
from pathlib import Path

import pytest

from aztr_qa.language import LanguageGuesser
from aztr_qa.reading import read_corpus
from aztr_qa.reading.corpus import find_files
from aztr_qa.records import LANGUAGES, Article
from aztr_qa.text import fold
from tests.conftest import REPOSITORY

CORPUS = REPOSITORY / "corpus"
N_GRAM = 8


@pytest.fixture(scope="module")
def digests(guesser: LanguageGuesser) -> dict[str, dict[str, Article]]:
    corpus = read_corpus([CORPUS], guesser)
    assert corpus.problems == ()
    grouped: dict[str, dict[str, Article]] = {}
    for article in corpus.articles:
        grouped.setdefault(article.id, {})[article.language] = article
    return grouped


def _paragraphs(article: Article) -> dict[str, str]:
    return {b.anchor: article.text[b.start : b.end] for b in article.blocks if b.anchor}


def test_every_digest_exists_in_three_languages_with_the_same_ids(
    digests: dict[str, dict[str, Article]],
) -> None:
    assert digests
    for versions in digests.values():
        assert set(versions) == set(LANGUAGES)
        ids = [list(_paragraphs(versions[language])) for language in LANGUAGES]
        assert ids[0] == ids[1] == ids[2]
        headings = [sum(b.kind == "heading" for b in v.blocks) for v in versions.values()]
        assert len(set(headings)) == 1


def test_aligned_paragraphs_have_the_same_figures_and_a_readable_length(
    digests: dict[str, dict[str, Article]],
) -> None:
    for versions in digests.values():
        for anchor in _paragraphs(versions["az"]):
            texts = [_paragraphs(versions[language])[anchor] for language in LANGUAGES]
            figures = [sorted(re.findall(r"\d+", text)) for text in texts]
            assert figures[0] == figures[1] == figures[2], anchor
            assert all(40 <= len(text.split()) <= 110 for text in texts), anchor


def test_digests_say_which_source_they_retell(digests: dict[str, dict[str, Article]]) -> None:
    for versions in digests.values():
        for article in versions.values():
            assert article.record.authors
            assert article.record.year


@pytest.mark.slow
def test_no_run_of_eight_words_is_copied(
    digests: dict[str, dict[str, Article]], articles_dir: Path
) -> None:
    """Titles and names of eight words may stand; a run with a small word in its midst may not."""
    copied = set()
    runs: set[tuple[str, ...]] = set()
    for path in find_files([articles_dir]):
        words = fold(re.sub(r"-\n+", "", path.read_text(encoding="utf-8"))).split()
        runs |= {tuple(words[i : i + N_GRAM]) for i in range(len(words) - N_GRAM + 1)}
    for versions in digests.values():
        for article in versions.values():
            titles = fold(" ".join([article.record.title_en or "", article.record.venue or ""]))
            for text in _paragraphs(article).values():
                words = fold(text).split()
                for i in range(len(words) - N_GRAM + 1):
                    run = tuple(words[i : i + N_GRAM])
                    if run in runs and " ".join(run) not in titles:
                        copied.add((article.language, " ".join(run)))
    assert copied == set()
