"""Words of questions against every word of an index, by meaning and spelling; some are kept."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aztr_qa.embed import FloatMatrix, scale_to_unit
from aztr_qa.words import WordEmbedder, cut_triples, index_triples

_REMEMBERED_BYTES = 32_000_000  # of words' similarities to all words of the index
_MIN_REMEMBERED = 64  # words: those of the longest question
_MAX_REMEMBERED = 5_000  # words, however small the index


@dataclass(frozen=True, slots=True)
class WordRow:
    """A question's word against every word of the index: by meaning, and by meaning or spelling."""

    meaning: NDArray[np.float32]
    spelling: NDArray[np.float32]
    length: float  # of its vector: how much it says by itself


class WordRows:
    """Compares words with those of an index; safe to use from several threads."""

    def __init__(self, words: list[str], vectors: FloatMatrix, embedder: WordEmbedder) -> None:
        """words: folded, unique; vectors: (n_words, dim), unit rows, of the same embedder."""
        self.numbers = {word: number for number, word in enumerate(words)}
        # One column a word: twice as fast for the few words of a question.
        self._vectors = np.ascontiguousarray(vectors.T)
        self._embedder = embedder
        self._triples, self._triple_counts = index_triples(words)
        # Most questions share words.
        self._remembered: OrderedDict[str, WordRow] = OrderedDict()
        self._n_remembered = min(
            max(_MIN_REMEMBERED, _REMEMBERED_BYTES // (8 * len(words))), _MAX_REMEMBERED
        )
        self._lock = threading.Lock()

    def read(self, words: list[str]) -> list[WordRow]:
        """The rows of the words, in their order; those used last are remembered."""
        with self._lock:
            rows = {word: self._remembered[word] for word in words if word in self._remembered}
        unread = [word for word in words if word not in rows]
        if unread:
            rows.update(zip(unread, self._compare_words(unread), strict=True))
        with self._lock:
            self._remembered.update(rows)
            for word in words:
                self._remembered.move_to_end(word)
            while len(self._remembered) > self._n_remembered:
                self._remembered.popitem(last=False)
        return [rows[word] for word in words]

    def _compare_words(self, words: list[str]) -> list[WordRow]:
        sums = self._embedder.sum_pieces(words)
        meanings = np.maximum(scale_to_unit(sums) @ self._vectors, 0)
        return [
            # A copy, because a row of the matrix would keep all of it.
            WordRow(meaning.copy(), self._add_spelling(meaning, word), float(np.linalg.norm(row)))
            for word, meaning, row in zip(words, meanings, sums, strict=True)
        ]

    def _add_spelling(self, meaning: NDArray[np.float32], word: str) -> NDArray[np.float32]:
        """(n_index_words,): the larger similarity of the two; a word with a figure matches nothing
        but itself.
        """
        if any(character.isdigit() for character in word):
            similarity = np.zeros_like(meaning)
        else:
            similarity = np.maximum(meaning, self._compute_dice(word))
        if word in self.numbers:
            similarity[self.numbers[word]] = 1
        return similarity

    def _compute_dice(self, word: str) -> NDArray[np.float32]:
        triples = cut_triples(word)
        shared = np.zeros(len(self.numbers), dtype=np.float32)
        for triple in triples:
            if triple in self._triples:
                shared[self._triples[triple]] += 1
        return 2 * shared / (len(triples) + self._triple_counts)
