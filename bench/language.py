"""How often the language guesser is right: `python -m bench.language --data ../shared/data/bench`.

On NTREX sentences, whole and cut to three words, as written and typed without diacritics.
"""

import argparse
import gzip
from collections.abc import Callable
from pathlib import Path

from aztr_qa.embed import SHIPPED_MODEL
from aztr_qa.language import LanguageGuesser
from aztr_qa.records import LANGUAGES

_PLAIN = str.maketrans("əçğışöüİƏÇĞŞÖÜ", "ecgisouIECGSOU")


def main() -> None:
    """Print one line a kind of text."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    for name, shares in measure(parser.parse_args().data).items():
        print(
            f"{name:14}", "  ".join(f"{language} {share:.4f}" for language, share in shares.items())
        )


def measure(data: Path) -> dict[str, dict[str, float]]:
    """The share in [0, 1] that is guessed right, by kind of text, then by language and their
    mean.
    """
    guesser = LanguageGuesser.load(SHIPPED_MODEL)
    with gzip.open(data / "ntrex.az-tr-en.tsv.gz", "rt", encoding="utf-8") as file:
        columns = list(zip(*(line.rstrip("\n").split("\t") for line in file), strict=True))
    kinds: dict[str, Callable[[str], str]] = {
        "whole": str,
        "three words": lambda text: " ".join(text.split()[:3]),
        "plain": lambda text: text.translate(_PLAIN),
    }
    figures = {}
    for kind, change in kinds.items():
        shares: dict[str, float] = {
            language: sum(guesser.guess(change(text))[0] == language for text in texts) / len(texts)
            for language, texts in zip(LANGUAGES, columns, strict=True)
        }
        figures[kind] = {**shares, "mean": sum(shares.values()) / len(shares)}
    return figures


if __name__ == "__main__":
    main()
