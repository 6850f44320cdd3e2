"""Build, start and ask: `python -m bench.startup [--corpus DIR]`; times are of this machine, now.

Prints how long the index takes, how long `aztr-qa serve` needs from its start to its first answer,
how much memory it then holds, and how long answers take one after the other.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

QUESTIONS = (
    "Şuşa Bəyannaməsi nə vaxt imzalanıb?",
    "Bayraktar TB2 savaşta nasıl bir rol oynadı?",
    "Which exercises were held after the Karabakh war?",
)
N_ANSWERS = 60


def main() -> None:
    """Run the three measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    corpus = parser.parse_args().corpus
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "aztr_qa"]
        options = ["--corpus", str(corpus), "--index", folder]
        started = time.perf_counter()
        subprocess.run([*command, "index", *options], check=True)
        print(f"index           {time.perf_counter() - started:.2f} s")
        port = _find_port()
        started = time.perf_counter()
        server = subprocess.Popen(
            [*command, "serve", *options, "--port", str(port)], stderr=subprocess.DEVNULL
        )
        try:
            _wait_for_answer(port, QUESTIONS[0])
            print(f"first answer    {time.perf_counter() - started:.2f} s after the start")
            times = sorted(_time_answer(port, QUESTIONS[i % 3]) for i in range(N_ANSWERS))
            print(f"answers         p50 {times[N_ANSWERS // 2] * 1000:.1f} ms over HTTP")
            print(f"resident memory {_read_memory(server.pid):.0f} MB after {N_ANSWERS} answers")
        finally:
            server.terminate()
            server.wait()


def _find_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for_answer(port: int, question: str) -> None:
    for _ in range(1000):
        try:
            _time_answer(port, question)
            return
        except OSError:
            time.sleep(0.01)
    raise SystemExit("the server did not answer")


def _time_answer(port: int, question: str) -> float:
    started = time.perf_counter()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/v1/answers",
        json.dumps({"question": question}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        response.read()
    return time.perf_counter() - started


def _read_memory(process: int) -> float:
    """Resident set in MB, from Linux's own books."""
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
