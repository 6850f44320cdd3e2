"""References of cited articles: goldens, what other programs read back, and hostile records.

After a wanted change, `python -m tests.test_references` writes the goldens anew; read the diff.
"""

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest
import rispy  # type: ignore[import-untyped]  # has no types
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware, SeparateCoAuthors
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aztr_qa.citing import Cited, letters_apart
from aztr_qa.names import Name, read_name, shorten_given
from aztr_qa.reading.sources import read_sources
from aztr_qa.records import LANGUAGES, Language, Passage, Record
from aztr_qa.references import (
    MEDIA_TYPES,
    REFERENCE_FORMATS,
    ReferenceFormat,
    format_references,
)

GOLDEN = Path(__file__).parent / "golden" / "references"
CORPUS = Path(__file__).parents[1] / "corpus"
SUFFIXES: dict[ReferenceFormat, str] = {
    "bibtex": "bib",
    "ris": "ris",
    "csl-json": "json",
    "apa": "txt",
}

DIGEST = Cited(
    "ozer-2025",
    Record(
        title="Təhlükəsizlik və müdafiə münasibətləri (icmal)",
        authors=("Çağlar Özer",),
        year=2025,
        venue="İstanbul Kent Üniversitesi İnsan ve Toplum Bilimleri Dergisi",
        volume="6",
        issue="1",
        issn="2717-9737",
        title_en="Security and Defense Relations",
        relation="digest",
        source_title="Güvenlik ve Savunma İlişkileri",
        source_language="tr",
    ),
    "az",
    sections=("Tədqiqatın məqsədi",),
    links=("https://example.org/p/ozer-2025-0a1b2c",),
)
FULL = Cited(
    "isiq",
    Record(
        title="İşığın sürəti: 50% & daha çox?",
        authors=("İlham Heydər oğlu Əliyev", "Qızılgül Şıxlı", "Jan van der Berg"),
        year=2021,
        venue="Fizika & Həyat",
        volume="12",
        issue="3–4",
        issn="1234-5679",
        doi="https://doi.org/10.1234/ab_c(1)",
        url="https://example.org/məqalə?a=1&b={2}",
        title_en="The Speed of Light",
    ),
    "az",
    pages=(12, 4, 12),
    sections=("Giriş", "Nəticə › İşıq", "Giriş"),
)
BARE = Cited("yalniz-baslik", Record(title="Yalnız Başlık"), "tr")
SAME = Record(title="Öteki yazı", authors=("Özer, Çağlar",), year=2025)
CASES: dict[str, tuple[Cited, ...]] = {
    "digest": (DIGEST,),
    "full": (FULL,),
    "bare": (BARE,),
    "several": (FULL, BARE, DIGEST, Cited("oteki", SAME, "tr", pages=(7,)), DIGEST),
}
# Letters that trip, marks that the formats use, and what breaks lines or turns writing around;
# without - ' ` whose pairs are dashes and quotes in LaTeX.
ODD = st.text(
    'İIıiəğşÖ aZ19{}\\%&_#$~^"@=,.;:()[]<>\n\r\t\x00\x1b\x85\u2028\u202e\xa0', max_size=30
)

each_format = pytest.mark.parametrize("format", REFERENCE_FORMATS)
each_language = pytest.mark.parametrize("language", LANGUAGES)


def shown(text: str) -> str:
    """What may be left of a text: one line of printable characters."""
    seen = "".join(c for c in text if c != "\u202e").replace("i\u0307", "i")
    return " ".join("".join(c if c.isprintable() else " " for c in seen).split())


def read_bibtex(text: str) -> list[dict[str, str]]:
    """The entries as bibtexparser reads them, without LaTeX, with their type and key."""
    # Its decoder knows braces by their names in formulas only, and takes ^ for an accent.
    text = text.replace("textbraceleft", "lbrace").replace("textbraceright", "rbrace")
    text = text.replace(r"{\textasciicircum}", "^")
    library = parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    assert not library.failed_blocks
    assert len(library.blocks) == len(library.entries)
    return [
        {"": entry.entry_type, "key": entry.key, **{f.key: f.value for f in entry.fields}}
        for entry in library.entries
    ]


