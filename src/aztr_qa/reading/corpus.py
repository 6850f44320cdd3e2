"""Folders become a corpus: every readable article, and what could not be read with the reason."""

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from aztr_qa.errors import ArticleError, CorpusError
from aztr_qa.language import LanguageGuesser
from aztr_qa.reading.markdown import read_front_matter, read_markdown
from aztr_qa.reading.plain import read_plain
from aztr_qa.reading.sources import Sources, read_sources
from aztr_qa.records import Article, Record
from aztr_qa.text import fold

SUFFIXES = (".md", ".txt")
MAX_FILE_BYTES = 20_000_000
# Files about a folder, not articles in it.
_ABOUT = {"readme", "coverage", "changelog", "license", "licence", "contributing"}


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that was left out, and why, in one line with what to do."""

    path: Path
    message: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """The articles in the order of their ids and languages; problems in the order of the paths."""

    articles: tuple[Article, ...]
    problems: tuple[Problem, ...]


def find_files(folders: Sequence[Path], problems: list[Problem] | None = None) -> list[Path]:
    """The article files below the folders, sorted, each once.

    Hidden ones, files about the folder and links that lead out of it are left out; a subfolder that
    cannot be read becomes a problem. Raises CorpusError for a folder that is missing or is no
    folder.
    """
    files: dict[Path, Path] = {}

    def report(error: OSError) -> None:
        message = f"{error.filename}: cannot be read ({error.strerror}); change its permissions"
        if problems is not None:
            problems.append(Problem(Path(str(error.filename)), message))

    for folder in folders:
        if not folder.is_dir():
            raise CorpusError(f"{folder}: no such folder; give an existing one with --corpus DIR")
        root = folder.resolve()
        for parent, names, found in os.walk(folder, onerror=report):
            names[:] = sorted(name for name in names if not name.startswith("."))
            for path in (Path(parent) / name for name in sorted(found)):
                if _is_article_file(path, root):
                    files.setdefault(path.resolve(), path)
    return list(files.values())


def read_corpus(folders: Sequence[Path], guesser: LanguageGuesser) -> Corpus:
    """Every article below the folders; a file that cannot be read becomes a problem, the rest go
    on.

    Raises CorpusError when a folder is missing, or no file at all can be read.
    """
    articles: dict[tuple[str, str], Article] = {}
    problems: list[Problem] = []
    files = find_files(folders, problems)
    for path in files:
        try:
            article = read_file(path, folders, guesser)
        except ArticleError as error:
            problems.append(Problem(path, str(error)))
            continue
        except OSError as error:
            message = f"{path.name}: cannot be read ({error.strerror}); change its permissions"
            problems.append(Problem(path, message))
            continue
        key = (article.id, article.language)
        if key in articles:
            message = f"{path.name}: article {key[0]!r} in {key[1]!r} was read already; rename it"
            problems.append(Problem(path, message))
            continue
        articles[key] = article
    if not articles:
        names = ", ".join(str(folder) for folder in folders)
        found = (
            f"; none of its {len(files)} files could be read: {problems[0].message}"
            if problems
            else ""
        )
        raise CorpusError(f"{names}: no article ({' or '.join(SUFFIXES)} file) in it{found}")
    ordered = tuple(articles[key] for key in sorted(articles))
    return Corpus(ordered, tuple(problems))


def _is_article_file(path: Path, root: Path) -> bool:
    if path.suffix.lower() not in SUFFIXES or path.name.startswith(".") or is_about(path):
        return False
    try:
        return path.is_file() and path.resolve().is_relative_to(root)
    except PermissionError:
        return True  # reading it will say so


def is_about(path: Path) -> bool:
    """Whether a file is about its folder (README and the like), so that it is no article."""
    return path.stem.lower() in _ABOUT


def make_article_id(path: Path) -> str:
    """The id of an article without one of its own: its file's name in letters, digits, - and _.

    A name that has other characters gets a few digits of its hash, so that no two names meet.
    """
    if re.fullmatch(r"[A-Za-z0-9_-]+", path.stem):
        return path.stem
    plain = re.sub(r"[^a-z0-9_-]+", "-", fold(path.stem)).strip("-") or "article"
    return f"{plain}-{hashlib.sha256(os.fsencode(path.stem)).hexdigest()[:6]}"


def read_file(
    path: Path,
    folders: Sequence[Path],
    guesser: LanguageGuesser,
    *,
    beside: Path | None = None,
) -> Article:
    """The article in one file, with its record from the TOML files beside it or above it in the
    folders.

    beside: another folder whose TOML files count, as if the file lay there. Raises ArticleError
    when it cannot be read, CorpusError for a TOML file that is none.
    """
    if not _is_printable(path.name):
        raise ArticleError(f"{path.name!r}: the file's name is not UTF-8; rename the file")
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        raise ArticleError(
            f"{path.name}: {size:,} bytes, at most {MAX_FILE_BYTES:,}; split the file"
        )
    article_id = make_article_id(path)
    sources = list(_sources_for(path, folders))
    if beside is not None:
        sources.append(read_sources(beside))
    if path.suffix.lower() == ".txt":
        record = next((s.by_file[path.name] for s in sources if path.name in s.by_file), None)
        return read_plain(path, guesser, article_id=article_id, record=record)
    matter, _ = read_front_matter(path)
    record = _record_for(matter.get("source"), path, sources)
    if record is not None and matter.get("title"):
        record = replace(record, title=str(matter["title"]))
    return read_markdown(path, guesser, article_id=article_id, record=record)


def _is_printable(name: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in name)


def _record_for(source: object, path: Path, sources: list[Sources]) -> Record | None:
    if source is None:
        return next((s.by_file[path.name] for s in sources if path.name in s.by_file), None)
    for known in sources:
        if str(source) in known.by_key:
            return known.by_key[str(source)]
    raise ArticleError(
        f"{path.name}: source {str(source)!r} is not in sources.toml; add its record there"
    )


def _sources_for(path: Path, folders: Sequence[Path]) -> Iterator[Sources]:
    """The records beside the file and in the folders above it, up to the corpus folder."""
    roots = {folder.resolve() for folder in folders}
    for folder in path.resolve().parents:
        yield read_sources(folder)
        if folder in roots:
            return
