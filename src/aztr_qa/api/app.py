"""Puts the application together."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from anyio import to_thread
from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from aztr_qa import __version__
from aztr_qa.api.guards import Guards
from aztr_qa.api.live import LiveService
from aztr_qa.api.problems import install_handlers
from aztr_qa.api.routes import router
from aztr_qa.config import Config

THREADS = 4
WAITING_THREADS = 40  # where answers wait for another server
WEB = Path(__file__).parent.parent / "web"


def create_app(live: LiveService, config: Config) -> FastAPI:
    """The application over a live service, which may still be without an index."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # Quotes are computed, not waited for: more threads than this only cost memory.
        threads = WAITING_THREADS if config.generator else THREADS
        to_thread.current_default_thread_limiter().total_tokens = threads
        live.watch()
        yield
        live.close()

    app = FastAPI(
        title="aztr-qa",
        version=__version__,
        summary="Cited answers about the Azerbaijan–Türkiye partnership, in three languages",
        lifespan=lifespan,
        docs_url=None,  # their pages load scripts from outside
        redoc_url=None,
    )
    app.state.live = live
    install_handlers(app)
    app.include_router(router)
    app.mount("/static", StaticFiles(directory=WEB), name="static")
    _add_page(app)
    app.add_middleware(Guards, max_body_bytes=config.max_body_bytes)
    return app


def create_app_from_environment() -> FastAPI:
    """The application of a worker process, set up by AZTR_QA_* variables. Raises IndexMissingError
    without an index.
    """
    config = Config.from_env(os.environ)
    live = LiveService(config)
    live.load()
    return create_app(live, config)


def _add_page(app: FastAPI) -> None:
    """The chat page, which opens a passage by itself under /p/."""

    async def show_page() -> FileResponse:
        return FileResponse(WEB / "index.html", headers={"Cache-Control": "no-cache"})

    app.add_api_route("/", show_page, methods=["GET", "HEAD"], include_in_schema=False)
    app.add_api_route(
        "/p/{passage_id}", show_page, methods=["GET", "HEAD"], include_in_schema=False
    )
