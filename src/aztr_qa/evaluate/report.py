"""The figures of an evaluation, as a table for people and as JSON for machines."""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from aztr_qa.evaluate.judging import DEPTH, OTHER_WAYS, Outcome, Ranking
from aztr_qa.evaluate.metrics import mean, ndcg_at, reciprocal_rank, success_at
from aztr_qa.generations import Manifest

METRICS = ("recall@1", "recall@5", "recall@10", "MRR@10", "nDCG@10")


def compute_figures(outcomes: Sequence[Outcome], manifest: Manifest) -> dict[str, Any]:
    """All figures: retrieval over all, per language pair, kind, style and article, and with every
    question asked in other ways; questions that need several facts; answers; refusals; citations;
    time.
    """
    answerable = [outcome for outcome in outcomes if outcome.gold.is_answerable]
    unanswerable = [outcome for outcome in outcomes if not outcome.gold.is_answerable]
    pairs = _rankings_by_pair(answerable)
    return {
        "generation": manifest.id,
        "model": {"name": manifest.model_name, "fingerprint": manifest.model_fingerprint},
        "questions": {"answerable": len(answerable), "unanswerable": len(unanswerable)},
        "retrieval": {
            "all": _retrieval([o.ranking for o in answerable]),
            "same_language": _retrieval(
                [each for pair in pairs if _is_same(pair) for each in pairs[pair]]
            ),
            "cross_language": _retrieval(
                [each for pair in pairs if not _is_same(pair) for each in pairs[pair]]
            ),
        },
        "asked_otherwise": {
            way: _retrieval([each for o in answerable for each in o.otherwise.get(way, ())])
            for way in OTHER_WAYS
        },
        "pairs": {pair: _retrieval(pairs[pair]) for pair in sorted(pairs)},
        "kinds": _group(answerable, lambda outcome: outcome.gold.kind),
        "styles": _group(answerable, lambda outcome: outcome.gold.style),
        "articles": _group(answerable, lambda outcome: outcome.gold.evidence[0].article),
        "several_facts": _several_facts(answerable),
        "question_language_right": mean([float(o.language == o.gold.language) for o in outcomes]),
        # A single word ("test", "tamam") often belongs to several languages.
        "question_language_right_two_words": mean(
            [float(o.language == o.gold.language) for o in outcomes if " " in o.gold.question]
        ),
        "answers": {
            "first_passage_right": mean([float(o.is_first_passage_right) for o in answerable]),
            "quote_right": mean([float(bool(o.quoted_facts)) for o in answerable]),
        },
        "refusals": {
            "answerable_refused": mean([float(o.answer.refused) for o in answerable]),
            "unanswerable_answered": mean([float(not o.answer.refused) for o in unanswerable]),
            "by_kind": {
                why: mean([float(not o.answer.refused) for o in unanswerable if o.gold.why == why])
                for why in sorted({o.gold.why for o in unanswerable})
            },
        },
        "citations": {
            "total": sum(len(o.answer.citations) for o in outcomes),
            "not_equal_to_their_span": sum(o.bad_citations for o in outcomes),
        },
        "seconds": {
            "p50": _percentile([o.seconds for o in outcomes], 0.5),
            "p99": _percentile([o.seconds for o in outcomes], 0.99),
        },
    }


def format_figures(figures: dict[str, Any]) -> str:
    """The figures as text: a table of language pairs and styles, then answers and refusals."""
    lines = [
        f"generation {figures['generation']}, model {figures['model']['name']}",
        f"{figures['questions']['answerable']} answerable questions, "
        f"{figures['questions']['unanswerable']} unanswerable ones\n",
        f"{'':16}{'questions':>10}" + "".join(f"{name:>10}" for name in METRICS),
    ]
    styles = {f"style: {name}": values for name, values in figures["styles"].items()}
    groups = {
        **figures["retrieval"],
        **figures["pairs"],
        **styles,
        **figures["asked_otherwise"],
    }
    for name, values in groups.items():
        cells = "".join(f"{values[metric]:>10.3f}" for metric in METRICS)
        lines.append(f"{name:16}{values['questions']:>10}{cells}")
    several = figures["several_facts"]
    answers, refusals, citations = figures["answers"], figures["refusals"], figures["citations"]
    by_kind = ", ".join(f"{why} {share:.3f}" for why, share in refusals["by_kind"].items())
    lines.append("")
    if several["questions"]:
        lines.append(
            f"all facts of {several['questions']} questions for several  "
            f"in the first five {several['all_found@5']:.3f}, "
            f"in ten {several['all_found@10']:.3f}, quoted {several['all_quoted']:.3f}"
        )
    lines += [
        f"first quote's passage holds the answer  {answers['first_passage_right']:.3f}",
        f"a quote holds the answer                {answers['quote_right']:.3f}",
        f"answerable but refused                  {refusals['answerable_refused']:.3f}",
        f"unanswerable but answered               {refusals['unanswerable_answered']:.3f} "
        f"({by_kind})",
        f"quotes not equal to their span          {citations['not_equal_to_their_span']} "
        f"of {citations['total']}",
        f"question language guessed right         {figures['question_language_right']:.3f} "
        f"(two words or more {figures['question_language_right_two_words']:.3f})",
        f"time per answer                         p50 {figures['seconds']['p50'] * 1000:.1f} ms, "
        f"p99 {figures['seconds']['p99'] * 1000:.1f} ms",
    ]
    return "\n".join(lines)


