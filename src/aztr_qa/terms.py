"""Soft term matching: each word of the question looks for its nearest word in a passage.

Late interaction [1] over whole words of a static model, weighted by how much each word says. It
crosses languages ("Declaration" finds "Bəyannaməsi"), and it explains itself. Words are compared by
meaning (cosine of their vectors) and by spelling (Dice over letter triples), because names and
suffixes differ in letters, not in sense.
[1] Khattab and Zaharia 2020, ColBERT, section 3.2.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from aztr_qa.embed import FloatMatrix, scale_to_unit
from aztr_qa.spans import Spans, to_numbers
from aztr_qa.word_rows import WordRows
from aztr_qa.words import WordEmbedder, find_asked, find_names, fold_words

# How rare a word must be to count: a high power lets only near matches count as the word's
# presence (chosen with each article left out, docs/decisions/0007).
PRESENCE_POWER = 8
PRESENCE_FLOOR = 0.01
# How much a word counts that stands outside the sentence that asks (docs/decisions/0008).
_BACKGROUND = 0.5
_SAMPLE = 2_000
_CACHED = 4  # questions; each holds two matrices of its words by all words of the index
MAX_QUESTION_WORDS = 64


@dataclass(frozen=True, slots=True)
class TermScores:
    """What soft term matching gives for each candidate passage; all in [0, 1], larger is nearer."""

    meaning: NDArray[np.float32]
    spelling: NDArray[np.float32]
    nearby: NDArray[np.float32]  # as spelling, within the best two neighbouring sentences
    joint: NDArray[np.float32]  # as spelling, in the passage or in what its article is called


@dataclass(frozen=True, slots=True)
class QuestionTerms:
    """The words of a question as the index sees them.

    meaning, spelling: float32 (n_index_words, n_words), the similarity of each word of the index to
    each word; by_meaning, by_spelling: (n_words,), summing to 1, how much each word says;
    in_sample: for either, float32 (n_sample, n_words), the nearest word of each passage that was
    looked at to weigh the words.
    """

    words: tuple[str, ...]  # folded, unique, in the question's order
    is_name: NDArray[np.bool_]  # (n_words,): written with a capital letter inside the question
    meaning: FloatMatrix
    spelling: FloatMatrix
    by_meaning: NDArray[np.float32]
    by_spelling: NDArray[np.float32]
    in_sample: tuple[FloatMatrix, FloatMatrix]
    lengths: NDArray[np.float32]  # (n_words,): how much each word says by itself, as learned


class TermIndex:
    """The words of all passages, their vectors, and which passage and window holds which."""

    def __init__(
        self,
        words: list[str],
        vectors: NDArray[np.float16],
        passages: Spans,
        windows: Spans,
        window_starts: NDArray[np.int64],
        names: Spans,
        name_numbers: NDArray[np.int64],
        embedder: WordEmbedder,
    ) -> None:
        """words: folded, unique; vectors: float16 (n_words, dim), unit rows, of the same embedder;
        window_starts: (n_passages + 1,); names: what articles are called; name_numbers:
        (n_passages,), which of them is each passage's.
        """
        self._words = words
        self._vectors = vectors
        self._passages = passages
        self._windows = windows
        self._window_starts = window_starts
        self._names = names
        self._name_numbers = name_numbers
        n = len(window_starts) - 1
        self._sample = np.unique(np.linspace(0, n - 1, min(n, _SAMPLE)).astype(np.int64))
        self._rows = WordRows(words, vectors.astype(np.float32), embedder)
        self._numbers = self._rows.numbers
        # Searching, quoting and judging one question need the same matrices.
        self._read: OrderedDict[str, QuestionTerms] = OrderedDict()
        self._lock = threading.Lock()

    @classmethod
    def build(
        cls,
        texts: Sequence[str],
        windows: Sequence[Sequence[str]],
        names: Sequence[str],
        embedder: WordEmbedder,
    ) -> "TermIndex":
        """texts: what is matched of each passage; windows: its runs of neighbouring sentences;
        names: what its article is called.
        """
        folded = [fold_words(text) for text in texts]
        folded_windows = [[fold_words(window) for window in runs] for runs in windows]
        name_numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
        folded_names = [fold_words(name) for name in name_numbers]
        in_windows = {word for runs in folded_windows for window in runs for word in window}
        in_texts = {word for text in [*folded, *folded_names] for word in text}
        # The empty word, number 0, is near to nothing and stands for texts without words.
        words = sorted({"", *in_texts, *in_windows})
        numbers = {word: number for number, word in enumerate(words)}
        vectors = scale_to_unit(embedder.sum_pieces(words)).astype(np.float16)
        return cls(
            words,
            vectors,
            Spans.of([to_numbers(text, numbers) for text in folded]),
            Spans.of([to_numbers(w, numbers) for runs in folded_windows for w in runs]),
            np.cumsum([0] + [len(runs) for runs in folded_windows]).astype(np.int64),
            Spans.of([to_numbers(name, numbers) for name in folded_names]),
            np.array([name_numbers[name] for name in names], dtype=np.int64),
            embedder,
        )

    @classmethod
    def load(cls, folder: Path, embedder: WordEmbedder) -> "TermIndex":
        """Read what `save` wrote; the embedder must be the one it was built with."""
        arrays = load_file(folder / "terms.safetensors")
        words = (folder / "words.txt").read_text(encoding="utf-8").split("\n")
        return cls(
            words,
            arrays["vectors"],
            Spans(arrays["passage_words"], arrays["passage_starts"]),
            Spans(arrays["window_words"], arrays["window_starts"]),
            arrays["windows_of_passage"],
            Spans(arrays["name_words"], arrays["name_starts"]),
            arrays["name_of_passage"],
            embedder,
        )

    def save(self, folder: Path) -> None:
        """Write `terms.safetensors` for the machine and `words.txt`, one word a line, for the
        eye.
        """
        arrays = {
            "vectors": self._vectors,
            "passage_words": self._passages.flat,
            "passage_starts": self._passages.starts,
            "window_words": self._windows.flat,
            "window_starts": self._windows.starts,
            "windows_of_passage": self._window_starts,
            "name_words": self._names.flat,
            "name_starts": self._names.starts,
            "name_of_passage": self._name_numbers,
        }
        save_file(arrays, folder / "terms.safetensors")
        (folder / "words.txt").write_text("\n".join(self._words), encoding="utf-8")

    def score_passages(self, question: str, rows: NDArray[np.int64]) -> TermScores:
        """The scores of the passages with these row numbers, in their order; zeros for no words."""
        terms = self.read_question(question)
        if not terms.words or not rows.size:
            zeros = np.zeros(len(rows), dtype=np.float32)
            return TermScores(zeros, zeros, zeros, zeros)
        if np.array_equal(rows, self._sample):
            meaning, spelling = terms.in_sample
        else:
            meaning = self._passages.best(terms.meaning, rows)
            spelling = self._passages.best(terms.spelling, rows)
        numbers, positions = np.unique(self._name_numbers[rows], return_inverse=True)
        names = self._names.best(terms.spelling, numbers)[positions]
        return TermScores(
            meaning @ terms.by_meaning,
            spelling @ terms.by_spelling,
            self._score_windows(terms, rows),
            np.maximum(names, spelling) @ terms.by_spelling,
        )

    def find_numbers(self, words: Sequence[str]) -> NDArray[np.int64]:
        """(n_words,): the numbers of folded words in the index; 0, the empty word, which is near to
        nothing, for those that no passage has.
        """
        return np.array([self._numbers.get(word, 0) for word in words], dtype=np.int64)

    def match_text(self, question: str, text: str) -> NDArray[np.float32]:
        """float32 (n_question_words,): the similarity of each word's nearest in the text; zeros for
        a text without words.

        Weighted by `read_question(question).by_spelling`, the sum is the share of the question that
        the text holds.
        """
        numbers = self.find_numbers(["", *fold_words(text)])
        best: NDArray[np.float32] = self.read_question(question).spelling[numbers].max(axis=0)
        return best

    def _score_windows(self, terms: QuestionTerms, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        counts = self._window_starts[rows + 1] - self._window_starts[rows]
        offsets = np.cumsum(counts) - counts
        windows = np.repeat(self._window_starts[rows] - offsets, counts) + np.arange(counts.sum())
        scores = self._windows.best(terms.spelling, windows) @ terms.by_spelling
        best: NDArray[np.float32] = np.maximum.reduceat(scores, offsets)
        return best

    def read_question(self, question: str) -> QuestionTerms:
        """The question's words and their similarities; the last few are remembered."""
        with self._lock:
            if question in self._read:
                self._read.move_to_end(question)
                return self._read[question]
        terms = self._compare(question)
        with self._lock:
            self._read[question] = terms
            while len(self._read) > _CACHED:
                self._read.popitem(last=False)
        return terms

    def _compare(self, question: str) -> QuestionTerms:
        # A word said twice says no more; of hundreds of words, those that ask are kept first.
        names = find_names(question)
        asked = set(fold_words(find_asked(question)))
        kept = set(sorted(names, key=lambda word: word not in asked)[:MAX_QUESTION_WORDS])
        words = [word for word in names if word in kept]
        is_name = np.array([names[word] for word in words], dtype=bool)
        if not words:
            none, empty = np.zeros(0, dtype=np.float32), np.zeros((0, 0), dtype=np.float32)
            return QuestionTerms((), is_name, empty, empty, none, none, (empty, empty), none)
        rows = self._rows.read(words)
        meaning = np.stack([row.meaning for row in rows], axis=1)
        spelling = np.stack([row.spelling for row in rows], axis=1)
        lengths = np.array([row.length for row in rows], dtype=np.float32)
        in_sample = (
            self._passages.best(meaning, self._sample),
            self._passages.best(spelling, self._sample),
        )
        stress = np.array([1 if word in asked else _BACKGROUND for word in words], dtype=np.float32)
        by_meaning, by_spelling = (self._weigh(lengths * stress, best) for best in in_sample)
        return QuestionTerms(
            tuple(words), is_name, meaning, spelling, by_meaning, by_spelling, in_sample, lengths
        )

    def _weigh(self, lengths: NDArray[np.float32], best: FloatMatrix) -> NDArray[np.float32]:
        """(n_words,), summing to 1: each word's learned weight times how rare its meaning is in the
        sampled passages.
        """
        presence = (best**PRESENCE_POWER).mean(axis=0)
        weights = (lengths + 1e-6) * np.log1p(1 / (presence + PRESENCE_FLOOR))
        scaled: NDArray[np.float32] = (weights / weights.sum()).astype(np.float32)
        return scaled
