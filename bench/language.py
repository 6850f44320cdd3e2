"""How often the language guesser is right: `python -m bench.language --data ../shared/data/bench`.

On NTREX sentences, whole and cut to three words, as written and typed without diacritics.
"""

import argparse
import gzip
from pathlib import Path

from aztr_qa.embed import SHIPPED_MODEL
from aztr_qa.language import LanguageGuesser
from aztr_qa.records import LANGUAGES

_PLAIN = str.maketrans("əçğışöüİƏÇĞŞÖÜ", "ecgisouIECGSOU")


def main() -> None:
    """Print one line a language."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    path = parser.parse_args().data / "ntrex.az-tr-en.tsv.gz"
    guesser = LanguageGuesser.load(SHIPPED_MODEL)
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    for column, language in enumerate(LANGUAGES):
        whole = [row[column] for row in rows]
        variants = {
            "whole": whole,
            "three words": [" ".join(text.split()[:3]) for text in whole],
            "whole, plain": [text.translate(_PLAIN) for text in whole],
        }
        figures = {
            name: sum(guesser.guess(text)[0] == language for text in texts) / len(texts)
            for name, texts in variants.items()
        }
        print(language, "  ".join(f"{name} {value:.3f}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
