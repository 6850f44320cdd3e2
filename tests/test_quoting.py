"""Which sentences are quoted: how passages are read, sentences weighed, and quotes chosen."""

import itertools
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from aztr_qa import readings, weighing
from aztr_qa.asked_words import AskedWords
from aztr_qa.asking import Expected
from aztr_qa.embed import FloatMatrix, StaticEmbedder
from aztr_qa.errors import ModelError
from aztr_qa.expecting import Asked, find_kinds, is_stop_word
from aztr_qa.phrases import Phrase
from aztr_qa.quoting import (
    MAX_SENTENCES,
    Quote,
    QuoteWeights,
    check_signals,
    choose_quotes,
    load_quote_weights,
    rank_candidates,
)
from aztr_qa.readings import PassageReader
from aztr_qa.records import LANGUAGES, Hit, Language, Passage, Question, Sentence
from aztr_qa.service import Service
from aztr_qa.telling import Told
from aztr_qa.text import find_words, fold_word
from aztr_qa.weighing import QUOTE_SIGNALS, SIGNALS, Candidate

QUESTIONS: dict[Language, str] = {
    "az": "“İldırım” təlimində neçə əsgər iştirak edib?",
    "tr": "“Yıldırım” tatbikatına kaç asker katıldı?",
    "en": "How many soldiers took part in the exercise “Lightning”?",
}
each_language = pytest.mark.parametrize("language", LANGUAGES)
# Four dimensions: what a sentence is about; sentences about one thing say the same.
NORTH, EAST, UP, OUT = np.eye(4, dtype=np.float32)
KINDS: tuple[Expected, ...] = ("date", "place")


def make_passage(
    texts: Sequence[str], *, name: str = "a", gap: str = " ", at: int = 100
) -> Passage:
    """A passage of these sentences, `at` characters into its article; "!" is not quotable."""
    sentences, start = [], at
    for text in texts:
        sentences.append(Sentence(start, start + len(text), quotable=not text.startswith("!")))
        start += len(text) + len(gap)
    text = gap.join(texts)
    return Passage(
        name, "article", "az", "az", text, at, at + len(text), "", None, tuple(sentences)
    )


def make_candidate(
    passage: Passage,
    number: int,
    score: float,
    about: NDArray[np.float32],
    *,
    words: Sequence[float] = (1, 1),
    kinds: frozenset[Expected] = frozenset(),
    phrase: Phrase | None = None,
) -> Candidate:
    """words: how well the two words of the question are matched around it."""
    sentence = passage.sentences[number]
    text = passage.text[sentence.start - passage.start : sentence.end - passage.start]
    signals = np.zeros(len(SIGNALS), dtype=np.float32)
    around = np.array(words, dtype=np.float32)
    told = Told(kinds, phrase, np.zeros(2, dtype=np.float32))
    return Candidate(Hit(1, passage, 0.5, 0.5), sentence, text, signals, around, about, told, score)


def make_asked(kinds: tuple[Expected, ...] = ()) -> AskedWords:
    """A question of two words that weigh the same."""
    half = np.array([0.5, 0.5], dtype=np.float32)
    question = Question("iki söz", "az", 1.0)
    none = np.zeros_like(half)
    return AskedWords(question, Asked(kinds), ("iki", "soz"), half, none, half, half, half, ())


def choose(
    ranked: Sequence[Candidate],
    *,
    kinds: tuple[Expected, ...] = (),
    margin: float = 1.0,
    news: float = 0.0,
    neighbour: float = 0.0,
) -> list[Quote]:
    weights = np.zeros(len(QUOTE_SIGNALS), dtype=np.float32)
    return choose_quotes(make_asked(kinds), ranked, QuoteWeights(weights, margin, news, neighbour))


# --- choosing ------------------------------------------------------------------------------------

TEXTS = ["İşıq birincidir.", "Iğdır ikincidir.", "!Başlıq", "Ağ üçüncüdür.", "Əsas dördüncüdür."]


def test_nothing_is_quoted_of_nothing() -> None:
    assert choose([]) == []


