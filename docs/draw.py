"""Draw the pictures of docs/retrieval.md from the shipped corpus: `python docs/draw.py`.

Needs the figures of the last `make eval` (eval/report/report.json) for the table of pairs.
"""

import json
import tempfile
from dataclasses import replace
from html import escape
from pathlib import Path

import numpy as np

from aztr_qa.building import build_index
from aztr_qa.config import Config
from aztr_qa.embed import StaticEmbedder, load_embedder, scale_to_unit
from aztr_qa.fusion import RELATIONS, load_fusion, relate
from aztr_qa.records import LANGUAGES, Hit, Question
from aztr_qa.service import Service
from aztr_qa.signals import SIGNALS
from aztr_qa.text import find_words, fold_word

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "pictures"
QUESTION = Question("When was the Shusha Declaration signed?", "en", 1.0)
INK, PAPER, QUIET = "#1d2733", "#ffffff", "#6b7785"
COLOURS = (
    "#0b6e99",
    "#4aa3c7",
    "#d9822b",
    "#b35c00",
    "#f2b56b",
    "#7a5195",
    "#2f8f5b",
    "#9ccf9c",
)


def main() -> None:
    """Write the pictures."""
    embedder = load_embedder(None)
    assert isinstance(embedder, StaticEmbedder)
    with tempfile.TemporaryDirectory() as folder:
        config = replace(Config(), corpus_dirs=(ROOT / "corpus",), index_dir=Path(folder))
        build_index(config, embedder)
        service = Service.open(config, embedder=embedder)
        hits = [
            service.search(QUESTION, k=1, passage_languages=[language])[0] for language in LANGUAGES
        ]
        service.close()
    (PICTURES / "words.svg").write_text(draw_words(hits[0], embedder), encoding="utf-8")
    (PICTURES / "signals.svg").write_text(draw_signals(hits), encoding="utf-8")
    (PICTURES / "pairs.svg").write_text(draw_pairs(), encoding="utf-8")


def draw_words(hit: Hit, embedder: StaticEmbedder) -> str:
    """Each word of the question against each of the passage's best sentence, by meaning."""
    asked = _cut_words(QUESTION.text)
    rows = scale_to_unit(embedder.sum_pieces([fold_word(word) for word in asked]))
    passage = hit.passage
    offset = passage.start
    sentences = [passage.text[s.start - offset : s.end - offset] for s in passage.sentences]
    best, words, similarities = -1.0, [""], np.zeros((len(asked), 1))
    for sentence in sentences:
        own = _cut_words(sentence)[:16]
        if own:
            columns = scale_to_unit(embedder.sum_pieces([fold_word(word) for word in own]))
            table = np.clip(rows @ columns.T, 0, 1)
            if table.max(axis=1).sum() > best:
                best, words, similarities = float(table.max(axis=1).sum()), own, table
    size, left, top = 46, 110, 120
    parts = []
    for y, word in enumerate(asked):
        parts.append(_text(left - 8, top + y * size + 28, word, anchor="end"))
        for x in range(len(words)):
            value = float(similarities[y, x])
            parts.append(_box(left + x * size, top + y * size, size - 2, size - 2, value))
            if value >= 0.3:
                colour = PAPER if value > 0.55 else INK
                place = (left + x * size + 22, top + y * size + 28)
                parts.append(_text(*place, f"{value:.2f}", anchor="middle", fill=colour, size=12))
    for x, word in enumerate(words):
        parts.append(_text(left + x * size + 26, top - 8, word, turn=-50))
    title = f"Words of an English question beside those of an Azerbaijani sentence ({passage.id})"
    return _svg(left + len(words) * size + 60, top + len(asked) * size + 10, title, parts)


def draw_signals(hits: list[Hit]) -> str:
    """What each signal adds to the score of the best passage of each language."""
    fusion = load_fusion()
    left, top, width = 110, 30, 560
    shares = []
    for hit in hits:
        weights = fusion.weights[RELATIONS.index(relate("en", hit.passage.language))]
        shares.append([weights[i] * hit.signals[name] for i, name in enumerate(SIGNALS)])
    scale = width / max(sum(max(0.0, value) for value in row) for row in shares)
    parts = []
    for y, (hit, row) in enumerate(zip(hits, shares, strict=True)):
        x = float(left)
        parts.append(_text(left - 8, top + y * 44 + 22, f"en → {hit.passage.language}", "end"))
        for value, colour in zip(row, COLOURS, strict=True):
            if value > 0:
                parts.append(
                    f'<rect x="{x:.1f}" y="{top + y * 44}" width="{value * scale:.1f}" height="32"'
                    f' fill="{colour}"/>'
                )
                x += value * scale
    for n, (name, colour) in enumerate(zip(SIGNALS, COLOURS, strict=True)):
        x, y = left + n % 4 * 150, top + 150 + n // 4 * 24
        parts.append(f'<rect x="{x}" y="{y - 12}" width="14" height="14" fill="{colour}"/>')
        parts.append(_text(x + 20, y, name))
    return _svg(left + width + 30, top + 195, "What adds to the score of three passages", parts)


def draw_pairs() -> str:
    """Recall@5 for each language of the question and of the passage, on the digests."""
    report = json.loads((ROOT / "eval" / "report" / "report.json").read_text(encoding="utf-8"))
    names = {"az": "Azerbaijani", "tr": "Turkish", "en": "English"}
    size, left, top = 110, 170, 60
    parts = [_text(left + 165, 24, "passages in", anchor="middle", fill=QUIET)]
    for y, asked in enumerate(LANGUAGES):
        parts.append(_text(left - 10, top + y * 70 + 40, f"{names[asked]} question", anchor="end"))
        for x, found in enumerate(LANGUAGES):
            value = report["pairs"][f"{asked}>{found}"]["recall@5"]
            parts.append(_box(left + x * size, top + y * 70, size - 2, 68, (value - 0.8) / 0.2))
            place = (left + x * size + 54, top + y * 70 + 40)
            parts.append(_text(*place, f"{value:.3f}", anchor="middle", fill=PAPER, size=18))
    for x, found in enumerate(LANGUAGES):
        parts.append(_text(left + x * size + 54, top - 10, names[found], anchor="middle"))
    title = "Recall@5 on the digests, by language of the question and of the passages"
    return _svg(left + 3 * size + 20, top + 220, title, parts)


def _cut_words(text: str) -> list[str]:
    return [text[start:end] for start, end in find_words(text)]


def _box(x: float, y: float, width: float, height: float, share: float) -> str:
    share = min(max(share, 0.0), 1.0)
    mixed = [round(240 + (c - 240) * share) for c in (11, 110, 153)]
    fill = "#" + "".join(f"{c:02x}" for c in mixed)
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{fill}"/>'


def _text(
    x: float,
    y: float,
    text: str,
    anchor: str = "start",
    *,
    fill: str = INK,
    size: int = 14,
    turn: int = 0,
) -> str:
    turned = f' transform="rotate({turn} {x} {y})"' if turn else ""
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{fill}" font-size="{size}"{turned}>'
        f"{escape(text)}</text>"
    )


def _svg(width: float, height: float, title: str, parts: list[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" font-family="sans-serif" role="img">\n'
        f"<title>{escape(title)}</title>\n"
        f'<rect width="100%" height="100%" fill="{PAPER}"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


if __name__ == "__main__":
    main()
