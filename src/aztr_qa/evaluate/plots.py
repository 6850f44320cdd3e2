"""Two plots for the report, as SVG written by hand: no plotting library is needed to evaluate."""

from collections.abc import Sequence
from html import escape
from typing import Any

_SIZE, _LEFT, _TOP = 260, 56, 34  # of the square plot, and its place in the picture
_WIDTH, _HEIGHT = _LEFT + _SIZE + 24, _TOP + _SIZE + 84
_INK, _PAPER, _QUIET, _GRID = "#1d2733", "#ffffff", "#6b7785", "#e3e7eb"
_FIRST, _SECOND = "#0b6e99", "#d9822b"


def draw_curve(curve: Sequence[tuple[float, float]], point: dict[str, Any]) -> str:
    """The coverage/error curve, (coverage, share of wrong) by rising coverage, with the point at
    the shipped threshold where anything is answered there.
    """
    path = " ".join(f"{_x(coverage):.1f},{_y(wrong):.1f}" for coverage, wrong in curve)
    parts = [f'<polyline points="{path}" fill="none" stroke="{_FIRST}" stroke-width="2"/>']
    if point["wrong"] is not None:
        x, y = _x(point["coverage"]), _y(point["wrong"])
        label = f"threshold {point['threshold']:.3f}"
        parts += [_draw_dot(x, y, _SECOND), _write(x - 8, y - 10, label, _SECOND, anchor="end")]
    return _frame(
        "Wrong among answered, by coverage", "share of questions answered", "share of wrong", parts
    )


def draw_reliability(bins: Sequence[dict[str, Any]]) -> str:
    """The reliability diagram: a bar for the share of answerable questions of each bin, a dot for
    that with the fact in a quote; honest confidence lies on the diagonal.
    """
    width = 1 / len(bins)
    parts = []
    for each in bins:
        if not each["questions"]:
            continue
        left, top = _x(each["from"]) + 1, _y(each["answerable"])
        middle = _x(each["from"] + width / 2)
        parts += [
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{width * _SIZE - 2:.1f}" '
            f'height="{_y(0) - top:.1f}" fill="{_FIRST}" fill-opacity="0.35"/>',
            _draw_dot(_x(each["confidence"]), _y(each["fact_quoted"]), _SECOND),
            _write(middle, _y(0) + 29, str(each["questions"]), _QUIET, size=9),
        ]
    diagonal = (
        f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="{_QUIET}" '
        'stroke-dasharray="4 3"/>'
    )
    below = _y(0) + 70
    legend = [
        f'<rect x="{_LEFT + 22}" y="{below - 9}" width="9" height="9" fill="{_FIRST}" '
        'fill-opacity="0.35"/>',
        _write(_LEFT + 36, below, "answerable", _INK, anchor="start"),
        _draw_dot(_LEFT + 122, below - 4, _SECOND),
        _write(_LEFT + 132, below, "a quote holds a fact", _INK, anchor="start"),
    ]
    return _frame(
        "Right, by confidence",
        "confidence, and the questions in each bin",
        "share of right",
        [*parts, diagonal, *legend],
    )


def _frame(title: str, x_label: str, y_label: str, parts: Sequence[str]) -> str:
    """A square from 0 to 1 both ways, with what is drawn in it."""
    lines = []
    for step in range(0, 11, 2):
        share = step / 10
        lines += [
            f'<line x1="{_x(share)}" y1="{_y(0)}" x2="{_x(share)}" y2="{_y(1)}" stroke="{_GRID}"/>',
            f'<line x1="{_x(0)}" y1="{_y(share)}" x2="{_x(1)}" y2="{_y(share)}" stroke="{_GRID}"/>',
            _write(_x(share), _y(0) + 16, f"{share:.1f}", _QUIET),
            _write(_x(0) - 8, _y(share) + 4, f"{share:.1f}", _QUIET, anchor="end"),
        ]
    turned = f'transform="rotate(-90 14 {_y(0.5)})"'
    labels = [
        _write(_x(0.5), 20, title, _INK, size=14),
        _write(_x(0.5), _y(0) + 48, x_label, _INK),
        f"<g {turned}>{_write(14, _y(0.5), y_label, _INK)}</g>",
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" '
        f'viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" role="img">\n'
        f"<title>{escape(title)}</title>\n"
        f'<rect width="100%" height="100%" fill="{_PAPER}"/>\n'
        + "\n".join([*lines, *parts, *labels])
        + "\n</svg>\n"
    )


def _x(share: float) -> float:
    return _LEFT + share * _SIZE


def _y(share: float) -> float:
    return _TOP + (1 - share) * _SIZE


def _draw_dot(x: float, y: float, colour: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>'


def _write(
    x: float, y: float, text: str, colour: str, *, anchor: str = "middle", size: int = 11
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" '
        f'fill="{colour}">{escape(text)}</text>'
    )
