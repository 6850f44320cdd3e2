"""An answer as server-sent events: meta, passages, delta, citation, final, done."""

import json
from collections.abc import Iterator
from typing import Any

from aztr_qa.wire import AnswerOut


def stream_answer(answer: AnswerOut) -> Iterator[str]:
    """The events of an answer, in order; the data of `final` is the JSON body itself.

    An extractive answer is whole before its first word can be sent, so the events only cut it into
    parts.
    """
    body = answer.model_dump(mode="json", exclude_none=False)
    meta = {name: body[name] for name in ("id", "question", "language", "generation", "mode")}
    yield _event("meta", meta)
    yield _event("passages", {"hits": body["hits"]})
    yield _event("delta", {"text": body["text"]})
    for citation in body["citations"]:
        yield _event("citation", citation)
    yield _event("final", body)
    yield _event("done", {})


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
