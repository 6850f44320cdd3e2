"""The command line, run in this process: output, exit codes, messages."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from aztr_qa import cli
from aztr_qa.config import Config
from aztr_qa.errors import ConfigError
from aztr_qa.serving import open_socket
from tests.conftest import REPOSITORY, write_small_corpus

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    small_config: Config,
) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AZTR_QA_INDEX", str(small_config.index_dir))

    def run_command(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["aztr-qa", *arguments])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        out, err = capsys.readouterr()
        code = stop.value.code
        return (code if isinstance(code, int) else 0), out, err

    return run_command


def test_help_names_the_commands_of_the_contract(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    for command in ("index", "serve", "search", "ask", "eval", "add", "articles", "index-info"):
        assert f" {command} " in out


def test_readme_lists_the_commands_as_they_are() -> None:
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    block = text.split("<!-- help -->")[1].split("<!-- /help -->")[0]
    listed = dict(re.findall(r"aztr-qa (\S+) +(\S.*)", block))
    commands = {
        command.name or command.callback.__name__.replace("_", "-"): command.callback.__doc__
        for command in cli.app.registered_commands
        if command.callback is not None
    }
    assert listed == commands


def test_ask_and_search_print_text_or_json(run: Run) -> None:
    code, out, _ = run("ask", "Şuşa Bəyannaməsi nə vaxt imzalanıb?")
    assert code == 0
    assert "15 iyun 2021" in out
    assert "[1]" in out
    assert "Kiçik məqalə" in out
    code, out, _ = run("ask", "When was it signed?", "--json", "--question-language", "en")
    assert json.loads(out)["question"] == {
        "text": "When was it signed?",
        "language": "en",
        "language_confidence": 1.0,
        "resolved": None,
    }
    code, out, _ = run("search", "railway", "-k", "2", "--json", "--passage-language", "tr")
    assert [hit["passage"]["language"] for hit in json.loads(out)["hits"]] == ["tr", "tr"]
    code, out, _ = run("search", "railway", "--explain")
    assert "relevance" in out
    assert "fused" in out


def test_references_are_printed_by_themselves(run: Run) -> None:
    code, out, err = run("ask", "Şuşa Bəyannaməsi nə vaxt imzalanıb?", "--cite", "apa")
    assert (code, err) == (0, "")
    assert out == "Kiçik məqalə. (n.d.). [Sitat gətirilən yer: § Bəyannamə.]\n"
    assert "title = {{A small article}}" in run("articles", "--cite", "bibtex")[1]
    code, out, err = run("ask", "Who won the football match?", "--cite", "ris")
    assert (code, out) == (0, "")
    assert err


def test_articles_and_index_info(run: Run) -> None:
    listed = run("articles")[1]
    assert "kicik  2 sections, passages az 3, tr 3, en 3" in listed
    assert "1 article, 2 sections, 9 passages (az 3, tr 3, en 3)" in listed
    assert "digest" not in listed
    article = json.loads(run("articles", "--json")[1])["articles"][0]
    assert article["sections"] == 2
    assert json.loads(run("index-info", "--json")[1])["sections"] == 2
    assert json.loads(run("index-info", "--json")[1])["passages"]["total"] == 9
    assert "aztr-qa-static" in run("index-info")[1]


def test_sections_are_those_of_the_version_that_has_most_and_add_up(
    run: Run, tmp_path: Path
) -> None:
    """An article in Azerbaijani with three sections, one in Turkish with one, of other length."""
    (tmp_path / "c").mkdir()
    for name, language, headings in (("bir", "az", 3), ("iki", "tr", 1)):
        sections = "\n\n".join(
            f"## Başlıq {n}\n\nDəmir yolu {n} il ərzində Bakını Qarsa bağlayıb."
            for n in range(headings)
        )
        (tmp_path / "c" / f"{name}.md").write_text(
            f"---\nlanguage: {language}\n---\n{sections}\n", encoding="utf-8"
        )
    assert run("index", "--corpus", "c", "--index", "s")[0] == 0
    listed = run("articles", "--index", "s")[1]
    assert "bir  3 sections, passages az 3" in listed
    assert "iki  1 section, passages tr 1" in listed
    assert "2 articles, 4 sections, 4 passages (az 3, tr 1)" in listed
    assert json.loads(run("index-info", "--json", "--index", "s")[1])["sections"] == 4


def test_index_says_when_nothing_has_changed_and_names_what_it_left_out(
    run: Run, tmp_path: Path
) -> None:
    corpus = write_small_corpus(tmp_path / "corpus")
    (corpus / "broken.txt").write_bytes(b"\xff\xfe\xfa")
    code, out, err = run("index", "--corpus", str(corpus), "--index", "i")
    assert code == 0
    assert "built generation" in out
    assert "left out: broken.txt: not UTF-8" in err
    assert "nothing has changed" in run("index", "--corpus", str(corpus), "--index", "i")[1]
    report = json.loads(run("index", "--corpus", str(corpus), "--index", "i", "--json")[1])
    assert report["built"] is False


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        pytest.param(
            ["ask", ""], 1, "aztr-qa: the question is empty; write at least one word", id="empty"
        ),
        pytest.param(
            ["ask", "ş" * 20_000], 1, "20,000 characters, at most 2,000; shorten it", id="long"
        ),
        pytest.param(
            ["search", "x", "-k", "0"], 1, "k is 0; give a whole number from 1 to 100", id="k=0"
        ),
        pytest.param(["search", "x", "-k", "1000000000"], 1, "k is 1000000000", id="k=10**9"),
        pytest.param(
            ["ask", "x", "--index", "yox"],
            1,
            "yox: no index yet; run: aztr-qa index",
            id="no index",
        ),
        pytest.param(
            ["index", "--corpus", "yox", "--index", "i"], 1, "yox: no such folder", id="no corpus"
        ),
        pytest.param(
            ["ask", "x", "--question-language", "de"],
            2,
            "'de' is not one of 'az', 'tr', 'en'",
            id="language",
        ),
        pytest.param(["search", "x", "-k", "many"], 2, "valid integer", id="k is text"),
        pytest.param(["eval", "--gold", "yox.jsonl"], 1, "yox.jsonl: cannot be read", id="no gold"),
        pytest.param(["serve", "--port", "70000"], 2, "65535", id="port"),
        pytest.param(["serve", "--host", "no.such.host.invalid"], 1, "no such address", id="host"),
        pytest.param(
            ["index", "--index", "file", "--corpus", "."], 1, "choose another", id="index"
        ),
        pytest.param(
            ["eval", "--gold", "g.jsonl", "--json", "no/f.json"], 1, "no/f.json", id="out"
        ),
    ],
)
def test_mistakes_get_one_clear_line(
    run: Run, arguments: list[str], code: int, message: str
) -> None:
    Path("file").touch()
    row = {"id": "q", "question": "Şuşa?", "language": "az", "answerable": False}
    Path("g.jsonl").write_text(json.dumps(row), encoding="utf-8")
    exit_code, out, err = run(*arguments)
    assert exit_code == code
    assert message in " ".join(err.replace("│", " ").split())
    assert "Traceback" not in err
    assert out == ""
    if code == 1:
        assert err.startswith("aztr-qa: ")
        assert err.count("\n") == 1


def test_bad_setting_names_the_variable(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZTR_QA_PORT", "many")
    code, _, err = run("serve")
    assert (code, err) == (
        1,
        "aztr-qa: AZTR_QA_PORT='many': set it to a whole number from 0 to 65535\n",
    )


def test_port_in_use_is_told_before_any_work() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"cannot listen on 127.0.0.1:{port} .* --port"):
            open_socket(Config(port=port))


def test_add_keeps_good_files_and_reports_bad_ones(run: Run, tmp_path: Path) -> None:
    good, bad = tmp_path / "yeni.txt", tmp_path / "pis.txt"
    good.write_text(
        "Dəmir yolu Bakını Qarsa bağlayır. Yük daşımaları ildən-ilə artır.\n", encoding="utf-8"
    )
    bad.write_bytes(b"\0\1")
    code, out, _ = run("add", str(good), str(bad), "yox.txt", "x.pdf", "--corpus", "c")
    assert code == 1
    assert "kept      c/yeni.txt: az, 0 sections, 1 passages, 9 words" in out
    assert "left out  pis.txt: holds NUL bytes" in out
    assert "left out  yox.txt: no such file" in out
    assert [path.name for path in Path("c").iterdir()] == ["yeni.txt"]
    assert run("add", str(good), "--corpus", "c")[0] == 0  # the same file again changes nothing
    good.write_text("Başqa mətn burada yazılıb və uzundur.\n", encoding="utf-8")
    code, out, _ = run("add", str(good), "--corpus", "c")
    assert "another file of this name is in c; rename one of the two" in out
    assert Path("c/yeni.txt").read_text(encoding="utf-8").startswith("Dəmir yolu")


def test_eval_exits_1_below_the_floors(run: Run, tmp_path: Path) -> None:
    place = {"article": "kicik", "language": "az", "pattern": "15"}
    row = {
        "id": "q",
        "question": "Şuşa Bəyannaməsi nə vaxt imzalanıb?",
        "language": "az",
        "answerable": True,
    }
    Path("g.jsonl").write_text(json.dumps({**row, "evidence": [place]}), encoding="utf-8")
    Path("floors.toml").write_text('[min]\n"retrieval/all/recall@1" = 1.0\n', encoding="utf-8")
    options = ("--gold", "g.jsonl", "--floors", "floors.toml", "--json", "f.json", "--report", "r")
    code, _out, _ = run("eval", *options)
    assert code == 0
    assert (
        json.loads(Path("f.json").read_text(encoding="utf-8"))["retrieval"]["all"]["recall@1"] == 1
    )
    assert Path("r/report.md").is_file()
    Path("floors.toml").write_text('[max]\n"retrieval/all/recall@1" = 0.5\n', encoding="utf-8")
    code, _, err = run("eval", *options)
    assert code == 1
    assert "below the floor: retrieval/all/recall@1 is 1.0000, expected max 0.5" in err


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys; sys.argv = ['aztr-qa', '--help']\n"
        "from aztr_qa.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "heavy = ('torch', 'faiss', 'numpy', 'sentence_transformers', 'fastapi')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ,
        cwd=REPOSITORY,
    )
    assert done.stdout.strip().endswith("[]")


def test_add_knows_the_records_of_the_corpus_and_leaves_readmes(run: Run, tmp_path: Path) -> None:
    corpus = tmp_path / "c"
    corpus.mkdir()
    (corpus / "sources.toml").write_text('[x]\ntitle = "Kitab"\n', encoding="utf-8")
    path = tmp_path / "az.md"
    path.write_text("---\nsource: x\n---\nDəmir yolu Bakını Qarsa bağlayır.\n", encoding="utf-8")
    assert run("add", str(path), "--corpus", "c")[0] == 0
    (tmp_path / "README.md").write_text("Bu, məqalə deyil.", encoding="utf-8")
    code, out, _ = run("add", "README.md", "--corpus", "c")
    assert (code, "no article; rename it" in out) == (1, True)


def test_ask_shows_the_aligned_paragraph_in_the_answers_language(run: Run) -> None:
    out = run("ask", "When was the Shusha Declaration signed?", "--passage-language", "az")[1]
    assert "“Şuşa Bəyannaməsi 15 iyun 2021-ci ildə imzalanıb.” [1]" in out
    assert "    (en) The Shusha Declaration was signed on 15 June 2021." in out


def test_digest_is_named_as_one_beside_what_it_retells(run: Run, tmp_path: Path) -> None:
    corpus = write_small_corpus(tmp_path / "c")
    for path in (corpus / "kicik").glob("*.md"):
        text = path.read_text(encoding="utf-8").replace("id: kicik", "id: kicik\nsource: qaynaq")
        path.write_text(text, encoding="utf-8")
    (corpus / "sources.toml").write_text(
        '[qaynaq]\ntitle = "Şuşa haqqında"\nlanguage = "az"\nauthors = ["İlqar Ağayev"]\n'
        'year = 2021\nrelation = "digest"\n',
        encoding="utf-8",
    )
    assert run("index", "--corpus", "c", "--index", "d")[0] == 0
    listed = run("articles", "--index", "d")[1]
    assert "    Kiçik məqalə\n    digest of İlqar Ağayev, “Şuşa haqqında”, 2021 [az]" in listed
    out = run("ask", "When was the Shusha Declaration signed?", "--index", "d")[1]
    assert "[1] İlqar Ağayev, “Şuşa haqqında”, 2021: digest “A small article”, Declaration" in out
    citation = json.loads(
        run("ask", "When was the Shusha Declaration signed?", "--index", "d", "--json")[1]
    )["citations"][0]
    assert citation["article"]["relation"] == "digest"
    assert citation["article"]["source_language"] == "az"


def test_unknown_relation_to_a_source_is_an_error(run: Run, tmp_path: Path) -> None:
    corpus = write_small_corpus(tmp_path / "c")
    (corpus / "sources.toml").write_text('[x]\ntitle = "T"\nrelation = "copy"\n', encoding="utf-8")
    code, _, err = run("index", "--corpus", "c", "--index", "d")
    assert code == 1
    assert "relation 'copy'; expected 'digest' or none" in err


def test_eval_says_when_the_index_is_of_another_corpus(run: Run, tmp_path: Path) -> None:
    place = {"article": "yox", "language": "az", "pattern": "nə isə"}
    gold = {"id": "q", "question": "Nə vaxt?", "language": "az", "answerable": True}
    (tmp_path / "g.jsonl").write_text(json.dumps({**gold, "evidence": [place]}), encoding="utf-8")
    code, _, err = run("eval", "--gold", "g.jsonl")
    assert code == 1
    assert "the evidence of 1 of 1 questions is not in this index" in err
    known = {**gold, "id": "r", "evidence": [{**place, "article": "kicik", "pattern": "Sənəd"}]}
    rows = [json.dumps({**gold, "evidence": [place]}), json.dumps(known)]
    (tmp_path / "g.jsonl").write_text("\n".join(rows), encoding="utf-8")
    code, out, err = run("eval", "--gold", "g.jsonl")
    assert code == 0
    assert "no passage of the index holds the evidence of: q" in err
    assert "2 answerable questions" in out


def test_eval_without_its_gold_file_says_what_to_give(run: Run) -> None:
    code, _, err = run("eval")
    assert code == 1
    assert "eval/gold/digests.jsonl: cannot be read" in err
    assert "--gold" in err
