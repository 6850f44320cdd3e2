"""Reading the five real articles, held against labels of their lines that know nothing of the
reader.

`golden/article_lines.toml` says what each physical line is: no sentence of the body may be lost,
doubled, cut or mixed with a footnote, and nothing else may get into it.
"""

import itertools
import re
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from aztr_qa.language import LanguageGuesser
from aztr_qa.passages import split_article
from aztr_qa.reading import read_plain
from aztr_qa.reading.corpus import read_corpus
from aztr_qa.records import Article

pytestmark = pytest.mark.slow
LABELS: dict[str, dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "golden" / "article_lines.toml").read_text(encoding="utf-8")
)
# The reader's kinds and the labels' classes, in groups that both can tell.
GROUPS = {
    "table": ({"table"}, {"row"}),
    "footnote": ({"footnote"}, {"footnote"}),
    "reference": ({"reference"}, {"reference"}),
}
CALL = r"(?<=[^\W\d_]|[.,;:!?”\"’)]){}(?!\w)"


@pytest.fixture(scope="module", params=sorted(LABELS))
def labelled(
    request: pytest.FixtureRequest, articles_dir: Path, guesser: LanguageGuesser
) -> tuple[Article, list[str]]:
    path = articles_dir / f"{request.param}.txt"
    lines = unicodedata.normalize("NFC", path.read_text(encoding="utf-8")).split("\n")
    return read_plain(path, guesser, article_id=path.stem), lines


def test_running_text_is_the_labelled_lines_and_nothing_else(
    labelled: tuple[Article, list[str]],
) -> None:
    """Letters and figures of headings, abstracts and body in reading order; each line once, none
    lost.
    """
    article, lines = labelled
    running = {"title", "author", "heading", "abstract", "keywords", "body", "caption"}
    kinds = {"title", "author", "heading", "abstract", "keywords", "body", "item", "caption"}
    assert _letters_of_kinds(article, kinds) == _letters_of_lines(article.id, lines, running)


@pytest.mark.parametrize("group", ["table", "footnote", "reference"])
def test_what_was_taken_out_is_kept_as_its_own_part(
    labelled: tuple[Article, list[str]], group: str
) -> None:
    article, lines = labelled
    classes, kinds = GROUPS[group]
    assert _letters_of_kinds(article, kinds) == _letters_of_lines(article.id, lines, classes)


def test_layout_hyphens_vanish_and_real_ones_stay(labelled: tuple[Article, list[str]]) -> None:
    article, lines = labelled
    labels = LABELS[article.id]
    classes = _classes(article.id)
    wrong = []
    for is_real in (True, False):
        for number in labels["real_hyphen_breaks" if is_real else "layout_hyphen_breaks"]:
            left = re.search(r"[^\W_]*\W$", lines[number - 1].strip())
            right = re.match(r"\w+", _next_line(lines, number, classes))
            assert left is not None, number
            if right is not None:
                word = left[0] + right[0] if is_real else left[0][:-1] + right[0]
                if word not in article.text:
                    wrong.append((number, is_real))
    assert wrong == []


def test_headings_stand_alone(labelled: tuple[Article, list[str]]) -> None:
    """Every labelled heading line is in a heading (or item) block, and no body line is."""
    article, lines = labelled
    kinds = {"heading", "item"}
    found = _letters_of_kinds(article, kinds)
    expected = _letters_of_lines(article.id, lines, {"heading"})
    inline = "".join(
        _letters(article.text[b.start : b.end])
        for b in article.blocks
        if b.kind == "heading"
        and not any(_letters(line) == _letters(article.text[b.start : b.end]) for line in lines)
        and len(article.text[b.start : b.end].split()) == 1
    )
    # "Xülasə: …" shares its line with the abstract, so the labels count it as abstract.
    for word in ("Xülasə", "Abstract"):
        if word in inline:
            found = found.replace(_letters(word), "", 1)
    assert found == expected


def test_paragraphs_begin_where_a_reader_sees_them_begin(
    labelled: tuple[Article, list[str]],
) -> None:
    """Hardly any is made up; where the layout hides one, two paragraphs become one."""
    article, lines = labelled
    running = [b for b in article.blocks if b.kind in {"abstract", "body"}]
    found = {_letters(article.text[b.start : b.end])[:25] for b in running}
    labelled_starts = [
        _letters(" ".join(lines[n - 1 : n + 3]))[:25]
        for n in LABELS[article.id]["paragraph_starts"]
    ]
    recall = sum(start in found for start in labelled_starts) / len(labelled_starts)
    precision = sum(start in set(labelled_starts) for start in found) / len(found)
    assert recall >= 0.82, recall
    assert precision >= 0.95, precision


