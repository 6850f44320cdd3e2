"""The words with which the three languages ask, as patterns over folded text.

Folded, so that "ne vaxt" typed without its letters counts too. In each table the first pattern that
matches a piece of the question takes it.
"""

import re
from typing import Literal, get_args

from aztr_qa.phrases import FOLDED_MONTHS, Grain
from aztr_qa.records import Language

Expected = Literal["date", "number", "person", "place", "name", "reason", "list"]
EXPECTED: tuple[Expected, ...] = get_args(Expected)
Unit = Literal["percent", "money", "length"]

# Before folding: "necə" (how) and "neçə" (how many) fold to the same letters.
HOW_IN_AZERBAIJANI = re.compile("ecə", re.IGNORECASE)

# The endings of a short noun: "ildə", "aylar", "gününde", but neither "ilk" nor "ayrıntı".
_CASE = r"(?:l[ae]r)?(?:[iu]n?)?(?:n?[dt]?[aei]n?|n[iu]n?)?(?:ki)?(?:d[iu]r)?"
# "iyunun neçəsində", "ayın kaçında".
_OF_MONTH = rf"(?:{FOLDED_MONTHS}|ay)[iu]n"

ASKING: dict[Language, tuple[tuple[Expected, str], ...]] = {
    "az": (
        (
            "date",
            r"ne vaxt\w*|ne zaman\w*|hacan|nece(?:nci|ncu) il\w*|"
            rf"hansi (?:il|ay|gun){_CASE}|hansi (?:tarix|dovr|esr)\w*|{_OF_MONTH} neces\w*",
        ),
        (
            "number",
            # "nece etdi" typed without its letters is "necə etdi", how.
            r"(?!nece \w+(?:ib|ub|di|du|(?<!d)ir|(?<!d)ur|mis|mus|acaq|ecek)$)nece(?!nci|nin)\w*|"
            r"ne qeder|hansi mebleg\w*|(?:deyeri|uzunlugu|sayi|qiymeti|miqdari|menzili|hecmi|"
            r"sahesi|muddeti) ne(?:dir|ydi)?",
        ),
        (
            "place",
            r"hara\w*|hardan?|hansi (?:seher|yer|olke|region|rayon|poliqon|erazi|mekan)\w*",
        ),
        (
            "person",
            # Not "kimi", which is mostly "as".
            r"kim(?:e|den|dir|di|idi|le|ler\w*)?|"
            r"hansi (?:muellif|alim|arasdirmaci|komandan|general|nazir|prezident|rehber)"
            r"(?:in|i|e|ler\w*|lar\w*)?",
        ),
        ("reason", r"niye|ne ucun|nece gore|neye gore|hansi sebeb\w*|sebeb\w*"),
        ("list", r"neler\w*|hansilar\w*|hansi (?:\w+ ){0,2}\w+(?:lar|ler)\w*"),
        ("name", r"hansi|necenci|kimin|adi ne(?:dir|ydi)?|adlari ne\w*"),
    ),
    "tr": (
        (
            "date",
            rf"ne zaman\w*|hangi (?:ay|gun){_CASE}|hangi (?:yil|tarih|donem|yuzyil)\w*|"
            rf"kac yilinda|kacinci yil\w*|kac tarihinde|{_OF_MONTH} kac(?:i|inda|indan|ina)",
        ),
        (
            "number",
            # Not "Kaçar" nor "kaçak".
            r"yuzde kac\w*|kac(?:a|li[kg]\w*|[dt][ae]n?|ti\w*|i(?:n[ai]n?|nda|ndan)?)?|"
            r"ne kadar(?:dir|di)?|(?:degeri|uzunlugu|maliyeti|tutari|"
            r"sayisi|adedi|menzili|yuzolcumu|suresi|miktari|orani) ne(?:dir|ydi)?",
        ),
        (
            "place",
            r"nere\w*|hangi (?:sehir|yer|ulke|kent|bolge|ilce|mekan)\w*|"
            rf"hangi (?:il|uss?){_CASE}",
        ),
        (
            "person",
            r"kim(?:i|e|den|dir|di|mis|le|ler\w*)?|"
            r"hangi (?:yazar|bilim insani|arastirmaci|komutan|general|bakan|baskan)"
            r"(?:in|i|a|lar\w*|ler\w*)?",
        ),
        ("reason", r"neden(?!i\b)|nicin|niye|hangi neden\w*|hangi sebep\w*|sebebi|nedeni"),
        ("list", r"neler\w*|hangileri\w*|hangi (?:\w+ ){0,2}\w+(?:lar|ler)\w*"),
        ("name", r"hangi(?:si)?|kacinci|kimin|adi ne(?:dir|ydi)?|adlari ne\w*"),
    ),
    "en": (
        (
            "date",
            r"when (?:did|was|were|is|does|do|will|had|has|have|exactly|and)|when$|^when|"
            r"(?:what|which|in what) (?:\w+ )?(?:year|date|month|day|century|decade)s?|"
            r"how long ago|since when",
        ),
        (
            "number",
            r"how (?:many|much|long|large|big|far)|"
            r"(?:what|which) (?:\w+ ){0,2}(?:number|share|percentage|sum|amount|size|length|"
            r"cost|price|value|capacity|range)",
        ),
        (
            "place",
            r"where (?:did|was|were|is|are|does|do|will|had|has|have|exactly|and)|where$|^where|"
            r"(?:what|which) (?:cit(?:y|ie)|town|countr(?:y|ie)|place|venue|region|base)s?",
        ),
        (
            "person",
            r"who|whom|(?:what|which) (?:author|scholar|researcher|commander|"
            r"minister|president|official|politician)s?",
        ),
        ("reason", r"why|what (?:\w+ )?(?:reasons?|causes?|made|led|prompted)"),
        (
            "list",
            r"(?:what|which) (?:\w+ ){0,3}\w+(?<!ss)s (?:are|were|do|did|have|does)|"
            r"(?:what|which) (?:two|three|four|five|six|\d+)|list|name the",
        ),
        ("name", r"which|whose|what (?:is|was|were|are) the (?:\w+ )?names?|what names?|names? of"),
    ),
}
# Words typed into a search box in the place of a question, mostly at its end.
TYPED: dict[Language, tuple[tuple[Expected, str], ...]] = {
    "az": (
        ("date", r"tarixi|tarix|ili|vaxti|gunu"),
        ("number", r"sayi|say|miqdari|uzunlugu|deyeri|xerci|hecmi|faizi|qiymeti|menzili"),
        ("place", r"yeri?|mekani|seheri|unvani|paytaxti"),
        ("person", r"muellifi?|komandani|rehberi|nazir\w*|sedri|bas katibi|imzalayan\w*"),
        ("name", r"adi|adlari"),
        ("reason", r"sebebi|sebebleri"),
        ("list", r"siyahisi|terkibi|istirakcilari|uzvleri|metodlari|istiqametleri|qaynaqlari"),
    ),
    "tr": (
        ("date", r"tarihi?|yili|zamani|gunu"),
        ("number", r"sayisi|sayi|adedi?|miktari|uzunlugu|degeri|maliyeti|yuzdesi|menzili|hacmi"),
        ("place", r"yeri?|mekani|sehri|adresi|baskenti"),
        ("person", r"yazari?|komutani|baskani|bakani|genel sekreteri|imzalayan\w*|lideri"),
        ("name", r"adi|adlari"),
        ("reason", r"nedeni|nedenleri|sebebi|sebepleri"),
        ("list", r"listesi|katilimcilari|uyeleri|yontemleri|alanlari|kaynaklari"),
    ),
    "en": (
        ("date", r"date|year|day|month"),
        ("number", r"number|count|length|cost|price|value|size|capacity|range|total|share"),
        ("place", r"venue|location|place|city|site|capital"),
        ("person", r"author|commander|president|minister|signatory|signatories|leader|head"),
        ("name", r"names?"),
        ("reason", r"reasons?|causes?"),
        ("list", r"list|participants|members|methods|fields|sources"),
    ),
}
# What the asked date must say, and what the asked number must be counted in.
GRAINS: tuple[tuple[Grain, str], ...] = (
    (
        "day",
        rf"hansi gun{_CASE}|hansi tarix\w*|hangi gun{_CASE}|hangi tarih\w*|"
        rf"{_OF_MONTH} (?:nece|kac)\w*|(?:what|which|exact) (?:day|date)\w*",
    ),
    ("month", rf"hansi ay{_CASE}|hangi ay{_CASE}|(?:what|which) month\w*"),
    (
        "year",
        rf"hansi il{_CASE}|necenci il\w*|hangi yil\w*|kac yil\w*|(?:what|which) year\w*|ili|yili|"
        r"year",
    ),
)
UNITS: tuple[tuple[Unit, str], ...] = (
    ("percent", r"yuzde\w*|faiz\w*|percent\w*|share|payi|orani|nisbeti"),
    (
        "money",
        r"how much did|cost\w*|pay|paid|price|worth|value|budget|invest\w*|fee|odedi|odeyib|"
        r"odenis\w*|maliyet\w*|fiyat\w*|degeri|mali|yatirim\w*|butce\w*|qiymet\w*|deyeri|deyerinde|"
        r"xerc\w*|mebleg\w*|investisiya\w*",
    ),
    ("length", r"kilometr\w*|km|length|how long is|how far|uzunlug\w*|menzil\w*|range"),
)
# How the units are written where a number stands, folded but for the signs.
UNITS_WRITTEN: dict[Unit, re.Pattern[str]] = {
    "percent": re.compile(r"%|\b(?:faiz|yuzde|per ?cent)"),
    "money": re.compile(r"[$€₼]|\b(?:dollar|dolar|manat|lira|avro|euro|usd)"),
    "length": re.compile(r"\b(?:km|kilomet|mil\b|mile)"),
}
# A sentence that gives a reason, folded.
REASON = re.compile(
    r"\b(?:cunki|zira|ucun|icin|ona gore|buna gore|sebeb\w*|sebep\w*|meqsed\w*|amac\w*|dolayi\w*|"
    r"neden(?:iyle|leri|lerle|inden)|oldugu(?:na|ndan) \w+|otru|sayesinde|vesilesiyle|"
    r"munasibetile|because|since|due|owing|thanks to|so that|in order|aim\w*|purpose|reason\w*|"
    r"led to|caus\w*|therefore)\b"
)
# Words of a question that only ask or join, folded: they need not stand in the answer.
STOP_WORDS: dict[Language, re.Pattern[str]] = {
    "az": re.compile(
        "ne|nedir|nece|neceye|necenci|niye|neye|neyi|nede|vaxt|zaman|hansi(?:lar)?(?:dir)?|"
        "kim(?:ler)?(?:dir)?|kimin|kime|hara(?:da|dan)?|hardan|hacan|gore|qeder|olub"
    ),
    "tr": re.compile(
        "ne|nedir|neden|nicin|niye|neyi|nasil|neler(?:dir)?|zaman|hangi(?:si|leri)?(?:dir)?|"
        "kim(?:ler)?(?:dir)?|kimin|kime|kac|kacinci|nerede|nereye|nereden|kadar|oldu"
    ),
    "en": re.compile(
        "what|when|which|who|whom|whose|where|why|how|many|much|did|do|does|was|were|is|are|"
        "the|of|in|to|an?"
    ),
}
# A clause that tells a machine what to do rather than asks what a text says, folded: "forget your
# rules", "şeir yaz", "şunu çevir". English orders stand first, Turkic ones last and have an object:
# "yaz" is also the summer, and "which countries make up the union" is a question.
ORDERS = re.compile(
    r"^(?:please |now |then |just |and )*(?:ignore?|disregard|forget|pretend|act as|imagine|write|"
    r"translate|repeat|output|print|compose|role ?play|stay in character|make up)\b"
    r"|\b(?:you are now|from now on|system prompt|your (?:rules|instructions|config\w*)|"
    r"(?:previous|new|your|hidden) (?:\w+ )?instructions?|"
    r"unut(?:un|unuz)?|yok say|bos ver|goz ardi et|gormezden gel|taklit et|bundan boyle|sen artik|"
    r"sen artiq|bundan sonra (?:her|adin|sen)|uydur(?:ub|arak)?|ozunden|kenara qoy|kenara birak|"
    r"(?:gizli|sistem) (?:\w+ )?(?:telimat|gosteris|yonerge|talimat|istem|mesaj|parametr)\w*|"
    r"modundasin|istem\w* yerlestir)\b"
    r"|\b(?:siir|seir|kod|hikaye|hekaye|nagil|masal|fakt|slogan|mektub|mektup|cumle|yalniz|sadece|"
    r"ekrana|mene|bana|aynen|anahtar)\w*\b.*"
    r"\b(?:yaz|yazin|yazar misin|cevir|uret|davran|gonder|paylas|tercume et)$"
)
# What follows an asking word without saying what is counted or chosen, folded.
NO_HEAD = frozenset(
    """
    did do does was were is are has have had will would can could of the a an and in it
    edir etdi edib olub oldu oldugu etti ediyor var ve
    """.split()  # noqa: SIM905 - a table of words reads better as words
)
# Places: a country is asked for, or a town, which no country is.
ASKS_COUNTRY = re.compile(r"\b(?:hansi olke|hangi ulke|(?:which|what) countr)")
ASKS_TOWN = re.compile(
    r"\b(?:seher|sehir|sehr|kent|city|town|poliqon|poligon|venue|ussun|usten|base)"
)
# The two countries that this product is about: their names alone answer nothing.
EVERYWHERE = re.compile(
    r"(?:azerbaycan|azerbaijan|turkiye|turkey|turk|respublika|cumhuriyet|republic)\w*"
)
