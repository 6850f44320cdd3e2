"""Dates, numbers and names of a sentence, as they are written in three languages."""

import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aztr_qa.phrases import (
    Grain,
    PhraseKind,
    find_grains,
    find_months,
    find_phrases,
    find_years,
)
from aztr_qa.records import LANGUAGES, Language

MONTHS: dict[Language, str] = {
    "az": "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr",
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
    "en": "January February March April May June July August September October November December",
}
YEAR: frozenset[Grain] = frozenset({"year"})
MONTH: frozenset[Grain] = frozenset({"month", "year"})
DAY: frozenset[Grain] = frozenset({"day", "month", "year"})
OF_NO_YEAR: frozenset[Grain] = frozenset({"day", "month"})
CENTURY: frozenset[Grain] = frozenset()

# Pieces of sentences, with every letter that folds in its own way, and what has once gone wrong.
_PIECES = (
    "İ I ı i ə ğ Şuşa Əliyev İlham NATO-nun Bakü'yü “TurAz Qartalı-2023” 15 iyun 2021-ci ildə "
    "Haziran ağustosun may May 15.06.2021 44 350 000 1.234,5 % yüzde $4.5 milyard iki twenty-five "
    "XX əsr 20. yüzyılda 21st century ( ) (Özer, 2021) , . – - ’ ? \u0307 _ 12th of to and"
)
SENTENCES = st.one_of(
    st.text(max_size=80),
    st.lists(st.sampled_from(_PIECES.split()), max_size=16).map(" ".join),
)


def find(sentence: str, kind: PhraseKind) -> list[str]:
    """The phrases of one kind, as written."""
    return [sentence[p.start : p.end] for p in find_phrases(sentence) if p.kind == kind]


# --- dates ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "date", "grains"),
    [
        ("Sənəd 15 iyun 2021-ci ildə imzalanıb.", "15 iyun 2021-ci ildə", DAY),
        ("Sənəd 2021-ci il iyunun 15-də imzalanıb.", "2021-ci il iyunun 15-də", DAY),
        ("Müqavilə 2010-cu il avqustun 16-da bağlanıb.", "2010-cu il avqustun 16-da", DAY),
        ("Saziş 2003-cü il sentyabrın 4-dən qüvvədədir.", "2003-cü il sentyabrın 4-dən", DAY),
        ("Təlim iyunun 15-də başladı.", "iyunun 15-də", OF_NO_YEAR),
        ("Görüş 15.06.2021 tarixində oldu.", "15.06.2021", DAY),
        ("Təlim 2019-cu ildə İsmayıllıda keçirilib.", "2019-cu ildə", YEAR),
        ("Sənəd 2021-ci ilin iyununda çıxdı.", "2021-ci ilin iyununda", MONTH),
        ("Yardım 1990-cı illərdə başladı.", "1990-cı illərdə", YEAR),
        ("Kökləri 20-ci əsrin əvvəllərinə gedir.", "20-ci əsrin", CENTURY),
        ("Mövzu XXI əsrdə dəyişdi.", "XXI əsrdə", CENTURY),
        ("Belge 15 Haziran 2021’de imzalandı.", "15 Haziran 2021’de", DAY),
        ("Belge 15 Haziran 2021'de imzalandı.", "15 Haziran 2021'de", DAY),
        ("Anlaşma 16 Ağustos 2010 tarihli.", "16 Ağustos 2010", DAY),
        ("Tatbikat 8-13 Haziran 2020 arasında yapıldı.", "8-13 Haziran 2020", DAY),
        ("Tatbikat Haziran’ın 15’inde başladı.", "Haziran’ın 15’inde", OF_NO_YEAR),
        ("Görüşme 12 Mayıs günü oldu.", "12 Mayıs", OF_NO_YEAR),
        ("Protokol Temmuz 2023’te imzalandı.", "Temmuz 2023’te", MONTH),
        ("Karar 2023’ün haziranında alındı.", "2023’ün haziranında", MONTH),
        ("Hat 2017 yılında açıldı.", "2017 yılında", YEAR),
        ("Yardım 1990’larda başladı.", "1990’larda", YEAR),
        ("Ortaklık 2010–2015 arasında büyüdü.", "2010–2015", YEAR),
        ("Dünya 20. yüzyılın sonlarında değişti.", "20. yüzyılın", CENTURY),
        ("Dünya XX. yüzyılda değişti.", "XX. yüzyılda", CENTURY),
        ("It was signed on 15 June 2021.", "15 June 2021", DAY),
        ("It was signed on June 15, 2021.", "June 15, 2021", DAY),
        ("It was signed on June 15th, 2021.", "June 15th, 2021", DAY),
        ("It was signed on the 15th of June 2021.", "15th of June 2021", DAY),
        ("It ran from 8 to 13 April 2023.", "8 to 13 April 2023", DAY),
        ("They met on 12 May in Ankara.", "12 May", OF_NO_YEAR),
        ("It was signed in July 2023.", "July 2023", MONTH),
        ("Aid began in the 1990s.", "1990s", YEAR),
        ("It was opened in 2017.", "2017", YEAR),
        ("It lasts from the late 20th century.", "20th century", CENTURY),
    ],
)
def test_date_is_found_whole_and_says_its_grains(
    sentence: str, date: str, grains: frozenset[Grain]
) -> None:
    assert find(sentence, "date") == [date]
    assert find_grains(date) == grains


