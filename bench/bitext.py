"""Bitext accuracy of an embedding model: `python -m bench.bitext --data ../shared/data/bench`.

Each sentence looks for its translation among all of the other side by the cosine of whole-text
vectors; the figure is the share found first, the mean of both directions.
"""

import argparse
import gzip
from pathlib import Path

import numpy as np

from aztr_qa.embed import Embedder, load_embedder

# (name, file, left column, right column)
SETS = (
    ("Tatoeba az-en", "tatoeba.aze-eng", 0, 1),
    ("Tatoeba tr-en", "tatoeba.tur-eng", 0, 1),
    ("FLORES devtest az-en", "flores200-devtest.az-tr-en", 0, 2),
    ("FLORES devtest az-tr", "flores200-devtest.az-tr-en", 0, 1),
    ("FLORES devtest tr-en", "flores200-devtest.az-tr-en", 1, 2),
    ("NTREX az-en", "ntrex.az-tr-en", 0, 2),
    ("NTREX az-tr", "ntrex.az-tr-en", 0, 1),
    ("NTREX tr-en", "ntrex.az-tr-en", 1, 2),
)


def main() -> None:
    """Print one line a test set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", help="sentence-transformers name or folder; the shipped model")
    arguments = parser.parse_args()
    embedder = load_embedder(arguments.model)
    print(f"{embedder.name} ({embedder.dim} dimensions)")
    for name, accuracy in measure_all(embedder, arguments.data).items():
        print(f"{name:24}{accuracy:.4f}")


def measure_all(embedder: Embedder, data: Path) -> dict[str, float]:
    """The accuracy on each test set, by its name."""
    return {
        name: measure(embedder, data / f"{file}.tsv.gz", left, right)
        for name, file, left, right in SETS
    }


def measure(embedder: Embedder, path: Path, left: int, right: int) -> float:
    """The accuracy in [0, 1] on the rows of a gzipped TSV file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    lefts = embedder.embed_passages([row[left] for row in rows])
    rights = embedder.embed_passages([row[right] for row in rows])
    similarities = lefts @ rights.T
    expected = np.arange(len(rows))
    forth = (similarities.argmax(axis=1) == expected).mean()
    back = (similarities.argmax(axis=0) == expected).mean()
    return float(forth + back) / 2


if __name__ == "__main__":
    main()