def test_further_sentence_may_lie_the_margin_below_the_best() -> None:
    """The best has 3.0: with a margin of 1.0 another needs 2.0."""
    passage = make_passage(TEXTS)
    best = make_candidate(passage, 0, 3.0, NORTH)
    near, far = (make_candidate(passage, 3, score, EAST) for score in (2.0, 1.99))
    assert [quote.text for quote in choose([best, near])] == [TEXTS[0], TEXTS[3]]
    assert [quote.text for quote in choose([best, far])] == [TEXTS[0]]


def test_sentence_next_to_the_best_is_worth_more() -> None:
    """1.5 + 0.6 for the neighbour makes 2.1, which beats 2.0 and reaches 3.0 - 1.0."""
    passage, other = make_passage(TEXTS), make_passage(["Başqa."], name="b")
    ranked = [
        make_candidate(passage, 0, 3.0, NORTH),
        make_candidate(other, 0, 1.95, EAST),
        make_candidate(passage, 1, 1.5, UP),
    ]
    assert [quote.text for quote in choose(ranked, neighbour=0.6)] == [" ".join(TEXTS[:2])]
    assert [quote.text for quote in choose(ranked)] == [TEXTS[0]]


def test_sentence_with_the_word_that_the_best_lacks_is_worth_more() -> None:
    """The second word is half of the question: 1.0 + 4 x 0.5 x (0.9 - 0.1) = 2.6."""
    passage = make_passage(TEXTS)
    best = make_candidate(passage, 0, 3.0, NORTH, words=(1, 0.1))
    more_of_the_same = make_candidate(passage, 1, 1.9, EAST, words=(1, 0.1))
    news = make_candidate(passage, 4, 1.0, UP, words=(0, 0.9))
    ranked = [best, more_of_the_same, news]
    assert [quote.text for quote in choose(ranked, news=4)] == [TEXTS[0], TEXTS[4]]


def test_sentence_with_the_kind_that_the_best_lacks_is_worth_more() -> None:
    """One of two asked kinds: 1.0 + 4 x 1/2 = 3.0."""
    passage = make_passage(TEXTS)
    ranked = [
        make_candidate(passage, 0, 3.0, NORTH, kinds=frozenset({"date"})),
        make_candidate(passage, 1, 1.5, EAST, kinds=frozenset({"date"})),
        make_candidate(passage, 3, 1.0, UP, kinds=frozenset({"place"})),
    ]
    quoted = choose(ranked, kinds=("date", "place"), news=4)
    assert [quote.text for quote in quoted] == [TEXTS[0], TEXTS[3]]


def test_sentence_that_says_the_same_is_left_out_and_the_next_one_taken() -> None:
    passage, other = make_passage(TEXTS), make_passage(["Birinci işıqdır."], name="b")
    nearly = np.float32(0.95) * NORTH + np.float32(0.3) * EAST
    ranked = [
        make_candidate(passage, 0, 3.0, NORTH),
        make_candidate(other, 0, 2.9, nearly),
        make_candidate(passage, 4, 2.5, UP),
    ]
    assert [quote.text for quote in choose(ranked)] == [TEXTS[0], TEXTS[4]]


def test_never_more_than_three_sentences() -> None:
    passage = make_passage(["Bir.", "İki.", "Üç.", "Dörd."], gap="\n")
    axes = (NORTH, EAST, UP, OUT)
    ranked = [make_candidate(passage, n, 3.0 - n / 10, axes[n]) for n in range(4)]
    quotes = choose(ranked, margin=9)
    assert [quote.text for quote in quotes] == ["Bir.\nİki.\nÜç."]
    assert len(quotes[0].sentences) == MAX_SENTENCES == 3


def test_neighbours_are_one_quote_and_others_stand_in_the_order_of_reading() -> None:
    """Best is the last sentence; the first two are neighbours, an unquotable one parts them."""
    passage = make_passage(TEXTS, gap="  \n")
    ranked = [
        make_candidate(passage, 4, 3.0, NORTH),
        make_candidate(passage, 1, 2.9, EAST),
        make_candidate(passage, 0, 2.8, UP),
    ]
    assert [quote.text for quote in choose(ranked)] == [f"{TEXTS[0]}  \n{TEXTS[1]}", TEXTS[4]]
    parted = make_passage(["Bir.", "!Başlıq", "İki."])
    ranked = [make_candidate(parted, 0, 3.0, NORTH), make_candidate(parted, 2, 2.9, EAST)]
    assert [quote.text for quote in choose(ranked)] == ["Bir.", "İki."]