def _spell(month: str) -> list[str]:
    """ "Mayıs": as it stands, small, and in capitals with and without the dot of İ."""
    return [month, month.replace("I", "ı").lower(), month.replace("i", "İ").upper(), month.upper()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_month_is_a_month_in_small_and_capital_letters(language: Language) -> None:
    """With İ I ı i: "MAYIS", "HAZİRAN" and "İYUN", and "HAZIRAN" from a foreign keyboard."""
    for month in MONTHS[language].split():
        for written in _spell(month):
            date = f"15 {written} 2021"
            assert find(f"Bu, {date}, deyildi.", "date") == [date]
            assert find_grains(date) == DAY
            assert len(find_months(written)) == 1


def test_months_and_years_of_a_text_are_told() -> None:
    text = "MAYIS, iyunun 15-də, Ağustos’ta və 2021-ci il; 1918, 44, 20211, 3000"
    # "may" is how "Mayıs" begins, and a month itself.
    assert find_months(text) == {"may", "iyun", "agustos"}
    assert find_years(text) == {"2021", "1918"}
    assert find_months("Tank və top") == frozenset()


@pytest.mark.parametrize(
    "sentence",
    [
        "Bu da vardır (Özdemir, 2021).",
        "Bunu yazır (Özdemir 2021: 57-58).",
        "Bunu yazır (Özer, 2019; Əliyev, 2021b).",
        "Haber çıktı (15.06.2021).",
        "44 gün, 350 əsgər, 12 345 manat.",
        "Mart, may və iyun isti keçdi.",
        "The march may be long; it lasted 4 centuries.",
    ],
)
def test_what_only_looks_like_a_date_is_none(sentence: str) -> None:
    assert find(sentence, "date") == []


def test_date_outside_the_brackets_of_a_reference_counts() -> None:
    assert find("Bu, 2020-ci ildə oldu (Özdemir, 2021).", "date") == ["2020-ci ildə"]


# --- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "numbers"),
    [
        ("Təlimdə 350 əsgər iştirak edib.", ["350 əsgər iştirak"]),
        ("Təlimə 30 000 əsgər gəldi.", ["30 000 əsgər gəldi"]),
        ("Yol 826 kilometrdir.", ["826 kilometrdir"]),
        ("Sərmayə 4,5 milyard dollardır.", ["4,5 milyard dollardır"]),
        ("Artım 25 % olub.", ["25 % olub"]),
        ("Artım 25 faiz olub.", ["25 faiz olub"]),
        ("Orada iki gəmi, dörd tank var.", ["iki gəmi", "dörd tank var"]),
        ("Onun iyirmi beş təyyarəsi var.", ["iyirmi beş təyyarəsi var"]),
        ("Tatbikata 2.600 asker katıldı.", ["2.600 asker katıldı"]),
        ("Savaş 44 gün sürdü.", ["44 gün sürdü"]),
        ("Ticaret yüzde 25 arttı.", ["yüzde 25 arttı"]),
        ("Ticaret %25 arttı.", ["%25 arttı"]),
        ("Üç uçak, kırk tank geldi.", ["Üç uçak", "kırk tank geldi"]),
        ("Exports reached $4.5 billion in all.", ["$4.5 billion in all"]),
        ("Some 30,000 soldiers took part.", ["30,000 soldiers took"]),
        ("It has twenty-five tanks now.", ["twenty-five tanks now"]),
        ("The line, 826 km, is long.", ["826 km"]),
        ("About 10-15 aircraft flew.", ["10-15 aircraft flew"]),
    ],
)
def test_number_is_found_with_what_it_counts(sentence: str, numbers: list[str]) -> None:
    assert find(sentence, "number") == numbers


@pytest.mark.parametrize(
    ("sentence", "date", "number"),
    [
        ("2019-cu ildə 350 əsgər gəldi.", "2019-cu ildə", "350 əsgər gəldi"),
        ("In 2019 350 soldiers came.", "2019", "350 soldiers came"),
        ("2019’da 350 asker geldi.", "2019’da", "350 asker geldi"),
    ],
)
def test_year_and_the_number_behind_it_are_two(sentence: str, date: str, number: str) -> None:
    assert find(sentence, "date") == [date]
    assert find(sentence, "number") == [number]


