"""Adding files to a corpus: read first, kept only when they can be read, never over another
file.
"""

import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from aztr_qa.embed import SHIPPED_MODEL
from aztr_qa.errors import AztrQaError
from aztr_qa.language import LanguageGuesser
from aztr_qa.passages import split_article
from aztr_qa.reading.corpus import SUFFIXES, is_about, read_file


@dataclass(frozen=True, slots=True)
class Added:
    """How one file was read; `kept` is False when it was left out, for the reason in `message`."""

    file: str
    kept: bool
    message: str = ""
    language: str = ""
    n_sections: int = 0
    n_passages: int = 0
    n_words: int = 0
    n_footnotes: int = 0
    n_references: int = 0

    def to_dict(self) -> dict[str, Any]:
        """The fields, for JSON."""
        return asdict(self)


def add_files(files: Sequence[Path], corpus: Path) -> list[Added]:
    """Read each file, copy it into the corpus folder, and say how it went; one bad file stops no
    other.
    """
    corpus.mkdir(parents=True, exist_ok=True)
    guesser = LanguageGuesser.load(SHIPPED_MODEL)
    return [_add_file(path, corpus, guesser) for path in files]


def _add_file(path: Path, corpus: Path, guesser: LanguageGuesser) -> Added:
    target = corpus / path.name
    if not path.is_file():
        return Added(str(path), False, f"{path}: no such file")
    if path.suffix.lower() not in SUFFIXES:
        return Added(
            str(path),
            False,
            f"{path.name}: a {path.suffix or 'nameless'} file; use {' or '.join(SUFFIXES)}",
        )
    if is_about(path):
        return Added(str(path), False, f"{path.name}: a file about a folder, no article; rename it")
    same = target.exists() and target.read_bytes() == path.read_bytes()
    if target.exists() and not same:
        return Added(
            str(path),
            False,
            f"{path.name}: another file of this name is in {corpus}; rename one of the two",
        )
    try:
        article = read_file(path, [path.parent], guesser, beside=corpus)
    except AztrQaError as error:
        return Added(str(path), False, str(error))
    if not same:
        shutil.copyfile(path, target)
    kinds = [block.kind for block in article.blocks]
    passages = split_article(article)
    return Added(
        file=str(target),
        kept=True,
        language=article.language,
        n_sections=len({block.section for block in article.blocks if block.section}),
        n_passages=len(passages),
        n_words=sum(len(passage.text.split()) for passage in passages),
        n_footnotes=kinds.count("footnote"),
        n_references=kinds.count("reference"),
    )
