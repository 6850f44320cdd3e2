"""Evaluation of answers: quotes, refusals, confidence and highlights, by hand and by other code."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.calibration import calibration_curve

from aztr_qa.answer import refuse
from aztr_qa.evaluate.answers import compute_answers
from aztr_qa.evaluate.confidence import compute_confidence, trace_curve
from aztr_qa.evaluate.floors import check_floors, read_floors
from aztr_qa.evaluate.gold import GoldQuestion, Place
from aztr_qa.evaluate.judging import Outcome, Ranking, judge_questions
from aztr_qa.evaluate.metrics import (
    area_under_risk,
    expected_calibration_error,
    find_share,
    trace_risk,
    wilson_interval,
)
from aztr_qa.evaluate.quotes import JudgedQuote, is_highlight_right, judge_quotes
from aztr_qa.evaluate.report import compute_figures, format_figures, write_report
from aztr_qa.evaluate.tables import Table
from aztr_qa.records import Citation, Highlight, Language, Passage, Question, Record, Sentence
from aztr_qa.refuse import load_refusal_model
from aztr_qa.service import Service
from tests.conftest import REPOSITORY

# Confidences in hundredths, with ties, and whether each question came out wrong.
JUDGED = st.lists(st.tuples(st.integers(0, 100), st.booleans()), min_size=1, max_size=60)


def _gold(
    *facts: tuple[Language, str],
    kind: str = "date",
    answer: str = "15 iyun 2021",
    question: str = "Şuşa Bəyannaməsi nə vaxt imzalanıb?",
    why: str = "",
) -> GoldQuestion:
    """An Azerbaijani question; each (language, pattern) is a fact of its own in article "kicik"."""
    places = tuple(
        Place("kicik", language, re.compile(pattern), fact=fact)
        for fact, (language, pattern) in enumerate(facts, start=1)
    )
    return GoldQuestion("q", question, "az", kind, "plain", not why, answer, places, why)


def _quote(
    *facts: int,
    passage: str = "p",
    passage_facts: Sequence[int] | None = None,
    n_sentences: int = 1,
    highlight: bool | None = None,
    language: Language = "az",
    shown: Language | None = None,
) -> JudgedQuote:
    """highlight: None without one, else whether it is right."""
    held = frozenset(facts if passage_facts is None else passage_facts)
    return JudgedQuote(
        passage,
        language,
        shown or language,
        n_sentences,
        frozenset(facts),
        held,
        highlight is not None,
        bool(highlight),
    )


def _outcome(
    gold: GoldQuestion,
    *quotes: JudgedQuote,
    confidence: float = 0.5,
    unrefused: Sequence[JudgedQuote] = (),
    by_language: dict[Language, tuple[JudgedQuote, ...]] | None = None,
) -> Outcome:
    """A refusal when there are no quotes."""
    refusal = refuse(
        Question(gold.question, gold.language, 1.0),
        "low_confidence",
        (),
        answer_language=gold.language,
        generation="g",
        confidence=confidence,
    )
    return Outcome(
        gold=gold,
        answer=replace(refusal, refused=not quotes),
        quotes=quotes,
        unrefused=quotes or tuple(unrefused),
        ranking=Ranking((), 1),
        by_language={},
        quotes_by_language=by_language or {},
        otherwise={},
        language=gold.language,
        bad_citations=0,
        seconds=0.001,
    )


FACT: tuple[Language, str] = ("az", "15 iyun")


def test_hit_rates_citations_and_highlights_by_hand() -> None:
    """Four answerable questions. The first quotes its fact and then, from the same passage, another
    sentence; the second a wrong passage and then the fact; the third is refused; the fourth quotes
    one of two facts. Of five quotes three hold a fact; of the passages p, x, y, z three; of the 1 +
    1 + 2 facts of the answered three are quoted; six sentences in three answers. Of the two
    highlights of the date and the name one is right.
    """
    outcomes = [
        _outcome(_gold(FACT), _quote(1, highlight=True, n_sentences=2), _quote(passage_facts=[1])),
        _outcome(
            _gold(FACT, kind="name"),
            _quote(passage="x", highlight=False),
            _quote(1, passage="y"),
        ),
        _outcome(_gold(FACT, kind="fact")),
        _outcome(
            _gold(FACT, ("az", "İsmayıllıda"), kind="list"),
            _quote(1, passage="z", passage_facts=[1, 2], language="tr", shown="az"),
        ),
        # Neither counts in any of these.
        _outcome(_gold(why="near_miss"), _quote(highlight=False)),
    ]
    figures = compute_answers(outcomes)
    answers = figures["answers"]
    assert {name: answers[name] for name in list(answers)[:6]} == {
        "questions": 4,
        "first_quote_right": 2 / 4,
        "quote_right": 3 / 4,
        "first_passage_right": 2 / 4,
        "passage_right": 3 / 4,
        "refused": 1 / 4,
    }
    assert answers["quoted_in_question_language"] == 2 / 3
    assert answers["shown_in_question_language"] == 1
    assert answers["by_kind"]["name"]["first_quote_right"] == 0
    assert answers["by_kind"]["name"]["quote_right"] == 1
    assert figures["citations"] == {
        "total": 0,
        "not_equal_to_their_span": 0,
        "answers": 3,
        "quote_precision": 3 / 5,
        "passage_precision": 3 / 4,
        "fact_recall": 3 / 4,
        "quotes_per_answer": 5 / 3,
        "sentences_per_answer": 6 / 3,
    }
    assert figures["highlights"]["all"] == {
        "answered": 2,
        "fact_quoted": 2,
        "highlights": 2,
        "right_of_fact_quoted": 1 / 2,
        "right_of_answered": 1 / 2,
        "right_of_highlights": 1 / 2,
    }
    assert figures["highlights"]["date"]["right_of_answered"] == 1
    assert figures["highlights"]["number"]["right_of_answered"] is None


def test_pairs_are_of_one_language_each_where_passages_are_aligned() -> None:
    aligned = _outcome(
        _gold(FACT), _quote(1), by_language={"az": (_quote(1),), "tr": (_quote(),), "en": ()}
    )
    own = _outcome(_gold(("tr", "15 Haziran")), _quote(1, language="tr"))
    pairs = compute_answers([aligned, own])["answers"]["by_pair"]
    assert {
        pair: (p["questions"], p["quote_right"], p["refused"]) for pair, p in pairs.items()
    } == {
        "az>az": (1, 1, 0),
        "az>en": (1, 0, 1),
        "az>tr": (2, 1 / 2, 0),
    }


def test_refusals_are_counted_by_reason_with_intervals() -> None:
    outcomes = [
        _outcome(_gold(FACT), _quote(1)),
        _outcome(_gold(FACT)),
        _outcome(_gold(why="near_miss"), _quote()),
        _outcome(_gold(why="near_miss")),
        _outcome(_gold(why="off_topic")),
    ]
    refusals = compute_answers(outcomes)["refusals"]
    assert refusals["answerable_refused"] == 1 / 2
    assert refusals["unanswerable_answered"] == 1 / 3
    assert refusals["by_kind"] == {"near_miss": 1 / 2, "off_topic": 0}
    low, high = wilson_interval(1, 3)
    counted = {"count": 1, "questions": 3, "low": low, "high": high}
    assert refusals["intervals"]["unanswerable_answered"] == counted


def test_wilson_interval_of_a_known_case() -> None:
    """8 of 10: (0.8 + 0.19207 ± 0.31362) / 1.38415, with z² = 3.84146."""
    assert wilson_interval(8, 10) == pytest.approx((0.49016, 0.94332), abs=1e-4)
    assert wilson_interval(0, 0) == (0, 1)


@given(st.integers(1, 400), st.floats(0, 1))
def test_wilson_interval_equals_that_of_scipy(n: int, share: float) -> None:
    n_true = round(share * n)
    theirs = binomtest(n_true, n).proportion_ci(0.95, method="wilson")
    assert wilson_interval(n_true, n) == pytest.approx((theirs.low, theirs.high), abs=1e-6)


def test_confidence_by_hand() -> None:
    """Surest first: right, unanswerable, right, answerable without the fact (and refused). Wrong at
    the coverages 1/4 to 4/4: 0, 1/2, 1/3, 2/4, in the mean 1/3. Each is alone in its bin: the gaps
    are .05 + .85 + .35 + .95 for "answerable" and .05 + .85 + .35 + .05 for "a quote holds it".
    """
    outcomes = [
        _outcome(_gold(FACT), _quote(1), confidence=0.95),
        _outcome(_gold(why="off_topic"), _quote(), confidence=0.85),
        _outcome(_gold(FACT), _quote(1), confidence=0.65),
        _outcome(_gold(FACT), confidence=0.05, unrefused=[_quote()]),
    ]
    figures = compute_confidence(outcomes, threshold=0.7)
    assert figures["at_threshold"] == {"threshold": 0.7, "coverage": 2 / 4, "wrong": 1 / 2}
    assert figures["curve"][6] == {"threshold": 0.6, "coverage": 3 / 4, "wrong": 1 / 3}
    assert figures["curve"][0]["coverage"] == 1
    assert figures["aurc"] == pytest.approx(1 / 3)
    assert trace_curve(outcomes) == [(0.25, 0), (0.5, 1 / 2), (0.75, 1 / 3), (1, 2 / 4)]
    assert figures["calibration_error"]["answerable"] == pytest.approx(2.2 / 4)
    assert figures["calibration_error"]["fact_quoted"] == pytest.approx(1.3 / 4)
    bins = figures["bins"]
    assert [each["questions"] for each in bins] == [1, 0, 0, 0, 0, 0, 1, 0, 1, 1]
    assert (bins[0]["answerable"], bins[0]["fact_quoted"]) == (1, 0)
    assert bins[1]["confidence"] is None


def test_what_a_refusal_would_have_quoted_counts_in_the_curve() -> None:
    right = _outcome(_gold(FACT), confidence=0.1, unrefused=[_quote(1)])
    never = _outcome(_gold(FACT), confidence=0.0)
    assert compute_confidence([right, never], 0.5)["curve"][1]["wrong"] == 0
    assert compute_confidence([right, never], 0.5)["curve"][0]["wrong"] == 1 / 2


@given(JUDGED)
def test_area_under_risk_equals_brute_force(judged: list[tuple[int, bool]]) -> None:
    """For each question the share of wrong among all at least as sure, ties answered together."""
    confidence = np.array([c / 100 for c, _ in judged])
    wrong = np.array([w for _, w in judged])
    brute = [wrong[confidence >= threshold].mean() for threshold in confidence]
    assert area_under_risk(confidence, wrong) == pytest.approx(np.mean(brute))
    assert area_under_risk(confidence[::-1], wrong[::-1]) == pytest.approx(np.mean(brute))
    coverages, risks = trace_risk(confidence, wrong)
    assert coverages[-1] == 1
    assert risks[-1] == pytest.approx(wrong.mean())
    assert (np.diff(coverages) >= 0).all()


@given(JUDGED)
def test_calibration_error_equals_brute_force_and_scikit_learn(
    judged: list[tuple[int, bool]],
) -> None:
    """Off the borders of the bins, which scikit-learn counts to the lower bin."""
    confidence = np.array([(c + 0.5) / 102 for c, _ in judged])
    right = np.array([r for _, r in judged])
    brute = 0.0
    for low in range(10):
        inside = [i for i, c in enumerate(confidence) if low / 10 <= c < (low + 1) / 10]
        if inside:
            gap = abs(confidence[inside].mean() - right[inside].mean())
            brute += len(inside) / len(judged) * gap
    assert expected_calibration_error(confidence, right) == pytest.approx(brute)
    shares, means = calibration_curve(right, confidence, n_bins=10)
    counts, _ = np.histogram(confidence, bins=10, range=(0, 1))
    theirs = np.abs(shares - means) @ counts[counts > 0] / len(judged)
    assert expected_calibration_error(confidence, right) == pytest.approx(theirs)


def test_confidence_of_one_is_in_the_last_bin_and_nothing_has_no_share() -> None:
    assert expected_calibration_error(np.array([1.0]), np.array([True])) == 0
    assert expected_calibration_error(np.array([0.9, 1.0]), np.array([True, False])) == (
        pytest.approx(0.45)
    )
    assert area_under_risk(np.array([]), np.array([], dtype=bool)) is None
    assert find_share([]) is None


def _cite(quote: str, phrase: str | None, *, language: Language = "az") -> tuple[Citation, Passage]:
    """The quote behind seven other characters, as a whole passage of one sentence."""
    start = 7
    passage = Passage(
        "p", "kicik", language, language, quote, start, start + len(quote), "", None,
        (Sentence(start, start + len(quote)),),
    )  # fmt: skip
    found = start + quote.index(phrase) if phrase else 0
    citation = Citation(
        marker=1,
        quote=quote,
        language=language,
        version=language,
        start=start,
        end=start + len(quote),
        passage_id="p",
        article_id="kicik",
        record=Record("Kiçik məqalə"),
        section="",
        page=None,
        highlight=Highlight(found, found + len(phrase)) if phrase else None,
    )
    return citation, passage


@pytest.mark.parametrize(
    ("gold", "quote", "phrase", "is_right"),
    [
        pytest.param(
            _gold(FACT), "Sənəd 15 iyun 2021-ci ildə", "15 iyun 2021", True, id="contains"
        ),
        pytest.param(
            _gold(("az", "15 iyun 2021-ci ildə Şuşada")),
            "Sənəd 15 iyun 2021-ci ildə Şuşada",
            "15 iyun",
            True,
            id="lies in it",
        ),
        pytest.param(
            _gold(("az", "Ərdoğan imzalayıb"), kind="name", answer="Ərdoğan"),
            "Sənədi prezident Ərdoğan imzalayıb",
            "prezident Ərdoğan",
            False,
            id="only overlaps",
        ),
        pytest.param(
            _gold(FACT, answer="15 iyun"), "15 iyun 2021-ci ildə Şuşa", "Şuşa", False, id="beside"
        ),
        pytest.param(
            _gold(("az", "Şuşada imzalanıb")),
            "Sənəd 15 iyun 2021-ci ildə Şuşada imzalanıb",
            "15 iyun 2021",
            True,
            id="all figures of the answer",
        ),
        pytest.param(
            _gold(("az", "Şuşada imzalanıb")),
            "Sənəd 2021-ci ildə Şuşada imzalanıb",
            "2021",
            False,
            id="some figures of the answer",
        ),
        pytest.param(
            _gold(("az", "Şuşada imzalanıb"), kind="name"),
            "Sənəd 15 iyun 2021-ci ildə Şuşada imzalanıb",
            "15 iyun 2021",
            False,
            id="figures answer no question for a name",
        ),
        pytest.param(
            _gold(("az", "Şuşada imzalanıb"), answer="on beş"),
            "Sənəd 15 iyunda Şuşada imzalanıb",
            "15",
            False,
            id="answer without figures",
        ),
        pytest.param(
            _gold(("tr", "15 Haziran")),
            "Sənəd 15 iyun 2021-ci ildə",
            "15 iyun 2021",
            False,
            id="quote without the fact",
        ),
        pytest.param(_gold(FACT), "Sənəd 15 iyun 2021-ci ildə", None, False, id="no highlight"),
        pytest.param(
            _gold(("az", "İ ı ə 15 iyun")),
            "  İ  ı\nə \t 15\n iyun Şuşa",
            "15\n iyun",
            True,
            id="white space counts as single spaces",
        ),
        pytest.param(
            _gold(("az", "Şuşa"), kind="name"),
            "a  \n  b Şuşa c",
            "b",
            False,
            id="white space before shifts nothing",
        ),
    ],
)
def test_highlight_is_right_when_it_contains_the_answer(
    gold: GoldQuestion, quote: str, phrase: str | None, is_right: bool
) -> None:
    citation, passage = _cite(quote, phrase)
    assert is_highlight_right(gold, citation, passage) is is_right


@pytest.mark.parametrize(
    ("language", "quote", "phrase"),
    [
        pytest.param("az", "Şuşada 2021-ci ilin 15 iyununda", "2021-ci ilin 15 iyununda", id="az"),
        pytest.param("tr", "İmza Şuşada 15 Haziran 2021’de", "15 Haziran 2021’de", id="tr"),
        pytest.param("en", "Signed in Şuşada on 15 June 2021", "15 June 2021", id="en"),
    ],
)
def test_figures_of_the_answer_are_known_in_every_language(
    language: Language, quote: str, phrase: str
) -> None:
    """The pattern is of the place, the gold answer "15 iyun 2021" in Azerbaijani."""
    citation, passage = _cite(quote, phrase, language=language)
    assert is_highlight_right(_gold((language, "Şuşada")), citation, passage)


def test_quotes_are_judged_as_the_service_gave_them(service: Service) -> None:
    gold = _gold(FACT)
    answer = service.ask(service.read_question(gold.question, language="az"), k=10)
    first, *_ = quotes = judge_quotes(gold, answer)
    assert len(quotes) == len(answer.citations)
    assert first.facts == first.passage_facts == gold.facts
    assert (first.language, first.shown) == ("az", "az")
    assert first.n_sentences == answer.citations[0].quote.count(".")
    assert judge_quotes(gold, replace(answer, citations=())) == ()


def test_refused_question_is_judged_by_what_it_would_have_quoted(service: Service) -> None:
    """A service that refuses everything would quote what the shipped one does."""
    refusal = replace(service.answerer.refusal, threshold=1.1)
    shy = replace(service, answerer=replace(service.answerer, refusal=refusal))
    (plain,) = judge_questions(service, [_gold(FACT)])
    (refused,) = judge_questions(shy, [_gold(FACT)])
    assert (plain.answer.refused, refused.answer.refused) == (False, True)
    assert refused.quotes == ()
    assert refused.unrefused == plain.unrefused == plain.quotes
    assert refused.answer.confidence == plain.answer.confidence
    assert not refused.is_wrong_unrefused


def test_coverage_at_the_shipped_threshold_is_the_share_answered(service: Service) -> None:
    golds = [
        _gold(FACT),
        _gold(question="How do I parse a CSV file in Python?", why="off_topic"),
        _gold(question="?!", why="off_topic"),
    ]
    outcomes = judge_questions(service, golds)
    confidence = compute_figures(outcomes, service.manifest)["confidence"]
    assert confidence["threshold"] == load_refusal_model().threshold
    assert confidence["at_threshold"]["coverage"] == find_share(
        not outcome.answer.refused for outcome in outcomes
    )


@pytest.mark.parametrize(
    "outcomes",
    [
        pytest.param([], id="no questions"),
        pytest.param([_outcome(_gold(FACT), _quote(1))], id="none unanswerable"),
        pytest.param([_outcome(_gold(why="off_topic"), _quote())], id="none answerable"),
        pytest.param([_outcome(_gold(FACT)), _outcome(_gold(why="near_miss"))], id="none answered"),
    ],
)
def test_figures_of_nothing_are_dashes(
    outcomes: list[Outcome], service: Service, tmp_path: Path
) -> None:
    figures = compute_figures(outcomes, service.manifest)
    assert "–" in format_figures(figures)
    write_report(tmp_path, figures, outcomes)
    assert "| – |" in (tmp_path / "report.md").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8")) == figures


def test_report_has_its_plots_and_the_questions_that_went_wrong(
    service: Service, tmp_path: Path
) -> None:
    outcomes = [
        _outcome(_gold(FACT), _quote(1, highlight=False), confidence=0.9),
        _outcome(_gold(FACT, kind="fact"), _quote(passage="kicik-az-9"), confidence=0.7),
        _outcome(_gold(why="near_miss"), _quote(), confidence=0.6),
    ]
    write_report(tmp_path, compute_figures(outcomes, service.manifest), outcomes)
    page = (tmp_path / "report.md").read_text(encoding="utf-8")
    for line in (
        "- `q` answered (near_miss), confidence 0.60: ",
        "- `q` first quoted kicik-az-9: ",
        "- `q` date: ",
        "| unanswerable but answered | 1 | 1 | 1.000 | 0.207 to 1.000 |",
    ):
        assert line in page
    for name in re.findall(r"\]\((.*?\.svg)\)", page):
        ElementTree.parse(tmp_path / name)
    assert len(re.findall(r"\.svg\)", page)) == 2
    # Wrong at the coverages 1/3, 2/3 and 3/3: 0, 1/2, 2/3.
    curve = (tmp_path / "coverage-error.svg").read_text(encoding="utf-8")
    assert 'points="142.7,294.0 229.3,164.0 316.0,120.7"' in curve


def test_floors_of_answers_have_their_figures(service: Service) -> None:
    figures = compute_figures(
        judge_questions(service, [_gold(FACT), _gold(question="Salam", why="off_topic")]),
        service.manifest,
    )
    for name in ("floors.toml", "floors-articles.toml"):
        floors = read_floors(REPOSITORY / "eval" / name)
        named = {
            kind: {
                figure: bound
                for figure, bound in bounds.items()
                if figure.split("/")[0] not in {"pairs", "styles"}  # of these one each was asked
                and figure.rpartition("/")[2] not in {"near_miss", "injection"}
            }
            for kind, bounds in floors.items()
        }
        assert not [f for f in check_floors(figures, named) if "is missing" in f]


def test_table_as_text_and_as_markdown() -> None:
    table = Table(("", "questions", "share"), (("all", "12", "0.500"), ("  near", "0", "–")))
    assert table.format_text() == (
        "                  questions     share\n"
        "all                      12     0.500\n"
        "  near                    0         –"
    )
    assert table.format_markdown() == (
        "|  | questions | share |\n| --- | --: | --: |\n| all | 12 | 0.500 |\n|   near | 0 | – |"
    )
