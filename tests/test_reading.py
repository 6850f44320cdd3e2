"""Reading files of our own: Markdown, text with layout noise, bad files among good ones."""

import os
import re
from pathlib import Path

import pytest

from aztr_qa.errors import ArticleError, CorpusError
from aztr_qa.language import LanguageGuesser
from aztr_qa.reading import read_corpus, read_markdown, read_plain
from aztr_qa.reading.joining import Joiner
from aztr_qa.reading.lines import read_lines
from aztr_qa.reading.noise import set_noise_apart
from aztr_qa.sentences import split_sentences
from tests.conftest import SMALL_CORPUS, write_small_corpus

PARAGRAPH = (
    "Dəmir yolu ötən əsrin sonunda çəkilmişdir və bu gün iki paytaxtı birləşdirən ən mühüm "
    "yollardan biridir. "
    "İndi qatarlar hər gün işləyir və yüklər vaxtında çatdırılır."
)


def _join(*lines: str) -> str:
    parsed = read_lines("\n".join(lines))
    return Joiner(parsed).join(parsed).text


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        pytest.param(
            ["Yol sayəsində ola-", "rak keçdi"], "Yol sayəsində olarak keçdi", id="layout hyphen"
        ),
        pytest.param(
            ["Avro-", "Atlantik məkanı"], "Avro-Atlantik məkanı", id="before a capital letter"
        ),
        pytest.param(
            ["Bakı-Tbilisi-", "Ceyhan kəməri"], "Bakı-Tbilisi-Ceyhan kəməri", id="place names"
        ),
        pytest.param(
            ["bir-birinə, bir-", "birini sevir"],
            "bir-birinə, bir-birini sevir",
            id="known compound",
        ),
        pytest.param(["Azərbaycan–", "Türkiyə yolu"], "Azərbaycan–Türkiyə yolu", id="dash"),
        pytest.param(["sual – ", "cavab"], "sual – cavab", id="dash with spaces"),
        pytest.param(
            ["ASELSAN və ASEL-", "SAN birdir"],
            "ASELSAN və ASELSAN birdir",
            id="capitals known as one word",
        ),
        pytest.param(["Su-", "25 uçağı"], "Su-25 uçağı", id="figure"),
        pytest.param(["ola\u00ad ", "raq söz\u00addür"], "olaraq sözdür", id="soft hyphens"),
    ],
)
def test_lines_are_joined(lines: list[str], joined: str) -> None:
    assert _join(*lines) == joined


def test_footnotes_leave_the_sentence_they_interrupt() -> None:
    text = (
        "Birinci cümle burada bitti.1 İkinci cümle sayfanın sonunda\n"
        "                                      \n"
        "1 Bir kaynak, s.3.\n"
        " yarım kaldı ve burada bitti.\n"
    )
    page = set_noise_apart(read_lines(text))
    assert [line.text for line in page.lines] == [
        "Birinci cümle burada bitti. İkinci cümle sayfanın sonunda",
        "yarım kaldı ve burada bitti.",
    ]
    assert [(note.mark, note.lines[0].text) for note in page.footnotes] == [
        ("1", "Bir kaynak, s.3.")
    ]


def test_running_heads_and_page_numbers_are_set_apart_but_bare_numbers_in_text_stay() -> None:
    head = "Dergi Adı Toplum Bilimleri Dergisi"
    text = f"Bir cümle yazıldı.\n\n\n\n{head}\n\n 9\n\nYeni sayfa başladı.\n26\nTemmuz\n"
    page = set_noise_apart(read_lines(text))
    assert [line.text for line in page.lines] == [
        "Bir cümle yazıldı.",
        "Yeni sayfa başladı.",
        "26",
        "Temmuz",
    ]
    assert [line.text for line in page.set_aside] == [head, "9"]
    assert page.lines[1].page == 9


@pytest.mark.parametrize("language", ["az", "tr", "en"])
def test_markdown_keeps_ids_language_and_text(
    language: str, tmp_path: Path, guesser: LanguageGuesser
) -> None:
    write_small_corpus(tmp_path)
    article = read_markdown(tmp_path / "kicik" / f"{language}.md", guesser, article_id="x")
    assert (article.id, article.language) == ("kicik", language)
    anchors = [block.anchor for block in article.blocks if block.kind == "body"]
    assert anchors == ["p1", "p2", "p3"]
    assert "{#" not in article.text
    assert all(article.text[b.start : b.end].strip() for b in article.blocks)


