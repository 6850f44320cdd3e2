"""Word numbers of many texts, one after the other, and the nearest of each text's words."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from aztr_qa.embed import FloatMatrix

_BLOCK = 512  # rows at a time: a long question over many passages must not fill the memory


class Spans:
    """flat: (n,) word numbers; starts: (n_texts + 1,), where each text's begin."""

    def __init__(self, flat: NDArray[np.int32], starts: NDArray[np.int64]) -> None:
        self.flat = flat
        self.starts = starts

    @classmethod
    def of(cls, texts: list[NDArray[np.int32]]) -> "Spans":
        """Of the word numbers of each text; none may be empty."""
        lengths = np.array([0] + [len(words) for words in texts], dtype=np.int64)
        return cls(np.concatenate(texts) if texts else np.zeros(0, np.int32), np.cumsum(lengths))

    def best(self, similarity: FloatMatrix, rows: NDArray[np.int64]) -> FloatMatrix:
        """float32 (n_rows, n_question_words): each row's nearest word to each word asked for."""
        best = np.empty((len(rows), similarity.shape[1]), dtype=np.float32)
        for start in range(0, len(rows), _BLOCK):
            block = rows[start : start + _BLOCK]
            counts = self.starts[block + 1] - self.starts[block]
            offsets = np.cumsum(counts) - counts
            positions = np.repeat(self.starts[block] - offsets, counts) + np.arange(counts.sum())
            words = similarity.take(self.flat[positions], axis=0)
            np.maximum.reduceat(words, offsets, axis=0, out=best[start : start + len(block)])
        return best


def to_numbers(words: Sequence[str], numbers: dict[str, int]) -> NDArray[np.int32]:
    """The numbers of the words, each once; a text without words has the empty word."""
    return np.array(sorted({numbers[word] for word in words} or {numbers[""]}), dtype=np.int32)
