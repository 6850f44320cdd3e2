"""The chat page's files: complete in three languages, nothing inline, nothing from outside. Then
the page in a browser, over a real server whose answers are ours. The browser is slow.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, Request, Route

WEB = Path(__file__).parents[1] / "src" / "aztr_qa" / "web"
LANGUAGES = ["az", "tr", "en"]
SCRIPTS = sorted(WEB.glob("*.js"))
BARE_MARKUP = r"innerHTML|outerHTML|insertAdjacentHTML|\beval\b|document\.write|new Function"
INLINE_STYLE = r"\.style\b|cssText|[\"']style[\"']"
# Why there is no composed answer: `generation_note` on the wire.
NOTES = [
    "timeout",
    "rate_limited",
    "server_error",
    "unreachable",
    "malformed",
    "too_long",
    "wrong_language",
    "nothing_supported",
    "no_answer",
    "unauthorized",
]

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


@pytest.mark.parametrize("note", NOTES)
def test_every_reason_for_composing_nothing_has_a_text(note: str) -> None:
    assert f"note_{note}" in _strings()["en"]


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


# --- in a browser ---------------------------------------------------------------------------------

CHROMIUM = shutil.which("chromium")
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
WIDE = (1280, 900)
NARROW = (390, 500)

# Our own sentences: outside the BMP before the key phrase, and İ I ı i ə ğ.
TITLES = {"az": "Iğdır yolu", "tr": "Iğdır yolu", "en": "The Iğdır line"}
QUOTES = {
    "az": "🚆 İğdə ağacları 🕊️ Iğdırdan İmişliyə qədər 30 oktyabr 2017-ci ildə əkilib.",
    "tr": "🚆 İğde ağaçları 🕊️ Iğdır'dan İmişli'ye dek 30 Ekim 2017 tarihinde dikildi.",
    "en": "🚆 The iğdə trees 🕊️ from Iğdır to İmişli, ı by ı, were planted on 30 October 2017.",
}
PHRASES = {"az": "30 oktyabr 2017-ci ildə", "tr": "30 Ekim 2017", "en": "30 October 2017"}
FILLERS = {
    "az": "Yol boyu kölgə azdır, ona görə hər stansiyada beş ağac əkilib.",
    "tr": "Yol boyunca gölge azdır, bu yüzden her istasyona beş ağaç dikildi.",
    "en": "There is little shade along the line, so each station was given five trees.",
}
ENDS = {"az": "Sonra su çəkilib.", "tr": "Sonra su getirildi.", "en": "Then water was brought."}
OTHER = {"az": "tr", "tr": "en", "en": "az"}  # the language of an answer that is not the passage's

Json = dict[str, Any]


@dataclass(frozen=True)
class Source:
    """A passage of the server: the quote stands in it twice, cited is the second."""

    passage: Json
    language: str

    @property
    def start(self) -> int:
        text: str = self.passage["text"]
        start: int = self.passage["start"]
        return start + text.rindex(QUOTES[self.language])

    @property
    def end(self) -> int:
        return self.start + len(QUOTES[self.language])

    @property
    def path(self) -> str:
        return f"/p/{self.passage['id']}?quote={self.start}-{self.end}"

    def cite(self, **changes: Any) -> Json:
        phrase = PHRASES[self.language]
        at = self.start + QUOTES[self.language].index(phrase)
        return {
            "marker": 1,
            "quote": QUOTES[self.language],
            "language": self.language,
            "version": self.language,
            "start": self.start,
            "end": self.end,
            "passage_id": self.passage["id"],
            "article": {"id": "yol", "title": TITLES[self.language], "authors": ["Iğdırlı İ."]},
            "section": "Yol",
            "page": None,
            "highlight": {"start": at, "end": at + len(phrase)},
            **changes,
        }


@dataclass(frozen=True)
class Site:
    """The server's address, and what it holds in each language."""

    address: str
    sources: dict[str, Source]


OpenPage = Callable[..., "Page"]


def _in_browser(test: Any) -> Any:
    """Marks a test that needs Chromium."""
    for mark in (
        pytest.mark.slow,
        pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium"),
        pytest.mark.filterwarnings("ignore"),
    ):
        test = mark(test)
    return test


