"""The figures of the shipped model against their floors: `python -m bench.gate --data DIR`.

Exits 1 when one is below its floor in bench/floors.toml.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

from aztr_qa.embed import SHIPPED_MODEL, load_embedder
from aztr_qa.evaluate.floors import check_floors, read_floors
from bench import bitext, language, xquad

FLOORS = Path(__file__).parent / "floors.toml"


def main() -> None:
    """Measure, print, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    figures = measure(parser.parse_args().data)
    for group, values in figures.items():
        for name, value in _flatten(values):
            print(f"{group + '/' + name:34}{value:8.4f}")
    failures = check_floors(figures, read_floors(FLOORS))
    for failure in failures:
        print(f"below the floor: {failure}", file=sys.stderr)
    sys.exit(1 if failures else 0)


def measure(data: Path) -> dict[str, Any]:
    """Every figure that has a floor, in groups."""
    embedder = load_embedder(None)
    size = sum(path.stat().st_size for path in SHIPPED_MODEL.rglob("*") if path.is_file())
    return {
        "bitext": bitext.measure_all(embedder, data),
        "xquad": xquad.measure(embedder, data),
        "language": language.measure(data),
        "model": {"megabytes": size / 1e6},
    }


def _flatten(values: dict[str, Any]) -> list[tuple[str, float]]:
    flat = []
    for name, value in values.items():
        if isinstance(value, dict):
            flat += [(f"{name}/{inner}", figure) for inner, figure in _flatten(value)]
        else:
            flat.append((name, value))
    return flat


if __name__ == "__main__":
    main()
