"""What is read of a passage once and needed for every question: its words and their places, its
sentences and their vectors.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aztr_qa.embed import FloatMatrix
from aztr_qa.records import Passage
from aztr_qa.terms import TermIndex
from aztr_qa.text import find_words, fold_word
from aztr_qa.words import WordEmbedder

_KEPT = 500  # passages; about 30 kB each
_KEPT_WORDS = 5_000  # about 1 kB each
_BORDER = 4  # words that the end of a sentence counts for


@dataclass(frozen=True, slots=True)
class Reading:
    """A passage as its sentences are weighed.

    texts, sums: of each sentence, float32 (n_sentences, dim), not normalised; spans: of the words,
    from the start of the passage; numbers: of the words in the index, 0 for those it lacks; places:
    of the words in reading order, with a gap after each sentence; bounds: int64 (n_sentences, 2),
    the first word of each sentence and the one after its last; capitals: whether
    each word is written with a capital; beginnings: whether it opens a sentence, where a capital
    says nothing.
    """

    texts: tuple[str, ...]
    sums: FloatMatrix
    spans: tuple[tuple[int, int], ...]
    numbers: NDArray[np.int64]
    places: NDArray[np.int64]
    bounds: NDArray[np.int64]
    capitals: NDArray[np.bool_]
    beginnings: NDArray[np.bool_]


class PassageReader:
    """Reads passages and remembers the last few hundred; for any number of threads."""

    def __init__(self, terms: TermIndex, embedder: WordEmbedder) -> None:
        self._terms = terms
        self._embedder = embedder
        self._vectors: dict[str, NDArray[np.float32]] = {}
        self._read: OrderedDict[str, Reading] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, passages: list[Passage]) -> list[Reading]:
        """The readings of passages, in their order."""
        found = {}
        with self._lock:
            for passage in passages:
                if passage.id in self._read:
                    self._read.move_to_end(passage.id)
                    found[passage.id] = self._read[passage.id]
        for passage in passages:
            if passage.id not in found:
                found[passage.id] = self._read_one(passage)
        with self._lock:
            self._read.update(found)
            while len(self._read) > _KEPT:
                self._read.popitem(last=False)
        return [found[passage.id] for passage in passages]

    def embed(self, words: Sequence[str]) -> FloatMatrix:
        """float32 (n_words, dim), not normalised: the vectors of words as they are written."""
        # What was found is kept here: another thread may clear the store at any time.
        with self._lock:
            found = {word: self._vectors[word] for word in words if word in self._vectors}
        missing = [word for word in dict.fromkeys(words) if word not in found]
        found.update(zip(missing, self._embedder.sum_pieces(missing), strict=True))
        with self._lock:
            if len(self._vectors) + len(missing) > _KEPT_WORDS:
                self._vectors.clear()
            self._vectors.update(found)
        return np.array([found[word] for word in words], dtype=np.float32)

    def _read_one(self, passage: Passage) -> Reading:
        text = passage.text
        starts = [sentence.start - passage.start for sentence in passage.sentences]
        ends = [sentence.end - passage.start for sentence in passage.sentences]
        texts = tuple(text[start:end] for start, end in zip(starts, ends, strict=True))
        spans = find_words(text)
        beginnings = np.array([start for start, _ in spans], dtype=np.int64)
        first = np.searchsorted(beginnings, starts)
        bounds = np.stack([first, np.searchsorted(beginnings, ends)], axis=1)
        capitals = np.array([text[start].isupper() for start, _ in spans], dtype=bool)
        opening = np.zeros(len(spans), dtype=bool)
        opening[first[first < len(spans)]] = True
        owners = np.searchsorted(first, np.arange(len(spans)), side="right") - 1
        return Reading(
            texts,
            self._embedder.sum_pieces(texts),
            tuple(spans),
            self._terms.find_numbers([fold_word(text[start:end]) for start, end in spans]),
            np.arange(len(spans)) + _BORDER * owners,
            bounds,
            capitals,
            opening,
        )