def _answer(*citations: Json, **changes: Any) -> Json:
    language = citations[0]["language"] if citations else "az"
    return {
        "id": "0123456789abcdef0123",
        "question": {"text": "?", "language": language, "language_confidence": 1.0},
        "language": language,
        "text": "",
        "refused": not citations,
        "reason": None if citations else "no_evidence",
        "confidence": 0.9,
        "citations": list(citations),
        "hits": [],
        "mode": "extractive",
        "generation": "0",
        "took_ms": 1.0,
        **changes,
    }


def _corpus_text(language: str) -> str:
    quote, filler = QUOTES[language], FILLERS[language]
    paragraphs = [f"{quote} {' '.join([filler] * 4)} {quote} {filler}", ENDS[language]]
    body = "".join(f"{text} {{#p{n}}}\n\n" for n, text in enumerate(paragraphs, start=1))
    head = f'id: yol\nlanguage: {language}\ntitle: "{TITLES[language]}"'
    return f"---\n{head}\n---\n## Yol\n\n{body}"


def _get(address: str) -> Json:
    with urllib.request.urlopen(address, timeout=10) as response:
        body: Json = json.load(response)
        return body


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("page")
    (folder / "corpus" / "yol").mkdir(parents=True)
    for language in LANGUAGES:
        path = folder / "corpus" / "yol" / f"{language}.md"
        path.write_text(_corpus_text(language), encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "aztr_qa", "serve", "--corpus", str(folder / "corpus")]
    command += ["--index", str(folder / "index"), "--port", str(port)]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env={**os.environ, "HF_HUB_OFFLINE": "1"}
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{address}/readyz", timeout=1)
            break
        except OSError:
            assert process.poll() is None, process.stderr and process.stderr.read()
            time.sleep(0.1)
    sources = {}
    for language in LANGUAGES:
        listed = _get(f"{address}/v1/articles/yol/passages?language={language}")["passages"]
        (passage,) = [each for each in listed if "🚆" in each["text"]]
        assert passage["text"].count(QUOTES[language]) == 2
        sources[language] = Source(passage, language)
    yield Site(address, sources)
    process.terminate()
    process.wait(timeout=15)


@dataclass
class Tabs:
    """One browser page for each language, used again and again, and what went wrong in them."""

    browser: "Browser"
    address: str
    pages: dict[str, "Page"]
    problems: list[str]

    def open(self, language: str, path: str = "/", *, size: tuple[int, int] = WIDE) -> "Page":
        """Opens a path as a browser that speaks the language."""
        if language not in self.pages:
            self.pages[language] = self._make(language)
        page = self.pages[language]
        page.unroute_all()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.goto(self.address + path)
        return page

    def _make(self, language: str) -> "Page":
        context = self.browser.new_context(
            locale=language,
            reduced_motion="reduce",
            permissions=["clipboard-read", "clipboard-write"],
        )
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda m: self._report(m.text) if m.type == "error" else None)
        page.on("request", lambda request: self._watch(request.url))
        return page

    def _report(self, text: str) -> None:
        if not text.startswith("Failed to load resource"):  # of tests that let requests fail
            self.problems.append(text)

    def _watch(self, url: str) -> None:
        if not url.startswith(self.address):
            self.problems.append(url)


@pytest.fixture(scope="module")
def tabs(site: Site) -> Iterator[Tabs]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=CHROMIUM_OPTIONS
        )
        yield Tabs(browser, site.address, {}, [])
        browser.close()


@pytest.fixture
def open_page(tabs: Tabs) -> Iterator[OpenPage]:
    """`Tabs.open`; an error of a script or a request to elsewhere fails the test."""
    tabs.problems.clear()
    yield tabs.open
    assert tabs.problems == []


def _serve(page: "Page", *answers: Json) -> list[Json]:
    """Answer questions one after the other, the last answer again and again; what was asked."""
    asked: list[Json] = []

    def fulfill(route: "Route") -> None:
        asked.append(_posted(route.request))
        answer = answers[min(len(asked), len(answers)) - 1]
        route.fulfill(status=answer.get("status", 200), json=answer)

    page.route("**/v1/answers", fulfill)
    return asked


def _posted(request: "Request") -> Json:
    body = request.post_data_json
    assert isinstance(body, dict)
    return body


def _ask(page: "Page", question: str = "Iğdır?") -> "Locator":
    """The body of the answer."""
    turns = page.locator("#conversation > li")
    before = turns.count()
    page.fill("#question", question)
    page.keyboard.press("Enter")
    turn = turns.nth(before).locator(".answer")
    turn.locator(".facts, .failure").wait_for()
    return turn


