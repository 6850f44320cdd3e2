"""The chat page's files: complete in three languages, nothing inline, nothing from outside."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

WEB = Path(__file__).parents[1] / "src" / "aztr_qa" / "web"
LANGUAGES = ["az", "tr", "en"]
SCRIPTS = sorted(WEB.glob("*.js"))
BARE_MARKUP = r"innerHTML|outerHTML|insertAdjacentHTML|\beval\b|document\.write|new Function"
INLINE_STYLE = r"\.style\b|cssText|[\"']style[\"']"

Strings = dict[str, dict[str, str]]
Tag = tuple[str, dict[str, str]]


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[Tag] = []
        self.texts: list[Tag] = []  # (name of the element, {"": its text})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        if self.tags and data.strip():
            self.texts.append((self.tags[-1][0], {"": data}))


def _read(name: str) -> str:
    return (WEB / name).read_text(encoding="utf-8")


def _page() -> _Page:
    page = _Page()
    page.feed(_read("index.html"))
    return page


def _strings() -> Strings:
    table = re.search(r"STRINGS = (\{.*\n\});", _read("strings.js"), re.DOTALL)
    assert table is not None
    strings: Strings = json.loads(table[1])
    return strings


def _placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"\{(\w+)\}", text))


def _every_script() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS)


def test_strings_exist_in_the_three_languages() -> None:
    strings = _strings()
    assert sorted(strings) == sorted(LANGUAGES)
    assert set(strings["az"]) == set(strings["tr"]) == set(strings["en"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_string_is_empty_and_placeholders_agree(language: str) -> None:
    strings = _strings()
    for key, text in strings[language].items():
        assert text.strip(), key
        assert _placeholders(text) == _placeholders(strings["en"][key]), key


def test_table_names_no_key_twice() -> None:
    keys = re.findall(r'^    "(\w+)":', _read("strings.js"), re.MULTILINE)
    assert len(keys) == sum(len(table) for table in _strings().values())


def test_every_string_asked_for_exists() -> None:
    scripts = _every_script()
    asked = set(re.findall(r"\bt\(\"(\w+)\"", scripts))
    asked |= {
        value
        for _, attributes in _page().tags
        for name, value in attributes.items()
        if name.startswith("data-t")
    }
    families = set(re.findall(r"\bt\(`(\w+_)\$\{", scripts))
    known = set(_strings()["en"])
    assert asked <= known
    assert families
    for family in families:
        assert any(key.startswith(family) for key in known), family


@pytest.mark.parametrize(
    "reason",
    ["no_evidence", "low_confidence", "off_topic", "empty_index", "language_unsupported"],
)
def test_every_reason_for_refusing_has_a_text(reason: str) -> None:
    assert f"reason_{reason}" in _strings()["en"]


def test_page_has_nothing_inline() -> None:
    page = _page()
    for tag, attributes in page.tags:
        assert tag != "style"
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")], tag
        if tag == "script":
            assert attributes.get("src", "").startswith("/static/")
    assert not [tag for tag, _ in page.texts if tag == "script"]


@pytest.mark.parametrize("name", ["index.html", "style.css"])
def test_nothing_is_loaded_from_another_host(name: str) -> None:
    assert not re.search(r"https?:|=\"//|url\(|@import", _read(name))


def test_static_addresses_name_existing_files() -> None:
    addresses = [
        value
        for _, attributes in _page().tags
        for name, value in attributes.items()
        if name in {"src", "href"} and value.startswith("/static/")
    ]
    assert addresses
    for address in addresses:
        assert (WEB / address.removeprefix("/static/")).is_file(), address
    for path in SCRIPTS:
        for module in re.findall(r'from "\./([\w.]+)"', path.read_text(encoding="utf-8")):
            assert (WEB / module).is_file(), module


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_script_writes_text_and_never_markup(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(BARE_MARKUP, text)
    assert not re.search(INLINE_STYLE, text)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_script_is_short(path: Path) -> None:
    if path.name == "strings.js":
        # A table and nothing else, as long as it is.
        assert re.fullmatch(
            r"(//[^\n]*\n|\n)*export const STRINGS = \{.*\n\};\n", _read(path.name), re.S
        )
        return
    assert len(path.read_text(encoding="utf-8").splitlines()) < 250


def test_every_id_a_script_uses_is_on_the_page() -> None:
    ids = [attributes["id"] for _, attributes in _page().tags if "id" in attributes]
    used = set(re.findall(r"(?:byId|getElementById)\([\"']([\w-]+)[\"']\)", _every_script()))
    assert len(ids) == len(set(ids))
    assert used
    assert used <= set(ids)
    # An id built at run time would slip past this test; only dom.js hands one on.
    assert len(re.findall(r"getElementById\((?![\"'])", _every_script())) == 1


def test_labels_and_descriptions_point_to_ids_on_the_page() -> None:
    tags = _page().tags
    ids = {attributes.get("id") for _, attributes in tags}
    for _, attributes in tags:
        for name in ("for", "aria-labelledby", "aria-describedby"):
            assert attributes.get(name) is None or attributes[name] in ids
