"""Token vectors learned from aligned text: one vector per piece, a text is the sum of its pieces.

The loss is in-batch contrastive in both directions [1], with texts that say the same masked out.
After a few epochs of random batches, texts that lie near each other meet in one batch: what is told
apart then is what is hard to tell apart (docs/decisions/0008).
[1] van den Oord et al. 2018, Representation Learning with Contrastive Predictive Coding, eq. 4.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

_CHUNK = 8_192  # texts embedded at a time


@dataclass(frozen=True, slots=True)
class Recipe:
    """The settings of one training run; the defaults are the shipped ones."""

    n_pieces: int = 32_000
    dim: int = 384
    batch_size: int = 1024
    scale: float = 10.0  # cosine 1.0 becomes a logit of 10; see docs/decisions/0007
    random_epochs: int = 3
    random_rate: float = 0.01
    near_epochs: int = 5
    near_rate: float = 0.002
    n_clusters: int = 1024
    clusters_per_batch: int = 2
    authored_repeats: int = 5
    seed: int = 13


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """Texts as piece ids, one after the other, and pairs of them.

    pieces: (n,) ids; starts, lengths: (n_texts,), where each text's begin and how many they are;
    pairs: (n_pairs, 3), the numbers of two texts that say the same and of the row they came from.
    """

    pieces: NDArray[np.int64]
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    pairs: NDArray[np.int64]

    def cut(self, texts: NDArray[np.int64]) -> tuple[torch.Tensor, torch.Tensor]:
        """The ids of the texts with these numbers, and where each begins."""
        lengths = self.lengths[texts]
        offsets = np.cumsum(lengths) - lengths
        positions = np.repeat(self.starts[texts] - offsets, lengths) + np.arange(lengths.sum())
        return torch.from_numpy(self.pieces[positions]), torch.from_numpy(offsets)


def train_vectors(data: TrainingSet, n_pieces: int, recipe: Recipe) -> NDArray[np.float32]:
    """float32 (n_pieces, dim): the vector of each piece; its length is the weight of the piece."""
    torch.manual_seed(recipe.seed)
    order = np.random.default_rng(recipe.seed)
    bag = torch.nn.EmbeddingBag(n_pieces, recipe.dim, mode="sum")
    torch.nn.init.normal_(bag.weight, std=recipe.dim**-0.5)
    for is_near, n_epochs, rate in (
        (False, recipe.random_epochs, recipe.random_rate),
        (True, recipe.near_epochs, recipe.near_rate),
    ):
        optimizer = torch.optim.Adam(bag.parameters(), lr=rate, fused=True)
        n_steps, step = n_epochs * (len(data.pairs) // recipe.batch_size), 0
        for epoch in range(n_epochs):
            started, losses = time.perf_counter(), []
            make = _make_near_batches if is_near else _make_random_batches
            for batch in make(bag, data, recipe, order):
                for group in optimizer.param_groups:
                    group["lr"] = rate * (1 - step / n_steps)
                loss = compute_loss(bag, data, data.pairs[batch], recipe.scale)
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it so
                optimizer.step()
                losses.append(loss.item())
                step += 1
            print(
                f"  {'near' if is_near else 'random'} batches, epoch {epoch + 1}/{n_epochs}: "
                f"loss {np.mean(losses):.4f}, {time.perf_counter() - started:.0f} s",
                flush=True,
            )
    return bag.weight.detach().numpy()


def compute_loss(
    bag: torch.nn.EmbeddingBag, data: TrainingSet, pairs: NDArray[np.int64], scale: float
) -> torch.Tensor:
    """The contrastive loss of a batch of pairs, a scalar; `scale` is the logit of cosine 1."""
    left = _embed(bag, data, pairs[:, 0])
    right = _embed(bag, data, pairs[:, 1])
    logits = scale * left @ right.T
    logits = logits.masked_fill(find_equals(torch.from_numpy(pairs)), float("-inf"))
    target = torch.arange(len(pairs))
    return (
        functional.cross_entropy(logits, target) + functional.cross_entropy(logits.T, target)
    ) / 2


def find_equals(pairs: torch.Tensor) -> torch.Tensor:
    """bool (n, n): where a text on the left may say the same as one on the right of another pair:
    their rows are one, or the pairs share a text on either side.
    """
    left, right, row = pairs.T
    equal: torch.Tensor = row[:, None] == row[None, :]
    for one, other in ((left, left), (right, right), (left, right), (right, left)):
        equal = equal | (one[:, None] == other[None, :])
    return equal & ~torch.eye(len(pairs), dtype=torch.bool)


def _embed(bag: torch.nn.EmbeddingBag, data: TrainingSet, texts: NDArray[np.int64]) -> torch.Tensor:
    return functional.normalize(bag(*data.cut(texts)))


def _make_random_batches(
    bag: torch.nn.EmbeddingBag, data: TrainingSet, recipe: Recipe, order: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    shuffled = order.permutation(len(data.pairs))
    for start in range(0, len(shuffled) - recipe.batch_size + 1, recipe.batch_size):
        yield shuffled[start : start + recipe.batch_size]


def _make_near_batches(
    bag: torch.nn.EmbeddingBag, data: TrainingSet, recipe: Recipe, order: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    """Batches of a few runs of pairs; in a run, one text of each pair lies near the same texts."""
    clusters = _cluster_texts(bag, data, recipe.n_clusters, order)
    sides = order.integers(0, 2, len(data.pairs))
    own = clusters[data.pairs[np.arange(len(data.pairs)), sides]]
    by_cluster = np.argsort(own + order.uniform(0, 0.999, len(own)))
    size = recipe.batch_size // recipe.clusters_per_batch
    runs = by_cluster[: len(by_cluster) // size * size].reshape(-1, size)
    runs = runs[order.permutation(len(runs))]
    n_batches = len(runs) // recipe.clusters_per_batch
    yield from runs[: n_batches * recipe.clusters_per_batch].reshape(n_batches, -1)


def _cluster_texts(
    bag: torch.nn.EmbeddingBag, data: TrainingSet, n_clusters: int, order: np.random.Generator
) -> NDArray[np.int64]:
    """(n_texts,): the nearest of as many texts drawn at random, numbered so that neighbours in
    number point in like directions.
    """
    texts = np.arange(len(data.lengths))
    with torch.no_grad():
        drawn = _embed(bag, data, order.choice(texts, n_clusters, replace=False))
        drawn = drawn[(drawn @ drawn[order.integers(n_clusters)]).argsort()]
        nearest = [
            (_embed(bag, data, texts[start : start + _CHUNK]) @ drawn.T).argmax(dim=1).numpy()
            for start in range(0, len(texts), _CHUNK)
        ]
    return np.concatenate(nearest)


def join_texts(encoded: Sequence[Sequence[int]], pairs: list[tuple[int, int, int]]) -> TrainingSet:
    """encoded: piece ids of each text; pairs: (left, right, row), numbers of texts and a row."""
    lengths = np.array([len(ids) for ids in encoded], dtype=np.int64)
    return TrainingSet(
        np.array([piece for ids in encoded for piece in ids], dtype=np.int64),
        np.cumsum(lengths) - lengths,
        lengths,
        np.array(pairs, dtype=np.int64),
    )
