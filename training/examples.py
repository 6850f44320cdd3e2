"""Gold questions with the signals of every passage: what the fusion weights are fitted on."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aztr_qa.building import build_index
from aztr_qa.config import Config
from aztr_qa.embed import load_embedder
from aztr_qa.evaluate.gold import GoldQuestion
from aztr_qa.fusion import Fusion
from aztr_qa.records import Question
from aztr_qa.service import Service

FUSION = Path(__file__).parent.parent / "src" / "aztr_qa" / "fusion.json"


@dataclass(frozen=True, slots=True)
class Example:
    """One question: signals of every passage, their languages, and which of them hold the
    evidence.
    """

    gold: GoldQuestion
    values: NDArray[np.float64]
    languages: NDArray[np.int8]
    is_evidence: NDArray[np.bool_]


def collect_examples(gold: list[GoldQuestion], corpus: Path) -> list[Example]:
    """The signals of all passages for every question, with the question's language as the gold set
    says it.
    """
    examples = []
    with tempfile.TemporaryDirectory() as folder:
        config = replace(
            Config(), corpus_dirs=(corpus,), index_dir=Path(folder), n_candidates=10**6
        )
        embedder = load_embedder(None)
        build_index(config, embedder)
        # The weights that lie there may be for other signals; they are not used here.
        fusion = Fusion.parse(FUSION.read_text(encoding="utf-8"))
        service = Service.open(config, embedder=embedder, fusion=fusion)
        columns = service.store.columns
        passages = service.store.read_passages(range(len(columns.languages)))
        for item in gold:
            table = service.retriever.compute_signals(Question(item.question, item.language, 1.0))
            is_evidence = np.array([bool(item.find_facts(passage)) for passage in passages])
            examples.append(
                Example(item, table.values.astype(float), columns.languages, is_evidence)
            )
        service.close()
    return examples
