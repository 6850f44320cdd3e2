"""Aligned text for training, with where it comes from and under which licence."""

import gzip
import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from training.sources import read_terms

# Sources by file name up to the first dot, and the licence their own repository states (see the
# data's README). A source that is not listed here, or is NonCommercial or NoDerivatives, is not
# trained on.
LICENCES = {
    "bitwarden": "GPL-3.0",
    "kde-plasma-desktopfiles": "GPL/LGPL, per file",
    "kde-plasma": "GPL/LGPL, per file",
    "lexicon-multilingualwords": "ISC; words from Wiktionary (CC BY-SA)",
    "massive-slots": "CC BY 4.0 (MASSIVE)",
    "massive": "CC BY 4.0 (MASSIVE)",
    "mediawiki": "GPL-2.0-or-later",
    "mozilla-www": "MPL-2.0",
    "names-iso-codes": "LGPL-2.1",
    "odoo": "LGPL-3.0",
    "onlyoffice-docspace": "AGPL-3.0",
    "qbittorrent": "GPL-2.0-or-later",
    "reactjs-docs": "CC BY 4.0",
    "scratch": "AGPL-3.0",
    "signal-android": "AGPL-3.0",
    "tatoeba-extra": "CC BY 2.0 FR (Tatoeba)",
    "tatoeba-pivot": "CC BY 2.0 FR (Tatoeba)",
    "wmt-newstest2016-2018": "not stated where it was read; published by WMT for research",
    "cldr": "Unicode-3.0",
    "authored": "this project's own",
}
# Text written for this project that lies in the repository; its README says what it is.
OWN_TEXT = Path(__file__).parent / "data" / "authored"
# Our Azerbaijani translations of Turkish-English rows, found by the rows' keys.
TRANSLATIONS = Path(__file__).parent / "data" / "translations"
LANGUAGE_BY_COLUMN = {"az": "az", "tr": "tr", "en": "en", "aze": "az", "tur": "tr", "eng": "en"}


@dataclass(frozen=True, slots=True)
class Row:
    """Texts that say the same thing; a question row also has the passages that answer it."""

    source: str
    texts: dict[str, str]  # language -> text
    passages: dict[str, str] | None = None  # language -> passage, for question rows


def read_rows(data_dir: Path) -> list[Row]:
    """Every training row under `data_dir`, in the order of the file names, then our own text, then
    names.

    Raises FileNotFoundError when there is no `parallel` or `authored` folder, or no names.
    """
    rows: list[Row] = []
    for folder in ("parallel", "authored"):
        if not (data_dir / folder).is_dir():
            raise FileNotFoundError(
                f"{data_dir / folder}: expected the folder with the training text"
            )
    for path in sorted((data_dir / "parallel").glob("*.tsv.gz")):
        source, columns, *_ = path.name.split(".")
        if source in LICENCES:
            rows += _read_table(path, source, columns.split("-"))
    translations = read_translations()
    for row in rows:
        if row.texts.keys() == {"tr", "en"} and (own := translations.get(find_key(row.texts))):
            row.texts["az"] = own
    for path in [*sorted((data_dir / "authored").glob("*.tsv")), *sorted(OWN_TEXT.glob("*.tsv"))]:
        if path.name.startswith("qa-"):
            rows += _read_questions(path)
        else:
            rows += _read_table(path, "authored", ["az", "tr", "en"])
    return rows + [Row("cldr", term) for term in read_terms()]


def read_translations() -> dict[str, str]:
    """The Azerbaijani text for the key of a Turkish-English row."""
    return {
        key: text
        for path in sorted(TRANSLATIONS.glob("*.tsv"))
        for key, text in _read_cells(path, 2)
    }


def find_key(texts: dict[str, str]) -> str:
    """12 hex digits that name a Turkish-English row, wherever it stands in its file."""
    return hashlib.sha256(f"{texts['tr']}\t{texts['en']}".encode()).hexdigest()[:12]


def pairs_of(row: Row) -> Iterator[tuple[str, str]]:
    """Every pair of texts of a row that should lie close to each other."""
    yield from itertools.combinations(row.texts.values(), 2)
    if row.passages:
        yield from itertools.product(row.texts.values(), row.passages.values())
        yield from itertools.combinations(row.passages.values(), 2)


def _read_table(path: Path, source: str, columns: list[str]) -> list[Row]:
    languages = [LANGUAGE_BY_COLUMN[column] for column in columns]
    return [
        Row(source, dict(zip(languages, cells, strict=True)))
        for cells in _read_cells(path, len(columns))
    ]


def _read_questions(path: Path) -> list[Row]:
    languages = ["az", "tr", "en"]
    return [
        Row(
            "authored",
            dict(zip(languages, c[:3], strict=True)),
            dict(zip(languages, c[3:], strict=True)),
        )
        for c in _read_cells(path, 6)
    ]


def _read_cells(path: Path, n_columns: int) -> Iterator[list[str]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            cells = line.rstrip("\n").split("\t")
            if len(cells) != n_columns:
                raise ValueError(f"{path}:{number}: {len(cells)} columns, expected {n_columns}")
            yield cells
