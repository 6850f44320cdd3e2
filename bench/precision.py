"""What fewer bits lose: `python -m bench.precision --data ../shared/data/bench`.

The same vectors in single precision (which `make model` keeps in build/), in half precision (as
shipped) and as 8-bit whole numbers with one scale a row, on the bitext test sets.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from aztr_qa.embed import SHIPPED_MODEL, StaticEmbedder
from bench.bitext import measure_all
from training.train import SINGLE_PRECISION


def main() -> None:
    """Print one line a test set: float32, float16, int8."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data
    if not SINGLE_PRECISION.is_file():
        sys.exit(f"{SINGLE_PRECISION}: not there; make model keeps the vectors in single precision")
    tokenizer = Tokenizer.from_file(str(SHIPPED_MODEL / "tokenizer.json"))
    single = load_file(SINGLE_PRECISION)["embedding.weight"]
    shipped = load_file(SHIPPED_MODEL / "model.safetensors")["embedding.weight"]
    if not np.array_equal(single.astype(np.float16), shipped):
        sys.exit(f"{SINGLE_PRECISION}: of another training than the shipped model; run make model")
    figures = []
    for name, vectors in (
        ("float32", single),
        ("float16", single.astype(np.float16)),
        ("int8", round_rows(single)),
    ):
        embedder = StaticEmbedder(tokenizer, vectors, name=name, fingerprint=name)  # type: ignore[arg-type]
        figures.append(measure_all(embedder, data))
    print(f"{'':24}float32  float16  int8")
    for name in figures[0]:
        print(f"{name:24}" + "  ".join(f"{each[name]:.4f} " for each in figures))


def round_rows(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The vectors as 8-bit whole numbers times the scale of their row say them."""
    scale = np.abs(vectors).max(axis=1, keepdims=True) / 127
    scale[scale == 0] = 1
    rounded: NDArray[np.float32] = (np.round(vectors / scale) * scale).astype(np.float32)
    return rounded


if __name__ == "__main__":
    main()
