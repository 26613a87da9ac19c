"""Facts of a figure → captions that are true of it, questions it answers, captions that are not."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from indexes.clip.drawing.facts import Facts
from indexes.clip.drawing.shapes import TRENDS
from indexes.clip.figure_types import BY_NAME, FIGURE_TYPES

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NO_TITLE = {"photograph", "drawing", "equation", "code listing", "text", "screenshot"}


def captions(random_: random.Random, facts: Facts, count: int) -> list[str]:
    """So many captions, from the looks alone to all that is known."""
    return [random_.choice(_CAPTIONS)(random_, facts) for _ in range(count)]


def question(random_: random.Random, facts: Facts) -> str:
    """A question that the figure answers."""
    noun = _noun(random_, facts)
    measure, about = _lower(facts.y), _lower(facts.title) or _joined(facts.categories[:3])
    choices = [f"Which {noun} is about {about}?" if about else f"Where is there a {noun}?"]
    if facts.categories:
        thing = random_.choice(facts.categories)
        choices.append(f"What does the {noun} say about {thing}?")
        if facts.highest and measure:
            choices.append(f"Which has the highest {measure}, {thing} or {facts.highest}?")
    if facts.highest and measure:
        choices += [
            f"Which {random_.choice(['group', 'category', 'one'])} has the highest {measure}?",
            f"Where is {measure} lowest?",
        ]
    if facts.trend and measure:
        choices += [
            f"How does {measure} change with {_lower(facts.x) or 'time'}?",
            f"Does {measure} rise or fall?",
        ]
    if facts.parts > 1 and facts.part:
        choices.append(f"How many {facts.part} does the {noun} of {about or 'this'} have?")
    if len(facts.series) > 1:
        choices.append(f"How do {_joined(facts.series)} compare in the {noun}?")
    return random_.choice(choices)


def wrong_caption(random_: random.Random, facts: Facts) -> str:
    """A false caption: same title, other chart; or same chart, other trend."""
    if facts.trend in TRENDS and random_.random() < 0.4:
        other = random_.choice([trend for trend in TRENDS if trend != facts.trend])
        return _with_trend(random_, replace(facts, trend=other))
    others = [t for t in FIGURE_TYPES if t.name != facts.figure_type]
    other_type = random_.choice(others).name
    return _titled(random_, replace(facts, figure_type=other_type, kind="", details=()))


def type_wording(random_: random.Random, name: str) -> str:
    """A text that says only a figure's type."""
    wording = random_.choice(BY_NAME[name].wordings)
    return random_.choice(
        [wording, _a(wording), f"The figure is {_a(wording)}.", f"{_up(wording)}."]
    )


def _looks(random_: random.Random, facts: Facts) -> str:
    """Only what can be seen at a glance."""
    text = _a(_noun(random_, facts))
    if facts.parts > 1 and facts.part:
        text += f" with {_number(random_, facts.parts)} {facts.part}"
    if facts.details:
        text += " " + ", ".join(random_.sample(facts.details, min(2, len(facts.details))))
    if facts.trend and random_.random() < 0.6:
        text += f"; {_trend_words(random_, facts)}"
    return _sentence(text)


def _titled(random_: random.Random, facts: Facts) -> str:
    noun, title = _noun(random_, facts), facts.title or _joined(facts.categories[:4])
    if not title:
        return _looks(random_, facts)
    return random_.choice(
        [
            f"{title} ({noun})",
            f"{_up(noun)}: {title}",
            f"{_up(_a(noun))} showing {_lower(title)}.",
            f"{_up(_a(noun))} of {_lower(title)}",
            f'{_up(_a(noun))} titled "{title}".',
            f"{title}. The {noun} shows {_joined(facts.series or facts.categories[:4]) or 'it'}.",
        ]
    )


def _plain_title(random_: random.Random, facts: Facts) -> str:
    """As most documents caption their figures: what it is about, and not what it looks like."""
    if not facts.title or facts.figure_type in _NO_TITLE:
        return _looks(random_, facts)
    tail = f" for {_joined(facts.series)}" if facts.series and random_.random() < 0.5 else ""
    return f"{facts.title}{tail}{random_.choice(['', '.'])}"


def _with_axes(random_: random.Random, facts: Facts) -> str:
    if not facts.y:
        return _titled(random_, facts)
    noun, x, y = _noun(random_, facts), _lower(facts.x), _lower(facts.y)
    names = _joined(facts.series) or _joined(facts.categories[:5])
    choices = [f"{_up(_a(noun))} of {y}" + (f" for {names}." if names else ".")]
    if x:
        choices += [
            f"{_up(_a(noun))} showing {x} and {y}" + (f" for {names}." if names else "."),
            f"{facts.y} against {x}" + (f", {names}" if names else ""),
            f"The graph shows {y}. The x-axis is {x}. The y-axis is {y}.",
            f"{facts.y} by {x}, {_a(noun)}.",
        ]
    return random_.choice(choices)


def _with_trend(random_: random.Random, facts: Facts) -> str:
    if not facts.trend:
        return _with_extremes(random_, facts)
    head = random_.choice([_titled, _with_axes])(random_, facts).rstrip(".")
    return f"{head}. {_sentence(_trend_words(random_, facts))}"


def _with_extremes(random_: random.Random, facts: Facts) -> str:
    if not facts.highest:
        return _with_parts(random_, facts)
    head = _titled(random_, facts).rstrip(".")
    measure = _lower(facts.y) or "value"
    tail = f"{facts.highest} has the highest {measure}"
    if facts.lowest and random_.random() < 0.5:
        tail += f", {facts.lowest} the lowest"
    return f"{head}. {tail}."


def _with_parts(random_: random.Random, facts: Facts) -> str:
    names = _joined(facts.categories[:6])
    if not names:
        return _looks(random_, facts)
    return f"{_titled(random_, facts).rstrip('.')}. It shows {names}."


_CAPTIONS: tuple[Callable[[random.Random, Facts], str], ...] = (
    _looks,
    _looks,
    _looks,
    _titled,
    _plain_title,
    _with_axes,
    _with_trend,
    _with_extremes,
    _with_parts,
)


def _noun(random_: random.Random, facts: Facts) -> str:
    """The type in words: the finer kind, the plain name, or another wording."""
    chance = random_.random()
    if facts.kind and chance < 0.45:
        return facts.kind
    if chance < 0.75:
        return facts.figure_type
    return random_.choice(BY_NAME[facts.figure_type].wordings)


def _trend_words(random_: random.Random, facts: Facts) -> str:
    measure = _lower(facts.y) if facts.y and random_.random() < 0.6 else "it"
    return f"{measure} {facts.trend}" if facts.trend in TRENDS else f"there is {facts.trend}"


def _number(random_: random.Random, count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) and random_.random() < 0.7 else str(count)


def _a(noun: str) -> str:
    return f"an {noun}" if noun[:1].lower() in "aeio" else f"a {noun}"


def _lower(text: str) -> str:
    """With a small first letter, unless the first word is a name or an abbreviation."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _sentence(text: str) -> str:
    return _up(text) + "."


def _up(text: str) -> str:
    return text[:1].upper() + text[1:]


def _joined(names: tuple[str, ...]) -> str:
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names)
