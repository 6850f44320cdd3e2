"""Vectors, letters and words: found values agree with ones computed another way."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from aztr_qa.embed import StaticEmbedder, scale_to_unit
from aztr_qa.errors import IndexMismatchError
from aztr_qa.index import VectorIndex
from aztr_qa.lexical import LexicalIndex, cut_ngrams
from aztr_qa.terms import TermIndex
from aztr_qa.words import find_asked, pair_words

TEXTS = [
    "Şuşa Bəyannaməsi 2021-ci ildə imzalanıb.",
    "Türkiye ve Azerbaycan ortak tatbikat yaptı.",
    "The railway links Baku with Kars.",
    "İğdır ve Nahçıvan arasında yol var.",
]
TITLES = ["Əməkdaşlıq haqqında Quliyev 2024", "", "", ""]


def test_search_equals_brute_force_on_values(tmp_path: Path) -> None:
    random = np.random.default_rng(7)
    rows = scale_to_unit(random.normal(size=(500, 24)).astype(np.float32))
    questions = scale_to_unit(random.normal(size=(9, 24)).astype(np.float32))
    index = VectorIndex.build(rows)
    index.save(tmp_path / "v.faiss")
    for each in (index, VectorIndex.load(tmp_path / "v.faiss")):
        similarities, numbers = each.search(questions, k=10)
        products = questions @ rows.T
        expected = np.argsort(-products, axis=1)[:, :10]
        assert np.array_equal(numbers, expected)
        assert np.allclose(similarities, np.take_along_axis(products, expected, axis=1), atol=1e-6)
        assert np.all(similarities <= 1 + 1e-6)
        assert np.array_equal(each.get_rows(np.array([3, 1])), rows[[3, 1]])


def test_search_in_small_or_wrong_index() -> None:
    rows = np.eye(3, dtype=np.float32)
    index = VectorIndex.build(rows)
    assert index.search(rows[:1], k=99)[0].shape == (1, 3)
    with pytest.raises(IndexMismatchError, match="dimension 2, index of 3"):
        index.search(np.ones((1, 2), dtype=np.float32), k=1)


def test_file_that_is_no_index_is_named(tmp_path: Path) -> None:
    (tmp_path / "v.faiss").write_bytes(b"nothing")
    with pytest.raises(IndexMismatchError, match="not a FAISS index; run: aztr-qa index"):
        VectorIndex.load(tmp_path / "v.faiss")


def test_ngrams_of_a_worked_example() -> None:
    assert cut_ngrams("Şuşa nə") == [" sus", "susa", "usa ", " ne "]


def test_lexical_shares_equal_bm25_by_hand(tmp_path: Path) -> None:
    """Two texts of one n-gram each: idf = ln(1 + (2 - 1 + .5) / (1 + .5)), tf part = 1 / (1 +
    1.2).
    """
    index = LexicalIndex.build(["va", "bu"])
    shares = index.compute_shares("va")
    assert np.allclose(shares, [1 / 2.2, 0], atol=1e-6)
    index.save(tmp_path / "lexical")
    assert np.allclose(LexicalIndex.load(tmp_path / "lexical").compute_shares("va"), shares)
    assert not list(tmp_path.rglob("*.pkl"))


def test_lexical_finds_without_diacritics_and_with_a_typing_error() -> None:
    index = LexicalIndex.build(TEXTS)
    for question in ("Şuşa Bəyannaməsi", "susa beyannamesi", "SUSA BEYANNAMESI", "şuşa bəyanaməsi"):
        shares = index.compute_shares(question)
        assert shares.argmax() == 0, question
        assert 0 <= shares.min() <= shares.max() <= 1
    assert index.compute_shares("xyzw").tolist() == [0, 0, 0, 0]


def test_exact_spelling_scores_higher_than_a_near_one() -> None:
    index = LexicalIndex.build(["İğdır yolu", "Iğdırlı yoldaş", "başqa mətn burada"])
    shares = index.compute_shares("İğdır yolu")
    assert shares[0] > shares[1] > shares[2]


def test_term_scores_survive_saving_and_cross_languages(
    tmp_path: Path, embedder: StaticEmbedder
) -> None:
    windows = [[text] for text in TEXTS]
    index = TermIndex.build(TEXTS, windows, TITLES, embedder)
    index.save(tmp_path)
    rows = np.arange(len(TEXTS))
    for question, expected in (
        ("railway to Kars", 2),
        ("joint exercise of Türkiye", 1),
        ("дорога", None),
    ):
        scores = index.score_passages(question, rows)
        again = TermIndex.load(tmp_path, embedder).score_passages(question, rows)
        for name in ("meaning", "spelling", "nearby", "joint"):
            values = getattr(scores, name)
            assert np.allclose(values, getattr(again, name), atol=1e-5)
            assert values.min() >= 0
            assert values.max() <= 1 + 1e-5
        if expected is not None:
            assert scores.spelling.argmax() == expected


def test_scores_of_chosen_rows_are_those_of_all_rows(embedder: StaticEmbedder) -> None:
    index = TermIndex.build(TEXTS, [[text, text] for text in TEXTS], TITLES, embedder)
    every = index.score_passages("Azerbaycan yolu", np.arange(4))
    some = index.score_passages("Azerbaycan yolu", np.array([3, 1]))
    assert np.allclose(some.nearby, every.nearby[[3, 1]])
    assert np.allclose(some.meaning, every.meaning[[3, 1]])


def test_what_an_article_is_called_counts_for_its_passages(embedder: StaticEmbedder) -> None:
    texts = ["Dəmir yolu açıldı.", "Dəmir yolu açıldı."]
    index = TermIndex.build(texts, [[text] for text in texts], ["Guliyev 2024", "Özer"], embedder)
    for question in ("Quliyev 2024 dəmir yolu", "Guliyev'e göre demir yolu", "Guliyev railway"):
        scores = index.score_passages(question, np.arange(2))
        assert scores.joint[0] > scores.joint[1], question
        assert scores.spelling[0] == scores.spelling[1]


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Tezis yazıram. Bəyannamə nə vaxt imzalanıb? Qısa yazın.", "Bəyannamə nə vaxt imzalanıb?"),
        ("Kim? Harada?", "Kim? Harada?"),
        ("Bir yazı hazırlıyorum. İşığı kim yaktı?", "İşığı kim yaktı?"),
        ("M. Ə. Rəsulzadə kimdir?", "M. Ə. Rəsulzadə kimdir?"),
        ("gas exports to Türkiye", "gas exports to Türkiye"),
    ],
)
def test_the_sentence_that_asks_is_found(question: str, asked: str) -> None:
    assert find_asked(question) == asked


def test_words_outside_the_asking_sentence_count_less(embedder: StaticEmbedder) -> None:
    index = TermIndex.build(TEXTS, [[text] for text in TEXTS], TITLES, embedder)
    read = index.read_question("I write about a railway. Which exercise was held?")
    alone = index.read_question("about a railway, which exercise was held")
    share = dict(zip(read.words, read.by_meaning, strict=True))
    before = dict(zip(alone.words, alone.by_meaning, strict=True))
    assert share["railway"] / share["exercise"] < 0.6 * before["railway"] / before["exercise"]


def test_figure_matches_nothing_but_itself(embedder: StaticEmbedder) -> None:
    texts = ["Müqavilə 2021-ci ildə bağlanıb.", "Müqavilə 2012-ci ildə bağlanıb."]
    index = TermIndex.build(texts, [[text] for text in texts], ["", ""], embedder)
    scores = index.score_passages("2021", np.arange(2))
    assert scores.spelling.tolist() == [1, 0]
    assert scores.joint.tolist() == [1, 0]  # articles without a name add nothing


def test_words_are_remembered_within_bounds(
    embedder: StaticEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aztr_qa.word_rows._MAX_REMEMBERED", 3)
    index = TermIndex.build(TEXTS, [[text] for text in TEXTS], TITLES, embedder)
    first = index.read_question("dəmir yolu")
    for question in ("hərbi təlim nə vaxt", "where is the railway", "Kars", "Qars", "yol", "yolu"):
        index.read_question(question)
    assert list(index._rows._remembered) == ["qars", "yol", "yolu"]
    assert all(row.meaning.base is None for row in index._rows._remembered.values())
    again = index.read_question("dəmir yolu")
    assert np.allclose(first.meaning, again.meaning, atol=1e-6)
    assert np.allclose(first.spelling, again.spelling, atol=1e-6)


def test_threads_read_the_same_words(embedder: StaticEmbedder) -> None:
    index = TermIndex.build(TEXTS, [[text] for text in TEXTS], TITLES, embedder)
    questions = [f"təlim {number} dəmir yolu" for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda q: index.score_passages(q, np.arange(4)).nearby, questions))
    alone = TermIndex.build(TEXTS, [[text] for text in TEXTS], TITLES, embedder)
    for question, scores in zip(questions, found, strict=True):
        expected = alone.score_passages(question, np.arange(4)).nearby
        assert np.allclose(scores, expected, atol=1e-6)


def test_pairs_explain_a_match_across_languages(embedder: StaticEmbedder) -> None:
    pairs = pair_words("declaration signed 2021", TEXTS[0], embedder)
    nearest = {pair.question_word: pair.text_word for pair in pairs}
    assert nearest["declaration"] == "Bəyannaməsi"
    assert nearest["2021"] == "2021"
    assert pair_words("", TEXTS[0], embedder) == []


def test_scores_do_not_depend_on_how_many_rows_are_worked_on_at_a_time(
    embedder: StaticEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = TermIndex.build(TEXTS, [[text, text] for text in TEXTS], TITLES, embedder)
    whole = index.score_passages("Azerbaycan yolu", np.arange(4))
    monkeypatch.setattr("aztr_qa.spans._BLOCK", 1)
    index = TermIndex.build(TEXTS, [[text, text] for text in TEXTS], TITLES, embedder)
    single = index.score_passages("Azerbaycan yolu", np.arange(4))
    assert np.array_equal(whole.meaning, single.meaning)
    assert np.array_equal(whole.nearby, single.nearby)
