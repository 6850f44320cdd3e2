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

from aztr_qa.expecting import find_expected, find_figures, holds_expected, is_stop_word
from aztr_qa.quoting import Candidate
from aztr_qa.records import Hit, Language, Question, RefusalReason
from aztr_qa.terms import TermIndex

CONFIDENCE_SIGNALS: Final = (
    "fused",
    "dense",
    "sentences",
    "meaning",
    "weakest",
    "uncovered",
    "unknown",
    "substance",
    "names_missing",
    "figures_missing",
    "expected_missing",
)
# A word is found when its nearest word in the passage is at least this near.
_FOUND = 0.5
# The index knows a word when any of its words is at least this near.
_KNOWN = 0.6

REFUSALS: dict[Language, dict[RefusalReason, str]] = {
    "az": {
        "no_evidence": "Seçilmiş mənbələrdə bu suala cavab verən mətn parçası tapılmadı.",
        "low_confidence": "Mənbələrdə etibarlı cavab yoxdur; ən yaxın mətn parçaları aşağıdadır.",
        "off_topic": "Sual mənbələrin mövzusundan kənardır, ona görə də cavab verilmir.",
        "empty_index": "İndeks boşdur: axtarılacaq heç bir mətn yoxdur.",
        "language_unsupported": "Sualı Azərbaycan, türk və ya ingilis dilində yazın.",
    },
    "tr": {
        "no_evidence": "Seçilen kaynaklarda bu soruyu yanıtlayan bir pasaj bulunamadı.",
        "low_confidence": "Kaynaklarda güvenilir bir yanıt yok; en yakın pasajlar aşağıda.",
        "off_topic": "Soru kaynakların konusu dışında kaldığı için yanıtlanmıyor.",
        "empty_index": "Dizin boş: aranacak hiçbir metin yok.",
        "language_unsupported": "Soruyu Azerbaycanca, Türkçe ya da İngilizce yazın.",
    },
    "en": {
        "no_evidence": "No passage of the chosen sources answers this question.",
        "low_confidence": "The sources do not answer this reliably; the nearest passages follow.",
        "off_topic": "The question lies outside the topic of the sources, so it is not answered.",
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
    """The shipped model."""
    text = (files("aztr_qa") / "answering.json").read_text(encoding="utf-8")
    return RefusalModel.parse(json.loads(text)["refusal"])


def compute_confidence_signals(
    question: Question,
    hits: Sequence[Hit],
    quotes: Sequence[Candidate],
    terms: TermIndex,
    article_name: str,
) -> NDArray[np.float32]:
    """(len(CONFIDENCE_SIGNALS),): what speaks for and against an answer; neither list may be empty.

    article_name: of the first quote's article; who asks what Özer wrote in 2025 is told it by an
    article that does not name itself in every passage.

    fused: the best passage's score. dense, sentences, meaning: the largest of the first five
    passages. weakest: the least matched of the telling words. uncovered: the weight of the words
    that the quoted passage lacks. unknown: the weight of those that the whole index lacks.
    names_missing: the weight of the capitalised ones among the uncovered. figures_missing: the
    share of the question's figures that the passage lacks. substance: the logarithm of what the
    words that the index knows say by themselves, so that a greeting is no question.
    expected_missing: 1 when a date, number or person is asked for and no quote holds one.
    """
    passage = quotes[0].hit.passage
    read = terms.read_question(question.text)
    held = f"{article_name} {passage.section} {passage.text}"
    parts = terms.match_texts(question.text, [held])[0]
    # In a small index, where nothing is asked, the words of asking would seem the rarest of all.
    stops = np.array([is_stop_word(word, question.language) for word in read.words], dtype=bool)
    weights = np.where(stops, 0, read.by_spelling) if not stops.all() else read.by_spelling
    weights = weights / max(float(weights.sum()), 1e-9)
    telling = weights >= 1 / max(1, len(weights))
    lacking = parts < _FOUND
    known = read.spelling.max(axis=0) if read.words else np.zeros(0, dtype=np.float32)
    figures = find_figures(question.text)
    expected = find_expected(question.text, question.language)
    is_absent = expected is not None and not any(
        holds_expected(q.text, expected, given=figures) for q in quotes
    )
    return np.array(
        [
            hits[0].signals["fused"],
            *(max(h.signals[name] for h in hits[:5]) for name in ("dense", "sentences", "meaning")),
            float(parts[telling].min()) if telling.any() else 0.0,
            float(weights[lacking].sum()),
            float(weights[known < _KNOWN].sum()),
            float(np.log1p(read.lengths[known >= _KNOWN].sum())),
            float(weights[lacking & read.is_name].sum()),
            len(figures - find_figures(held)) / len(figures) if figures else 0.0,
            float(is_absent),
        ],
        dtype=np.float32,
    )


def is_supported_script(text: str) -> bool:
    """Whether most letters are Latin; Azerbaijani in Cyrillic or Arabic letters is not served
    yet.
    """
    letters = [character for character in text if character.isalpha()]
    latin = sum("LATIN" in unicodedata.name(character, "") for character in letters)
    return not letters or latin >= 0.5 * len(letters)
