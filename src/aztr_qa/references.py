"""The references of cited articles as text: BibTeX, RIS, CSL-JSON, or a list in APA style.

Our own, because no library writes them safely: rispy lets the line breaks of a title through, and
bibtexparser and pybtex its braces. citeproc-py would do APA, but needs lxml and a style file under
CC-BY-SA, and prints a title twice where there is no author. The tests read everything back with
rispy and bibtexparser.
"""

import json
import re
from collections.abc import Sequence
from typing import Any, Literal, get_args
from urllib.parse import quote

from aztr_qa.citing import Cited, Reference, letters_apart, make_references
from aztr_qa.names import Name, shorten_given
from aztr_qa.records import Language

ReferenceFormat = Literal["bibtex", "ris", "csl-json", "apa"]
REFERENCE_FORMATS: tuple[ReferenceFormat, ...] = get_args(ReferenceFormat)
MEDIA_TYPES: dict[ReferenceFormat, str] = {
    "bibtex": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "csl-json": "application/vnd.citationstyles.csl+json",
    "apa": "text/plain",
}

# BibTeX counts braces even behind a backslash, so "\{" would be one too many.
_ESCAPES = str.maketrans(
    {
        "\\": r"{\textbackslash}",
        "{": r"{\textbraceleft}",
        "}": r"{\textbraceright}",
        "~": r"{\textasciitilde}",
        "^": r"{\textasciicircum}",
        **{mark: f"\\{mark}" for mark in "&%#_$"},
    }
)
_BABEL: dict[Language, str] = {"az": "azerbaijani", "tr": "turkish", "en": "english"}
# A comma or one of these words in a name would part it in two.
_PARTING = re.compile(r",|\b(?:and|others)\b", re.IGNORECASE)
_MAX_APA_AUTHORS = 20


def format_references(
    cited: Sequence[Cited], format: ReferenceFormat, *, language: Language
) -> str:
    """The references of the distinct articles, by author, year and title; notes in `language`.

    Ends with a line break; nothing cited is an empty text, in CSL-JSON an empty list. The pages
    quoted are in the note: where an article begins and ends, no record says.
    """
    references = make_references(cited, language=language)
    match format:
        case "bibtex":
            return "\n".join(_format_bibtex(reference) for reference in references)
        case "ris":
            return "\n".join(_format_ris(reference) for reference in references)
        case "csl-json":
            items = [_to_csl(reference) for reference in references]
            return json.dumps(items, ensure_ascii=False, indent=2) + "\n"
        case "apa":
            return _format_apa_list(references)


def _format_bibtex(reference: Reference) -> str:
    fields = {
        "author": " and ".join(_format_bibtex_name(name) for name in reference.authors),
        "title": _protect(reference.title),
        "titleaddon": _protect(reference.title_en),
        "journal": _escape(reference.venue),
        "year": str(reference.year or ""),
        "volume": _escape(reference.volume),
        "number": _escape(reference.issue),
        "issn": _escape(reference.issn),
        # biblatex takes these two letter by letter, unescaped; neither can hold a brace.
        "doi": reference.doi,
        "url": reference.url,
        "langid": _BABEL[reference.language] if reference.language else "",
        "note": _escape(reference.note),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    kind = "article" if reference.venue else "misc"
    return ",\n".join([f"@{kind}{{{reference.key}", *lines]) + "\n}\n"


def _format_bibtex_name(name: Name) -> str:
    if not name.given:
        return _protect(name.family)
    parts = (name.family, name.given)
    return ", ".join(_protect(p) if _PARTING.search(p) else _escape(p) for p in parts)


def _protect(text: str) -> str:
    """In braces, in which no style changes capitals (İ would become i with a dot too many)."""
    return f"{{{_escape(text)}}}" if text else ""


def _escape(text: str) -> str:
    return text.translate(_ESCAPES)


def _format_ris(reference: Reference) -> str:
    fields = [
        ("TY", "JOUR" if reference.venue else "GEN"),
        ("ID", reference.key),
        *(("AU", str(name)) for name in reference.authors),
        ("TI", reference.title),
        ("TT", reference.title_en),
        ("T2", reference.venue),
        ("PY", str(reference.year or "")),
        ("VL", reference.volume),
        ("IS", reference.issue),
        ("SN", reference.issn),
        ("DO", reference.doi),
        ("UR", reference.url),
        ("LA", reference.language or ""),
        ("N1", reference.note),
    ]
    return "".join(f"{tag}  - {value}\n" for tag, value in fields if value) + "ER  - \n"


def _to_csl(reference: Reference) -> dict[str, Any]:
    """An item of CSL 1.0.2, which has no variable for a title in another language."""
    item = {
        "id": reference.key,
        "type": "article-journal" if reference.venue else "document",
        "author": [
            {"family": name.family, "given": name.given} if name.given else {"literal": name.family}
            for name in reference.authors
        ],
        "title": reference.title,
        "container-title": reference.venue,
        "volume": reference.volume,
        "issue": reference.issue,
        "issued": {"date-parts": [[reference.year]]} if reference.year else None,
        "ISSN": reference.issn,
        "DOI": reference.doi,
        "URL": reference.url,
        "language": reference.language,
        # citeproc-js reads "{:issued:1999}" in a note as a field of the item.
        "note": reference.note.replace("{:", "{ :"),
    }
    return {name: value for name, value in item.items() if value}


def _format_apa_list(references: Sequence[Reference]) -> str:
    """One line a reference, in the 7th edition's form for journal articles, without italics.

    What it has no place for (how a digest was read, what was quoted) follows in brackets.
    """
    authors = [_format_apa_authors(reference.authors) for reference in references]
    same = [f"{a or r.title} {r.year or ''}" for a, r in zip(authors, references, strict=True)]
    rows = zip(references, authors, letters_apart(same), strict=True)
    return "".join(f"{_format_apa(*row)}\n" for row in rows)


def _format_apa(reference: Reference, authors: str, letter: str) -> str:
    undated = f"n.d.-{letter}" if letter else "n.d."
    date = f"({reference.year}{letter})." if reference.year else f"({undated})."
    title = reference.title
    title = _end(f"{title} [{reference.title_en}]" if reference.title_en else title)
    numbers = reference.volume + (f"({reference.issue})" if reference.issue else "")
    parts = [
        *((_end(authors), date, title) if authors else (title, date)),
        _end(", ".join(filter(None, (reference.venue, numbers)))),
        f"https://doi.org/{quote(reference.doi, safe='/:;()')}" if reference.doi else reference.url,
        f"[{reference.note}]" if reference.note else "",
    ]
    return " ".join(filter(None, parts))


def _format_apa_authors(names: Sequence[Name]) -> str:
    """Like "Özer, Ç., & Əliyev, İ."; of more than 20, the first 19 and the last."""
    short = [f"{n.family}, {shorten_given(n.given)}" if n.given else n.family for n in names]
    if len(short) < 2:
        return "".join(short)
    if len(short) > _MAX_APA_AUTHORS:
        return ", ".join(short[: _MAX_APA_AUTHORS - 1]) + f", . . . {short[-1]}"
    return ", ".join(short[:-1]) + f", & {short[-1]}"


def _end(text: str) -> str:
    return text if not text or text.endswith((".", "?", "!", "…")) else f"{text}."
