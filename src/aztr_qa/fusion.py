"""Signals become one score per passage, with weights that know the two languages.

The weights are the conditional logit [1] that makes the passage with the evidence the most probable
one, fitted on the development questions by `training/fusion.py`; the file says on what, when and
how well. What relevance is made of is fitted there, too, on questions whose article was left out.
[1] McFadden 1974, Conditional logit analysis of qualitative choice behavior.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from aztr_qa.embed import FloatMatrix
from aztr_qa.errors import ModelError
from aztr_qa.records import LANGUAGES, Language, Question
from aztr_qa.signals import SIGNALS

Relation = Literal["same", "turkic", "english"]
RELATIONS: tuple[Relation, ...] = ("same", "turkic", "english")


def relate(question: Language, passage: Language) -> Relation:
    """How two languages stand to each other: the same, Azerbaijani and Turkish, or one of them
    English.
    """
    if question == passage:
        return "same"
    return "english" if "en" in (question, passage) else "turkic"


@dataclass(frozen=True, slots=True)
class Fusion:
    """weights: float32 (3, len(SIGNALS)) and biases: float32 (3,), rows in the order of
    RELATIONS.
    """

    weights: FloatMatrix
    biases: NDArray[np.float32]
    by_score: float
    by_share: float
    intercept: float
    signals: tuple[str, ...]  # as the file names them
    provenance: dict[str, Any]

    @classmethod
    def parse(cls, text: str) -> "Fusion":
        """The weights in the JSON that `training/fusion.py` writes; a signal that they do not know
        weighs nothing.
        """
        content = json.loads(text)
        weights = [
            [content["weights"][relation].get(signal, 0.0) for signal in SIGNALS]
            for relation in RELATIONS
        ]
        biases = [content["biases"][relation] for relation in RELATIONS]
        calibration = content["relevance"]
        return cls(
            np.array(weights, dtype=np.float32),
            np.array(biases, dtype=np.float32),
            float(calibration["score"]),
            float(calibration["share"]),
            float(calibration["intercept"]),
            tuple(content["signals"]),
            content["provenance"],
        )

    def score(
        self, question: Question, values: FloatMatrix, languages: NDArray[np.int8]
    ) -> NDArray[np.float32]:
        """(n,): one score per row of `values`, larger is nearer; comparable across languages,
        unbounded.

        languages: (n,) the passages' languages as numbers. Where the question's language is a
        guess, the weights are mixed by how likely each language is.
        """
        scores = np.zeros(len(values), dtype=np.float32)
        for language, probability in spread_confidence(question).items():
            relations = np.array(
                [RELATIONS.index(relate(language, passage)) for passage in LANGUAGES]
            )[languages]
            own = (values * self.weights[relations]).sum(axis=1) + self.biases[relations]
            scores += probability * own
        return scores

    def calibrate(
        self, scores: NDArray[np.float32], groups: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """The probability in [0, 1] that each passage holds the answer, in the order of the scores.

        It grows with the score and with the passage's share among those searched; groups: (n,),
        the same number for aligned passages, which compete as one.
        """
        if not scores.size:
            return scores
        _, numbers = np.unique(groups, return_inverse=True)
        best = np.full(numbers.max() + 1, -np.inf, dtype=np.float32)
        np.maximum.at(best, numbers, scores)
        largest = float(best.max())
        log_total = largest + float(np.log(np.exp(best - largest).sum()))
        logits = self.by_score * scores + self.by_share * (scores - log_total) + self.intercept
        probabilities: NDArray[np.float32] = (1 / (1 + np.exp(-np.clip(logits, -30, 30)))).astype(
            np.float32
        )
        return probabilities


def spread_confidence(question: Question) -> dict[Language, float]:
    """How likely the question is in each language: Azerbaijani and Turkish are mistaken for each
    other first.
    """
    rest = 1 - question.language_confidence
    if question.language == "en":
        return {"en": question.language_confidence, "az": rest / 2, "tr": rest / 2}
    other: Language = "tr" if question.language == "az" else "az"
    return {question.language: question.language_confidence, other: rest}


@cache
def load_fusion() -> Fusion:
    """The shipped weights. Raises ModelError when they were fitted for other signals."""
    fusion = Fusion.parse((files("aztr_qa") / "fusion.json").read_text(encoding="utf-8"))
    if fusion.signals != SIGNALS:
        raise ModelError(
            f"fusion.json weighs {', '.join(fusion.signals)}; this version has "
            f"{', '.join(SIGNALS)}; reinstall aztr-qa, or fit anew: make weights"
        )
    return fusion
