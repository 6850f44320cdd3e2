"""Every failure as RFC 9457 `application/problem+json`; the client never sees an exception's
insides.
"""

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from aztr_qa.errors import (
    AztrQaError,
    IndexMismatchError,
    IndexMissingError,
    NotFoundError,
    QuestionError,
)

_log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
# (status, code, title); the first class that fits counts.
STATUS_BY_ERROR: tuple[tuple[type[AztrQaError], int, str, str], ...] = (
    (QuestionError, 422, "invalid_question", "The question cannot be asked"),
    (NotFoundError, 404, "not_found", "Not found"),
    (IndexMissingError, 503, "index_missing", "There is no index"),
    (IndexMismatchError, 503, "index_mismatch", "The index cannot be used"),
    (AztrQaError, 500, "internal_error", "The service made an error"),
)
_HTTP_CODES = {
    404: ("not_found", "Not found"),
    405: ("method_not_allowed", "This method is not allowed here"),
    413: ("body_too_large", "The request body is too large"),
}


def problem(
    request: Request, *, status: int, code: str, title: str, detail: str, **more: Any
) -> JSONResponse:
    """A problem response with a stable `code` and the id of the request."""
    body = {
        "type": f"urn:aztr-qa:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
        "code": code,
        "request_id": getattr(request.state, "request_id", ""),
        **more,
    }
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE)


def handle_own(request: Request, error: Exception) -> JSONResponse:
    """Our errors say what to do next, so their message is the detail."""
    for kind, status, code, title in STATUS_BY_ERROR:
        if isinstance(error, kind):
            if status == 500:
                break
            return problem(request, status=status, code=code, title=title, detail=str(error))
    return handle_any(request, error)


def handle_validation(request: Request, error: Exception) -> JSONResponse:
    """A body that is no JSON, misses a field, has an unknown one or one of a wrong type."""
    assert isinstance(error, RequestValidationError)
    fields = [
        {"field": ".".join(str(part) for part in item["loc"][1:]) or "body", "message": item["msg"]}
        for item in error.errors()
    ]
    detail = "; ".join(f"{item['field']}: {item['message']}" for item in fields)
    return problem(
        request,
        status=422,
        code="invalid_request",
        title="The request is not valid",
        detail=detail[:500],
        errors=fields,
    )


def handle_http(request: Request, error: Exception) -> JSONResponse:
    """Unknown paths, wrong methods and the like."""
    assert isinstance(error, HTTPException)
    code, title = _HTTP_CODES.get(error.status_code, ("http_error", "The request failed"))
    response = problem(
        request, status=error.status_code, code=code, title=title, detail=str(error.detail)
    )
    response.headers.update(error.headers or {})
    return response


def handle_any(request: Request, error: Exception) -> JSONResponse:
    """Our own mistakes: logged in full, told in general."""
    _log.error("request %s failed", getattr(request.state, "request_id", ""), exc_info=error)
    return problem(
        request,
        status=500,
        code="internal_error",
        title="The service made an error",
        detail="Try again; the log has the request id.",
    )


def install_handlers(app: FastAPI) -> None:
    """Every known exception ends in one of the handlers above; the rest in `guards`."""
    app.add_exception_handler(AztrQaError, handle_own)
    app.add_exception_handler(RequestValidationError, handle_validation)
    app.add_exception_handler(HTTPException, handle_http)
