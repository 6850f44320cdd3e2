"""Articles and passages in one SQLite file: written once with a generation, then only read."""

import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from aztr_qa.errors import NotFoundError
from aztr_qa.records import LANGUAGES, RUN_IN, Article, Language, Passage, Record, Sentence

_SCHEMA = """
CREATE TABLE articles (
    id TEXT NOT NULL,
    language TEXT NOT NULL,
    file TEXT NOT NULL,
    record TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (id, language)
) WITHOUT ROWID;
CREATE TABLE passages (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    article_id TEXT NOT NULL,
    version TEXT NOT NULL,
    language TEXT NOT NULL,
    section TEXT NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    page INTEGER,
    sibling_key TEXT,
    sentences TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX passages_by_article ON passages (article_id, version, row);
CREATE INDEX passages_by_sibling ON passages (sibling_key) WHERE sibling_key IS NOT NULL;
"""
# Every value goes in as a parameter; what is put together below is only this constant.
_SELECT = (
    "SELECT row, id, article_id, version, language, section, start, end, page, sibling_key, "
    "sentences, text FROM passages"
)


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """One language version of an article as the index knows it."""

    id: str
    language: Language
    file: str
    record: Record
    text: str


@dataclass(frozen=True, slots=True)
class Columns:
    """What filtering needs of every passage, row by row: its language, article and siblings as
    numbers.

    languages: (n,) numbers in the order of LANGUAGES; articles: (n,) numbers into `article_ids`;
    siblings: (n,) the same number for aligned passages, unique otherwise; ids: the passages' ids.
    """

    languages: NDArray[np.int8]
    articles: NDArray[np.int32]
    article_ids: tuple[str, ...]
    siblings: NDArray[np.int64]
    ids: tuple[str, ...]


class PassageStore(Protocol):
    """What the retrieval and the service need of a store."""

    columns: Columns

    def read_passages(self, rows: Sequence[int]) -> list[Passage]:
        """The passages with these row numbers, in their order."""
        ...

    def find_passage(self, passage_id: str) -> Passage:
        """The passage with this id. Raises NotFoundError."""
        ...

    def find_neighbours(self, passage_id: str) -> tuple[Passage | None, Passage | None]:
        """The passages before and after it in the same version of its article."""
        ...

    def find_siblings(self, passage: Passage) -> list[Passage]:
        """The aligned passages in the other languages, in the order of LANGUAGES."""
        ...

    def list_articles(self) -> list[StoredArticle]:
        """Every version of every article, by id, then in the order of LANGUAGES."""
        ...

    def list_passages(self, article_id: str) -> list[Passage]:
        """The passages of an article, version after version, in reading order. Raises
        NotFoundError.
        """
        ...


def write_store(path: Path, articles: Iterable[Article], passages: Sequence[Passage]) -> None:
    """Write a new store; passage i gets row i."""
    connection = sqlite3.connect(path)
    try:
        connection.executescript(_SCHEMA)
        connection.executemany(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?)",
            (
                (a.id, a.language, a.file, json.dumps(asdict(a.record), ensure_ascii=False), a.text)
                for a in articles
            ),
        )
        connection.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (_to_row(row, passage) for row, passage in enumerate(passages)),
        )
        connection.commit()
    finally:
        connection.close()


class SqliteStore:
    """Reads a store that no one writes any more; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        """path: a file that `write_store` wrote."""
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        self._lock = threading.Lock()
        self.columns = self._read_columns()
        self._articles = self._read_articles()  # their texts are held anyway, to check quotes
        self._sections = self._read_sections()

    def close(self) -> None:
        """Release the file."""
        self._connection.close()

    def read_passages(self, rows: Sequence[int]) -> list[Passage]:
        """The passages with these row numbers, in their order."""
        marks = ",".join("?" * len(rows))
        found = self._query(f"{_SELECT} WHERE row IN ({marks})", *rows)
        by_row = {row[0]: _from_row(row) for row in found}
        return [by_row[int(row)] for row in rows]

    def find_passage(self, passage_id: str) -> Passage:
        """The passage with this id. Raises NotFoundError."""
        return _from_row(self._find_row(passage_id))

    def find_neighbours(self, passage_id: str) -> tuple[Passage | None, Passage | None]:
        """The passages before and after it in the same version of its article."""
        row = self._find_row(passage_id)[0]
        near = self._query(
            f"{_SELECT} WHERE row IN (?, ?) AND "  # noqa: S608 - two constants
            "(article_id, version) = (SELECT article_id, version FROM passages WHERE row = ?)",
            row - 1,
            row + 1,
            row,
        )
        by_row = {found[0]: _from_row(found) for found in near}
        return by_row.get(row - 1), by_row.get(row + 1)

    def find_siblings(self, passage: Passage) -> list[Passage]:
        """The aligned passages in the other languages, in the order of LANGUAGES."""
        if passage.sibling_key is None:
            return []
        found = self._query(
            f"{_SELECT} WHERE sibling_key = ? AND id != ?", passage.sibling_key, passage.id
        )
        return sorted((_from_row(row) for row in found), key=lambda p: LANGUAGES.index(p.language))

    def list_articles(self) -> list[StoredArticle]:
        """Every version of every article, by id, then in the order of LANGUAGES."""
        return list(self._articles)

    def _read_articles(self) -> list[StoredArticle]:
        rows = self._query("SELECT id, language, file, record, text FROM articles")
        articles = [StoredArticle(r[0], r[1], r[2], _to_record(r[3]), r[4]) for r in rows]
        return sorted(articles, key=lambda a: (a.id, LANGUAGES.index(a.language)))

    def list_passages(self, article_id: str) -> list[Passage]:
        """The passages of an article, version after version, in reading order. Raises
        NotFoundError.
        """
        rows = self._query(f"{_SELECT} WHERE article_id = ? ORDER BY row", article_id)
        if not rows:
            raise NotFoundError(f"no article {article_id!r}; GET /v1/articles lists the ids")
        return [_from_row(row) for row in rows]

    def count_passages(self, article_id: str) -> dict[Language, int]:
        """How many passages an article has in each language; languages without one are left out."""
        sql = "SELECT language, COUNT(*) FROM passages WHERE article_id = ? GROUP BY language"
        return dict(self._query(sql, article_id))

    def count_sections(self) -> dict[str, int]:
        """How many sections each article has: those of the version that has the most.

        A paragraph's own heading is not counted; articles without sections are left out.
        """
        return dict(self._sections)

    def _read_sections(self) -> dict[str, int]:
        names = self._query(
            "SELECT DISTINCT article_id, version, section FROM passages WHERE section != ''"
        )
        # "Heading › Run-in" is a paragraph with a heading of its own inside its section.
        sections = {(article, version, name.split(RUN_IN)[0]) for article, version, name in names}
        counts: dict[str, int] = {}
        for (article, _), n in Counter((a, version) for a, version, _ in sections).items():
            counts[article] = max(n, counts.get(article, 0))
        return counts

    def _find_row(self, passage_id: str) -> tuple[Any, ...]:
        rows = self._query(f"{_SELECT} WHERE id = ?", passage_id)
        if not rows:
            raise NotFoundError(
                f"no passage {passage_id!r}; search again, its text may have changed"
            )
        return rows[0]

    def _query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def _read_columns(self) -> Columns:
        rows = self._query(
            "SELECT language, article_id, sibling_key, id FROM passages ORDER BY row"
        )
        article_ids = tuple(sorted({row[1] for row in rows}))
        article_numbers = {article_id: number for number, article_id in enumerate(article_ids)}
        groups: dict[str, int] = {}
        siblings = [
            groups.setdefault(key, row) if key else row for row, (_, _, key, _) in enumerate(rows)
        ]
        return Columns(
            np.array([LANGUAGES.index(row[0]) for row in rows], dtype=np.int8),
            np.array([article_numbers[row[1]] for row in rows], dtype=np.int32),
            article_ids,
            np.array(siblings, dtype=np.int64),
            tuple(row[3] for row in rows),
        )


def _to_row(row: int, passage: Passage) -> tuple[object, ...]:
    sentences = json.dumps([[s.start, s.end, int(s.quotable)] for s in passage.sentences])
    return (
        row,
        passage.id,
        passage.article_id,
        passage.version,
        passage.language,
        passage.section,
        passage.start,
        passage.end,
        passage.page,
        passage.sibling_key,
        sentences,
        passage.text,
    )


def _from_row(row: tuple[Any, ...]) -> Passage:
    (
        _,
        passage_id,
        article_id,
        version,
        language,
        section,
        start,
        end,
        page,
        sibling_key,
        sentences,
        text,
    ) = row
    spans = tuple(Sentence(s, e, bool(q)) for s, e, q in json.loads(sentences))
    return Passage(
        passage_id,
        article_id,
        version,
        language,
        text,
        start,
        end,
        section,
        page,
        spans,
        sibling_key,
    )


def _to_record(text: str) -> Record:
    fields = json.loads(text)
    return Record(**{**fields, "authors": tuple(fields["authors"])})
