"""Fit the fusion weights: `python -m training.fusion --corpus ../shared/articles --gold
eval/gold/articles.jsonl eval/gold/unanswerable.jsonl`.

A conditional logit over the passages of each question, with weights per language relation; what
meaning and vectors say is shared by the relations, what letters say is not. Leave-one-article-out
gives the figures.
"""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp

from aztr_qa.evaluate.gold import read_gold
from aztr_qa.fusion import RELATIONS, relate
from aztr_qa.records import LANGUAGES
from aztr_qa.signals import SIGNALS
from training.examples import FUSION, Example, collect_examples
from training.relevance import calibrate

# Letters mean something else in each relation; the rest is one weight for all, so that few
# questions suffice.
SHARED = ("dense", "sentences", "meaning", "nearby", "joint")
L2 = 0.05  # of .005 to .2 the best sum of recall@1 and @5 with each article left out
SCALE = 10.0  # signals move by hundredths; scaled, one penalty fits all


def main() -> None:
    """Build an index, compute signals, fit, validate, calibrate, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--gold", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, default=FUSION)
    arguments = parser.parse_args()
    gold = read_gold(arguments.gold)
    examples = collect_examples(gold, arguments.corpus)
    answerable = [e for e in examples if e.is_evidence.any()]
    lost = [e.gold.id for e in examples if e.gold.is_answerable and not e.is_evidence.any()]
    print(f"{len(answerable)} questions with evidence; without a passage that holds it: {lost}")
    held_out = cross_validate(answerable)
    report(answerable, held_out)
    theta = fit(answerable)
    unanswerable = [e for e in examples if not e.gold.is_answerable]
    judged = [
        *zip(answerable, held_out, strict=True),
        *((example, design(example) @ theta) for example in unanswerable),
    ]
    relevance, errors = calibrate(judged)
    print(f"relevance: {relevance}; mean difference from the truth: {errors}")
    weights, biases = unpack(theta)
    content = {
        "signals": list(SIGNALS),
        "weights": {
            relation: {s: round(float(w), 4) for s, w in zip(SIGNALS, weights[i], strict=True)}
            for i, relation in enumerate(RELATIONS)
        },
        "biases": {relation: round(float(biases[i]), 4) for i, relation in enumerate(RELATIONS)},
        "relevance": relevance,
        "provenance": {
            "fitted_by": "training/fusion.py",
            "fitted_on": [path.name for path in arguments.gold],
            "questions": len(answerable),
            "l2": L2,
            "date": datetime.now(UTC).date().isoformat(),
            "leave_one_article_out": summarize(answerable, held_out),
            "relevance_calibration_error": errors,
        },
    }
    arguments.out.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(f"wrote {arguments.out}")


def fit(examples: list[Example]) -> NDArray[np.float64]:
    """The parameters with the least penalised loss."""
    designs = [design(e) for e in examples]
    start = np.zeros(designs[0].shape[1])

    def loss(theta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, gradient = L2 * float(theta @ theta), 2 * L2 * theta
        for x, example in zip(designs, examples, strict=True):
            scores = x @ theta
            log_all, log_right = logsumexp(scores), logsumexp(scores[example.is_evidence])
            total += (log_all - log_right) / len(examples)
            p_all = np.exp(scores - log_all)
            p_right = np.where(example.is_evidence, np.exp(scores - log_right), 0)
            gradient = gradient + (p_all - p_right) @ x / len(examples)
        return total, gradient

    result: NDArray[np.float64] = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return result


def design(example: Example) -> NDArray[np.float64]:
    """(n_passages, n_parameters): shared signals once, the others once a relation, then two
    biases.
    """
    relations = np.array([RELATIONS.index(relate(example.gold.language, p)) for p in LANGUAGES])[
        example.languages
    ]
    columns = []
    for number, signal in enumerate(SIGNALS):
        value = SCALE * example.values[:, number]
        columns += (
            [value]
            if signal in SHARED
            else [value * (relations == r) for r in range(len(RELATIONS))]
        )
    columns += [(relations == r).astype(float) for r in range(1, len(RELATIONS))]
    return np.stack(columns, axis=1)


def unpack(theta: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """weights (3, n_signals) and biases (3,) in the units of the raw signals."""
    weights = np.zeros((len(RELATIONS), len(SIGNALS)))
    position = 0
    for number, signal in enumerate(SIGNALS):
        if signal in SHARED:
            weights[:, number] = SCALE * theta[position]
            position += 1
        else:
            weights[:, number] = SCALE * theta[position : position + len(RELATIONS)]
            position += len(RELATIONS)
    return weights, np.concatenate([[0.0], theta[position:]])


def cross_validate(examples: list[Example]) -> list[NDArray[np.float64]]:
    """The scores of each question's passages, by weights fitted without the questions that have
    evidence in its first article.
    """
    scores: list[NDArray[np.float64]] = [np.zeros(0)] * len(examples)
    articles = [e.gold.evidence[0].article for e in examples]
    for article in sorted(set(articles)):
        theta = fit(
            [e for e in examples if all(place.article != article for place in e.gold.evidence)]
        )
        for number, example in enumerate(examples):
            if articles[number] == article:
                scores[number] = design(example) @ theta
    return scores


def find_ranks(examples: list[Example], scores: list[NDArray[np.float64]]) -> NDArray[np.int64]:
    """(n,): the rank, from 1, of the first passage that holds the evidence."""
    return np.array(
        [
            1 + int(np.argmax(e.is_evidence[np.argsort(-s, kind="stable")]))
            for e, s in zip(examples, scores, strict=True)
        ]
    )


def summarize(examples: list[Example], scores: list[NDArray[np.float64]]) -> dict[str, float]:
    """Recall at 1, 5 and 10 over all, and at 5 within and across languages."""
    ranks = find_ranks(examples, scores)
    same = np.array([e.gold.pair[:2] == e.gold.pair[3:] for e in examples])
    return {
        "recall@1": round(float((ranks <= 1).mean()), 4),
        "recall@5": round(float((ranks <= 5).mean()), 4),
        "recall@10": round(float((ranks <= 10).mean()), 4),
        "same recall@5": round(float((ranks[same] <= 5).mean()), 4),
        "cross recall@5": round(float((ranks[~same] <= 5).mean()), 4),
    }


def report(examples: list[Example], scores: list[NDArray[np.float64]]) -> None:
    """Print the held-out figures, per language pair too."""
    print(summarize(examples, scores))
    ranks = find_ranks(examples, scores)
    pairs = np.array([e.gold.pair for e in examples])
    for pair in sorted(set(pairs)):
        own = ranks[pairs == pair]
        print(
            f"  {pair}: {len(own)} questions, "
            f"recall@1 {np.mean(own <= 1):.2f}, @5 {np.mean(own <= 5):.2f}"
        )


if __name__ == "__main__":
    main()
