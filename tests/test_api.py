"""The HTTP service against its contract: names, statuses, problems, headers."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from aztr_qa.api import create_app
from aztr_qa.api.live import LiveService
from aztr_qa.building import build_index
from aztr_qa.config import Config
from aztr_qa.embed import StaticEmbedder
from aztr_qa.records import LANGUAGES
from aztr_qa.references import MEDIA_TYPES, ReferenceFormat

QUESTION = {"question": "Şuşa Bəyannaməsi nə vaxt imzalanıb?"}


@pytest.fixture(scope="module")
def client(small_config: Config) -> Iterator[TestClient]:
    live = LiveService(small_config)
    live.load()
    with TestClient(create_app(live, small_config), raise_server_exceptions=False) as client:
        yield client


def test_search_has_the_fields_of_the_contract(client: TestClient) -> None:
    response = client.post("/v1/search", json={**QUESTION, "k": 2, "explain": True})
    body = response.json()
    assert response.status_code == 200
    assert set(body) == {"question", "hits", "generation", "took_ms"}
    assert set(body["question"]) == {"text", "language", "language_confidence", "resolved"}
    hit = body["hits"][0]
    assert {"rank", "relevance", "similarity", "passage", "siblings", "matches"} <= set(hit)
    fields = {"id", "article_id", "language", "text", "start", "end", "section", "page", "title"}
    assert fields <= set(hit["passage"])
    assert set(hit["siblings"][0]) == {"id", "language"}
    assert set(hit["matches"][0]) == {"question_term", "passage_term", "similarity"}
    assert len(body["hits"]) == 2
    assert response.headers["X-Generation"] == body["generation"]


def test_answer_has_the_fields_of_the_contract_and_true_spans(client: TestClient) -> None:
    body = client.post("/v1/answers", json=QUESTION).json()
    fields = {
        "id",
        "question",
        "language",
        "text",
        "refused",
        "reason",
        "confidence",
        "citations",
        "hits",
        "mode",
    }
    fields |= {"generation", "took_ms", "generation_note", "sentences_removed"}
    assert fields == set(body)
    citation = body["citations"][0]
    wanted = {
        "marker",
        "quote",
        "language",
        "start",
        "end",
        "passage_id",
        "article",
        "section",
        "page",
        "highlight",
    }
    assert wanted <= set(citation)
    assert {"id", "title", "authors", "year", "venue", "doi", "url"} <= set(citation["article"])
    article = client.get(f"/v1/articles/{citation['article']['id']}").json()
    text = next(v["text"] for v in article["versions"] if v["language"] == citation["version"])
    assert text[citation["start"] : citation["end"]] == citation["quote"]
    passage = client.get(f"/v1/passages/{citation['passage_id']}").json()
    offset = passage["start"]
    assert (
        passage["text"][citation["start"] - offset : citation["end"] - offset] == citation["quote"]
    )


@pytest.mark.parametrize("headers", [{}, {"Accept": "text/event-stream"}], ids=["field", "header"])
def test_streamed_answer_ends_with_the_json_body(
    headers: dict[str, str], client: TestClient
) -> None:
    plain = client.post("/v1/answers", json=QUESTION).json()
    request = QUESTION if headers else {**QUESTION, "stream": True}
    response = client.post("/v1/answers", json=request, headers=headers)
    assert response.headers["content-type"].startswith("text/event-stream")
    events = [block.split("\n") for block in response.text.strip().split("\n\n")]
    names = [lines[0].removeprefix("event: ") for lines in events]
    assert names[:3] == ["meta", "passages", "delta"]
    assert names[-2:] == ["final", "done"]
    final = json.loads(events[-2][1].removeprefix("data: "))
    assert {**final, "took_ms": 0} == {**plain, "took_ms": 0}


def test_passage_has_neighbours_siblings_and_article(client: TestClient) -> None:
    listed = client.get("/v1/articles/kicik/passages", params={"language": "tr"}).json()
    assert listed["total"] == 3
    first, second, third = listed["passages"]
    page = client.get(f"/v1/passages/{second['id']}").json()
    assert page["text"] == second["text"]
    assert page["neighbours"]["previous"]["id"] == first["id"]
    assert page["neighbours"]["next"]["id"] == third["id"]
    assert [s["language"] for s in page["siblings"]] == ["az", "en"]
    assert page["article"]["id"] == "kicik"
    assert client.get(f"/v1/passages/{first['id']}").json()["neighbours"]["previous"] is None
    assert client.get(f"/v1/passages/{third['id']}").json()["neighbours"]["next"] is None


def test_articles_are_paged(client: TestClient) -> None:
    body = client.get("/v1/articles").json()
    assert (body["total"], body["limit"], body["offset"]) == (1, 50, 0)
    assert body["articles"][0]["passages"] == {"az": 3, "tr": 3, "en": 3}
    assert body["articles"][0]["languages"] == list(LANGUAGES)
    assert client.get("/v1/articles", params={"offset": 5}).json()["articles"] == []
    assert client.get("/v1/articles", params={"limit": 0}).status_code == 422


def test_index_and_health(client: TestClient) -> None:
    body = client.get("/v1/index").json()
    assert body["passages"] == {"az": 3, "tr": 3, "en": 3, "total": 9}
    assert body["model"]["dim"] == 384
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json()["generation"] == body["generation"]


@pytest.mark.parametrize(
    ("body", "status", "code", "hint"),
    [
        pytest.param({"question": ""}, 422, "invalid_question", "empty", id="empty"),
        pytest.param(
            {"question": "ş" * 20_000},
            422,
            "invalid_question",
            "20,000 characters",
            id="20,000 characters",
        ),
        pytest.param({"question": 7}, 422, "invalid_request", "string", id="number"),
        pytest.param({"question": None}, 422, "invalid_request", "string", id="null"),
        pytest.param({}, 422, "invalid_request", "question", id="missing"),
        pytest.param({**QUESTION, "k": 0}, 422, "invalid_question", "1 to 100", id="k=0"),
        pytest.param({**QUESTION, "k": 10**9}, 422, "invalid_question", "1 to 100", id="k=10**9"),
        pytest.param({**QUESTION, "k": "5"}, 422, "invalid_request", "integer", id="k is text"),
        pytest.param(
            {**QUESTION, "question_language": "de"},
            422,
            "invalid_request",
            "'az', 'tr' or 'en'",
            id="language",
        ),
        pytest.param(
            {**QUESTION, "passage_languages": []},
            422,
            "invalid_request",
            "at least 1",
            id="no language",
        ),
        pytest.param(
            {**QUESTION, "lang": "az"}, 422, "invalid_request", "lang", id="unknown field"
        ),
        pytest.param(
            {**QUESTION, "articles": ["yox"]},
            422,
            "invalid_question",
            "aztr-qa articles",
            id="article",
        ),
    ],
)
@pytest.mark.parametrize("path", ["/v1/search", "/v1/answers"])
def test_bad_requests_get_one_clear_problem(
    path: str, body: dict[str, object], status: int, code: str, hint: str, client: TestClient
) -> None:
    response = client.post(path, json=body)
    problem = response.json()
    assert response.status_code == problem["status"] == status
    assert response.headers["content-type"] == "application/problem+json"
    assert problem["code"] == code
    assert hint in problem["detail"]
    assert {"type", "title", "status", "detail", "code", "request_id"} <= set(problem)
    assert response.headers["X-Request-ID"] == problem["request_id"]


def test_body_that_is_no_json_or_too_large(client: TestClient) -> None:
    response = client.post(
        "/v1/search", content=b"{nope", headers={"Content-Type": "application/json"}
    )
    assert (response.status_code, response.json()["code"]) == (422, "invalid_request")
    response = client.post("/v1/search", json={"question": "a" * 70_000})
    assert (response.status_code, response.json()["code"]) == (413, "body_too_large")


def test_unknown_things_are_not_found(client: TestClient) -> None:
    for path in ("/v1/passages/yox", "/v1/articles/yox", "/v1/articles/yox/passages", "/nowhere"):
        response = client.get(path)
        assert (response.status_code, response.json()["code"]) == (404, "not_found"), path
    wrong_method = client.get("/v1/search")
    assert wrong_method.json()["code"] == "method_not_allowed"
    assert wrong_method.headers["Allow"] == "POST"
    generation = client.get("/v1/index").json()["generation"]
    assert client.get("/v1/passages/yox").headers["X-Generation"] == generation


@pytest.mark.parametrize("format", MEDIA_TYPES)
def test_article_and_answer_are_cited(client: TestClient, format: ReferenceFormat) -> None:
    response = client.get(
        "/v1/articles/kicik/citation", params={"format": format, "language": "tr"}
    )
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{MEDIA_TYPES[format]}; charset=utf-8"
    assert response.headers["X-Generation"]
    assert "Küçük makale" in response.text
    citations = client.post("/v1/answers", json=QUESTION).json()["citations"]
    ids = [citation["passage_id"] for citation in citations]
    cited = client.get("/v1/citations", params={"passage": ids, "format": format}).text
    assert "Kiçik məqalə" in cited
    assert f"http://testserver/p/{ids[0]}" in cited
    assert "§ Bəyannamə" in cited


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/articles/yox/citation", 404),
        ("/v1/articles/kicik/citation?format=mla", 422),
        ("/v1/citations", 422),
        ("/v1/citations?passage=yox", 404),
        ("/v1/citations?" + "&".join(["passage=a"] * 21), 422),
    ],
)
def test_what_cannot_be_cited_is_a_problem(client: TestClient, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == response.json()["status"] == status


def test_request_id_is_kept_when_it_is_harmless(client: TestClient) -> None:
    assert (
        client.get("/healthz", headers={"X-Request-ID": "abc-1"}).headers["X-Request-ID"] == "abc-1"
    )
    assert (
        client.get("/healthz", headers={"X-Request-ID": "a b<c>"}).headers["X-Request-ID"]
        != "a b<c>"
    )


def test_page_is_served_with_a_strict_policy(client: TestClient) -> None:
    for path in ("/", "/p/anything"):
        response = client.get(path)
        assert response.status_code == 200
        assert "text/html" in response.headers["content-type"]
        assert "script-src 'self'" in response.headers["content-security-policy"]
        assert "unsafe" not in response.headers["content-security-policy"]
    assert client.get("/static/app.js").status_code == 200
    for path in ("/static/%2e%2e/service.py", "/static/..%2fservice.py", "/static//etc/passwd"):
        assert client.get(path).status_code == 404, path
    assert client.head("/").status_code == client.head("/p/anything").status_code == 200
    assert client.head("/healthz").status_code == 200


def test_inside_of_an_error_does_not_leak(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret path /home/x")

    monkeypatch.setattr("aztr_qa.views.search", fail)
    response = client.post("/v1/search", json=QUESTION)
    assert (response.status_code, response.json()["code"]) == (500, "internal_error")
    assert "secret" not in response.text
    assert response.headers["X-Request-ID"] == response.json()["request_id"]
    assert "content-security-policy" in response.headers


def test_not_ready_without_an_index_then_swaps_to_a_new_one(
    small_config: Config, embedder: StaticEmbedder, tmp_path: object
) -> None:
    config = replace(small_config, index_dir=small_config.index_dir.parent / "later")
    live = LiveService(config)
    with TestClient(create_app(live, config)) as client:
        assert client.get("/healthz").status_code == 200
        assert (client.get("/readyz").status_code, client.get("/readyz").json()["code"]) == (
            503,
            "not_ready",
        )
        assert client.post("/v1/search", json=QUESTION).json()["code"] == "index_missing"
        first = build_index(config, embedder).generation
        live._swap_if_new()
        assert client.get("/readyz").json()["generation"] == first
        second = build_index(replace(config, passage_words=60), embedder).generation
        live._swap_if_new()
        assert client.post("/v1/search", json=QUESTION).json()["generation"] == second != first


def test_watching_outlives_whatever_is_wrong_with_an_index(
    small_config: Config, embedder: StaticEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aztr_qa.api.live.POLL_SECONDS", 0.01)
    config = replace(small_config, index_dir=small_config.index_dir.parent / "watched")
    first = build_index(config, embedder).generation
    live = LiveService(config)
    live.load()
    live.watch()
    try:
        (config.index_dir / "CURRENT").write_bytes(b"\xff")
        time.sleep(0.1)
        assert live.get().manifest.id == first
        second = build_index(replace(config, passage_words=60), embedder).generation
        for _ in range(500):
            if live.get().manifest.id == second:
                break
            time.sleep(0.01)
        assert live.get().manifest.id == second
    finally:
        live.close()


def test_answers_to_many_at_once_are_the_same(client: TestClient) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: client.post("/v1/answers", json=QUESTION).json(), range(24))
        )
    assert len({(a["text"], a["id"], a["confidence"]) for a in answers}) == 1
