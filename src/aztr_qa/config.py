"""All settings, in one frozen record; the environment is read here and nowhere else."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aztr_qa.errors import ConfigError

_BASE_URL = re.compile(
    r"https?://(?:[\w-]+(?:\.[\w-]+)*|\[[0-9a-f:]+\])(?::(?P<port>\d{1,5}))?(?:/[\w./~-]*)?",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class GeneratorSettings:
    """Which server and model to ask, and how much; raises ConfigError for what cannot be used.

    timeout_seconds: for the whole answer, a second try included; max_prompt_tokens: for the
    passages, estimated.
    """

    base_url: str
    model: str
    api_key: str | None = field(default=None, repr=False)
    timeout_seconds: float = 20.0
    max_tokens: int = 400
    max_prompt_tokens: int = 2_400

    def __post_init__(self) -> None:
        if not _is_server(self.base_url):
            # Not shown: it may hold a password.
            raise ConfigError(
                "the generator's base_url is not the address of a server; "
                "give one like http://127.0.0.1:11434/v1, without name or password"
            )
        if not self.model:
            raise ConfigError("the generator's model is empty; name one that the server has")
        if self.api_key and not (self.api_key.isascii() and self.api_key.isprintable()):
            raise ConfigError("the generator's api_key holds letters that no key has; copy it anew")
        if min(self.timeout_seconds, self.max_tokens, self.max_prompt_tokens) <= 0:
            raise ConfigError("the generator's timeout and token limits must be above 0")


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

    # written answers; None: quotes only
    generator: GeneratorSettings | None = None

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
            generator=_read_generator(environ),
        )


def _read_number(environ: Mapping[str, str], key: str, default: int, *, low: int, high: int) -> int:
    value = environ.get(key)
    if not value:
        return default
    if not value.isdecimal() or not low <= int(value) <= high:
        raise ConfigError(f"{key}={value!r}: set it to a whole number from {low} to {high}")
    return int(value)


def _read_generator(environ: Mapping[str, str]) -> GeneratorSettings | None:
    """The server to ask for written answers; None without AZTR_QA_LLM_BASE_URL."""
    base_url, model, key = (
        environ.get(f"AZTR_QA_LLM_{n}") for n in ("BASE_URL", "MODEL", "API_KEY")
    )
    if not base_url:
        if model or key:
            raise ConfigError("AZTR_QA_LLM_MODEL or _API_KEY is set without AZTR_QA_LLM_BASE_URL")
        return None
    timeout = _read_number(environ, "AZTR_QA_LLM_TIMEOUT_SECONDS", 20, low=1, high=600)
    tokens = _read_number(environ, "AZTR_QA_LLM_MAX_TOKENS", 400, low=50, high=10_000)
    shown = _read_number(environ, "AZTR_QA_LLM_MAX_PROMPT_TOKENS", 2_400, low=200, high=1_000_000)
    try:
        return GeneratorSettings(
            base_url, model or "", (key or "").strip() or None, timeout, tokens, shown
        )
    except ConfigError as error:
        raise ConfigError(f"AZTR_QA_LLM_BASE_URL, _MODEL, _API_KEY: {error}") from error


def _is_server(url: str) -> bool:
    match = _BASE_URL.fullmatch(url)
    return match is not None and int(match["port"] or 0) < 2**16
