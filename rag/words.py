"""Words of a question or a passage, made comparable: lower case, lightly stemmed."""

from __future__ import annotations

import re

_WORD = re.compile(r"\d+(?:[.,:/]\d+)*%?(?!\w)|\w+(?:['’]\w+)?", re.UNICODE)
_SUFFIXES = ("ingly", "edly", "ing", "ed", "ies", "es", "s", "ly")

_STOP = """
    a about above according after all also am among an and any are as at be been before being
    below between both but by can could did do does doing done down during each either else few
    find for from further get gets give given gives had has have having he her here hers him his
    how however i if in include included includes including into is it its itself just let like
    list made make many may me mention mentioned might more most much must my name no nor not of
    off on one only or other our out over own per please present same shall she should show
    shown shows so some such than that the their them then there these they this those through
    to too under until up upon us use used using very was we were what whats when where whether
    which while who whom whose why will with within without would write you your answer document
    documents paper page pages slide slides figure figures fig table tables chart charts image
    images picture pictures section question format following tell describe
"""
STOP = frozenset(_STOP.split())


def stem(word: str) -> str:
    """`word` without a common English ending, so that "sampled" meets "samples".

    Cruder than Porter's algorithm: it only has to treat both sides alike.
    """
    word = word.lower().replace("’", "'").removesuffix("'s")
    if word[:1].isdigit():
        return word.replace(",", "")
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3 and not word.endswith("ss"):
            word = word[: -len(suffix)] + ("y" if suffix == "ies" else "")
            break
    if word.endswith("i") and len(word) > 3:
        return word[:-1] + "y"
    return word.rstrip("e") if len(word) > 4 else word


def words(text: str) -> list[str]:
    """Stems of the words and numbers of `text`, in order."""
    return [stem(word) for word in _WORD.findall(text)]


def content_words(text: str) -> list[str]:
    """Stems of the words of `text` that carry meaning, in order, each once."""
    kept = [word for word in _WORD.findall(text) if word.lower() not in STOP]
    stems = [stem(word) for word in kept if len(word) > 1 or word.isdigit()]
    return list(dict.fromkeys(stems))


def without_stop_words(text: str) -> str:
    """The other words of `text`, as written but for punctuation around them; "" if none."""
    tokens = (token.strip("?!.,;:\"'“”‘’()[]") for token in text.split())
    return " ".join(token for token in tokens if token and token.lower() not in STOP)
