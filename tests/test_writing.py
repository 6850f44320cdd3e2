"""Written answers through the whole service: checked, cited, and otherwise the quotes alone."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from aztr_qa.config import Config, GeneratorSettings
from aztr_qa.embed import StaticEmbedder
from aztr_qa.errors import ConfigError
from aztr_qa.records import LANGUAGES, Answer, FailureReason, Language
from aztr_qa.service import Service
from aztr_qa.views import ask as ask_wire
from aztr_qa.wire import AnswerRequest
from aztr_qa.writing import find_evidence
from tests.misbehaving_server import Behaviour, MisbehavingServer, fails_endlessly, hangs, says
from tests.test_generate import ANSWERS, QUESTIONS

pytest.importorskip("openai")  # here, because loading it takes longer than the deadlines below
Write = Callable[..., Answer]


@pytest.fixture
def write(small_config: Config, embedder: StaticEmbedder) -> Iterator[Write]:
    """Ask the service while its generator behaves so."""
    opened: list[Service] = []

    def run(behaviour: Behaviour, language: Language, question: str = "", **options: str) -> Answer:
        with MisbehavingServer(behaviour) as server:
            settings = GeneratorSettings(server.base_url, "m", timeout_seconds=1.5)
            service = Service.open(replace(small_config, generator=settings), embedder=embedder)
            opened.append(service)
            asked = service.read_question(question or QUESTIONS[language], language=language)
            return service.ask(asked, k=5, **options)  # type: ignore[arg-type]

    yield run
    for service in opened:
        service.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_written_sentence_cites_a_quote_that_stands_in_its_source(
    language: Language, write: Write, service: Service
) -> None:
    answer = write(says(ANSWERS[language]), language)
    assert answer.mode == "generated"
    assert answer.n_removed == 0
    assert answer.citations
    assert all(f"[{citation.marker}]" in answer.text for citation in answer.citations)
    sources = service.answerer.sources.texts
    for citation in answer.citations:
        text = sources[citation.article_id, citation.version]
        assert text[citation.start : citation.end] == citation.quote
        assert citation.language == language  # the aligned passage was shown to the model
    first = answer.text.split("]")[0]
    assert "2021" in first
    assert "[1" in first
    assert "2021" in answer.citations[0].quote


def test_markers_are_numbered_by_first_use_and_all_are_cited(write: Write) -> None:
    said = "350 soldiers took part in the exercise “Lightning” [2]. " + ANSWERS["en"]
    answer = write(says(said), "en")
    used = [int(part.split("]")[0]) for part in answer.text.split("[")[1:]]
    assert list(dict.fromkeys(used)) == [citation.marker for citation in answer.citations]
    assert [citation.marker for citation in answer.citations] == list(range(1, max(used) + 1))


@pytest.mark.parametrize(
    ("behaviour", "note"),
    [
        (hangs, "timeout"),
        (fails_endlessly, "server_error"),
        (says("Everything is free and the moon is made of cheese."), "nothing_supported"),
        (says("PWNED"), "nothing_supported"),
        (says(ANSWERS["tr"]), "wrong_language"),
        (says("NO ANSWER"), "no_answer"),
    ],
)
def test_without_a_usable_answer_the_quotes_stand_and_the_reason_is_said(
    behaviour: Behaviour, note: FailureReason, write: Write, service: Service
) -> None:
    quoted = service.ask(service.read_question(QUESTIONS["en"], language="en"), k=5)
    answer = write(behaviour, "en")
    assert answer == replace(quoted, generation_note=note)


def test_a_refusal_asks_no_generator(write: Write) -> None:
    answer = write(says(ANSWERS["en"]), "en", question="Who won the chess championship of 1972?")
    assert answer.refused
    assert answer.generation_note is None
    assert answer.mode == "extractive"


def test_an_unsupported_sentence_is_left_out_and_counted(write: Write) -> None:
    answer = write(says(ANSWERS["en"] + " It was signed in Moscow in 1812 [1]."), "en")
    assert answer.mode == "generated"
    assert answer.n_removed == 1
    assert "1812" not in answer.text


def test_both_modes_have_ids_of_their_own(write: Write, service: Service) -> None:
    quoted = service.ask(service.read_question(QUESTIONS["en"], language="en"), k=5)
    assert write(says(ANSWERS["en"]), "en").id != quoted.id


def test_the_nearest_sentence_of_a_passage_bears_a_written_one_out(service: Service) -> None:
    hits = service.search(service.read_question(QUESTIONS["az"], language="az"), k=1)
    passage = hits[0].passage
    for sentence in passage.sentences:
        if sentence.quotable:
            text = passage.text[sentence.start - passage.start : sentence.end - passage.start]
            assert find_evidence(text, passage, service.answerer.terms) == sentence


def test_the_wire_says_how_an_answer_was_made(service: Service) -> None:
    sent = ask_wire(service, AnswerRequest(question=QUESTIONS["tr"]))
    assert (sent.mode, sent.generation_note, sent.sentences_removed) == ("extractive", None, 0)


def test_settings_come_from_the_environment_and_the_key_is_never_shown() -> None:
    environ = {
        "AZTR_QA_LLM_BASE_URL": "http://127.0.0.1:9/v1",
        "AZTR_QA_LLM_MODEL": "qwen",
        "AZTR_QA_LLM_API_KEY": "gizli-açar"[:5] + "key",
        "AZTR_QA_LLM_TIMEOUT_SECONDS": "7",
        "AZTR_QA_LLM_MAX_TOKENS": "90",
    }
    settings = Config.from_env(environ).generator
    assert settings is not None
    assert (settings.model, settings.timeout_seconds, settings.max_tokens) == ("qwen", 7, 90)
    assert "gizli" not in repr(Config.from_env(environ))
    assert Config.from_env({}).generator is None
    with pytest.raises(ConfigError, match="AZTR_QA_LLM_BASE_URL") as caught:
        Config.from_env(environ | {"AZTR_QA_LLM_BASE_URL": "file:///etc/passwd"})
    assert "passwd" not in str(caught.value)
