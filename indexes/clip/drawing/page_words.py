"""Prose without a meaning, of real words: sentences, headings, names, lines of speech."""

from __future__ import annotations

import random

from .topics import FIELDS, PLACES


def _words(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_NOUNS = _words(
    "result method model paper system user market price state people government school city "
    "study data group value process change problem example level policy report theory structure "
    "surface energy water patient treatment question language book history river garden winter "
    "machine letter signal sample matrix function network image reason effect country family "
    "house office service company worker number table chapter section experiment estimate "
    "argument condition measure law rule risk growth capital season animal plant field stone "
    "island voice window road morning evening child teacher student doctor judge king queen "
    "army church music picture colour shape pressure "
)
_VERBS = _words(
    "shows gives makes finds uses needs changes follows explains describes requires increases "
    "reduces measures compares contains supports predicts suggests affects remains becomes "
    "provides leads holds carries moves opens closes reaches returns considers defines reports "
    "allows keeps "
)
_ADJECTIVES = _words(
    "new large small important general local public common similar different possible available "
    "recent early late simple complex strong weak high low average total free open clear "
    "difficult natural social political economic physical human modern old young short long "
    "deep "
)
_PREPOSITIONS = ("of", "in", "for", "with", "on", "by", "from", "under", "between", "over", "to")
_OPENERS = (
    "However,", "In this case,", "For example,", "As a result,", "First,", "Then", "Moreover,",
    "In general,", "At the same time,", "By contrast,", "Finally,", "In practice,",
)  # fmt: skip
_FIRST = _words(
    "Anna Peter Maria John Li Wei Fatima Omar Elena David Sara Ken Aisha Tom Ruth Carlos Ines "
    "Jonas Priya Kofi Emma Lucas Nadia Hugo "
)
_LAST = _words(
    "Smith Garcia Müller Chen Okafor Rossi Tanaka Novak Silva Kim Brown Haddad Larsen Dubois "
    "Patel Mensah Ivanov Jensen Costa Meyer "
)


def noun_phrase(random_: random.Random) -> str:
    """Such as "the early market price"."""
    article = random_.choice(["the", "the", "a", "this", "each", "our", "its", ""])
    adjective = random_.choice(_ADJECTIVES) if random_.random() < 0.45 else ""
    noun = random_.choice(_NOUNS)
    return " ".join(word for word in (article, adjective, noun) if word)


def clause(random_: random.Random) -> str:
    """A subject, a verb, an object and what hangs on them."""
    words = f"{noun_phrase(random_)} {random_.choice(_VERBS)} {noun_phrase(random_)}"
    for _ in range(random_.randrange(3)):
        words += f" {random_.choice(_PREPOSITIONS)} {noun_phrase(random_)}"
    return words


def sentence(random_: random.Random) -> str:
    """One sentence with its full stop."""
    words = clause(random_)
    chance = random_.random()
    if chance < 0.25:
        link = random_.choice(["and", "but", "while", "because", "so that"])
        words += f", {link} {clause(random_)}"
    elif chance < 0.4:
        words = f"{random_.choice(_OPENERS)} {words}"
    elif chance < 0.47:
        words += f" [{random_.randint(1, 40)}]"
    elif chance < 0.52:
        words += f" ({random_.choice(_LAST)}, {random_.randint(1950, 2023)})"
    elif chance < 0.57:
        words += f" by {random_.randint(2, 95)}%"
    return words[0].upper() + words[1:] + "."


def paragraph(random_: random.Random, sentences: int) -> str:
    """So many sentences."""
    return " ".join(sentence(random_) for _ in range(sentences))


def heading(random_: random.Random) -> str:
    """A short heading, without a number."""
    choice = random_.random()
    if choice < 0.3:
        return random_.choice(
            ["Introduction", "Methods", "Results", "Discussion", "Conclusion", "Background",
             "Related work", "Summary", "Overview", "Key findings", "Next steps", "Agenda",
             "Definitions", "Recommendations", "Acknowledgements", "Questions", "Limitations"]
        )  # fmt: skip
    if choice < 0.6:
        field = random_.choice(FIELDS)
        return f"{field.name} in {random_.choice(PLACES)}"
    words = f"{random_.choice(_ADJECTIVES)} {random_.choice(_NOUNS)} and {random_.choice(_NOUNS)}"
    return words.capitalize() if choice < 0.85 else words.title()


def label(random_: random.Random) -> str:
    """One or two words, as on a button, a field or in a list."""
    words = random_.choice(_NOUNS)
    if random_.random() < 0.4:
        words = f"{random_.choice(_ADJECTIVES)} {words}"
    return words.capitalize()


def point(random_: random.Random) -> str:
    """A bullet point without a full stop."""
    words = clause(random_) if random_.random() < 0.5 else noun_phrase(random_)
    return words[0].upper() + words[1:]


def person(random_: random.Random) -> str:
    """A first name and a family name."""
    return f"{random_.choice(_FIRST)} {random_.choice(_LAST)}"


def word(random_: random.Random) -> str:
    """One noun in small letters."""
    return random_.choice(_NOUNS)


def verb(random_: random.Random) -> str:
    """One verb in the plain form, as in the name of a function."""
    return random_.choice(
        ["get", "set", "load", "save", "make", "find", "read", "write", "update", "parse", "send",
         "count", "merge", "split", "check", "draw", "run", "open", "close", "build", "compute"]
    )  # fmt: skip


def amount(random_: random.Random, low: float, high: float, style: str = "") -> str:
    """A number as it is printed: "1,204", "12.5%", "$40", "(3.1)", "0.031"."""
    value = random_.uniform(low, high)
    style = style or random_.choice(AMOUNTS)
    if style == "integer":
        return f"{value:,.0f}"
    if style == "percent":
        return f"{value:.1f}%"
    if style == "dollars":
        return f"${value:,.0f}"
    if style == "decimal":
        return f"{value:.2f}"
    if style == "deviation":
        return f"{value:.1f} ± {random_.uniform(0.1, 3):.1f}"
    if style == "account":
        return f"({value:,.0f})" if random_.random() < 0.2 else f"{value:,.0f}"
    return f"{value:.1f}"


AMOUNTS = ("integer", "percent", "dollars", "decimal", "deviation", "account", "one")
