"""The training text that lies in the repository: well formed, and of nothing that is tested."""

import gzip
import json
import re
from pathlib import Path

import pytest

from aztr_qa.text import fold
from tests.conftest import DATA, REPOSITORY

OWN_TEXT = REPOSITORY / "training" / "data" / "authored"
N_GRAM = 8
FILES = sorted(OWN_TEXT.glob("*.tsv"))

each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def _cells(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]


@each_file
def test_rows_say_something_in_three_languages_and_none_twice(path: Path) -> None:
    rows = _cells(path)
    assert all(len(row) == 3 and all(cell.strip() == cell != "" for cell in row) for row in rows)
    assert len({tuple(map(fold, row)) for row in rows}) == len(rows)


@each_file
def test_azerbaijani_and_turkish_are_in_their_own_columns(path: Path) -> None:
    for azerbaijani, turkish, english in _cells(path):
        assert not re.search("[əƏ]", turkish + english)
        assert len(azerbaijani) <= 25 or re.search("[əğışçöüƏĞİŞÇÖÜ]", azerbaijani), azerbaijani


def test_readme_counts_the_rows() -> None:
    readme = (OWN_TEXT.parent / "README.md").read_text(encoding="utf-8")
    assert FILES
    for path in FILES:
        name = path.name.split(".")[0]
        assert f"| `{name}` | {len(_cells(path)):,} |" in readme


@pytest.mark.slow
def test_no_test_text_is_trained_on(articles_dir: Path) -> None:
    """Neither a whole sentence nor eight words in a row of bench, articles, digests and gold."""
    if not (DATA / "bench").is_dir():
        pytest.skip("the test sets lie outside the repository")
    tested = [path.read_text(encoding="utf-8") for path in articles_dir.glob("*.txt")]
    tested = [re.sub(r"-[ \t]*\n\s*", "", text) for text in tested]
    for path in (REPOSITORY / "corpus").glob("*/*.md"):
        tested += path.read_text(encoding="utf-8").splitlines()
    for path in (REPOSITORY / "eval" / "gold").glob("*.jsonl"):
        rows = path.read_text(encoding="utf-8").splitlines()
        tested += [json.loads(row)["question"] for row in rows]
    for path in (DATA / "bench").glob("*.gz"):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            tested += [cell for line in file for cell in line.rstrip("\n").split("\t")]
    whole = {text for text in map(fold, tested) if text.count(" ") >= 3}
    runs = {run for text in tested for run in _runs(text)}
    trained = [cell for path in FILES for row in _cells(path) for cell in row]
    assert [c for c in trained if fold(c) in whole or not runs.isdisjoint(_runs(c))] == []


def _runs(text: str) -> set[tuple[str, ...]]:
    words = fold(text).split()
    return {tuple(words[i : i + N_GRAM]) for i in range(len(words) - N_GRAM + 1)}
