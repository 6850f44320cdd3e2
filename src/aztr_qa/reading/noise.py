"""What stands on a page but is not its text: running heads, page numbers, footnotes, stray
links.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace

from aztr_qa.reading.lines import Line, number_pages

_BARE_NUMBER = re.compile(r"^\d{1,3}$")
_URL_LINE = re.compile(r"^/?(?:https?://|www\.)\S+$")
_NOTE_START = re.compile(r"^(\d{1,3}|\*{1,3})\s?(?=\S)")


@dataclass(frozen=True, slots=True)
class Footnote:
    """A note at the foot of a page: its mark ("12", "*") and its lines without the mark."""

    mark: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a file with the noise set apart; nothing is thrown away."""

    lines: list[Line]
    footnotes: list[Footnote]
    set_aside: list[Line]  # running heads, page numbers, stray links


def set_noise_apart(lines: list[Line]) -> Page:
    """Split off running heads, page numbers, footnotes and links at page ends; pages get
    numbered.
    """
    heads = _find_running_heads(lines)
    aside = [line for line in lines if line.number in heads]
    printed = {}
    kept: list[Line] = []
    turned = False
    for line in lines:
        if line.number in heads:
            if _BARE_NUMBER.match(line.text):
                printed[line.number] = int(line.text)
            turned = True
            continue
        # The first line after a running head begins the page that the head stands on.
        kept.append(replace(line, starts_page=True, gap=max(line.gap, 2)) if turned else line)
        turned = False
    anchors = {}
    for number, page in printed.items():
        following = next((line for line in kept if line.number > number), None)
        if following:
            anchors[following.number] = page
    kept = number_pages(kept, anchors)
    kept, strays = _split_links(kept)
    kept, footnotes = _split_footnotes(kept)
    return Page(_remove_calls(kept, footnotes), footnotes, aside + strays)


def _find_running_heads(lines: list[Line]) -> set[int]:
    counts = Counter(line.text for line in lines)
    heads = {
        line.number
        for line in lines
        if counts[line.text] >= 3
        and len(line.text) >= 20
        and not line.is_terminated
        and not _URL_LINE.match(line.text)
    }
    for position, line in enumerate(lines):
        if not _BARE_NUMBER.match(line.text) or position == 0:
            continue
        before = lines[position - 1]
        # A number alone is a page number only beside a running head or a gap: tables have bare
        # numbers too.
        if before.number in heads:
            heads.add(line.number)
        elif before.gap >= 2 and len(before.text) >= 10 and not before.is_terminated:
            heads |= {before.number, line.number}
        elif line.gap >= 3:
            heads.add(line.number)
    return heads


def _split_links(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """Links that stand alone after a finished line, or before a new page, belong to no sentence."""
    kept: list[Line] = []
    strays: list[Line] = []
    for position, line in enumerate(lines):
        following = lines[position + 1] if position + 1 < len(lines) else None
        finished = not kept or kept[-1].text.endswith((".", ")", "?", "!"))
        at_page_end = (
            following is None or following.starts_page or bool(_URL_LINE.match(following.text))
        )
        if _URL_LINE.match(line.text) and (finished or at_page_end):
            strays.append(line)
        else:
            kept.append(line)
    return kept, strays


def _split_footnotes(lines: list[Line]) -> tuple[list[Line], list[Footnote]]:
    """Notes run from a ruling to the next page start; each begins with its mark."""
    kept: list[Line] = []
    notes: list[Footnote] = []
    in_notes = False
    for line in lines:
        if in_notes and (line.starts_page or (line.gap >= 3 and not line.ruled)):
            in_notes = False
        if line.ruled and _NOTE_START.match(line.text):
            in_notes = True
        if not in_notes:
            kept.append(line)
            continue
        match = _NOTE_START.match(line.text)
        if match and _is_next_mark(match[1], notes):
            text = line.text[match.end() :]
            notes.append(Footnote(match[1], (replace(line, text=text),)))
        elif notes:
            notes[-1] = replace(notes[-1], lines=(*notes[-1].lines, line))
    return kept, notes


def _is_next_mark(mark: str, notes: list[Footnote]) -> bool:
    numbers = [int(note.mark) for note in notes if note.mark.isdigit()]
    return mark.startswith("*") or not numbers or int(mark) == numbers[-1] + 1


def _remove_calls(lines: list[Line], notes: list[Footnote]) -> list[Line]:
    """The lines without the marks that call the notes, which are glued to a word or its
    punctuation.
    """
    cleaned = list(lines)
    position = 0
    for note in notes:
        limit = note.lines[0].number
        # No page is longer than 150 lines; a call stands on the page of its note.
        nearby = range(position, len(cleaned))
        nearby_lines = [i for i in nearby if limit - 150 <= cleaned[i].number <= limit]
        position = (
            _remove_call(cleaned, nearby_lines, note.mark, after=r"[^\W\d_A-Z.]|[.,;:!?”\"’)]")
            or position
        )
    numbers = [int(note.mark) for note in notes if note.mark.isdigit()]
    if len(numbers) > 1:
        # A note that was lost with its page may leave its call behind; after a full stop it is no
        # figure.
        rest = list(range(position, len(cleaned)))
        _remove_call(cleaned, rest, str(numbers[-1] + 1), after=r"[^\W\d_][.!?”]")
    return cleaned


def _remove_call(lines: list[Line], positions: list[int], mark: str, *, after: str) -> int | None:
    """Cut the first call of a mark out of the lines, in place; the position of its line, or
    None.
    """
    behind = "|".join(f"(?<={one})" for one in after.split("|"))
    call = re.compile(rf"(?:{behind}){re.escape(mark)}(?!\w)(?!-)")
    for position in positions:
        match = call.search(lines[position].text)
        if match:
            text = lines[position].text
            lines[position] = replace(
                lines[position], text=text[: match.start()] + text[match.end() :]
            )
            return position
    return None
