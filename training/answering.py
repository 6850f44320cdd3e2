"""Fit quoting and refusing: `python -m training.answering --corpus ../shared/articles --gold
eval/gold/articles.jsonl eval/gold/unanswerable.jsonl`.

Quoting is a conditional logit over the sentences of the first passages; refusing is a logistic
regression on what retrieval and quoting found, for questions with and without an answer. Run
`training.fusion` first.
"""

import argparse
import json
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from aztr_qa.building import build_index
from aztr_qa.config import Config
from aztr_qa.embed import load_embedder
from aztr_qa.evaluate.gold import GoldQuestion, read_gold
from aztr_qa.quoting import (
    MAX_PASSAGES,
    QUOTE_SIGNALS,
    QuoteWeights,
    choose_quotes,
    compute_quote_signals,
)
from aztr_qa.records import Hit, Question
from aztr_qa.refuse import CONFIDENCE_SIGNALS, compute_confidence_signals
from aztr_qa.service import Service

OUT = Path(__file__).parent.parent / "src" / "aztr_qa" / "answering.json"
L2 = 0.01
MARGIN = 0.7  # a further quote must be at least half as likely as the first: log 2
MAX_FALSE_REFUSALS = 0.05


def main() -> None:
    """Index, search every gold question, fit both models, validate, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--gold", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    gold = read_gold(arguments.gold)
    with tempfile.TemporaryDirectory() as folder:
        config = replace(Config(), corpus_dirs=(arguments.corpus,), index_dir=Path(folder))
        embedder = load_embedder(None)
        build_index(config, embedder)
        service = Service.open(config, embedder=embedder)
        found = [_search(service, item) for item in gold]
        quote_weights, quote_figures = fit_quotes(service, gold, found)
        refusal, refusal_figures = fit_refusal(service, gold, found, quote_weights)
        service.close()
    content = {
        "quotes": {
            "weights": {
                s: round(float(w), 4) for s, w in zip(QUOTE_SIGNALS, quote_weights, strict=True)
            },
            "margin": MARGIN,
        },
        "refusal": refusal,
        "provenance": {
            "fitted_by": "training/answering.py",
            "fitted_on": [path.name for path in arguments.gold],
            "date": datetime.now(UTC).date().isoformat(),
            "l2": L2,
            "held_out": {**quote_figures, **refusal_figures},
        },
    }
    arguments.out.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(content, indent=2))


def _search(service: Service, item: GoldQuestion) -> tuple[Question, list[Hit]]:
    question = Question(item.question, item.language, 1.0)
    return question, service.search(question, k=10)


def fit_quotes(
    service: Service, gold: list[GoldQuestion], found: list[tuple[Question, list[Hit]]]
) -> tuple[NDArray[np.float64], dict[str, float]]:
    """The weights of QUOTE_SIGNALS, and how often the best sentence is right, leaving each article
    out.
    """
    tables: list[NDArray[np.float64]] = []
    labels: list[NDArray[np.bool_]] = []
    articles: list[str] = []
    for item, (question, hits) in zip(gold, found, strict=True):
        if not item.is_answerable:
            continue
        sentences, values, _ = compute_quote_signals(
            question, hits[:MAX_PASSAGES], service.answerer.terms, service.retriever.word_embedder
        )
        right = np.array([bool(item.find_quoted(text, hit.passage)) for hit, _, text in sentences])
        if right.any():
            tables.append(values.astype(float))
            labels.append(right)
            articles.append(item.evidence[0].article)
    n_right = 0
    for article in sorted(set(articles)):
        train = [i for i, own in enumerate(articles) if own != article]
        weights = _fit_logit([tables[i] for i in train], [labels[i] for i in train])
        for i, own in enumerate(articles):
            if own == article:
                n_right += bool(labels[i][np.argmax(tables[i] @ weights)])
    n_answerable = sum(item.is_answerable for item in gold)
    figures = {
        "sentence right, of those whose passage was found": round(n_right / len(tables), 4),
        "sentence right, of all answerable": round(n_right / n_answerable, 4),
    }
    return _fit_logit(tables, labels), figures


def _fit_logit(
    tables: list[NDArray[np.float64]], labels: list[NDArray[np.bool_]]
) -> NDArray[np.float64]:
    def loss(theta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, gradient = L2 * float(theta @ theta), 2 * L2 * theta
        for x, right in zip(tables, labels, strict=True):
            scores = x @ theta
            log_all, log_right = logsumexp(scores), logsumexp(scores[right])
            total += (log_all - log_right) / len(tables)
            p_right = np.where(right, np.exp(scores - log_right), 0)
            gradient = gradient + (np.exp(scores - log_all) - p_right) @ x / len(tables)
        return total, gradient

    result: NDArray[np.float64] = minimize(
        loss, np.zeros(tables[0].shape[1]), jac=True, method="L-BFGS-B"
    ).x
    return result


def fit_refusal(
    service: Service,
    gold: list[GoldQuestion],
    found: list[tuple[Question, list[Hit]]],
    weights: NDArray[np.float64],
) -> tuple[dict[str, object], dict[str, float]]:
    """The logistic model over CONFIDENCE_SIGNALS, its thresholds, and its figures on ten folds."""
    quote_weights = QuoteWeights(weights.astype(np.float32), MARGIN)
    terms, embedder = service.answerer.terms, service.retriever.word_embedder
    signals = []
    for question, hits in found:
        quotes = choose_quotes(
            question, hits, terms=terms, embedder=embedder, weights=quote_weights
        )
        first = quotes[0].hit.passage
        name = service.answerer.sources.records[first.article_id, first.version].name
        signals.append(compute_confidence_signals(question, hits, quotes, terms, name))
    x = np.array(signals, dtype=float)
    y = np.array([item.is_answerable for item in gold])
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.5, max_iter=1000))
    folds = StratifiedKFold(10, shuffle=True, random_state=13)
    held_out = cross_val_predict(model, x, y, cv=folds, method="predict_proba")[:, 1]
    threshold = float(np.quantile(held_out[y], MAX_FALSE_REFUSALS))
    is_near = np.array([item.why == "near_miss" for item in gold])
    is_far = ~y & ~is_near
    # Below this, off-topic questions are the rule among what we refuse.
    off_topic = float(np.quantile(held_out[is_far], 0.8))
    figures = {
        "answerable refused": float((held_out[y] < threshold).mean()),
        "off topic or injected answered": float((held_out[is_far] >= threshold).mean()),
        "near miss answered": float((held_out[is_near] >= threshold).mean()),
        "calibration error": expected_calibration_error(held_out, y),
    }
    model.fit(x, y)
    scaler, logistic = model.named_steps["standardscaler"], model.named_steps["logisticregression"]
    coefficients = logistic.coef_[0] / scaler.scale_
    intercept = float(logistic.intercept_[0] - coefficients @ scaler.mean_)
    refusal: dict[str, object] = {
        "weights": {
            s: round(float(w), 4) for s, w in zip(CONFIDENCE_SIGNALS, coefficients, strict=True)
        },
        "intercept": round(intercept, 4),
        "threshold": round(threshold, 4),
        "off_topic": round(min(off_topic, threshold), 4),
    }
    return refusal, {name: round(value, 4) for name, value in figures.items()}


def expected_calibration_error(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """The mean gap between confidence and accuracy over ten bins of equal width (Guo et al. 2017,
    eq. 3).
    """
    bins = np.minimum((confidence * 10).astype(int), 9)
    gaps = [
        (bins == b).mean() * abs(confidence[bins == b].mean() - right[bins == b].mean())
        for b in range(10)
        if (bins == b).any()
    ]
    return float(sum(gaps))


if __name__ == "__main__":
    main()