def _passage_pieces(page: "Page") -> list[str]:
    """The text of the passage in the panel: before the mark, the mark, and after it."""
    page.wait_for_selector("#panel-body[aria-busy=false]")
    pieces: list[str] = page.evaluate(
        "[...document.querySelector('.passage-text').childNodes].map((node) => node.textContent)"
    )
    return pieces


def _t(language: str, key: str, /, **values: str) -> str:
    return _strings()[language][key].format(**values)


@_in_browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_key_phrase_is_bold_behind_letters_of_two_units(
    language: str, site: Site, open_page: OpenPage
) -> None:
    page = open_page(language)
    _serve(page, _answer(site.sources[language].cite()))
    answer = _ask(page)
    assert answer.locator("blockquote .quote").text_content() == QUOTES[language]
    assert answer.locator("blockquote strong.key").all_text_contents() == [PHRASES[language]]


@_in_browser
def test_key_phrase_outside_the_quote_is_not_shown(site: Site, open_page: OpenPage) -> None:
    source = site.sources["az"]
    spans = [(0, 3), (source.start, source.end + 1), (source.end, source.end), (1.5, 9), (9, 1)]
    wrong: list[Json | None] = [{"start": start, "end": end} for start, end in spans]
    page = open_page("az")
    _serve(page, *(_answer(source.cite(highlight=highlight)) for highlight in [*wrong, None]))
    for _ in range(len(wrong) + 1):
        answer = _ask(page)
        assert answer.locator(".quote").text_content() == QUOTES["az"]
        assert answer.locator("strong").count() == 0


@_in_browser
def test_markup_in_a_quote_is_text(site: Site, open_page: OpenPage) -> None:
    key = "<img src=x onerror=alert(1)>"
    quote = f"🚆 <b>İ &amp; ı</b> {key} <script>ə</script>"
    start = quote.index(key)
    page = open_page("tr")
    highlight = {"start": start, "end": start + len(key)}
    citation = site.sources["tr"].cite(quote=quote, start=0, end=len(quote), highlight=highlight)
    composed = _answer(citation, mode="generated", text=f"{key} [1] [2]")
    _serve(page, composed)
    answer = _ask(page)
    assert answer.locator(".quote").text_content() == quote
    assert answer.locator("strong").all_text_contents() == [key]
    assert answer.locator(".composed").text_content() == f"{key} 1 [2]"
    assert answer.locator("img, script, b").count() == 0


@_in_browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_panel_marks_the_quote_at_its_place(language: str, site: Site, open_page: OpenPage) -> None:
    source = site.sources[language]
    text, at = source.passage["text"], source.start - source.passage["start"]
    page = open_page(language)
    _serve(page, _answer(source.cite()))
    _ask(page).locator(".chip").click()
    before, after = text[:at], text[at + len(QUOTES[language]) :]
    assert _passage_pieces(page) == [before, QUOTES[language], after]
    assert page.locator("mark strong.key").all_text_contents() == [PHRASES[language]]


@_in_browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_panel_looks_for_a_quote_whose_offsets_are_outdated(
    language: str, site: Site, open_page: OpenPage
) -> None:
    source = site.sources[language]
    fresh = source.cite()
    old = {"start": fresh["start"] + 7, "end": fresh["end"] + 7}
    highlight = {name: fresh["highlight"][name] + 7 for name in ("start", "end")}
    page = open_page(language)
    _serve(page, _answer(source.cite(**old, highlight=highlight)))
    _ask(page).locator(".chip").click()
    quote, text = QUOTES[language], source.passage["text"]
    assert _passage_pieces(page) == ["", quote, text.removeprefix(quote)]
    assert page.locator("mark strong.key").all_text_contents() == [PHRASES[language]]
    # The link to take along is to where the quote was found, not to where it was said to be.
    start = source.passage["start"]
    link = page.locator(".permalink a").get_attribute("href") or ""
    assert link.endswith(f"?quote={start}-{start + len(quote)}")


