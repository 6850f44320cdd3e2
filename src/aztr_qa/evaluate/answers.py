"""The figures of answers: whether the quotes hold what was asked, and who is refused."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from aztr_qa.evaluate.judging import Outcome
from aztr_qa.evaluate.metrics import find_share, mean, wilson_interval
from aztr_qa.evaluate.quotes import PHRASE_KINDS, JudgedQuote

Quotes = tuple[JudgedQuote, ...]  # of one answer, first quote first; none when it refused


def compute_answers(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Hit rates, citations, refusals and highlights; a share of nothing is None."""
    answerable = [outcome for outcome in outcomes if outcome.gold.is_answerable]
    answered = [outcome for outcome in answerable if not outcome.answer.refused]
    return {
        "answers": {
            **_measure_hits([outcome.quotes for outcome in answerable]),
            "by_kind": _measure_kinds(answerable),
            "by_pair": _measure_pairs(answerable),
            **_measure_languages(answered),
        },
        "refusals": _measure_refusals(outcomes),
        "citations": {
            "total": sum(len(outcome.answer.citations) for outcome in outcomes),
            "not_equal_to_their_span": sum(outcome.bad_citations for outcome in outcomes),
            **_measure_citations(answered),
        },
        "highlights": {
            "all": _measure_highlights([o for o in answered if o.gold.kind in PHRASE_KINDS]),
            **{
                kind: _measure_highlights([o for o in answered if o.gold.kind == kind])
                for kind in PHRASE_KINDS
            },
        },
    }


def _measure_hits(answers: Sequence[Quotes]) -> dict[str, float | None]:
    """How often the first quote, any quote, and their passages hold a fact; a refusal does not."""
    return {
        "questions": len(answers),
        "first_quote_right": find_share(bool(q and q[0].facts) for q in answers),
        "quote_right": find_share(any(quote.facts for quote in q) for q in answers),
        "first_passage_right": find_share(bool(q and q[0].passage_facts) for q in answers),
        "passage_right": find_share(any(quote.passage_facts for quote in q) for q in answers),
        "refused": find_share(not q for q in answers),
    }


def _measure_kinds(outcomes: Sequence[Outcome]) -> dict[str, dict[str, float | None]]:
    groups: dict[str, list[Quotes]] = defaultdict(list)
    for outcome in outcomes:
        groups[outcome.gold.kind].append(outcome.quotes)
    return {kind: _measure_hits(groups[kind]) for kind in sorted(groups)}


def _measure_pairs(outcomes: Sequence[Outcome]) -> dict[str, dict[str, float | None]]:
    """As for retrieval: a question on aligned passages counts in three pairs, each time answered
    from the passages of that language alone; any other in the pair of its first evidence.
    """
    groups: dict[str, list[Quotes]] = defaultdict(list)
    for outcome in outcomes:
        if not outcome.quotes_by_language:
            groups[outcome.gold.pair].append(outcome.quotes)
        for language, quotes in outcome.quotes_by_language.items():
            groups[f"{outcome.gold.language}>{language}"].append(quotes)
    return {pair: _measure_hits(groups[pair]) for pair in sorted(groups)}


def _measure_languages(answered: Sequence[Outcome]) -> dict[str, float | None]:
    """How often the first quote, and what is shown for it, is in the question's language."""
    first = [(outcome.gold.language, outcome.quotes[0]) for outcome in answered if outcome.quotes]
    return {
        "quoted_in_question_language": find_share(own == quote.language for own, quote in first),
        "shown_in_question_language": find_share(own == quote.shown for own, quote in first),
    }


def _measure_refusals(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Shares of what should not be, 0.0 of nothing; `intervals` has how many of how many."""
    refused = [outcome.answer.refused for outcome in outcomes if outcome.gold.is_answerable]
    answered: dict[str, list[bool]] = defaultdict(list)
    for outcome in outcomes:
        if not outcome.gold.is_answerable:
            answered[outcome.gold.why].append(not outcome.answer.refused)
    everything = [each for claims in answered.values() for each in claims]
    return {
        "answerable_refused": mean(refused),
        "unanswerable_answered": mean(everything),
        "by_kind": {why: mean(answered[why]) for why in sorted(answered)},
        "intervals": {
            "answerable_refused": _count(refused),
            "unanswerable_answered": _count(everything),
            "by_kind": {why: _count(answered[why]) for why in sorted(answered)},
        },
    }


def _count(claims: Sequence[bool]) -> dict[str, float]:
    low, high = wilson_interval(sum(claims), len(claims))
    return {"count": sum(claims), "questions": len(claims), "low": low, "high": high}


def _measure_citations(answered: Sequence[Outcome]) -> dict[str, float | None]:
    """Precision and recall of the quotes of answered answerable questions, all in one pool."""
    quotes = [quote for outcome in answered for quote in outcome.quotes]
    passages = [
        {quote.passage_id: bool(quote.passage_facts) for quote in outcome.quotes}
        for outcome in answered
    ]
    return {
        "answers": len(answered),
        "quote_precision": find_share(bool(quote.facts) for quote in quotes),
        "passage_precision": find_share(right for each in passages for right in each.values()),
        "fact_recall": find_share(
            fact in outcome.quoted_facts for outcome in answered for fact in outcome.gold.facts
        ),
        "quotes_per_answer": len(quotes) / len(answered) if answered else None,
        "sentences_per_answer": (
            sum(quote.n_sentences for quote in quotes) / len(answered) if answered else None
        ),
    }


def _measure_highlights(answered: Sequence[Outcome]) -> dict[str, float | None]:
    """How often a highlight contains the answer: of the answers, of those with a quote that holds a
    fact, and of all quotes with a highlight.
    """
    quoted = [outcome for outcome in answered if outcome.quoted_facts]
    shown = [quote for outcome in answered for quote in outcome.quotes if quote.has_highlight]
    return {
        "answered": len(answered),
        "fact_quoted": len(quoted),
        "highlights": len(shown),
        "right_of_fact_quoted": find_share(outcome.is_highlight_right for outcome in quoted),
        "right_of_answered": find_share(outcome.is_highlight_right for outcome in answered),
        "right_of_highlights": find_share(quote.is_highlight_right for quote in shown),
    }