def test_abstracts_in_english_are_english(labelled: tuple[Article, list[str]]) -> None:
    article, _ = labelled
    for block in article.blocks:
        if block.kind == "abstract":
            is_english = bool(
                re.search(r"\b[Tt]h(?:e|is)\b", article.text[block.start : block.end])
            )
            assert (block.language == "en") == is_english, block
        if block.kind == "body":
            assert block.language == article.language, block


def test_every_sentence_of_the_running_text_is_in_exactly_one_passage(
    labelled: tuple[Article, list[str]],
) -> None:
    article, _lines = labelled
    passages = split_article(article)
    for passage in passages:
        assert article.text[passage.start : passage.end] == passage.text
    spans = sorted((passage.start, passage.end) for passage in passages)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
    inside = "".join(_letters(article.text[start:end]) for start, end in spans)
    assert inside == _letters_of_kinds(article, {"abstract", "body", "item", "caption", "row"})
    sentences = [(s.start, s.end) for passage in passages for s in passage.sentences]
    assert len(sentences) == len(set(sentences))
    quoted = "".join(_letters(article.text[start:end]) for start, end in sorted(sentences))
    assert quoted == inside


def test_sentences_begin_and_end_like_sentences(labelled: tuple[Article, list[str]]) -> None:
    article, _ = labelled
    odd = []
    for passage in split_article(article):
        for sentence in passage.sentences:
            text = article.text[sentence.start : sentence.end]
            begins = text.lstrip("“\"'(«")[:1]
            ends = text.rstrip("”\"')»")[-1:]
            if sentence.quotable and not (
                (begins.isupper() or begins.isdigit()) and ends in ".?!:"
            ):
                odd.append(text[-30:])
    # One line of article 004 ends a list's introduction with a reference instead of a full stop.
    assert len(odd) <= 2, odd


def test_records_come_from_the_file_beside_the_articles(
    articles_dir: Path, guesser: LanguageGuesser
) -> None:
    corpus = read_corpus([articles_dir], guesser)
    assert corpus.problems == ()
    by_id = {article.id[:3]: article for article in corpus.articles}
    assert by_id["003"].record.authors == ("Çağlar Özer",)
    assert by_id["003"].record.year == 2025
    assert [by_id[key].language for key in sorted(by_id)] == ["az", "az", "tr", "tr", "az"]


def test_printed_pages_are_known_where_a_page_number_is_printed(
    articles_dir: Path, guesser: LanguageGuesser
) -> None:
    corpus = read_corpus([articles_dir], guesser)
    by_id = {article.id[:3]: article for article in corpus.articles}
    assert by_id["000"].page_starts == ()
    nato = by_id["002"]
    visit = re.search(r"Müsteşarı Emre Taner", nato.text)
    assert visit is not None
    assert nato.page_of(visit.start()) == 9


def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def _letters_of_kinds(article: Article, kinds: set[str]) -> str:
    return "".join(
        _letters(article.text[b.start : b.end]) for b in article.blocks if b.kind in kinds
    )


def _classes(article_id: str) -> dict[int, str]:
    lists = {"paragraph_starts", "real_hyphen_breaks", "layout_hyphen_breaks", "footnote_calls"}
    return {
        number: name
        for name, ranges in LABELS[article_id].items()
        if name not in lists
        for first, last in ranges
        for number in range(first, last + 1)
    }


def _letters_of_lines(article_id: str, lines: list[str], classes: set[str]) -> str:
    calls: dict[int, list[str]] = {}
    for number, mark in LABELS[article_id].get("footnote_calls", []):
        calls.setdefault(number, []).append(mark)
    by_line = _classes(article_id)
    kept = []
    for number, line in enumerate(lines, start=1):
        if by_line.get(number) in classes:
            text = line
            for mark in calls.get(number, []):
                text = re.sub(CALL.format(re.escape(mark)), "", text, count=1)
            kept.append(_letters(text))
    return "".join(kept)


def _next_line(lines: list[str], number: int, classes: dict[int, str]) -> str:
    return next(
        line.strip()
        for following, line in enumerate(lines[number:], start=number + 1)
        if line.strip() and classes[following] == classes[number]
    )
