"""The service's answers as wire models: the one translation that HTTP and the terminal share."""

import time
from collections.abc import Collection, Sequence
from typing import Any

from aztr_qa.citing import Cited
from aztr_qa.errors import NotFoundError
from aztr_qa.records import LANGUAGES, Language, Passage, Record
from aztr_qa.references import ReferenceFormat, format_references
from aztr_qa.service import Service
from aztr_qa.store import StoredArticle
from aztr_qa.wire import (
    AnswerOut,
    AnswerRequest,
    ArticleList,
    ArticleOut,
    ArticlePage,
    ArticleRef,
    HitOut,
    IndexOut,
    NeighboursOut,
    PassageList,
    PassageOut,
    PassagePage,
    QuestionOut,
    SearchOut,
    SearchRequest,
    SiblingOut,
    VersionOut,
    answer_out,
)


def search(service: Service, request: SearchRequest) -> SearchOut:
    """Run a search."""
    started = time.perf_counter()
    question = service.read_question(request.question, language=request.question_language)
    hits = service.search(
        question,
        k=request.k,
        passage_languages=request.passage_languages,
        articles=request.articles,
        explain=request.explain,
    )
    records = service.answerer.sources.records
    return SearchOut(
        question=QuestionOut.of(question),
        hits=[
            HitOut.of(hit, _record_of(records, hit.passage), explain=request.explain)
            for hit in hits
        ],
        generation=service.manifest.id,
        took_ms=_since(started),
    )


def ask(service: Service, request: AnswerRequest) -> AnswerOut:
    """Answer a question."""
    started = time.perf_counter()
    question = service.read_question(
        request.question,
        language=request.question_language,
        history=[turn.question for turn in request.history or ()],
    )
    answer = service.ask(
        question,
        k=request.k,
        answer_language=request.answer_language,
        passage_languages=request.passage_languages,
        articles=request.articles,
        explain=request.explain,
    )
    records = service.answerer.sources.records
    by_passage = {hit.passage.id: _record_of(records, hit.passage) for hit in answer.hits}
    return answer_out(
        answer,
        by_passage,
        generation=service.manifest.id,
        took_ms=_since(started),
        explain=request.explain,
    )


def show_passage(service: Service, passage_id: str) -> PassagePage:
    """A passage with its surroundings. Raises NotFoundError."""
    records = service.answerer.sources.records
    passage = service.store.find_passage(passage_id)
    before, after = service.store.find_neighbours(passage_id)
    record = _record_of(records, passage)
    return PassagePage(
        **PassageOut.of(passage, record).model_dump(),
        neighbours=NeighboursOut(
            previous=PassageOut.of(before, record) if before else None,
            next=PassageOut.of(after, record) if after else None,
        ),
        siblings=[
            SiblingOut(id=p.id, language=p.language) for p in service.store.find_siblings(passage)
        ],
        article=ArticleRef.of(passage.article_id, record),
        generation=service.manifest.id,
    )


def list_articles(service: Service, *, limit: int, offset: int) -> ArticleList:
    """A page of the articles."""
    grouped = _group_versions(service)
    chosen = sorted(grouped)[offset : offset + limit]
    return ArticleList(
        articles=[ArticleOut(**_describe(service, grouped[article_id])) for article_id in chosen],
        total=len(grouped),
        limit=limit,
        offset=offset,
        generation=service.manifest.id,
    )


def show_article(service: Service, article_id: str) -> ArticlePage:
    """An article with its texts. Raises NotFoundError."""
    versions = _find_versions(service, article_id)
    return ArticlePage(
        **_describe(service, versions),
        versions=[
            VersionOut(language=v.language, title=v.record.title, file=v.file, text=v.text)
            for v in versions
        ],
        generation=service.manifest.id,
    )


def list_passages(
    service: Service,
    article_id: str,
    *,
    languages: Collection[Language] | None,
    limit: int,
    offset: int,
) -> PassageList:
    """A page of the passages of an article. Raises NotFoundError."""
    records = service.answerer.sources.records
    passages = [
        passage
        for passage in service.store.list_passages(article_id)
        if languages is None or passage.language in languages
    ]
    return PassageList(
        passages=[
            PassageOut.of(p, _record_of(records, p)) for p in passages[offset : offset + limit]
        ],
        total=len(passages),
        limit=limit,
        offset=offset,
        generation=service.manifest.id,
    )


def cite_article(
    service: Service,
    article_id: str,
    format: ReferenceFormat,
    *,
    language: Language | None = None,
) -> str:
    """The reference of an article, of a digest that of its source; its note is in `language`, or
    in that of the first version. Raises NotFoundError.
    """
    version = _pick_version(_find_versions(service, article_id), language)
    return format_references(
        [_cite_version(version)], format, language=language or version.language
    )


def cite_articles(service: Service, format: ReferenceFormat, *, language: Language) -> str:
    """The references of all articles; notes are in `language`."""
    versions = [_pick_version(each, language) for each in _group_versions(service).values()]
    return format_references([_cite_version(v) for v in versions], format, language=language)


def cite_passages(
    service: Service,
    passage_ids: Sequence[str],
    format: ReferenceFormat,
    *,
    language: Language | None = None,
    base_url: str | None = None,
) -> str:
    """The references of the articles that passages are from, with the places of the passages;
    notes are in `language`, or in that of the first passage's version.

    base_url: where the page is, to link the passages there. Raises NotFoundError.
    """
    records = service.answerer.sources.records
    passages = [service.store.find_passage(passage_id) for passage_id in passage_ids]
    cited = [
        Cited.of_passage(
            p, _record_of(records, p), link=f"{base_url}p/{p.id}" if base_url else None
        )
        for p in passages
    ]
    return format_references(cited, format, language=language or passages[0].version)


def show_index(service: Service) -> IndexOut:
    """The live generation."""
    manifest = service.manifest
    return IndexOut(
        generation=manifest.id,
        model={
            "name": manifest.model_name,
            "fingerprint": manifest.model_fingerprint,
            "dim": manifest.dim,
        },
        passages={name: manifest.counts[name] for name in (*LANGUAGES, "total")},
        sections=sum(service.store.count_sections().values()),
        articles=manifest.counts["articles"],
        built_at=manifest.built_at,
        format_version=manifest.format_version,
    )


def _record_of(records: dict[tuple[str, Language], Record], passage: Passage) -> Record:
    return records[(passage.article_id, passage.version)]


def _group_versions(service: Service) -> dict[str, list[StoredArticle]]:
    grouped: dict[str, list[StoredArticle]] = {}
    for article in service.store.list_articles():
        grouped.setdefault(article.id, []).append(article)
    return grouped


def _find_versions(service: Service, article_id: str) -> list[StoredArticle]:
    versions = _group_versions(service).get(article_id)
    if not versions:
        raise NotFoundError(f"no article {article_id!r}; GET /v1/articles lists the ids")
    return versions


def _pick_version(versions: list[StoredArticle], language: Language | None) -> StoredArticle:
    return next((v for v in versions if v.language == language), versions[0])


def _cite_version(version: StoredArticle) -> Cited:
    return Cited(version.id, version.record, version.language)


def _describe(service: Service, versions: list[StoredArticle]) -> dict[str, Any]:
    first = versions[0]
    counts = service.store.count_passages(first.id)
    return {
        **ArticleRef.of(first.id, first.record).model_dump(),
        "language": first.language,
        "languages": [version.language for version in versions],
        "titles": {version.language: version.record.title for version in versions},
        "sections": service.store.count_sections().get(first.id, 0),
        "passages": {language: counts.get(language, 0) for language in LANGUAGES},
    }


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
