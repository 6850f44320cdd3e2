"""Gold questions: what is asked, and where the answer stands, as a place and a short pattern of the
fact.

Evidence in an article is a language and a pattern; evidence in an aligned digest is a paragraph id
and one pattern a language, and counts in each of them.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aztr_qa.errors import GoldError
from aztr_qa.records import LANGUAGES, Language, Passage


@dataclass(frozen=True, slots=True)
class Place:
    """An article, a language and a regular expression that the passage with the fact matches.

    paragraph: the id of an aligned paragraph ("p12"), which must then be the passage's own; fact:
    which of the question's facts stands there, 1 unless it asks for several.
    """

    article: str
    language: Language
    pattern: re.Pattern[str]
    paragraph: str | None = None
    fact: int = 1

    def matches(self, passage: Passage) -> bool:
        """Whether the passage holds the fact; white space in it counts as single spaces."""
        return (
            passage.article_id == self.article
            and passage.language == self.language
            and (
                self.paragraph is None or passage.sibling_key == f"{self.article}#{self.paragraph}"
            )
            and self.pattern.search(" ".join(passage.text.split())) is not None
        )


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question with every place that answers it; one of them is enough for each of its facts.

    history: the questions asked before it, oldest first; turn: what makes it a follow-up of them.
    """

    id: str
    question: str
    language: Language
    kind: str
    style: str
    is_answerable: bool
    answer: str
    evidence: tuple[Place, ...]
    why: str = ""  # why it cannot be answered: near_miss, off_topic, injection
    history: tuple[str, ...] = ()
    turn: str = ""

    @property
    def is_aligned(self) -> bool:
        """Whether the evidence is aligned paragraphs, so that every language has the answer."""
        return any(place.paragraph is not None for place in self.evidence)

    @property
    def pair(self) -> str:
        """ "az>tr": the question's language, then that of its first evidence; "az>any" when every
        language has it, "az>-" without evidence.
        """
        if self.is_aligned:
            return f"{self.language}>any"
        return f"{self.language}>{self.evidence[0].language if self.evidence else '-'}"

    @property
    def conversation(self) -> str:
        """The question behind those before it, for people."""
        return " … ".join([*self.history, self.question])

    @property
    def facts(self) -> frozenset[int]:
        """The facts that a full answer holds."""
        return frozenset(place.fact for place in self.evidence)

    def find_facts(self, passage: Passage) -> frozenset[int]:
        """The facts that the passage holds."""
        return frozenset(place.fact for place in self.evidence if place.matches(passage))

    def find_quoted(self, quote: str, passage: Passage) -> frozenset[int]:
        """The facts that a quote from the passage holds itself."""
        plain = " ".join(quote.split())
        return frozenset(
            place.fact
            for place in self.evidence
            if place.matches(passage) and place.pattern.search(plain) is not None
        )


def read_gold(paths: Iterable[Path]) -> list[GoldQuestion]:
    """The questions of JSON Lines files, in order.

    Raises GoldError naming the file and line for a missing file, bad JSON, a bad pattern or a
    repeated id.
    """
    questions: dict[str, GoldQuestion] = {}
    for path in paths:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise GoldError(
                f"{path}: cannot be read ({error}); give a JSON Lines file with --gold"
            ) from error
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            question = _parse(line, f"{path}:{number}")
            if question.id in questions:
                raise GoldError(
                    f"{path}:{number}: id {question.id!r} is used twice; ids must differ"
                )
            questions[question.id] = question
    if not questions:
        raise GoldError("no gold question in the files; see eval/README.md for the format")
    return list(questions.values())


def _parse(line: str, where: str) -> GoldQuestion:
    try:
        fields = json.loads(line)
        evidence = tuple(place for entry in fields.get("evidence", []) for place in _places(entry))
        answerable = fields["answerable"]
        if not isinstance(answerable, bool):
            raise TypeError(f"answerable {answerable!r}, expected true or false")
        question = GoldQuestion(
            id=_text(fields["id"]),
            question=_text(fields["question"]),
            language=_language(fields["language"]),
            kind=_text(fields.get("kind", "fact")),
            style=_text(fields.get("style", "plain")),
            is_answerable=answerable,
            answer=str(fields.get("answer", "")),
            evidence=evidence,
            why=_text(fields.get("why", "unknown")) if not answerable else "",
            history=_texts(fields.get("history", [])),
            turn=str(fields.get("turn", "")),
        )
    except (ValueError, KeyError, TypeError, AttributeError, re.error) as error:
        raise GoldError(
            f"{where}: not a gold question ({error!r}); see eval/README.md for the format"
        ) from error
    if answerable != bool(evidence):
        raise GoldError(
            f"{where}: an answerable question needs evidence, an unanswerable one has none"
        )
    if len({place.paragraph is None for place in evidence}) > 1:
        raise GoldError(
            f"{where}: evidence with and without paragraph ids; give one question one kind of it"
        )
    return question


def _places(entry: dict[str, Any]) -> list[Place]:
    article, fact = _text(entry["article"]), entry.get("fact", 1)
    if not isinstance(fact, int) or isinstance(fact, bool) or fact < 1:
        raise ValueError(f"fact {fact!r}, expected 1 or more")
    if "paragraph" not in entry:
        return [
            Place(
                article,
                _language(entry["language"]),
                re.compile(_text(entry["pattern"])),
                fact=fact,
            )
        ]
    patterns = entry["patterns"]
    if set(patterns) != set(LANGUAGES):
        raise ValueError(f"patterns for {sorted(patterns)}, expected one for each language")
    paragraph = _text(entry["paragraph"])
    return [
        Place(article, language, re.compile(_text(patterns[language])), paragraph, fact)
        for language in LANGUAGES
    ]


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{value!r}, expected text")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError(f"{value!r}, expected a list of texts")
    return tuple(map(_text, value))


def _language(value: str) -> Language:
    for language in LANGUAGES:
        if value == language:
            return language
    raise ValueError(f"language {value!r}, expected one of {', '.join(LANGUAGES)}")