def test_mark_of_a_list_between_sentences_parts_them() -> None:
    passage = make_passage(["Bir.", "İki."], gap="\n\n• ")
    ranked = [make_candidate(passage, 0, 3.0, NORTH), make_candidate(passage, 1, 2.9, EAST)]
    assert [quote.text for quote in choose(ranked, neighbour=1)] == ["Bir.", "İki."]


def test_passage_of_the_best_sentence_comes_first() -> None:
    first, second = make_passage(TEXTS, name="b"), make_passage(["Ən yaxşı.", "O da."], name="a")
    ranked = [
        make_candidate(second, 1, 3.0, NORTH),
        make_candidate(first, 0, 2.9, EAST),
        make_candidate(second, 0, 2.8, UP),
    ]
    quotes = choose(ranked)
    assert [(quote.hit.passage.id, quote.text) for quote in quotes] == [
        ("a", "Ən yaxşı. O da."),
        ("b", TEXTS[0]),
    ]
    scores = [max(c.score for c in quote.sentences) for quote in quotes]
    assert scores == pytest.approx([3.0, 2.9])


def test_highlight_is_that_of_the_best_sentence_that_has_one() -> None:
    passage = make_passage(["2021-ci ildə.", "Şuşada.", "Heç nə."], at=7)
    date, place = Phrase("date", 0, 12), Phrase("name", 0, 6)
    ranked = [
        make_candidate(passage, 2, 3.0, NORTH),
        make_candidate(passage, 1, 2.9, EAST, phrase=place),
        make_candidate(passage, 0, 2.8, UP, phrase=date),
    ]
    quote = choose(ranked)[0]
    assert quote.phrase == (21, 27)
    assert quote.text[21 - quote.start : 27 - quote.start] == "Şuşada"
    assert choose(ranked[:1])[0].phrase is None


@st.composite
def candidates(draw: st.DrawFn) -> list[Candidate]:
    """Sentences of three passages with any scores, directions, kinds and phrases."""
    made = []
    for name in "abc":
        texts = draw(
            st.lists(st.sampled_from(["İ ı.", "Iğdır ə!", "!Ad", "Söz, söz."]), max_size=4)
        )
        gap = draw(st.sampled_from([" ", "\n\n", "\n• "]))
        passage = make_passage(texts, name=name, gap=gap, at=draw(st.integers(0, 50)))
        for number, sentence in enumerate(passage.sentences):
            if sentence.quotable:
                score = draw(st.floats(-5, 5))
                about = draw(st.sampled_from([NORTH, EAST, UP, OUT, (NORTH + EAST) / np.sqrt(2)]))
                kinds = draw(st.frozensets(st.sampled_from(KINDS)))
                phrase = draw(st.sampled_from([None, Phrase("name", 0, 3)]))
                words = draw(st.tuples(st.floats(0, 1), st.floats(0, 1)))
                made.append(
                    make_candidate(
                        passage, number, score, about.astype(np.float32),
                        words=words, kinds=kinds, phrase=phrase,
                    )
                )  # fmt: skip
    return sorted(made, key=lambda candidate: -candidate.score)


