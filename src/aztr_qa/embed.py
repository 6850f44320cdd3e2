"""Texts become unit vectors: the shipped static model without torch, or any sentence-transformers
model.
"""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from aztr_qa.errors import ModelError

FloatMatrix = NDArray[np.float32]  # (n, dim), unit rows unless said otherwise
SHIPPED_MODEL = Path(__file__).parent / "model"
_BATCH = 512
_FEW = 32  # texts that are done before other threads would have begun
# The E5 family was trained with these words before each text [1]; without them its recall drops.
# [1] https://huggingface.co/intfloat/multilingual-e5-small
_E5_PREFIXES = ("query: ", "passage: ")


class Embedder(Protocol):
    """What the index and the retrieval need of a model."""

    name: str
    dim: int
    fingerprint: str

    def embed_passages(self, texts: Sequence[str]) -> FloatMatrix:
        """float32 (n, dim), unit rows in the order of the texts; a text without words gives
        zeros.
        """
        ...

    def embed_question(self, text: str) -> FloatMatrix:
        """float32 (1, dim), a unit row."""
        ...


class StaticEmbedder:
    """The mean of token vectors, scaled to unit length: what StaticEmbedding + Normalize
    compute.
    """

    def __init__(
        self, tokenizer: Any, vectors: NDArray[np.float16], *, name: str, fingerprint: str
    ) -> None:
        """tokenizer: a `tokenizers.Tokenizer`; vectors: (n_pieces, dim), not normalised."""
        self._tokenizer = tokenizer
        self._vectors = vectors
        self.name = name
        self.dim = int(vectors.shape[1])
        self.fingerprint = fingerprint

    @classmethod
    def load(cls, folder: Path) -> "StaticEmbedder":
        """Read a folder with `tokenizer.json` and `model.safetensors`.

        Raises ModelError when a file is missing or holds something else.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        try:
            weights = load_file(folder / "model.safetensors")["embedding.weight"]
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except (OSError, KeyError, SafetensorError) as error:
            raise ModelError(
                f"{folder}: not a static embedding model ({error}); reinstall aztr-qa"
            ) from error
        name = "aztr-qa-static" if folder == SHIPPED_MODEL else folder.name
        return cls(tokenizer, weights, name=name, fingerprint=fingerprint_files(folder))

    def embed_passages(self, texts: Sequence[str]) -> FloatMatrix:
        """float32 (n, dim), unit rows in the order of the texts; a text without words gives
        zeros.
        """
        rows = [self.sum_pieces(texts[i : i + _BATCH]) for i in range(0, len(texts), _BATCH)]
        return scale_to_unit(np.concatenate(rows) if rows else np.zeros((0, self.dim), np.float32))

    def embed_question(self, text: str) -> FloatMatrix:
        """float32 (1, dim), a unit row."""
        return self.embed_passages([text])

    def sum_pieces(self, texts: Sequence[str]) -> FloatMatrix:
        """float32 (n, dim): the sum of each text's piece vectors; its length grows with what it
        says.
        """
        if len(texts) <= _FEW:
            encodings = [self._tokenizer.encode(t, add_special_tokens=False) for t in texts]
        else:
            encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        counts = np.array([len(encoding.ids) for encoding in encodings])
        ids = np.array([piece for encoding in encodings for piece in encoding.ids], dtype=np.int64)
        sums = np.zeros((len(texts), self.dim), dtype=np.float32)
        filled = np.flatnonzero(counts)
        if filled.size:
            starts = (np.cumsum(counts) - counts)[filled]
            sums[filled] = np.add.reduceat(self._vectors[ids].astype(np.float32), starts, axis=0)
        return sums


class SentenceTransformerEmbedder:
    """Any model that sentence-transformers loads, by folder or by name."""

    def __init__(self, name: str) -> None:
        """name: a folder or a hub name; loading takes seconds and, for a hub name, the network.

        Raises ModelError when the package is missing or the model cannot be loaded.
        """
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise ModelError(
                f"{name}: needs sentence-transformers; run: pip install -e ."
            ) from error
        try:
            self._model = SentenceTransformer(name, device="cpu")
        except (OSError, ValueError) as error:
            reason = str(error).splitlines()[0]
            raise ModelError(
                f"{name}: cannot be loaded as a sentence-transformers model ({reason}); "
                "check AZTR_QA_MODEL, or load the model once while online"
            ) from error
        self.name = name
        self.dim = int(self._model.get_embedding_dimension() or 0)
        self._prefixes = _E5_PREFIXES if "e5" in Path(name).name.lower() else ("", "")
        folder = Path(name)
        digest = (
            fingerprint_files(folder)
            if folder.is_dir()
            else hashlib.sha256(name.encode()).hexdigest()[:16]
        )
        self.fingerprint = digest

    def embed_passages(self, texts: Sequence[str]) -> FloatMatrix:
        """float32 (n, dim), unit rows in the order of the texts; a text without words gives
        zeros.
        """
        return self._encode([self._prefixes[1] + text for text in texts])

    def embed_question(self, text: str) -> FloatMatrix:
        """float32 (1, dim), a unit row."""
        return self._encode([self._prefixes[0] + text])

    def _encode(self, texts: list[str]) -> FloatMatrix:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        rows = self._model.encode(texts, batch_size=_BATCH, show_progress_bar=False)
        return scale_to_unit(np.asarray(rows, dtype=np.float32))


def load_embedder(model: str | None) -> Embedder:
    """The shipped model for None, otherwise the sentence-transformers model of that name or
    folder.
    """
    if model is None:
        return StaticEmbedder.load(SHIPPED_MODEL)
    # Set before the import: a model that is on disk must not wait for a hub that cannot be reached.
    if Path(model).is_dir():
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    return SentenceTransformerEmbedder(model)


def fingerprint_files(folder: Path) -> str:
    """16 hex digits that change when the tokenizer or the weights of a model folder change."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".json", ".safetensors", ".bin"} and path.name != "language.safetensors":
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def scale_to_unit(rows: FloatMatrix) -> FloatMatrix:
    """The rows at length 1; rows of zeros stay zeros."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: FloatMatrix = (rows / np.where(lengths == 0, 1, lengths)).astype(np.float32)
    return scaled
