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
        others are its siblings. With explain, hits carry the matching words.
        """
        table = self.compute_signals(
            question, passage_languages=passage_languages, articles=articles
        )
        if not table.rows.size:
            return []
        languages = self.store.columns.languages[table.rows]
        scores = self.fusion.score(question, table.values, languages)
        places = self._take_places(question, table.rows, scores, n=2 * k + 10)
        passages = self.store.read_passages([int(table.rows[shown]) for _, shown in places])
        ranked = sorted(
            zip(places, passages, strict=True), key=lambda pair: (-scores[pair[0][0]], pair[1].id)
        )
        return [
            self._make_hit(question, table, passage, shown, rank, float(scores[best]), explain)
            for rank, ((best, shown), passage) in enumerate(ranked[:k], start=1)
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
        language is shown where there is one. Positions are those in `rows`.
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
        return list(places.values())

    def _make_hit(
        self,
        question: Question,
        table: SignalTable,
        passage: Passage,
        position: int,
        rank: int,
        score: float,
        explain: bool,
    ) -> Hit:
        signals = dict(zip(SIGNALS, map(float, table.values[position]), strict=True))
        return Hit(
            rank=rank,
            passage=passage,
            relevance=float(self.fusion.calibrate(np.array([score], dtype=np.float32))[0]),
            similarity=float(np.clip(signals["dense"], -1, 1)),
            siblings=tuple(self.store.find_siblings(passage)),
            matches=self._match_terms(question, passage) if explain else (),
            signals={**signals, "fused": score},
        )

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
