"""Bibliographic records from a TOML file that lies beside the articles.

Two forms are read: `sources.toml` with one table a source (`[ozer-2025]`), named by `source:` in a
file's front matter, and `articles.toml` with `[[article]]` tables that name their `file`.
"""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aztr_qa.errors import CorpusError
from aztr_qa.records import LANGUAGES, Record

RECORD_FILES = ("sources.toml", "articles.toml")
_TEXT_FIELDS = ("venue", "volume", "issue", "issn", "doi", "url", "title_en")


@dataclass(frozen=True, slots=True)
class Sources:
    """Records by source key and by file name."""

    by_key: dict[str, Record] = field(default_factory=dict)
    by_file: dict[str, Record] = field(default_factory=dict)


def read_sources(folder: Path) -> Sources:
    """The records of `sources.toml` and `articles.toml` in a folder; empty where there is neither.

    Raises CorpusError when one is not TOML, or a value has the wrong type.
    """
    by_key: dict[str, Record] = {}
    by_file: dict[str, Record] = {}
    for path in (folder / name for name in RECORD_FILES):
        if not path.is_file():
            continue
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise CorpusError(f"{path}: cannot be read ({error.strerror})") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise CorpusError(f"{path}: not valid TOML ({error}); correct it") from error
        for key, value in content.items():
            if isinstance(value, dict):
                by_key[key] = _make_record(value, path)
            elif isinstance(value, list):
                tables = [table for table in value if isinstance(table, dict) and "file" in table]
                by_file |= {str(table["file"]): _make_record(table, path) for table in tables}
    return Sources(by_key, by_file)


def _make_record(table: dict[str, Any], path: Path) -> Record:
    authors, year = table.get("authors", []), table.get("year")
    if not isinstance(authors, list) or not (year is None or isinstance(year, int)):
        raise CorpusError(
            f"{path}: authors must be a list and year a whole number, in {table!r:.80}"
        )
    relation = table.get("relation")
    if relation not in (None, "digest"):
        raise CorpusError(f"{path}: relation {relation!r}; expected 'digest' or none")
    language = table.get("language")
    if relation and language not in (None, *LANGUAGES):
        raise CorpusError(
            f"{path}: language {language!r}; expected one of {', '.join(LANGUAGES)} or none"
        )
    texts = {name: str(table[name]) for name in _TEXT_FIELDS if table.get(name) not in (None, "")}
    title = str(table.get("title") or "")
    return Record(
        title=title,
        authors=tuple(str(name) for name in authors),
        year=year,
        relation=relation,
        source_title=(title or texts.get("title_en")) if relation else None,
        source_language=language if relation else None,
        **texts,
    )
