"""Results as text for the terminal, and the progress bar."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aztr_qa.wire import (
    AnswerOut,
    ArticleList,
    ArticleRef,
    CitationOut,
    IndexOut,
    PassageOut,
    SearchOut,
)

if TYPE_CHECKING:
    from aztr_qa.adding import Added

_EXCERPT = 300


def format_hits(found: SearchOut) -> str:
    """The hits, best first, each with its place and the beginning of its text."""
    lines = [
        f"question read as {found.question.language} ({found.question.language_confidence:.2f})"
    ]
    if not found.hits:
        lines.append("nothing found; loosen the filters")
    for hit in found.hits:
        lines.append(f"\n{hit.rank}. relevance {hit.relevance:.2f}  {_place(hit.passage)}")
        lines.append(f"   {_shorten(hit.passage.text)}")
        if hit.signals:
            lines.append(
                "   " + "  ".join(f"{name} {value:.2f}" for name, value in hit.signals.items())
            )
        if hit.matches:
            lines.append(
                "   " + ", ".join(f"{m.question_term} ≈ {m.passage_term}" for m in hit.matches)
            )
    return "\n".join(lines)


def format_answer(answer: AnswerOut) -> str:
    """The quotes with their sources as footnotes; for a refusal the nearest passages.

    Under a written answer each footnote has the quote that its sentence rests on.
    """
    lines = [answer.text, ""]
    if answer.question.resolved:
        lines.insert(0, f"(asked as: {answer.question.resolved})")
    for citation in answer.citations:
        lines.append(f"[{citation.marker}] {format_source(citation)}")
        if answer.mode == "generated":
            lines.append(f"    “{citation.quote}”")
        if citation.shown_in:  # no quotation: the aligned paragraph, in the reader's language
            lines.append(f"    ({citation.shown_in.language}) {citation.shown_in.text}")
    if answer.refused:
        lines += [
            f"  · {_place(hit.passage)}: {_shorten(hit.passage.text)}" for hit in answer.hits[:3]
        ]
    if answer.mode == "generated":
        lines.append("\nwritten by a language model; compare it with the quotes")
    elif answer.generation_note:
        lines.append(f"\nno written answer ({answer.generation_note}); these are quotes")
    lines.append(f"\nconfidence {answer.confidence:.2f}")
    return "\n".join(lines)


def format_source(citation: CitationOut) -> str:
    """A source as it can be pasted into a footnote; a digest is called one."""
    article = citation.article
    place = [citation.section, f"p. {citation.page}" if citation.page else ""]
    if article.relation:
        place = [f"digest “{article.title}”", *place]
    where = ", ".join(part for part in place if part)
    return f"{format_record(article)}: {where} [{citation.passage_id}]"


def format_record(article: ArticleRef) -> str:
    """Authors, title, venue and year, as far as known; of a digest, those of what it retells."""
    title = article.source_title if article.relation else article.title
    parts = [", ".join(article.authors), f"“{title or article.title}”", article.venue or ""]
    if article.volume:
        parts.append(f"{article.volume}({article.issue})" if article.issue else article.volume)
    parts.append(str(article.year) if article.year else "")
    return ", ".join(part for part in parts if part)


def format_articles(listed: ArticleList) -> str:
    """Of each article its id, sections and passages in each language, title and source; then the
    sums.
    """
    lines = []
    for article in listed.articles:
        lines.append(
            f"{article.id}  {_plural(article.sections, 'section')}, "
            f"passages {_counts(article.passages)}\n    {article.title}"
        )
        if article.relation:
            language = f" [{article.source_language}]" if article.source_language else ""
            lines.append(f"    {article.relation} of {format_record(article)}{language}")
    passages = Counter[str]()
    for article in listed.articles:
        passages.update(article.passages)
    sections = sum(article.sections for article in listed.articles)
    sums = [
        _plural(listed.total, "article"),
        _plural(sections, "section"),
        _plural(passages.total(), "passage"),
    ]
    lines.append(f"\n{', '.join(sums)}" + (f" ({_counts(passages)})" if passages.total() else ""))
    return "\n".join(lines)


def _plural(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def _counts(by_language: Mapping[str, int]) -> str:
    return ", ".join(f"{language} {n:,}" for language, n in by_language.items() if n)


def format_index(shown: IndexOut) -> str:
    """What the live generation holds."""
    passages = ", ".join(f"{name} {number:,}" for name, number in shown.passages.items())
    model = shown.model
    return (
        f"generation  {shown.generation}\n"
        f"built at    {shown.built_at}\n"
        f"articles    {shown.articles}\n"
        f"sections    {shown.sections:,}\n"
        f"passages    {passages}\n"
        f"model       {model['name']} ({model['fingerprint']}, {model['dim']} dimensions)"
    )


def format_added(added: "Sequence[Added]") -> str:
    """How each file was read, and whether it was kept."""
    lines = []
    for row in added:
        if not row.kept:
            lines.append(f"left out  {row.message}")
            continue
        lines.append(
            f"kept      {row.file}: {row.language}, {row.n_sections} sections, "
            f"{row.n_passages} passages, {row.n_words:,} words; "
            f"set aside {row.n_footnotes} footnotes, {row.n_references} references"
        )
    return "\n".join(lines)


@contextmanager
def show_progress() -> Iterator[Callable[[str, int, int], None]]:
    """A function to report progress to: a bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda stage, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description:16}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        tasks: dict[str, object] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)  # type: ignore[arg-type]

        yield report


def _place(passage: PassageOut) -> str:
    page = f", p. {passage.page}" if passage.page else ""
    section = f" § {passage.section}" if passage.section else ""
    return f"[{passage.language}] {passage.title}{section}{page} ({passage.id})"


def _shorten(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _EXCERPT else f"{plain[:_EXCERPT].rsplit(' ', 1)[0]} …"
