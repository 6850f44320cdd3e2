"""What each way of looking says about each passage: the raw signals that fusion weighs.

| signal     | range   | what it is                                                              |
|------------|---------|-------------------------------------------------------------------------|
| dense      | [-1, 1] | cosine of the question and the whole passage                            |
| sentences  | [-1, 1] | cosine of the question and the passage's best two neighbouring sentences |
| meaning    | [0, 1]  | soft term matching by the meaning of words                              |
| spelling   | [0, 1]  | the same by meaning or spelling, figures exactly                        |
| nearby     | [0, 1]  | as spelling, within two neighbouring sentences                          |
| joint      | [0, 1]  | as spelling, in the passage or the title, authors, year of its article   |
| lexical    | [0, 1]  | BM25 over letters, as a share of what the question could reach          |
| leading    | (0, 1]  | 1 / rank in the lexical list of the passages of the same language       |
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aztr_qa.embed import Embedder, FloatMatrix
from aztr_qa.index import VectorIndex
from aztr_qa.lexical import LexicalIndex
from aztr_qa.records import LANGUAGES
from aztr_qa.terms import TermIndex

# An index of up to this many passages is looked at whole; in a larger one, candidates are chosen
# first.
EXHAUSTIVE = 2_000
SIGNALS: Final = (
    "dense",
    "sentences",
    "meaning",
    "spelling",
    "nearby",
    "joint",
    "lexical",
    "leading",
)


@dataclass(frozen=True, slots=True)
class SignalTable:
    """rows: (n,) passage numbers, ascending; values: float32 (n, len(SIGNALS)), row i belongs to
    rows[i].
    """

    rows: NDArray[np.int64]
    values: FloatMatrix


@dataclass(frozen=True, slots=True)
class SignalSources:
    """The parts of an index that give signals; `window_owners` has the passage of each window,
    ascending.
    """

    vectors: VectorIndex
    windows: VectorIndex
    window_owners: NDArray[np.int64]
    lexical: LexicalIndex
    terms: TermIndex
    languages: NDArray[np.int8]

    def compute(
        self,
        question: str,
        *,
        allowed: NDArray[np.bool_],
        n_candidates: int,
        embedder: Embedder,
    ) -> SignalTable:
        """All signals of the allowed passages, or of the most promising ones in a large index.

        In a large index the candidates are the first of the dense, the window and the lexical list,
        for each language, so that none is crowded out.
        """
        row = embedder.embed_question(question)
        shares = self.lexical.compute_shares(question)
        if np.count_nonzero(allowed) <= EXHAUSTIVE:
            rows = np.flatnonzero(allowed)
        else:
            rows = self._choose_candidates(row, shares, allowed, n_candidates)
        terms = self.terms.score_passages(question, rows)
        dense = self.vectors.get_rows(rows) @ row[0] if rows.size else np.zeros(0, np.float32)
        columns = (
            dense,
            self._score_windows(row, rows),
            terms.meaning,
            terms.spelling,
            terms.nearby,
            terms.joint,
            shares[rows],
            self._rank_by_language(shares[rows], self.languages[rows]),
        )
        return SignalTable(rows, np.stack(columns, axis=1).astype(np.float32))

    def _score_windows(self, question: FloatMatrix, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        starts = np.searchsorted(self.window_owners, rows)
        counts = np.searchsorted(self.window_owners, rows, side="right") - starts
        offsets = np.cumsum(counts) - counts
        windows = np.repeat(starts - offsets, counts) + np.arange(counts.sum())
        if not windows.size:
            return np.zeros(0, dtype=np.float32)
        similarities = self.windows.get_rows(windows) @ question[0]
        best: NDArray[np.float32] = np.maximum.reduceat(similarities, offsets)
        return best

    def _rank_by_language(
        self, shares: NDArray[np.float32], languages: NDArray[np.int8]
    ) -> NDArray[np.float32]:
        """(n,): 1 / rank of each share among those of its language; ties in the given order."""
        ranks = np.ones(len(shares), dtype=np.float32)
        for language in range(len(LANGUAGES)):
            own = np.flatnonzero(languages == language)
            ordered = own[np.argsort(-shares[own], kind="stable")]
            ranks[ordered] = 1 / np.arange(1, len(own) + 1)
        return ranks

    def _choose_candidates(
        self,
        question: FloatMatrix,
        shares: NDArray[np.float32],
        allowed: NDArray[np.bool_],
        n_candidates: int,
    ) -> NDArray[np.int64]:
        _, nearest = self.vectors.search(question, k=20 * n_candidates)
        _, windows = self.windows.search(question, k=20 * n_candidates)
        lists = (
            nearest[0],
            self.window_owners[windows[0]],
            np.argsort(-shares, kind="stable")[: 20 * n_candidates],
        )
        quota = max(1, n_candidates // (len(lists) * len(LANGUAGES)))
        chosen: set[int] = set()
        for rows in lists:
            kept = rows[allowed[rows]]
            for language in range(len(LANGUAGES)):
                own = kept[self.languages[kept] == language]
                chosen.update(list(dict.fromkeys(own.tolist()))[:quota])
        return np.array(sorted(chosen), dtype=np.int64)
