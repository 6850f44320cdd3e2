"""The one place where the parts are put together: a question in, hits or an answer out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from aztr_qa.answer import Answerer, Sources, refuse
from aztr_qa.building import load_owners
from aztr_qa.config import Config
from aztr_qa.conversation import guess_language, resolve_question
from aztr_qa.embed import SHIPPED_MODEL, Embedder, StaticEmbedder, load_embedder
from aztr_qa.errors import IndexMismatchError, QuestionError
from aztr_qa.fusion import Fusion, load_fusion
from aztr_qa.generations import (
    Manifest,
    check_files,
    generation_dir,
    read_current,
    read_manifest,
    rebuild_hint,
)
from aztr_qa.index import VectorIndex
from aztr_qa.language import LanguageGuesser
from aztr_qa.lexical import LexicalIndex
from aztr_qa.quoting import QuoteWeights, load_quote_weights
from aztr_qa.readings import PassageReader
from aztr_qa.records import Answer, Hit, Language, Question, RefusalReason
from aztr_qa.refuse import RefusalModel, is_supported_script, load_refusal_model
from aztr_qa.retrieve import Retriever
from aztr_qa.signals import SignalSources
from aztr_qa.store import SqliteStore, StoredArticle
from aztr_qa.terms import TermIndex
from aztr_qa.text import normalize, strip_invisible

if TYPE_CHECKING:
    from aztr_qa.writing import Writer

_JUDGED = 10  # hits that quoting and judging look at, whatever the caller asks for


@dataclass(frozen=True, slots=True)
class Service:
    """A loaded generation with its models; immutable, so a new generation is a new Service."""

    config: Config
    manifest: Manifest
    store: SqliteStore
    guesser: LanguageGuesser
    retriever: Retriever
    answerer: Answerer
    writer: "Writer | None" = None  # None: quotes only

    @classmethod
    def open(
        cls,
        config: Config,
        *,
        embedder: Embedder | None = None,
        fusion: Fusion | None = None,
        quote_weights: QuoteWeights | None = None,
        refusal: RefusalModel | None = None,
    ) -> Self:
        """Load the live generation; without an embedder that of the settings, without a fusion or
        weights the shipped ones.

        Raises ConfigError when a generator is set and the openai package is missing,
        IndexMissingError without a generation, IndexMismatchError when it is damaged or was made by
        another model.
        """
        embedder = embedder or load_embedder(config.model)
        folder = generation_dir(config.index_dir, read_current(config.index_dir))
        manifest = read_manifest(folder)
        if manifest.model_fingerprint != embedder.fingerprint:
            raise IndexMismatchError(
                f"the index was made by model {manifest.model_name} "
                f"({manifest.model_fingerprint}), "
                f"this is {embedder.name} ({embedder.fingerprint}); "
                f"{rebuild_hint(config.index_dir)}"
            )
        words = (
            embedder if isinstance(embedder, StaticEmbedder) else StaticEmbedder.load(SHIPPED_MODEL)
        )
        if manifest.word_model_fingerprint != words.fingerprint:
            raise IndexMismatchError(
                "the index was made with other word vectors than these; "
                f"{rebuild_hint(config.index_dir)}"
            )
        check_files(folder, manifest)
        store = SqliteStore(folder / "passages.sqlite")
        terms = TermIndex.load(folder, words)
        retriever = Retriever(
            store=store,
            sources=_load_sources(folder, terms, store),
            fusion=fusion or load_fusion(),
            embedder=embedder,
            word_embedder=words,
            n_candidates=config.n_candidates,
        )
        articles = store.list_articles()
        answerer = Answerer(
            terms,
            PassageReader(terms, words),
            quote_weights or load_quote_weights(),
            refusal or load_refusal_model(),
            _collect_sources(articles),
        )
        guesser = LanguageGuesser.load(SHIPPED_MODEL)
        writer = _open_writer(config, answerer, guesser) if config.generator else None
        return cls(config, manifest, store, guesser, retriever, answerer, writer)

    def read_question(
        self, text: str, *, language: Language | None = None, history: Sequence[str] = ()
    ) -> Question:
        """The question in NFC with its language, said or guessed; a follow-up is made whole with
        the questions before it.

        history: earlier questions as they were typed, oldest first; the last five count.
        Raises QuestionError for a question without a letter or figure, or longer than the limit.
        """
        plain = " ".join(strip_invisible(normalize(text)).split())
        if not any(character.isalnum() for character in plain):
            raise QuestionError("the question is empty; write at least one word")
        limit = self.config.max_question_chars
        if len(plain) > limit:
            raise QuestionError(
                f"the question has {len(plain):,} characters, at most {limit:,}; shorten it"
            )
        if any(not character.isprintable() for character in plain):
            raise QuestionError("the question holds control characters; send plain text")
        resolved = resolve_question(plain, history)
        # From what was typed: the words carried over may be in another language.
        said = (language, 1.0) if language else guess_language(plain, history, self.guesser.guess)
        typed = plain if resolved.carried else None
        return Question(resolved.text, *said, typed=typed, carried=resolved.carried)

    def search(
        self,
        question: Question,
        *,
        k: int,
        passage_languages: Collection[Language] | None = None,
        articles: Collection[str] | None = None,
        explain: bool = False,
    ) -> list[Hit]:
        """The k best passages, best first; raises QuestionError for k out of range or an unknown
        article.
        """
        self._check_k(k)
        unknown = sorted(set(articles or ()) - set(self.store.columns.article_ids))
        if unknown:
            raise QuestionError(f"no article {unknown[0]!r}; aztr-qa articles lists the ids")
        return self.retriever.search(
            question, k=k, passage_languages=passage_languages, articles=articles, explain=explain
        )

    def ask(
        self,
        question: Question,
        *,
        k: int,
        answer_language: Language | None = None,
        passage_languages: Collection[Language] | None = None,
        articles: Collection[str] | None = None,
        explain: bool = False,
    ) -> Answer:
        """An answer in quotes, or one that a generator wrote over them, or a refusal; its language
        is the question's unless another is said.
        """
        # The verdict must not depend on how many hits the caller wants to see.
        self._check_k(k)
        found = self.search(
            question,
            k=max(k, _JUDGED),
            passage_languages=passage_languages,
            articles=articles,
            explain=explain,
        )
        spoken = answer_language or question.language
        answer = self._answer_or_refuse(question, found, spoken)
        if self.writer:
            judged = replace(answer, hits=answer.hits[:_JUDGED])
            written = self.writer.write(judged, may_switch=passage_languages is None)
            answer = replace(written, hits=answer.hits)
        return replace(answer, hits=answer.hits[:k])

    def _answer_or_refuse(
        self, question: Question, hits: list[Hit], answer_language: Language
    ) -> Answer:
        reason: RefusalReason | None = None
        if not is_supported_script(question.text):
            reason = "language_unsupported"
        elif self.manifest.counts["total"] == 0:
            reason = "empty_index"
        generation = self.manifest.id
        if reason is not None:
            return refuse(
                question, reason, hits, answer_language=answer_language, generation=generation
            )
        return self.answerer.answer(
            question, hits, answer_language=answer_language, generation=generation
        )

    def _check_k(self, k: int) -> None:
        if not 1 <= k <= self.config.max_k:
            raise QuestionError(f"k is {k}; give a whole number from 1 to {self.config.max_k}")

    def close(self) -> None:
        """Release the files of the generation."""
        self.store.close()


def _open_writer(config: Config, answerer: Answerer, guesser: LanguageGuesser) -> "Writer":
    # Only where one is set: asyncio and the like cost a start that nobody asked for.
    from aztr_qa.generate import OpenAIGenerator
    from aztr_qa.writing import Writer

    assert config.generator is not None
    return Writer(OpenAIGenerator(config.generator), answerer, guesser)


def _load_sources(folder: Path, terms: TermIndex, store: SqliteStore) -> SignalSources:
    return SignalSources(
        vectors=VectorIndex.load(folder / "passages.faiss"),
        windows=VectorIndex.load(folder / "windows.faiss"),
        window_owners=load_owners(folder),
        lexical=LexicalIndex.load(folder / "lexical"),
        terms=terms,
        languages=store.columns.languages,
    )


def _collect_sources(articles: list[StoredArticle]) -> Sources:
    return Sources(
        texts={(a.id, a.language): a.text for a in articles},
        records={(a.id, a.language): a.record for a in articles},
    )