def read_ris(text: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = rispy.loads(text)
    return entries


def cite(format: ReferenceFormat = "apa", *, language: Language = "en", **fields: Any) -> str:
    record = Record(**{"title": "T", **fields})
    return format_references([Cited("id", record, "tr")], format, language=language)


@each_format
@pytest.mark.parametrize("case", CASES)
def test_references_are_as_in_the_golden_file(case: str, format: ReferenceFormat) -> None:
    golden = GOLDEN / f"{case}.{SUFFIXES[format]}"
    assert format_references(CASES[case], format, language="en") == golden.read_text("utf-8")


def test_formats_media_types_and_literal_agree() -> None:
    assert tuple(MEDIA_TYPES) == REFERENCE_FORMATS == get_args(ReferenceFormat)


@each_format
@each_language
def test_every_shipped_record_is_formatted(format: ReferenceFormat, language: Language) -> None:
    records = read_sources(CORPUS).by_key
    cited = [Cited(key, record, language) for key, record in records.items()]
    text = format_references(cited, format, language=language)
    assert "None" not in text
    for record in records.values():
        assert record.source_title
        assert record.source_title in text
    if format == "bibtex":
        assert len(read_bibtex(text)) == len(records) == 5
    if format == "ris":
        assert len(read_ris(text)) == len(records)


@each_format
def test_nothing_cited_is_an_empty_list(format: ReferenceFormat) -> None:
    assert format_references([], format, language="en") == ("[]\n" if format == "csl-json" else "")


@each_format
def test_what_a_record_does_not_say_is_not_said(format: ReferenceFormat) -> None:
    text = format_references([BARE], format, language="tr")
    assert not re.search(r"None|null|\d{4}|author|AU  -|journal|doi|note|\[\]", text)


@each_format
@each_language
def test_digest_cites_its_source_and_says_that_its_words_are_another_s(
    format: ReferenceFormat, language: Language
) -> None:
    text = format_references([DIGEST], format, language=language)
    said = {"az": "icmaldan oxunub", "tr": "özetten okundu", "en": "Read in the digest"}[language]
    assert said in text
    title = {
        "bibtex": "title = {{Güvenlik ve Savunma İlişkileri}}",
        "ris": "TI  - Güvenlik ve Savunma İlişkileri\n",
        "csl-json": '"title": "Güvenlik ve Savunma İlişkileri"',
        "apa": "Özer, Ç. (2025). Güvenlik ve Savunma İlişkileri [Security and Defense Relations]. ",
    }[format]
    assert title in text
    speech = {"bibtex": "langid = {turkish}", "ris": "LA  - tr", "csl-json": '"language": "tr"'}
    assert speech.get(format, "") in text


@each_language
def test_passages_of_one_article_become_one_reference_with_their_places(language: Language) -> None:
    passages = [
        Passage("p1", "isiq", "az", "az", "", 0, 0, "Giriş", 9, ()),
        Passage("p2", "isiq", "az", "en", "", 0, 0, "", 4, ()),
        Passage("p3", "isiq", "az", "az", "", 0, 0, "Giriş", None, ()),
    ]
    links = ["https://example.org/p/p1", None, "javascript:alert(1)"]
    cited = [
        Cited.of_passage(passage, FULL.record, link=link)
        for passage, link in zip(passages, links, strict=True)
    ]
    (entry,) = read_ris(format_references(cited, "ris", language=language))
    quoted = {
        "az": "Sitat gətirilən yer: səh. 4, 9; § Giriş; https://example.org/p/p1.",
        "tr": "Alıntılanan yer: s. 4, 9; § Giriş; https://example.org/p/p1.",
        "en": "Quoted: pp. 4, 9; § Giriş; https://example.org/p/p1.",
    }[language]
    assert entry["notes"] == [quoted]
    assert "start_page" not in entry


@pytest.mark.parametrize(
    ("written", "family", "given"),
    [
        ("Çağlar Özer", "Özer", "Çağlar"),
        ("Özer, Çağlar", "Özer", "Çağlar"),
        ("Ayşe Nur Şıxlı", "Şıxlı", "Ayşe Nur"),
        ("Jan van der Berg", "van der Berg", "Jan"),
        ("bell hooks", "hooks", "bell"),
        ("Heydər Əlirza oğlu Əliyev", "Əliyev", "Heydər Əlirza oğlu"),
        ("Əliyev Heydər Əlirza oğlu", "Əliyev", "Heydər Əlirza oğlu"),
        ("Əliyeva, Sevil Heydər qızı", "Əliyeva", "Sevil Heydər qızı"),
        ("Koroğlu", "Koroğlu", ""),
        ("Nigar Əli qızı", "Nigar Əli qızı", ""),
        ("Mehmet Oğlu", "Oğlu", "Mehmet"),
        ("NATO", "NATO", ""),
        ("Azərbaycan Respublikası Xarici İşlər Nazirliyi", None, ""),
        ("İstanbul Kent Üniversitesi, Rektörlük", None, ""),
        ("T.C. Dışişleri Bakanlığı", None, ""),
        (", Çağlar", "Çağlar", ""),
    ],
)
def test_names_are_taken_apart(written: str, family: str | None, given: str) -> None:
    assert read_name(written) == Name(written if family is None else family, given)


@pytest.mark.parametrize(
    ("given", "initials"),
    [
        ("İlham", "İ."),
        ("Işıl ince", "I. i."),
        ("Əli Şıx oğlu", "Ə. Ş."),
        ("Ç.A.", "Ç. A."),
        ("Ayşe-Nur", "A.-N."),
        ("J̌an N'Golo", "J̌. N."),
    ],
)
def test_initials_keep_their_letter(given: str, initials: str) -> None:
    assert shorten_given(given) == initials


@pytest.mark.parametrize(
    ("n_authors", "line"),
    [
        (1, "B, A. (2020). T."),
        (2, "B, A., & C, A. (2020). T."),
        (3, "B, A., C, A., & D, A. (2020). T."),
        (20, "B, A., C, A., D, A., E, A., F, A., G, A., H, A., I, A., J, A., K, A., L, A., M, A., "
             "N, A., O, A., P, A., Q, A., R, A., S, A., T, A., & U, A. (2020). T."),
        (21, "B, A., C, A., D, A., E, A., F, A., G, A., H, A., I, A., J, A., K, A., L, A., M, A., "
             "N, A., O, A., P, A., Q, A., R, A., S, A., T, A., . . . V, A. (2020). T."),
    ],
)  # fmt: skip
def test_apa_names_up_to_20_authors(n_authors: int, line: str) -> None:
    authors = tuple(f"A {chr(ord('B') + i)}" for i in range(n_authors))
    assert cite(authors=authors, year=2020) == f"{line}\n"


def test_apa_tells_apart_what_has_the_same_author_and_year() -> None:
    def list_of(year: int | None) -> str:
        records = {n: Record(title=n, authors=("Çağlar Özer",), year=year) for n in ("Z", "Ə")}
        cited = [Cited(n, record, "az") for n, record in records.items()]
        return format_references(cited, "apa", language="az")

    assert list_of(2025) == "Özer, Ç. (2025a). Ə.\nÖzer, Ç. (2025b). Z.\n"
    assert list_of(None) == "Özer, Ç. (n.d.-a). Ə.\nÖzer, Ç. (n.d.-b). Z.\n"


def test_apa_list_is_by_author_year_and_title() -> None:
    """Ə stands with e, Ç with c; what has no author stands at its title."""
    records = [
        Record("B", ("Ələkbər Əliyev",), 2020),
        Record("Dəmir yolu"),
        Record("A", ("Ələkbər Əliyev",), 2019),
        Record("A", ("Çağlar Çelik",), 2024),
        Record("C", ("Ələkbər Əliyev",)),
    ]
    cited = [Cited(str(n), record, "az") for n, record in enumerate(records)]
    assert format_references(cited, "apa", language="az").splitlines() == [
        "Çelik, Ç. (2024). A.",
        "Dəmir yolu. (n.d.).",
        "Əliyev, Ə. (n.d.). C.",
        "Əliyev, Ə. (2019). A.",
        "Əliyev, Ə. (2020). B.",
    ]


@pytest.mark.parametrize(
    ("doi", "bare"),
    [
        ("10.1234/abc", "10.1234/abc"),
        ("doi: 10.1234/abc", "10.1234/abc"),
        ("http://dx.doi.org/10.1234/abc", "10.1234/abc"),
        ("n/a", None),
        ("10.1234/a b", None),
        ("10.1234/a}, note={x", None),
    ],
)
def test_doi_is_bare_in_fields_and_an_address_in_apa(doi: str, bare: str | None) -> None:
    (item,) = json.loads(cite("csl-json", doi=doi))
    assert item.get("DOI") == bare
    assert cite(doi=doi) == f"T. (n.d.).{f' https://doi.org/{bare}' if bare else ''}\n"


@each_format
@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "https://a b"])
def test_address_that_is_none_of_the_web_is_left_out(format: ReferenceFormat, url: str) -> None:
    assert cite(format, url=url) == cite(format)