@_in_browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_address_of_a_quote_opens_on_it(language: str, site: Site, open_page: OpenPage) -> None:
    source = site.sources[language]
    page = open_page(language)
    _serve(page, _answer(source.cite()))
    _ask(page).locator(".chip").click()
    page.wait_for_selector("mark")
    link = site.address + source.path
    assert page.url == link
    assert page.inner_text("#panel .footnote").endswith(f" {link}")
    permalink = page.locator(".permalink a")
    assert permalink.get_attribute("href") == link
    assert permalink.inner_text() == _t(language, "permalinkQuote")
    page.get_by_role("button", name=_t(language, "copyLink")).click()
    page.get_by_role("button", name=_t(language, "copied")).wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == link

    page = open_page(language, source.path, size=NARROW)
    before, marked, _ = _passage_pieces(page)
    assert before == source.passage["text"][: source.start - source.passage["start"]]
    assert marked == QUOTES[language]
    box = page.locator("mark").bounding_box()
    top = page.locator(".panel-top").bounding_box()
    assert box is not None
    assert top is not None
    assert top["y"] + top["height"] <= box["y"] < box["y"] + box["height"] <= NARROW[1]
    assert page.evaluate("document.activeElement.id") == "panel-title"


@_in_browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_range_that_is_no_quote_marks_nothing(
    language: str, site: Site, open_page: OpenPage
) -> None:
    source = site.sources[language]
    path = f"/p/{source.passage['id']}"
    shifted = f"{source.start + 3}-{source.end + 3}"
    longer = f"{source.start}-{source.passage['end'] + 1}"
    wrong = ["", "x", "5", "-", "9-5", "-1-5", "1e1-2e1", "1.5-9", "0-9999999", "1-2-3"]
    page = open_page(language)
    for written in [*wrong, shifted, longer, f"{source.end}-{source.start}", "%F0", "5-5"]:
        # As the browser does on a step back or forward, but much faster than by loading each.
        page.evaluate(
            "(address) => { history.replaceState(null, '', address);"
            " dispatchEvent(new PopStateEvent('popstate')); }",
            f"{path}?quote={written}",
        )
        assert _passage_pieces(page) == [source.passage["text"]], written
        assert page.locator(".permalink a").get_attribute("href") == site.address + path
        assert page.locator(".failure").count() == 0


@_in_browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_back_forward_and_reload_keep_the_quote(
    language: str, site: Site, open_page: OpenPage
) -> None:
    source = site.sources[language]
    plain = f"{site.address}/p/"
    page = open_page(language)
    _serve(page, _answer(source.cite()))
    _ask(page).locator(".chip").click()
    page.wait_for_selector("mark strong.key")

    page.get_by_role("button", name=_t(language, "next")).click()
    page.get_by_text(ENDS[language], exact=True).wait_for()
    assert page.locator("mark").count() == 0
    assert page.url.startswith(plain)
    assert "?" not in page.url
    page.get_by_role("button", name=_t(language, "previous")).click()
    page.wait_for_selector("mark strong.key")
    assert page.url == site.address + source.path

    page.go_back()
    page.wait_for_selector("#panel", state="hidden")
    assert page.url == f"{site.address}/"
    page.go_forward()
    page.wait_for_selector("mark strong.key")
    assert page.url == site.address + source.path
    page.keyboard.press("Escape")
    page.wait_for_selector("#panel", state="hidden")
    page.wait_for_url(f"{site.address}/")
    assert page.locator(".chip").evaluate("(chip) => chip === document.activeElement")

    page.go_forward()
    page.wait_for_selector("mark strong.key")
    page.reload()
    page.wait_for_selector("mark strong.key")
    assert page.url == site.address + source.path


@_in_browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_aligned_text_stands_before_the_quote_and_is_not_one(
    language: str, site: Site, open_page: OpenPage
) -> None:
    own = OTHER[language]
    source, aligned = site.sources[own], site.sources[language]
    shown = {
        "language": language,
        "text": aligned.passage["text"],
        "passage_id": aligned.passage["id"],
    }
    page = open_page(language)
    _serve(page, _answer(source.cite(shown_in=shown), source.cite(shown_in=shown, marker=2)))
    answer = _ask(page)
    labels = [
        _t(language, "aligned", language=_t(language, f"lang_{language}")),
        _t(language, "original", language=_t(language, f"lang_{own}")),
    ]
    assert answer.locator(".quotes .label").all_inner_texts() == labels
    first, second = answer.locator(".pair > div").all()
    text = first.locator(".shown")
    assert text.text_content() == aligned.passage["text"]
    assert text.get_attribute("lang") == language
    for name in ("::before", "::after"):
        content = text.evaluate(f"(node) => getComputedStyle(node, '{name}').content")
        assert content in {"none", "normal"}
    assert first.locator("blockquote").count() == 0
    assert answer.locator("blockquote .shown, .quote .shown").count() == 0
    # Both quotes of the paragraph, beside its aligned text.
    assert second.locator("blockquote .quote").all_text_contents() == [QUOTES[own]] * 2
    assert second.locator("blockquote").first.get_attribute("lang") == own

    left, right = first.bounding_box(), second.bounding_box()
    assert left is not None
    assert right is not None
    assert left["x"] + left["width"] <= right["x"]
    assert left["y"] == right["y"]
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    above, below = first.bounding_box(), second.bounding_box()
    assert above is not None
    assert below is not None
    assert above["x"] == below["x"]
    assert above["y"] + above["height"] <= below["y"]


