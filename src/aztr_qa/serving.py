"""Starting the HTTP server: the port is checked first, the index before the door opens."""

import os
import socket
import sys
from typing import Any

from aztr_qa.config import Config
from aztr_qa.errors import ConfigError


def check_port(config: Config) -> None:
    """Raises ConfigError when the address cannot be listened on, before any work is done."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except OSError as error:
            raise ConfigError(
                f"cannot listen on {config.host}:{config.port} ({error.strerror}); "
                "stop the other program or choose another port with --port"
            ) from error


def run_server(config: Config) -> None:
    """Serve until interrupted; running requests are finished first."""
    import uvicorn

    from aztr_qa.api import create_app
    from aztr_qa.api.live import LiveService

    options: dict[str, Any] = {
        "host": config.host,
        "port": config.port,
        "log_level": "warning",
        "access_log": False,
        "timeout_graceful_shutdown": 10,
    }
    if config.workers > 1:
        _export(config)
        _announce(config)
        uvicorn.run(
            "aztr_qa.api:create_app_from_environment",
            factory=True,
            workers=config.workers,
            **options,
        )
        return
    live = LiveService(config)
    live.load()
    _announce(config)
    uvicorn.run(create_app(live, config), **options)


def _export(config: Config) -> None:
    """Worker processes read their settings from the environment."""
    os.environ["AZTR_QA_INDEX"] = str(config.index_dir)
    os.environ["AZTR_QA_CORPUS"] = ":".join(str(folder) for folder in config.corpus_dirs)


def _announce(config: Config) -> None:
    address = f"http://{config.host}:{config.port}"
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