def test_markdown_without_front_matter_is_read_and_its_language_guessed(
    tmp_path: Path, guesser: LanguageGuesser
) -> None:
    path = tmp_path / "notlar.md"
    path.write_text(
        f"# Dəmir yolu\n\n{PARAGRAPH}\n\n- *birinci* [bənd](http://x)\n", encoding="utf-8"
    )
    article = read_markdown(path, guesser, article_id="notlar")
    assert article.language == "az"
    assert article.record.title == "Dəmir yolu"
    assert article.text.endswith("birinci bənd")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("---\nid: [\n---\nMətn.\n", "YAML", id="bad YAML"),
        pytest.param("---\nlanguage: de\n---\nMətn.\n", "az, tr, en", id="unknown language"),
        pytest.param("---\nid: ../x\n---\nMətn.\n", "letters", id="bad id"),
        pytest.param("---\nid: a\n---\n## Başlıq\n", "no paragraph", id="no text"),
        pytest.param("Bir. {#p1}\n\nİki. {#p1}\n", "used twice", id="repeated anchor"),
        pytest.param("---\nsource: yox\n---\nMətn.\n", "sources.toml", id="unknown source"),
    ],
)
def test_bad_markdown_is_left_out_with_the_reason(
    content: str, message: str, tmp_path: Path, guesser: LanguageGuesser
) -> None:
    write_small_corpus(tmp_path)
    (tmp_path / "pis.md").write_text(content, encoding="utf-8")
    corpus = read_corpus([tmp_path], guesser)
    assert len(corpus.articles) == len(SMALL_CORPUS)
    assert [problem.path.name for problem in corpus.problems] == ["pis.md"]
    assert message in corpus.problems[0].message


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param("Şəki".encode("cp1254", "replace") + b"\xff\xfe\xfa", "UTF-8", id="not UTF-8"),
        pytest.param(b"PDF\0\0\1", "NUL", id="binary"),
        pytest.param(b"  \n\n ", "no text", id="empty"),
    ],
)
def test_broken_text_file_among_good_ones_is_left_out(
    data: bytes, message: str, tmp_path: Path, guesser: LanguageGuesser
) -> None:
    write_small_corpus(tmp_path)
    (tmp_path / "broken.txt").write_bytes(data)
    corpus = read_corpus([tmp_path], guesser)
    assert len(corpus.articles) == len(SMALL_CORPUS)
    assert message in corpus.problems[0].message
    with pytest.raises(ArticleError, match=message):
        read_plain(tmp_path / "broken.txt", guesser, article_id="broken")


def test_corpus_that_is_missing_or_empty_says_what_to_do(
    tmp_path: Path, guesser: LanguageGuesser
) -> None:
    with pytest.raises(CorpusError, match="no such folder; give an existing one with --corpus"):
        read_corpus([tmp_path / "yox"], guesser)
    (tmp_path / "README.md").write_text("# About the folder, no article", encoding="utf-8")
    with pytest.raises(CorpusError, match="no article"):
        read_corpus([tmp_path], guesser)


def test_same_article_twice_is_read_once_and_reported(
    tmp_path: Path, guesser: LanguageGuesser
) -> None:
    write_small_corpus(tmp_path)
    copy = tmp_path / "kicik" / "z-copy.md"
    copy.write_text(SMALL_CORPUS["az"], encoding="utf-8")
    corpus = read_corpus([tmp_path], guesser)
    assert len(corpus.articles) == len(SMALL_CORPUS)
    assert corpus.problems[0].path == copy


def test_link_out_of_the_corpus_is_not_followed(tmp_path: Path, guesser: LanguageGuesser) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text(PARAGRAPH, encoding="utf-8")
    corpus_dir = write_small_corpus(tmp_path / "corpus")
    (corpus_dir / "link.md").symlink_to(outside)
    assert len(read_corpus([corpus_dir], guesser).articles) == len(SMALL_CORPUS)


