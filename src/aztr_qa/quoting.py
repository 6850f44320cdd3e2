"""Which sentences of the best passages answer: each is weighed, the best are quoted whole."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aztr_qa.embed import FloatMatrix, scale_to_unit
from aztr_qa.expecting import find_expected, find_figures, holds_expected
from aztr_qa.records import Hit, Passage, Question, Sentence
from aztr_qa.terms import TermIndex
from aztr_qa.words import WordEmbedder

# What is known of a candidate sentence; the weights are fitted by training/answering.py.
QUOTE_SIGNALS: Final = ("passage", "terms", "cosine", "expected", "figures", "length")
MAX_PASSAGES = 5
MAX_QUOTES = 3
_SAME_COSINE = 0.9  # two sentences nearer than this say the same


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that could be quoted; the score is unbounded, larger is better."""

    hit: Hit
    sentence: Sentence
    text: str
    score: float
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class QuoteWeights:
    """weights: (len(QUOTE_SIGNALS),); margin: how far below the best a further quote may lie."""

    weights: NDArray[np.float32]
    margin: float

    @classmethod
    def parse(cls, content: dict[str, Any]) -> "QuoteWeights":
        """The weights as `training/answering.py` writes them."""
        weights = [content["weights"][signal] for signal in QUOTE_SIGNALS]
        return cls(np.array(weights, dtype=np.float32), float(content["margin"]))


@cache
def load_quote_weights() -> QuoteWeights:
    """The shipped weights."""
    text = (files("aztr_qa") / "answering.json").read_text(encoding="utf-8")
    return QuoteWeights.parse(json.loads(text)["quotes"])


def sentence_texts(passage: Passage) -> list[tuple[Sentence, str]]:
    """The sentences of a passage that may be quoted, with their text, in reading order."""
    return [
        (sentence, passage.text[sentence.start - passage.start : sentence.end - passage.start])
        for sentence in passage.sentences
        if sentence.quotable
    ]


def compute_quote_signals(
    question: Question, hits: Sequence[Hit], terms: TermIndex, embedder: WordEmbedder
) -> tuple[list[tuple[Hit, Sentence, str]], FloatMatrix, FloatMatrix]:
    """The candidate sentences of the hits, their signals (n, len(QUOTE_SIGNALS)) and unit vectors
    (n, dim).
    """
    found = [
        (hit, sentence, text) for hit in hits for sentence, text in sentence_texts(hit.passage)
    ]
    texts = [text for _, _, text in found]
    if not texts:
        return [], np.zeros((0, len(QUOTE_SIGNALS)), np.float32), np.zeros((0, 1), np.float32)
    scores = (
        terms.match_texts(question.text, texts) @ terms.read_question(question.text).by_spelling
    )
    vectors = scale_to_unit(embedder.sum_pieces(texts))
    cosines = vectors @ scale_to_unit(embedder.sum_pieces([question.text]))[0]
    expected = find_expected(question.text, question.language)
    figures = find_figures(question.text)
    best = max(hit.signals["fused"] for hit in hits)
    columns = [
        [hit.signals["fused"] - best for hit, _, _ in found],
        scores,
        cosines,
        [
            float(expected is not None and holds_expected(text, expected, given=figures))
            for text in texts
        ],
        [len(figures & find_figures(text)) / len(figures) if figures else 0.0 for text in texts],
        [min(1.0, len(text.split()) / 40) for text in texts],
    ]
    return found, np.array(columns, dtype=np.float32).T, vectors


def choose_quotes(
    question: Question,
    hits: Sequence[Hit],
    *,
    terms: TermIndex,
    embedder: WordEmbedder,
    weights: QuoteWeights,
) -> list[Candidate]:
    """One to three sentences, the best passage first, no two that say the same; none of no hits."""
    found, values, vectors = compute_quote_signals(question, hits[:MAX_PASSAGES], terms, embedder)
    scores = values @ weights.weights
    chosen: list[Candidate] = []
    for i in np.argsort(-scores, kind="stable"):
        if len(chosen) == MAX_QUOTES or (chosen and scores[i] < chosen[0].score - weights.margin):
            break
        if any(float(vectors[i] @ other.vector) > _SAME_COSINE for other in chosen):
            continue
        hit, sentence, text = found[i]
        chosen.append(Candidate(hit, sentence, text, float(scores[i]), vectors[i]))
    return _order_for_reading(chosen)


def _order_for_reading(quotes: list[Candidate]) -> list[Candidate]:
    """Passages in the order of their best quote, the quotes of a passage in its own order."""
    passages = list(dict.fromkeys(quote.hit.passage.id for quote in quotes))
    return sorted(quotes, key=lambda q: (passages.index(q.hit.passage.id), q.sentence.start))
