"""The records that travel between the stages; frozen, with named fields."""

from dataclasses import dataclass, field
from typing import Literal, get_args

Language = Literal["az", "tr", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

# Between a section's heading and that of one paragraph in it: "Heading › Run-in".
RUN_IN = " › "

# What a piece of an article is. Only `abstract` and `body` are running text; `row` is one row of a
# table.
BlockKind = Literal[
    "title",
    "author",
    "heading",
    "abstract",
    "keywords",
    "body",
    "item",
    "caption",
    "row",
    "footnote",
    "reference",
]
RefusalReason = Literal[
    "no_evidence", "low_confidence", "off_topic", "empty_index", "language_unsupported"
]
# Why there is no written answer although a generator is set.
FailureReason = Literal[
    "timeout",
    "rate_limited",
    "server_error",
    "unreachable",
    "malformed",
    "too_long",
    "wrong_language",
    "nothing_supported",
    "no_answer",
    "unauthorized",
]


@dataclass(frozen=True, slots=True)
class Record:
    """The bibliographic record of an article; what is not known stays None or empty.

    Of a digest `title` is its own title; `relation` says "digest", and `source_title` and
    `source_language` are those of the source it retells, as are all other fields.
    """

    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str | None = None
    volume: str | None = None
    issue: str | None = None
    issn: str | None = None
    doi: str | None = None
    url: str | None = None
    title_en: str | None = None
    relation: Literal["digest"] | None = None
    source_title: str | None = None
    source_language: Language | None = None

    @property
    def name(self) -> str:
        """What people call the article, for matching: its titles, authors and year."""
        titles = dict.fromkeys(t for t in (self.title, self.title_en, self.source_title) if t)
        return " ".join([*titles, *self.authors, str(self.year or "")])


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item, table row, footnote or reference: `article.text[start:end]`.

    `item` is a line that names what the next paragraph is about; `anchor` is the paragraph id of
    the corpus format ("p12"), the same in every language of an article.
    """

    kind: BlockKind
    start: int
    end: int
    language: Language
    section: str = ""
    anchor: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One language version of an article: clean NFC text and what its parts are.

    `text` holds the running text first, then footnotes and references. Blocks are in the order of
    the text, do not overlap, and are separated by blank lines. `page_starts` are (offset, page) in
    order. Versions of one article in several languages share `id`.
    """

    id: str
    language: Language
    text: str
    record: Record
    blocks: tuple[Block, ...]
    page_starts: tuple[tuple[int, int], ...] = ()
    file: str = ""

    def page_of(self, offset: int) -> int | None:
        """The printed page on which a character of the text stands; None when pages are not
        known.
        """
        page = None
        for start, number in self.page_starts:
            if start > offset:
                break
            page = number
        return page


@dataclass(frozen=True, slots=True)
class Sentence:
    """A half-open span of an article's text; `quotable` is False for headings and items."""

    start: int
    end: int
    quotable: bool = True


@dataclass(frozen=True, slots=True)
class Passage:
    """`article.text[start:end] == text`; `sibling_key` is shared by the aligned passages of an
    article.

    `version` is the language of the article version it is a span of; an English abstract in an
    Azerbaijani article has language "en" and version "az".
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
    sentences: tuple[Sentence, ...]
    sibling_key: str | None = None


@dataclass(frozen=True, slots=True)
class TermMatch:
    """A word of the question and the word of the passage nearest to it; cosine in [-1, 1]."""

    question_term: str
    passage_term: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found.

    rank starts at 1; relevance is calibrated, in [0, 1], in hundredths; similarity is the cosine of
    the dense vectors, in [-1, 1]; in both larger is nearer. `signals` says what each part of the
    retrieval gave for this passage; its "fused" is the score of the place, that of the nearest
    sibling.
    """

    rank: int
    passage: Passage
    relevance: float
    similarity: float
    siblings: tuple[Passage, ...] = ()
    matches: tuple[TermMatch, ...] = ()
    signals: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """A question in NFC with its language; confidence in [0, 1], 1.0 when the caller said it.

    `text` is what is searched: a follow-up has in it what it `carried` over from the questions
    before it, and `typed` is then what was asked.
    """

    text: str
    language: Language
    language_confidence: float
    typed: str | None = None
    carried: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownIn:
    """The aligned paragraph in the reader's language; never the quotation itself."""

    language: Language
    text: str
    passage_id: str


@dataclass(frozen=True, slots=True)
class Highlight:
    """The key phrase of a quote: a half-open span of the article's text, inside the quote's."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote in `language` that stands letter by letter at `start:end` of the article's
    `version`.
    """

    marker: int
    quote: str
    language: Language
    version: Language
    start: int
    end: int
    passage_id: str
    article_id: str
    record: Record
    section: str
    page: int | None
    highlight: Highlight | None = None
    shown_in: ShownIn | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Quotes with citations, or a refusal with its reason; confidence in [0, 1].

    In mode "generated" `text` was written by a model, and the quotes are what its sentences rest
    on; `n_removed` of them were left out, because the passages did not bear them out.
    generation_note says why the quotes stand alone although a generator is set.
    """

    id: str
    question: Question
    language: Language
    text: str
    refused: bool
    reason: RefusalReason | None
    confidence: float
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    mode: Literal["extractive", "generated"] = "extractive"
    generation_note: FailureReason | None = None
    n_removed: int = 0
