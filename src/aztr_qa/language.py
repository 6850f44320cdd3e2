"""Which of the three languages a text is in: a softmax over hashed words and their n-grams.

Off-the-shelf guessers take Azerbaijani typed without its letters for Turkish in a third of the
cases and cost a second and 100 MB to load (docs/decisions/0003-language-guess.md), so this small
model is our own. It was trained on texts with and without diacritics (training/language_model.py).
"""

import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from aztr_qa.errors import ModelError
from aztr_qa.records import LANGUAGES, Language
from aztr_qa.text import normalize

N_FEATURES = 1 << 20
MAX_CHARS = 300  # Enough to be sure; a longer text only costs time.
_MAX_NGRAM = 5
_PUNCTUATION = ".,;:!?\"“”()'’"


def hash_features(text: str) -> NDArray[np.int64]:
    """int64 (n,): hashed, each word and its n-grams (1 to 5 letters, borders too), repeats kept.

    Case is folded with care for İ and I, diacritics are kept: they are the best sign there is.
    Text without any has features of its own: there "oteller" may be the Azerbaijani otellər, beside
    an ü it is Turkish.
    """
    plain = normalize(text[:MAX_CHARS]).replace("İ", "i").lower()
    border = " " if any(c.isalpha() and not c.isascii() for c in plain) else "_"
    hashes: list[int] = []
    for word in plain.split():
        padded = f"{border}{word}{border}"
        for size in range(1, _MAX_NGRAM + 1):
            hashes.extend(
                zlib.crc32(f"{border}{padded[i : i + size]}".encode()) % N_FEATURES
                for i in range(len(padded) - size + 1)
            )
        whole = f"{border}={word.strip(_PUNCTUATION)}"
        hashes.append(zlib.crc32(whole.encode()) % N_FEATURES)
    return np.array(hashes or [0], dtype=np.int64)


class LanguageGuesser:
    """Tells az, tr and en apart, on a few words and without diacritics too."""

    def __init__(self, weight: NDArray[np.int8], scale: float, bias: NDArray[np.float32]) -> None:
        """weight: (N_FEATURES, 3), to be multiplied by scale; bias: (3,); columns in the order of
        LANGUAGES.
        """
        self._weight = weight
        self._scale = scale
        self._bias = bias

    @classmethod
    def load(cls, model_dir: Path) -> "LanguageGuesser":
        """Read `language.safetensors` of a model folder.

        Raises ModelError when it is missing or was made for other features.
        """
        path = model_dir / "language.safetensors"
        try:
            tensors = load_file(path)
            weight, scale, bias = tensors["weight"], tensors["scale"], tensors["bias"]
        except (OSError, KeyError, SafetensorError) as error:
            raise ModelError(f"{path}: no language model ({error}); reinstall aztr-qa") from error
        if weight.shape != (N_FEATURES, len(LANGUAGES)):
            raise ModelError(f"{path}: made for other features; reinstall aztr-qa")
        return cls(weight, float(scale[0]), bias)

    def guess(self, text: str) -> tuple[Language, float]:
        """The most likely language and its probability in [0, 1]; 1/3 for a text without
        letters.
        """
        features = hash_features(text)
        if not any(c.isalpha() for c in text):
            return "en", 1 / len(LANGUAGES)
        summed = self._weight[features].sum(axis=0, dtype=np.int64)
        logits = summed * (self._scale * len(features) ** -0.5) + self._bias
        odds = np.exp(logits - logits.max())
        best = int(odds.argmax())
        return LANGUAGES[best], float(odds[best] / odds.sum())
