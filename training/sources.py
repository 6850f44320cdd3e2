"""What `training/sources.sh` fetched: names and terms of the Unicode CLDR, and word lists."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aztr_qa.records import LANGUAGES, Language

SOURCES = Path(__file__).parent.parent / "build" / "sources"
_ANNOTATIONS = (
    ("cldr-annotations-full", "annotations"),
    ("cldr-annotations-derived-full", "annotationsDerived"),
)
_LISTS = (
    ("cldr-localenames-full", ("territories", "languages", "scripts")),
    ("cldr-dates-full", ("ca-gregorian", "timeZoneNames", "dateFields")),
)


def read_terms() -> list[dict[str, str]]:
    """Aligned names of countries, languages, cities, times and pictures, {language: text}, sorted.

    Raises FileNotFoundError when they were not fetched.
    """
    terms = set()
    for package, name in _ANNOTATIONS:
        folder = _find(package) / name
        tables = [
            json.loads((folder / language / "annotations.json").read_text(encoding="utf-8"))[name][
                "annotations"
            ]
            for language in LANGUAGES
        ]
        spoken = [{sign: own["tts"][0] for sign, own in t.items() if "tts" in own} for t in tables]
        terms |= set(_align(*spoken))
    for package, names in _LISTS:
        folder = _find(package) / "main"
        for name in names:
            tables = [
                json.loads((folder / language / f"{name}.json").read_text(encoding="utf-8"))[
                    "main"
                ][language]
                for language in LANGUAGES
            ]
            terms |= set(_align(*tables))
    # One picture has many skin tones; what is the same in English teaches nothing.
    return [
        dict(zip(LANGUAGES, term, strict=True))
        for term in sorted(terms)
        if "skin tone" not in term[2] and term[2] not in term[:2]
    ]


def read_words(language: Language) -> list[str]:
    """Word forms as written, each once; Tesseract's list for the language, made from web pages.

    Raises FileNotFoundError when it was not fetched.
    """
    path = _find("words") / f"{language}.txt"
    return list(dict.fromkeys(map(str.strip, path.read_text(encoding="utf-8").splitlines())))


def _align(az: Any, tr: Any, en: Any) -> Iterator[tuple[str, str, str]]:
    if isinstance(en, dict):
        for key in en:
            if isinstance(az, dict) and isinstance(tr, dict) and key in az and key in tr:
                yield from _align(az[key], tr[key], en[key])
    elif isinstance(en, str) and len(en) > 3 and "{" not in en and any(map(str.isalpha, en)):
        yield (" ".join(az.split()), " ".join(tr.split()), " ".join(en.split()))


def _find(name: str) -> Path:
    folder = SOURCES / ("words" if name == "words" else f"cldr/{name}")
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: run training/sources.sh first")
    return folder