def test_bad_sources_file_is_named(tmp_path: Path, guesser: LanguageGuesser) -> None:
    write_small_corpus(tmp_path)
    (tmp_path / "sources.toml").write_text("[a\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="not valid TOML"):
        read_corpus([tmp_path], guesser)


@pytest.mark.parametrize(
    "matter",
    [
        pytest.param("date: 2024-13-45", id="impossible date"),
        pytest.param("a: " + "[" * 3000, id="nested too deep"),
    ],
)
def test_front_matter_that_breaks_the_parser_breaks_nothing_else(
    matter: str, tmp_path: Path, guesser: LanguageGuesser
) -> None:
    write_small_corpus(tmp_path)
    (tmp_path / "pis.md").write_text(f"---\n{matter}\n---\nMətn.\n", encoding="utf-8")
    corpus = read_corpus([tmp_path], guesser)
    assert len(corpus.articles) == len(SMALL_CORPUS)
    assert [problem.path.name for problem in corpus.problems] == ["pis.md"]


def test_markup_in_markdown_is_read_as_its_text(tmp_path: Path, guesser: LanguageGuesser) -> None:
    path = tmp_path / "a.md"
    text = "<div>\nBirinci <b>abzas</b>.\n</div>\n\n<script>\nalert(1)\n</script>\n\nor\u00addu.\n"
    path.write_text(text, encoding="utf-8")
    article = read_markdown(path, guesser, article_id="a")
    assert article.text == "Birinci abzas .\n\nordu."


def test_form_feed_inside_a_line_parts_words() -> None:
    assert _join("açıq olunmuşdur.\fYeni səhifə") == "açıq olunmuşdur. Yeni səhifə"


def test_hidden_folders_are_left_out_but_a_hidden_corpus_is_read(
    tmp_path: Path, guesser: LanguageGuesser
) -> None:
    corpus = write_small_corpus(tmp_path / ".corpus")
    hidden = corpus / ".git" / "a" / "b"
    hidden.mkdir(parents=True)
    (hidden / "c.md").write_text(PARAGRAPH, encoding="utf-8")
    read = read_corpus([corpus, corpus / "kicik"], guesser)  # overlapping folders: each file once
    assert len(read.articles) == len(SMALL_CORPUS)
    assert read.problems == ()


def test_no_two_file_names_give_the_same_id(tmp_path: Path, guesser: LanguageGuesser) -> None:
    names = ("Ə.txt", "Ş.txt", "Шуша.txt", "Баку.txt", "a b.txt", "a-b.txt")
    for name in names:
        (tmp_path / name).write_text(PARAGRAPH, encoding="utf-8")
    ids = {article.id for article in read_corpus([tmp_path], guesser).articles}
    assert len(ids) == len(names)
    assert "a-b" in ids
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", article_id) for article_id in ids)


def test_file_name_that_is_no_text_is_left_out(tmp_path: Path, guesser: LanguageGuesser) -> None:
    write_small_corpus(tmp_path)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/x\xff.txt")).write_text(PARAGRAPH, encoding="utf-8")
    corpus = read_corpus([tmp_path], guesser)
    assert len(corpus.articles) == len(SMALL_CORPUS)
    assert "not UTF-8; rename the file" in corpus.problems[0].message


def test_line_break_in_markdown_parts_words(tmp_path: Path, guesser: LanguageGuesser) -> None:
    (tmp_path / "a.md").write_text("Birinci sətir<br>İkinci sətir.", encoding="utf-8")
    assert read_markdown(tmp_path / "a.md", guesser, article_id="a").text == (
        "Birinci sətir İkinci sətir."
    )


def test_long_line_without_a_space_is_read(tmp_path: Path, guesser: LanguageGuesser) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"{PARAGRAPH}\n{'A' * 200_000}-\n{PARAGRAPH}\n", encoding="utf-8")
    assert PARAGRAPH.split(". ")[1] in read_plain(path, guesser, article_id="a").text


def test_long_single_line_is_read(tmp_path: Path, guesser: LanguageGuesser) -> None:
    """A quarter of a megabyte in one line: what looks back must not look back to its beginning."""
    sentence = "Bu, uzun bir sətirdəki cümlələrdən biridir, başqa heç nə deyil. "
    path = tmp_path / "uzun.txt"
    path.write_text(sentence * 4000, encoding="utf-8")
    article = read_plain(path, guesser, article_id="uzun")
    assert len(split_sentences(article.text)) == 4000
