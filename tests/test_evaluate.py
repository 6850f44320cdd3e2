"""Evaluation: metrics by hand and by ir-measures, gold files, floors."""

import json
from pathlib import Path

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, Success, nDCG

from aztr_qa.errors import GoldError
from aztr_qa.evaluate.floors import check_floors, read_floors
from aztr_qa.evaluate.gold import read_gold
from aztr_qa.evaluate.judging import OTHER_WAYS, drop_diacritics, judge_questions, misspell
from aztr_qa.evaluate.metrics import mean, ndcg_at, reciprocal_rank, success_at
from aztr_qa.evaluate.report import compute_figures, format_figures, write_report
from aztr_qa.records import LANGUAGES
from aztr_qa.service import Service

PLACE = {"article": "kicik", "language": "az", "pattern": r"15\s+iyun"}
GOLD: dict[str, object] = {
    "id": "q1",
    "question": "Şuşa Bəyannaməsi nə vaxt imzalanıb?",
    "language": "az",
    "kind": "date",
    "answerable": True,
    "answer": "15 iyun 2021",
    "evidence": [PLACE],
}

ALIGNED_PLACES = [
    {
        "article": "kicik",
        "paragraph": "p1",
        "fact": 1,
        "patterns": {"az": "15 iyun", "tr": "15 Haziran", "en": "15 June"},
    },
    {
        "article": "kicik",
        "paragraph": "p2",
        "fact": 2,
        "patterns": {"az": "İsmayıllıda", "tr": "İsmayıllı", "en": "in Ismayilli"},
    },
]
ALIGNED: dict[str, object] = {
    "id": "a1",
    "question": "When was the declaration signed, and where was the exercise held?",
    "language": "en",
    "answerable": True,
    "answer": "15 June 2021; Ismayilli",
    "evidence": ALIGNED_PLACES,
}


def test_worked_example() -> None:
    """Evidence at ranks 2 and 4 of 3 in all: 1/2, and (1/log2(3) + 1/log2(5)) / (1 + 1/log2(3) +
    1/2).
    """
    found = [False, True, False, True]
    assert success_at(found, 1) == 0
    assert success_at(found, 5) == 1
    assert reciprocal_rank(found, 10) == 0.5
    assert ndcg_at(found, 3, 10) == pytest.approx(
        (0.630930 + 0.430677) / (1 + 0.630930 + 0.5), abs=1e-5
    )


def test_lost_question_counts_as_zero() -> None:
    assert (
        success_at([], 5),
        reciprocal_rank([], 10),
        ndcg_at([], 2, 10),
        ndcg_at([True], 0, 10),
    ) == (0, 0, 0, 0)
    assert mean([]) == 0
    assert mean([1.0, 0.0]) == 0.5


@given(st.lists(st.booleans(), min_size=1, max_size=15), st.integers(0, 3))
def test_metrics_equal_ir_measures(found: list[bool], n_lost: int) -> None:
    n_evidence = sum(found) + n_lost
    if n_evidence == 0:
        return
    qrels = [ir_measures.Qrel("q", f"d{i}", 1) for i, right in enumerate(found) if right]
    qrels += [ir_measures.Qrel("q", f"lost{i}", 1) for i in range(n_lost)]
    run = [ir_measures.ScoredDoc("q", f"d{i}", float(-i)) for i in range(len(found))]
    measured = ir_measures.calc_aggregate([Success @ 5, RR @ 10, nDCG @ 10], qrels, run)
    assert measured[Success @ 5] == pytest.approx(success_at(found, 5), abs=1e-9)
    assert measured[RR @ 10] == pytest.approx(reciprocal_rank(found, 10), abs=1e-9)
    assert measured[nDCG @ 10] == pytest.approx(ndcg_at(found, n_evidence, 10), abs=1e-9)


def _write(path: Path, *rows: object) -> Path:
    path.write_text(
        "\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows), encoding="utf-8"
    )
    return path


