"""Starting the HTTP server: the port is checked first, the index before the door opens."""

import os
import socket
import sys
from typing import Any

from aztr_qa.config import Config
from aztr_qa.errors import ConfigError


def open_socket(config: Config) -> socket.socket:
    """A socket bound to the address, before any work is done.

    Raises ConfigError when the address cannot be listened on.
    """
    try:
        family = socket.getaddrinfo(config.host, config.port, type=socket.SOCK_STREAM)[0][0]
    except OSError as error:
        raise ConfigError(f"{config.host}: no such address; choose one with --host") from error
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((config.host, config.port))
        if config.workers == 1:
            bound.listen(socket.SOMAXCONN)
    except OSError as error:
        bound.close()
        raise ConfigError(
            f"cannot listen on {config.host}:{config.port} ({error.strerror}); "
            "stop the other program or choose another port with --port"
        ) from error
    return bound


def run_server(config: Config, bound: socket.socket) -> None:
    """Serve on the bound socket until interrupted; running requests are finished first."""
    import uvicorn

    from aztr_qa.api import create_app
    from aztr_qa.api.live import LiveService

    options: dict[str, Any] = {
        "log_level": "warning",
        "access_log": False,
        "timeout_graceful_shutdown": 10,
    }
    port = bound.getsockname()[1]
    if config.workers > 1:
        bound.close()  # each worker binds anew
        _export(config)
        _announce(config, port)
        factory = "aztr_qa.api:create_app_from_environment"
        uvicorn.run(
            factory, factory=True, workers=config.workers, host=config.host, port=port, **options
        )
        return
    live = LiveService(config)
    live.load()
    server = uvicorn.Server(uvicorn.Config(create_app(live, config), **options))
    _announce(config, port)
    server.run(sockets=[bound])


def _export(config: Config) -> None:
    """Worker processes read their settings from the environment."""
    os.environ["AZTR_QA_INDEX"] = str(config.index_dir)
    os.environ["AZTR_QA_CORPUS"] = ":".join(str(folder) for folder in config.corpus_dirs)


def _announce(config: Config, port: int) -> None:
    address = f"http://{config.host}:{port}"
    example = '{"question": "When was the Shusha Declaration signed?"}'
    print(
        f"aztr-qa listens on {address} (stop with Ctrl-C)\n"
        f"  page      {address}/\n"
        f"  ask       curl -s {address}/v1/answers -H 'Content-Type: application/json' \\\n"
        f"                 -d '{example}'\n"
        f"  contract  {address}/openapi.json",
        file=sys.stderr,
        flush=True,
    )
