"""Reading: a file becomes an `Article`, a folder becomes a corpus."""

from aztr_qa.reading.corpus import Corpus, Problem, read_corpus
from aztr_qa.reading.markdown import read_markdown
from aztr_qa.reading.plain import read_plain

__all__ = ["Corpus", "Problem", "read_corpus", "read_markdown", "read_plain"]
