"""What is known of each sentence that could be quoted: the signals that its weight is made of.

| signal            | range   | what it is                                                         |
|-------------------|---------|--------------------------------------------------------------------|
| passage           | (-∞, 0] | the score of its passage, less that of the best                    |
| cover             | [0, 1]  | soft term matching in the sentence                                 |
| around            | [0, 1]  | the same, fading in the words before and after it, and in headings |
| uncovered         | [0, 1]  | the weight of the question's words that are not even around it     |
| attributes_near   | [0, 1]  | of the attributes alone, as around but not so far, and sharpened   |
| cosine_before     | [-1, 1] | of the question and the sentence with half of the one before       |
| attributes_cosine | [-1, 1] | of the attributes and the sentence without the question's names    |
| held              | 0, 1    | it has a phrase of an asked kind, a reason or a list, if asked     |
| at_phrase         | [0, 1]  | soft term matching, fading with the distance from its best phrase  |
| head_at           | [0, 1]  | how near to that phrase stands what is counted ("kaç tank": tank)  |

For refusing (`refuse.py`) there are some more: JUDGED_SIGNALS.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aztr_qa.asked_words import SAME_WORD, AskedWords, read_asked_words, scale_to_one
from aztr_qa.embed import FloatMatrix, scale_to_unit
from aztr_qa.expecting import find_figures
from aztr_qa.readings import PassageReader, Reading
from aztr_qa.records import Hit, Passage, Question, Sentence
from aztr_qa.telling import NEARBY, Told, find_told
from aztr_qa.terms import TermIndex

QUOTE_SIGNALS: Final = (
    "passage",
    "cover",
    "around",
    "uncovered",
    "attributes_near",
    "cosine_before",
    "attributes_cosine",
    "held",
    "at_phrase",
    "head_at",
)
JUDGED_SIGNALS: Final = (
    "passage_uncovered",  # the weight of the words that are not in the passage or its headings
    "names_in_passage",  # of the names alone, what these match, sharpened
    "head_in_passage",  # how near the passage has what is counted or chosen
    "missed_at_phrase",  # the weight of the attributes that are not near its best phrase
    "figures_around",  # the share of the question's figures in it, the one before, the headings
)
SIGNALS: Final = (*QUOTE_SIGNALS, *JUDGED_SIGNALS)
# A word is found when its nearest is at least this near.
FOUND = 0.5
_AROUND = 30.0  # words after which a match counts 1/e
_AFTER = 1.5  # a sentence refers to what stands before it rather than after it
_IN_HEADING = 0.5  # how much a match in the section's heading counts, and
_IN_NAME = 0.9  # one in the name of the article, as a share of that
_FOUND_AT = 0.4  # a word is near a phrase when its nearest is at least this near
_NO_NAMES, _NO_HEAD = 0.7, 0.8  # what questions without them count for: neither good nor bad
_LOW, _HIGH = 0.35, 0.85  # similarities that say nothing, and all


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that could be quoted.

    signals: (len(SIGNALS),); around: (n_question_words,), the similarity of each word's nearest in
    the sentence and around it; vector: (dim,), unit; told: what it has of what is asked; score:
    unbounded, larger is better, 0 before it is weighed.
    """

    hit: Hit
    sentence: Sentence
    text: str
    signals: NDArray[np.float32]
    around: NDArray[np.float32]
    vector: NDArray[np.float32]
    told: Told
    score: float = 0.0

    def signal(self, name: str) -> float:
        """One of the signals."""
        return float(self.signals[SIGNALS.index(name)])


@dataclass(frozen=True, slots=True)
class _Matched:
    """A passage against a question: near, float32 (n_words, n_question_words); behind,
    (n_question_words,), what its headings match; heading: their text.
    """

    hit: Hit
    reading: Reading
    near: FloatMatrix
    behind: NDArray[np.float32]
    heading: str


@dataclass(frozen=True, slots=True)
class _Vectors:
    """Unit vectors, (dim,), of the question and of its attributes."""

    question: NDArray[np.float32]
    attributes: NDArray[np.float32]


def weigh_sentences(
    question: Question,
    hits: Sequence[Hit],
    *,
    terms: TermIndex,
    reader: PassageReader,
    name_article: Callable[[Passage], str],
) -> tuple[AskedWords, list[Candidate]]:
    """The question's words, and the quotable sentences of the hits with their signals, in the order
    of the hits and of reading; none where the question has no words.

    name_article: what the article of a passage is called.
    """
    read = terms.read_question(question.text)
    if not read.words:
        return read_asked_words(question, terms, []), []
    matched = []
    for hit, reading in zip(hits, reader.read([hit.passage for hit in hits]), strict=True):
        name, section = name_article(hit.passage), hit.passage.section
        in_name, in_section = (terms.match_text(question.text, text) for text in (name, section))
        behind = np.maximum(in_section, _IN_NAME * in_name)
        near = read.spelling[reading.numbers]
        matched.append(_Matched(hit, reading, near, behind, f"{section} {name}"))
    asked = read_asked_words(question, terms, [(one.reading, one.near) for one in matched])
    if not hits:
        return asked, []
    words = reader.embed([question.text, *asked.words])
    of_attributes = words[1:][asked.attributes > 0].sum(axis=0, keepdims=True)
    vectors = _Vectors(scale_to_unit(words[:1])[0], scale_to_unit(of_attributes)[0])
    best = max(hit.signals["fused"] for hit in hits)
    return asked, [
        candidate
        for one in matched
        for candidate in _weigh_passage(asked, one, reader, vectors, best)
    ]


def _weigh_passage(
    asked: AskedWords, one: _Matched, reader: PassageReader, vectors: _Vectors, best: float
) -> list[Candidate]:
    """best: the score of the best passage."""
    reading, passage = one.reading, one.hit.passage
    if not reading.spans:
        return []
    nearby, around = (_match_around(one, falloff) for falloff in (NEARBY, _AROUND))
    of_sentences = _measure_sentences(asked, one, reader, vectors, nearby, around)
    of_passage = _measure_passage(asked, one) | {"passage": one.hit.signals["fused"] - best}
    units = scale_to_unit(reading.sums)
    given = asked.asked.figures
    candidates = []
    for number, (sentence, text) in enumerate(zip(passage.sentences, reading.texts, strict=True)):
        low, high = (int(bound) for bound in reading.bounds[number])
        if not sentence.quotable or low == high:
            continue
        offset = sentence.start - passage.start
        told = find_told(asked, text, offset, reading, one.near, one.behind, (low, high))
        values = {
            **of_passage,
            **{name: float(of_each[number]) for name, of_each in of_sentences.items()},
            **_measure_told(asked, told),
            "figures_around": 1.0,
        }
        if given:
            told_before = reading.texts[number - 1] if number else ""
            figures = find_figures(f"{told_before} {text} {one.heading}")
            values["figures_around"] = len(given & figures) / len(given)
        signals = np.array([values[name] for name in SIGNALS], dtype=np.float32)
        candidates.append(
            Candidate(one.hit, sentence, text, signals, around[number], units[number], told)
        )
    return candidates


def _measure_passage(asked: AskedWords, one: _Matched) -> dict[str, float]:
    inside = np.maximum(one.near.max(axis=0), one.behind)
    names = scale_to_one(asked.weights * asked.names)
    return {
        "passage_uncovered": float(asked.weights[inside < FOUND].sum()),
        "names_in_passage": float(_sharpen(inside) @ names) if names.any() else _NO_NAMES,
        "head_in_passage": float(one.near[:, list(asked.head)].max()) if asked.head else _NO_HEAD,
    }


def _measure_sentences(
    asked: AskedWords,
    one: _Matched,
    reader: PassageReader,
    vectors: _Vectors,
    nearby: FloatMatrix,
    around: FloatMatrix,
) -> dict[str, NDArray[np.float32]]:
    """The signals of all sentences at once, each (n_sentences,)."""
    sums, bounds = one.reading.sums, one.reading.bounds
    before = sums + 0.5 * np.vstack([np.zeros_like(sums[:1]), sums[:-1]])
    own = [one.near[low:high].max(axis=0, initial=0) for low, high in bounds]
    return {
        "cover": np.array(own) @ asked.weights,
        "around": around @ asked.weights,
        "uncovered": (around < FOUND) @ asked.weights,
        "attributes_near": _sharpen(nearby) @ asked.attribute_shares,
        "cosine_before": scale_to_unit(before) @ vectors.question,
        "attributes_cosine": scale_to_unit(_drop_names(asked, one, reader)) @ vectors.attributes,
    }


def _measure_told(asked: AskedWords, told: Told) -> dict[str, float]:
    return {
        "held": float(bool(told.kinds)),
        "at_phrase": float(told.near @ asked.weights),
        "head_at": told.counted,
        "missed_at_phrase": float(asked.attributes[told.near < _FOUND_AT].sum()),
    }


def _match_around(one: _Matched, falloff: float) -> FloatMatrix:
    """(n_sentences, n_question_words): the nearest of each word, less with the distance from the
    sentence, or in the headings.
    """
    places, bounds = one.reading.places, one.reading.bounds
    # A sentence without words is never weighed; any place will do for it.
    first = places[np.minimum(bounds[:, 0], len(places) - 1)][:, None]
    last = places[np.maximum(bounds[:, 1] - 1, 0)][:, None]
    distances = np.maximum(np.maximum(first - places, _AFTER * (places - last)), 0)
    faded = np.exp(-distances / falloff)[:, :, None] * one.near
    best: FloatMatrix = np.maximum(faded.max(axis=1), _IN_HEADING * one.behind)
    return best.astype(np.float32)


def _drop_names(asked: AskedWords, one: _Matched, reader: PassageReader) -> FloatMatrix:
    """(n_sentences, dim): the sums of the sentences less the words that name what the question
    names, not normalised.
    """
    named = (asked.names > 0.5) & (asked.weights > 0)
    text, reading = one.hit.passage.text, one.reading
    sums = reading.sums.copy()
    if not named.any():
        return sums
    numbers = np.flatnonzero(one.near[:, named].max(axis=1) >= SAME_WORD)
    words = [text[slice(*reading.spans[number])] for number in numbers]
    vectors = reader.embed(words) if words else np.zeros((0, sums.shape[1]), dtype=np.float32)
    for sentence, (low, high) in enumerate(reading.bounds):
        sums[sentence] -= vectors[(numbers >= low) & (numbers < high)].sum(axis=0)
    return sums


def _sharpen(similarities: NDArray[np.float32]) -> NDArray[np.float32]:
    """In [0, 1]: similarities of words that have nothing in common made 0, those of the same 1."""
    sharp: NDArray[np.float32] = np.clip((similarities - _LOW) / (_HIGH - _LOW), 0, 1)
    return sharp
