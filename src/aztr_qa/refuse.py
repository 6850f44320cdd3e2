"""Whether to answer at all: how sure the evidence makes us, and the reason when it does not.

Confidence is a logistic model over what retrieval and quoting found, fitted on questions that the
articles answer and questions that they do not (training/answering.py; the file holds its
provenance).
"""

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aztr_qa.asked_words import AskedWords
from aztr_qa.asking import Expected
from aztr_qa.expecting import gives_orders
from aztr_qa.quoting import MAX_SENTENCES, check_signals
from aztr_qa.records import Hit, Language, RefusalReason
from aztr_qa.terms import TermIndex
from aztr_qa.weighing import Candidate

CONFIDENCE_SIGNALS: Final = (
    "fused",
    "dense",
    "substance",
    "unknown",
    "attributes",
    "passage_uncovered",
    "names_in_passage",
    "head_in_passage",
    "attributes_cosine",
    "figures_around",
    "gives_orders",
    "asks_number",
    "lacks_kind",
    "ahead",
    "missed_at_phrase",
)
# What is asked with "which" is often no name but a common noun: that no name stands there says
# nothing.
_TYPED: frozenset[Expected] = frozenset(("date", "number", "person", "place"))
# The index knows a word when any of its words is at least this near.
_KNOWN = 0.6
_MOST_BEHIND, _MOST_AHEAD = 4.0, 2.0

REFUSALS: dict[Language, dict[RefusalReason, str]] = {
    "az": {
        "no_evidence": "Seçilmiş mənbələrdə bu suala cavab verən mətn parçası tapılmadı.",
        "low_confidence": "Mənbələrdə etibarlı cavab yoxdur; ən yaxın mətn parçaları aşağıdadır.",
        "off_topic": "Mənbələrdə bu suala cavab yoxdur; sual onların mövzusundan kənar ola bilər.",
        "empty_index": "İndeks boşdur: axtarılacaq heç bir mətn yoxdur.",
        "language_unsupported": "Sualı Azərbaycan, türk və ya ingilis dilində yazın.",
    },
    "tr": {
        "no_evidence": "Seçilen kaynaklarda bu soruyu yanıtlayan bir pasaj bulunamadı.",
        "low_confidence": "Kaynaklarda güvenilir bir yanıt yok; en yakın pasajlar aşağıda.",
        "off_topic": "Kaynaklarda bu sorunun yanıtı yok; soru konularının dışında olabilir.",
        "empty_index": "Dizin boş: aranacak hiçbir metin yok.",
        "language_unsupported": "Soruyu Azerbaycanca, Türkçe ya da İngilizce yazın.",
    },
    "en": {
        "no_evidence": "No passage of the chosen sources answers this question.",
        "low_confidence": "The sources do not answer this reliably; the nearest passages follow.",
        "off_topic": "The sources do not answer this; it may lie outside their topic.",
        "empty_index": "The index is empty: there is no text to search.",
        "language_unsupported": "Please ask in Azerbaijani, Turkish or English.",
    },
}


@dataclass(frozen=True, slots=True)
class RefusalModel:
    """weights: (len(CONFIDENCE_SIGNALS),); below `threshold` we refuse, below `off_topic` the topic
    is another.
    """

    weights: NDArray[np.float32]
    intercept: float
    threshold: float
    off_topic: float

    @classmethod
    def parse(cls, content: dict[str, Any]) -> "RefusalModel":
        """The model as `training/answering.py` writes it."""
        weights = [content["weights"][signal] for signal in CONFIDENCE_SIGNALS]
        return cls(
            np.array(weights, dtype=np.float32),
            float(content["intercept"]),
            float(content["threshold"]),
            float(content["off_topic"]),
        )

    def compute_confidence(self, signals: NDArray[np.float32]) -> float:
        """The probability in [0, 1] that the quotes answer the question."""
        logit = float(signals @ self.weights) + self.intercept
        return float(1 / (1 + np.exp(-np.clip(logit, -30, 30))))

    def find_reason(self, confidence: float) -> RefusalReason | None:
        """Why not to answer with this confidence; None to answer."""
        if confidence >= self.threshold:
            return None
        return "off_topic" if confidence < self.off_topic else "low_confidence"


