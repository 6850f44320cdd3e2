"""Passages are spans: nothing is lost, nothing is cut."""

from hypothesis import given
from hypothesis import strategies as st

from aztr_qa.passages import split_article
from aztr_qa.records import Article, Block, Record

WORDS = st.sampled_from(
    ["Şuşa", "İğdır", "ışıq", "və", "Bəyannamə", "2021", "ərazi", "the", "gəldi", "Iğdır", "ölçü"]
)
SENTENCES = st.lists(WORDS, min_size=1, max_size=40).map(
    lambda words: " ".join(["Bu", *words]) + "."
)
PARAGRAPHS = st.lists(
    st.lists(SENTENCES, min_size=1, max_size=8).map(" ".join), min_size=1, max_size=6
)


def make_article(
    paragraphs: list[str], *, anchors: bool = False, sections: list[str] | None = None
) -> Article:
    text = "\n\n".join(paragraphs)
    blocks, start = [], 0
    for number, paragraph in enumerate(paragraphs):
        section = sections[number] if sections else ""
        anchor = f"p{number}" if anchors else None
        blocks.append(Block("body", start, start + len(paragraph), "az", section, anchor))
        start += len(paragraph) + 2
    return Article("a", "az", text, Record("Başlıq"), tuple(blocks))


@given(PARAGRAPHS, st.integers(5, 60))
def test_passages_tile_the_text_on_sentence_borders(paragraphs: list[str], max_words: int) -> None:
    article = make_article(paragraphs)
    passages = split_article(article, max_words=max_words)
    for passage in passages:
        assert article.text[passage.start : passage.end] == passage.text
        assert passage.sentences[0].start == passage.start
        assert passage.sentences[-1].end == passage.end
        assert len(passage.text.split()) <= max_words or len(passage.sentences) == 1
    together = "".join("".join(p.text.split()) for p in passages)
    assert together == "".join(article.text.split())


@given(PARAGRAPHS)
def test_ids_are_unique_and_depend_on_the_text_alone(paragraphs: list[str]) -> None:
    first = split_article(make_article(paragraphs), max_words=30)
    again = split_article(make_article(paragraphs), max_words=30)
    assert [p.id for p in first] == [p.id for p in again]
    assert len({p.id for p in first}) == len(first)


def test_unchanged_passage_keeps_its_id_when_another_section_changes() -> None:
    sections = ["Giriş", "Nəticə"]
    before = split_article(make_article(["Bu köhnə mətndir.", "Bu son sözdür."], sections=sections))
    after = split_article(
        make_article(
            ["Bu yeni və uzun mətndir. Bir cümlə də var.", "Bu son sözdür."], sections=sections
        )
    )
    assert before[1].id == after[1].id
    assert before[0].id != after[0].id


def test_aligned_paragraph_is_one_passage_and_sections_are_not_crossed() -> None:
    article = make_article(["Bu birinci.", "Bu ikinci.", "Bu üçüncü."], anchors=True)
    assert [p.sibling_key for p in split_article(article)] == ["a#p0", "a#p1", "a#p2"]
    article = make_article(["Bu birinci.", "Bu ikinci."], sections=["Giriş", "Nəticə"])
    assert [p.section for p in split_article(article)] == ["Giriş", "Nəticə"]


def test_item_stands_before_its_paragraph_and_is_not_quoted() -> None:
    text = "*1992-ci il müqaviləsi\n\nBu müqavilə təhsilə aiddir. O, qüvvədədir."
    blocks = (Block("item", 0, 22, "az"), Block("body", 24, len(text), "az"))
    passage = split_article(Article("a", "az", text, Record("Başlıq"), blocks))[0]
    assert [(text[s.start : s.end], s.quotable) for s in passage.sentences] == [
        ("1992-ci il müqaviləsi", False),
        ("Bu müqavilə təhsilə aiddir.", True),
        ("O, qüvvədədir.", True),
    ]
    assert passage.text.startswith("1992-ci il müqaviləsi\n\nBu müqavilə")


def test_bulleted_sentence_can_be_quoted() -> None:
    text = "• Bu, bütöv bir cümlədir."
    blocks = (Block("item", 0, len(text), "az"),)
    passage = split_article(Article("a", "az", text, Record("Başlıq"), blocks))[0]
    assert [(text[s.start : s.end], s.quotable) for s in passage.sentences] == [(text[2:], True)]


def test_paragraph_with_a_run_in_heading_names_it_in_its_section() -> None:
    long = "“Yıldız” Tatbikatı (Mayıs 2023): " + "Bu tatbikat çok uzun sürdü ve anlatıldı. " * 30
    passages = split_article(make_article([long.strip()], sections=["Tatbikatlar"]), max_words=60)
    assert len(passages) > 2
    assert {p.section for p in passages} == {"Tatbikatlar › “Yıldız” Tatbikatı (Mayıs 2023)"}


def test_short_paragraphs_share_a_passage() -> None:
    short, long = "Bu qısa abzasdır.", "Bu uzun abzasın cümləsidir. " * 20
    passages = split_article(make_article([short, short, long.strip()]), max_words=60)
    assert passages[0].text.startswith(f"{short}\n\n{short}\n\nBu uzun")
    assert [p.section for p in passages] == [""] * len(passages)


def test_long_aligned_paragraph_stays_one_passage() -> None:
    passages = split_article(make_article(["Bu uzun cümlədir. " * 60], anchors=True), max_words=50)
    assert [p.sibling_key for p in passages] == ["a#p0"]


def test_item_that_nothing_follows_is_not_quotable() -> None:
    text = "• 2021: Bəyannamə"
    blocks = (Block("item", 0, len(text), "az"),)
    passage = split_article(Article("a", "az", text, Record("Başlıq"), blocks))[0]
    assert [s.quotable for s in passage.sentences] == [False]
