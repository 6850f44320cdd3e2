"""A question becomes ranked hits: signals, fusion, one place for aligned passages."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aztr_qa.embed import Embedder
from aztr_qa.fusion import Fusion
from aztr_qa.records import LANGUAGES, Hit, Language, Passage, Question, TermMatch
from aztr_qa.signals import SIGNALS, SignalSources, SignalTable
from aztr_qa.store import PassageStore
from aztr_qa.text import fold_word
from aztr_qa.words import WordEmbedder, pair_words

# Pairs below this cosine share no meaning that a reader would see.
_MIN_PAIR_SIMILARITY = 0.45
# Relevance is given in hundredths: a finer figure would say more than is known, and what is equal
# in hundredths is equally good.
_DECIMALS = 2
_MAX_IN_A_ROW = 3  # passages of one article, when others are as good


@dataclass(frozen=True, slots=True)
class Retriever:
    """Everything a search needs; immutable, so any number of threads may search."""

    store: PassageStore
    sources: SignalSources
    fusion: Fusion
    embedder: Embedder
    word_embedder: WordEmbedder
    n_candidates: int

    def search(
        self,
        question: Question,
        *,
        k: int,
        passage_languages: Collection[Language] | None = None,
        articles: Collection[str] | None = None,
        explain: bool = False,
    ) -> list[Hit]:
        """The k passages most likely to answer, best first; ties are ordered by passage id.

        None means any language, any article. Of aligned passages only the best takes a place; the
        others are its siblings. Of one article at most three follow each other when passages of
        others have the same relevance. With explain, hits carry the matching words.
        """
        table = self.compute_signals(
            question, passage_languages=passage_languages, articles=articles
        )
        if not table.rows.size:
            return []
        languages = self.store.columns.languages[table.rows]
        scores = self.fusion.score(question, table.values, languages)
        groups = self.store.columns.siblings[table.rows]
        relevances = self.fusion.calibrate(scores, groups).round(_DECIMALS)
        places = self._take_places(question, table.rows, scores, n=2 * k + 10)
        ranked = self._spread_articles(places, table.rows, relevances)[:k]
        passages = self.store.read_passages([int(table.rows[shown]) for _, shown in ranked])
        return [
            Hit(
                rank=rank,
                passage=passage,
                relevance=round(float(relevances[best]), _DECIMALS),
                similarity=float(np.clip(table.values[shown, SIGNALS.index("dense")], -1, 1)),
                siblings=tuple(self.store.find_siblings(passage)),
                matches=self._match_terms(question, passage) if explain else (),
                signals={
                    **dict(zip(SIGNALS, map(float, table.values[shown]), strict=True)),
                    "fused": float(scores[best]),
                },
            )
            for rank, ((best, shown), passage) in enumerate(
                zip(ranked, passages, strict=True), start=1
            )
        ]

    def compute_signals(
        self,
        question: Question,
        *,
        passage_languages: Collection[Language] | None = None,
        articles: Collection[str] | None = None,
    ) -> SignalTable:
        """The raw signals of every passage that the filters allow."""
        columns = self.store.columns
        allowed = np.ones(len(columns.languages), dtype=bool)
        if passage_languages is not None:
            wanted = [LANGUAGES.index(language) for language in passage_languages]
            allowed &= np.isin(columns.languages, wanted)
        if articles is not None:
            numbers = [
                number for number, article in enumerate(columns.article_ids) if article in articles
            ]
            allowed &= np.isin(columns.articles, numbers)
        return self.sources.compute(
            question.text,
            allowed=allowed,
            n_candidates=self.n_candidates,
            embedder=self.embedder,
        )

    def _take_places(
        self,
        question: Question,
        rows: NDArray[np.int64],
        scores: NDArray[np.float32],
        *,
        n: int,
    ) -> list[tuple[int, int]]:
        """The first n places of the result list, best first: (position of the best, of the shown).

        Aligned passages share a place, which the best of them wins; the one in the question's
        language is shown where there is one. Positions are those in `rows`; ties by passage id.
        """
        columns = self.store.columns
        asked = LANGUAGES.index(question.language)
        places: dict[int, tuple[int, int]] = {}
        for position in np.argsort(-scores, kind="stable"):
            group = int(columns.siblings[rows[position]])
            if group in places:
                best, shown = places[group]
                if columns.languages[rows[position]] == asked != columns.languages[rows[shown]]:
                    places[group] = (best, int(position))
            elif len(places) < n:
                places[group] = (int(position), int(position))
        return sorted(
            places.values(), key=lambda place: (-scores[place[0]], columns.ids[rows[place[1]]])
        )

    def _spread_articles(
        self,
        places: list[tuple[int, int]],
        rows: NDArray[np.int64],
        relevances: NDArray[np.float32],
    ) -> list[tuple[int, int]]:
        """The places with no more than three of one article in a row, as far as others are as
        relevant.
        """
        articles = self.store.columns.articles
        waiting = list(places)
        ordered: list[tuple[int, int]] = []
        while waiting:
            last = {int(articles[rows[shown]]) for _, shown in ordered[-_MAX_IN_A_ROW:]}
            chosen = 0
            if len(ordered) >= _MAX_IN_A_ROW and len(last) == 1:
                equals = [p for p in waiting if relevances[p[0]] == relevances[waiting[0][0]]]
                others = (n for n, p in enumerate(equals) if int(articles[rows[p[1]]]) not in last)
                chosen = next(others, 0)
            ordered.append(waiting.pop(chosen))
        return ordered

    def _match_terms(self, question: Question, passage: Passage) -> tuple[TermMatch, ...]:
        read = self.sources.terms.read_question(question.text)
        weights = dict(zip(read.words, read.by_meaning.tolist(), strict=True))
        # Words that say little ("the", "nə") are near to everything and explain nothing.
        least = 0.5 / max(1, len(weights))
        pairs = pair_words(question.text, passage.text, self.word_embedder)
        pairs = [p for p in pairs if weights.get(fold_word(p.question_word), 0) >= least]
        return tuple(
            TermMatch(pair.question_word, pair.text_word, pair.similarity)
            for pair in pairs
            if pair.similarity >= _MIN_PAIR_SIMILARITY
        )
