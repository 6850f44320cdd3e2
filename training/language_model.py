"""Train the language guesser: `python -m training.language_model --data … --articles …`.

A softmax over hashed features of words, fitted on beginnings and pieces of sentences, and on words
drawn from word lists, each with and without diacritics. Names of people and firms are strewn in, so
that they come to mean nothing.
"""

import argparse
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save_file
from torch.nn import functional

from aztr_qa.language import N_FEATURES, hash_features
from aztr_qa.records import LANGUAGES, Language
from aztr_qa.text import fold
from training.data import Row
from training.decontamination import read_trainable
from training.sources import read_words
from training.train import MODEL_DIR

N_SENTENCES = 45_000  # of a language, in each epoch others
N_WORD_DRAWS = 120_000  # of a language, in each epoch
N_PIECES = 2  # of a sentence, beside its beginning
# English names stand in English text anyway.
NAME_RATE: dict[Language, float] = {"az": 0.5, "tr": 0.5, "en": 0.3}
PLAIN_RATE = 0.25  # of the drawn words; of the sentences there is one plain copy each
# How names are declined: Turkish with an apostrophe, Azerbaijani without or with a hyphen.
_AZ_ENDINGS = re.findall(r"\w+", "ın in un ün nın nin nun nün a ə ya yə ı i u ü da də dan dən")
_TR_ENDINGS = re.findall(r"\w+", "ın in un ün nın nin nun nün a e ya ye ı i u ü da de dan den ta")
ENDINGS: dict[Language, tuple[str, ...]] = {
    "az": (",", *_AZ_ENDINGS, *(f"-{ending}" for ending in _AZ_ENDINGS)),
    "tr": (",", *(mark + ending for ending in _TR_ENDINGS for mark in "'’")),
    "en": (",", "'s", "’s"),
}
EPOCHS = 4
RATE = 0.05
BATCH = 1024
SEED = 13
# Names and single words belong to no language; software labels are full of English.
LEFT_OUT = {"names-iso-codes", "lexicon-multilingualwords", "massive-slots", "cldr"}


