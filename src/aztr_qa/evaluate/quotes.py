"""Which facts of a gold question the quotes of an answer hold, and whether they are in bold."""

from dataclasses import dataclass

from aztr_qa.evaluate.gold import GoldQuestion
from aztr_qa.expecting import find_figures
from aztr_qa.records import Answer, Citation, Language, Passage

# The kinds of question whose answer is a phrase that a quote can highlight.
PHRASE_KINDS = ("date", "number", "name")
_FIGURE_KINDS = ("date", "number")


@dataclass(frozen=True, slots=True)
class JudgedQuote:
    """A quote against the gold.

    facts, passage_facts: which of the question's facts stand in the quote, and in its passage;
    language: the quote's; shown: that of the text the reader gets, an aligned paragraph or the
    quote.
    """

    passage_id: str
    language: Language
    shown: Language
    n_sentences: int
    facts: frozenset[int]
    passage_facts: frozenset[int]
    has_highlight: bool
    is_highlight_right: bool


def judge_quotes(gold: GoldQuestion, answer: Answer) -> tuple[JudgedQuote, ...]:
    """One judgement a quote, in their order; none of a refusal."""
    passages = {hit.passage.id: hit.passage for hit in answer.hits}
    return tuple(_judge(gold, c, passages[c.passage_id]) for c in answer.citations)


def is_highlight_right(gold: GoldQuestion, citation: Citation, passage: Passage) -> bool:
    """Whether the highlighted phrase of a quote that holds a fact contains the answer.

    That is so when the match of the fact's pattern contains the phrase or the phrase the match, or
    when a date or number is asked for and all figures of the gold answer stand in the phrase: the
    pattern may be of what stands beside the figures, and the answer in another language.
    """
    if citation.highlight is None:
        return False
    start, end = (
        _squeeze_offset(citation.quote, offset - citation.start)
        for offset in (citation.highlight.start, citation.highlight.end)
    )
    plain = _squeeze(citation.quote)
    facts = [
        match.span()
        for place in gold.evidence
        if place.matches(passage)
        for match in place.pattern.finditer(plain)
    ]
    if any(_is_within((start, end), fact) or _is_within(fact, (start, end)) for fact in facts):
        return True
    figures = find_figures(gold.answer) if gold.kind in _FIGURE_KINDS else set()
    return bool(facts and figures) and figures <= find_figures(plain[start:end])


def _judge(gold: GoldQuestion, citation: Citation, passage: Passage) -> JudgedQuote:
    return JudgedQuote(
        passage_id=passage.id,
        language=citation.language,
        shown=citation.shown_in.language if citation.shown_in else citation.language,
        n_sentences=sum(
            citation.start <= sentence.start and sentence.end <= citation.end
            for sentence in passage.sentences
        ),
        facts=gold.find_quoted(citation.quote, passage),
        passage_facts=gold.find_facts(passage),
        has_highlight=citation.highlight is not None,
        is_highlight_right=is_highlight_right(gold, citation, passage),
    )


def _squeeze(text: str) -> str:
    """White space as single spaces, as the patterns of the gold see it."""
    return " ".join(text.split())


def _squeeze_offset(text: str, offset: int) -> int:
    """Where a character of the text, no white space, stands in the squeezed text."""
    return len(_squeeze(f"{text[:offset]}|")) - 1


def _is_within(inner: tuple[int, int], outer: tuple[int, int]) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]
