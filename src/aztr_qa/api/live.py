"""The live service: swapped for a new generation while requests go on."""

import logging
import threading

from aztr_qa.config import Config
from aztr_qa.embed import load_embedder
from aztr_qa.errors import IndexMissingError
from aztr_qa.generations import read_current
from aztr_qa.service import Service

_log = logging.getLogger(__name__)
POLL_SECONDS = 1.0


class LiveService:
    """Holds the service of the live generation; a request keeps the one that it began with."""

    def __init__(self, config: Config) -> None:
        """Nothing is loaded yet: call `load`."""
        self._config = config
        self._service: Service | None = None
        self._embedder = None if config.model else load_embedder(None)
        self._stop = threading.Event()
        self._watcher: threading.Thread | None = None

    def load(self) -> None:
        """Load the live generation. Raises IndexMissingError or IndexMismatchError."""
        if self._embedder is None:
            self._embedder = load_embedder(self._config.model)
        self._service = Service.open(self._config, embedder=self._embedder)

    def get(self) -> Service:
        """The service. Raises IndexMissingError while there is none."""
        if self._service is None:
            raise IndexMissingError("no index is loaded yet; run: aztr-qa index")
        return self._service

    @property
    def is_ready(self) -> bool:
        """Whether a generation is loaded."""
        return self._service is not None

    def watch(self) -> None:
        """Look for a new generation every second, in the background, until `close`."""
        self._watcher = threading.Thread(target=self._poll, name="generation-watcher", daemon=True)
        self._watcher.start()

    def close(self) -> None:
        """Stop watching."""
        self._stop.set()

    def _poll(self) -> None:
        told = ""
        while not self._stop.wait(POLL_SECONDS):
            try:
                self._swap_if_new()
                told = ""
            except (
                Exception
            ) as error:  # whatever is wrong with the new index, the old one serves on
                if str(error) != told:  # said once, not every second
                    _log.warning("the new generation cannot be used: %s", error)
                told = str(error)

    def _swap_if_new(self) -> None:
        current = read_current(self._config.index_dir)
        if self._service is None or self._service.manifest.id != current:
            # The old service is not closed: a request may still read from it; it goes with its
            # last reader.
            self.load()
            _log.info("now serving generation %s", current)
