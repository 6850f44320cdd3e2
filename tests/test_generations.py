"""Building and publishing: an index that serves is never lost, and a wrong one never answers."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from aztr_qa import building, generations
from aztr_qa.building import build_index
from aztr_qa.config import Config
from aztr_qa.embed import StaticEmbedder
from aztr_qa.errors import CorpusError, IndexMismatchError, IndexMissingError
from aztr_qa.service import Service
from tests.conftest import write_small_corpus


@pytest.fixture
def config(tmp_path: Path) -> Config:
    corpus = write_small_corpus(tmp_path / "corpus")
    return replace(Config(), corpus_dirs=(corpus,), index_dir=tmp_path / "index")


def _live(config: Config) -> str:
    return generations.read_current(config.index_dir)


def test_second_build_with_nothing_changed_does_nothing(
    config: Config, embedder: StaticEmbedder
) -> None:
    first = build_index(config, embedder)
    stamp = (
        (generations.generation_dir(config.index_dir, first.generation) / "manifest.json")
        .stat()
        .st_mtime_ns
    )
    second = build_index(config, embedder)
    assert (first.built, second.built) == (True, False)
    assert first.generation == second.generation
    assert first.counts == {"az": 3, "tr": 3, "en": 3, "total": 9, "articles": 1, "windows": 9}
    folder = generations.generation_dir(config.index_dir, first.generation)
    assert (folder / "manifest.json").stat().st_mtime_ns == stamp


def test_changed_file_and_changed_setting_make_a_new_generation(
    config: Config, embedder: StaticEmbedder
) -> None:
    first = build_index(config, embedder)
    path = config.corpus_dirs[0] / "kicik" / "az.md"
    path.write_text(path.read_text(encoding="utf-8").replace("350", "360"), encoding="utf-8")
    assert building.is_stale(config, embedder)
    second = build_index(config, embedder)
    third = build_index(replace(config, passage_words=50), embedder)
    assert len({first.generation, second.generation, third.generation}) == 3
    assert _live(config) == third.generation


def test_index_of_another_model_is_refused_with_the_command(
    config: Config, embedder: StaticEmbedder
) -> None:
    build_index(config, embedder)
    other = StaticEmbedder(
        embedder._tokenizer, embedder._vectors, name="other", fingerprint="0" * 16
    )
    with pytest.raises(
        IndexMismatchError,
        match=r"made by model aztr-qa-static .* this is other .*run: aztr-qa index",
    ):
        Service.open(config, embedder=other)


@pytest.mark.parametrize(
    "name", ["passages.faiss", "passages.sqlite", "terms.safetensors", "lexical/vocab.index.json"]
)
def test_damaged_file_is_found_and_repaired_by_the_next_build(
    name: str, config: Config, embedder: StaticEmbedder
) -> None:
    report = build_index(config, embedder)
    path = generations.generation_dir(config.index_dir, report.generation) / name
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    with pytest.raises(IndexMismatchError, match="missing or damaged; run: aztr-qa index"):
        Service.open(config, embedder=embedder)
    with pytest.raises(IndexMismatchError):
        building.is_stale(config, embedder)  # so that `serve` builds anew
    assert build_index(config, embedder).built
    Service.open(config, embedder=embedder).close()


def test_newer_format_and_missing_index_say_what_to_run(
    config: Config, embedder: StaticEmbedder
) -> None:
    with pytest.raises(IndexMissingError, match="no index yet; run: aztr-qa index --index"):
        Service.open(config, embedder=embedder)
    report = build_index(config, embedder)
    path = generations.generation_dir(config.index_dir, report.generation) / "manifest.json"
    fields = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**fields, "format_version": 99}), encoding="utf-8")
    with pytest.raises(IndexMismatchError, match="index format 99, expected 2; run: aztr-qa index"):
        Service.open(config, embedder=embedder)
    (config.index_dir / "CURRENT").write_text("../../etc\n", encoding="utf-8")
    with pytest.raises(IndexMissingError, match="names no generation"):
        Service.open(config, embedder=embedder)
    (config.index_dir / "CURRENT").write_bytes(b"\xff")
    with pytest.raises(IndexMissingError, match="cannot be read; run: aztr-qa index --index"):
        Service.open(config, embedder=embedder)


def test_failed_build_leaves_the_old_generation(
    config: Config, embedder: StaticEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = build_index(config, embedder).generation
    empty = config.index_dir.parent / "empty"
    empty.mkdir()
    with pytest.raises(CorpusError, match="no article"):
        build_index(replace(config, corpus_dirs=(empty,)), embedder)

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(building, "_check_against_brute_force", fail)
    with pytest.raises(OSError, match="disk full"):
        build_index(config, embedder, force=True)
    assert _live(config) == live
    assert [path.name for path in (config.index_dir / "generations").iterdir()] == [live]
    Service.open(config, embedder=embedder).close()


def test_old_generations_are_cleared_but_one(config: Config, embedder: StaticEmbedder) -> None:
    made = [
        build_index(replace(config, passage_words=words), embedder).generation
        for words in (40, 50, 60, 70)
    ]
    left = {path.name for path in (config.index_dir / "generations").iterdir()}
    assert left == set(made[-2:])


@pytest.mark.slow
def test_build_killed_at_any_moment_leaves_an_index_that_serves(
    config: Config, embedder: StaticEmbedder
) -> None:
    inputs = build_index(config, embedder).generation
    command = [sys.executable, "-m", "aztr_qa", "index", "--force"]
    command += ["--corpus", str(config.corpus_dirs[0]), "--index", str(config.index_dir)]
    for delay in (0.4, 0.6, 0.7, 0.8, 0.9):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        service = Service.open(config, embedder=embedder)
        assert service.manifest.inputs == inputs
        hits = service.search(service.read_question("Şuşa Bəyannaməsi"), k=1)
        assert "2021" in hits[0].passage.text
        service.close()
    assert build_index(config, embedder, force=True).built
    left = list((config.index_dir / "generations").iterdir())
    assert not [path for path in left if path.name.startswith(".")]


@pytest.mark.slow
def test_two_builds_at_once_both_succeed(config: Config, embedder: StaticEmbedder) -> None:
    command = [sys.executable, "-m", "aztr_qa", "index", "--corpus", str(config.corpus_dirs[0])]
    both = [
        subprocess.Popen(
            [*command, "--index", str(config.index_dir)], env={**os.environ}, stdout=subprocess.PIPE
        )
        for _ in range(2)
    ]
    outputs = [process.communicate()[0].decode() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted("nothing has changed" in output for output in outputs) == [False, True]
    Service.open(config, embedder=embedder).close()


def test_forced_build_never_touches_the_live_folder(
    config: Config, embedder: StaticEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = build_index(config, embedder).generation
    for step in ("stage_generation", "publish"):
        with monkeypatch.context() as patch:
            patch.setattr(building, step, _interrupt)
            with pytest.raises(KeyboardInterrupt):
                build_index(config, embedder, force=True)
        assert _live(config) == live
        Service.open(config, embedder=embedder).close()
    with monkeypatch.context() as patch:
        patch.setattr(generations, "point_to", _interrupt)  # after the new folder is in its place
        with pytest.raises(KeyboardInterrupt):
            build_index(config, embedder, force=True)
    assert _live(config) == live
    forced = build_index(config, embedder, force=True).generation
    assert forced != live
    assert _live(config) == forced
    assert not build_index(config, embedder).built


def _interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_files_that_could_not_be_read_are_named_again(
    config: Config, embedder: StaticEmbedder
) -> None:
    (config.corpus_dirs[0] / "pis.txt").write_bytes(b"\0")
    (config.corpus_dirs[0] / "sources.toml").symlink_to("nowhere")
    (config.corpus_dirs[0] / "articles.toml").mkdir()
    first, second = build_index(config, embedder), build_index(config, embedder)
    assert (first.built, second.built) == (True, False)
    assert first.left_out == second.left_out
    assert "NUL" in next(iter(first.left_out.values()))


def test_index_with_other_word_vectors_is_refused(config: Config, embedder: StaticEmbedder) -> None:
    report = build_index(config, embedder)
    path = generations.generation_dir(config.index_dir, report.generation) / "manifest.json"
    fields = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**fields, "word_model_fingerprint": "0"}), encoding="utf-8")
    with pytest.raises(IndexMismatchError, match=r"other word vectors .* run: aztr-qa index"):
        Service.open(config, embedder=embedder)