@_in_browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_references_can_be_taken_along(
    language: str, site: Site, open_page: OpenPage, tmp_path: Path
) -> None:
    mine, other = site.sources[language], site.sources[OTHER[language]]
    page = open_page(language)
    _serve(page, _answer(mine.cite(), mine.cite(marker=2), other.cite(marker=3)), _answer())
    answer = _ask(page)
    row = answer.locator(".references")
    ids = f"passage={mine.passage['id']}&passage={other.passage['id']}"
    # Each passage once.
    base = f"{site.address}/v1/citations?{ids}&format="
    assert row.locator("p").first.inner_text().endswith(": BibTeX · RIS · CSL-JSON · APA")
    starts = {"bib": "@", "ris": "TY  - ", "json": "["}
    formats = {"bib": "bibtex", "ris": "ris", "json": "csl-json"}
    for ending, format in formats.items():
        link = row.locator(f"a[download$='.{ending}']")
        name = {"bib": "BibTeX", "ris": "RIS", "json": "CSL-JSON"}[ending]
        assert link.get_attribute("aria-label") == _t(language, "downloadReferences", format=name)
        with page.expect_download() as caught:
            link.click()
        assert caught.value.url == f"{base}{format}&language={language}"
        assert caught.value.suggested_filename == f"aztr-qa-0123456789abcdef0123.{ending}"
        file = tmp_path / ending
        caught.value.save_as(file)
        assert file.read_text(encoding="utf-8").startswith(starts[ending])
    row.get_by_role("button", name=_t(language, "copyReferences", format="APA")).click()
    row.get_by_text(_t(language, "copied")).wait_for()
    with urllib.request.urlopen(f"{base}apa&language={language}", timeout=10) as response:
        listed = response.read().decode().strip()
    assert f"{site.address}/p/{mine.passage['id']}" in listed
    assert row.locator(".footnote").text_content() == listed
    assert page.evaluate("navigator.clipboard.readText()") == listed

    answer.locator(".chip").first.click()
    panel_row = page.locator("#panel .references")
    panel_row.wait_for()
    article = f"/v1/articles/yol/citation?format=ris&language={language}"
    assert panel_row.locator("a").nth(1).get_attribute("href") == article
    panel_row.get_by_role("button").click()
    panel_row.get_by_text(_t(language, "copied")).wait_for()
    assert "Iğdır" in (panel_row.locator(".footnote").text_content() or "")

    page.keyboard.press("Escape")
    assert _ask(page).locator(".references").count() == 0  # a refusal has nothing to cite


@_in_browser
def test_references_that_cannot_be_had_say_so_in_their_place(
    site: Site, open_page: OpenPage
) -> None:
    page = open_page("az")
    _serve(page, _answer(site.sources["az"].cite()))
    page.route("**/v1/citations?*", lambda route: route.abort())
    row = _ask(page).locator(".references")
    row.get_by_role("button").click()
    row.locator(".failure").wait_for()
    page.unroute("**/v1/citations?*")
    row.get_by_role("button", name=_t("az", "retry")).click()
    row.locator(".footnote").wait_for()
    assert row.locator(".failure").count() == 0


