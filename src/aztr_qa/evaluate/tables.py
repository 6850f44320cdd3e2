"""The figures as tables and lines; a figure of nothing is shown as "–"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aztr_qa.evaluate.retrieval import METRICS

NOTHING = "–"
_NAME_WIDTH, _WIDTH = 16, 10
_HITS = {
    "first quote": "first_quote_right",
    "a quote": "quote_right",
    "first passage": "first_passage_right",
    "a passage": "passage_right",
    "refused": "refused",
}


@dataclass(frozen=True, slots=True)
class Table:
    """The first column names the rows; the others are figures."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def format_text(self) -> str:
        """For a terminal: columns of equal width, numbers to the right."""
        lines = [self.columns, *self.rows]
        first, *widths = [max(len(text) for text in column) for column in zip(*lines, strict=True)]
        return "\n".join(
            f"{name:{max(_NAME_WIDTH, first)}}"
            + "".join(
                f"{cell:>{max(_WIDTH, width + 2)}}"
                for cell, width in zip(cells, widths, strict=True)
            )
            for name, *cells in lines
        )

    def format_markdown(self) -> str:
        """For a page."""
        lines = [self.columns, ("---", *("--:" for _ in self.columns[1:])), *self.rows]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def tabulate_retrieval(figures: dict[str, Any]) -> Table:
    """A row for all, each pair, each style and each other way of asking."""
    groups = {
        **figures["retrieval"],
        **figures["pairs"],
        **{f"style: {name}": values for name, values in figures["styles"].items()},
        **{f"turn: {name}": values for name, values in figures["turns"].items()},
        **{
            name: values
            for name, values in figures["asked_otherwise"].items()
            if values["questions"]
        },
    }
    return _tabulate(groups, {name: name for name in METRICS}, ["questions"])


def tabulate_answers(figures: dict[str, Any]) -> Table:
    """A row for all, each kind of question and each pair: the share whose quotes are right."""
    answers = figures["answers"]
    kinds = {f"kind: {kind}": values for kind, values in answers["by_kind"].items()}
    return _tabulate({"all": answers, **kinds, **answers["by_pair"]}, _HITS, ["questions"])


def tabulate_refusals(figures: dict[str, Any]) -> Table:
    """What was refused or answered and should not be, with its 95 % interval."""
    intervals = figures["refusals"]["intervals"]
    groups = {
        "answerable but refused": intervals["answerable_refused"],
        "unanswerable but answered": intervals["unanswerable_answered"],
        **{f"answered: {why}": counts for why, counts in intervals["by_kind"].items()},
    }
    rows = []
    for name, counts in groups.items():
        n = counts["questions"]
        share = format_share(counts["count"] / n if n else None)
        interval = f"{counts['low']:.3f} to {counts['high']:.3f}" if n else NOTHING
        rows.append((name, str(n), str(counts["count"]), share, interval))
    return Table(("", "questions", "wrong", "share", "95 % interval"), tuple(rows))


def tabulate_highlights(figures: dict[str, Any]) -> Table:
    """A row for each kind of question that a phrase answers: how often it is in bold."""
    rows = []
    for kind, values in figures["highlights"].items():
        cells = [f"highlight: {kind}"]
        for base in ("answered", "fact_quoted", "highlights"):
            cells += [str(values[base]), format_share(values[f"right_of_{base}"])]
        rows.append(tuple(cells))
    columns = ("", "answered", "right", "fact quoted", "right", "highlights", "right")
    return Table(columns, tuple(rows))


def tabulate_curve(figures: dict[str, Any]) -> Table:
    """Coverage and share of wrong at each threshold, the shipped one among them."""
    confidence = figures["confidence"]
    points = sorted(
        [*confidence["curve"], confidence["at_threshold"]], key=lambda point: point["threshold"]
    )
    shipped = confidence["threshold"]
    return _tabulate(
        {
            f"{p['threshold']:.3f}{' (shipped)' if p['threshold'] == shipped else ''}": p
            for p in points
        },
        {"coverage": "coverage", "wrong among answered": "wrong"},
        name="threshold",
    )


def tabulate_reliability(figures: dict[str, Any]) -> Table:
    """A row for each of the ten bins of confidence."""
    bins = figures["confidence"]["bins"]
    width = 1 / len(bins)
    return _tabulate(
        {f"{each['from']:.1f} to {each['from'] + width:.1f}": each for each in bins},
        {
            "mean": "confidence",
            "answerable": "answerable",
            "a quote holds a fact": "fact_quoted",
        },
        ["questions"],
        name="confidence",
    )


def list_notes(figures: dict[str, Any]) -> dict[str, str]:
    """The figures that stand alone, as name and value."""
    answers, citations = figures["answers"], figures["citations"]
    several, confidence, seconds = (
        figures[name] for name in ("several_facts", "confidence", "seconds")
    )
    point, errors = confidence["at_threshold"], confidence["calibration_error"]
    notes = {}
    if several["questions"]:
        notes[f"all facts of {several['questions']} questions for several"] = (
            f"in the first five {several['all_found@5']:.3f}, in ten {several['all_found@10']:.3f},"
            f" quoted {several['all_quoted']:.3f}"
        )
    return notes | {
        "quotes that hold a fact (precision)": f"{format_share(citations['quote_precision'])}, "
        f"quoted passages {format_share(citations['passage_precision'])}",
        "facts that are quoted (recall)": f"{format_share(citations['fact_recall'])}, "
        f"of {citations['answers']} answered questions",
        "quotes per answer": f"{format_share(citations['quotes_per_answer'], 2)}, "
        f"sentences {format_share(citations['sentences_per_answer'], 2)}",
        "shown in the question's language": format_share(answers["shown_in_question_language"])
        + f", quoted in it {format_share(answers['quoted_in_question_language'])}",
        "quotes not equal to their span": f"{citations['not_equal_to_their_span']} "
        f"of {citations['total']}",
        f"at threshold {confidence['threshold']:.3f}": "of all questions are answered "
        f"{format_share(point['coverage'])}, of these wrong {format_share(point['wrong'])}",
        "area under the coverage/error curve": format_share(confidence["aurc"]),
        "calibration error": f"{format_share(errors['answerable'])} that there is an answer, "
        f"{format_share(errors['fact_quoted'])} that a quote holds it",
        "question language guessed right": f"{figures['question_language_right']:.3f} "
        f"(two words or more {figures['question_language_right_two_words']:.3f})",
        "time per answer": f"p50 {seconds['p50'] * 1000:.1f} ms, "
        f"p99 {seconds['p99'] * 1000:.1f} ms",
    }


def format_share(value: float | None, decimals: int = 3) -> str:
    """The figure, or "–" where there is none."""
    return NOTHING if value is None else f"{value:.{decimals}f}"


def _tabulate(
    groups: Mapping[str, Mapping[str, Any]],
    shares: dict[str, str],
    counts: Sequence[str] = (),
    *,
    name: str = "",
) -> Table:
    """A row a group; its counts, then its shares by the names of their columns. Without questions
    there are no shares.
    """
    rows = []
    for group, values in groups.items():
        is_empty = values.get("questions") == 0
        cells = [format_share(None if is_empty else values[key]) for key in shares.values()]
        rows.append((group, *(str(values[key]) for key in counts), *cells))
    return Table((name, *counts, *shares), tuple(rows))
