"""Every error a user can meet, each with a message that says what to do next.

AztrQaError
├── ConfigError         a setting cannot be used
├── CorpusError         a corpus folder is missing, or holds nothing that can be read
├── ArticleError        one file cannot be read
├── ModelError          the embedding model cannot be loaded
├── IndexMissingError   there is no index to answer from
├── IndexMismatchError  the index is damaged, or was made by another model or a newer version
├── QuestionError       the question cannot be asked
├── NotFoundError       no passage or article has this id
└── GoldError           a gold file cannot be used
"""


class AztrQaError(Exception):
    """What was found, what was expected, and the next step, in one line."""


class ConfigError(AztrQaError):
    """A setting cannot be used."""


class CorpusError(AztrQaError):
    """A corpus folder is missing, or holds nothing that can be read."""


class ArticleError(AztrQaError):
    """One file cannot be read as an article."""


class ModelError(AztrQaError):
    """The embedding model cannot be loaded."""


class IndexMissingError(AztrQaError):
    """There is no index to answer from."""


class IndexMismatchError(AztrQaError):
    """The index is damaged, or was made by another model or a newer version."""


class QuestionError(AztrQaError):
    """The question cannot be asked."""


class NotFoundError(AztrQaError):
    """No passage or article has this id."""


class GoldError(AztrQaError):
    """A gold file cannot be used."""
