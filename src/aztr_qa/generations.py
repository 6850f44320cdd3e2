"""Immutable generations on disk: built beside the live one, checked, then published in one step.

index/
  CURRENT                        the id of the live generation
  generations/<id>/manifest.json what it was made of, and the sha256 of each file
  generations/<id>/...           vectors, lexical arrays, terms, passages.sqlite
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from aztr_qa.errors import ConfigError, IndexMismatchError, IndexMissingError

FORMAT_VERSION = 2
KEPT_GENERATIONS = 2  # the live one and the one before it, for a server that still reads it


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation is made of; `counts` has passages per language, articles, windows and
    words.
    """

    format_version: int
    id: str
    inputs: str  # hash of the corpus files, the settings and the code that reads them
    model_name: str
    model_fingerprint: str
    word_model_fingerprint: str  # of the static model whose words are matched
    dim: int
    settings: dict[str, Any]
    counts: dict[str, int]
    corpus: tuple[str, ...]
    built_at: str
    left_out: dict[str, str]  # files that could not be read -> why
    files: dict[str, str]  # path inside the generation -> sha256


def read_current(index_dir: Path) -> str:
    """The id of the live generation. Raises IndexMissingError when there is none."""
    path = index_dir / "CURRENT"
    rebuild = rebuild_hint(index_dir)
    try:
        current = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise IndexMissingError(f"{index_dir}: no index yet; {rebuild}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise IndexMissingError(f"{path}: cannot be read; {rebuild}") from error
    if not current.replace("-", "").isalnum() or not generation_dir(index_dir, current).is_dir():
        raise IndexMissingError(f"{path}: names no generation that is there; {rebuild}")
    return current


def list_generations(index_dir: Path) -> list[Path]:
    """The folders of the published generations, newest first."""
    root = index_dir / "generations"
    folders = [path for path in root.glob("*") if path.is_dir() and not path.name.startswith(".")]
    return sorted(folders, key=lambda path: path.stat().st_mtime, reverse=True)


def choose_id(index_dir: Path, inputs: str) -> str:
    """An id that no generation has: a published folder is never written to again."""
    taken = {path.name for path in list_generations(index_dir)}
    number = 1
    while (generation := inputs if number == 1 else f"{inputs}-{number}") in taken:
        number += 1
    return generation


def generation_dir(index_dir: Path, generation: str) -> Path:
    """The folder of a generation."""
    return index_dir / "generations" / generation


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a generation folder. Raises IndexMismatchError when it is damaged or
    newer.
    """
    try:
        fields = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        version = fields["format_version"]
        if version != FORMAT_VERSION:
            raise IndexMismatchError(
                f"{folder.name}: index format {version}, expected {FORMAT_VERSION}; {_hint(folder)}"
            )
        return Manifest(**{**fields, "corpus": tuple(fields["corpus"])})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexMismatchError(
            f"{folder.name}: its manifest cannot be read; {_hint(folder)}"
        ) from error


def rebuild_hint(index_dir: Path) -> str:
    """The command that makes the index anew."""
    return f"run: aztr-qa index --index {index_dir}"


def check_files(folder: Path, manifest: Manifest) -> None:
    """Raises IndexMismatchError when a file is missing or is not what the manifest says."""
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.is_file() or hash_file(path) != expected:
            raise IndexMismatchError(f"{folder.name}/{name}: missing or damaged; {_hint(folder)}")


@contextmanager
def lock_builds(index_dir: Path) -> Iterator[None]:
    """Only one build at a time writes here; a second one waits for the first.

    Raises ConfigError when the folder cannot be written.
    """
    try:
        index_dir.mkdir(parents=True, exist_ok=True)
        (index_dir / ".lock").touch()
    except OSError as error:
        raise ConfigError(
            f"{index_dir}: cannot be written ({error.strerror}); choose another with --index DIR"
        ) from error
    with (index_dir / ".lock").open("w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def stage_generation(index_dir: Path, generation: str) -> Iterator[Path]:
    """An empty folder to build in; it vanishes when the build fails."""
    folder = index_dir / "generations" / f".building-{generation}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(index_dir: Path, staged: Path, manifest: Manifest) -> None:
    """Make the staged folder a generation, then the live one; a kill at any moment leaves an index
    that serves.
    """
    text = json.dumps(asdict(manifest), indent=2, ensure_ascii=False) + "\n"
    (staged / "manifest.json").write_text(text, encoding="utf-8")
    for path in (*staged.rglob("*"), staged):
        _sync(path)
    final = generation_dir(index_dir, manifest.id)
    staged.rename(final)
    _sync(final.parent)
    point_to(index_dir, manifest.id)


def point_to(index_dir: Path, generation: str) -> None:
    """Name the live generation, atomically, and clear away what no one needs any more."""
    fresh = index_dir / "CURRENT.new"
    fresh.write_text(f"{generation}\n", encoding="utf-8")
    _sync(fresh)
    fresh.replace(index_dir / "CURRENT")
    _sync(index_dir)
    _clear_old(index_dir, generation)


def hash_file(path: Path) -> str:
    """The sha256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_files(folder: Path) -> dict[str, str]:
    """The sha256 of every file below a folder, by its path inside it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hash_file(path) for path in files}


def _hint(folder: Path) -> str:
    return rebuild_hint(folder.parent.parent)


def _clear_old(index_dir: Path, current: str) -> None:
    unfinished = list((index_dir / "generations").glob(".*"))
    others = [path for path in list_generations(index_dir) if path.name != current]
    for path in unfinished + others[KEPT_GENERATIONS - 1 :]:
        shutil.rmtree(path, ignore_errors=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
