"""The shipped gold questions: their mix, and that each answer stands where they say."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from aztr_qa.evaluate.gold import GoldQuestion, read_gold
from aztr_qa.language import LanguageGuesser
from aztr_qa.reading import read_corpus
from aztr_qa.reading.corpus import find_files
from aztr_qa.records import LANGUAGES, Language
from aztr_qa.sentences import split_sentences
from aztr_qa.service import Service
from aztr_qa.text import fold
from tests.conftest import REPOSITORY

GOLD = REPOSITORY / "eval" / "gold"
ARTICLES_GOLD = [GOLD / "articles.jsonl", GOLD / "unanswerable.jsonl"]
PAIRS_GOLD = GOLD / "pairs.jsonl"
DIGESTS_GOLD = GOLD / "digests.jsonl"
FOLLOWUPS_GOLD = GOLD / "followups.jsonl"
COVERAGE = REPOSITORY / "eval" / "coverage.jsonl"

# (article, paragraph id, language) -> (section, text)
Paragraphs = dict[tuple[str, str, Language], tuple[str, str]]


@pytest.fixture(scope="module")
def paragraphs(guesser: LanguageGuesser) -> Paragraphs:
    return {
        (article.id, block.anchor, article.language): (
            block.section,
            article.text[block.start : block.end],
        )
        for article in read_corpus([REPOSITORY / "corpus"], guesser).articles
        for block in article.blocks
        if block.anchor
    }


@pytest.fixture(scope="module")
def answerable() -> list[GoldQuestion]:
    return [question for question in read_gold([DIGESTS_GOLD]) if question.is_answerable]


@pytest.fixture(scope="module")
def on_digests(answerable: list[GoldQuestion]) -> list[GoldQuestion]:
    return [*answerable, *read_gold([FOLLOWUPS_GOLD])]


def _runs(text: str, n: int) -> set[tuple[str, ...]]:
    words = fold(text).split()
    return {tuple(words[i : i + n]) for i in range(len(words) - n + 1)}


# --- on the digests ------------------------------------------------------------------------------


def test_digests_gold_is_as_large_and_as_mixed_as_promised(answerable: list[GoldQuestion]) -> None:
    by_language = Counter(question.language for question in answerable)
    assert all(by_language[language] >= 80 for language in LANGUAGES)
    styles = Counter(question.style for question in answerable)
    assert styles["keyword"] >= 20
    assert styles["typo"] >= 24
    assert styles["long"] >= 20
    assert sum(len(question.facts) > 1 for question in answerable) >= 30
    kinds = {"fact", "date", "number", "name", "list", "definition", "why", "comparison", "table"}
    assert {question.kind for question in answerable} == kinds
    for language in LANGUAGES:
        assert len({q.style for q in answerable if q.language == language}) == 4
    whys = Counter(q.why for q in read_gold([DIGESTS_GOLD]) if not q.is_answerable)
    assert whys["near_miss"] >= 60
    assert whys["off_topic"] >= 20
    assert whys["injection"] >= 10


def test_every_section_of_every_digest_is_asked_about(
    answerable: list[GoldQuestion], paragraphs: Paragraphs
) -> None:
    asked = {
        (place.article, paragraphs[place.article, place.paragraph, "en"][0])
        for question in answerable
        for place in question.evidence
        if place.paragraph is not None
    }
    sections = {
        (article, section)
        for (article, _, language), (section, _) in paragraphs.items()
        if language == "en"
    }
    assert sections - asked == set()


def test_every_pattern_is_the_fact_in_one_sentence_of_its_paragraph(
    on_digests: list[GoldQuestion], paragraphs: Paragraphs
) -> None:
    wrong = []
    for question in on_digests:
        for place in question.evidence:
            assert place.paragraph is not None, question.id
            text = paragraphs[place.article, place.paragraph, place.language][1]
            sentences = [text[start:end] for start, end in split_sentences(text)]
            if not any(place.pattern.search(sentence) for sentence in sentences):
                wrong.append((question.id, place.paragraph, place.language))
            if len(place.pattern.pattern.split()) > 8:
                wrong.append((question.id, "long", place.language))
    assert wrong == []


def test_questions_are_not_the_words_of_the_paragraph(
    on_digests: list[GoldQuestion], paragraphs: Paragraphs
) -> None:
    copied = [
        question.id
        for question in on_digests
        for place in question.evidence
        if place.language == question.language and place.paragraph is not None
        if _runs(question.question, 6)
        & _runs(paragraphs[place.article, place.paragraph, place.language][1], 6)
    ]
    assert copied == []


def test_no_question_is_asked_twice() -> None:
    gold = read_gold([DIGESTS_GOLD])
    assert len({fold(question.question) for question in gold}) == len(gold)


def test_follow_ups_are_as_many_and_as_mixed_as_promised() -> None:
    rows = [json.loads(line) for line in FOLLOWUPS_GOLD.read_text(encoding="utf-8").splitlines()]
    assert all(sum(row["language"] == language for row in rows) >= 15 for language in LANGUAGES)
    assert all(1 <= len(row["history"]) <= 3 for row in rows)
    turns = Counter(row["turn"] for row in rows)
    kinds = {"connective", "pronoun", "ellipsis", "bare", "change", "chain", "language"}
    assert set(turns) == kinds
    assert turns["change"] >= 6
    assert turns["language"] >= 4
    assert turns["chain"] >= 4


# --- on the source articles ----------------------------------------------------------------------


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


def test_each_question_of_a_pair_has_a_near_miss_in_its_language() -> None:
    rows = [json.loads(line) for line in PAIRS_GOLD.read_text(encoding="utf-8").splitlines()]
    twins = {row["id"]: row for row in rows if not row["answerable"]}
    answerable = [row for row in rows if row["answerable"]]
    assert len(answerable) == len(twins) == 180
    for row in answerable:
        twin = twins[row["id"] + "n"]
        assert (twin["language"], twin["why"]) == (row["language"], "near_miss"), row["id"]
        assert fold(twin["question"]) != fold(row["question"])
    assert Counter(row["language"] for row in answerable) == {"az": 60, "tr": 60, "en": 60}


@pytest.mark.slow
def test_gold_patterns_are_short_and_each_is_found_in_its_article(
    articles_service: Service,
) -> None:
    columns = articles_service.store.columns
    passages = articles_service.store.read_passages(range(len(columns.languages)))
    lost = []
    for question in read_gold([*ARTICLES_GOLD, PAIRS_GOLD]):
        for place in question.evidence:
            assert len(place.pattern.pattern.replace(r"\s+", " ").split()) <= 8, question.id
        if question.is_answerable and not any(question.find_facts(passage) for passage in passages):
            lost.append(question.id)
    # It asks for an article's keywords, a part of their own that is no passage: it stays, as a
    # miss.
    assert lost == ["en-a-022"]


@pytest.mark.slow
def test_no_gold_question_copies_an_article(articles_dir: Path) -> None:
    """No run of eight words of a question, its answer or its note stands in an article."""
    runs: set[tuple[str, ...]] = set()
    for path in find_files([articles_dir]):
        text = re.sub(r"-[ \t]*\n\s*", "", path.read_text(encoding="utf-8"))
        runs |= _runs(text, 8)
    copied = [
        row["id"]
        for file in (*ARTICLES_GOLD, PAIRS_GOLD, DIGESTS_GOLD, FOLLOWUPS_GOLD)
        for row in map(json.loads, file.read_text(encoding="utf-8").splitlines())
        for name in ("question", "answer", "note")
        if _runs(row.get(name, ""), 8) & runs
    ]
    assert copied == []


def test_readme_counts_the_questions() -> None:
    readme = (REPOSITORY / "eval" / "README.md").read_text(encoding="utf-8")
    gold = read_gold([DIGESTS_GOLD])
    answerable = sum(question.is_answerable for question in gold)
    assert f"{answerable} questions that they answer" in readme
    assert f"{len(gold) - answerable} that" in readme


# --- are the articles' answers in the digests? ---------------------------------------------------


def _read_coverage() -> dict[str, list[dict[str, object]]]:
    rows = map(json.loads, COVERAGE.read_text(encoding="utf-8").splitlines())
    return {row["id"]: row["evidence"] for row in rows}


def test_answers_of_questions_on_the_articles_are_in_the_digests(
    tmp_path: Path, paragraphs: Paragraphs
) -> None:
    """The questions on the articles were written before the digests and are not known to their
    writers; for at least 95 % of them one paragraph of a digest has the whole answer.
    """
    gold = {q.id: q for q in read_gold(ARTICLES_GOLD) if q.is_answerable}
    assert len(gold) >= 150
    found = _read_coverage()
    assert set(found) == set(gold)
    rows = [
        {"id": i, "question": gold[i].question, "language": gold[i].language, "answerable": True}
        | {"evidence": evidence}
        for i, evidence in found.items()
        if evidence
    ]
    path = tmp_path / "in-digests.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    whole = 0
    for question in read_gold([path]):
        for place in question.evidence:
            assert place.paragraph is not None
            text = paragraphs[place.article, place.paragraph, place.language][1]
            assert place.pattern.search(text), (question.id, place.paragraph, place.language)
        facts: dict[tuple[str, str | None], set[int]] = {}
        for place in question.evidence:
            facts.setdefault((place.article, place.paragraph), set()).add(place.fact)
        whole += any(each == question.facts for each in facts.values())
    assert whole / len(gold) >= 0.95
