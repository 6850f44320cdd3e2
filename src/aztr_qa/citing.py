"""From cited passages to references: distinct articles, clean fields, sorted, with keys.

Whatever a record holds, every text of a `Reference` is one printable line in NFC, so that no
format can be broken out of by a line break. What a record does not say stays empty.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, product
from string import ascii_lowercase
from typing import Self
from urllib.parse import quote

from aztr_qa.names import Name, read_name
from aztr_qa.records import Language, Passage, Record
from aztr_qa.text import fold, normalize, strip_invisible

_DOI = re.compile(
    r'(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/[^\s{}\\"]+)', re.IGNORECASE
)
_WEB = re.compile(r"https?://\S+", re.IGNORECASE)
_URL_MARKS = "%/:?#[]@!$&'()*+,;=~"
_DIGEST: dict[Language, str] = {
    "az": "“{title}” ({version}) adlı icmaldan oxunub; sözlər mənbənin öz sözləri deyil.",
    "tr": "“{title}” ({version}) adlı özetten okundu; sözler kaynağın kendi sözleri değildir.",
    "en": "Read in the digest “{title}” ({version}); the words are not those of the source.",
}
_QUOTED: dict[Language, str] = {
    "az": "Sitat gətirilən yer: {places}.",
    "tr": "Alıntılanan yer: {places}.",
    "en": "Quoted: {places}.",
}
# One page, several pages.
_PAGES: dict[Language, tuple[str, str]] = {
    "az": ("səh.", "səh."),
    "tr": ("s.", "s."),
    "en": ("p.", "pp."),
}


@dataclass(frozen=True, slots=True)
class Cited:
    """An article that is cited, and where known the printed pages, the sections and the web
    addresses of what is quoted from it.

    `version` is the language of the article version that was read.
    """

    article_id: str
    record: Record
    version: Language
    pages: tuple[int, ...] = ()
    sections: tuple[str, ...] = ()
    links: tuple[str, ...] = ()

    @classmethod
    def of_passage(cls, passage: Passage, record: Record, *, link: str | None = None) -> Self:
        """The article of a passage, at the place of the passage."""
        return cls(
            passage.article_id,
            record,
            passage.version,
            pages=(passage.page,) if passage.page is not None else (),
            sections=(passage.section,) if passage.section else (),
            links=(link,) if link else (),
        )


@dataclass(frozen=True, slots=True)
class Reference:
    """What a bibliography says about an article; "" is not known. Of a digest it is the source.

    key: lower-case ASCII letters, digits and hyphens, different from all others of the list;
    language: that of the article; doi: bare; url: http or https, in ASCII.
    """

    key: str
    authors: tuple[Name, ...]
    title: str
    title_en: str
    language: Language | None
    year: int | None
    venue: str
    volume: str
    issue: str
    issn: str
    doi: str
    url: str
    note: str


def make_references(cited: Iterable[Cited], *, language: Language) -> list[Reference]:
    """A reference of each article, by author, year and title; notes are in `language`.

    What is cited of one article several times is put together; its first version counts.
    """
    distinct = sorted(_merge(cited), key=lambda one: one.article_id)
    made = sorted((_make_reference(one, language) for one in distinct), key=_sort_key)
    bases = [reference.key for reference in made]
    return [
        replace(reference, key=base + letter)
        for reference, base, letter in zip(made, bases, letters_apart(bases), strict=True)
    ]


def letters_apart(names: Sequence[str]) -> list[str]:
    """What to put behind each name so that all differ: nothing, or a, b, … z, aa where it recurs.

    >>> letters_apart(["ozer2025", "aliyev", "ozer2025"])
    ['a', '', 'b']
    """
    counts = Counter(names)
    taken = {name for name in names if counts[name] == 1}
    letters: dict[str, Iterator[str]] = defaultdict(_count_letters)
    found = []
    for name in names:
        recurs = counts[name] > 1
        found.append(next(x for x in letters[name] if name + x not in taken) if recurs else "")
        taken.add(name + found[-1])
    return found


def _count_letters() -> Iterator[str]:
    for n in count(1):
        yield from ("".join(letters) for letters in product(ascii_lowercase, repeat=n))


def _merge(cited: Iterable[Cited]) -> list[Cited]:
    merged: dict[str, Cited] = {}
    for one in cited:
        first = merged.setdefault(one.article_id, one)
        if first is not one:
            merged[one.article_id] = replace(
                first,
                pages=first.pages + one.pages,
                sections=first.sections + one.sections,
                links=first.links + one.links,
            )
    return list(merged.values())


def _make_reference(cited: Cited, language: Language) -> Reference:
    record = cited.record
    is_digest = record.relation == "digest"
    title_en = _clean(record.title_en)
    # A digest's own title is not its source's, unless nothing better is known.
    title = _clean(record.source_title) if is_digest else _clean(record.title)
    title = title or title_en or _clean(record.title) or _clean(cited.article_id)
    spoken = record.source_language if is_digest else cited.version
    names = (read_name(_clean(author)) for author in record.authors)
    authors = tuple(name for name in names if name.family)
    return Reference(
        key=_make_key(authors, record.year, cited.article_id),
        authors=authors,
        title=title,
        title_en=title_en if spoken != "en" and title_en != title else "",
        language=spoken,
        year=record.year,
        venue=_clean(record.venue),
        volume=_clean(record.volume),
        issue=_clean(record.issue),
        issn=_clean(record.issn),
        doi=_clean_doi(record.doi),
        url=_clean_url(record.url),
        note=" ".join(filter(None, (_note_digest(cited, language), _note_places(cited, language)))),
    )


def _sort_key(reference: Reference) -> tuple[str, int, str]:
    authors = " ".join(fold(str(name)) for name in reference.authors)
    title = fold(reference.title)
    return authors or title, reference.year or 0, title


def _make_key(authors: Sequence[Name], year: int | None, article_id: str) -> str:
    """Like "ozer2025"; without an author, the article's id."""
    family = re.sub(r"[^a-z0-9]", "", fold(authors[0].family)) if authors else ""
    if family:
        return f"{family}{year or ''}"
    return re.sub(r"[^a-z0-9]+", "-", fold(article_id)).strip("-") or "article"


