"""The routes under /v1 and the health checks."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from aztr_qa import views
from aztr_qa.api.live import LiveService
from aztr_qa.api.problems import problem
from aztr_qa.api.streaming import stream_answer
from aztr_qa.records import Language
from aztr_qa.references import MEDIA_TYPES, ReferenceFormat
from aztr_qa.service import Service
from aztr_qa.wire import (
    MAX_CITED,
    AnswerOut,
    AnswerRequest,
    ArticleList,
    ArticlePage,
    IndexOut,
    PassageList,
    PassagePage,
    SearchOut,
    SearchRequest,
)

EVENT_STREAM = "text/event-stream"
router = APIRouter()


async def get_live(request: Request) -> LiveService:
    """The live service of the application."""
    live: LiveService = request.app.state.live
    return live


def get_service(live: Annotated[LiveService, Depends(get_live)], request: Request) -> Service:
    """The service of the live generation, whose id goes into a header of every response."""
    service = live.get()
    request.state.generation = service.manifest.id
    return service


Ready = Annotated[Service, Depends(get_service)]
Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=10_000_000)]
CitedPassages = Annotated[list[str], Query(min_length=1, max_length=MAX_CITED)]
# What the references come as; the schema would say JSON otherwise.
_REFERENCES: dict[int | str, dict[str, Any]] = {
    200: {"content": {media_type: {} for media_type in MEDIA_TYPES.values()}}
}


@router.post("/v1/search", response_model_exclude_none=False)
def search(request: SearchRequest, service: Ready) -> SearchOut:
    """Find the passages that are nearest to a question, in any of the three languages."""
    return views.search(service, request)


@router.post("/v1/answers", response_model=AnswerOut)
def ask(request: AnswerRequest, service: Ready, http: Request) -> AnswerOut | StreamingResponse:
    """Answer a question in verbatim quotes with citations, or refuse and say why."""
    answer = views.ask(service, request)
    if request.stream or EVENT_STREAM in http.headers.get("accept", ""):
        headers = {"Cache-Control": "no-store"}
        return StreamingResponse(stream_answer(answer), media_type=EVENT_STREAM, headers=headers)
    return answer


@router.get("/v1/passages/{passage_id}")
def show_passage(passage_id: str, service: Ready) -> PassagePage:
    """A passage with its neighbours, its siblings and the record of its article."""
    return views.show_passage(service, passage_id)


@router.get("/v1/articles")
def list_articles(service: Ready, limit: Limit = 50, offset: Offset = 0) -> ArticleList:
    """The articles, by id."""
    return views.list_articles(service, limit=limit, offset=offset)


@router.get("/v1/articles/{article_id}")
def show_article(article_id: str, service: Ready) -> ArticlePage:
    """An article with the clean text that offsets refer to."""
    return views.show_article(service, article_id)


@router.get("/v1/articles/{article_id}/passages")
def list_passages(
    article_id: str,
    service: Ready,
    language: Annotated[list[Language] | None, Query()] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> PassageList:
    """The passages of an article in reading order."""
    return views.list_passages(service, article_id, languages=language, limit=limit, offset=offset)


@router.get("/v1/articles/{article_id}/citation", response_class=Response, responses=_REFERENCES)
def cite_article(
    article_id: str,
    service: Ready,
    format: ReferenceFormat = "bibtex",
    language: Language | None = None,
) -> Response:
    """The reference of an article; of a digest, that of its source."""
    return _send(views.cite_article(service, article_id, format, language=language), format)


@router.get("/v1/citations", response_class=Response, responses=_REFERENCES)
def cite_passages(
    passage: CitedPassages,
    service: Ready,
    http: Request,
    format: ReferenceFormat = "bibtex",
    language: Language | None = None,
) -> Response:
    """The references of an answer: those of the articles that its cited passages are from."""
    text = views.cite_passages(
        service, passage, format, language=language, base_url=str(http.base_url)
    )
    return _send(text, format)


@router.get("/v1/index")
def show_index(service: Ready) -> IndexOut:
    """The live generation: what it was made of, and how much it holds."""
    return views.show_index(service)


@router.api_route("/healthz", methods=["GET", "HEAD"])
async def check_live() -> dict[str, str]:
    """The process is up."""
    return {"status": "ok"}


@router.api_route("/readyz", methods=["GET", "HEAD"])
async def check_ready(
    live: Annotated[LiveService, Depends(get_live)], request: Request
) -> JSONResponse:
    """The index and the model are loaded; 503 until they are."""
    if live.is_ready:
        return JSONResponse({"status": "ready", "generation": live.get().manifest.id})
    return problem(
        request,
        status=503,
        code="not_ready",
        title="Not ready",
        detail="no index is loaded yet; run: aztr-qa index",
    )


def _send(references: str, format: ReferenceFormat) -> Response:
    return Response(references, media_type=f"{MEDIA_TYPES[format]}; charset=utf-8")
