"""Floors: figures that an index must reach before it is published."""

import tomllib
from pathlib import Path
from typing import Any

from aztr_qa.errors import GoldError

DEFAULT = Path("eval/floors.toml")


def read_floors(path: Path | None) -> dict[str, dict[str, float]]:
    """`[min]` and `[max]` tables of figure names, their parts divided by slashes.

    None means eval/floors.toml, or no floors where that is missing. Raises GoldError when a named
    file is not there, is not TOML, or a bound is no number.
    """
    if path is None:
        if not DEFAULT.is_file():
            return {}
        path = DEFAULT
    elif not path.is_file():
        raise GoldError(f"{path}: no such file; give the floors with --floors FILE")
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GoldError(f"{path}: not valid TOML ({error}); correct it") from error
    for kind, bounds in content.items():
        if kind not in {"min", "max"} or not isinstance(bounds, dict):
            raise GoldError(f"{path}: table [{kind}], expected [min] and [max]")
        if not all(
            isinstance(bound, int | float) and bound is not True and bound is not False
            for bound in bounds.values()
        ):
            raise GoldError(f"{path}: a bound in [{kind}] is no number")
    return content


def check_floors(figures: dict[str, Any], bounds: dict[str, dict[str, float]]) -> list[str]:
    """A line for each figure beyond its bound; a figure that is missing is beyond it too."""
    failures = []
    for kind, sign in (("min", 1), ("max", -1)):
        for name, bound in bounds.get(kind, {}).items():
            value = _look_up(figures, name)
            if value is None:
                failures.append(f"{name} is missing, expected {kind} {bound}")
            elif sign * value < sign * bound:
                failures.append(f"{name} is {value:.4f}, expected {kind} {bound}")
    return failures


def _look_up(figures: dict[str, Any], name: str) -> float | None:
    value: Any = figures
    for part in name.split("/"):
        if not isinstance(value, dict) or part not in value:
            return None
        value = value[part]
    return float(value) if isinstance(value, int | float) else None
