"""The whole program as a process: started, asked, looked at in a browser, stopped. Slow."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from aztr_qa.config import Config
from tests.conftest import REPOSITORY, write_small_corpus

pytestmark = pytest.mark.slow

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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _ask(address: str, question: str) -> dict[str, object]:
    request = urllib.request.Request(
        f"{address}/v1/answers",
        json.dumps({"question": question}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        body: dict[str, object] = json.load(response)
        return body


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """A server on the small corpus that had to build its index first."""
    folder = tmp_path_factory.mktemp("serve")
    corpus = write_small_corpus(folder / "corpus")
    port = _free_port()
    command = [
        sys.executable,
        "-m",
        "aztr_qa",
        "serve",
        "--corpus",
        str(corpus),
        "--index",
        str(folder / "index"),
    ]
    process = subprocess.Popen(
        [*command, "--port", str(port)],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{address}/readyz", timeout=1)
            break
        except OSError:
            assert process.poll() is None, process.stderr and process.stderr.read()
            time.sleep(0.1)
    yield address, process
    process.terminate()
    process.wait(timeout=15)


@pytest.mark.parametrize(
    "question",
    [
        "Şuşa Bəyannaməsi nə vaxt imzalanıb?",
        "Şuşa Beyannamesi ne zaman imzalandı?",
        "When was the Shusha Declaration signed?",
    ],
)
def test_server_answers_in_each_language(
    question: str, server: tuple[str, "subprocess.Popen[str]"]
) -> None:
    answer = _ask(server[0], question)
    assert answer["refused"] is False
    assert "2021" in str(answer["text"])


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")
@pytest.mark.parametrize("language", ["az", "tr", "en"])
@pytest.mark.filterwarnings("ignore")
def test_page_asks_answers_and_opens_a_passage_by_keyboard(
    language: str, server: tuple[str, "subprocess.Popen[str]"], tmp_path: Path
) -> None:
    from playwright.sync_api import sync_playwright

    questions = {
        "az": "Şuşa Bəyannaməsi nə vaxt imzalanıb?",
        "tr": "Şuşa Beyannamesi ne zaman imzalandı?",
        "en": "When was the Shusha Declaration signed?",
    }
    problems: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=CHROMIUM_OPTIONS
        )
        page = browser.new_context(locale=language).new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
        outside: list[str] = []
        page.on(
            "request", lambda r: outside.append(r.url) if not r.url.startswith(server[0]) else None
        )
        page.goto(server[0])
        assert page.evaluate("document.documentElement.lang") == language
        page.focus("#question")
        page.keyboard.type(questions[language])
        page.keyboard.press("Enter")
        page.wait_for_selector("blockquote")
        assert "2021" in page.inner_text("blockquote")
        assert page.get_attribute("blockquote", "lang") == language
        chip = page.locator("#conversation button[aria-haspopup], #conversation .chip").first
        chip.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("mark")
        assert page.inner_text("mark").strip() in page.inner_text("blockquote")
        assert "/p/" in page.url
        page.keyboard.press("Escape")
        page.wait_for_function(
            "!document.querySelector('mark') || !document.querySelector('mark').offsetParent"
        )
        page.screenshot(path=str(tmp_path / f"{language}.png"))
        browser.close()
    assert outside == []
    assert problems == []


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")
@pytest.mark.filterwarnings("ignore")
def test_about_panel_counts_and_names_the_sources_in_each_language(
    server: tuple[str, "subprocess.Popen[str]"],
) -> None:
    from playwright.sync_api import sync_playwright

    titles = {"az": "Kiçik məqalə", "tr": "Küçük makale", "en": "A small article"}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=CHROMIUM_OPTIONS
        )
        page = browser.new_page()
        page.goto(server[0])
        for language, title in titles.items():
            page.click(f"#languages button[value={language}]")
            page.evaluate("document.getElementById('about').open = true")
            page.wait_for_selector("#statistics tbody tr")
            rows = page.locator("#statistics tbody tr")
            assert rows.count() == 1
            assert rows.nth(0).locator("th").inner_text() == title
            assert rows.nth(0).locator("td").all_inner_texts() == ["2", "3", "3", "3"]
            sums = page.locator("#statistics tfoot td").all_inner_texts()
            assert sums == ["2", "3", "3", "3"]
            assert page.locator("#about-digests").is_hidden()  # it holds no digest
            assert page.locator("#articles li").count() == 1
        browser.close()


def test_stopping_finishes_cleanly_and_the_second_start_needs_no_build(
    small_config: Config,
) -> None:
    port = _free_port()
    command = [
        sys.executable,
        "-m",
        "aztr_qa",
        "serve",
        "--corpus",
        str(small_config.corpus_dirs[0]),
    ]
    command += ["--index", str(small_config.index_dir), "--port", str(port)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    for _ in range(100):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1)
            break
        except OSError:
            time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=15)
    assert process.returncode in {0, 130, -signal.SIGINT}
    assert "built generation" not in err
    assert f"aztr-qa listens on http://127.0.0.1:{port}" in err
    assert "Traceback" not in err


def test_port_in_use_is_one_line(small_config: Config) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, "-m", "aztr_qa", "serve", "--port", str(taken.getsockname()[1])]
        done = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("aztr-qa: cannot listen on 127.0.0.1:")
    assert done.stderr.count("\n") == 1