@cache
def load_refusal_model() -> RefusalModel:
    """The shipped model. Raises ModelError when it was fitted for other signals."""
    text = (files("aztr_qa") / "answering.json").read_text(encoding="utf-8")
    content = json.loads(text)["refusal"]
    check_signals("refusing", content["weights"], CONFIDENCE_SIGNALS)
    return RefusalModel.parse(content)


def compute_confidence_signals(
    asked: AskedWords, hits: Sequence[Hit], ranked: Sequence[Candidate], terms: TermIndex
) -> NDArray[np.float32]:
    """(len(CONFIDENCE_SIGNALS),): what speaks for and against an answer; neither list may be empty.

    ranked: all candidates, best first. fused: the best passage's score; dense: the largest of the
    first five. substance: the logarithm of what the words that the index knows say by themselves,
    so that a greeting is no question. unknown: the weight of the words that the whole index lacks.
    attributes: the weight of those that are no names. head_in_passage, attributes_cosine: the best
    of all sentences and of the first three; passage_uncovered, names_in_passage, figures_around:
    those of the best sentence. gives_orders: whether the question tells a machine what to do.
    asks_number: whether a number is asked for. lacks_kind: whether a date, number, person or place
    is asked for and the best sentence has none. ahead: how far the best sentence with a phrase that
    could answer is ahead of the best without, in [-4, 2]; missed_at_phrase: the weight of the
    attributes that are not near that phrase.
    """
    best = ranked[0]
    read = terms.read_question(asked.question.text)
    ahead, missed = _measure_lead(asked, ranked)
    known = asked.known >= _KNOWN
    values = {
        "fused": hits[0].signals["fused"],
        "dense": max(hit.signals["dense"] for hit in hits[:5]),
        "substance": float(np.log1p(read.lengths[known].sum())),
        "unknown": float(asked.weights[~known].sum()),
        "attributes": float(asked.attributes.sum()),
        "head_in_passage": max(c.signal("head_in_passage") for c in ranked),
        "attributes_cosine": max(c.signal("attributes_cosine") for c in ranked[:MAX_SENTENCES]),
        **{
            name: best.signal(name)
            for name in ("passage_uncovered", "names_in_passage", "figures_around")
        },
        "gives_orders": float(gives_orders(asked.question.text)),
        "asks_number": float("number" in asked.asked.kinds),
        "lacks_kind": float(bool(_TYPED & set(asked.asked.kinds)) and not best.told.kinds),
        "ahead": ahead,
        "missed_at_phrase": missed,
    }
    return np.array([values[name] for name in CONFIDENCE_SIGNALS], dtype=np.float32)


def _measure_lead(asked: AskedWords, ranked: Sequence[Candidate]) -> tuple[float, float]:
    """`ahead` and `missed_at_phrase`; zeros unless a date, number, person or place is
    asked for first.
    """
    if not _TYPED & set(asked.asked.kinds[:1]):
        return 0.0, 0.0
    holding = next((c for c in ranked if c.told.kinds), None)
    if holding is None:
        return -_MOST_BEHIND, 0.0
    other = next((c for c in ranked if not c.told.kinds), None)
    ahead = holding.score - other.score if other else _MOST_AHEAD
    return (
        float(np.clip(ahead, -_MOST_BEHIND, _MOST_AHEAD)),
        holding.signal("missed_at_phrase"),
    )


def is_supported_script(text: str) -> bool:
    """Whether most letters are Latin; Azerbaijani in Cyrillic or Arabic letters is not served
    yet.
    """
    letters = [character for character in text if character.isalpha()]
    latin = sum("LATIN" in unicodedata.name(character, "") for character in letters)
    return not letters or latin >= 0.5 * len(letters)
