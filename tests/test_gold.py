"""The shipped gold questions: their mix, and that each answer stands where they say."""

import pytest

from aztr_qa.evaluate.gold import read_gold
from aztr_qa.records import LANGUAGES
from aztr_qa.service import Service
from tests.conftest import REPOSITORY

GOLD = REPOSITORY / "eval" / "gold"
ARTICLES_GOLD = [GOLD / "articles.jsonl", GOLD / "unanswerable.jsonl"]


def test_articles_gold_is_as_large_and_as_mixed_as_promised() -> None:
    gold = read_gold(ARTICLES_GOLD)
    answerable = [question for question in gold if question.is_answerable]
    for language in LANGUAGES:
        assert sum(question.language == language for question in answerable) >= 30
        assert (
            sum(question.language == language for question in gold if not question.is_answerable)
            >= 30
        )
    assert {question.pair for question in answerable} == {
        f"{a}>{b}" for a in LANGUAGES for b in LANGUAGES
    }


@pytest.mark.slow
def test_gold_patterns_are_short_and_each_is_found_in_its_article(
    articles_service: Service,
) -> None:
    columns = articles_service.store.columns
    passages = articles_service.store.read_passages(range(len(columns.languages)))
    lost = []
    for question in read_gold(ARTICLES_GOLD):
        for place in question.evidence:
            assert len(place.pattern.pattern.replace(r"\s+", " ").split()) <= 8, question.id
        if question.is_answerable and not any(question.find_facts(passage) for passage in passages):
            lost.append(question.id)
    # It asks for an article's keywords, a part of their own that is no passage: it stays, as a
    # miss.
    assert lost == ["en-a-022"]


@pytest.mark.slow
def test_no_gold_question_copies_an_article(articles_service: Service) -> None:
    """No run of eight words of a question stands in an article."""
    runs: set[tuple[str, ...]] = set()
    for article in articles_service.store.list_articles():
        words = article.text.lower().split()
        runs |= {tuple(words[i : i + 8]) for i in range(len(words) - 7)}
    for question in read_gold(ARTICLES_GOLD):
        words = question.question.lower().split()
        assert not any(tuple(words[i : i + 8]) in runs for i in range(len(words) - 7)), question.id
