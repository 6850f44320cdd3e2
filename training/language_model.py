"""Train the language guesser: `python -m training.language_model --data ../shared/data`."""

import argparse
import random
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from aztr_qa.language import N_FEATURES, hash_features
from aztr_qa.records import LANGUAGES
from aztr_qa.text import fold
from training.data import read_rows
from training.train import MODEL_DIR

MAX_PER_LANGUAGE = 45_000


def main() -> None:
    """Fit a softmax over hashed character n-grams of whole, cut and undiacritised texts; save
    it.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=MODEL_DIR)
    arguments = parser.parse_args()
    texts, labels = _make_examples(arguments.data, random.Random(13))
    features = [hash_features(text) for text in texts]
    indptr = np.cumsum([0] + [len(f) for f in features])
    # Counts are damped by the root of the text's length, so that a long text is not a hundred
    # votes.
    values = np.concatenate([np.full(len(f), len(f) ** -0.5, dtype=np.float32) for f in features])
    matrix = csr_matrix((values, np.concatenate(features), indptr), shape=(len(texts), N_FEATURES))
    matrix.sum_duplicates()
    model = LogisticRegression(C=20.0, max_iter=60, tol=1e-3)
    model.fit(matrix, labels)
    print(f"{len(texts):,} texts, accuracy on them {model.score(matrix, labels):.4f}")
    order = [list(model.classes_).index(language) for language in LANGUAGES]
    save_file(
        {
            "weight": model.coef_[order].T.astype(np.float16).copy(),
            "bias": model.intercept_[order].astype(np.float32),
        },
        arguments.out / "language.safetensors",
    )


def _make_examples(data_dir: Path, order: random.Random) -> tuple[list[str], list[str]]:
    by_language: dict[str, list[str]] = {language: [] for language in LANGUAGES}
    for row in read_rows(data_dir):
        # Names and single words belong to no language; software labels are full of English.
        if row.source in {"names-iso-codes", "lexicon-multilingualwords", "massive-slots"}:
            continue
        for aligned in (row.texts, row.passages or {}):
            for language, text in aligned.items():
                if len(text.split()) >= 3:
                    by_language[language].append(text)
    texts, labels = [], []
    for language, pool in by_language.items():
        for text in order.sample(sorted(set(pool)), min(MAX_PER_LANGUAGE, len(set(pool)))):
            words = text.split()
            start = order.randrange(max(1, len(words) - 2))
            cut = " ".join(words[start : start + order.randint(2, 6)])
            for variant in (text, cut):
                texts += [variant, fold(variant)]
                labels += [language, language]
    return texts, labels


if __name__ == "__main__":
    main()
