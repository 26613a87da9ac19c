"""Circuit diagrams: loops and ladders of parts, filters, amplifiers, logic gates."""

from __future__ import annotations

import random
from types import MappingProxyType

from indexes.clip.drawing.diagram_circuit_base import Labels, done, ready
from indexes.clip.drawing.diagram_circuit_parts import (
    Ink,
    amplifier,
    between,
    dot,
    ground,
    terminal,
    transistor,
)
from indexes.clip.drawing.diagram_logic import logic, wiring
from indexes.clip.drawing.facts import Drawing
from indexes.clip.drawing.svg_canvas import Point


def loop(random_: random.Random) -> Drawing:
    """A source and parts around one to three meshes."""
    look, ink, labels = ready(random_)
    u = ink.unit
    meshes = random_.choice([1, 1, 2, 2, 3, 4])
    wide, high = u * random_.uniform(2.6, 3.6) * labels.room(), u * random_.uniform(2.4, 3.8)
    top = ("resistor", "resistor", "coil", "diode", "switch", "fuse", "capacitor", "")
    down = ("resistor", "resistor", "capacitor", "coil", "lamp", "meter", "led", "diode", "polar")
    source = random_.choice(["battery", "cells", "source", "source", "ac", "ac", "current"])
    between(ink, source, (0, 0), (0, high), labels.of(source))
    for i in range(meshes):
        x = i * wide
        _wire(ink, random_.choice(top), (x, 0), (x + wide, 0), labels)
        part = random_.choice(down) if i == meshes - 1 or random_.random() < 0.95 else ""
        _wire(ink, part, (x + wide, 0), (x + wide, high), labels)
        _wire(
            ink,
            random_.choice(["", "", "", "resistor", "switch"]),
            (x, high),
            (x + wide, high),
            labels,
        )
        if i > 0:
            dot(ink, (x, 0))
            dot(ink, (x, high))
    if random_.random() < 0.3:
        ground(ink, (wide * random_.randint(0, meshes) / 2, high))
    if random_.random() < 0.2:
        for i in range(meshes):
            ink.board.word(
                (i + 0.5) * wide, high / 2, f"i{i + 1}", ink.size, ink.colour, italic=True
            )
    kinds = set(labels.parts)
    title = "Circuit with " + " and ".join([f"a {name}" for name in sorted(kinds)][:2])
    title = title.replace("a AC", "an AC").replace("a inductor", "an inductor")
    kind = "series circuit" if meshes == 1 else "circuit with several loops"
    return done(random_, look, ink, kind, title, labels.parts)


def _wire(ink: Ink, part: str, start: Point, end: Point, labels: Labels) -> None:
    if part:
        between(ink, part, start, end, labels.of(part))
    else:
        ink.path([start, end])


def ladder(random_: random.Random) -> Drawing:
    """A filter or an attenuator: parts along the top, parts to ground, open ends."""
    look, ink, labels = ready(random_)
    u = ink.unit
    stages = random_.randint(1, 4)
    wide, high = u * random_.uniform(2.4, 3.0) * labels.room(), u * random_.uniform(2.2, 2.8)
    along, aside = random_.choice([("resistor", "capacitor"), ("capacitor", "resistor"),
                                   ("coil", "capacitor"), ("resistor", "resistor")])  # fmt: skip
    rail = random_.random() < 0.6
    terminal(ink, (0, 0), random_.choice(["Vin", "in", "u1", "x(t)"]), "end")
    for i in range(stages):
        x = i * wide
        between(ink, along, (x + 0.08 * u * (i == 0), 0), (x + wide, 0), labels.of(along))
        between(ink, aside, (x + wide, 0), (x + wide, high), labels.of(aside))
        dot(ink, (x + wide, 0))
        if rail:
            ink.path([(x, high), (x + wide, high)])
        else:
            ground(ink, (x + wide, high))
    end = stages * wide + u
    ink.path([(stages * wide, 0), (end, 0)])
    terminal(ink, (end, 0), random_.choice(["Vout", "out", "u2", "y(t)"]), "start")
    if rail:
        ink.path([(stages * wide, high), (end, high)])
        terminal(ink, (end, high), "", "start")
        terminal(ink, (0, high), "", "end")
    sort = {
        "resistorcapacitor": "low-pass filter",
        "capacitorresistor": "high-pass filter",
        "coilcapacitor": "LC ladder",
        "resistorresistor": "voltage divider",
    }[along + aside]
    return done(random_, look, ink, f"{sort} circuit", sort.capitalize(), labels.parts)


