"""Train the shipped embedding model: `python -m training.train --data … --articles …`.

Writes the model folder, and `training/report.json`: what it was trained on, and what was dropped
because it is tested.
"""

import argparse
import itertools
import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from training.data import LICENCES, Row, pairs_of
from training.decontamination import read_trainable
from training.late_interaction import LateRecipe, refine_vectors
from training.static_model import Recipe, TrainingSet, join_texts, train_vectors
from training.tokenizer import train_tokenizer

ROOT = Path(__file__).parent.parent
MODEL_DIR = ROOT / "src" / "aztr_qa" / "model"
REPORT = ROOT / "training" / "report.json"
# Kept beside the build, to measure what half precision loses (bench/precision.py).
SINGLE_PRECISION = ROOT / "build" / "model.float32.safetensors"


def main() -> None:
    """Read the data, train tokenizer and vectors, save them as a sentence-transformers folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with parallel/ and authored/"
    )
    parser.add_argument("--articles", type=Path, required=True, help="kept out of the training")
    parser.add_argument("--out", type=Path, default=MODEL_DIR)
    parser.add_argument("--seed", type=int, default=Recipe().seed)
    arguments = parser.parse_args()
    recipe = Recipe(seed=arguments.seed)
    started = time.perf_counter()
    rows, dropped = read_trainable(arguments.data, arguments.articles)
    report = describe(rows, dropped)
    print(json.dumps(report, indent=2), flush=True)
    tokenizer = train_tokenizer(_texts_of(rows), n_pieces=recipe.n_pieces)
    data = _encode(rows, tokenizer, authored_repeats=recipe.authored_repeats)
    n_pieces = tokenizer.get_vocab_size()
    seconds = time.perf_counter() - started
    print(f"{n_pieces:,} pieces, {len(data.pairs):,} pairs, {seconds:.0f} s", flush=True)
    vectors = train_vectors(data, n_pieces, recipe)
    vectors = refine_vectors(vectors, rows, data, tokenizer, LateRecipe(seed=arguments.seed))
    save_model(arguments.out, tokenizer, vectors)
    if arguments.out == MODEL_DIR:
        SINGLE_PRECISION.parent.mkdir(exist_ok=True)
        save_file({"embedding.weight": vectors}, SINGLE_PRECISION)
        REPORT.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(f"saved {arguments.out}, {time.perf_counter() - started:.0f} s in all", flush=True)


def describe(rows: list[Row], dropped: Counter[str]) -> dict[str, Any]:
    """How many rows each source gave, under which licence, and how many were dropped for which
    test set.
    """
    counts = Counter(row.source for row in rows)
    sources = {name: {"rows": n, "licence": LICENCES[name]} for name, n in counts.most_common()}
    return {
        "rows": len(rows),
        "sources": sources,
        "dropped": dict(sorted(dropped.items())),
    }


def save_model(out: Path, tokenizer: Tokenizer, vectors: NDArray[np.float32]) -> None:
    """Write a folder that `SentenceTransformer(path)` loads: StaticEmbedding, then Normalize."""
    (out / "1_Normalize").mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(out / "tokenizer.json"), pretty=False)
    save_file({"embedding.weight": vectors.astype(np.float16)}, out / "model.safetensors")
    package = "sentence_transformers"
    static = f"{package}.sentence_transformer.modules.static_embedding.StaticEmbedding"
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": static},
        {
            "idx": 1,
            "name": "1",
            "path": "1_Normalize",
            "type": f"{package}.base.modules.normalize.Normalize",
        },
    ]
    settings = {
        "model_type": "SentenceTransformer",
        "prompts": {"query": "", "document": ""},
        "default_prompt_name": None,
        "similarity_fn_name": "cosine",
    }
    for name, content in (
        ("modules.json", modules),
        ("config_sentence_transformers.json", settings),
        ("1_Normalize/config.json", {}),
    ):
        (out / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _texts_of(rows: list[Row]) -> list[str]:
    texts = [text for row in rows for text in row.texts.values()]
    return texts + [text for row in rows if row.passages for text in row.passages.values()]


def _encode(rows: list[Row], tokenizer: Tokenizer, *, authored_repeats: int) -> TrainingSet:
    texts = sorted(set(_texts_of(rows)))
    numbers = {text: number for number, text in enumerate(texts)}
    encodings = tokenizer.encode_batch(texts, add_special_tokens=False)
    pairs: list[tuple[int, int, int]] = []
    for number, row in enumerate(rows):
        repeats = authored_repeats if row.source == "authored" else 1
        for left, right in pairs_of(row):
            pair = (numbers[left], numbers[right], number)
            if encodings[pair[0]].ids and encodings[pair[1]].ids:
                pairs += itertools.repeat(pair, repeats)
    return join_texts([encoding.ids for encoding in encodings], pairs)


if __name__ == "__main__":
    main()
