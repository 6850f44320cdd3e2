"""The shipped model without torch, and what must hold for any model."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from aztr_qa.embed import SHIPPED_MODEL, StaticEmbedder, load_embedder
from aztr_qa.errors import ModelError
from aztr_qa.text import fold

TOKENIZER = Tokenizer.from_file(str(SHIPPED_MODEL / "tokenizer.json"))
TEXTS = [
    "Şuşa Bəyannaməsi nə vaxt imzalanıb?",
    "Türkiye ile Azerbaycan arasındaki tatbikatlar",
    "Where was the Shusha Declaration signed?",
    "x",
    "",
    "İ I ı i ə ğ",
    "ışıq " * 300,
]


def test_rows_are_unit_and_a_text_without_words_is_zero(embedder: StaticEmbedder) -> None:
    rows = embedder.embed_passages(TEXTS)
    lengths = np.linalg.norm(rows, axis=1)
    assert rows.shape == (len(TEXTS), embedder.dim)
    assert np.allclose(lengths[[0, 1, 2, 3, 5, 6]], 1, atol=1e-5)
    assert lengths[4] == 0


def test_batches_do_not_change_vectors(embedder: StaticEmbedder) -> None:
    together = embedder.embed_passages(TEXTS)
    alone = np.concatenate([embedder.embed_passages([text]) for text in TEXTS])
    assert np.allclose(together, alone, atol=1e-6)
    assert embedder.embed_passages([]).shape == (0, embedder.dim)


@given(st.text("aəbcçdefgğhxıiİIjkqlmnoöprsştuüvyz ’'.,-0123456789"))
def test_tokenizer_folds_as_text_does(text: str) -> None:
    assert TOKENIZER.normalizer.normalize_str(text) == fold(text)


def test_translations_lie_nearer_than_other_sentences(embedder: StaticEmbedder) -> None:
    az = ["Şuşa Bəyannaməsi imzalandı.", "Dəmir yolu açıldı.", "Hərbi təlim keçirildi."]
    tr = ["Şuşa Beyannamesi imzalandı.", "Demir yolu açıldı.", "Askerî tatbikat yapıldı."]
    en = [
        "The Shusha Declaration was signed.",
        "The railway was opened.",
        "A military exercise was held.",
    ]
    rows = {
        name: embedder.embed_passages(texts) for name, texts in (("az", az), ("tr", tr), ("en", en))
    }
    for left, right in (("az", "tr"), ("az", "en"), ("tr", "en")):
        assert (rows[left] @ rows[right].T).argmax(axis=1).tolist() == [0, 1, 2], (left, right)


def test_model_folder_is_small_and_complete() -> None:
    assert (
        sum(path.stat().st_size for path in SHIPPED_MODEL.rglob("*") if path.is_file())
        <= 32_000_000
    )
    modules = json.loads((SHIPPED_MODEL / "modules.json").read_text(encoding="utf-8"))
    assert [module["type"].rsplit(".", 1)[1] for module in modules] == [
        "StaticEmbedding",
        "Normalize",
    ]


def test_folder_that_is_no_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="not a static embedding model"):
        StaticEmbedder.load(tmp_path)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_torch_free_path_equals_sentence_transformers(embedder: StaticEmbedder) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(SHIPPED_MODEL), device="cpu")
    # As stored, in half precision, sentence-transformers sums with half the digits; in single
    # precision it is exact.
    assert np.abs(model.encode(TEXTS[:4]) - embedder.embed_passages(TEXTS[:4])).max() < 2e-3
    exact = model.float().encode([text for text in TEXTS if text])
    assert np.abs(exact - embedder.embed_passages([text for text in TEXTS if text])).max() < 1e-6


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_any_sentence_transformers_folder_can_be_used() -> None:
    other = load_embedder(str(SHIPPED_MODEL))
    assert type(other).__name__ == "SentenceTransformerEmbedder"
    assert other.dim == StaticEmbedder.load(SHIPPED_MODEL).dim
    assert np.allclose(np.linalg.norm(other.embed_question("Şuşa haradadır?")), 1, atol=1e-5)
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_embedder(str(SHIPPED_MODEL.parent / "web"))
