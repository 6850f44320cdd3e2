"""The gate: what it measures has the names that its floors have."""

from pathlib import Path

import pytest

from aztr_qa.embed import SHIPPED_MODEL
from aztr_qa.evaluate.floors import check_floors, read_floors
from aztr_qa.records import LANGUAGES
from bench import gate, language, xquad
from bench.bitext import SETS


def test_every_floor_has_a_figure_and_a_lost_one_is_noticed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shares = dict.fromkeys([*LANGUAGES, "mean"], 1.0)
    pairs = [f"{asked}>{found}" for asked in xquad.LANGUAGES for found in xquad.LANGUAGES]
    monkeypatch.setattr(
        "bench.bitext.measure_all", lambda embedder, data: {name: 1.0 for name, *_ in SETS}
    )
    monkeypatch.setattr(
        xquad, "measure", lambda e, d: {p: {"retrieval": 1.0, "vectors": 1.0} for p in pairs}
    )
    monkeypatch.setattr(
        language, "measure", lambda d: dict.fromkeys(("whole", "three words", "plain"), shares)
    )
    figures = gate.measure(tmp_path)
    floors = read_floors(gate.FLOORS)
    assert check_floors(figures, floors) == []
    del figures["bitext"]["NTREX tr-en"]
    assert check_floors(figures, floors) == ["bitext/NTREX tr-en is missing, expected min 0.96"]


def test_shipped_model_is_no_larger_than_the_bar() -> None:
    size = sum(path.stat().st_size for path in SHIPPED_MODEL.rglob("*") if path.is_file())
    assert size <= 32_000_000
