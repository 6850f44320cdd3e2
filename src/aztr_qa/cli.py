"""The command line: results on stdout, progress and logs on stderr; exit 0, 1 (our error) or 2
(usage).
"""

import json
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aztr_qa import __version__
from aztr_qa.config import Config
from aztr_qa.errors import AztrQaError, IndexMismatchError, IndexMissingError

if TYPE_CHECKING:
    from aztr_qa.building import BuildReport
    from aztr_qa.embed import Embedder
    from aztr_qa.service import Service

# More threads than one make single searches slower; set before NumPy and FAISS are imported.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
# The questions on the digests that ship in corpus/.
_DEFAULT_GOLD = Path("eval/gold/digests.jsonl")

app = typer.Typer(
    name="aztr-qa",
    help="Cited answers about the Azerbaijan–Türkiye partnership, in az, tr and en.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class LanguageChoice(StrEnum):
    """The three languages."""

    AZ = "az"
    TR = "tr"
    EN = "en"


class ReferenceChoice(StrEnum):
    """The formats of references."""

    BIBTEX = "bibtex"
    RIS = "ris"
    CSL_JSON = "csl-json"
    APA = "apa"


CorpusOption = Annotated[
    list[Path] | None,
    typer.Option("--corpus", help="Folder with articles; may be given several times."),
]
IndexOption = Annotated[Path | None, typer.Option("--index", help="Folder of the index.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
LanguageOption = Annotated[
    LanguageChoice | None,
    typer.Option("--question-language", help="Don't guess the question's language."),
]
PassageLanguagesOption = Annotated[
    list[LanguageChoice] | None,
    typer.Option("--passage-language", help="Search only these languages."),
]
ArticlesOption = Annotated[
    list[str] | None, typer.Option("--article", help="Search only these articles.")
]

CiteOption = Annotated[
    ReferenceChoice | None,
    typer.Option("--cite", help="Print the references alone."),
]


def main() -> None:
    """Run a command; our errors end in one line on stderr and exit code 1."""
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        app()
    except AztrQaError as error:
        print(f"aztr-qa: {error}", file=sys.stderr)
        raise SystemExit(1) from None
    except BrokenPipeError:  # the reader of a pipe has seen enough
        sys.stderr.close()
        raise SystemExit(0) from None
    except (OSError, sqlite3.Error) as error:
        if isinstance(error, sqlite3.Error):
            print(
                f"aztr-qa: the index cannot be written ({error}); free some space", file=sys.stderr
            )
            raise SystemExit(1) from None
        where = f"{error.filename}: " if error.filename else ""
        print(f"aztr-qa: {where}{error.strerror or error}; check the path", file=sys.stderr)
        raise SystemExit(1) from None


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    if version:
        print(__version__)
        raise typer.Exit


@app.command()
def index(
    corpus: CorpusOption = None,
    index_dir: IndexOption = None,
    force: Annotated[
        bool, typer.Option("--force", help="Build even when nothing has changed.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Build and publish an index of the articles."""
    config = _configure(corpus, index_dir)
    report = _build(config, force=force)
    _print_build(report, as_json=as_json)


@app.command()
def serve(
    corpus: CorpusOption = None,
    index_dir: IndexOption = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65_535, help="Port to listen on.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Number of processes.")] = 1,
) -> None:
    """Start the service; builds the index first when it is missing or stale."""
    from aztr_qa.serving import open_socket, run_server

    config = _configure(corpus, index_dir)
    config = replace(
        config,
        host=host or config.host,
        port=config.port if port is None else port,
        workers=workers,
    )
    bound = open_socket(config)
    embedder = _load_embedder(config)
    if _is_missing_or_stale(config, embedder):
        _print_build(_build(config, embedder=embedder), as_json=False, file=sys.stderr)
    run_server(config, bound)


@app.command()
def search(
    question: str,
    k: Annotated[int, typer.Option("-k", help="How many passages.")] = 10,
    index_dir: IndexOption = None,
    language: LanguageOption = None,
    passage_language: PassageLanguagesOption = None,
    article: ArticlesOption = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show what matched and each signal.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Find the passages nearest to a question."""
    from aztr_qa import terminal, views
    from aztr_qa.wire import SearchRequest

    with _open_service(_configure(None, index_dir)) as service:
        request = SearchRequest(
            question=question,
            k=k,
            question_language=language.value if language else None,
            passage_languages=[each.value for each in passage_language]
            if passage_language
            else None,
            articles=article or None,
            explain=explain,
        )
        found = views.search(service, request)
    print(_to_json(found.model_dump(mode="json")) if as_json else terminal.format_hits(found))


@app.command()
def ask(
    question: str,
    k: Annotated[
        int, typer.Option("-k", help="How many passages to list with the answer (in --json).")
    ] = 10,
    index_dir: IndexOption = None,
    language: LanguageOption = None,
    answer_language: Annotated[
        LanguageChoice | None,
        typer.Option("--answer-language", help="Language of the answer's frame."),
    ] = None,
    passage_language: PassageLanguagesOption = None,
    article: ArticlesOption = None,
    cite: CiteOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question with cited quotes, or say that the sources don't say."""
    from aztr_qa import terminal, views
    from aztr_qa.wire import AnswerRequest

    with _open_service(_configure(None, index_dir)) as service:
        request = AnswerRequest(
            question=question,
            k=k,
            question_language=language.value if language else None,
            answer_language=answer_language.value if answer_language else None,
            passage_languages=[each.value for each in passage_language]
            if passage_language
            else None,
            articles=article or None,
        )
        answer = views.ask(service, request)
        if cite:
            if answer.refused:
                print(answer.text, file=sys.stderr)
            cited = [citation.passage_id for citation in answer.citations]
            print(views.cite_passages(service, cited, cite.value, language=answer.language), end="")
            return
    print(_to_json(answer.model_dump(mode="json")) if as_json else terminal.format_answer(answer))


@app.command("eval")
def evaluate(
    gold: Annotated[
        list[Path] | None,
        typer.Option(
            "--gold",
            help="Gold questions (JSON Lines), those on the shipped digests unless given; "
            "may be given several times.",
        ),
    ] = None,
    index_dir: IndexOption = None,
    corpus: CorpusOption = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the figures to this file.")
    ] = None,
    report_dir: Annotated[
        Path | None,
        typer.Option("--report", help="Write report.md and report.json into this folder."),
    ] = None,
    floors: Annotated[
        Path | None, typer.Option(help="Figures that must be reached; eval/floors.toml if there.")
    ] = None,
) -> None:
    """Measure retrieval, answers and refusals on gold questions; exit 1 below the floors."""
    from aztr_qa.evaluate import report
    from aztr_qa.evaluate.floors import check_floors, read_floors
    from aztr_qa.evaluate.gold import read_gold
    from aztr_qa.evaluate.judging import judge_questions

    # What is measured is our own: the quotes, not what a model writes over them.
    config = replace(_configure(corpus, index_dir), generator=None)
    questions = read_gold(gold or [_DEFAULT_GOLD])
    # The default floors belong to the default questions.
    bounds = {} if gold and floors is None else read_floors(floors)
    if report_dir:
        report_dir.mkdir(parents=True, exist_ok=True)
    if json_file:
        json_file.touch()  # a path that cannot be written is told before the work, not after it
    if corpus:
        _build(config)
    with _open_service(config) as service:
        outcomes = judge_questions(service, questions)
        figures = report.compute_figures(outcomes, service.manifest)
    lost = [o.gold.id for o in outcomes if o.gold.is_answerable and not o.ranking.n_evidence]
    if lost:
        print(f"no passage of the index holds the evidence of: {', '.join(lost)}", file=sys.stderr)
    print(report.format_figures(figures))
    if json_file:
        json_file.write_text(_to_json(figures) + "\n", encoding="utf-8")
    if report_dir:
        report.write_report(report_dir, figures, outcomes)
    failures = check_floors(figures, bounds)
    for failure in failures:
        print(f"below the floor: {failure}", file=sys.stderr)
    raise typer.Exit(1 if failures else 0)


@app.command()
def add(
    files: list[Path],
    corpus: Annotated[
        Path | None, typer.Option("--corpus", help="Folder that keeps the articles.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check and clean articles, report how well they were read, and keep them in the corpus."""
    from aztr_qa import terminal
    from aztr_qa.adding import add_files

    added = add_files(files, corpus or Config.from_env(os.environ).corpus_dirs[0])
    rows = [row.to_dict() for row in added]
    print(_to_json(rows) if as_json else terminal.format_added(added))
    raise typer.Exit(0 if all(row.kept for row in added) else 1)


@app.command()
def articles(
    index_dir: IndexOption = None, cite: CiteOption = None, as_json: JsonOption = False
) -> None:
    """List the articles of the index."""
    from aztr_qa import terminal, views

    with _open_service(_configure(None, index_dir)) as service:
        if cite:
            print(views.cite_articles(service, cite.value, language="en"), end="")
            return
        listed = views.list_articles(service, limit=10_000, offset=0)
    print(_to_json(listed.model_dump(mode="json")) if as_json else terminal.format_articles(listed))


@app.command("index-info")
def index_info(index_dir: IndexOption = None, as_json: JsonOption = False) -> None:
    """Show the live generation of the index."""
    from aztr_qa import terminal, views

    with _open_service(_configure(None, index_dir)) as service:
        shown = views.show_index(service)
    print(_to_json(shown.model_dump(mode="json")) if as_json else terminal.format_index(shown))


def _configure(corpus: list[Path] | None, index_dir: Path | None) -> Config:
    config = Config.from_env(os.environ)
    return replace(
        config,
        corpus_dirs=tuple(corpus) if corpus else config.corpus_dirs,
        index_dir=index_dir or config.index_dir,
    )


def _load_embedder(config: Config) -> "Embedder":
    from aztr_qa.embed import load_embedder

    return load_embedder(config.model)


def _is_missing_or_stale(config: Config, embedder: "Embedder") -> bool:
    from aztr_qa.building import is_stale

    try:
        return is_stale(config, embedder)
    except (IndexMissingError, IndexMismatchError):
        return True


def _build(
    config: Config, *, embedder: "Embedder | None" = None, force: bool = False
) -> "BuildReport":
    from aztr_qa.building import build_index
    from aztr_qa.terminal import show_progress

    with show_progress() as progress:
        return build_index(
            config, embedder or _load_embedder(config), force=force, progress=progress
        )


def _print_build(report: "BuildReport", *, as_json: bool, file: Any = None) -> None:
    for reason in report.left_out.values():
        print(f"left out: {reason}", file=sys.stderr)
    if as_json:
        content = {
            "generation": report.generation,
            "built": report.built,
            "counts": report.counts,
            "left_out": [{"file": f, "reason": why} for f, why in report.left_out.items()],
        }
        print(_to_json(content))
        return
    counts = ", ".join(f"{name} {number:,}" for name, number in report.counts.items())
    state = "built" if report.built else "nothing has changed; the index is up to date:"
    print(f"{state} generation {report.generation} ({counts})", file=file or sys.stdout)


@contextmanager
def _open_service(config: Config) -> "Iterator[Service]":
    from aztr_qa.service import Service

    service = Service.open(config)
    try:
        yield service
    finally:
        service.close()


def _to_json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2)
