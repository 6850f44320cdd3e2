"""What goes over the wire, in JSON: the records as HTTP, `--json` and the page see them.

Fields may be added; names and meanings stay. start and end are offsets in Unicode code points of
the article's text in the language `version`, end exclusive.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from aztr_qa.records import (
    Answer,
    Citation,
    FailureReason,
    Hit,
    Language,
    Passage,
    Question,
    Record,
    RefusalReason,
)

MAX_FILTERS = 100
MAX_TURN_CHARS = 2_000
MAX_TURNS = 20  # taken; the last five are read
MAX_CITED = 20  # passages in one GET /v1/citations


class _Request(BaseModel):
    """Unknown fields and values of another type are errors."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Turn(_Request):
    """An earlier question of the conversation, with the id of its answer."""

    question: str = Field(max_length=MAX_TURN_CHARS)
    answer_id: str | None = Field(default=None, max_length=MAX_TURN_CHARS)


class SearchRequest(_Request):
    """A search: k from 1 to 100; the language is guessed unless it is said."""

    question: str = Field(examples=["Şuşa Bəyannaməsi nə vaxt imzalanıb?"])
    k: int = Field(default=10, examples=[5])
    question_language: Language | None = None
    passage_languages: list[Language] | None = Field(default=None, min_length=1, max_length=3)
    articles: list[str] | None = Field(default=None, min_length=1, max_length=MAX_FILTERS)
    explain: bool = False


class AnswerRequest(_Request):
    """A question to answer. A follow-up ("and when?") is read with the last five of `history`."""

    question: str = Field(examples=["When was the Shusha Declaration signed?"])
    k: int = Field(default=10, examples=[10])
    question_language: Language | None = None
    answer_language: Language | None = None
    passage_languages: list[Language] | None = Field(default=None, min_length=1, max_length=3)
    articles: list[str] | None = Field(default=None, min_length=1, max_length=MAX_FILTERS)
    stream: bool = False
    explain: bool = False
    history: list[Turn] | None = Field(default=None, max_length=MAX_TURNS)


class QuestionOut(BaseModel):
    """The question as it was understood; confidence in [0, 1], 1.0 when the language was said."""

    text: str
    language: Language
    language_confidence: float
    resolved: str | None = Field(
        default=None,
        description="A follow-up with what it took over from earlier questions, as it is searched.",
    )

    @classmethod
    def of(cls, question: Question) -> "QuestionOut":
        """From the record."""
        return cls(
            text=question.typed or question.text,
            language=question.language,
            language_confidence=round(question.language_confidence, 4),
            resolved=question.text if question.carried else None,
        )


class PassageOut(BaseModel):
    """A passage: `article.text[start:end] == text`, where the text is that of the article's
    `version`.
    """

    id: str
    article_id: str
    version: Language
    language: Language
    text: str
    start: int
    end: int
    section: str
    page: int | None
    title: str

    @classmethod
    def of(cls, passage: Passage, record: Record) -> "PassageOut":
        """From the record, with the title of its article."""
        return cls(
            id=passage.id,
            article_id=passage.article_id,
            version=passage.version,
            language=passage.language,
            text=passage.text,
            start=passage.start,
            end=passage.end,
            section=passage.section,
            page=passage.page,
            title=record.title,
        )


class SiblingOut(BaseModel):
    """An aligned passage in another language."""

    id: str
    language: Language


class MatchOut(BaseModel):
    """Two words that matched; cosine in [-1, 1]."""

    question_term: str
    passage_term: str
    similarity: float


class HitOut(BaseModel):
    """A found passage: rank from 1, relevance in [0, 1], similarity in [-1, 1]; larger is
    nearer.
    """

    rank: int
    relevance: float
    similarity: float
    passage: PassageOut
    siblings: list[SiblingOut]
    matches: list[MatchOut] | None = None
    signals: dict[str, float] | None = None

    @classmethod
    def of(cls, hit: Hit, record: Record, *, explain: bool) -> "HitOut":
        """From the record; matches and signals only when asked to explain."""
        matches = [
            MatchOut(
                question_term=match.question_term,
                passage_term=match.passage_term,
                similarity=round(match.similarity, 4),
            )
            for match in hit.matches
        ]
        return cls(
            rank=hit.rank,
            relevance=hit.relevance,
            similarity=round(hit.similarity, 4),
            passage=PassageOut.of(hit.passage, record),
            siblings=[SiblingOut(id=p.id, language=p.language) for p in hit.siblings],
            matches=matches if explain else None,
            signals={name: round(value, 4) for name, value in hit.signals.items()}
            if explain
            else None,
        )


class SearchOut(BaseModel):
    """Hits, best first."""

    question: QuestionOut
    hits: list[HitOut]
    generation: str
    took_ms: float