def op_amp(random_: random.Random) -> Drawing:
    """An operational amplifier with feedback."""
    look, ink, labels = ready(random_)
    u = ink.unit
    ends = amplifier(ink, 0, 0)
    follow = random_.choice(["resistor", "resistor", "capacitor"])
    inverting = random_.random() < 0.6
    mx, my = ends["minus"]
    px, py = ends["plus"]
    ox = ends["out"][0]
    over = my - 1.6 * u
    joint = (mx - 0.3 * u, my)
    ink.path([joint, (mx, my)])
    ink.path([joint, (joint[0], over)])
    between(ink, follow, (joint[0], over), (ox, over), labels.of(follow))
    ink.path([(ox, over), (ox, 0)])
    ink.path([(ox, 0), (ox + 0.8 * u, 0)])
    dot(ink, joint)
    dot(ink, (ox, 0))
    terminal(ink, (ox + 0.88 * u, 0), "Vout", "start")
    far = joint[0] - 2.2 * u
    between(ink, "resistor", (far, my), joint, labels.of("resistor"))
    if inverting:
        terminal(ink, (far - 0.08 * u, my), "Vin", "end")
        ink.path([(px, py), (px, py + 0.8 * u)])
        ground(ink, (px, py + 0.8 * u))
    else:
        ink.path([(far, my), (far, py + 0.4 * u)])
        ground(ink, (far, py + 0.4 * u))
        ink.path([(px - u, py), (px, py)])
        terminal(ink, (px - 1.08 * u, py), "Vin", "end")
    kind = (
        "integrator"
        if follow == "capacitor" and inverting
        else "inverting amplifier"
        if inverting
        else "non-inverting amplifier"
    )
    return done(
        random_,
        look,
        ink,
        "op-amp circuit",
        kind.capitalize(),
        [*labels.parts, "operational amplifier"],
    )


def stage(random_: random.Random) -> Drawing:
    """A transistor with resistors up to the supply and down to ground."""
    look, ink, labels = ready(random_)
    labels.kind = "names" if labels.kind == "both" else labels.kind
    u = ink.unit
    count = random_.choice([1, 1, 2])
    rail = -4.0 * u
    for i in range(count):
        x = i * 5.0 * u
        ends = transistor(ink, x, 0, random_.random() < 0.4)
        cx, cy = ends["collector"]
        bx, by = ends["base"]
        between(ink, "resistor", (cx, rail), (cx, cy - 0.3 * u), labels.of("resistor"))
        ink.path([(cx, cy - 0.3 * u), (cx, cy)])
        low = ends["emitter"][1] + 0.2 * u
        if random_.random() < 0.6:
            between(
                ink, "resistor", (cx, low - 0.2 * u), (cx, low + 1.8 * u), labels.of("resistor")
            )
            low += 1.8 * u
        ground(ink, (cx, low))
        if random_.random() < 0.7:
            between(
                ink, "resistor", (bx - 0.2 * u, rail), (bx - 0.2 * u, by), labels.of("resistor")
            )
            if random_.random() < 0.6:
                between(
                    ink,
                    "resistor",
                    (bx - 0.2 * u, by),
                    (bx - 0.2 * u, by + 2.6 * u),
                    labels.of("resistor"),
                )
                ground(ink, (bx - 0.2 * u, by + 2.6 * u))
            dot(ink, (bx - 0.2 * u, by))
        ink.path([(bx - 0.2 * u, by), (bx, by)])
        start = bx - 1.6 * u
        if i == 0:
            between(ink, "capacitor", (start, by), (bx - 0.2 * u, by), labels.of("capacitor"))
            terminal(ink, (start - 0.08 * u, by), "Vin", "end")
        else:
            before = (x - 5.0 * u + 0.3 * u, cy - 0.3 * u)
            dot(ink, before)
            turn = start
            ink.path([before, (turn, before[1]), (turn, by)])
            between(ink, "capacitor", (turn, by), (bx - 0.2 * u, by), labels.of("capacitor"))
    ink.path([(-1.0 * u, rail), (cx + u, rail)])
    ink.board.word(
        cx + 1.1 * u, rail, random_.choice(["Vcc", "+12 V", "+5 V"]), ink.size, ink.colour, "start"
    )
    dot(ink, (cx, cy - 0.3 * u))
    ink.path([(cx, cy - 0.3 * u), (cx + 1.3 * u, cy - 0.3 * u)])
    terminal(ink, (cx + 1.38 * u, cy - 0.3 * u), "Vout", "start")
    title = "Transistor amplifier" if count == 1 else "Two-stage amplifier"
    return done(
        random_, look, ink, "transistor circuit", title, [*labels.parts, *["transistor"] * count]
    )


RENDERERS = MappingProxyType(
    {"circuit diagram": (loop, loop, loop, ladder, op_amp, stage, logic, logic, wiring)}
)
