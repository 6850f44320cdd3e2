"""The service over the shipped digests: aligned paragraphs, one place each, in three languages."""

import json
import re

import pytest

from aztr_qa import views
from aztr_qa.records import LANGUAGES, RUN_IN, Language
from aztr_qa.service import Service
from tests.conftest import REPOSITORY

pytestmark = pytest.mark.slow

QUESTIONS: dict[Language, str] = {
    "az": "Qarabağda işğaldan sonra neçə nəfər məcburi köçkün düşdü?",
    "tr": "NATO’ya ilk adım olarak Azerbaycan 1992’de hangi konseye katıldı?",
    "en": "Which countries are cautious about a Turkic collective defence?",
}

each_language = pytest.mark.parametrize("language", LANGUAGES)


def test_every_paragraph_is_one_passage_with_two_siblings(digests_service: Service) -> None:
    store = digests_service.store
    passages = store.read_passages(range(len(store.columns.languages)))
    assert not any(RUN_IN in passage.section for passage in passages)  # the digests' own headings
    groups: dict[str | None, set[Language]] = {}
    for passage in passages:
        groups.setdefault(passage.sibling_key, set()).add(passage.language)
    assert None not in groups
    assert all(languages == set(LANGUAGES) for languages in groups.values())
    assert len(passages) == len(LANGUAGES) * len(groups)


@each_language
def test_result_list_is_in_the_language_of_the_question(
    language: Language, digests_service: Service
) -> None:
    question = digests_service.read_question(QUESTIONS[language])
    hits = digests_service.search(question, k=10)
    assert {hit.passage.language for hit in hits} == {language}
    assert len({hit.passage.sibling_key for hit in hits}) == 10
    for hit in hits:
        assert {sibling.language for sibling in hit.siblings} == set(LANGUAGES) - {language}
        assert {sibling.sibling_key for sibling in hit.siblings} == {hit.passage.sibling_key}


@each_language
@pytest.mark.parametrize("searched", LANGUAGES)
def test_restricted_search_finds_that_language_only(
    language: Language, searched: Language, digests_service: Service
) -> None:
    question = digests_service.read_question(QUESTIONS[language])
    hits = digests_service.search(question, k=10, passage_languages=[searched])
    assert [hit.passage.language for hit in hits] == [searched] * 10


@each_language
def test_examples_on_the_page_are_answered(language: Language, digests_service: Service) -> None:
    script = REPOSITORY / "src" / "aztr_qa" / "web" / "strings.js"
    table = re.search(r"STRINGS = (\{.*\n\});", script.read_text(encoding="utf-8"), re.DOTALL)
    assert table is not None
    strings = json.loads(table[1])[language]
    role = {
        "az": "üstünlük|gedişini",
        "tr": "üstünlük|gidişatını|seyrini",
        "en": "superiority|the course of the war",
    }[language]
    for number, fact in ((1, "2021"), (2, "2006"), (3, role)):
        question = digests_service.read_question(strings[f"example_{number}"], language=language)
        answer = digests_service.ask(question, k=5)
        assert not answer.refused
        assert answer.citations[0].language == language
        assert re.search(fact, answer.citations[0].quote)


def test_statistics_count_every_article(digests_service: Service) -> None:
    listed = views.list_articles(digests_service, limit=200, offset=0).articles
    shown = views.show_index(digests_service)
    assert len(listed) == shown.articles == 5
    for language in LANGUAGES:
        assert shown.passages[language] == sum(a.passages[language] for a in listed)
    assert shown.sections == sum(article.sections for article in listed)
    for article in listed:
        text = (REPOSITORY / "corpus" / article.id / "tr.md").read_text(encoding="utf-8")
        assert article.sections == text.count("\n## ")
    assert all(article.relation == "digest" and article.source_title for article in listed)
