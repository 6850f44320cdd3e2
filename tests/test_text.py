"""Folding and words: what is compared, never what is kept."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztr_qa.text import find_words, fold, normalize

TURKIC = "aəbcçdeəfgğhxıiİIjkqlmnoöprsştuüvyz ’'.,-0123456789"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("Şuşa Bəyannaməsi", "susa beyannamesi", id="az"),
        pytest.param("İSTANBUL’un IŞIĞI", "istanbulun isigi", id="tr"),
        pytest.param("Türkiye's Ally", "turkiye ally", id="en"),
        pytest.param("i\u0307stanbul", "istanbul", id="dotted i taken apart"),
        pytest.param("«ASELSAN» – 2005-ci il", "aselsan 2005 ci il", id="marks"),
        pytest.param("", "", id="empty"),
    ],
)
def test_fold_takes_away_case_and_diacritics(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(TURKIC))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(TURKIC.replace("’", "").replace("'", "")))
def test_diacritics_do_not_matter(text: str) -> None:
    plain = text.translate(str.maketrans("əçğışöüİI", "ecgisouii"))
    assert fold(plain) == fold(text)


@given(st.text())
def test_normalized_text_is_nfc_and_stays_so(text: str) -> None:
    once = normalize(text)
    assert unicodedata.is_normalized("NFC", once)
    assert normalize(once) == once


def test_lowercase_would_have_moved_offsets_but_word_spans_do_not() -> None:
    """`"İ".lower()` has two characters; the spans refer to the text as it is."""
    text = "İİİİİ Şuşa’nın"
    assert len(text.lower()) == len(text) + 5
    assert [text[start:end] for start, end in find_words(text)] == ["İİİİİ", "Şuşa’nın"]