class ArticleRef(BaseModel):
    """The record of a cited article; what is not known is null."""

    id: str
    title: str
    authors: list[str]
    year: int | None
    venue: str | None
    volume: str | None
    issue: str | None
    issn: str | None
    doi: str | None
    url: str | None
    title_en: str | None
    relation: Literal["digest"] | None = Field(
        description="`digest`: the text is our own retelling of the source, not the source itself."
    )
    source_title: str | None
    source_language: Language | None

    @classmethod
    def of(cls, article_id: str, record: Record) -> "ArticleRef":
        """From the record."""
        return cls(
            id=article_id,
            title=record.title,
            authors=list(record.authors),
            **{
                name: getattr(record, name)
                for name in cls.model_fields
                if name not in {"id", "title", "authors"}
            },
        )


class ShownInOut(BaseModel):
    """The aligned paragraph in the reader's language; not the quotation."""

    language: Language
    text: str
    passage_id: str


class HighlightOut(BaseModel):
    """The key phrase of a quote: offsets in the article's text, inside the quote's."""

    start: int
    end: int


class CitationOut(BaseModel):
    """A quote that stands letter by letter at start:end."""

    marker: int
    quote: str
    language: Language
    version: Language
    start: int
    end: int
    passage_id: str
    article: ArticleRef
    section: str
    page: int | None
    highlight: HighlightOut | None = Field(
        default=None,
        description="The date, number or name asked for, where the quote has one.",
    )
    shown_in: ShownInOut | None = None

    @classmethod
    def of(cls, citation: Citation) -> "CitationOut":
        """From the record."""
        shown = citation.shown_in
        return cls(
            marker=citation.marker,
            quote=citation.quote,
            language=citation.language,
            version=citation.version,
            start=citation.start,
            end=citation.end,
            passage_id=citation.passage_id,
            article=ArticleRef.of(citation.article_id, citation.record),
            section=citation.section,
            page=citation.page,
            highlight=HighlightOut(start=citation.highlight.start, end=citation.highlight.end)
            if citation.highlight
            else None,
            shown_in=ShownInOut(
                language=shown.language, text=shown.text, passage_id=shown.passage_id
            )
            if shown
            else None,
        )


class AnswerOut(BaseModel):
    """An answer in quotes, one that a model wrote over them, or a refusal with its reason and the
    nearest passages.
    """

    id: str
    question: QuestionOut
    language: Language
    text: str
    refused: bool
    reason: RefusalReason | None
    confidence: float
    citations: list[CitationOut]
    hits: list[HitOut]
    mode: Literal["extractive", "generated"]
    generation_note: FailureReason | None = Field(
        description="Why the quotes stand alone although a generator is set."
    )
    sentences_removed: int = Field(
        description="Written sentences that were left out, because no passage bore them out."
    )
    generation: str
    took_ms: float


class NeighboursOut(BaseModel):
    """The passages right before and after, in the same version of the article."""

    previous: PassageOut | None
    next: PassageOut | None


class PassagePage(PassageOut):
    """A passage with what stands around it."""

    neighbours: NeighboursOut
    siblings: list[SiblingOut]
    article: ArticleRef
    generation: str


class ArticleOut(ArticleRef):
    """An article in the list: its languages, its sections, and its passages in each language."""

    language: Language
    languages: list[Language]
    titles: dict[str, str]
    sections: int
    passages: dict[str, int]


class VersionOut(BaseModel):
    """The clean text of one language version: what offsets refer to."""

    language: Language
    title: str
    file: str
    text: str


class ArticlePage(ArticleOut):
    """An article with the text of each of its versions."""

    versions: list[VersionOut]
    generation: str


class ArticleList(BaseModel):
    """A page of the articles, by id."""

    articles: list[ArticleOut]
    total: int
    limit: int
    offset: int
    generation: str


class PassageList(BaseModel):
    """A page of the passages of an article, in reading order."""

    passages: list[PassageOut]
    total: int
    limit: int
    offset: int
    generation: str


class IndexOut(BaseModel):
    """The live generation."""

    generation: str
    model: dict[str, Any]
    passages: dict[str, int]
    sections: int
    articles: int
    built_at: str
    format_version: int


def answer_out(
    answer: Answer, records: dict[str, Record], *, generation: str, took_ms: float, explain: bool
) -> AnswerOut:
    """The answer on the wire. records: the record of each hit's article version, by passage id."""
    return AnswerOut(
        id=answer.id,
        question=QuestionOut.of(answer.question),
        language=answer.language,
        text=answer.text,
        refused=answer.refused,
        reason=answer.reason,
        confidence=round(answer.confidence, 4),
        citations=[CitationOut.of(citation) for citation in answer.citations],
        hits=[HitOut.of(hit, records[hit.passage.id], explain=explain) for hit in answer.hits],
        mode=answer.mode,
        generation_note=answer.generation_note,
        sentences_removed=answer.n_removed,
        generation=generation,
        took_ms=took_ms,
    )
