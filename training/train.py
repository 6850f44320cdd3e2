"""Train the shipped embedding model: `python -m training.train --data ../shared/data`."""

import argparse
import itertools
import json
import time
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from training.data import Row, pairs_of, read_rows
from training.static_model import Pair, Recipe, train_vectors
from training.tokenizer import train_tokenizer

MODEL_DIR = Path(__file__).parent.parent / "src" / "aztr_qa" / "model"


def main() -> None:
    """Read the data, train tokenizer and vectors, save them as a sentence-transformers folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with parallel/ and authored/"
    )
    parser.add_argument("--out", type=Path, default=MODEL_DIR)
    parser.add_argument("--seed", type=int, default=Recipe().seed)
    arguments = parser.parse_args()
    recipe = Recipe(seed=arguments.seed)
    started = time.perf_counter()
    rows = read_rows(arguments.data)
    print(f"{len(rows):,} rows: {dict(Counter(row.source for row in rows))}", flush=True)
    tokenizer = train_tokenizer(_texts_of(rows), n_pieces=recipe.n_pieces)
    print(
        f"{tokenizer.get_vocab_size():,} pieces, {time.perf_counter() - started:.0f} s", flush=True
    )
    pairs = _encode_pairs(rows, tokenizer, authored_repeats=recipe.authored_repeats)
    print(f"{len(pairs):,} pairs, {time.perf_counter() - started:.0f} s", flush=True)
    vectors = train_vectors(pairs, tokenizer, recipe)
    save_model(arguments.out, tokenizer, vectors)
    print(f"saved {arguments.out}, {time.perf_counter() - started:.0f} s in all", flush=True)


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


def _encode_pairs(rows: list[Row], tokenizer: Tokenizer, *, authored_repeats: int) -> list[Pair]:
    texts = sorted(set(_texts_of(rows)))
    encodings = tokenizer.encode_batch(texts, add_special_tokens=False)
    ids = {text: encoding.ids for text, encoding in zip(texts, encodings, strict=True)}
    pairs: list[Pair] = []
    for number, row in enumerate(rows):
        repeats = authored_repeats if row.source == "authored" else 1
        for left, right in pairs_of(row):
            if ids[left] and ids[right]:
                pairs += itertools.repeat(Pair(ids[left], ids[right], number), repeats)
    return pairs


if __name__ == "__main__":
    main()
