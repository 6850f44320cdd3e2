"""The tokenizer of the static model: unigram pieces of folded text."""

from collections.abc import Iterable

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

UNKNOWN = "[UNK]"
_APOSTROPHE = "['’‘ʼ`´]"


def train_tokenizer(texts: Iterable[str], *, n_pieces: int) -> Tokenizer:
    """A tokenizer whose normalizer folds as `aztr_qa.text.fold` does (a test holds the two
    equal).
    """
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(rf"{_APOSTROPHE}[sS]\b"), ""),
            normalizers.Replace(Regex(_APOSTROPHE), ""),
            normalizers.NFKD(),
            normalizers.Replace(Regex(r"\p{M}"), ""),
            normalizers.Lowercase(),
            normalizers.Replace("ə", "e"),
            normalizers.Replace("ı", "i"),
            normalizers.Replace(Regex(r"[^\p{L}\p{N}]+"), " "),
            normalizers.Strip(),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=n_pieces, special_tokens=[UNKNOWN], unk_token=UNKNOWN, show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer
