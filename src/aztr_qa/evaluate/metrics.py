"""Metrics of one ranked list, of a share of questions, and of confidences.

In the notation of ir-measures: recall@k here is Success@k (any evidence passage among the first k,
because each place of the evidence answers by itself), MRR@10 is RR@10, nDCG@10 has binary gains. A
test holds them equal. Means over questions count a lost question as zero.
"""

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

N_BINS = 10
_Z = 1.959964  # the normal quantile of a 95 % interval


def success_at(is_evidence: Sequence[bool], k: int) -> float:
    """1.0 when one of the first k passages is evidence, else 0.0."""
    return float(any(is_evidence[:k]))


def reciprocal_rank(is_evidence: Sequence[bool], k: int) -> float:
    """1 / rank of the first evidence among the first k, ranks from 1; 0.0 without."""
    for rank, right in enumerate(is_evidence[:k], start=1):
        if right:
            return 1 / rank
    return 0.0


def ndcg_at(is_evidence: Sequence[bool], n_evidence: int, k: int) -> float:
    """Discounted gain over the best possible one [1]; 0.0 without evidence.

    [1] Järvelin and Kekäläinen 2002, with gain 1 and discount log2(rank + 1).
    """
    gain = sum(
        1 / math.log2(rank + 1) for rank, right in enumerate(is_evidence[:k], start=1) if right
    )
    best = sum(1 / math.log2(rank + 1) for rank in range(1, min(n_evidence, k) + 1))
    return gain / best if best else 0.0


def mean(values: Sequence[float]) -> float:
    """The mean; 0.0 of nothing, so that a figure never goes missing."""
    return sum(values) / len(values) if values else 0.0


def find_share(claims: Iterable[bool]) -> float | None:
    """How many of the claims are true, in [0, 1]; None of nothing."""
    held = list(claims)
    return sum(held) / len(held) if held else None


def wilson_interval(n_true: int, n: int) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson 1927); (0.0, 1.0) of nothing: it may be any."""
    if n == 0:
        return 0.0, 1.0
    share, spread = n_true / n, _Z**2 / n
    middle = share + spread / 2
    half = math.sqrt(spread * (share * (1 - share) + spread / 4))
    return max(0.0, (middle - half) / (1 + spread)), min(1.0, (middle + half) / (1 + spread))


def trace_risk(
    confidence: NDArray[np.float64], is_wrong: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The risk-coverage curve [1]: for each question, surest first, which share is answered when
    only those at least as sure are, and which share of these is wrong; (n,) each.

    Questions of the same confidence are answered together, whatever their order.

    [1] Geifman and El-Yaniv 2017, "Selective classification for deep neural networks".
    """
    falling = -np.sort(-confidence)
    n_answered = np.searchsorted(-falling, -falling, side="right")
    n_wrong = np.cumsum(is_wrong[np.argsort(-confidence, kind="stable")])
    return n_answered / len(confidence), n_wrong[n_answered - 1] / n_answered


def area_under_risk(confidence: NDArray[np.float64], is_wrong: NDArray[np.bool_]) -> float | None:
    """The mean share of wrong over all coverages (AURC, of the curve of [1]); smaller is better,
    None of nothing.

    [1] Geifman and El-Yaniv 2017; its area as a mean over the questions is that of Geifman, Uziel
    and El-Yaniv 2019.
    """
    if not len(confidence):
        return None
    return float(trace_risk(confidence, is_wrong)[1].mean())


def find_bins(confidence: NDArray[np.float64]) -> NDArray[np.int64]:
    """(n,): which of the ten bins [0, 0.1), [0.1, 0.2), ... [0.9, 1] each confidence is in."""
    return np.minimum((confidence * N_BINS).astype(np.int64), N_BINS - 1)


def expected_calibration_error(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """The mean gap between confidence and accuracy over ten bins of equal width (Guo et al. 2017,
    eq. 3).
    """
    bins = find_bins(confidence)
    gaps = [
        (bins == b).mean() * abs(confidence[bins == b].mean() - right[bins == b].mean())
        for b in range(N_BINS)
        if (bins == b).any()
    ]
    return float(sum(gaps))
