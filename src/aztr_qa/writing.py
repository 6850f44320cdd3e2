"""A written answer over the quotes: each of its sentences with the quote that bears it out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from aztr_qa.answer import Answerer, make_answer_id
from aztr_qa.generate import Generator, write_answer
from aztr_qa.grounding import GenerationFailed, Grounded
from aztr_qa.language import LanguageGuesser
from aztr_qa.records import Answer, Citation, Hit, Language, Passage, Sentence
from aztr_qa.terms import TermIndex


@dataclass(frozen=True, slots=True)
class Writer:
    """Has a generator write over the quotes, and checks every sentence; immutable."""

    generator: Generator
    answerer: Answerer
    guesser: LanguageGuesser

    def write(self, answer: Answer, *, may_switch: bool) -> Answer:
        """The answer as a generator wrote it, with the quotes that its sentences rest on; the
        answer as it was, with the reason, when nothing usable came. A refusal is left alone.

        may_switch: whether a passage may be read in its sibling in the answer's language; the
        check of a sentence is surer within a language.
        """
        if answer.refused:
            return answer
        shown = [
            _choose_version(hit, answer.language if may_switch else None)
            for hit in answer.hits
            if any(sentence.quotable for sentence in hit.passage.sentences)
        ]
        written = write_answer(
            self.generator,
            answer.question,
            shown,
            answer_language=answer.language,
            terms=self.answerer.terms,
            guesser=self.guesser,
        )
        if isinstance(written, GenerationFailed):
            return replace(answer, generation_note=written.reason)
        return self._cite(answer, written, shown)

    def _cite(self, answer: Answer, written: Grounded, shown: Sequence[Passage]) -> Answer:
        citations: dict[tuple[str, int], Citation] = {}
        pieces = []
        for sentence in written.sentences:
            markers = []
            for number in sentence.numbers:
                passage = shown[number - 1]
                evidence = find_evidence(sentence.text, passage, self.answerer.terms)
                key = (passage.id, evidence.start)
                if key not in citations:
                    citations[key] = self.answerer.cite_sentence(
                        len(citations) + 1, passage, evidence
                    )
                markers.append(f"[{citations[key].marker}]")
            pieces.append(f"{sentence.text} {''.join(markers)}")
        text = " ".join(pieces)
        return replace(
            answer,
            id=make_answer_id(answer.question, answer.hits, answer.language, f"{answer.id} {text}"),
            text=text,
            citations=tuple(citations.values()),
            mode="generated",
            n_removed=written.n_removed,
        )


def find_evidence(written: str, passage: Passage, terms: TermIndex) -> Sentence:
    """The quotable sentence of the passage that holds most of a written one; the first of equals.

    The passage has one, or else this raises ValueError.
    """
    weights = terms.read_question(written).by_spelling

    def held(sentence: Sentence) -> float:
        text = passage.text[sentence.start - passage.start : sentence.end - passage.start]
        return float(terms.match_text(written, text) @ weights)

    return max((s for s in passage.sentences if s.quotable), key=held)


def _choose_version(hit: Hit, language: Language | None) -> Passage:
    versions = (hit.passage, *hit.siblings)
    return next((passage for passage in versions if passage.language == language), hit.passage)