def test_keys_are_short_and_differ() -> None:
    bibliography = read_bibtex(format_references(CASES["several"], "bibtex", language="en"))
    assert [entry["key"] for entry in bibliography] == [
        "eliyev2021",
        "ozer2025a",
        "ozer2025b",
        "yalniz-baslik",
    ]


@given(st.lists(st.text("ab", max_size=2)))
@settings(max_examples=100, deadline=None)
def test_letters_make_all_names_differ(names: list[str]) -> None:
    letters = letters_apart(names)
    assert len({a + b for a, b in zip(names, letters, strict=True)}) == len(names)
    assert all(names.count(a) > 1 for a, b in zip(names, letters, strict=True) if b)


@given(title=ODD, venue=ODD, author=ODD)
@settings(max_examples=60, deadline=None)
@example(title="a}, year = {1999", venue='"} @misc{x, title={y', author="A and B, C and others")
@example(title="x\\", venue="{", author="}, {")
def test_bibtex_is_read_back(title: str, venue: str, author: str) -> None:
    text = cite("bibtex", title=title, venue=venue, authors=(author,), year=2020)
    (entry,) = read_bibtex(text)
    assert set(entry) <= {"", "key", "title", "journal", "author", "year", "langid"}
    assert re.fullmatch(r"[a-z0-9-]+", entry["key"])
    assert entry["year"] == "2020"
    assert entry["title"] == (shown(title) or "id")
    assert entry.get("journal", "") == shown(venue)
    assert text.count("{") == text.count("}")