def test_evaluation_of_a_small_set(tmp_path: Path, service: Service) -> None:
    off_topic = {
        "id": "q2",
        "question": "How do I parse a CSV file in Python?",
        "language": "en",
        "answerable": False,
    }
    lost = {
        **GOLD,
        "id": "q3",
        "evidence": [{"article": "kicik", "language": "az", "pattern": "there is no such thing"}],
    }
    path = _write(tmp_path / "g.jsonl", GOLD, {**off_topic, "why": "off_topic"}, lost)
    outcomes = judge_questions(service, read_gold([path]))
    figures = compute_figures(outcomes, service.manifest)
    assert figures["questions"] == {"answerable": 2, "unanswerable": 1}
    assert figures["retrieval"]["all"]["recall@1"] == 0.5  # the lost question counts
    assert figures["pairs"]["az>az"]["MRR@10"] == 0.5
    assert figures["refusals"]["unanswerable_answered"] == 0
    assert figures["citations"]["not_equal_to_their_span"] == 0
    assert figures["citations"]["total"] > 0
    assert "az>az" in format_figures(figures)
    write_report(tmp_path / "report", figures, outcomes)
    report = (tmp_path / "report" / "report.md").read_text(encoding="utf-8")
    assert "`q3` az>az" in report
    assert json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8")) == figures


@pytest.mark.parametrize(
    ("row", "message"),
    [
        pytest.param("{nope", ":1: not a gold question", id="no JSON"),
        pytest.param({**GOLD, "language": "de"}, "expected one of az, tr, en", id="language"),
        pytest.param({**GOLD, "evidence": []}, "needs evidence", id="no evidence"),
        pytest.param(
            {**GOLD, "evidence": [{"article": "a", "paragraph": "p1", "patterns": {"az": "x"}}]},
            "expected one for each language",
            id="patterns in one language",
        ),
        pytest.param({**GOLD, "answerable": "false"}, "expected true or false", id="answerable"),
        pytest.param({**GOLD, "evidence": [{**PLACE, "fact": 0}]}, "expected 1 or more", id="fact"),
        pytest.param(
            {**GOLD, "evidence": [{**PLACE, "fact": float("inf")}]}, "fact inf", id="infinite fact"
        ),
        pytest.param(
            {**ALIGNED, "evidence": [PLACE, *ALIGNED_PLACES]},
            "with and without paragraph ids",
            id="two kinds of evidence",
        ),
        pytest.param({**GOLD, "history": "Bəs?"}, "expected a list of texts", id="history"),
        pytest.param({**GOLD, "history": [" "]}, "expected text", id="empty turn"),
        pytest.param(
            {**GOLD, "evidence": [{**PLACE, "pattern": "("}]},
            "not a gold",
            id="pattern",
        ),
    ],
)
def test_bad_gold_is_named_by_file_and_line(row: object, message: str, tmp_path: Path) -> None:
    path = _write(tmp_path / "g.jsonl", row)
    with pytest.raises(GoldError, match=message):
        read_gold([path])


def test_repeated_id_missing_and_empty_gold(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="'q1' is used twice"):
        read_gold([_write(tmp_path / "g.jsonl", GOLD, GOLD)])
    with pytest.raises(GoldError, match="cannot be read"):
        read_gold([tmp_path / "yox.jsonl"])
    with pytest.raises(GoldError, match="no gold question"):
        read_gold([_write(tmp_path / "e.jsonl", "")])


def test_floors_catch_low_high_and_missing_figures(tmp_path: Path) -> None:
    path = tmp_path / "floors.toml"
    path.write_text('[min]\n"a/b" = 0.5\n"a/c" = 0.1\n[max]\n"a/d" = 0\n', encoding="utf-8")
    bounds = read_floors(path)
    assert check_floors({"a": {"b": 0.5, "c": 0.1, "d": 0}}, bounds) == []
    failures = check_floors({"a": {"b": 0.4, "d": 1}}, bounds)
    assert failures == [
        "a/b is 0.4000, expected min 0.5",
        "a/c is missing, expected min 0.1",
        "a/d is 1.0000, expected max 0",
    ]
    path.write_text("[low]\n", encoding="utf-8")
    with pytest.raises(GoldError, match=r"expected \[min\] and \[max\]"):
        read_floors(path)


