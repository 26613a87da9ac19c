"""What all circuit diagrams share: labels of parts, and what is said of them."""

from __future__ import annotations

import random

from indexes.clip.drawing.diagram_circuit_parts import (
    Ink,
)
from indexes.clip.drawing.diagram_style import Style, finish, style
from indexes.clip.drawing.facts import Drawing, Facts

NAMES = {"resistor": "R", "capacitor": "C", "polar": "C", "coil": "L", "diode": "D", "led": "D",
         "switch": "S", "lamp": "L", "battery": "V", "cells": "V", "source": "V", "ac": "V",
         "current": "I", "meter": "", "fuse": "F"}  # fmt: skip


WORDS = {"resistor": "resistor", "capacitor": "capacitor", "polar": "capacitor", "coil": "inductor",
         "diode": "diode", "led": "light-emitting diode", "switch": "switch", "lamp": "lamp",
         "battery": "battery", "cells": "battery", "source": "voltage source", "ac": "AC source",
         "current": "current source", "meter": "meter", "fuse": "fuse"}  # fmt: skip


VALUES = {"R": "Ω kΩ MΩ", "C": "µF nF pF", "L": "mH µH H", "V": "V mV", "I": "A mA"}


class Labels:
    """R1, R2, C1 …, or values, or neither."""

    def __init__(self, random_: random.Random) -> None:
        self.random = random_
        self.kind = random_.choice(["names", "names", "names", "values", "both", "none"])
        self.used: dict[str, int] = {}
        self.parts: list[str] = []

    def room(self) -> float:
        """How much farther apart parts are because of long labels."""
        return 1.5 if self.kind == "both" else 1.1 if self.kind == "values" else 1.0

    def of(self, part: str) -> str:
        """The label of the next part of this kind."""
        self.parts.append(WORDS[part])
        letter = NAMES[part]
        self.used[letter] = self.used.get(letter, 0) + 1
        name = f"{letter}{self.used[letter]}" if letter else ""
        value = f"{self.random.choice([1, 2, 4.7, 10, 12, 22, 47, 100, 220])} "
        value += self.random.choice(VALUES.get(letter, "").split() or [""])
        if letter not in VALUES:
            return name
        chosen = {"names": name, "values": value, "both": f"{name} = {value}", "none": ""}
        return chosen[self.kind]


def ready(random_: random.Random) -> tuple[Style, Ink, Labels]:
    """A style, the ink to draw parts with, and the labels for them."""
    look = style(random_, bare=False)
    size = min(look.size, 14)
    colour = look.ink if random_.random() < 0.85 else random_.choice(look.colours)
    if colour in ("#eeeeee", "#ffff33", "#ffffb3"):
        colour = look.ink
    unit = size * random_.uniform(2.0, 3.2)
    ink = Ink(look.board(), colour, look.ground, look.line, unit, size, random_.random() < 0.35)
    return look, ink, Labels(random_)


def done(
    random_: random.Random, look: Style, ink: Ink, kind: str, title: str, parts: list[str],
    noun: str = "parts",
) -> Drawing:  # fmt: skip
    """The drawing of a circuit of these parts."""
    said = tuple(dict.fromkeys(parts))
    facts = Facts(
        "circuit diagram", kind=kind, title=title, title_drawn=random_.random() < 0.25,
        categories=said, parts=len(parts), part=noun,
    )  # fmt: skip
    return finish(random_, look, ink.board, facts, (280, 800))
