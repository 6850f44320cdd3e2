"""Every gold question is put to the service; what came back is kept, whatever it is."""

import time
from dataclasses import dataclass

from aztr_qa.answer import refuse
from aztr_qa.errors import QuestionError
from aztr_qa.evaluate.gold import GoldQuestion
from aztr_qa.records import Answer, Language, Question
from aztr_qa.service import Service

DEPTH = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the service gave for one gold question.

    is_evidence: for each hit, best first, whether it holds the answer; n_evidence: how many
    passages of the index do.
    """

    gold: GoldQuestion
    answer: Answer
    is_evidence: tuple[bool, ...]
    n_evidence: int
    language: Language  # as guessed
    bad_citations: int
    seconds: float

    @property
    def is_quoted(self) -> bool:
        """Whether any quote holds the fact."""
        by_id = {hit.passage.id: hit.passage for hit in self.answer.hits}
        return any(self.gold.is_quoted(c.quote, by_id[c.passage_id]) for c in self.answer.citations)

    @property
    def is_first_passage_right(self) -> bool:
        """Whether the passage of the first quote holds the answer."""
        by_id = {hit.passage.id: hit.passage for hit in self.answer.hits}
        return bool(self.answer.citations) and self.gold.is_evidence(
            by_id[self.answer.citations[0].passage_id]
        )


def judge_questions(service: Service, questions: list[GoldQuestion]) -> list[Outcome]:
    """One outcome a question, in their order. The question's language is guessed, as for a user."""
    columns = service.store.columns
    passages = service.store.read_passages(range(len(columns.languages)))
    outcomes = []
    for gold in questions:
        started = time.perf_counter()
        question, answer = _ask(service, gold)
        seconds = time.perf_counter() - started
        outcomes.append(
            Outcome(
                gold=gold,
                answer=answer,
                is_evidence=tuple(gold.is_evidence(hit.passage) for hit in answer.hits),
                n_evidence=sum(gold.is_evidence(passage) for passage in passages),
                language=question.language,
                bad_citations=_count_bad_citations(service, answer),
                seconds=seconds,
            )
        )
    return outcomes


def _ask(service: Service, gold: GoldQuestion) -> tuple[Question, Answer]:
    """What a user would get; a question that cannot be asked is a refusal without hits, and so
    a zero.
    """
    try:
        question = service.read_question(gold.question)
    except QuestionError:
        question = Question(gold.question, gold.language, 0.0)
        generation = service.manifest.id
        return question, refuse(
            question, "no_evidence", (), answer_language=gold.language, generation=generation
        )
    return question, service.ask(question, k=DEPTH)


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