def write_report(folder: Path, figures: dict[str, Any], outcomes: Sequence[Outcome]) -> None:
    """Write report.json and report.md, which also lists every missed question and what was found
    instead.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(figures, ensure_ascii=False, indent=2)
    (folder / "report.json").write_text(text + "\n", encoding="utf-8")
    lines = [
        "# Evaluation",
        "",
        "```",
        format_figures(figures),
        "```",
        "",
        "## Missed questions",
        "",
        "A fact is not among the first five passages; `az>any`: all languages were searched.",
        "",
    ]
    for outcome in outcomes:
        for pair, facts in _find_missed(outcome):
            found = outcome.answer.hits[0].passage.id if outcome.answer.hits else "nothing"
            lines.append(
                f"- `{outcome.gold.id}` {pair}{facts}: {outcome.gold.question} "
                f"→ first found {found}"
            )
    lines += ["", "## Wrongly answered or refused", ""]
    for outcome in outcomes:
        if outcome.gold.is_answerable == outcome.answer.refused:
            state = "refused" if outcome.answer.refused else f"answered ({outcome.gold.why})"
            lines.append(
                f"- `{outcome.gold.id}` {state}, confidence {outcome.answer.confidence:.2f}: "
                f"{outcome.gold.question}"
            )
    (folder / "report.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _retrieval(rankings: Sequence[Ranking]) -> dict[str, float]:
    lists = [ranking.is_evidence for ranking in rankings]
    return {
        "questions": len(rankings),
        "recall@1": mean([success_at(found, 1) for found in lists]),
        "recall@5": mean([success_at(found, 5) for found in lists]),
        "recall@10": mean([success_at(found, 10) for found in lists]),
        "MRR@10": mean([reciprocal_rank(found, DEPTH) for found in lists]),
        "nDCG@10": mean([ndcg_at(r.is_evidence, r.n_evidence, DEPTH) for r in rankings]),
    }


def _several_facts(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Of the questions that ask for several facts: how many, and how often all were there."""
    several = [outcome for outcome in outcomes if len(outcome.gold.facts) > 1]
    found = {
        f"all_found@{k}": mean([float(o.ranking.find_first(k) == o.gold.facts) for o in several])
        for k in (5, 10)
    }
    quoted = mean([float(o.quoted_facts == o.gold.facts) for o in several])
    return {"questions": len(several), **found, "all_quoted": quoted}


def _group(
    outcomes: Sequence[Outcome], key: Callable[[Outcome], str]
) -> dict[str, dict[str, float]]:
    groups: dict[str, list[Ranking]] = defaultdict(list)
    for outcome in outcomes:
        groups[key(outcome)].append(outcome.ranking)
    return {name: _retrieval(groups[name]) for name in sorted(groups)}


def _rankings_by_pair(outcomes: Sequence[Outcome]) -> dict[str, list[Ranking]]:
    """A question on aligned passages counts once in each of its three pairs, each time with the
    passages of that language alone; any other counts once, in the pair of its first evidence.
    """
    pairs: dict[str, list[Ranking]] = defaultdict(list)
    for outcome in outcomes:
        if not outcome.by_language:
            pairs[outcome.gold.pair].append(outcome.ranking)
        for language, ranking in outcome.by_language.items():
            pairs[f"{outcome.gold.language}>{language}"].append(ranking)
    return pairs


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


def _is_same(pair: str) -> bool:
    asked, _, found = pair.partition(">")
    return asked == found


def _percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
