"""What the words of a question say: how much each one, and which are names.

Names ("Şuşa", "NATO", "TurAz Qartalı") say what a question is about, all other words what is asked
of it ("imzalayıb", "uzunluğu"): the attributes. A near miss has the names and lacks the attributes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aztr_qa.embed import FloatMatrix
from aztr_qa.expecting import Asked, find_asked_for, is_stop_word
from aztr_qa.readings import Reading
from aztr_qa.records import Question
from aztr_qa.terms import TermIndex

# From this similarity on, a word of a text is the question's.
SAME_WORD = 0.7
_NOTHING = 0.15  # a weight of attributes below which nothing is asked of the names
_SELDOM, _OFTEN = 0.3, 2  # a word is no name that is written small so often, so many times


@dataclass(frozen=True, slots=True)
class AskedWords:
    """A question as sentences are weighed against it.

    All arrays have the shape (n_words,): weights sum to 1, those of words that only ask are 0;
    names says in [0, 1] how far a word is one; attributes is the weight of each word as far as it
    is an attribute (figures are none), attribute_shares the same made to sum to 1; known is the
    best match in the whole index. head holds the numbers of the words that say what is counted or
    chosen.
    """

    question: Question
    asked: Asked
    words: tuple[str, ...]
    weights: NDArray[np.float32]
    names: NDArray[np.float32]
    attributes: NDArray[np.float32]
    attribute_shares: NDArray[np.float32]
    known: NDArray[np.float32]
    head: tuple[int, ...]


def read_asked_words(
    question: Question, terms: TermIndex, passages: Sequence[tuple[Reading, FloatMatrix]]
) -> AskedWords:
    """The words of a question; names are those that the passages write with a capital where they
    have them, or that the question does.

    passages: with the similarity of each word to each word of the question, (n_words,
    n_question_words).
    """
    read = terms.read_question(question.text)
    n = len(read.words)
    stops = np.array([is_stop_word(word, question.language) for word in read.words], dtype=bool)
    # In a small index, where nothing is asked, the words of asking would seem the rarest of all.
    weights = np.where(stops, 0, read.by_spelling) if not stops.all() else read.by_spelling
    weights = (weights / max(float(weights.sum()), 1e-9)).astype(np.float32)
    capital, total = np.zeros(n), np.zeros(n)
    for reading, near in passages:
        same = (near >= SAME_WORD) & ~reading.beginnings[:, None]
        capital += (same & reading.capitals[:, None]).sum(axis=0)
        total += same.sum(axis=0)
    share = capital / np.maximum(total, 1)
    small = (share < _SELDOM) & (total > _OFTEN) & ~read.is_name
    names = np.where(small, 0, np.maximum(share, read.is_name)).astype(np.float32)
    figures = np.array([any(c.isdigit() for c in word) for word in read.words], dtype=bool)
    attributes = (weights * np.where(figures, 0, 1 - names)).astype(np.float32)
    if attributes.sum() < _NOTHING:  # "TANAP nədir?": then the name itself is what is asked
        names = np.zeros_like(names)
        attributes = np.where(figures, 0, weights).astype(np.float32)
    known = read.spelling.max(axis=0) if n else np.zeros(0, dtype=np.float32)
    asked = find_asked_for(question.text, question.language)
    return AskedWords(
        question,
        asked,
        read.words,
        weights,
        names,
        attributes,
        scale_to_one(attributes),
        known,
        tuple(number for number, word in enumerate(read.words) if word in asked.head),
    )


def scale_to_one(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """The weights made to sum to 1, zeros where all are."""
    scaled: NDArray[np.float32] = weights / max(float(weights.sum()), 1e-6)
    return scaled