@settings(deadline=None, max_examples=50)
@given(candidates(), st.floats(0, 9), st.floats(0, 9), st.floats(0, 9))
def test_quotes_are_whole_sentences_in_order_whatever_the_scores(
    ranked: list[Candidate], margin: float, news: float, neighbour: float
) -> None:
    quotes = choose(ranked, kinds=KINDS, margin=margin, news=news, neighbour=neighbour)
    chosen = [candidate for quote in quotes for candidate in quote.sentences]
    assert len(chosen) <= MAX_SENTENCES
    assert bool(chosen) == bool(ranked)
    assert (
        not ranked
        or any(candidate is ranked[0] for candidate in quotes[0].sentences)
        or (ranked[0].hit.passage.id == quotes[0].hit.passage.id)
    )
    for one, other in itertools.combinations(chosen, 2):
        assert float(one.vector @ other.vector) <= 0.9
    for quote in quotes:
        passage = quote.hit.passage
        assert passage.text[quote.start - passage.start : quote.end - passage.start] == quote.text
        assert all(one.hit.passage.id == passage.id for one in quote.sentences)
        assert (quote.start, quote.end) == (
            quote.sentences[0].sentence.start,
            quote.sentences[-1].sentence.end,
        )
        assert "•" not in quote.text
        assert quote.phrase is None or quote.start <= quote.phrase[0] < quote.phrase[1] <= quote.end
        assert (quote.phrase is not None) == any(one.told.phrase for one in quote.sentences)
    for before, after in itertools.pairwise(quotes):
        if before.hit.passage.id == after.hit.passage.id:
            passage = before.hit.passage
            between = passage.text[before.end - passage.start : after.start - passage.start]
            assert between.strip()


# --- ranking -------------------------------------------------------------------------------------


def test_candidates_are_ranked_by_weighted_signals_ties_in_their_order() -> None:
    passage = make_passage(["Bir.", "İki.", "Üç."])
    made = [make_candidate(passage, n, 0.0, NORTH) for n in range(3)]
    for candidate, (first, second) in zip(made, [(1, 0), (0, 2), (0, 2)], strict=True):
        candidate.signals[:2] = first, second
    weights = np.zeros(len(QUOTE_SIGNALS), dtype=np.float32)
    weights[:2] = 3, 2
    ranked = rank_candidates(made, QuoteWeights(weights, 0, 0, 0))
    assert [(c.text, c.score) for c in ranked] == [("İki.", 4.0), ("Üç.", 4.0), ("Bir.", 3.0)]


def test_weights_are_read_by_name() -> None:
    content = {
        "weights": {signal: number for number, signal in enumerate(QUOTE_SIGNALS)},
        "margin": 1,
        "news": 2,
        "neighbour": 0.5,
    }
    parsed = QuoteWeights.parse(content)
    assert parsed.weights.tolist() == list(range(len(QUOTE_SIGNALS)))
    assert (parsed.margin, parsed.news, parsed.neighbour) == (1.0, 2.0, 0.5)
    shipped = load_quote_weights()
    assert shipped.weights.shape == (len(QUOTE_SIGNALS),)
    assert np.isfinite(shipped.weights).all()
    assert shipped.margin >= 0


# --- reading -------------------------------------------------------------------------------------


@pytest.fixture
def reader(service: Service, embedder: StaticEmbedder) -> PassageReader:
    """A reader that has read nothing."""
    return PassageReader(service.answerer.terms, embedder)


def test_reading_of_a_passage_is_its_words_by_sentence(
    service: Service, reader: PassageReader, embedder: StaticEmbedder
) -> None:
    passages = service.store.read_passages(range(len(service.store.columns.languages)))
    for passage, reading in zip(passages, reader.read(passages), strict=True):
        words = [passage.text[start:end] for start, end in reading.spans]
        assert [(start, end) for start, end in reading.spans] == find_words(passage.text)
        assert (
            reading.numbers.tolist()
            == service.answerer.terms.find_numbers([fold_word(word) for word in words]).tolist()
        )
        assert np.array_equal(reading.sums, embedder.sum_pieces(reading.texts))
        # The sentences share the words out, in order.
        assert reading.bounds[0, 0] == 0
        assert reading.bounds[-1, 1] == len(words)
        assert reading.bounds[1:, 0].tolist() == reading.bounds[:-1, 1].tolist()
        for text, (low, high) in zip(reading.texts, reading.bounds, strict=True):
            assert words[low:high] == [text[start:end] for start, end in find_words(text)]
            # A gap of four words stands between sentences, none inside them.
            assert set(np.diff(reading.places[low:high]).tolist()) <= {1}
        borders = reading.bounds[1:, 0]
        assert (reading.places[borders] - reading.places[borders - 1]).tolist() == [5] * len(
            borders
        )


