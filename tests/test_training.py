"""The training text that lies in the repository: well formed, and of nothing that is tested."""

import json
import random
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from aztr_qa.embed import SHIPPED_MODEL, StaticEmbedder
from aztr_qa.terms import TermIndex
from aztr_qa.text import fold
from tests.conftest import DATA, REPOSITORY
from training.data import TRANSLATIONS, Row, find_key, pairs_of
from training.decontamination import Protected, drop_protected, read_protected
from training.sources import _align

OWN_TEXT = REPOSITORY / "training" / "data" / "authored"
FILES = sorted(OWN_TEXT.glob("*.tsv"))
# Licences under which text may teach a model that ships; the reasons stand in docs/decisions/0008.
ALLOWED = {
    "GPL-3.0",
    "GPL/LGPL, per file",
    "ISC; words from Wiktionary (CC BY-SA)",
    "CC BY 4.0 (MASSIVE)",
    "CC BY 4.0",
    "GPL-2.0-or-later",
    "MPL-2.0",
    "LGPL-2.1",
    "LGPL-3.0",
    "AGPL-3.0",
    "CC BY 2.0 FR (Tatoeba)",
    "Unicode-3.0",
    "this project's own",
    "not stated where it was read; published by WMT for research",
}

each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def _cells(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]


@each_file
def test_rows_say_something_in_three_languages_and_none_twice(path: Path) -> None:
    rows = _cells(path)
    n_columns = 6 if path.name.startswith("qa-") else 3
    assert {len(row) for row in rows} == {n_columns}
    assert all(cell.strip() == cell != "" for row in rows for cell in row)
    assert len({tuple(map(fold, row)) for row in rows}) == len(rows)


