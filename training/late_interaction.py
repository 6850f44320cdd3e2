"""The last part of the training: vectors learn by the very score that finds passages.

A question's words look for their nearest words in a passage, as `aztr_qa.terms` does it when people
ask, with the same weights (but for words outside the sentence that asks, which count as the others
here). In each step some questions look for their passages among all of the step, in mixed
languages, and some texts for their translations as before (`static_model`), so that neither way of
comparing forgets the other. Half of the questions are real ones; the others are sentences whose
translation was hidden among other sentences. What ships lies half way between the vectors before
and after, which keeps the gains of both [1] (docs/decisions/0008).
[1] Wortsman et al. 2022, Robust fine-tuning of zero-shot models, section 3.
"""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch.nn import functional

from aztr_qa.terms import PRESENCE_FLOOR, PRESENCE_POWER
from aztr_qa.words import fold_words
from training.data import Row
from training.static_model import TrainingSet, compute_loss

# Single words and labels have nothing to hide among.
LEFT_OUT = {"names-iso-codes", "lexicon-multilingualwords", "massive-slots", "cldr"}
MAX_QUESTION_WORDS = 24
MAX_PASSAGE_WORDS = 140


@dataclass(frozen=True, slots=True)
class LateRecipe:
    """The settings of the last part; the defaults are the shipped ones."""

    n_steps: int = 2_400
    rate: float = 0.001
    n_questions: int = 96
    n_pairs: int = 512
    scale: float = 20.0  # a passage with every word of the question gets a logit of 20
    pair_scale: float = 10.0
    question_share: float = 0.5
    step_back: float = 0.5  # 0: the vectors after the last part; 1: those before it
    seed: int = 13