def test_sentences_without_words_are_read_and_never_quoted(
    service: Service, reader: PassageReader
) -> None:
    passage = make_passage(["…", "Şuşa Bəyannaməsi 2021-ci ildə imzalanıb.", "—", "?!"])
    assert reader.read([passage])[0].bounds.tolist() == [[0, 0], [0, 6], [6, 6], [6, 6]]
    wordless = make_passage(["…", "—"], name="b")
    question = service.read_question("Şuşa Bəyannaməsi nə vaxt imzalanıb?")
    hits = [
        Hit(n, one, 0.5, 0.5, signals={"fused": 1.0}) for n, one in ((1, wordless), (2, passage))
    ]
    candidates = weighing.weigh_sentences(
        question,
        hits,
        terms=service.answerer.terms,
        reader=reader,
        name_article=lambda passage: "Kiçik məqalə",
    )[1]
    assert [candidate.text for candidate in candidates] == [passage.text[2:-5]]


def test_reading_is_remembered_until_others_are_read(
    reader: PassageReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "_KEPT", 2)
    a, b, c = (make_passage(["Bir söz."], name=name) for name in "abc")
    first = reader.read([a, b])
    assert reader.read([a])[0] is first[0]
    reader.read([c])  # b was read longest ago
    assert reader.read([a])[0] is first[0]
    assert reader.read([b])[0] is not first[1]


def test_vectors_of_words_are_those_of_the_model(
    reader: PassageReader, embedder: StaticEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "_KEPT_WORDS", 2)
    words = ["Şuşa", "ışıq", "Şuşa", "İğdır"]
    for asked in (words, words[:2], words):
        assert np.array_equal(reader.embed(asked), embedder.sum_pieces(asked))


