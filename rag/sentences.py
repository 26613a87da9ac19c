"""Sentence splitting that survives abbreviations, decimals, initials and citations."""

from __future__ import annotations

import re

# What may follow a sentence: spaces, then a capital, a digit, a quote, a bracket or a bullet.
_END = re.compile(
    r"""(?<![.!?…])[.!?…]++["'”’)\]]*(?:\s*\[\d+(?:[,–-]\s*\d+)*\])*(?=\s+["'“‘(\[]*[\w•●▪–—-])"""
)
_PARAGRAPH = re.compile(
    r"(?<!\s)(?:\s*\n\s*\n\s*|\s*\n(?=\s*(?:[•●▪◦‣*–—-]|\(?\d{1,2}[.)])\s)|\s+(?=[•●▪◦‣]\s))"
)
_LAST_WORD = re.compile(r"[\w.&’'-]+$")
_ABBREVIATED = """
    abb abs al app apr approx art assn aug ave avg bd bros ca cap cf ch chap co col comp corp
    dec dept dist div dr e.g ed eds eg eq eqn eqs esp est et etc ex exp feb fed fig figs
    fn ft gen gov hon i.e ie inc incl intl jan jr jul jun lt ltd mar max messrs min misc mr mrs
    ms mt no nos nov nr oct op orig p.m a.m para pg ph.d pl pp prof pt pub pvt ref refs reg rep
    res resp rev sec sect sen sep sept sgt sq sr st std supp tab tel univ u.k u.s u.s.a v viz vol
    vols vs yr
"""
_ABBREVIATIONS = frozenset(_ABBREVIATED.split())
# These may also end a sentence; they do when the next word could start one.
_MAY_END = frozenset({"al", "co", "corp", "etc", "inc", "jr", "ltd", "p.m", "a.m", "sr", "u.s"})
_STARTING = """
    a all although an and as at but by for from he her his however if in it its most of on one our
    she since some such that the their then there these they this those to we what when where
    which while with you
"""
_STARTERS = frozenset(_STARTING.split())


def sentences(text: str) -> list[str]:
    """The sentences of `text` in order, each a verbatim stretch of it with its ends stripped.

    Paragraphs (blank lines) and bullets end a sentence; a single line break does not.
    """
    found: list[str] = []
    for paragraph in _PARAGRAPH.split(text):
        start = 0
        for match in _END.finditer(paragraph):
            if _closes(paragraph[start : match.start()], match[0], paragraph[match.end() :]):
                found.append(paragraph[start : match.end()].strip())
                start = match.end()
        found.append(paragraph[start:].strip())
    return [sentence for sentence in found if sentence]


def _closes(before: str, mark: str, after: str) -> bool:
    """Whether the punctuation `mark` between `before` and `after` closes a sentence."""
    following = after.lstrip().lstrip("\"'“‘([")
    if following[:1].islower():
        return False
    if mark[0] != ".":
        return True
    last = _LAST_WORD.search(before[-30:])
    word = last.group().strip("'’-") if last else ""
    if len(word) == 1 and word.isalpha() and word.isupper():  # an initial: "J. Smith"
        return False
    if word.lower() in _MAY_END:
        first = re.match(r"\w+", following)
        return first is not None and first.group().lower() in _STARTERS
    if word.lower() in _ABBREVIATIONS:  # "No. 5", but "the answer is no. The"
        return word == "no" and not following[:1].isdigit()
    # A bare item number ("3. Results") heads what follows; a year or quantity ends a sentence.
    return not (len(word) <= 2 and word.isdigit() and before.strip() == word)
