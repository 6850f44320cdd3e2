"""Retrieval metrics of one ranked list; means over questions count a lost question as zero.

In the notation of ir-measures: recall@k here is Success@k (any evidence passage among the first k,
because each place of the evidence answers by itself), MRR@10 is RR@10, nDCG@10 has binary gains. A
test holds them equal.
"""

import math
from collections.abc import Sequence


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