@pytest.mark.parametrize(
    "sentence", ["Bir gün gördük.", "On a day", "İşıq az idi.", "(Özdemir, 2021) yazıb.", "Minsk"]
)
def test_sentence_without_a_number_has_none(sentence: str) -> None:
    """ "bir" is also "a", "on" is also English, "min" in "Minsk" is no thousand."""
    assert find(sentence, "number") == []


# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("Onu bu gün İlham Əliyev və Ərdoğan imzaladı.", ["İlham Əliyev", "Ərdoğan"]),
        ("Təlim əvvəl İsmayıllıda, sonra Şuşa’da oldu.", ["İsmayıllıda", "Şuşa’da"]),
        ("Hat artık Bakü'yü Kars'a bağlıyor.", ["Bakü'yü Kars'a"]),
        ("Işık Koşaner Iğdır’a geldi.", ["Işık Koşaner Iğdır’a"]),
        ("NATO qərar verdi.", ["NATO"]),
        ("KTMT’nin üyesi değil.", ["KTMT’nin"]),
        ("Əliyev danışdı.", []),
        ("Ğ hərfi var.", []),
        ("Bu gün yağış yağdı.", []),
        ("It links Baku–Tbilisi–Kars with Europe.", ["Baku–Tbilisi–Kars", "Europe"]),
        ("They met in Ankara, Baku and Shusha.", ["Ankara", "Baku", "Shusha"]),
        ("Later on H. Quliyev spoke.", ["H. Quliyev"]),
    ],
)
def test_names_are_runs_of_capital_words(sentence: str, names: list[str]) -> None:
    assert find(sentence, "name") == names


def test_month_of_a_date_is_no_name() -> None:
    assert find("Belge 15 Haziran 2021’de imzalandı.", "name") == []


# --- whatever the sentence -----------------------------------------------------------------------


@given(SENTENCES)
def test_phrases_are_spans_in_the_order_of_the_sentence(sentence: str) -> None:
    phrases = find_phrases(sentence)
    assert [(p.start, p.end) for p in phrases] == sorted((p.start, p.end) for p in phrases)
    for phrase in phrases:
        text = sentence[phrase.start : phrase.end]
        assert 0 <= phrase.start < phrase.end <= len(sentence)
        assert text == text.strip()
        assert any(character.isalnum() for character in text)
        assert phrase.kind != "name" or text[0].isupper()


@given(SENTENCES)
def test_dates_and_names_do_not_overlap_their_like_and_no_number_lies_in_a_date(
    sentence: str,
) -> None:
    phrases = find_phrases(sentence)
    dates = [p for p in phrases if p.kind == "date"]
    for alike in (dates, [p for p in phrases if p.kind == "name"]):
        assert all(one.end <= other.start for one, other in itertools.pairwise(alike))
    for phrase in phrases:
        if phrase.kind != "date":
            assert not any(d.start <= phrase.start and phrase.end <= d.end for d in dates)


@given(SENTENCES)
def test_grain_of_a_day_is_never_without_its_month(sentence: str) -> None:
    for date in find(sentence, "date"):
        grains = find_grains(date)
        assert "day" not in grains or "month" in grains
        assert ("year" in grains) == bool(find_years(date))


@settings(max_examples=40)
@given(st.integers(1, 31), st.sampled_from(LANGUAGES), st.integers(0, 11), st.integers(1000, 2099))
def test_every_day_of_every_month_is_a_date(
    day: int, language: Language, number: int, year: int
) -> None:
    month = MONTHS[language].split()[number]
    for date in (f"{day} {month} {year}", f"{day}.{number + 1:02}.{year}"):
        assert find(f"(a) {date} (b)", "date") == [date]
        assert find_years(date) == {str(year)}
        assert find_grains(date) == DAY


@pytest.mark.parametrize(
    ("sentence", "number"),
    [
        ("In the exercise 1500 soldiers took part.", "1500 soldiers took"),
        ("Təlimdə 1400 nəfər iştirak edib.", "1400 nəfər iştirak"),
        ("Boru hattı 1850 kilometre uzunluğunda.", "1850 kilometre uzunluğunda"),
    ],
)
def test_a_count_that_looks_like_a_year_is_a_count(sentence: str, number: str) -> None:
    assert find(sentence, "number") == [number]
    assert find(sentence, "date") == []


@pytest.mark.parametrize(
    "noise", ["(bax: Özdemir, 2021; ", "(", "2021 ", "15 iyun ", "1 2 3 ", "Ab ", "’"]
)
def test_a_hostile_sentence_costs_little(noise: str) -> None:
    sentence = noise * (100_000 // len(noise))
    started = time.process_time()
    find_phrases(sentence)
    assert time.process_time() - started < 1  # it was minutes