def test_question_that_cannot_be_asked_counts_as_zero(tmp_path: Path, service: Service) -> None:
    path = _write(tmp_path / "g.jsonl", GOLD, {**GOLD, "id": "q4", "question": "?!"})
    figures = compute_figures(judge_questions(service, read_gold([path])), service.manifest)
    assert figures["retrieval"]["all"]["recall@5"] == 0.5
    with pytest.raises(GoldError, match="expected text"):
        read_gold([_write(tmp_path / "h.jsonl", {**GOLD, "question": 5})])


def test_floors_that_are_named_must_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_floors(None) == {}
    with pytest.raises(GoldError, match="no such file; give the floors with --floors"):
        read_floors(tmp_path / "flors.toml")


def test_kinds_and_reasons_must_be_text_and_bounds_numbers(tmp_path: Path) -> None:
    row = {"id": "q", "question": "Salam?", "language": "az", "answerable": False, "why": ["x"]}
    with pytest.raises(GoldError, match="expected text"):
        read_gold([_write(tmp_path / "g.jsonl", row)])
    (tmp_path / "floors.toml").write_text('[min]\n"a" = true\n', encoding="utf-8")
    with pytest.raises(GoldError, match="no number"):
        read_floors(tmp_path / "floors.toml")


def test_aligned_evidence_counts_in_each_language_by_itself(
    tmp_path: Path, service: Service
) -> None:
    """One question, three rankings: each with the passages of one language, both facts found."""
    gold = read_gold([_write(tmp_path / "g.jsonl", ALIGNED)])
    assert (gold[0].pair, gold[0].is_aligned) == ("en>any", True)
    assert gold[0].facts == {1, 2}
    (outcome,) = judge_questions(service, gold)
    assert list(outcome.by_language) == list(LANGUAGES)
    for ranking in (outcome.ranking, *outcome.by_language.values()):
        assert ranking.n_evidence == 2  # siblings share a place
        assert ranking.find_first(5) == {1, 2}
        assert len(ranking.facts) == 3
    figures = compute_figures([outcome], service.manifest)
    assert set(figures["pairs"]) == {"en>az", "en>tr", "en>en"}
    assert figures["retrieval"]["cross_language"]["questions"] == 2
    assert figures["retrieval"]["all"]["questions"] == 1
    assert figures["articles"]["kicik"]["recall@5"] == 1
    assert figures["several_facts"]["all_found@5"] == 1
    assert "all facts of 1 questions" in format_figures(figures)


def test_each_language_is_searched_by_itself(tmp_path: Path, service: Service) -> None:
    """The fact stands in two languages only: the third has an empty cell, whatever the others."""
    place = {
        "article": "kicik",
        "paragraph": "p1",
        "patterns": {"az": "15 iyun", "tr": "no such words", "en": "15 June"},
    }
    row = {**ALIGNED, "evidence": [place]}
    (outcome,) = judge_questions(service, read_gold([_write(tmp_path / "g.jsonl", row)]))
    found = {language: any(r.is_evidence) for language, r in outcome.by_language.items()}
    assert found == {"az": True, "tr": False, "en": True}
    assert [r.n_evidence for r in outcome.by_language.values()] == [1, 0, 1]
    report = tmp_path / "report"
    write_report(report, compute_figures([outcome], service.manifest), [outcome])
    assert "`a1` en>tr: When was" in (report / "report.md").read_text(encoding="utf-8")


def test_half_of_the_facts_is_not_all_of_them(tmp_path: Path, service: Service) -> None:
    lost = {
        "article": "kicik",
        "paragraph": "p3",
        "fact": 2,
        "patterns": dict.fromkeys(LANGUAGES, "no such words"),
    }
    row = {**ALIGNED, "evidence": [ALIGNED_PLACES[0], lost]}
    (outcome,) = judge_questions(service, read_gold([_write(tmp_path / "g.jsonl", row)]))
    figures = compute_figures([outcome], service.manifest)
    assert figures["retrieval"]["all"]["recall@5"] == 1
    assert figures["several_facts"]["all_found@10"] == 0
    assert figures["several_facts"]["all_quoted"] == 0


