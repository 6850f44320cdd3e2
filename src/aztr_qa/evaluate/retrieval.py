"""The figures of retrieval: how often evidence is among the first passages, for which questions."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from aztr_qa.evaluate.judging import DEPTH, OTHER_WAYS, Outcome, Ranking
from aztr_qa.evaluate.metrics import mean, ndcg_at, reciprocal_rank, success_at

METRICS = ("recall@1", "recall@5", "recall@10", "MRR@10", "nDCG@10")


def compute_retrieval(answerable: Sequence[Outcome]) -> dict[str, Any]:
    """Over all, per language pair, kind, style, turn of a conversation and article, and with every
    question asked in other ways; and the questions that need several facts.
    """
    pairs = _rankings_by_pair(answerable)
    return {
        "retrieval": {
            "all": _retrieval([o.ranking for o in answerable]),
            "same_language": _retrieval(
                [each for pair in pairs if _is_same(pair) for each in pairs[pair]]
            ),
            "cross_language": _retrieval(
                [each for pair in pairs if not _is_same(pair) for each in pairs[pair]]
            ),
        },
        "asked_otherwise": {
            way: _retrieval([each for o in answerable for each in o.otherwise.get(way, ())])
            for way in OTHER_WAYS
        },
        "pairs": {pair: _retrieval(pairs[pair]) for pair in sorted(pairs)},
        "kinds": _group(answerable, lambda outcome: outcome.gold.kind),
        "styles": _group(answerable, lambda outcome: outcome.gold.style),
        "turns": _group([o for o in answerable if o.gold.turn], lambda outcome: outcome.gold.turn),
        "articles": _group(answerable, lambda outcome: outcome.gold.evidence[0].article),
        "several_facts": _several_facts(answerable),
    }


def _retrieval(rankings: Sequence[Ranking]) -> dict[str, float]:
    lists = [ranking.is_evidence for ranking in rankings]
    return {
        "questions": len(rankings),
        "recall@1": mean([success_at(found, 1) for found in lists]),
        "recall@5": mean([success_at(found, 5) for found in lists]),
        "recall@10": mean([success_at(found, 10) for found in lists]),
        "MRR@10": mean([reciprocal_rank(found, DEPTH) for found in lists]),
        "nDCG@10": mean([ndcg_at(r.is_evidence, r.n_evidence, DEPTH) for r in rankings]),
    }


def _several_facts(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Of the questions that ask for several facts: how many, and how often all were there."""
    several = [outcome for outcome in outcomes if len(outcome.gold.facts) > 1]
    found = {
        f"all_found@{k}": mean([float(o.ranking.find_first(k) == o.gold.facts) for o in several])
        for k in (5, 10)
    }
    quoted = mean([float(o.quoted_facts == o.gold.facts) for o in several])
    return {"questions": len(several), **found, "all_quoted": quoted}


def _group(
    outcomes: Sequence[Outcome], key: Callable[[Outcome], str]
) -> dict[str, dict[str, float]]:
    groups: dict[str, list[Ranking]] = defaultdict(list)
    for outcome in outcomes:
        groups[key(outcome)].append(outcome.ranking)
    return {name: _retrieval(groups[name]) for name in sorted(groups)}


def _rankings_by_pair(outcomes: Sequence[Outcome]) -> dict[str, list[Ranking]]:
    """A question on aligned passages counts once in each of its three pairs, each time with the
    passages of that language alone; any other counts once, in the pair of its first evidence.
    """
    pairs: dict[str, list[Ranking]] = defaultdict(list)
    for outcome in outcomes:
        if not outcome.by_language:
            pairs[outcome.gold.pair].append(outcome.ranking)
        for language, ranking in outcome.by_language.items():
            pairs[f"{outcome.gold.language}>{language}"].append(ranking)
    return pairs


def _is_same(pair: str) -> bool:
    asked, _, found = pair.partition(">")
    return asked == found