def _note_digest(cited: Cited, language: Language) -> str:
    if cited.record.relation != "digest":
        return ""
    title = _clean(cited.record.title) or _clean(cited.article_id)
    return _DIGEST[language].format(title=title, version=cited.version)


def _note_places(cited: Cited, language: Language) -> str:
    """Where the quotes stand. Not the article's pages from first to last, which no record says."""
    pages = sorted(set(cited.pages))
    sections = filter(None, dict.fromkeys(map(_clean, cited.sections)))
    links = filter(None, dict.fromkeys(map(_clean_url, cited.links)))
    places = [*(f"§ {section}" for section in sections), *links]
    if pages:
        places.insert(0, f"{_PAGES[language][len(pages) > 1]} {', '.join(map(str, pages))}")
    return _QUOTED[language].format(places="; ".join(places)) if places else ""


def _clean(text: str | None) -> str:
    """One line in NFC: what does not print vanishes (marks of direction) or becomes a space."""
    plain = strip_invisible(normalize(text or ""))
    return " ".join("".join(c if c.isprintable() else " " for c in plain).split())


def _clean_doi(text: str | None) -> str:
    """The bare DOI; nothing when it is none, since a link would be made of it."""
    match = _DOI.fullmatch(_clean(text))
    return match[1] if match else ""


def _clean_url(text: str | None) -> str:
    """The address in ASCII, so that it can stand unescaped in every format; only the web's."""
    plain = _clean(text)
    return quote(plain, safe=_URL_MARKS) if _WEB.fullmatch(plain) else ""
