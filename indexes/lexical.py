"""Words for BM25: how a text and a question become terms."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

import Stemmer

MAX_QUERY_TERMS = 64
_LONGEST = 256  # characters of one chunk; what is longer is encoded data, not language

# Scripts that write without spaces between words: indexed as overlapping pairs of characters.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Myanmar, Khmer
    "\u3005-\u3007\u3041-\u309f\u30a0-\u30ff\u31f0-\u31ff"  # kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7a3"  # Han, Hangul
    "\U00020000-\U0003ffff"
)
# Letters and digits, and vowel signs that `\w` leaves out (Hebrew, Arabic, Indic scripts).
_MARKS = "\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0963\u0966-\u0dff"
_WORD = rf"(?:(?![{_UNSPACED}])[\w{_MARKS}])"
# A run of word characters, with separators inside it; `.` `,` `:` `/` only hold it together
# where an identifier, number, date, time or address does.
_CHUNK = re.compile(
    rf"[$€£¥₹]?{_WORD}+(?:(?:[-._@'+&]|(?<=\d)[,:/](?=\d)){_WORD}+)*(?:%|\+\+|\#)?"
    rf"|[{_UNSPACED}]+"
)
_UNSPACED_RUN = re.compile(f"[{_UNSPACED}]")
_ACCENTS = re.compile("[\u0300-\u036f]")
_PLAIN = re.compile(r"[a-z]+")
_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])")  # 1,234,567
_SEPARATOR = re.compile(r"[-._@'+&,:/]")
_JOINT = re.compile(r"[_'&]|(?<!\d)[-.]|[-.](?!\d)")  # a separator that is not between digits
_DIGIT_EDGE = re.compile(r"([^\W\d_]+)(\d+)|(\d+)([^\W\d_]+)")
_CAMEL_EDGE = re.compile(r"(?<=[a-z\d])(?=[A-Z])")
_DECIMAL = re.compile(r"\d+\.\d+")

# What Unicode's own decomposition leaves as it is, or makes something else of.
_FOLDED = str.maketrans(
    {
        **{chr(code): plain for code, plain in {
            0xF8: "o", 0xD8: "O", 0x142: "l", 0x141: "L", 0x111: "d", 0x110: "D", 0xF0: "d",
            0xFE: "th", 0xE6: "ae", 0xC6: "AE", 0x153: "oe", 0x152: "OE", 0x131: "i", 0xDF: "ss",
        }.items()},
        **dict.fromkeys("\u2018\u2019\u02bc\u00b4", "'"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        **dict.fromkeys("\u00ad\u200c\u200d\ufeff"),  # soft hyphens, joiners: nothing
        **{  # footnote marks and powers are no part of the word before them
            sign: f" {digit} "
            for digit, sign in enumerate("\u2070¹²³\u2074\u2075\u2076\u2077\u2078\u2079")
        },
        "\u200b": " ",
    }
)  # fmt: skip

STOP_WORDS = frozenset(
    word
    for line in (
        "a about above after again all also am an and any are as at be because been before being",
        "below between both but by can could did do does doing down during each few for from",
        "further had has have having he her here hers him his how i if in into is it its itself",
        "just may me might more most must my no nor not now of off on once only or other our ours",
        "out over own per please same shall she should so some such than that the their theirs",
        "them then there these they this those through to too under until up upon very was we",
        "were what when where whether which while who whom whose why will with would you your",
        "yours according following give given many much show shown shows tell",
    )
    for word in line.split()
)


def terms(text: str) -> list[str]:
    """The terms of a text, in order, repeated as often as they occur.

    Words are lower-cased, accents folded, English stems taken. What is joined by signs is kept
    whole and in parts: "GPT-4" gives "gpt4", "gpt", "4"; "$4.5" gives "$4.5", "4.5". "1,234" is
    "1234". A separator stays in the whole only between digits ("2019-03-04", "v1.2.3"), so
    "e-mail" and "email" meet. Scripts without spaces give pairs of characters.
    """
    found: list[str] = []
    for chunk in _CHUNK.findall(_fold(text)):
        found += _analyse(chunk)
    return found


def query_terms(question: str) -> list[str]:
    """The different terms of a question; stop words only when there is nothing else."""
    chunks = _CHUNK.findall(_fold(question))
    content = [chunk for chunk in chunks if chunk.lower().removesuffix("'s") not in STOP_WORDS]
    found = dict.fromkeys(term for chunk in content or chunks for term in _analyse(chunk))
    return list(found)[:MAX_QUERY_TERMS]


def _fold(text: str) -> str:
    """Accents and typographic variants away; case is kept, for it marks the parts of names."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text.translate(_FOLDED))
    return unicodedata.normalize("NFC", _ACCENTS.sub("", decomposed))


@lru_cache(maxsize=1 << 17)
def _analyse(chunk: str) -> tuple[str, ...]:
    """The terms of one chunk of text without spaces."""
    lower = chunk[:_LONGEST].lower()
    if _PLAIN.fullmatch(chunk):
        return (_stem(chunk),)
    if not lower[0].isascii() and _UNSPACED_RUN.match(lower):
        return tuple(lower[i : i + 2] for i in range(max(1, len(lower) - 1)))
    lower = _GROUPED.sub(lambda number: number[0].replace(",", ""), lower.removesuffix("'s"))
    bare = lower.lstrip("$€£¥₹").rstrip("%+#")
    wholes = [_JOINT.sub("", lower), _JOINT.sub("", bare)]
    parts = [] if _DECIMAL.fullmatch(bare) else _parts(bare, chunk)
    return tuple(dict.fromkeys(_stem(term) for term in wholes + parts if term))


def _parts(bare: str, chunk: str) -> list[str]:
    """What a compound is made of: "x86-64" gives x86, 64; "CamelCase" gives camel, case."""
    pieces = _SEPARATOR.split(bare)
    parts = [piece for piece in pieces if len(piece) > 1 or piece.isdigit()]
    for piece in pieces:
        if edge := _DIGIT_EDGE.fullmatch(piece):
            halves = [half for half in edge.groups() if half]
            if max(map(len, halves)) > 1:  # "covid19", "gpt4", "2010s", but not "q3"
                parts += [half for half in halves if len(half) > 1 or half.isdigit()]
    humps = _CAMEL_EDGE.split(chunk)
    if len(humps) > 1:
        parts += [hump.lower() for hump in humps if len(hump) > 2 and hump.isalpha()]
    return parts


_stemmer = Stemmer.Stemmer("english", 0)  # no cache of its own: _analyse has one
_stemmer_guard = threading.Lock()  # a stemmer works on one word at a time


def _stem(term: str) -> str:
    if not _PLAIN.fullmatch(term):
        return term
    with _stemmer_guard:
        return str(_stemmer.stemWord(term))
