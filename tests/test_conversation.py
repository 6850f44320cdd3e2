"""Follow-ups take what they lack from the questions before them; all others stay as they are."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aztr_qa.conversation import MAX_CARRIED_WORDS, MAX_TURNS, guess_language, resolve_question
from aztr_qa.language import LanguageGuesser
from aztr_qa.records import LANGUAGES, Language
from aztr_qa.text import find_words, fold, strip_invisible

GOLD = Path(__file__).parents[1] / "eval" / "gold"
SIGNED: dict[Language, str] = {
    "az": "Şuşa Bəyannaməsi nə vaxt imzalanıb?",
    "tr": "Şuşa Beyannamesi ne zaman imzalandı?",
    "en": "When was the Shusha Declaration signed?",
}
# Letters that fold in their own ways, words that the rules look at, and noise.
_WORDS = (
    "İ I ı i ə ğ Bəs bəs beş o O, onu it that and peki ya Konyada? in Baku 2021-ci 2022'ye kim "
    "imzalayıb? Şuşa Bəyannaməsi hansı neçə ikincisi — “TurAz Şahini-2021” ? . , : Türkiye"
)
WORDS = st.sampled_from(_WORDS.split())
TEXTS = st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=16).map(" ".join))


def _questions(name: str) -> list[str]:
    lines = (GOLD / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines]


# --- follow-ups ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "question"),
    [
        pytest.param("az", "Kim imzalayıb?", id="az-attribute"),
        pytest.param("az", "kim imzalayib", id="az-typed-plainly"),
        pytest.param("az", "KİM İMZALAYIB?", id="az-shouted"),
        pytest.param("az", "Yaxşı, bəs harada?", id="az-opener"),
        pytest.param("az", "O, nə vaxt imzalanıb?", id="az-pronoun"),
        pytest.param("az", "Həmin sənəd hələ də qüvvədədirmi?", id="az-demonstrative"),
        pytest.param("az", "Hansı?", id="az-which"),
        pytest.param("az", "Daha ətraflı", id="az-more"),
        pytest.param("tr", "Kim imzaladı?", id="tr-attribute"),
        pytest.param("tr", "peki nerede", id="tr-typed-plainly"),
        pytest.param("tr", "PEKİ AMACI NE?", id="tr-shouted"),
        pytest.param("tr", "Onu kim imzaladı?", id="tr-pronoun"),
        pytest.param("tr", "Söz konusu belge ne içeriyor?", id="tr-demonstrative"),
        pytest.param("tr", "Kaç?", id="tr-how-many"),
        pytest.param("en", "and where was it signed?", id="en-opener"),
        pytest.param("en", "What does the article say about it?", id="en-pronoun"),
        pytest.param("en", "Who signed that agreement?", id="en-demonstrative"),
        pytest.param("en", "Why?", id="en-why"),
        pytest.param("en", "Tell me more", id="en-more"),
    ],
)
def test_follow_up_takes_the_subject_over(language: Language, question: str) -> None:
    resolved = resolve_question(question, [SIGNED[language]])
    subject = "Shusha Declaration" if language == "en" else SIGNED[language][:11]
    assert subject[:9] in resolved.text
    assert resolved.text != question
    assert fold(question) in fold(resolved.text)
    assert any("Ş" in words or "Shusha" in words for words in resolved.carried)


def test_subject_belongs_to_what_is_asked() -> None:
    """A follow-up without a subject of its own is one sentence with what it took over."""
    resolved = resolve_question("Kim imzalayıb?", [SIGNED["az"]])
    assert resolved.text == "Şuşa Bəyannaməsi: Kim imzalayıb?"
    assert resolved.carried == ("Şuşa Bəyannaməsi",)


def test_subject_beside_another_possible_one_is_a_sentence_of_its_own() -> None:
    """Where the question might have changed the subject, the old one weighs half."""
    resolved = resolve_question("peki firma kimdi", ["KAAN protokolü ne zaman imzalandı?"])
    assert resolved.text == "KAAN protokolü. Peki firma kimdi?"


def test_carried_words_keep_their_dashes_and_figures() -> None:
    question = "Bəs ev sahibi kim olub?"
    resolved = resolve_question(question, ["“TurAz Şahini-2021” təlimi hansı şəhərdə keçirilib?"])
    assert resolved.text == f"TurAz Şahini-2021 təlimi: {question}"
    resolved = resolve_question("Məqsədi nə idi?", ["Bakı–Tbilisi–Qars nə vaxt açılıb?"])
    assert resolved.carried == ("Bakı–Tbilisi–Qars",)


@pytest.mark.parametrize(
    ("previous", "question", "whole"),
    [
        pytest.param(
            "2021-ci ildə Naxçıvanda hansı təlim keçirilib?",
            "Bəs Konyada?",
            "2021-ci ildə Konyada hansı təlim keçirilib?",
            id="az-place",
        ),
        pytest.param(
            "naxcivanda hansi telim kecirilib",
            "bes konyada",
            "konyada hansi telim kecirilib",
            id="az-place-typed-plainly",
        ),
        pytest.param(
            "2021-ci ildə Konyada hansı təlim keçirilib?",
            "bəs 2023-cü ildə?",
            "2023-cü ildə Konyada hansı təlim keçirilib?",
            id="az-year",
        ),
        pytest.param(
            "Təlimə neçə əsgər cəlb olunub?",
            "Bəs tank və zirehli maşın?",
            "Təlimə neçə tank və zirehli maşın cəlb olunub?",
            id="az-thing",
        ),
        pytest.param(
            "Bakı–Tbilisi–Ceyhan neft kəməri nə vaxt açılıb?",
            "Bəs Bakı–Tbilisi–Qars dəmir yolu?",
            "Bakı–Tbilisi–Qars dəmir yolu nə vaxt açılıb?",
            id="az-name",
        ),
        pytest.param(
            "Azerbaycan'da hangi tatbikatlar yapıldı?",
            "peki Türkiye'de?",
            "Türkiye'de hangi tatbikatlar yapıldı?",
            id="tr-place",
        ),
        pytest.param(
            "İran, Zengezur Koridoru'ndan neden rahatsız?",
            "Ya Ermenistan?",
            "Ermenistan, Zengezur Koridoru'ndan neden rahatsız?",
            id="tr-state",
        ),
        pytest.param(
            "İş birliğinin ikinci alanı nedir?",
            "Peki dördüncüsü?",
            "İş birliğinin dördüncüsü alanı nedir?",
            id="tr-ordinal",
        ),
        pytest.param(
            "Which exercise was held in Kars in 2023?",
            "And in Konya in 2021?",
            "Which exercise was held in Konya in 2021?",
            id="en-place-and-year",
        ),
        pytest.param(
            "Who hosted TurAz Falcon 2021?",
            "What about TurAz Eagle 2022?",
            "Who hosted TurAz Eagle 2022?",
            id="en-name",
        ),
        pytest.param(
            "2021-ci ildə Konyada hansı təlim keçirilib?",
            "and in Baku?",
            "2021-ci ildə Baku hansı təlim keçirilib?",
            id="en-behind-az",
        ),
    ],
)
def test_ellipsis_takes_the_sentence_and_replaces_what_matches(
    previous: str, question: str, whole: str
) -> None:
    resolved = resolve_question(question, [previous])
    assert resolved.text == whole
    assert resolved.carried


def test_name_that_may_stand_for_two_others_replaces_neither() -> None:
    previous = "Rafiei, Zengezur Koridoru için ne yazıyor?"
    resolved = resolve_question("Peki Akıncı ile Kaba?", [previous])
    assert resolved.text == "Rafiei Zengezur Koridoru. Peki Akıncı ile Kaba?"


@pytest.mark.parametrize(
    ("turns", "last", "expected"),
    [
        pytest.param([SIGNED["az"], "Bəs harada?"], "Kim imzalayıb?", "Şuşa Bəyannaməsi", id="az"),
        pytest.param([SIGNED["tr"], "Peki nerede?"], "Kim imzaladı?", "Şuşa Beyannamesi", id="tr"),
        pytest.param([SIGNED["en"], "And where?"], "By whom?", "Shusha Declaration", id="en"),
        pytest.param(
            [SIGNED["az"], "Təşəkkür edirəm!"], "Bəs onu kim istəmir?", "Şuşa", id="courtesy"
        ),
        pytest.param(
            ["Which companies came?", "What did FNSS propose?"],
            "And Yonca-Onuk?",
            "What did Yonca-Onuk propose?",
            id="new-subject-on-the-way",
        ),
    ],
)
def test_chain_keeps_its_subject(turns: list[str], last: str, expected: str) -> None:
    assert expected in resolve_question(last, turns).text


def test_only_the_last_turns_count() -> None:
    turns = [SIGNED["en"], *["And why?"] * MAX_TURNS]
    assert "Shusha" not in resolve_question("And where?", turns).text
    assert "Shusha" in resolve_question("And where?", turns[:-1]).text


# --- questions that stand by themselves ----------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("Şuşa Bəyannaməsi onun üçün nə deməkdir?", id="az-pronoun-behind-its-name"),
        pytest.param("Bəs Səfər Əbiyev kimdir?", id="az-new-name"),
        pytest.param("Bu gün Azərbaycanın NATO ilə münasibətləri necədir?", id="az-today"),
        pytest.param("Beş sahə hansılardır?", id="az-five-is-no-opener"),
        pytest.param("Çox sağ ol", id="az-thanks"),
        pytest.param("Sən kimsən?", id="az-who-are-you"),
        pytest.param("Bəs", id="az-opener-alone"),
        pytest.param("Peki KAAN projesi ne zaman başladı?", id="tr-new-name"),
        pytest.param("peki kaan projesi nedir", id="tr-definition-typed-plainly"),
        pytest.param("Kara delikler nasıl oluşur?", id="tr-off-topic"),
        pytest.param("Tamam, teşekkürler", id="tr-thanks"),
        pytest.param("and what is TANAP?", id="en-new-name"),
        pytest.param("and what is tanap?", id="en-definition-typed-plainly"),
        pytest.param("Is it true that the pipeline opened in 2006?", id="en-empty-it"),
        pytest.param("What put Azerbaijan on the road, and when did it happen?", id="en-it-behind"),
        pytest.param("Who painted The Night Watch?", id="en-off-topic"),
        pytest.param("?", id="no-word"),
        pytest.param("", id="empty"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_question_with_its_own_subject_stays(question: str, language: Language) -> None:
    resolved = resolve_question(question, [SIGNED[language]])
    assert resolved.text == question
    assert resolved.carried == ()


@pytest.mark.parametrize("name", ["digests.jsonl", "articles.jsonl"])
def test_no_gold_question_changes_behind_another(name: str) -> None:
    """Each is asked right after its neighbour in the file, and after one far from it."""
    questions = _questions(name)
    for step in (1, 101):
        others = questions[step:] + questions[:step]
        changed = [
            question
            for question, other in zip(questions, others, strict=True)
            if resolve_question(question, [other]).text != question
        ]
        assert changed == []


@given(TEXTS)
def test_without_history_nothing_changes(text: str) -> None:
    assert resolve_question(text, []).text == text


@given(TEXTS, st.lists(TEXTS, max_size=7))
@settings(max_examples=300)
def test_any_text_is_resolved_within_bounds(text: str, history: list[str]) -> None:
    resolved = resolve_question(text, history)
    assert len(resolved.text) <= len(text) + 700
    assert bool(resolved.carried) == (resolved.text != text)


@given(TEXTS.filter(lambda text: "?" in text), TEXTS)
def test_lent_words_are_words_of_the_previous_question(text: str, previous: str) -> None:
    resolved = resolve_question(text, [previous])
    known = fold(strip_invisible(previous))
    assert all(fold(words) in known for words in resolved.carried)


@pytest.mark.parametrize(
    "noise", ["a" * 2000, "it " * 660, "bəs " * 500, "2021-ci " * 250, "?" * 2000]
)
def test_long_noise_is_bounded(noise: str) -> None:
    for question in (noise, "Bəs Konyada?"):
        resolved = resolve_question(question, [noise] * 50)
        assert len(resolved.text) <= len(question) + 700
    long = " ".join(f"söz{number}ğ" for number in range(300))
    carried = resolve_question("Kim imzalayıb?", [long]).carried
    assert sum(len(find_words(words)) for words in carried) == MAX_CARRIED_WORDS


# --- the language of a short follow-up -----------------------------------------------------------


def test_few_words_in_doubt_are_in_the_language_spoken_so_far(guesser: LanguageGuesser) -> None:
    alone, confidence = guesser.guess("Ya Ermenistan?")
    assert alone == "az"
    turns = ["İran, Zengezur Koridoru'ndan neden rahatsız?"]
    assert guess_language("Ya Ermenistan?", turns, guesser.guess) == ("tr", confidence)
    assert guess_language("2022?", [SIGNED["az"]], guesser.guess)[0] == "az"


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Bəs təyyarəni hansı şirkət hazırlayıb?", "az"),
        ("Peki savaş kaç gün sürdü?", "tr"),
        ("And who reported that?", "en"),
    ],
)
def test_plain_question_keeps_its_language(
    guesser: LanguageGuesser, question: str, language: Language
) -> None:
    for other in LANGUAGES:
        assert guess_language(question, [SIGNED[other]], guesser.guess)[0] == language
    assert guess_language(question, [], guesser.guess) == guesser.guess(question)


# --- the shipped gold ----------------------------------------------------------------------------


def test_gold_changes_of_subject_stay_and_follow_ups_change() -> None:
    lines = (GOLD / "followups.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    for row in rows:
        resolved = resolve_question(row["question"], row["history"])
        row["is_same"] = resolved.text == row["question"]
        # What was made whole lacks nothing.
        assert resolve_question(resolved.text, row["history"]).text == resolved.text, row["id"]
    changes = [row for row in rows if row["turn"] == "change"]
    assert len(changes) >= 6
    # "peki azerbaycan pesco projelerine …": in small letters, the new name cannot be seen.
    assert [row["id"] for row in changes if not row["is_same"]] == ["fu-tr-19"]
    others = [row for row in rows if row["turn"] != "change"]
    assert sum(not row["is_same"] for row in others) / len(others) >= 0.85
