"""Token vectors learned from aligned text: one vector per piece, a text is the sum of its pieces.

The loss is in-batch contrastive in both directions [1], with rows that say the same thing masked
out.
[1] van den Oord et al. 2018, Representation Learning with Contrastive Predictive Coding, eq. 4.
"""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch.nn import functional


@dataclass(frozen=True, slots=True)
class Recipe:
    """The settings of one training run; the defaults are the shipped ones."""

    n_pieces: int = 32_000
    dim: int = 384
    batch_size: int = 1024
    scale: float = 10.0  # cosine 1.0 becomes a logit of 10; see docs/decisions/0007
    random_epochs: int = 4
    random_rate: float = 0.01
    bucket_epochs: int = 3
    bucket_rate: float = 0.002
    authored_repeats: int = 5
    seed: int = 13


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts that say the same thing, as piece ids, and the row they came from."""

    left: list[int]
    right: list[int]
    row: int


def train_vectors(pairs: list[Pair], tokenizer: Tokenizer, recipe: Recipe) -> NDArray[np.float32]:
    """float32 (n_pieces, dim): the vector of each piece; its length is the weight of the piece."""
    torch.manual_seed(recipe.seed)
    order = random.Random(recipe.seed)
    n_pieces = tokenizer.get_vocab_size()
    bag = torch.nn.EmbeddingBag(n_pieces, recipe.dim, mode="sum")
    torch.nn.init.normal_(bag.weight, std=recipe.dim**-0.5)
    phases = [
        (recipe.random_epochs, recipe.random_rate, _random_batches),
        (recipe.bucket_epochs, recipe.bucket_rate, _bucketed_batches),
    ]
    for n_epochs, rate, make_batches in phases:
        optimizer = torch.optim.Adam(bag.parameters(), lr=rate)
        n_steps = n_epochs * (len(pairs) // recipe.batch_size)
        step = 0
        for epoch in range(n_epochs):
            started, losses = time.perf_counter(), []
            for batch in make_batches(pairs, recipe.batch_size, order):
                for group in optimizer.param_groups:
                    group["lr"] = rate * (1 - step / max(1, n_steps))
                loss = _contrastive_loss(bag, batch, recipe.scale)
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it so
                optimizer.step()
                losses.append(loss.item())
                step += 1
            seconds = time.perf_counter() - started
            print(
                f"  {make_batches.__name__[1:]} {epoch + 1}/{n_epochs}: "
                f"loss {np.mean(losses):.4f}, {seconds:.0f} s",
                flush=True,
            )
    return bag.weight.detach().numpy()


def _contrastive_loss(bag: torch.nn.EmbeddingBag, batch: list[Pair], scale: float) -> torch.Tensor:
    left = functional.normalize(_sum_pieces(bag, [pair.left for pair in batch]))
    right = functional.normalize(_sum_pieces(bag, [pair.right for pair in batch]))
    logits = scale * left @ right.T
    rows = torch.tensor([pair.row for pair in batch])
    same_row = (rows[:, None] == rows[None, :]) & ~torch.eye(len(batch), dtype=torch.bool)
    logits = logits.masked_fill(same_row, float("-inf"))
    target = torch.arange(len(batch))
    return (
        functional.cross_entropy(logits, target) + functional.cross_entropy(logits.T, target)
    ) / 2


def _sum_pieces(bag: torch.nn.EmbeddingBag, texts: list[list[int]]) -> torch.Tensor:
    lengths = torch.tensor([len(ids) for ids in texts])
    offsets = torch.cumsum(lengths, 0) - lengths
    flat = torch.tensor([piece for ids in texts for piece in ids])
    summed: torch.Tensor = bag(flat, offsets)
    return summed


def _random_batches(
    pairs: list[Pair], batch_size: int, order: random.Random
) -> Iterator[list[Pair]]:
    shuffled = order.sample(pairs, len(pairs))
    for start in range(0, len(shuffled) - batch_size + 1, batch_size):
        yield shuffled[start : start + batch_size]


def _bucketed_batches(
    pairs: list[Pair], batch_size: int, order: random.Random
) -> Iterator[list[Pair]]:
    """Batches of texts of like length: their negatives are harder to tell apart."""
    lengths = [(len(pair.left) + len(pair.right)) * order.uniform(0.9, 1.1) for pair in pairs]
    by_length = sorted(range(len(pairs)), key=lengths.__getitem__)
    starts = list(range(0, len(pairs) - batch_size + 1, batch_size))
    order.shuffle(starts)
    for start in starts:
        yield [pairs[i] for i in by_length[start : start + batch_size]]
