"""Sentence borders in three languages."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztr_qa.sentences import split_sentences

CASES = [
    pytest.param(["Yol açıldı.", "Sonra körpü tikildi."], id="az ends in ı"),
    pytest.param(["Bu, vacib məsələ idi ə.", "İndi başqadır."], id="az ends in ə"),
    pytest.param(
        ["Gemi limandan çıktı mı?", "Evet!", "Işıklar söndü."], id="tr question and exclamation"
    ),
    pytest.param(
        ["Kitap XX. yüzyılda yazıldı.", "Sonra II. Dünya Savaşı başladı."], id="tr roman ordinals"
    ),
    pytest.param(["20. yüz yılda 3. Ordu geldi.", "Öyle oldu."], id="tr ordinals in figures"),
    pytest.param(
        ["Görüşdə Prof. Dr. Əli Məmmədov və H. Quliyev vardı.", "Söhbət uzandı."],
        id="az titles, initials",
    ),
    pytest.param(
        ["Top, tüfek vs. getirdiler; öyle dendi.", "Kimse sormadı."],
        id="tr vs. before a small letter",
    ),
    pytest.param(["Rütbələr və s. adlar dəyişdi.", "Hamı razı idi."], id="az və s."),
    pytest.param(["Şehit İs. Asb. Kd. Üçvş. Ali Kaya anıldı.", "Tören bitti."], id="tr ranks"),
    pytest.param(
        ["It was signed in 2010.", "Then came 2021.", "Nothing else."], id="en ends in a year"
    ),
    pytest.param(
        ["Nazir dedi: “Biz hazırıq.”", "Sonra getdi."], id="quotation closes the sentence"
    ),
    pytest.param(
        ["O, “Vaxt gəldi.” deyib getdi.", "Qapı bağlandı."], id="quotation inside a sentence"
    ),
    pytest.param(
        ["Layihə bitdi. (Oran, 1998: 463).", "Yenisi başladı."], id="reference after the stop"
    ),
    pytest.param(["Qiymət 3.5 faiz artdı.", "Tarix 15.12.2024 idi."], id="decimals and dates"),
    pytest.param(["Saytda yazılıb: www.example.org.tr.", "Baxın."], id="address"),
    pytest.param(
        ["Əlaqələr inkişaf edir.", "Azərbaycan razıdır."], id="spaced twin of the glued stop"
    ),
    pytest.param(
        ["“Yeni yol” açıldı.", "“Köhnə yol” bağlandı."], id="sentence begins with a quotation"
    ),
    pytest.param(["T.C. Bakü Büyükelçiliği açıkladı.", "Metin kısaydı."], id="tr T.C."),
    pytest.param(["Is it so?", "Yes, e.g. Dr. Smith says so."], id="en abbreviations"),
    pytest.param(
        ["This is what it is.", "The rest is red.", "See."], id="en words, no abbreviations"
    ),
    pytest.param(["Bu zor bir iş.", "Onlar haklı.", "Cevap red.", "Bitti."], id="tr words"),
    pytest.param(["Rütbələr, adlar və s.", "Hamısı dəyişdi."], id="az və s. ends a sentence"),
    pytest.param(["Bax, s. 12 və No. 5 yazılıb.", "Bitdi."], id="pages and numbers"),
]


@pytest.mark.parametrize("sentences", CASES)
def test_sentences_are_found(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [text[start:end] for start, end in split_sentences(text)] == sentences


def test_stop_without_a_space_between_words_is_a_border() -> None:
    text = "Əlaqələr inkişaf edir.Azərbaycan razıdır."
    assert [text[s:e] for s, e in split_sentences(text)] == [
        "Əlaqələr inkişaf edir.",
        "Azərbaycan razıdır.",
    ]


@given(st.text("aəıİIğşç .?!“”()0123456789\n-"))
def test_spans_cover_every_visible_character_once_and_in_order(text: str) -> None:
    spans = split_sentences(text)
    covered = "".join(text[start:end] for start, end in spans)
    assert "".join(covered.split()) == "".join(text.split())
    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)


@pytest.mark.parametrize("initial", "ABCÇDEƏFGĞHXIİJKQLMNOÖPRSŞTUÜVYZ")
def test_initial_never_ends_a_sentence(initial: str) -> None:
    text = f"Prezident {initial}. Dəmirəl Bakıya gəldi. Sonra getdi."
    assert [text[s:e] for s, e in split_sentences(text)][1:] == ["Sonra getdi."]