@each_file
def test_azerbaijani_and_turkish_are_in_their_own_columns(path: Path) -> None:
    for row in _cells(path):
        for azerbaijani, turkish, english in (row[:3], row[3:])[: len(row) // 3]:
            assert not re.search("[əƏ]", turkish + english)
            assert len(azerbaijani) <= 25 or re.search("[əğışçöüƏĞİŞÇÖÜ]", azerbaijani), row


def test_readme_counts_the_rows() -> None:
    readme = (OWN_TEXT.parent / "README.md").read_text(encoding="utf-8")
    assert FILES
    for path in FILES:
        name = path.name.split(".")[0]
        assert f"| `{name}` | {len(_cells(path)):,} |" in readme


def test_translations_are_keyed_and_in_azerbaijani() -> None:
    rows = [row for path in sorted(TRANSLATIONS.glob("*.tsv")) for row in _cells(path)]
    assert len({key for key, _ in rows}) == len(rows) > 0
    assert all(re.fullmatch("[0-9a-f]{12}", key) for key, _ in rows)
    # Short sentences without a letter of their own there are; a quarter at most.
    assert sum(bool(re.search("[əƏ]", text)) for _, text in rows) > 0.7 * len(rows)
    readme = (TRANSLATIONS.parent / "README.md").read_text(encoding="utf-8")
    assert f"{len(rows):,} Azerbaijani translations" in readme


def test_key_of_a_row_is_its_turkish_and_english_text() -> None:
    row = {"tr": "Işık yandı.", "en": "The light went on."}
    assert find_key(row) == find_key({**row, "az": "İşıq yandı."}) == "a042245f9820"
    assert find_key({"tr": row["en"], "en": row["tr"]}) != find_key(row)


def test_row_with_protected_text_is_dropped_and_counted() -> None:
    protected = Protected.collect(
        [
            ("bench", ["Bir iki üç dörd beş altı yeddi səkkiz doqquz", "One to nine"]),
            ("gold", ["Bax. İşıq haradadır, əziz?"]),
            ("pairs", ["Sağ ol", "Thanks"]),
        ]
    )
    rows = [
        Row("a", {"az": "işıq haradadır əziz", "en": "Where is the light?"}),
        Row("a", {"az": "Say: iki üç dörd beş altı yeddi səkkiz doqquz.", "en": "Counting."}),
        Row("b", {"az": "Say: üç dörd beş altı yeddi səkkiz doqquz.", "en": "Counting."}),
        Row("b", {"tr": "x"}, {"tr": "ışık", "az": "İŞIQ HARADADIR ƏZİZ"}),
        Row("b", {"az": "sağ ol", "en": "thanks"}),
        Row("b", {"az": "sağ ol", "en": "Cheers"}),
    ]
    kept, dropped = drop_protected(rows, protected)
    assert kept == [rows[2], rows[5]]
    assert dropped == {"a: gold": 1, "a: bench": 1, "b: gold": 1, "b: pairs": 1}


def test_training_without_what_is_tested_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bench").mkdir()
    with pytest.raises(FileNotFoundError, match="keep what is tested out"):
        list(read_protected(tmp_path, tmp_path))


def test_question_rows_pair_with_their_passages() -> None:
    row = Row("a", {"az": "1", "tr": "2"}, {"az": "3", "en": "4"})
    assert sorted(pairs_of(row)) == [
        ("1", "2"),
        ("1", "3"),
        ("1", "4"),
        ("2", "3"),
        ("2", "4"),
        ("3", "4"),
    ]


def test_report_names_every_source_with_a_licence_that_allows_it() -> None:
    report = json.loads((REPOSITORY / "training" / "report.json").read_text(encoding="utf-8"))
    assert report["rows"] == sum(source["rows"] for source in report["sources"].values())
    assert report["dropped"]
    card = (REPOSITORY / "src" / "aztr_qa" / "model" / "README.md").read_text(encoding="utf-8")
    for name, source in report["sources"].items():
        assert source["licence"] in ALLOWED
        assert f"| {name} | {source['rows']:,} | {source['licence']} |" in card
    for name, count in report["dropped"].items():
        assert f"| {name} | {count} |" in card


@pytest.mark.slow
def test_no_test_text_is_in_our_own(articles_dir: Path) -> None:
    """Neither a whole sentence nor eight words in a row of bench, articles, digests and gold."""
    if not (DATA / "bench").is_dir():
        pytest.skip("the test sets lie outside the repository")
    protected = Protected.collect(read_protected(DATA, articles_dir))
    own = [Row(path.stem, dict(enumerate(row))) for path in FILES for row in _cells(path)]  # type: ignore[arg-type]
    own += [
        Row(path.stem, {"az": text})
        for path in TRANSLATIONS.glob("*.tsv")
        for _, text in _cells(path)
    ]
    assert drop_protected(own, protected)[1] == Counter()


@pytest.mark.slow
def test_texts_that_may_say_the_same_are_no_wrong_answers() -> None:
    import torch  # slow to import

    from training.static_model import find_equals

    pairs = torch.tensor([[0, 1, 7], [2, 3, 7], [1, 4, 8], [5, 4, 9], [6, 8, 10]])
    expected = {(0, 1), (0, 2), (2, 3)}
    found = {(i, j) for i, j in find_equals(pairs).nonzero().tolist() if i < j}
    assert found == expected
    assert torch.equal(find_equals(pairs), find_equals(pairs).T)


@pytest.mark.slow
def test_training_brings_translations_together_and_repeats_itself() -> None:
    """Twelve "languages" of four words each: after training, word 3 of one finds word 3 of all."""
    from training.static_model import Recipe, join_texts, train_vectors  # torch is slow to import

    n_texts, n_meanings = 48, 4
    encoded = [[text] for text in range(n_texts)]
    pairs = [
        (left, right, left % n_meanings)
        for left in range(n_texts)
        for right in range(left + 1, n_texts)
        if left % n_meanings == right % n_meanings
    ]
    recipe = Recipe(
        dim=16,
        batch_size=32,
        random_epochs=8,
        random_rate=0.1,
        near_epochs=2,
        near_rate=0.02,
        n_clusters=4,
    )
    data = join_texts(encoded, pairs)
    vectors = train_vectors(data, n_texts, recipe)
    assert np.array_equal(vectors, train_vectors(data, n_texts, recipe))
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    similar = unit @ unit.T
    same = np.arange(n_texts)[:, None] % n_meanings == np.arange(n_texts) % n_meanings
    assert similar[same].mean() > similar[~same].mean() + 0.5


@pytest.mark.slow
def test_training_scores_passages_as_the_search_does(embedder: StaticEmbedder) -> None:
    """What late interaction trains is the signal `meaning`, to the last weight."""
    import torch  # slow to import

    from training.late_interaction import Example, Words, score_examples

    passages = [
        "Şuşa Bəyannaməsi 2021-ci ildə imzalandı.",
        "Türkiye ile ortak tatbikat İğdır'da yapıldı.",
        "The railway to Kars was opened, and gas was exported.",
        "Dəmir yolu açıldı.",
    ]
    questions = [
        "When was the declaration signed?",
        "ortak təlim harada",
        "demir yolu ve gaz",
        "?x",
    ]
    words = Words(Tokenizer.from_file(str(SHIPPED_MODEL / "tokenizer.json")))
    examples = [
        Example(words.read(question, 24), words.read(passage, 140), number)
        for number, (question, passage) in enumerate(zip(questions, passages, strict=True))
    ]
    vectors = load_file(SHIPPED_MODEL / "model.safetensors")["embedding.weight"]
    bag = torch.nn.EmbeddingBag.from_pretrained(
        torch.from_numpy(vectors.astype(np.float32)), mode="sum"
    )
    index = TermIndex.build(passages, [[p] for p in passages], [""] * len(passages), embedder)
    searched = [index.score_passages(question, np.arange(4)).meaning for question in questions]
    assert np.allclose(score_examples(bag, words, examples).numpy(), searched, atol=2e-3)


def test_terms_are_aligned_key_by_key() -> None:
    az = {"TR": "Türkiyə", "days": {"mon": "bazar ertəsi", "tue": "ç.a."}, "only": "az"}
    tr = {"TR": "Türkiye", "days": {"mon": "pazartesi", "tue": "salı"}}
    en = {"TR": "Türkiye", "days": {"mon": "Monday", "tue": "Tue"}, "form": "{0} years"}
    assert list(_align(az, tr, en)) == [
        ("Türkiyə", "Türkiye", "Türkiye"),
        ("bazar ertəsi", "pazartesi", "Monday"),
    ]


@pytest.mark.slow
def test_lists_of_neighbours_are_cleaned_and_names_strewn(monkeypatch: pytest.MonkeyPatch) -> None:
    from training import language_model  # imports torch

    listed = {
        "az": ["kitab", "oteller", "yaxşı", "Yaponiyanın", "Bakı"],
        "tr": ["kitap", "oteller", "iyi", "güzel", "yaxşı", "Ankara"],
        "en": ["book", "good", "Rodolfo", "Good", "NASA"],
    }
    monkeypatch.setattr(language_model, "read_words", lambda language: listed[language])
    words, names = language_model.read_lists(
        {"az": ["Bu yaxşı kitabdır."], "tr": ["Oteller güzel."], "en": []}
    )
    assert words == {
        "az": ["kitab", "yaxşı"],  # "oteller" is no word of the Azerbaijani sentences
        "tr": ["güzel", "iyi", "kitap", "oteller"],
        "en": ["book", "good"],
    }
    assert names["az"] == names["tr"] == ["Rodolfo"]
    assert set(names["en"]) - {"Rodolfo"} <= {"Yaponiyanın", "Bakı", "Ankara"}
    monkeypatch.setattr(language_model, "NAME_RATE", {"tr": 1.0})
    for seed in range(20):
        text = language_model.strew(["güzel"], ["Rodolfo"], "tr", random.Random(seed))
        assert re.fullmatch(r"(güzel )?Rodolfo(,|['’]\w+)?( güzel)?", text)
    assert language_model.capitalize("iyi", "tr") == "İyi"
    assert language_model.capitalize("irish", "en") == "Irish"
