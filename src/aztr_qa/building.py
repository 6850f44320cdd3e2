"""A corpus becomes a generation: read, split, embed, index, check, publish."""

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from aztr_qa import lexical
from aztr_qa.config import Config
from aztr_qa.embed import (
    SHIPPED_MODEL,
    Embedder,
    FloatMatrix,
    StaticEmbedder,
    fingerprint_files,
)
from aztr_qa.errors import IndexMismatchError
from aztr_qa.generations import (
    FORMAT_VERSION,
    Manifest,
    check_files,
    choose_id,
    generation_dir,
    hash_file,
    hash_files,
    list_generations,
    lock_builds,
    point_to,
    publish,
    read_current,
    read_manifest,
    stage_generation,
)
from aztr_qa.index import VectorIndex
from aztr_qa.language import LanguageGuesser
from aztr_qa.passages import split_article
from aztr_qa.reading import read_corpus
from aztr_qa.reading.corpus import find_files
from aztr_qa.reading.sources import RECORD_FILES
from aztr_qa.records import LANGUAGES, Article, Passage
from aztr_qa.store import write_store
from aztr_qa.terms import TermIndex

Progress = Callable[[str, int, int], None]  # (stage, done, total)
_BATCH = 256
_WINDOW_SENTENCES = 2
# The code that decides what the passages are: an index made by other code is stale.
_CODE = (
    "reading",
    "text.py",
    "sentences.py",
    "passages.py",
    "terms.py",
    "words.py",
    "lexical.py",
    "building.py",
)


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did: `built` is False when nothing had changed."""

    generation: str
    built: bool
    counts: dict[str, int]
    left_out: dict[str, str]  # path -> why it could not be read


def hash_inputs(config: Config, fingerprint: str) -> str:
    """16 hex digits that change with the corpus files, the settings, the models and the
    reading code.
    """
    digest = hashlib.sha256()
    package = Path(__file__).parent
    code = [path for name in _CODE for path in [package / name, *(package / name).glob("*.py")]]
    for path in sorted(path for path in code if path.is_file()):
        digest.update(hash_file(path).encode())
    records = [
        path
        for folder in config.corpus_dirs
        for name in RECORD_FILES
        for path in sorted(folder.rglob(name))
        if path.is_file()
    ]
    for path in [*find_files(config.corpus_dirs), *records]:
        digest.update(os.fsencode(path.name) + f"\0{_hash_if_readable(path)}\0".encode())
    guesser = hash_file(SHIPPED_MODEL / "language.safetensors")
    parts = [FORMAT_VERSION, fingerprint, fingerprint_files(SHIPPED_MODEL), guesser]
    digest.update(json.dumps([*parts, _settings(config)]).encode())
    return digest.hexdigest()[:16]


def _hash_if_readable(path: Path) -> str:
    """The file's hash; a file that cannot be read is reported when the corpus is read, not here."""
    try:
        return hash_file(path)
    except OSError:
        return "unreadable"


def is_stale(config: Config, embedder: Embedder) -> bool:
    """Whether the live generation was made of something else.

    Raises IndexMissingError without one, IndexMismatchError when it is damaged or newer.
    """
    folder = generation_dir(config.index_dir, read_current(config.index_dir))
    manifest = read_manifest(folder)
    check_files(folder, manifest)
    return manifest.inputs != hash_inputs(config, embedder.fingerprint)


def build_index(
    config: Config, embedder: Embedder, *, force: bool = False, progress: Progress | None = None
) -> BuildReport:
    """Build and publish a generation, or find that the live one is already what it would be.

    Raises CorpusError before anything is written when there is nothing to index; the old generation
    lives on.
    """
    report = progress or (lambda stage, done, total: None)
    with lock_builds(config.index_dir):
        inputs = hash_inputs(config, embedder.fingerprint)
        if not force and (unchanged := _find_unchanged(config.index_dir, inputs)):
            return BuildReport(unchanged.id, False, unchanged.counts, unchanged.left_out)
        report("read", 0, 1)
        corpus = read_corpus(config.corpus_dirs, LanguageGuesser.load(SHIPPED_MODEL))
        report("read", 1, 1)
        generation = choose_id(config.index_dir, inputs)
        with stage_generation(config.index_dir, generation) as staged:
            counts = _write_parts(staged, corpus.articles, config, embedder, report)
            manifest = Manifest(
                format_version=FORMAT_VERSION,
                id=generation,
                inputs=inputs,
                model_name=embedder.name,
                model_fingerprint=embedder.fingerprint,
                word_model_fingerprint=fingerprint_files(SHIPPED_MODEL),
                dim=embedder.dim,
                settings=_settings(config),
                counts=counts,
                corpus=tuple(str(folder.resolve()) for folder in config.corpus_dirs),
                built_at=datetime.now(UTC).isoformat(timespec="seconds"),
                left_out={str(problem.path): problem.message for problem in corpus.problems},
                files=hash_files(staged),
            )
            publish(config.index_dir, staged, manifest)
    return BuildReport(manifest.id, True, counts, manifest.left_out)