class Words:
    """Numbers and pieces of the words met so far."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._numbers: dict[str, int] = {}
        self._pieces: list[list[int]] = []

    def read(self, text: str, limit: int) -> NDArray[np.int64]:
        """The numbers of the first different words of a text."""
        words = list(dict.fromkeys(fold_words(text)))[:limit]
        return np.array([self._number(word) for word in words], dtype=np.int64)

    def sum_pieces(self, bag: torch.nn.EmbeddingBag, words: NDArray[np.int64]) -> torch.Tensor:
        """(n, dim): the vector of each word."""
        pieces = [self._pieces[number] for number in words]
        lengths = torch.tensor([len(ids) for ids in pieces])
        flat = torch.tensor([piece for ids in pieces for piece in ids])
        summed: torch.Tensor = bag(flat, torch.cumsum(lengths, 0) - lengths)
        return summed

    def _number(self, word: str) -> int:
        if word not in self._numbers:
            self._numbers[word] = len(self._pieces)
            self._pieces.append(self._tokenizer.encode(word, add_special_tokens=False).ids)
        return self._numbers[word]


@dataclass(frozen=True, slots=True)
class Example:
    """A question's and a passage's words; examples with the same answer are not each other's
    wrong ones.
    """

    question: NDArray[np.int64]
    passage: NDArray[np.int64]
    answer: int


def refine_vectors(
    vectors: NDArray[np.float32],
    rows: list[Row],
    data: TrainingSet,
    tokenizer: Tokenizer,
    recipe: LateRecipe,
) -> NDArray[np.float32]:
    """float32 (n_pieces, dim): the vectors between those given and those after the last part."""
    torch.manual_seed(recipe.seed)
    order, pair_order = random.Random(recipe.seed), np.random.default_rng(recipe.seed)
    bag = torch.nn.EmbeddingBag.from_pretrained(
        torch.from_numpy(vectors.copy()), freeze=False, mode="sum"
    )
    optimizer = torch.optim.Adam(bag.parameters(), lr=recipe.rate, fused=True)
    words, sampler = Words(tokenizer), _Sampler(rows, recipe, order)
    started, losses = time.perf_counter(), []
    for step in range(recipe.n_steps):
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate * (1 - step / recipe.n_steps)
        examples = [sampler.draw(words) for _ in range(recipe.n_questions)]
        scores = recipe.scale * score_examples(bag, words, examples)
        late = _cross_entropy(scores, torch.tensor([e.answer for e in examples]))
        pairs = data.pairs[pair_order.integers(0, len(data.pairs), recipe.n_pairs)]
        loss = late + compute_loss(bag, data, pairs, recipe.pair_scale)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it so
        optimizer.step()
        losses.append(late.item())
        if (step + 1) % 400 == 0:
            print(
                f"  late interaction, step {step + 1}/{recipe.n_steps}: "
                f"loss {np.mean(losses[-400:]):.4f}, {time.perf_counter() - started:.0f} s",
                flush=True,
            )
    after: NDArray[np.float32] = bag.weight.detach().numpy()
    return recipe.step_back * vectors + (1 - recipe.step_back) * after


class _Sampler:
    """Draws questions with their passages."""

    def __init__(self, rows: list[Row], recipe: LateRecipe, order: random.Random) -> None:
        self._asked = [row for row in rows if row.passages]
        self._plain = [
            row
            for row in rows
            if not row.passages
            and row.source not in LEFT_OUT
            and len(row.texts) > 1
            and all(len(text.split()) >= 4 for text in row.texts.values())
        ]
        self._answers = {
            passages["en"]: number
            for number, passages in enumerate(row.passages for row in self._asked if row.passages)
        }
        self._recipe = recipe
        self._order = order

    def draw(self, words: Words) -> Example:
        while True:
            if self._order.random() < self._recipe.question_share:
                question, passage, answer = self._draw_question()
            else:
                question, passage, answer = self._hide_sentence()
            asked = words.read(question, MAX_QUESTION_WORDS)
            given = words.read(passage, MAX_PASSAGE_WORDS)
            if len(asked) >= 2 and len(given) >= 3:
                return Example(asked, given, answer)

    def _draw_question(self) -> tuple[str, str, int]:
        row = self._order.choice(self._asked)
        passages = row.passages or {}
        question = self._order.choice(list(row.texts.values()))
        passage = self._order.choice(list(passages.values()))
        return question, passage, self._answers[passages["en"]]

    def _hide_sentence(self) -> tuple[str, str, int]:
        number = self._order.randrange(len(self._plain))
        row = self._plain[number]
        asked, given = self._order.sample(list(row.texts), 2)
        sentences = [row.texts[given]]
        for _ in range(self._order.randint(1, 4)):
            other = self._order.choice(self._plain)
            if given in other.texts:
                sentences.append(other.texts[given])
        self._order.shuffle(sentences)
        return row.texts[asked], " ".join(sentences), len(self._asked) + number


def score_examples(
    bag: torch.nn.EmbeddingBag, words: Words, examples: Sequence[Example]
) -> torch.Tensor:
    """(n, n): how much of each question each passage holds, in [0, 1]."""
    asked, asked_at = np.unique(np.concatenate([e.question for e in examples]), return_inverse=True)
    given, given_at = np.unique(np.concatenate([e.passage for e in examples]), return_inverse=True)
    sums = words.sum_pieces(bag, asked)
    similarities = (
        functional.normalize(sums) @ functional.normalize(words.sum_pieces(bag, given)).T
    ).clamp(min=0)
    # One more column, which is never the nearest, fills the shorter passages up.
    similarities = functional.pad(similarities, (0, 1), value=-1.0)
    lengths = [len(e.passage) for e in examples]
    places = np.full((len(examples), max(lengths)), len(given))
    for row, own in zip(places, np.split(given_at, np.cumsum(lengths)[:-1]), strict=True):
        row[: len(own)] = own
    nearest = similarities[:, torch.from_numpy(places.ravel())]
    nearest = nearest.reshape(len(asked), *places.shape).amax(dim=2)
    with torch.no_grad():
        presence = (nearest**PRESENCE_POWER).mean(dim=1)
        rarity = torch.log1p(1 / (presence + PRESENCE_FLOOR))
    weights = sums.norm(dim=1) * rarity
    scores = []
    for own in np.split(asked_at, np.cumsum([len(e.question) for e in examples])[:-1]):
        at = torch.from_numpy(own)
        scores.append(weights[at] / weights[at].sum() @ nearest[at])
    return torch.stack(scores)


def _cross_entropy(scores: torch.Tensor, answers: torch.Tensor) -> torch.Tensor:
    """Of questions over passages and of passages over questions."""
    target = torch.arange(len(scores))
    same = (answers[:, None] == answers[None, :]) & (target[:, None] != target[None, :])
    scores = scores.masked_fill(same, float("-inf"))
    return (
        functional.cross_entropy(scores, target) + functional.cross_entropy(scores.T, target)
    ) / 2
