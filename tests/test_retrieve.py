"""Search over the small corpus: order, filters, siblings, explanations."""

import numpy as np
import pytest

from aztr_qa.errors import ModelError, QuestionError
from aztr_qa.fusion import Fusion, load_fusion, relate, spread_confidence
from aztr_qa.records import LANGUAGES, Language, Question
from aztr_qa.service import Service
from aztr_qa.signals import SIGNALS

QUESTIONS: dict[Language, str] = {
    "az": "Şuşa Bəyannaməsi nə vaxt imzalanıb?",
    "tr": "Şuşa Beyannamesi ne zaman imzalandı?",
    "en": "When was the Shusha Declaration signed?",
}


@pytest.mark.parametrize("asked", LANGUAGES)
@pytest.mark.parametrize("found", LANGUAGES)
def test_question_finds_its_passage_in_every_language(
    asked: Language, found: Language, service: Service
) -> None:
    question = service.read_question(QUESTIONS[asked])
    hits = service.search(question, k=3, passage_languages=[found])
    assert "2021" in hits[0].passage.text
    assert {hit.passage.language for hit in hits} == {found}


@pytest.mark.parametrize("language", LANGUAGES)
def test_hits_are_ranked_and_scores_in_range(language: Language, service: Service) -> None:
    hits = service.search(service.read_question(QUESTIONS[language]), k=10)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert [hit.relevance for hit in hits] == sorted((hit.relevance for hit in hits), reverse=True)
    assert all(0 <= hit.relevance <= 1 and -1 <= hit.similarity <= 1 for hit in hits)


def test_siblings_share_one_place(service: Service) -> None:
    hits = service.search(service.read_question(QUESTIONS["az"]), k=10)
    assert len(hits) == 3
    assert hits[0].passage.language == "az"
    assert [sibling.language for sibling in hits[0].siblings] == ["tr", "en"]
    keys = [hit.passage.sibling_key for hit in hits]
    assert len(set(keys)) == len(keys)


def test_search_is_repeatable(service: Service) -> None:
    question = service.read_question("təlim əsgər 350")
    first, again = service.search(question, k=5), service.search(question, k=5)
    assert [(hit.passage.id, hit.relevance) for hit in first] == [
        (hit.passage.id, hit.relevance) for hit in again
    ]


def test_explain_shows_signals_and_words(service: Service) -> None:
    question = service.read_question("declaration of Shusha")
    hit = service.search(question, k=1, passage_languages=["az"], explain=True)[0]
    assert set(hit.signals) == {*SIGNALS, "fused"}
    assert ("declaration", "Bəyannaməsi") in [
        (match.question_term, match.passage_term) for match in hit.matches
    ]


def test_signals_fuse_to_the_score_that_ranks(service: Service) -> None:
    question = Question(QUESTIONS["en"], "en", 1.0)
    fusion = load_fusion()
    # Of one language, so that no hit stands for a sibling that is nearer.
    for hit in service.search(question, k=5, passage_languages=["tr"]):
        values = np.array([[hit.signals[name] for name in SIGNALS]], dtype=np.float32)
        language = np.array([LANGUAGES.index(hit.passage.language)], dtype=np.int8)
        score = fusion.score(question, values, language)
        assert np.isclose(score[0], hit.signals["fused"], atol=1e-3)


def test_relevance_is_the_calibrated_score_in_hundredths(service: Service) -> None:
    question = service.read_question(QUESTIONS["tr"])
    columns, fusion = service.store.columns, load_fusion()
    table = service.retriever.compute_signals(question)
    scores = fusion.score(question, table.values, columns.languages[table.rows])
    relevances = fusion.calibrate(scores, columns.siblings[table.rows])
    places: dict[int, float] = {}
    for row, relevance in zip(table.rows, relevances, strict=True):
        group = int(columns.siblings[row])
        places[group] = max(places.get(group, 0.0), float(relevance))
    hits = service.search(question, k=10)
    expected = [round(value, 2) for value in sorted(places.values(), reverse=True)]
    assert [hit.relevance for hit in hits] == pytest.approx(expected, abs=1e-6)


def test_shipped_weights_know_every_signal_and_say_where_they_are_from() -> None:
    fusion = load_fusion()
    assert fusion.signals == SIGNALS
    assert {"fitted_on", "questions", "date", "leave_one_article_out"} <= set(fusion.provenance)
    assert fusion.by_score >= 0
    assert fusion.by_share >= 0


def test_weights_for_other_signals_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    load_fusion.cache_clear()
    monkeypatch.setattr("aztr_qa.fusion.SIGNALS", (*SIGNALS[:-1], "smell"))
    with pytest.raises(ModelError, match=r"this version has .*smell; reinstall"):
        load_fusion()
    load_fusion.cache_clear()


MADE_UP = Fusion(
    weights=np.ones((3, len(SIGNALS)), dtype=np.float32),
    biases=np.zeros(3, dtype=np.float32),
    by_score=0.3,
    by_share=0.5,
    intercept=-5.0,
    signals=SIGNALS,
    provenance={},
)