def test_vectors_survive_another_thread_that_clears_the_store(
    service: Service, embedder: StaticEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other thread asks while the model works for the first one."""
    monkeypatch.setattr(readings, "_KEPT_WORDS", 2)

    class Interrupted:
        """Embeds, and lets another question in before it answers."""

        reader: PassageReader
        interrupts = False
        n_texts = 0

        def sum_pieces(self, texts: Sequence[str]) -> FloatMatrix:
            self.n_texts += len(texts)
            if self.interrupts:
                self.interrupts = False
                self.reader.embed(["bir", "iki", "üç"])
            return embedder.sum_pieces(texts)

    model = Interrupted()
    model.reader = PassageReader(service.answerer.terms, model)
    model.reader.embed(["Şuşa"])
    model.reader.embed(["Şuşa", "Şuşa"])
    assert model.n_texts == 1  # remembered
    model.interrupts = True
    both = ["Şuşa", "ışıq"]
    assert np.array_equal(model.reader.embed(both), embedder.sum_pieces(both))


def test_threads_read_the_same(service: Service) -> None:
    questions = [service.read_question(text) for text in QUESTIONS.values()] * 4
    alone = [service.ask(question, k=3).text for question in questions]
    with ThreadPoolExecutor(4) as pool:
        together = pool.map(lambda question: service.ask(question, k=3).text, questions)
    assert list(together) == alone


# --- weighing ------------------------------------------------------------------------------------


def read_ranges() -> dict[str, tuple[float, float]]:
    """The range of each signal as the tables of the modules' docstring say it."""
    ranges = {"(-∞, 0]": (-np.inf, 0.0), "[0, 1]": (0.0, 1.0), "[-1, 1]": (-1.0, 1.0)}
    rows = re.findall(r"^\| (\w+) +\| ([^|]+?) +\|", weighing.__doc__ or "", re.MULTILINE)
    return {name: ranges.get(said, (0.0, 1.0)) for name, said in rows if name != "signal"}


@each_language
def test_signals_lie_in_the_ranges_of_the_table(language: Language, service: Service) -> None:
    ranges = read_ranges()
    assert set(QUOTE_SIGNALS) <= set(ranges)
    for text in (QUESTIONS[language], "nə vaxt?", "2021", "Şuşa Şuşa", "who, where, why, list"):
        question = service.read_question(text, language=language)
        _, candidates = service.answerer.weigh(question, service.search(question, k=10))
        assert candidates
        for candidate in candidates:
            for name, (low, high) in ranges.items():
                assert low - 1e-5 <= candidate.signal(name) <= high + 1e-5, (name, text)


@each_language
def test_candidates_are_the_quotable_sentences_best_first(
    language: Language, service: Service
) -> None:
    question = service.read_question(QUESTIONS[language])
    hits = service.search(question, k=10)
    asked, candidates = service.answerer.weigh(question, hits)
    found = {(c.hit.passage.id, c.sentence.start) for c in candidates}
    assert len(found) == len(candidates)
    assert found == {(h.passage.id, s.start) for h in hits[:5] for s in h.passage.sentences}
    scores = [candidate.score for candidate in candidates]
    assert scores == sorted(scores, reverse=True)
    assert max(candidate.signal("passage") for candidate in candidates) == 0
    for candidate in candidates:
        assert candidate.signal("held") == bool(candidate.told.kinds)
        assert np.linalg.norm(candidate.vector) == pytest.approx(1, abs=1e-5)
        if candidate.told.phrase is not None:
            kinds = find_kinds(candidate.told.phrase, candidate.text, asked.asked)
            assert kinds
            assert kinds <= candidate.told.kinds


@each_language
def test_number_that_was_asked_for_is_the_phrase(language: Language, service: Service) -> None:
    question = service.read_question(QUESTIONS[language])
    _, candidates = service.answerer.weigh(question, service.search(question, k=10))
    best = candidates[0]
    assert "350" in best.text
    assert best.told.phrase is not None
    assert best.text[best.told.phrase.start : best.told.phrase.end].startswith("350 ")
    assert best.told.kinds == {"number"}
    # What is counted stands right behind the number.
    assert best.told.counted > 0.9


@each_language
def test_words_that_only_ask_weigh_nothing(language: Language, service: Service) -> None:
    question = service.read_question(QUESTIONS[language])
    asked, _ = service.answerer.weigh(question, service.search(question, k=3))
    assert float(asked.weights.sum()) == pytest.approx(1, abs=1e-5)
    for word, weight in zip(asked.words, asked.weights, strict=True):
        assert (weight == 0) == is_stop_word(word, language)


def test_question_of_asking_words_alone_is_weighed_by_them(service: Service) -> None:
    question = service.read_question("Kim, nə vaxt, hara?", language="az")
    asked, candidates = service.answerer.weigh(question, service.search(question, k=3))
    assert float(asked.weights.sum()) == pytest.approx(1, abs=1e-5)
    assert candidates


def test_nothing_is_weighed_without_words_or_hits(service: Service) -> None:
    question = service.read_question(QUESTIONS["az"])
    assert service.answerer.weigh(question, [])[1] == []
    hits = service.search(question, k=3)
    assert service.answerer.weigh(replace(question, text="?!"), hits)[1] == []


def test_what_the_question_names_is_no_answer(service: Service) -> None:
    """“Who links Baku with Kars?”: neither town is the answer, though both are names."""
    question = service.read_question("Which railway links Baku with Kars?")
    _, candidates = service.answerer.weigh(question, service.search(question, k=3))
    phrases = [c.text[c.told.phrase.start : c.told.phrase.end] for c in candidates if c.told.phrase]
    assert not any(re.search("Baku|Kars|Bakı|Qars", phrase) for phrase in phrases)


@pytest.mark.parametrize(
    "weights", [{"passage": 1.0}, {**dict.fromkeys(QUOTE_SIGNALS, 1.0), "x": 1}]
)
def test_weights_of_other_signals_are_refused(weights: dict[str, float]) -> None:
    with pytest.raises(ModelError, match="make weights"):
        check_signals("quotes", weights, QUOTE_SIGNALS)
    check_signals("quotes", dict.fromkeys(QUOTE_SIGNALS, 1.0), QUOTE_SIGNALS)