def test_paragraph_must_be_the_passage_itself(tmp_path: Path, service: Service) -> None:
    """The pattern of p1 under the id of p2 is no evidence anywhere."""
    place = {
        "article": "kicik",
        "paragraph": "p2",
        "patterns": {"az": "15 iyun", "tr": "15 Haziran", "en": "15 June"},
    }
    row = {**ALIGNED, "id": "a2", "evidence": [place]}
    _, outcome = judge_questions(service, read_gold([_write(tmp_path / "g.jsonl", ALIGNED, row)]))
    assert not any(outcome.ranking.is_evidence)
    assert outcome.ranking.n_evidence == 0


def test_aligned_question_that_cannot_be_asked_is_lost_in_every_pair(
    tmp_path: Path, service: Service
) -> None:
    row = {**ALIGNED, "question": "?!"}
    outcomes = judge_questions(service, read_gold([_write(tmp_path / "g.jsonl", row)]))
    figures = compute_figures(outcomes, service.manifest)
    assert [figures["pairs"][f"en>{language}"]["recall@10"] for language in LANGUAGES] == [0, 0, 0]


@pytest.mark.parametrize(
    ("written", "plain", "misspelt"),
    [
        pytest.param(
            "Şuşa Bəyannaməsi nə vaxt imzalanıb?",
            "Susa Beyannamesi ne vaxt imzalanib?",
            "Şuşa Bəannaməsi nə vaxt imzalanıb?",
            id="az",
        ),
        pytest.param(
            "İğdır yolu hangi yılda açıldı ve kapandı",
            "Igdir yolu hangi yilda acildi ve kapandi",
            "İğır yolu hangi yıda açıldı ve kaandı",
            id="tr",
        ),
        pytest.param("Where is Iğdır?", "Where is Igdir?", "Whre is Iğdır?", id="en"),
    ],
)
def test_other_ways_of_typing(written: str, plain: str, misspelt: str) -> None:
    assert drop_diacritics(written) == plain
    assert misspell(written) == misspelt


def test_every_answerable_question_is_asked_in_other_ways(tmp_path: Path, service: Service) -> None:
    unanswerable = {**GOLD, "id": "u1", "answerable": False, "evidence": [], "why": "near_miss"}
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(map(json.dumps, [GOLD, ALIGNED, unanswerable])), encoding="utf-8")
    outcomes = judge_questions(service, read_gold([path]))
    figures = compute_figures(outcomes, service.manifest)
    asked = {way: figures["asked_otherwise"][way]["questions"] for way in OTHER_WAYS}
    assert asked == {
        "wrong language": 4,
        "no diacritics": 2,
        "typing errors": 2,
        "without history": 0,
    }
    assert figures["asked_otherwise"]["no diacritics"]["recall@5"] == 1
    shown = [way in format_figures(figures) for way in OTHER_WAYS]
    assert shown == [True, True, True, False]  # nothing was asked with a history


def test_follow_up_is_asked_with_its_history_and_without(tmp_path: Path, service: Service) -> None:
    row = {
        **GOLD,
        "history": ["Şuşa Bəyannaməsi iki ölkəni nə edir?"],
        "question": "Bəs nə vaxt imzalanıb?",
        "turn": "connective",
    }
    (gold,) = read_gold([_write(tmp_path / "g.jsonl", row)])
    assert gold.conversation == "Şuşa Bəyannaməsi iki ölkəni nə edir? … Bəs nə vaxt imzalanıb?"
    (outcome,) = judge_questions(service, [gold])
    assert outcome.answer.question.typed == "Bəs nə vaxt imzalanıb?"
    assert "Şuşa" in outcome.answer.question.text
    assert outcome.quoted_facts == {1}
    figures = compute_figures([outcome], service.manifest)
    assert figures["asked_otherwise"]["without history"]["questions"] == 1
    assert figures["turns"]["connective"]["recall@1"] == 1
    assert "turn: connective" in format_figures(figures)
