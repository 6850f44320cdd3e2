"""What each signal finds alone, and what fusion adds: `python -m bench.signals`.

Recall on the development questions over the five source articles; the fused row leaves out the
questions on each article while it is fitted.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aztr_qa.evaluate.gold import read_gold
from aztr_qa.signals import SIGNALS
from training.examples import Example, collect_examples
from training.fusion import cross_validate, summarize

Scores = Callable[[Example], NDArray[np.float64]]


def main() -> None:
    """Print a table: every signal as it is, every signal z-scored per language, and the fusion."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("../shared/articles"))
    parser.add_argument("--gold", type=Path, default=Path("eval/gold/articles.jsonl"))
    arguments = parser.parse_args()
    gold = [question for question in read_gold([arguments.gold]) if question.is_answerable]
    examples = collect_examples(gold, arguments.corpus)
    examples = [example for example in examples if example.is_evidence.any()]
    print(f"{len(examples)} questions, {len(examples[0].languages)} passages")
    for number, name in enumerate(SIGNALS):
        _print(name, examples, [example.values[:, number] for example in examples])
        _print(
            f"{name}, z-scored", examples, [_standardize(example, number) for example in examples]
        )
    sums = [
        np.sum([_standardize(example, n) for n in range(len(SIGNALS))], axis=0)
        for example in examples
    ]
    _print("sum of z-scores", examples, sums)
    _print("fused, leave-one-article-out", examples, cross_validate(examples))


def _standardize(example: Example, number: int) -> NDArray[np.float64]:
    """The signal with mean 0 and deviation 1 within the passages of each language."""
    values = example.values[:, number].copy()
    for language in np.unique(example.languages):
        own = example.languages == language
        values[own] = (values[own] - values[own].mean()) / (values[own].std() + 1e-9)
    return values


def _print(name: str, examples: list[Example], scores: list[NDArray[np.float64]]) -> None:
    figures = summarize(examples, scores)
    print(f"{name:30}" + "  ".join(f"{key} {value:.3f}" for key, value in figures.items()))


if __name__ == "__main__":
    main()
