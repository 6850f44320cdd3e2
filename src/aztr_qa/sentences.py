"""Sentence borders that are right for Azerbaijani, Turkish and English.

A full stop ends a sentence only before a new beginning, and not after an abbreviation, an initial,
an ordinal ("II.", "20.") or inside a reference. Sentences end in any letter: ə, ı and ü too.
"""

import re

# Never the last word of a sentence: titles, ranks, and what stands before a name or a number.
_OPENING_ABBREVIATIONS = frozenset(
    """
    dr prof doç dos akad op uzm yrd arş öğr gör mr mrs ms st orgen korg tümg tuğg alb yb bnb yzb
    ütğm tğm asb astsb üçvş kd kdm bçvş gn gnkur müh mim ecz sn hz çev haz tərc bk bkz şek çiz s
    ss səh sh pp vol jr akad t.c a.ş e.g i.e müəll şəh məs məsələn örn
    """.split()  # noqa: SIM905 - a table of words reads better as words
)
# "İs." is a rank, "is" and "iş" are words: here the capital letter decides.
_EXACT_ABBREVIATIONS = frozenset({"İs"})
# A candidate: a stop with its closing marks, white space, and something that can begin a sentence.
_CANDIDATE = re.compile(
    r"(?P<stop>[.?!…]+)(?P<closing>[\"”’»)\]]*)\s+(?=[\"“‘«(\[*•–-]*[^\W\d_]|[\"“‘«(\[]*\d)"
)
# A stop without a space after it, between two whole words: a misprint that readers do not even
# notice.
_GLUED = re.compile(r"(?<=[^\W\d_A-Z]{3})[.?!](?=[A-ZÇƏĞİÖŞÜ][^\W\d_A-Z]{2})")
_LAST_TOKEN = re.compile(r"\S+$")
# "No. 5", "s. 12": these open something only before a figure.
_BEFORE_FIGURES = frozenset(
    ("no", "nr", "sayı", "cild", "c", "s", "ss", "sah", "səh", "fig", "tab", "p", "pp", "vol")
)
_AND_SO_ON = re.compile(r"\b[vV][eə] s$")
# No token that decides is longer; looking back further would make a long paragraph quadratic.
_LOOK_BACK = 60
_LOOK_AHEAD = 600
_ROMAN = re.compile(r"^[IVXLC]{1,6}$")
_SMALL_NUMBER = re.compile(r"^\(?\d{1,2}$")
_URL = re.compile(r"(?:https?:|www\.)\S*$")
_OPENERS = '"“‘«([*•–- '


def split_sentences(text: str) -> list[tuple[int, int]]:
    """The half-open spans of the sentences of a paragraph, in order, without the space around them.

    Every character that is not white space lies in exactly one span.
    """
    borders = [match.end() for match in _CANDIDATE.finditer(text) if _is_border(text, match)]
    borders += [
        match.end()
        for match in _GLUED.finditer(text)
        if not _URL.search(text[max(0, match.start() - _LOOK_BACK) : match.start()])
    ]
    spans = []
    start = 0
    for border in [*sorted(set(borders)), len(text)]:
        piece = text[start:border]
        left = len(piece) - len(piece.lstrip())
        if piece.strip():
            spans.append((start + left, start + len(piece.rstrip())))
        start = border
    return spans


def _is_border(text: str, match: re.Match[str]) -> bool:
    following = text[match.end() : match.end() + _LOOK_AHEAD]
    beginning = following.lstrip(_OPENERS)[:1]
    if following.startswith(("(", "[")) and not _is_sentence_in_brackets(following):
        return False  # a reference after the stop belongs to the sentence before it
    if not (beginning.isupper() or beginning.isdigit() or following[:1] in "“«*•"):
        return False
    if match["stop"] != "." or match["closing"]:
        return True
    before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
    token_match = _LAST_TOKEN.search(before)
    if token_match is None:
        return False
    token = token_match[0].lstrip('(“"«[')
    is_initial = len(token) == 1 and token.isupper()
    if _lower(token) in _BEFORE_FIGURES and not is_initial:
        return not beginning.isdigit() or bool(_AND_SO_ON.search(before))
    return not _is_abbreviation(token) and not _is_ordinal(token)


def _is_abbreviation(token: str) -> bool:
    is_initial = len(token) == 1 and token.isupper()
    has_inner_stops = bool(re.fullmatch(r"(?:[^\W\d_]\.)+[^\W\d_]", token))
    is_known = _lower(token) in _OPENING_ABBREVIATIONS or token in _EXACT_ABBREVIATIONS
    return is_initial or has_inner_stops or is_known


def _lower(token: str) -> str:
    return token.replace("İ", "i").lower()


def _is_ordinal(token: str) -> bool:
    return bool(_ROMAN.match(token) or _SMALL_NUMBER.match(token))


def _is_sentence_in_brackets(following: str) -> bool:
    """Whether the bracket holds a sentence of its own, long and with a stop inside its end."""
    inside = re.match(r"[(\[]([^()\[\]]*)[)\]]", following)
    return inside is not None and len(inside[1].split()) >= 8 and not re.search(r"\d{4}", inside[1])