@given(authors=st.lists(st.sampled_from(["Ali and Veli", "Özer, A, B", "others", "NATO", "A Ö"])))
@settings(max_examples=30, deadline=None)
def test_bibtex_has_as_many_authors_as_the_record(authors: list[str]) -> None:
    text = cite("bibtex", authors=tuple(authors))
    library = parse_string(text, append_middleware=[SeparateCoAuthors()])
    field = library.entries[0].fields_dict.get("author")
    assert len(field.value if field else []) == len(authors)


@given(title=st.text() | ODD, venue=ODD, author=ODD)
@settings(max_examples=60, deadline=None)
@example(title="a\nER  - \nTY  - BOOK\nTI  - b", venue="\r\nAU  - Nobody", author="A\u2028PY  - 1")
def test_ris_is_read_back(title: str, venue: str, author: str) -> None:
    (entry,) = read_ris(cite("ris", title=title, venue=venue, authors=(author,)))
    assert entry["secondary_title"] == shown(venue) if shown(venue) else True
    assert set(entry) <= {
        *("type_of_reference", "id", "authors", "title", "secondary_title", "language"),
    }
    assert len(entry.get("authors", [])) <= 1


@given(title=st.text() | ODD, author=st.text() | ODD)
@settings(max_examples=60, deadline=None)
def test_csl_json_is_what_the_schema_asks_for(title: str, author: str) -> None:
    (item,) = json.loads(cite("csl-json", title=title, authors=(author,), volume="6", year=2020))
    check_csl(item)
    assert item["title"].isprintable()


@pytest.mark.parametrize("case", CASES)
def test_csl_json_of_the_goldens_is_what_the_schema_asks_for(case: str) -> None:
    for item in json.loads(format_references(CASES[case], "csl-json", language="en")):
        check_csl(item)


def test_note_sets_no_fields_of_the_csl_item() -> None:
    text = cite("csl-json", title="{:issued:1999}", relation="digest", source_title="S")
    assert "{:" not in text


def check_csl(item: dict[str, Any]) -> None:
    """The types of https://github.com/citation-style-language/schema, csl-data.json."""
    assert item["type"] in ("article-journal", "document")
    strings = ("id", "title", "container-title", "volume", "issue", "ISSN", "DOI", "URL", "note")
    assert set(item) <= {"type", "author", "issued", "language", *strings}
    assert all(isinstance(item.get(name, ""), str) for name in strings)
    assert item.get("language", "az") in LANGUAGES
    for name in item.get("author", []):
        assert set(name) in ({"family", "given"}, {"literal"})
        assert all(isinstance(part, str) and part for part in name.values())
    if "issued" in item:
        assert set(item["issued"]) == {"date-parts"}
        ((year,),) = item["issued"]["date-parts"]
        assert type(year) is int


if __name__ == "__main__":
    for case, cited in CASES.items():
        for form, suffix in SUFFIXES.items():
            text = format_references(cited, form, language="en")
            (GOLDEN / f"{case}.{suffix}").write_text(text, "utf-8")
