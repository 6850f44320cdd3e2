"""The figures of an evaluation: as text, as a page with tables and plots, as JSON for machines."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from aztr_qa.evaluate.answers import compute_answers
from aztr_qa.evaluate.confidence import compute_confidence, trace_curve
from aztr_qa.evaluate.judging import Outcome
from aztr_qa.evaluate.metrics import mean
from aztr_qa.evaluate.plots import draw_curve, draw_reliability
from aztr_qa.evaluate.quotes import PHRASE_KINDS
from aztr_qa.evaluate.retrieval import compute_retrieval
from aztr_qa.evaluate.tables import (
    Table,
    list_notes,
    tabulate_answers,
    tabulate_curve,
    tabulate_highlights,
    tabulate_refusals,
    tabulate_reliability,
    tabulate_retrieval,
)
from aztr_qa.generations import Manifest
from aztr_qa.refuse import load_refusal_model

CURVE, RELIABILITY = "coverage-error.svg", "reliability.svg"


def compute_figures(outcomes: Sequence[Outcome], manifest: Manifest) -> dict[str, Any]:
    """All figures: retrieval, answers, refusals, citations, highlights, confidence, language, time.

    Floors name them by their keys; a share of nothing is 0.0 or None.
    """
    answerable = [outcome for outcome in outcomes if outcome.gold.is_answerable]
    return {
        "generation": manifest.id,
        "model": {"name": manifest.model_name, "fingerprint": manifest.model_fingerprint},
        "questions": {
            "answerable": len(answerable),
            "unanswerable": len(outcomes) - len(answerable),
        },
        **compute_retrieval(answerable),
        "question_language_right": mean([float(o.language == o.gold.language) for o in outcomes]),
        # A single word ("test", "tamam") often belongs to several languages.
        "question_language_right_two_words": mean(
            [float(o.language == o.gold.language) for o in outcomes if " " in o.gold.question]
        ),
        **compute_answers(outcomes),
        "confidence": compute_confidence(outcomes, load_refusal_model().threshold),
        "seconds": {
            "p50": _percentile([o.seconds for o in outcomes], 0.5),
            "p99": _percentile([o.seconds for o in outcomes], 0.99),
        },
    }


def format_figures(figures: dict[str, Any]) -> str:
    """The figures as text: tables of retrieval, answers, refusals and highlights, then single
    figures.
    """
    tables = (
        tabulate_retrieval(figures),
        tabulate_answers(figures),
        tabulate_refusals(figures),
        tabulate_highlights(figures),
    )
    notes = "\n".join(f"{name:42}{value}" for name, value in list_notes(figures).items())
    return "\n\n".join([_format_head(figures), *(t.format_text() for t in tables), notes])


def write_report(folder: Path, figures: dict[str, Any], outcomes: Sequence[Outcome]) -> None:
    """Write report.json, and report.md with its two plots, which also lists every question that
    went wrong and what was found instead.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(figures, ensure_ascii=False, indent=2)
    (folder / "report.json").write_text(text + "\n", encoding="utf-8")
    confidence = figures["confidence"]
    curve = draw_curve(trace_curve(outcomes), confidence["at_threshold"])
    (folder / CURVE).write_text(curve, encoding="utf-8")
    reliability = draw_reliability(confidence["bins"])
    (folder / RELIABILITY).write_text(reliability, encoding="utf-8")
    page = "\n\n".join([*_write_figures(figures), *_write_cases(outcomes)])
    (folder / "report.md").write_text(page + "\n", encoding="utf-8")


def _format_head(figures: dict[str, Any]) -> str:
    return (
        f"generation {figures['generation']}, model {figures['model']['name']}\n"
        f"{figures['questions']['answerable']} answerable questions, "
        f"{figures['questions']['unanswerable']} unanswerable ones"
    )


def _write_figures(figures: dict[str, Any]) -> list[str]:
    """The page's part with the figures; eval/README.md says how each is defined."""
    notes = Table(("", ""), tuple(list_notes(figures).items()))
    return [
        "# Evaluation",
        _format_head(figures).replace("\n", "; "),
        "How each figure is defined stands in `eval/README.md`.",
        notes.format_markdown(),
        "## Retrieval",
        tabulate_retrieval(figures).format_markdown(),
        "## Answers",
        "The share of answerable questions whose first quote, any quote, or their passages hold "
        "a fact. In the pairs, aligned passages are quoted in one language alone.",
        tabulate_answers(figures).format_markdown(),
        "## Refusals",
        tabulate_refusals(figures).format_markdown(),
        "## Confidence",
        f"![The share of wrong answers by coverage]({CURVE}) "
        f"![The share of right answers by confidence]({RELIABILITY})",
        tabulate_curve(figures).format_markdown(),
        tabulate_reliability(figures).format_markdown(),
        "## Highlights",
        tabulate_highlights(figures).format_markdown(),
    ]


def _write_cases(outcomes: Sequence[Outcome]) -> list[str]:
    """The page's part with the questions that went wrong."""
    return [
        "## Missed questions",
        "A fact is not among the first five passages; `az>any`: all languages were searched.",
        _list_missed(outcomes),
        "## Wrongly answered or refused",
        _list_cases(
            (o, f"refused, confidence {o.answer.confidence:.2f}")
            if o.answer.refused
            else (o, f"answered ({o.gold.why}), confidence {o.answer.confidence:.2f}")
            for o in outcomes
            if o.gold.is_answerable == o.answer.refused
        ),
        "## Answered beside the fact",
        "No quote holds a fact.",
        _list_cases(
            (o, f"first quoted {o.quotes[0].passage_id}")
            for o in outcomes
            if o.gold.is_answerable and o.quotes and not o.quoted_facts
        ),
        "## Highlighted beside the answer",
        "A quote holds the fact, no highlight contains the answer.",
        _list_cases(
            (o, o.gold.kind)
            for o in outcomes
            if o.gold.kind in PHRASE_KINDS and o.quoted_facts and not o.is_highlight_right
        ),
    ]


def _list_cases(cases: Iterable[tuple[Outcome, str]]) -> str:
    lines = [
        f"- `{outcome.gold.id}` {state}: {outcome.gold.conversation}" for outcome, state in cases
    ]
    return "\n".join(lines) or "None."


def _list_missed(outcomes: Sequence[Outcome]) -> str:
    lines = []
    for outcome in outcomes:
        for pair, facts in _find_missed(outcome):
            found = outcome.answer.hits[0].passage.id if outcome.answer.hits else "nothing"
            lines.append(
                f"- `{outcome.gold.id}` {pair}{facts}: {outcome.gold.conversation} "
                f"→ first found {found}"
            )
    return "\n".join(lines) or "None."


def _find_missed(outcome: Outcome) -> list[tuple[str, str]]:
    """The pairs in which a fact of an answerable question is not among the first five, and which
    one where others are.
    """
    rankings = {outcome.gold.pair: outcome.ranking}
    for language, ranking in outcome.by_language.items():
        rankings[f"{outcome.gold.language}>{language}"] = ranking
    missed = []
    for pair, ranking in rankings.items():
        lost = outcome.gold.facts - ranking.find_first(5)
        if lost:
            which = ", ".join(map(str, sorted(lost)))
            missed.append((pair, f" (fact {which})" if len(outcome.gold.facts) > 1 else ""))
    return missed


def _percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