def _find_unchanged(index_dir: Path, inputs: str) -> Manifest | None:
    """The whole generation with these inputs, made live if it is not; None when there is none."""
    for folder in list_generations(index_dir):
        try:
            manifest = read_manifest(folder)
            if manifest.inputs != inputs:
                continue
            check_files(folder, manifest)
        except IndexMismatchError:
            continue
        point_to(index_dir, manifest.id)
        return manifest
    return None


def _settings(config: Config) -> dict[str, Any]:
    return {
        "passage_words": config.passage_words,
        "lexical": json.loads(lexical.describe_settings()),
    }


def _write_parts(
    staged: Path, articles: Sequence[Article], config: Config, embedder: Embedder, report: Progress
) -> dict[str, int]:
    passages: list[Passage] = []
    windows: list[list[str]] = []
    for number, article in enumerate(articles, start=1):
        own = split_article(article, max_words=config.passage_words)
        passages += own
        windows += [cut_windows(article, passage) for passage in own]
        report("split", number, len(articles))
    write_store(staged / "passages.sqlite", articles, passages)
    texts = [give_context(passage) for passage in passages]
    vectors = _embed(texts, embedder, "embed passages", report)
    flat_windows = [window for runs in windows for window in runs]
    window_vectors = _embed(flat_windows, embedder, "embed sentences", report)
    VectorIndex.build(vectors).save(staged / "passages.faiss")
    VectorIndex.build(window_vectors).save(staged / "windows.faiss")
    owners = np.repeat(np.arange(len(passages)), [len(runs) for runs in windows])
    save_file({"owners": owners.astype(np.int64)}, staged / "windows.safetensors")
    lexical.LexicalIndex.build(texts).save(staged / "lexical")
    called = {(article.id, article.language): article.record.name for article in articles}
    names = [called[passage.article_id, passage.version] for passage in passages]
    terms = TermIndex.build(texts, windows, names, StaticEmbedder.load(SHIPPED_MODEL))
    terms.save(staged)
    _check_against_brute_force(staged, vectors)
    report("index", 1, 1)
    counts: dict[str, int] = {
        language: sum(p.language == language for p in passages) for language in LANGUAGES
    }
    n_articles = len({article.id for article in articles})
    return {**counts, "total": len(passages), "articles": n_articles, "windows": len(flat_windows)}


def give_context(passage: Passage) -> str:
    """What is matched of a passage: its text under the heading it stands under."""
    return f"{passage.section}. {passage.text}" if passage.section else passage.text


def cut_windows(article: Article, passage: Passage) -> list[str]:
    """Every two neighbouring sentences of a passage; the only one where there is no second."""
    spans = [(sentence.start, sentence.end) for sentence in passage.sentences]
    last = max(1, len(spans) - _WINDOW_SENTENCES + 1)
    return [
        article.text[spans[i][0] : spans[min(i + _WINDOW_SENTENCES, len(spans)) - 1][1]]
        for i in range(last)
    ]


def _embed(texts: list[str], embedder: Embedder, stage: str, report: Progress) -> FloatMatrix:
    rows = []
    for start in range(0, len(texts), _BATCH):
        rows.append(embedder.embed_passages(texts[start : start + _BATCH]))
        report(stage, min(start + _BATCH, len(texts)), len(texts))
    return np.concatenate(rows)


def _check_against_brute_force(staged: Path, vectors: FloatMatrix) -> None:
    """What was written finds what a plain product finds, before anyone can ask it."""
    index = VectorIndex.load(staged / "passages.faiss")
    probes = vectors[:: max(1, len(vectors) // 8)][:8]
    similarities, _ = index.search(probes, k=3)
    expected = -np.sort(-(probes @ vectors.T), axis=1)[:, :3]
    if not np.allclose(similarities, expected, atol=1e-4):
        raise IndexMismatchError(
            "the new index does not find what it should; nothing was published, please report it"
        )


def load_owners(folder: Path) -> NDArray[np.int64]:
    """(n_windows,): the passage number of each window, ascending."""
    owners: NDArray[np.int64] = load_file(folder / "windows.safetensors")["owners"]
    return owners
