"""The lexical list: BM25 over character n-grams of folded words.

Four letters of a folded word find "Bəyannaməsi" in "bəyannamənin" without a stemmer, which
Azerbaijani lacks, and forgive missing diacritics and most typing errors. Scores come from bm25s
[1], Lucene's variant [2].
[1] https://github.com/xhluca/bm25s  [2] Kamphuis et al. 2020, Which BM25 Do You Mean?
"""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aztr_qa.text import fold

NGRAM = 4
K1 = 1.2
B = 0.75


def cut_ngrams(text: str) -> list[str]:
    """The n-grams of each folded word with its borders; a shorter word is one n-gram.

    >>> cut_ngrams("Şuşa nə")
    [' sus', 'susa', 'usa ', ' ne ']
    """
    ngrams: list[str] = []
    for word in fold(text).split():
        padded = f" {word} "
        if len(padded) <= NGRAM:
            ngrams.append(padded)
        else:
            ngrams.extend(padded[i : i + NGRAM] for i in range(len(padded) - NGRAM + 1))
    return ngrams


class LexicalIndex:
    """Says how much of a question's wording each passage holds."""

    def __init__(
        self, retriever: object, vocabulary: dict[str, int], frequencies: NDArray[np.int64], n: int
    ) -> None:
        """retriever: a `bm25s.BM25`; frequencies: (n_ngrams,) passages that hold the n-gram; n:
        passages.
        """
        self._retriever = retriever
        self._vocabulary = vocabulary
        self._frequencies = frequencies
        self._n_passages = n

    @classmethod
    def build(cls, texts: Sequence[str]) -> "LexicalIndex":
        """The list over the texts of all passages; row i is passage i."""
        import bm25s

        retriever = bm25s.BM25(k1=K1, b=B, method="lucene")
        retriever.index([cut_ngrams(text) or [""] for text in texts], show_progress=False)
        return cls._from_retriever(retriever)

    @classmethod
    def load(cls, folder: Path) -> "LexicalIndex":
        """Read what `save` wrote."""
        import bm25s

        return cls._from_retriever(bm25s.BM25.load(folder, load_vocab=True))

    @classmethod
    def _from_retriever(cls, retriever: object) -> "LexicalIndex":
        frequencies = np.diff(retriever.scores["indptr"]).astype(np.int64)  # type: ignore[attr-defined]
        n = int(retriever.scores["num_docs"])  # type: ignore[attr-defined]
        return cls(retriever, retriever.vocab_dict, frequencies, n)  # type: ignore[attr-defined]

    def save(self, folder: Path) -> None:
        """Write arrays and the vocabulary; no pickle."""
        self._retriever.save(folder, show_progress=False)  # type: ignore[attr-defined]

    def compute_shares(self, question: str) -> NDArray[np.float32]:
        """float32 (n_passages,): BM25 as a share in [0, 1] of what a passage with all n-grams could
        reach.

        N-grams that no passage holds count in full against every passage.
        """
        ngrams = sorted(set(cut_ngrams(question)))
        known = [ngram for ngram in ngrams if ngram in self._vocabulary]
        if not known:
            return np.zeros(self._n_passages, dtype=np.float32)
        counts = np.array([self._count(ngram) for ngram in ngrams])
        attainable = np.log1p((self._n_passages - counts + 0.5) / (counts + 0.5)).sum()
        scores: NDArray[np.float32] = self._retriever.get_scores(known)  # type: ignore[attr-defined]
        shares: NDArray[np.float32] = (scores / attainable).astype(np.float32)
        return shares

    def _count(self, ngram: str) -> int:
        row = self._vocabulary.get(ngram)
        return 0 if row is None else int(self._frequencies[row])


def describe_settings() -> str:
    """The settings that an index was built with, for its manifest."""
    return json.dumps({"ngram": NGRAM, "k1": K1, "b": B})
