"""Every gold question is put to the service; what came back is kept, whatever it is."""

import time
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from aztr_qa.answer import refuse
from aztr_qa.errors import GoldError, QuestionError
from aztr_qa.evaluate.gold import GoldQuestion
from aztr_qa.evaluate.quotes import JudgedQuote, judge_quotes
from aztr_qa.records import LANGUAGES, Answer, Hit, Language, Passage, Question
from aztr_qa.service import Service

DEPTH = 10
WRONG_LANGUAGE, NO_DIACRITICS, TYPING_ERRORS, ALONE = OTHER_WAYS = (
    "wrong language",
    "no diacritics",
    "typing errors",
    "without history",
)
_PLAIN = str.maketrans("əƏıİ", "eEiI")


@dataclass(frozen=True, slots=True)
class Ranking:
    """A result list against the gold: which of the question's facts each hit holds, best first.

    n_evidence: how many places a perfect list would have; aligned passages share one.
    """

    facts: tuple[frozenset[int], ...]
    n_evidence: int

    @property
    def is_evidence(self) -> tuple[bool, ...]:
        """For each hit, best first, whether it holds a fact."""
        return tuple(map(bool, self.facts))

    def find_first(self, k: int) -> frozenset[int]:
        """The facts in the first k hits."""
        return frozenset[int]().union(*self.facts[:k])


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the service gave for one gold question.

    quotes: those of the answer, none when it refused; unrefused: those that it would have given had
    it not refused. by_language, quotes_by_language: for a question on aligned passages, the ranking
    and the quotes when only the passages of one language are searched; empty for others.
    """

    gold: GoldQuestion
    answer: Answer
    quotes: tuple[JudgedQuote, ...]
    unrefused: tuple[JudgedQuote, ...]
    ranking: Ranking
    by_language: dict[Language, Ranking]
    quotes_by_language: dict[Language, tuple[JudgedQuote, ...]]
    otherwise: dict[str, tuple[Ranking, ...]]
    language: Language  # as guessed
    bad_citations: int
    seconds: float

    @property
    def quoted_facts(self) -> frozenset[int]:
        """The facts that stand in a quote."""
        return frozenset[int]().union(*(quote.facts for quote in self.quotes))

    @property
    def is_highlight_right(self) -> bool:
        """Whether the highlight of a quote contains the answer."""
        return any(quote.is_highlight_right for quote in self.quotes)

    @property
    def is_wrong_unrefused(self) -> bool:
        """Whether an answer is wrong: there is none, or no quote of it would hold a fact."""
        return not any(quote.facts for quote in self.unrefused)


def judge_questions(service: Service, questions: list[GoldQuestion]) -> list[Outcome]:
    """One outcome a question, in their order. The question's language is guessed, as for a user.

    Raises GoldError when the index holds no evidence of any answerable question: it is then the
    index of another corpus.
    """
    columns = service.store.columns
    passages = service.store.read_passages(range(len(columns.languages)))
    daring = _never_refuse(service)
    outcomes = [_judge(service, daring, gold, passages) for gold in questions]
    answerable = [outcome for outcome in outcomes if outcome.gold.is_answerable]
    if answerable and not any(outcome.ranking.n_evidence for outcome in answerable):
        raise GoldError(
            f"the evidence of {len(answerable)} of {len(answerable)} questions is not in this "
            "index; give the corpus of these questions with --corpus, or others with --gold"
        )
    return outcomes


def _judge(
    service: Service, daring: Service, gold: GoldQuestion, passages: Sequence[Passage]
) -> Outcome:
    """daring: the same service that never refuses; passages: all of the index."""
    started = time.perf_counter()
    question = _read(service, gold.question, history=gold.history)
    answer = _ask(service, gold, question)
    seconds = time.perf_counter() - started
    unrefused = _ask(daring, gold, question) if answer.refused else answer
    evidence = [passage for passage in passages if gold.find_facts(passage)]
    by_language = _ask_each_language(service, gold, question)
    return Outcome(
        gold=gold,
        answer=answer,
        quotes=judge_quotes(gold, answer),
        unrefused=judge_quotes(gold, unrefused),
        ranking=_rank(gold, answer.hits, evidence),
        by_language={
            language: _rank(gold, own.hits, [p for p in evidence if p.language == language])
            for language, own in by_language.items()
        },
        quotes_by_language={
            language: judge_quotes(gold, own) for language, own in by_language.items()
        },
        otherwise=_search_otherwise(service, gold, evidence),
        language=question.language if question else gold.language,
        bad_citations=_count_bad_citations(service, answer),
        seconds=seconds,
    )


def _rank(gold: GoldQuestion, hits: Sequence[Hit], evidence: Sequence[Passage]) -> Ranking:
    places = {passage.sibling_key or passage.id for passage in evidence}
    return Ranking(tuple(gold.find_facts(hit.passage) for hit in hits), len(places))


def _never_refuse(service: Service) -> Service:
    """The same service without its threshold: what it would quote where it refuses."""
    refusal = replace(service.answerer.refusal, threshold=0.0, off_topic=0.0)
    return replace(service, answerer=replace(service.answerer, refusal=refusal))


def _ask_each_language(
    service: Service, gold: GoldQuestion, question: Question | None
) -> dict[Language, Answer]:
    """Aligned passages hold the answer in every language: each is asked by itself."""
    if not gold.is_aligned:
        return {}
    return {language: _ask(service, gold, question, [language]) for language in LANGUAGES}


def _search_otherwise(
    service: Service, gold: GoldQuestion, evidence: Sequence[Passage]
) -> dict[str, tuple[Ranking, ...]]:
    """What is lost when a question is typed badly, or taken for one in another language, or when a
    follow-up stands alone.
    """
    if not gold.is_answerable:
        return {}
    wrong = [language for language in LANGUAGES if language != gold.language]
    ways = {
        WRONG_LANGUAGE: [
            _read(service, gold.question, language, history=gold.history) for language in wrong
        ],
        **{
            way: [_read(service, change(gold.question), history=[*map(change, gold.history)])]
            for way, change in ((NO_DIACRITICS, drop_diacritics), (TYPING_ERRORS, misspell))
        },
        ALONE: [_read(service, gold.question)] if gold.history else [],
    }
    return {
        way: tuple(
            _rank(gold, service.search(q, k=DEPTH) if q else [], evidence) for q in questions
        )
        for way, questions in ways.items()
    }


def drop_diacritics(text: str) -> str:
    """As typed on a keyboard without the letters: ə becomes e, ı becomes i, case stays."""
    plain = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(character for character in plain if not unicodedata.combining(character))


def misspell(text: str) -> str:
    """Every second word of five letters or more loses its third letter."""
    words, n_long = text.split(" "), 0
    for number, word in enumerate(words):
        if len(word) >= 5 and word.isalpha():
            n_long += 1
            if n_long % 2:
                words[number] = word[:2] + word[3:]
    return " ".join(words)


def _read(
    service: Service,
    text: str,
    language: Language | None = None,
    *,
    history: Sequence[str] = (),
) -> Question | None:
    """The question as the service reads it; None when it cannot be asked."""
    try:
        return service.read_question(text, language=language, history=history)
    except QuestionError:
        return None


def _ask(
    service: Service,
    gold: GoldQuestion,
    question: Question | None,
    passage_languages: Sequence[Language] | None = None,
) -> Answer:
    """What a user would get; a question that cannot be asked is a refusal without hits, and so
    a zero.
    """
    if question is not None:
        return service.ask(question, k=DEPTH, passage_languages=passage_languages)
    return refuse(
        Question(gold.question, gold.language, 0.0),
        "no_evidence",
        (),
        answer_language=gold.language,
        generation=service.manifest.id,
    )


def _count_bad_citations(service: Service, answer: Answer) -> int:
    """Citations whose quote is not the article text at its span, or lies outside its passage."""
    bad = 0
    for citation in answer.citations:
        text = next(
            article.text
            for article in service.store.list_articles()
            if (article.id, article.language) == (citation.article_id, citation.version)
        )
        passage = service.store.find_passage(citation.passage_id)
        inside = passage.start <= citation.start <= citation.end <= passage.end
        bad += text[citation.start : citation.end] != citation.quote or not inside
    return bad
