"""What every request passes: an id, a limit on the body, and headers that keep the page safe."""

import re
import uuid

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aztr_qa.api.problems import handle_any, problem

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
}
_GOOD_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Guards:
    """Outermost ASGI layer."""

    def __init__(self, app: ASGIApp, max_body_bytes: int) -> None:
        """max_body_bytes: a longer body is answered with 413 before it is read."""
        self._app = app
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        given = request.headers.get("x-request-id", "")
        request.state.request_id = given if _GOOD_ID.fullmatch(given) else uuid.uuid4().hex
        sender = _add_headers(send, request)
        body = await self._read_body(request, receive)
        if body is None:
            response = problem(
                request,
                status=413,
                code="body_too_large",
                title="The request body is too large",
                detail=f"at most {self._max_body_bytes:,} bytes",
            )
            await response(scope, receive, sender)
            return
        try:
            await self._app(scope, _replay(body, receive), sender)
        except Exception as error:
            # Here, inside the outermost layer, so that the answer gets its id and headers too.
            await handle_any(request, error)(scope, receive, sender)

    async def _read_body(self, request: Request, receive: Receive) -> bytes | None:
        """The whole body, or None when it is longer than the limit, whatever its header says."""
        length = request.headers.get("content-length", "")
        if length.isdecimal() and int(length) > self._max_body_bytes:
            return None
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            if len(body) > self._max_body_bytes:
                return None
            more = message.get("more_body", False) and message["type"] == "http.request"
        return body


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _add_headers(send: Send, request: Request) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = request.state.request_id
            if generation := getattr(request.state, "generation", ""):
                headers["X-Generation"] = generation
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers
