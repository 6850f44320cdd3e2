"""Every gold question is put to the service; what came back is kept, whatever it is."""

import time
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from aztr_qa.answer import refuse
from aztr_qa.errors import GoldError, QuestionError
from aztr_qa.evaluate.gold import GoldQuestion
from aztr_qa.records import LANGUAGES, Answer, Hit, Language, Passage, Question
from aztr_qa.service import Service

DEPTH = 10
WRONG_LANGUAGE, NO_DIACRITICS, TYPING_ERRORS = OTHER_WAYS = (
    "wrong language",
    "no diacritics",
    "typing errors",
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

    by_language: for a question on aligned passages, the ranking when only the passages of one
    language are searched; empty for others.
    """

    gold: GoldQuestion
    answer: Answer
    ranking: Ranking
    by_language: dict[Language, Ranking]
    otherwise: dict[str, tuple[Ranking, ...]]
    language: Language  # as guessed
    bad_citations: int
    seconds: float

    @property
    def quoted_facts(self) -> frozenset[int]:
        """The facts that stand in a quote."""
        by_id = {hit.passage.id: hit.passage for hit in self.answer.hits}
        return frozenset[int]().union(
            *(self.gold.find_quoted(c.quote, by_id[c.passage_id]) for c in self.answer.citations)
        )

    @property
    def is_first_passage_right(self) -> bool:
        """Whether the passage of the first quote holds a fact."""
        by_id = {hit.passage.id: hit.passage for hit in self.answer.hits}
        return bool(self.answer.citations) and bool(
            self.gold.find_facts(by_id[self.answer.citations[0].passage_id])
        )


def judge_questions(service: Service, questions: list[GoldQuestion]) -> list[Outcome]:
    """One outcome a question, in their order. The question's language is guessed, as for a user.

    Raises GoldError when the index holds no evidence of any answerable question: it is then the
    index of another corpus.
    """
    columns = service.store.columns
    passages = service.store.read_passages(range(len(columns.languages)))
    outcomes = []
    for gold in questions:
        started = time.perf_counter()
        question = _read(service, gold.question)
        answer = _ask(service, gold, question)
        seconds = time.perf_counter() - started
        evidence = [passage for passage in passages if gold.find_facts(passage)]
        outcomes.append(
            Outcome(
                gold=gold,
                answer=answer,
                ranking=_rank(gold, answer.hits, evidence),
                by_language=_search_each_language(service, gold, question, evidence),
                otherwise=_search_otherwise(service, gold, evidence),
                language=question.language if question else gold.language,
                bad_citations=_count_bad_citations(service, answer),
                seconds=seconds,
            )
        )
    answerable = [outcome for outcome in outcomes if outcome.gold.is_answerable]
    if answerable and not any(outcome.ranking.n_evidence for outcome in answerable):
        raise GoldError(
            f"the evidence of {len(answerable)} of {len(answerable)} questions is not in this "
            "index; give the corpus of these questions with --corpus, or others with --gold"
        )
    return outcomes


def _rank(gold: GoldQuestion, hits: Sequence[Hit], evidence: Sequence[Passage]) -> Ranking:
    places = {passage.sibling_key or passage.id for passage in evidence}
    return Ranking(tuple(gold.find_facts(hit.passage) for hit in hits), len(places))


def _search_each_language(
    service: Service, gold: GoldQuestion, question: Question | None, evidence: Sequence[Passage]
) -> dict[Language, Ranking]:
    """Aligned passages hold the answer in every language: each is searched by itself."""
    if not gold.is_aligned:
        return {}
    rankings = {}
    for language in LANGUAGES:
        hits = service.search(question, k=DEPTH, passage_languages=[language]) if question else []
        rankings[language] = _rank(gold, hits, [p for p in evidence if p.language == language])
    return rankings


def _search_otherwise(
    service: Service, gold: GoldQuestion, evidence: Sequence[Passage]
) -> dict[str, tuple[Ranking, ...]]:
    """What is lost when a question is typed badly, or taken for one in another language."""
    if not gold.is_answerable:
        return {}
    wrong = [language for language in LANGUAGES if language != gold.language]
    ways = {
        WRONG_LANGUAGE: [_read(service, gold.question, language) for language in wrong],
        NO_DIACRITICS: [_read(service, drop_diacritics(gold.question))],
        TYPING_ERRORS: [_read(service, misspell(gold.question))],
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


def _read(service: Service, text: str, language: Language | None = None) -> Question | None:
    """The question as the service reads it; None when it cannot be asked."""
    try:
        return service.read_question(text, language=language)
    except QuestionError:
        return None


def _ask(service: Service, gold: GoldQuestion, question: Question | None) -> Answer:
    """What a user would get; a question that cannot be asked is a refusal without hits, and so
    a zero.
    """
    if question is not None:
        return service.ask(question, k=DEPTH)
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
