"""Question to passage on general text: `python -m bench.xquad --data ../shared/data/bench`.

1,190 questions in Turkish and in English look for their passage among the 240 of one language; the
figure is nDCG@10 with one right passage [1], by the whole retrieval and by the vectors alone (of
another model by its vectors only).
[1] Järvelin and Kekäläinen 2002, Cumulated gain-based evaluation of IR techniques.
"""

import argparse
import gzip
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aztr_qa.building import build_index
from aztr_qa.config import Config
from aztr_qa.embed import Embedder, load_embedder
from aztr_qa.records import Language
from aztr_qa.service import Service

LANGUAGES: tuple[Language, ...] = ("tr", "en")  # in the order of the files' columns
K = 10


def main() -> None:
    """Print one line a pairing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", help="sentence-transformers name or folder; the shipped model")
    arguments = parser.parse_args()
    embedder = load_embedder(arguments.model)
    is_shipped = arguments.model is None
    for pair, figure in measure(embedder, arguments.data, with_retrieval=is_shipped).items():
        print(pair, "  ".join(f"{name} {value:.3f}" for name, value in figure.items()))


def measure(
    embedder: Embedder, data: Path, *, with_retrieval: bool = True
) -> dict[str, dict[str, float]]:
    """nDCG@10 in [0, 1] by pair ("tr>en": Turkish question, English passages) and by method."""
    questions = list(zip(*_read(data / "xquad-questions.tr-en.tsv.gz"), strict=True))
    contexts = list(zip(*_read(data / "xquad-contexts.tr-en.tsv.gz"), strict=True))
    right = np.array([int(row[0]) for row in _read(data / "xquad-question-context.txt.gz")])
    figures = {}
    for asked, own_questions in zip(LANGUAGES, questions, strict=True):
        if with_retrieval:
            rows = np.concatenate([embedder.embed_question(text) for text in own_questions])
        else:  # a large model wants them in one go; prefixes for questions are lost
            rows = embedder.embed_passages(own_questions)
        for language, texts in zip(LANGUAGES, contexts, strict=True):
            similarities = rows @ embedder.embed_passages(texts).T
            order = np.argsort(-similarities, axis=1, kind="stable")[:, :K]
            own = {"vectors": _compute_ndcg(order, right)}
            if with_retrieval:
                found = _retrieve(embedder, own_questions, texts, asked, language)
                own["retrieval"] = _compute_ndcg(found, right)
            figures[f"{asked}>{language}"] = own
    return figures


def _retrieve(
    embedder: Embedder,
    questions: tuple[str, ...],
    texts: tuple[str, ...],
    asked: Language,
    language: Language,
) -> NDArray[np.int64]:
    """(n_questions, K): the numbers of the passages found, -1 where there were fewer."""
    found = np.full((len(questions), K), -1)
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        # A paragraph with an anchor is one passage, however long it is.
        paragraphs = [f"{text} {{#c{number}}}" for number, text in enumerate(texts)]
        head = f'---\nid: contexts\nlanguage: {language}\ntitle: "-"\n---\n'
        (corpus / "contexts.md").write_text("\n\n".join([head, *paragraphs]), encoding="utf-8")
        config = replace(Config(), corpus_dirs=(corpus,), index_dir=Path(folder) / "index")
        build_index(config, embedder)
        service = Service.open(config, embedder=embedder)
        numbers = {" ".join(text.split()): number for number, text in enumerate(texts)}
        for row, text in enumerate(questions):
            hits = service.search(service.read_question(text, language=asked), k=K)
            for place, hit in enumerate(hits):
                found[row, place] = numbers[" ".join(hit.passage.text.split())]
        service.close()
    return found


def _compute_ndcg(found: NDArray[np.int64], right: NDArray[np.int64]) -> float:
    """found: (n, K) passage numbers, best first; right: (n,); the ideal gain is 1."""
    gains = (found == right[:, None]) / np.log2(np.arange(K) + 2)
    return float(gains.sum(axis=1).mean())


def _read(path: Path) -> list[list[str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [line.rstrip("\n").split("\t") for line in file]


if __name__ == "__main__":
    main()