@_in_browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_last_five_answered_questions_go_along(
    language: str, site: Site, open_page: OpenPage
) -> None:
    found = _answer(site.sources[language].cite())
    page = open_page(language)
    failure = {"status": 503, "title": "Not ready"}
    # A refusal is an answer; a failed request is none.
    asked = _serve(page, found, _answer(id="refused"), failure, found)
    assert page.locator("#clear").is_hidden()
    for n in range(1, 9):
        _ask(page, f"{n}. İğdə, ığdır?")
    turns = [[turn["question"][0] for turn in body.get("history", [])] for body in asked]
    assert turns == [[], [*"1"], [*"12"], [*"12"], [*"124"], [*"1245"], [*"12456"], [*"24567"]]
    assert asked[4]["history"][1] == {"question": "2. İğdə, ığdır?", "answer_id": "refused"}
    assert "history" not in asked[0]

    page.click("#clear")
    assert page.locator("#conversation > li").count() == 0
    assert page.locator("#clear").is_hidden()
    assert page.evaluate("document.activeElement.id") == "question"
    assert page.inner_text("#live") == _t(language, "cleared")
    _ask(page)
    assert "history" not in asked[-1]


@_in_browser
def test_answer_that_comes_after_clearing_is_dropped(site: Site, open_page: OpenPage) -> None:
    held: list[Route] = []
    page = open_page("en")
    page.route("**/v1/answers", lambda route: held.append(route))
    page.fill("#question", "Iğdır?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".progress")
    page.click("#clear")
    with page.expect_response("**/v1/answers"):
        held[0].fulfill(json=_answer(site.sources["en"].cite()))
    page.wait_for_timeout(100)
    assert page.locator("#conversation > li").count() == 0
    assert page.inner_text("#live") == _t("en", "cleared")


@_in_browser
def test_service_takes_the_history(open_page: OpenPage) -> None:
    """The service refuses fields that it does not know: here nothing stands between."""
    page = open_page("az")
    _ask(page, "İğdə ağacları nə vaxt əkilib?")
    with page.expect_response("**/v1/answers") as caught:
        _ask(page, "Bəs harada?")
    assert caught.value.status == 200
    assert len(_posted(caught.value.request)["history"]) == 1


@_in_browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_follow_up_is_shown_as_it_was_understood(
    language: str, site: Site, open_page: OpenPage
) -> None:
    whole = "İğdə ağacları: ığdır?"

    def understand(text: str, resolved: str | None) -> Json:
        # Asked in one language, read in another: the line is in both.
        question = {"text": text, "language": OTHER[language], "language_confidence": 1.0}
        return _answer(site.sources[language].cite(), question={**question, "resolved": resolved})

    page = open_page(language)
    _serve(page, understand("?", whole), understand(whole, whole), understand("?", None))
    line = _ask(page).locator(".resolved")
    assert line.inner_text() == f"{_t(language, 'understoodAs')}: {whole}"
    assert line.locator("span").get_attribute("lang") == OTHER[language]
    assert _ask(page).locator(".resolved").count() == 0
    assert _ask(page).locator(".resolved").count() == 0


@_in_browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_composed_answer_stands_before_its_quotes_and_is_labelled(
    language: str, site: Site, open_page: OpenPage
) -> None:
    source = site.sources[OTHER[language]]
    text = f"{PHRASES[language]} 🚆 ığdır [1]. İğdə [7]."
    page = open_page(language)
    composed = {"mode": "generated", "text": text, "language": language}
    _serve(page, _answer(source.cite(), **composed), _answer(source.cite()))
    answer = _ask(page)
    lines = answer.locator("> p, > ol")
    assert lines.nth(0).inner_text() == _t(language, "composed")
    assert lines.nth(1).get_attribute("lang") == language
    assert lines.nth(1).text_content() == text.replace("[1]", "1")
    assert lines.nth(2).inner_text() == _t(language, "restsOn")
    assert lines.nth(3).locator(".quote").text_content() == QUOTES[OTHER[language]]
    answer.locator(".composed .chip").click()
    page.wait_for_selector("mark")
    assert page.url == site.address + source.path
    page.keyboard.press("Escape")
    answer = _ask(page)
    assert answer.locator(".composed, .note").count() == 0


@_in_browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_answer_says_why_nothing_was_composed(
    language: str, site: Site, open_page: OpenPage
) -> None:
    citation = site.sources[language].cite()
    page = open_page(language)
    notes = ["timeout", "nothing_supported", "not_known_yet", None]
    _serve(page, *(_answer(citation, generation_note=note) for note in notes))
    general = _t(language, "notComposed")
    for note in notes[:2]:
        line = _ask(page).locator(".note")
        assert line.inner_text() == f"{general} {_t(language, f'note_{note}')}"
    assert _ask(page).locator(".note").inner_text() == general
    assert _ask(page).locator(".note").count() == 0
