"""Hits become an answer: verbatim quotes with citations, each checked against its source, or a
refusal.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from aztr_qa.asked_words import AskedWords
from aztr_qa.quoting import MAX_PASSAGES, Quote, QuoteWeights, choose_quotes, rank_candidates
from aztr_qa.readings import PassageReader
from aztr_qa.records import (
    LANGUAGES,
    Answer,
    Citation,
    Highlight,
    Hit,
    Language,
    Passage,
    Question,
    Record,
    RefusalReason,
    Sentence,
    ShownIn,
)
from aztr_qa.refuse import REFUSALS, RefusalModel, compute_confidence_signals
from aztr_qa.terms import TermIndex
from aztr_qa.weighing import Candidate, weigh_sentences

QUOTATION_MARKS: dict[Language, tuple[str, str]] = dict.fromkeys(LANGUAGES, ("“", "”"))


@dataclass(frozen=True, slots=True)
class Sources:
    """What the quotes are checked against: the text and the record of each version of each
    article.
    """

    texts: dict[tuple[str, Language], str]
    records: dict[tuple[str, Language], Record]


@dataclass(frozen=True, slots=True)
class Answerer:
    """Quotes, or refuses; immutable."""

    terms: TermIndex
    reader: PassageReader
    quote_weights: QuoteWeights
    refusal: RefusalModel
    sources: Sources

    def answer(
        self, question: Question, hits: Sequence[Hit], *, answer_language: Language, generation: str
    ) -> Answer:
        """One to three quotes from the hits, or a refusal with the hits as the nearest passages.

        Every citation satisfies `text[start:end] == quote` on the cited version of the article.
        """
        asked, ranked = self.weigh(question, hits)
        quotes = choose_quotes(asked, ranked, self.quote_weights)
        if not quotes:
            return refuse(
                question,
                "no_evidence",
                hits,
                answer_language=answer_language,
                generation=generation,
            )
        signals = self.judge(asked, hits, ranked)
        confidence = self.refusal.compute_confidence(signals)
        reason = self.refusal.find_reason(confidence)
        if reason is not None:
            return refuse(
                question,
                reason,
                hits,
                answer_language=answer_language,
                generation=generation,
                confidence=confidence,
            )
        citations = tuple(
            self._cite_quote(marker, quote, answer_language)
            for marker, quote in enumerate(quotes, start=1)
        )
        return Answer(
            id=make_answer_id(question, hits, answer_language, generation),
            question=question,
            language=answer_language,
            text=compose_text(citations),
            refused=False,
            reason=None,
            confidence=confidence,
            citations=citations,
            hits=tuple(hits),
        )

    def weigh(self, question: Question, hits: Sequence[Hit]) -> tuple[AskedWords, list[Candidate]]:
        """What the words of the question say, and the sentences of the first hits, best first."""
        asked, candidates = weigh_sentences(
            question,
            hits[:MAX_PASSAGES],
            terms=self.terms,
            reader=self.reader,
            name_article=self._name_article,
        )
        return asked, rank_candidates(candidates, self.quote_weights)

    def judge(
        self,
        asked: AskedWords,
        hits: Sequence[Hit],
        ranked: Sequence[Candidate],
    ) -> NDArray[np.float32]:
        """(len(CONFIDENCE_SIGNALS),): what speaks for and against an answer."""
        return compute_confidence_signals(asked, hits, ranked, self.terms)

    def _name_article(self, passage: Passage) -> str:
        return self.sources.records[passage.article_id, passage.version].name

    def cite_sentence(self, marker: int, passage: Passage, sentence: Sentence) -> Citation:
        """A citation of one sentence of a passage."""
        return self._cite(marker, passage, sentence.start, sentence.end)

    def _cite_quote(self, marker: int, quote: Quote, answer_language: Language) -> Citation:
        passage = quote.hit.passage
        aligned = next((p for p in quote.hit.siblings if p.language == answer_language), None)
        if passage.language == answer_language:
            aligned = None
        return replace(
            self._cite(marker, passage, quote.start, quote.end),
            highlight=Highlight(*quote.phrase) if quote.phrase else None,
            shown_in=ShownIn(aligned.language, aligned.text, aligned.id) if aligned else None,
        )

    def _cite(self, marker: int, passage: Passage, start: int, end: int) -> Citation:
        key = (passage.article_id, passage.version)
        quote = passage.text[start - passage.start : end - passage.start]
        assert self.sources.texts[key][start:end] == quote, f"quote of {passage.id} left its span"
        return Citation(
            marker=marker,
            quote=quote,
            language=passage.language,
            version=passage.version,
            start=start,
            end=end,
            passage_id=passage.id,
            article_id=passage.article_id,
            record=self.sources.records[key],
            section=passage.section,
            page=passage.page,
        )


def compose_text(citations: Sequence[Citation]) -> str:
    """The answer's text: each quote in quotation marks, followed by its marker."""
    pieces = []
    for citation in citations:
        before, after = QUOTATION_MARKS[citation.language]
        pieces.append(f"{before}{citation.quote}{after} [{citation.marker}]")
    return " ".join(pieces)


def refuse(
    question: Question,
    reason: RefusalReason,
    hits: Sequence[Hit],
    *,
    answer_language: Language,
    generation: str,
    confidence: float = 0.0,
) -> Answer:
    """An answer that says why there is none, with the nearest passages."""
    return Answer(
        id=make_answer_id(question, hits, answer_language, generation),
        question=question,
        language=answer_language,
        text=REFUSALS[answer_language][reason],
        refused=True,
        reason=reason,
        confidence=confidence,
        citations=(),
        hits=tuple(hits),
    )


def make_answer_id(
    question: Question, hits: Sequence[Hit], language: Language, generation: str
) -> str:
    """An id that is the same for the same question, hits, answer language and generation."""
    parts = [
        question.text,
        question.language,
        language,
        generation,
        *(hit.passage.id for hit in hits[:10]),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]
