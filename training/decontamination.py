"""What is tested is not trained on: rows that share text with a test set, an article or a question.

A row goes when one of its texts is a protected sentence as a whole or shares eight words in a row
with one, or when two of its texts stand side by side in a test set; all are compared folded.
"""

import gzip
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from aztr_qa.text import fold
from training.data import Row, read_rows

N_GRAM = 8
MIN_WORDS = 3  # shorter texts ("Thank you") are nobody's, and one side alone shows nothing
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Protected:
    """Folded sentences, runs of eight words and pairs of translations that must not be trained on,
    with where they stand.
    """

    texts: dict[str, str]
    runs: dict[str, str]
    pairs: dict[frozenset[str], str]

    @classmethod
    def collect(cls, named_rows: Iterable[tuple[str, Sequence[str]]]) -> "Protected":
        """named_rows: (name of the set, texts that belong together); what stands in two sets
        belongs to the first.
        """
        texts: dict[str, str] = {}
        runs: dict[str, str] = {}
        pairs: dict[frozenset[str], str] = {}
        for name, row in named_rows:
            folded = [fold(text) for text in row]
            for text in folded:
                for run in _cut_runs(text):
                    runs.setdefault(run, name)
            for sentence in (s for text in row for s in (text, *_SENTENCE_END.split(text))):
                if len((key := fold(sentence)).split()) >= MIN_WORDS:
                    texts.setdefault(key, name)
            for pair in itertools.combinations(folded, 2):
                pairs.setdefault(frozenset(pair), name)
        return cls(texts, runs, pairs)

    def find(self, row: Row) -> str | None:
        """The set that a text of the row is from, or None."""
        texts = [fold(text) for text in (*row.texts.values(), *(row.passages or {}).values())]
        for text in texts:
            if text in self.texts:
                return self.texts[text]
            for run in _cut_runs(text):
                if run in self.runs:
                    return self.runs[run]
        for pair in itertools.combinations(texts, 2):
            if (key := frozenset(pair)) in self.pairs:
                return self.pairs[key]
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


def read_trainable(data_dir: Path, articles_dir: Path) -> tuple[list[Row], Counter[str]]:
    """Every row that may be trained on, and how many were dropped; see `read_rows` and
    `read_protected` for what must be there.
    """
    protected = Protected.collect(read_protected(data_dir, articles_dir))
    return drop_protected(read_rows(data_dir), protected)


def read_protected(data_dir: Path, articles_dir: Path) -> Iterator[tuple[str, list[str]]]:
    """Every row of the test sets, every text of the articles, the digests and the gold questions.

    Raises FileNotFoundError when test sets or articles are missing: without them nothing can be
    promised.
    """
    bench = sorted((data_dir / "bench").glob("*.gz"))
    articles = sorted(articles_dir.glob("*.txt"))
    for folder, found in ((data_dir / "bench", bench), (articles_dir, articles)):
        if not found:
            raise FileNotFoundError(f"{folder}: needed to keep what is tested out of the training")
    for path in bench:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                yield path.name.split(".")[0], line.rstrip("\n").split("\t")
    for path in articles:
        # Words divided at the end of a line are put together.
        text = re.sub(r"-[ \t]*\n\s*", "", path.read_text(encoding="utf-8"))
        yield "articles", [" ".join(text.split())]
    for path in sorted((ROOT / "corpus").glob("*/*.md")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield "digests", [line]
    for path in sorted((ROOT / "eval" / "gold").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield "gold questions", [json.loads(line)["question"]]


def _cut_runs(folded: str) -> Iterator[str]:
    words = folded.split()
    for start in range(len(words) - N_GRAM + 1):
        yield " ".join(words[start : start + N_GRAM])