def test_relevance_grows_with_the_score_and_is_in_range() -> None:
    scores = np.array([12.0, 15.0, 9.0, 2.0, 20.0], dtype=np.float32)
    relevances = MADE_UP.calibrate(scores, np.arange(5))
    assert np.array_equal(np.argsort(relevances), np.argsort(scores))
    extremes = MADE_UP.calibrate(np.array([-9e9, 9e9, 0], np.float32), np.arange(3))
    assert 0 <= extremes.min() <= extremes.max() <= 1
    assert MADE_UP.calibrate(np.zeros(0, np.float32), np.zeros(0, np.int64)).size == 0


def test_relevance_falls_when_another_passage_is_as_near_but_not_for_siblings() -> None:
    """Two equal rivals have half a share each: the logit falls by 0.5 ln 2."""
    one, two = np.array([15.0, -99.0], np.float32), np.array([15.0, 15.0], np.float32)
    alone = MADE_UP.calibrate(one, np.array([0, 1]))[0]
    rivals = MADE_UP.calibrate(two, np.array([0, 1]))[0]
    siblings = MADE_UP.calibrate(two, np.array([7, 7]))[0]
    assert np.log(alone / (1 - alone)) == pytest.approx(-0.5, abs=1e-4)
    assert np.log(rivals / (1 - rivals)) == pytest.approx(-0.5 - 0.5 * np.log(2), abs=1e-4)
    assert siblings == pytest.approx(alone, abs=1e-5)


def test_relations_and_uncertain_languages() -> None:
    assert [relate("az", other) for other in LANGUAGES] == ["same", "turkic", "english"]
    spread = spread_confidence(Question("x", "az", 0.7))
    assert spread == pytest.approx({"az": 0.7, "tr": 0.3})
    assert sum(spread_confidence(Question("x", "en", 0.4)).values()) == pytest.approx(1)


@pytest.mark.parametrize("forced", LANGUAGES)
def test_wrong_language_still_finds(forced: Language, service: Service) -> None:
    question = service.read_question(QUESTIONS["az"], language=forced)
    hits = service.search(question, k=1)
    assert "2021" in hits[0].passage.text


@pytest.mark.parametrize("k", [0, -1, 10**9])
def test_k_out_of_range_is_refused(k: int, service: Service) -> None:
    with pytest.raises(QuestionError, match=f"k is {k}; give a whole number from 1 to 100"):
        service.search(service.read_question("Şuşa"), k=k)


def test_unknown_article_is_refused_and_a_filter_without_hits_is_empty(service: Service) -> None:
    question = service.read_question("Şuşa")
    with pytest.raises(QuestionError, match="no article 'yox'"):
        service.search(question, k=3, articles=["yox"])
    assert len(service.search(question, k=3, articles=["kicik"])) == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param(" ?! \n", "empty", id="no letter"),
        pytest.param(
            "Şuşa " * 4000, "19,999 characters, at most 2,000; shorten it", id="20,000 characters"
        ),
        pytest.param("Şuşa\x00", "control characters", id="NUL"),
    ],
)
def test_questions_that_cannot_be_asked_say_why(text: str, message: str, service: Service) -> None:
    with pytest.raises(QuestionError, match=message):
        service.read_question(text)


def test_large_index_looks_at_candidates_of_every_language(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = service.retriever.sources
    monkeypatch.setattr("aztr_qa.signals.EXHAUSTIVE", 0)  # as if nine passages were many
    table = sources.compute(
        QUESTIONS["az"],
        allowed=np.ones(9, dtype=bool),
        n_candidates=3,
        embedder=service.retriever.embedder,
    )
    assert {int(language) for language in sources.languages[table.rows]} == {0, 1, 2}


def test_filter_in_a_large_index_keeps_what_it_allows(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aztr_qa.signals.EXHAUSTIVE", 3)  # nine passages are many, three are not
    hits = service.search(service.read_question("Freight"), k=5, passage_languages=["az"])
    assert len(hits) == 3


def test_question_of_many_words_is_read_once_each_and_cut(service: Service) -> None:
    terms = service.answerer.terms
    assert terms.read_question("a " * 900 + "b").words == ("a", "b")
    context = " ".join(f"mövzu{i}" for i in range(80))
    assert terms.read_question(f"{context}. Təlim Qarsda keçirilib?").words[-3:] == (
        "telim",
        "qarsda",
        "kecirilib",
    )
    assert len(terms.read_question(" ".join(f"söz{i}" for i in range(200))).words) == 64


@pytest.mark.parametrize(
    "text",
    ["Şu\u00adşa\u200b haradadır?", "\ufeffŞuşa haradadır?", "Şuşa haradadır? 👩\u200d💻"],
    ids=["soft hyphen", "byte order mark", "joined emoji"],
)
def test_characters_that_show_nothing_are_taken_out(text: str, service: Service) -> None:
    assert service.read_question(text).text.startswith("Şuşa haradadır?")


def test_articles_take_turns_where_others_are_as_relevant(digests_service: Service) -> None:
    columns = digests_service.store.columns
    rows = np.arange(len(columns.articles))
    own = [int(row) for row in rows if columns.articles[row] == columns.articles[0]]
    other = next(int(row) for row in rows if columns.articles[row] != columns.articles[0])
    places = [(row, row) for row in [*own[:5], other]]
    spread = digests_service.retriever._spread_articles
    equal = spread(places, rows, np.full(len(rows), 0.5, dtype=np.float32))
    assert [row for row, _ in equal] == [*own[:3], other, *own[3:5]]
    better = np.where(columns.articles == columns.articles[0], 0.51, 0.5).astype(np.float32)
    assert spread(places, rows, better) == places
