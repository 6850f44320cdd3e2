"""Words as they are compared: folded, spelled in letter triples, paired across languages."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from aztr_qa.embed import FloatMatrix, scale_to_unit
from aztr_qa.sentences import split_sentences
from aztr_qa.text import find_words, fold_word


class WordEmbedder(Protocol):
    """A static model: the vector of a word is the sum of its pieces, its length says how much it
    means.
    """

    def sum_pieces(self, texts: Sequence[str]) -> FloatMatrix:
        """float32 (n, dim), not normalised."""
        ...


@dataclass(frozen=True, slots=True)
class WordPair:
    """A word of the question and the nearest word of a text, as written; similarity in [0, 1]."""

    question_word: str
    text_word: str
    similarity: float


def pair_words(question: str, text: str, embedder: WordEmbedder) -> list[WordPair]:
    """For each word of the question its nearest word in the text, in the question's order."""
    asked = _written_words(question)
    written = sorted(set(_written_words(text)))
    if not asked or not written:
        return []
    question_rows = scale_to_unit(embedder.sum_pieces([fold_word(word) for word in asked]))
    text_rows = scale_to_unit(embedder.sum_pieces([fold_word(word) for word in written]))
    similarity = question_rows @ text_rows.T
    folded = [fold_word(word) for word in written]
    for row, word in enumerate(asked):
        similarity[row, [fold_word(word) == other for other in folded]] = 1
        if any(character.isdigit() for character in word) and fold_word(word) not in folded:
            similarity[row] = 0
    nearest = similarity.argmax(axis=1)
    return [
        WordPair(word, written[column], float(np.clip(similarity[row, column], 0, 1)))
        for row, (word, column) in enumerate(zip(asked, nearest, strict=True))
    ]


def _written_words(text: str) -> list[str]:
    words = [text[start:end] for start, end in find_words(text)]
    return [word for word in dict.fromkeys(words) if fold_word(word)]


def fold_words(text: str) -> list[str]:
    """The folded words of a text, in order, repeats kept."""
    return [word for start, end in find_words(text) if (word := fold_word(text[start:end]))]


def find_names(question: str) -> dict[str, bool]:
    """Each folded word of the question, in order, and whether it looks like a name inside it."""
    names: dict[str, bool] = {}
    for position, (start, end) in enumerate(find_words(question)):
        word = fold_word(question[start:end])
        if word:
            names[word] = names.get(word, False) or (position > 0 and question[start].isupper())
    return names


def find_asked(question: str) -> str:
    """The sentences that ask, those with a question mark; the whole text where none or all do."""
    sentences = [question[start:end] for start, end in split_sentences(question)]
    asked = [sentence for sentence in sentences if "?" in sentence]
    return " ".join(asked) if asked else question


def cut_triples(word: str) -> set[str]:
    """Letter triples with the word's beginning marked: suffixes change, beginnings stay."""
    marked = f"^{word}"
    return {a + b + c for (a, b), c in zip(pairwise(marked), marked[2:], strict=False)} or {marked}


def index_triples(words: list[str]) -> tuple[dict[str, NDArray[np.int32]], NDArray[np.float32]]:
    """Which words (by number) hold each triple, and how many triples each word has."""
    holders: dict[str, list[int]] = defaultdict(list)
    counts = np.ones(len(words), dtype=np.float32)
    for number, word in enumerate(words):
        triples = cut_triples(word)
        counts[number] = len(triples)
        for triple in triples:
            holders[triple].append(number)
    return {
        triple: np.array(numbers, dtype=np.int32) for triple, numbers in holders.items()
    }, counts
