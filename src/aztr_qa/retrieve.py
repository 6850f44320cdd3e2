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
from aztr_qa.terms import WordEmbedder, pair_words

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
        columns = self.store.columns
        scores = self.fusion.score(question, table.values, columns.languages[table.rows])
        order = self._drop_siblings(table.rows, np.argsort(-scores, kind="stable"), n=2 * k + 10)
        passages = self.store.read_passages([int(table.rows[i]) for i in order])
        ranked = sorted(
            zip(order, passages, strict=True), key=lambda pair: (-scores[pair[0]], pair[1].id)
        )[:k]
        relevance = self.fusion.calibrate(scores)
        return [
            Hit(
                rank=rank,
                passage=passage,
                relevance=float(relevance[i]),
                similarity=float(np.clip(table.column("dense")[i], -1, 1)),
                siblings=tuple(self.store.find_siblings(passage)),
                matches=self._match_terms(question, passage) if explain else (),
                signals=dict(zip(SIGNALS, (float(v) for v in table.values[i]), strict=True))
                | {"fused": float(scores[i])},
            )
            for rank, (i, passage) in enumerate(ranked, start=1)
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
            word_embedder=self.word_embedder,
        )

    def _drop_siblings(
        self, rows: NDArray[np.int64], order: NDArray[np.int64], *, n: int
    ) -> list[int]:
        """The first n positions of the order, none of them aligned with an earlier one."""
        groups = self.store.columns.siblings
        seen: set[int] = set()
        kept = []
        for position in order:
            group = int(groups[rows[position]])
            if group not in seen:
                seen.add(group)
                kept.append(int(position))
                if len(kept) == n:
                    break
        return kept

    def _match_terms(self, question: Question, passage: Passage) -> tuple[TermMatch, ...]:
        pairs = pair_words(question.text, passage.text, self.word_embedder)
        return tuple(
            TermMatch(pair.question_word, pair.text_word, pair.similarity)
            for pair in pairs
            if pair.similarity >= _MIN_PAIR_SIMILARITY
        )
