"""How long one question takes to embed, search and answer, on one core: `python -m bench.speed`.

Every development question is asked once, so that no question is remembered, though words that
questions share are, as in service. Prints the median and the 90th percentile in milliseconds.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from aztr_qa.building import build_index
from aztr_qa.config import Config
from aztr_qa.embed import load_embedder
from aztr_qa.evaluate.gold import read_gold
from aztr_qa.service import Service

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def main() -> None:
    """Print one line a step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--gold", type=Path, default=Path("eval/gold/articles.jsonl"))
    arguments = parser.parse_args()
    if any(os.environ.get(name) != "1" for name in _THREADS):
        # Libraries read these when they are loaded, which they are by now.
        os.environ.update(dict.fromkeys(_THREADS, "1"))
        os.execv(sys.executable, [sys.executable, "-m", "bench.speed", *sys.argv[1:]])
    gold = [question.question for question in read_gold([arguments.gold])]
    embedder = load_embedder(None)
    with tempfile.TemporaryDirectory() as folder:
        config = replace(Config(), corpus_dirs=(arguments.corpus,), index_dir=Path(folder))
        build_index(config, embedder)
        service = Service.open(config, embedder=embedder)
        read = [service.read_question(text) for text in gold]
        service.search(replace(read[0], text="Salam"), k=10)  # what is loaded at first use
        n = len(service.store.columns.languages)
        print(f"{len(gold)} questions, {n} passages")
        _time("guess the language", service.guesser.guess, gold)
        _time("embed", embedder.embed_question, gold)
        _time("embed and search", lambda question: service.search(question, k=10), read)
        service.close()
        service = Service.open(config, embedder=embedder)  # nothing of the searches is remembered
        service.ask(replace(read[0], text="Salam"), k=10)
        _time("answer", lambda question: service.ask(question, k=10), read)
        service.close()


def _time(name: str, call: Callable[[Any], object], inputs: Sequence[Any]) -> None:
    times = []
    for each in inputs:
        started = time.perf_counter()
        call(each)
        times.append((time.perf_counter() - started) * 1000)
    print(f"{name:20} p50 {np.median(times):.2f} ms, p90 {np.quantile(times, 0.9):.2f} ms")


if __name__ == "__main__":
    main()
