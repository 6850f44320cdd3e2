"""aztr-qa: cited answers about the Azerbaijan–Türkiye partnership in three languages."""

__version__ = "0.1.0"
