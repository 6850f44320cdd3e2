"""What is tested is not trained on: rows that share text with a test set, an article or a question.

A row goes when one of its texts is a protected text as a whole, or shares eight words in a row with
one; both are compared folded.
"""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from aztr_qa.text import fold
from training.data import Row

N_GRAM = 8
MIN_WORDS = 3  # shorter texts ("Thank you") are nobody's, and one side alone shows nothing
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Protected:
    """Folded texts and runs of eight words that must not be trained on, with where they stand."""

    texts: dict[str, str]
    runs: dict[str, str]

    @classmethod
    def collect(cls, named_texts: Iterable[tuple[str, str]]) -> "Protected":
        """named_texts: (name of the set, text); a text in two sets belongs to the first."""
        texts: dict[str, str] = {}
        runs: dict[str, str] = {}
        for name, text in named_texts:
            folded = fold(text)
            if len(folded.split()) >= MIN_WORDS:
                texts.setdefault(folded, name)
            for run in _cut_runs(folded):
                runs.setdefault(run, name)
        return cls(texts, runs)

    def find(self, row: Row) -> str | None:
        """The set that a text of the row is from, or None."""
        for text in (*row.texts.values(), *(row.passages or {}).values()):
            folded = fold(text)
            if folded in self.texts:
                return self.texts[folded]
            for run in _cut_runs(folded):
                if run in self.runs:
                    return self.runs[run]
        return None


def drop_protected(rows: list[Row], protected: Protected) -> tuple[list[Row], Counter[str]]:
    """The rows that may be trained on, and how many were dropped, by "source: set"."""
    kept: list[Row] = []
    dropped: Counter[str] = Counter()
    for row in rows:
        name = protected.find(row)
        if name is None:
            kept.append(row)
        else:
            dropped[f"{row.source}: {name}"] += 1
    return kept, dropped


def read_protected(data_dir: Path, articles_dir: Path) -> Iterator[tuple[str, str]]:
    """Every text of the test sets, the five articles, the digests and the gold questions.

    Raises FileNotFoundError when test sets or articles are missing: without them nothing can be
    promised.
    """
    for folder in (data_dir / "bench", articles_dir):
        if not folder.is_dir():
            raise FileNotFoundError(f"{folder}: needed to keep what is tested out of the training")
    for path in sorted((data_dir / "bench").glob("*.gz")):
        name = path.name.split(".")[0]
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                for cell in line.rstrip("\n").split("\t"):
                    yield name, cell
    for path in sorted(articles_dir.glob("*.txt")):
        # Words divided at the end of a line are put together.
        yield "articles", re.sub(r"-[ \t]*\n\s*", "", path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "corpus").glob("*/*.md")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield "digests", line
    for path in sorted((ROOT / "eval" / "gold").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield "gold questions", json.loads(line)["question"]


def _cut_runs(folded: str) -> Iterator[str]:
    words = folded.split()
    for start in range(len(words) - N_GRAM + 1):
        yield " ".join(words[start : start + N_GRAM])
