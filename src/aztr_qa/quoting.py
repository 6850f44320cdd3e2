"""Which sentences of the best passages answer: they are quoted whole, neighbours in one piece."""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aztr_qa.asked_words import AskedWords
from aztr_qa.errors import ModelError
from aztr_qa.records import Hit, Passage
from aztr_qa.weighing import QUOTE_SIGNALS, Candidate

MAX_PASSAGES: Final = 5
MAX_SENTENCES: Final = 3
_MARKER = re.compile(
    r"[•*–—-]\s+(?=\w)|\(?\d{1,2}\)\s+(?=\w)|\d{1,2}\.\s+(?=[^\W\d][^.:!?]{2,80}:\s)"
)
_SAME_COSINE = 0.9  # two sentences nearer than this say the same


@dataclass(frozen=True, slots=True)
class QuoteWeights:
    """weights: (len(QUOTE_SIGNALS),); margin: how far below the best a further sentence may lie;
    news: what it is worth to it to have all of the question that the others lack; neighbour: what
    it is worth to stand next to one of them.
    """

    weights: NDArray[np.float32]
    margin: float
    news: float
    neighbour: float

    @classmethod
    def parse(cls, content: dict[str, Any]) -> "QuoteWeights":
        """The weights as `training/answering.py` writes them."""
        weights = [content["weights"][signal] for signal in QUOTE_SIGNALS]
        further = (float(content[name]) for name in ("margin", "news", "neighbour"))
        return cls(np.array(weights, dtype=np.float32), *further)


@dataclass(frozen=True, slots=True)
class Quote:
    """One to three neighbouring sentences of a passage, without the mark of a list before them.

    start, end: offsets in the article's text; phrase: the key phrase, as offsets there too.
    """

    hit: Hit
    start: int
    end: int
    text: str
    phrase: tuple[int, int] | None
    sentences: tuple[Candidate, ...]


@cache
def load_quote_weights() -> QuoteWeights:
    """The shipped weights. Raises ModelError when they were fitted for other signals."""
    text = (files("aztr_qa") / "answering.json").read_text(encoding="utf-8")
    content = json.loads(text)["quotes"]
    check_signals("quotes", content["weights"], QUOTE_SIGNALS)
    return QuoteWeights.parse(content)


def check_signals(what: str, weights: Collection[str], signals: Collection[str]) -> None:
    """Raises ModelError when answering.json weighs other signals than this version has."""
    if set(weights) != set(signals):
        raise ModelError(
            f"answering.json weighs for {what} {', '.join(sorted(weights))}; this version has "
            f"{', '.join(sorted(signals))}; reinstall aztr-qa, or fit anew: make weights"
        )


def rank_candidates(candidates: Sequence[Candidate], weights: QuoteWeights) -> list[Candidate]:
    """The candidates with their scores, best first, ties in their order."""
    scored = [
        replace(c, score=float(c.signals[: len(QUOTE_SIGNALS)] @ weights.weights))
        for c in candidates
    ]
    return sorted(scored, key=lambda candidate: -candidate.score)


def choose_quotes(
    asked: AskedWords, ranked: Sequence[Candidate], weights: QuoteWeights
) -> list[Quote]:
    """At most three sentences, no two that say the same, as quotes: the best one's passage first,
    each passage in its own order; none of no candidates.

    A further sentence is chosen by its score, by what it has of the question that the others lack
    (the second of two facts is not drowned by more of the first), and for standing next to them (it
    often says what "it" is).
    """
    chosen = list(ranked[:1])
    waiting = list(ranked[1:])
    while chosen and waiting and len(chosen) < MAX_SENTENCES:
        gains = [
            c.score
            + weights.news * _measure_news(c, chosen, asked)
            + weights.neighbour * any(_is_next(c, other) for other in chosen)
            for c in waiting
        ]
        best = int(np.argmax(gains))
        if gains[best] < chosen[0].score - weights.margin:
            break
        candidate = waiting.pop(best)
        if all(float(candidate.vector @ other.vector) <= _SAME_COSINE for other in chosen):
            chosen.append(candidate)
    return _join(chosen)


def _measure_news(candidate: Candidate, chosen: list[Candidate], asked: AskedWords) -> float:
    """The weight of the question's words, and of the kinds it asks for, that only this has."""
    held = np.max([other.around for other in chosen], axis=0)
    words = float(np.maximum(candidate.around - held, 0) @ asked.weights)
    kinds = candidate.told.kinds - frozenset().union(*(other.told.kinds for other in chosen))
    return words + len(kinds) / max(1, len(asked.asked.kinds))


def _is_next(candidate: Candidate, other: Candidate) -> bool:
    """Whether nothing but white space stands between two sentences of a passage."""
    passage = candidate.hit.passage
    if other.hit.passage.id != passage.id:
        return False
    first, second = sorted((candidate.sentence, other.sentence), key=lambda s: s.start)
    return not _cut(passage, first.end, second.start).strip()


def _join(chosen: list[Candidate]) -> list[Quote]:
    """Quotes of the sentences; those with nothing but white space between them become one."""
    passages = list(dict.fromkeys(candidate.hit.passage.id for candidate in chosen))
    ordered = sorted(chosen, key=lambda c: (passages.index(c.hit.passage.id), c.sentence.start))
    runs: list[list[Candidate]] = []
    for candidate in ordered:
        if runs and _is_next(candidate, runs[-1][-1]):
            runs[-1].append(candidate)
        else:
            runs.append([candidate])
    return [_make_quote(run) for run in runs]


def _make_quote(run: list[Candidate]) -> Quote:
    passage = run[0].hit.passage
    start = run[0].sentence.start + _skip_marker(run[0].text)
    end = run[-1].sentence.end
    best = max(run, key=lambda candidate: candidate.score)
    # The key phrase of the best sentence, or else of the best that has one.
    told = (
        best
        if best.told.phrase
        else max((c for c in run if c.told.phrase), key=_score, default=best)
    )
    place = _place(told)
    if place and place[0] < start:  # the figure of the mark itself
        place = None
    return Quote(run[0].hit, start, end, _cut(passage, start, end), place, tuple(run))


def _skip_marker(text: str) -> int:
    """The length of the mark of a list that a sentence begins with: "4. Strategiya: …", "• …"; the
    figure of "2. Karabağ Savaşı" is none.
    """
    match = _MARKER.match(text)
    return match.end() if match else 0


def _score(candidate: Candidate) -> float:
    return candidate.score


def _place(candidate: Candidate) -> tuple[int, int] | None:
    phrase = candidate.told.phrase
    if phrase is None:
        return None
    return candidate.sentence.start + phrase.start, candidate.sentence.start + phrase.end


def _cut(passage: Passage, start: int, end: int) -> str:
    return passage.text[start - passage.start : end - passage.start]
