"""Fit what relevance is made of: the score of a passage, and its share among those searched."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logsumexp

from aztr_qa.records import LANGUAGES
from training.examples import Example


def calibrate(
    judged: list[tuple[Example, NDArray[np.float64]]],
) -> tuple[dict[str, float], dict[str, float]]:
    """What relevance is made of [1], and how far it is off in each language pair and in all.

    judged: questions and the scores of their passages, those of answerable ones by weights fitted
    without them. The first ten passages count, of all languages together and of each alone, because
    people search both ways. The error is the expected calibration error over ten bins [2], with
    each article (and each tenth of the unanswerable questions) left out in turn.
    [1] Platt 1999, Probabilistic outputs for support vector machines.
    [2] Naeini et al. 2015, Obtaining well calibrated probabilities using Bayesian binning.
    """
    features, labels, pairs, folds = [], [], [], []
    for number, (example, scores) in enumerate(judged):
        evidence = example.gold.evidence
        everything = np.arange(len(scores))
        alone = [everything[example.languages == n] for n in range(len(LANGUAGES))]
        for searched in (everything, *alone):
            if searched.size:
                log_total = logsumexp(scores[searched])
                for row in searched[np.argsort(-scores[searched], kind="stable")[:10]]:
                    features.append((scores[row], scores[row] - log_total, 1.0))
                    labels.append(float(example.is_evidence[row]))
                    pairs.append(f"{example.gold.language}>{LANGUAGES[example.languages[row]]}")
                    folds.append(evidence[0].article if evidence else str(number % 10))
    x, truth = np.array(features), np.array(labels)
    names, groups = np.array(pairs), np.array(folds)
    held_out = np.zeros(len(truth))
    for fold in sorted(set(folds)):
        own = groups == fold
        held_out[own] = expit(x[own] @ _fit_relevance(x[~own], truth[~own]))
    errors = {"all": _calibration_error(held_out, truth)}
    for name in sorted(set(pairs)):
        errors[name] = _calibration_error(held_out[names == name], truth[names == name])
    by_score, by_share, intercept = (round(float(w), 4) for w in _fit_relevance(x, truth))
    return {"score": by_score, "share": by_share, "intercept": intercept}, errors


def _fit_relevance(x: NDArray[np.float64], truth: NDArray[np.float64]) -> NDArray[np.float64]:
    """(3,): a logistic regression in which a higher score or share never lowers relevance."""

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = x @ w
        total = np.mean(np.logaddexp(0, logits) - truth * logits)
        return float(total), x.T @ (expit(logits) - truth) / len(truth)

    bounds = [(0, None), (0, None), (None, None)]
    fitted: NDArray[np.float64] = minimize(
        loss, np.array([0.1, 0.1, -1.0]), jac=True, bounds=bounds, method="L-BFGS-B"
    ).x
    return fitted


def _calibration_error(probabilities: NDArray[np.float64], truth: NDArray[np.float64]) -> float:
    bins = np.minimum((probabilities * 10).astype(int), 9)
    return round(
        sum(
            abs(float(probabilities[own].mean() - truth[own].mean())) * float(own.mean())
            for own in (bins == number for number in range(10))
            if own.any()
        ),
        4,
    )
