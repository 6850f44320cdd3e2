"""What a sentence has of what is asked: the kinds of it, and its best phrase."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from aztr_qa.asked_words import AskedWords
from aztr_qa.asking import Expected
from aztr_qa.embed import FloatMatrix
from aztr_qa.expecting import find_kinds, gives_reason, is_listing
from aztr_qa.phrases import Phrase, find_phrases
from aztr_qa.readings import Reading

NEARBY = 10.0  # words after which a match counts 1/e
_HEADING = 0.3  # how much a match in the headings counts
_REACH = 2  # words around a phrase in which what is counted is looked for
_MORE = 0.5  # what a date, number, person or place is ahead of a mere name
_NAMED = 0.75  # the mean similarity from which on a name is one of the question's own


@dataclass(frozen=True, slots=True)
class Told:
    """The asked kinds that a sentence holds, and its phrase of such a kind that stands nearest to
    the question's words, where it has one.

    near: (n_question_words,), the nearest of each word, fading with the distance from the phrase
    (zeros without one); counted: how near to the phrase stands what is counted or chosen.
    """

    kinds: frozenset[Expected]
    phrase: Phrase | None
    near: NDArray[np.float32]
    counted: float = 0.0


def find_told(
    asked: AskedWords,
    text: str,
    offset: int,
    reading: Reading,
    near: FloatMatrix,
    behind: NDArray[np.float32],
    own: tuple[int, int],
) -> Told:
    """What the sentence `text`, `offset` characters into its passage, tells.

    near: (n_words, n_question_words) of the passage; behind: (n_question_words,), what its headings
    match; own: the number of the first word of the sentence and that after its last.
    """
    kinds: set[Expected] = set()
    if "reason" in asked.asked.kinds and gives_reason(text):
        kinds.add("reason")
    if "list" in asked.asked.kinds and is_listing(text):
        kinds.add("list")
    best = Told(frozenset(), None, np.zeros(len(asked.words), dtype=np.float32))
    most = -1.0
    for phrase in find_phrases(text) if asked.asked.kinds else ():
        served = find_kinds(phrase, text, asked.asked)
        start, end = offset + phrase.start, offset + phrase.end
        if not served:
            continue
        inside = [n for n in range(*own) if start <= reading.spans[n][0] < end]
        if not inside or _is_given(phrase, near[inside]):
            continue
        kinds |= served
        first, last = reading.places[inside[0]], reading.places[inside[-1]]
        distances = np.maximum(np.maximum(first - reading.places, reading.places - last), 0)
        faded = (near * np.exp(-distances / NEARBY)[:, None]).max(axis=0)
        faded = np.maximum(faded, _HEADING * behind).astype(np.float32)
        low, high = max(own[0], inside[0] - _REACH), min(own[1], inside[-1] + 1 + _REACH)
        counted = float(near[low:high, list(asked.head)].max()) if asked.head else 0.0
        score = float(faded @ asked.weights) + 0.5 * counted
        # "in which Robertson praised the unit" asks for no name, "when" and "how many" do ask.
        score += _MORE * bool(served - {"name"})
        if score > most:
            most, best = score, Told(served, phrase, faded, counted)
    return replace(best, kinds=frozenset(kinds))


def _is_given(phrase: Phrase, near: FloatMatrix) -> bool:
    """Whether the question itself names it."""
    return phrase.kind == "name" and float(near.max(axis=1).mean()) > _NAMED
