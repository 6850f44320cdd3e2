"""The figures of confidence: what is wrong at each threshold, and whether it says what is right.

They are of all questions, refused ones too: a refusal has a confidence, and the quotes that would
have been given.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aztr_qa.evaluate.judging import Outcome
from aztr_qa.evaluate.metrics import (
    N_BINS,
    area_under_risk,
    expected_calibration_error,
    find_bins,
    find_share,
    trace_risk,
)

THRESHOLDS = tuple(step / 10 for step in range(10))


def compute_confidence(outcomes: Sequence[Outcome], threshold: float) -> dict[str, Any]:
    """The coverage/error curve, its area, its point at the threshold, and the calibration.

    wrong: the question is unanswerable, or no quote holds a fact of it. right, for calibration: the
    question is answerable (what the model is fitted on), or a quote holds a fact.
    """
    confidence, is_wrong = _read_confidence(outcomes), _read_wrong(outcomes)
    is_answerable = np.array([o.gold.is_answerable for o in outcomes], dtype=bool)
    return {
        "threshold": threshold,
        "at_threshold": _measure_at(threshold, confidence, is_wrong),
        "curve": [_measure_at(each, confidence, is_wrong) for each in THRESHOLDS],
        "aurc": area_under_risk(confidence, is_wrong),
        "bins": _fill_bins(confidence, is_answerable, ~is_wrong),
        "calibration_error": {
            "answerable": _find_error(confidence, is_answerable),
            "fact_quoted": _find_error(confidence, ~is_wrong),
        },
    }


def trace_curve(outcomes: Sequence[Outcome]) -> list[tuple[float, float]]:
    """(coverage, share of wrong) at every threshold that makes a difference, strictest first."""
    coverages, risks = trace_risk(_read_confidence(outcomes), _read_wrong(outcomes))
    return sorted(set(zip(coverages.tolist(), risks.tolist(), strict=True)))


def _read_confidence(outcomes: Sequence[Outcome]) -> NDArray[np.float64]:
    return np.array([outcome.answer.confidence for outcome in outcomes], dtype=np.float64)


def _read_wrong(outcomes: Sequence[Outcome]) -> NDArray[np.bool_]:
    return np.array([outcome.is_wrong_unrefused for outcome in outcomes], dtype=bool)


def _measure_at(
    threshold: float, confidence: NDArray[np.float64], is_wrong: NDArray[np.bool_]
) -> dict[str, float | None]:
    is_answered = confidence >= threshold
    return {
        "threshold": threshold,
        "coverage": find_share(is_answered.tolist()),
        "wrong": find_share(is_wrong[is_answered].tolist()),
    }


def _fill_bins(
    confidence: NDArray[np.float64],
    is_answerable: NDArray[np.bool_],
    is_fact_quoted: NDArray[np.bool_],
) -> list[dict[str, float | None]]:
    """The reliability table: of each of the ten bins, how many questions, and their shares."""
    bins = find_bins(confidence)
    return [
        {
            "from": number / N_BINS,
            "questions": int((bins == number).sum()),
            "confidence": float(confidence[bins == number].mean())
            if (bins == number).any()
            else None,
            "answerable": find_share(is_answerable[bins == number].tolist()),
            "fact_quoted": find_share(is_fact_quoted[bins == number].tolist()),
        }
        for number in range(N_BINS)
    ]


def _find_error(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float | None:
    return expected_calibration_error(confidence, right) if len(confidence) else None
