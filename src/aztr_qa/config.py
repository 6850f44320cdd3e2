"""All settings, in one frozen record; the environment is read here and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aztr_qa.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Config:
    """What a run needs to know; vary it with `dataclasses.replace`."""

    # where things are
    corpus_dirs: tuple[Path, ...] = (Path("corpus"),)
    index_dir: Path = Path("index")
    model: str | None = None  # None: the shipped model; else a sentence-transformers name or folder
    # serving
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    # limits
    max_question_chars: int = 2_000
    max_k: int = 100
    max_body_bytes: int = 64_000
    # retrieval
    k: int = 10
    passage_words: int = 120
    n_candidates: int = (
        400  # soft term matching looks at no more passages than this in a large index
    )

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Config":
        """The settings with AZTR_QA_* variables applied. Raises ConfigError naming the variable and
        its value.
        """
        corpus = environ.get("AZTR_QA_CORPUS")
        return cls(
            corpus_dirs=tuple(Path(part) for part in corpus.split(":") if part)
            if corpus
            else cls().corpus_dirs,
            index_dir=Path(environ.get("AZTR_QA_INDEX") or cls().index_dir),
            model=environ.get("AZTR_QA_MODEL") or None,
            host=environ.get("AZTR_QA_HOST") or cls().host,
            port=_read_number(environ, "AZTR_QA_PORT", cls().port, low=0, high=65_535),
            max_question_chars=_read_number(
                environ, "AZTR_QA_MAX_QUESTION_CHARS", cls().max_question_chars, low=1, high=100_000
            ),
        )


def _read_number(environ: Mapping[str, str], key: str, default: int, *, low: int, high: int) -> int:
    value = environ.get(key)
    if not value:
        return default
    if not value.isdecimal() or not low <= int(value) <= high:
        raise ConfigError(f"{key}={value!r}: set it to a whole number from {low} to {high}")
    return int(value)