def main() -> None:
    """Make examples, fit, save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=MODEL_DIR)
    parser.add_argument("--articles", type=Path, required=True, help="kept out of the training")
    arguments = parser.parse_args()
    rows, dropped = read_trainable(arguments.data, arguments.articles)
    print(f"{len(rows):,} rows; {dropped.total()} dropped, because they are tested", flush=True)
    weight, bias = fit(collect_text(rows))
    save(weight, bias, arguments.out / "language.safetensors")


def save(weight: NDArray[np.float32], bias: NDArray[np.float32], path: Path) -> None:
    """Write what `LanguageGuesser.load` reads: weights as 8-bit whole numbers with one scale."""
    scale = float(np.abs(weight).max()) / 127
    rounded = np.round(weight / scale).astype(np.int8)
    save_file(
        {
            "weight": rounded,
            "scale": np.array([scale], np.float32),
            "bias": bias.astype(np.float32),
        },
        path,
    )


@dataclass(frozen=True, slots=True)
class Text:
    """What examples are cut from; names are those to strew into each language."""

    sentences: dict[Language, list[str]]
    words: dict[Language, list[str]]
    names: dict[Language, list[str]]


def collect_text(rows: list[Row]) -> Text:
    """The sentences of the rows, and what the word lists hold."""
    sentences = collect_sentences(rows)
    return Text(sentences, *read_lists(sentences))


def make_examples(text: Text, order: random.Random) -> Iterator[tuple[str, Language]]:
    """Texts of one to six words and whole sentences, each with its language, one language after
    the other.
    """
    for language in LANGUAGES:
        own, words = text.sentences[language], text.words[language]
        for sentence in order.sample(own, min(N_SENTENCES, len(own))):
            parts = sentence.split()
            cuts = [parts[: order.randint(2, 4)]]
            for _ in range(N_PIECES):
                start = order.randrange(max(1, len(parts) - 1))
                cuts.append(parts[start : start + order.randint(2, 6)])
            for each in (
                sentence,
                *(strew(cut, text.names[language], language, order) for cut in cuts),
            ):
                yield each, language
                yield fold(each), language
        for _ in range(N_WORD_DRAWS):
            drawn = [order.choice(words) for _ in range(order.randint(1, 3))]
            if order.random() < 0.4:
                drawn[0] = capitalize(drawn[0], language)
            each = strew(drawn, text.names[language], language, order)
            yield (fold(each) if order.random() < PLAIN_RATE else each), language


def collect_sentences(rows: list[Row]) -> dict[Language, list[str]]:
    """The training sentences of three words or more by language, sorted, none twice."""
    found: dict[Language, set[str]] = {language: set() for language in LANGUAGES}
    for row in rows:
        if row.source in LEFT_OUT:
            continue
        for texts in (row.texts, row.passages or {}):
            for language in LANGUAGES:
                for sentence in re.split(r"(?<=[.!?])\s+", texts.get(language, "")):
                    if len(sentence.split()) >= 3:
                        found[language].add(sentence)
    return {language: sorted(own) for language, own in found.items()}


def read_lists(
    sentences: dict[Language, list[str]],
) -> tuple[dict[Language, list[str]], dict[Language, list[str]]]:
    """Words that are written small, by language, and the names to strew into each: words never
    written small in the English list, and for English those of the other lists, too.

    The lists were made from web pages and hold words of the neighbours: a word that another
    language lists too is kept only where the language's own sentences have it.
    """
    listed = {
        language: [word for word in read_words(language) if word.isalpha() and len(word) >= 3]
        for language in LANGUAGES
    }
    small = {language: {w for w in words if w == w.lower()} for language, words in listed.items()}
    everywhere = set().union(*small.values())
    never_small = {
        language: [w for w in words if w.istitle() and not {w.lower(), lower(w)} & everywhere]
        for language, words in listed.items()
    }
    # Names in the other lists are declined ("Yaponiyanın"), which tells their language.
    foreign = sorted({*never_small["az"], *never_small["tr"]})
    names = {language: sorted(never_small["en"]) for language in LANGUAGES}
    n_foreign = min(len(foreign), len(names["en"]))
    names["en"] += random.Random(SEED).sample(foreign, n_foreign)
    used = {
        language: {word for text in own for word in re.findall(r"\w+", text.lower())}
        for language, own in sentences.items()
    }
    words = {}
    for language in LANGUAGES:
        elsewhere = set().union(*(small[other] for other in LANGUAGES if other != language))
        words[language] = sorted((small[language] - elsewhere) | (small[language] & used[language]))
    return words, names


def lower(word: str) -> str:
    """The word in small letters, as Azerbaijani and Turkish have them."""
    return word.replace("İ", "i").replace("I", "ı").lower()


def capitalize(word: str, language: Language) -> str:
    """The word with a capital letter as its language writes it."""
    first = "İ" if word[0] == "i" and language != "en" else word[0].upper()
    return first + word[1:]


def strew(words: list[str], names: list[str], language: Language, order: random.Random) -> str:
    """The words as text, now and then with a name put between them or in the place of one; names
    take endings as the language writes them.
    """
    words = list(words)
    if order.random() < NAME_RATE[language]:
        name = order.choice(names)
        if order.random() < 0.5:
            name += order.choice(ENDINGS[language])
        place = order.randrange(len(words) + 1)
        if len(words) > 1 and place < len(words) and order.random() < 0.5:
            words[place] = name
        else:
            words.insert(place, name)
    return " ".join(words)


def fit(text: Text) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """weight (N_FEATURES, 3) and bias (3,) after a few epochs of Adam with a falling rate; each
    epoch cuts new examples, so that none is learned by heart.
    """
    order = random.Random(SEED)
    bag = torch.nn.EmbeddingBag(N_FEATURES, len(LANGUAGES), mode="sum")
    torch.nn.init.zeros_(bag.weight)
    bias = torch.nn.Parameter(torch.zeros(len(LANGUAGES)))
    optimizer = torch.optim.Adam([*bag.parameters(), bias], lr=RATE, fused=True)
    for epoch in range(EPOCHS):
        examples = [
            (hash_features(each), LANGUAGES.index(language))
            for each, language in make_examples(text, order)
        ]
        order.shuffle(examples)
        losses = []
        for start in range(0, len(examples), BATCH):
            done = (epoch + start / len(examples)) / EPOCHS
            for group in optimizer.param_groups:
                group["lr"] = RATE * (1 - done)
            features, labels = zip(*examples[start : start + BATCH], strict=True)
            lengths = torch.tensor([len(own) for own in features])
            # Damped by the root of the length, so that a long text is not a hundred votes.
            summed = bag(
                torch.from_numpy(np.concatenate(features)), torch.cumsum(lengths, 0) - lengths
            )
            logits = summed * lengths[:, None].float() ** -0.5 + bias
            loss = functional.cross_entropy(logits, torch.tensor(labels))
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it so
            optimizer.step()
            losses.append(loss.item())
        print(f"  epoch {epoch + 1}/{EPOCHS}: loss {np.mean(losses):.4f}", flush=True)
    return bag.weight.detach().numpy(), bias.detach().numpy()


if __name__ == "__main__":
    main()
