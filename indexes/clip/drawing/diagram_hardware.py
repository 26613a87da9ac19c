"""Clients and servers, and hardware on a bus."""

from __future__ import annotations

import random

from indexes.clip.drawing.diagram_frame import frame
from indexes.clip.drawing.diagram_layers import (
    block_facts,
)
from indexes.clip.drawing.diagram_layout import rim
from indexes.clip.drawing.diagram_shapes import Node, arrow, fat_arrow, joined, put, rectangle
from indexes.clip.drawing.diagram_style import finish, style
from indexes.clip.drawing.facts import Drawing

CHIPS = ("CPU", "RAM", "ROM", "GPU", "DMA", "Timer", "UART", "USB", "Ethernet", "ADC", "Flash",
         "Cache", "I/O", "DSP", "SPI", "PCIe", "Memory controller", "Interrupts")  # fmt: skip


def servers(random_: random.Random) -> Drawing:
    """Clients, a cloud, servers and databases."""
    look = style(random_)
    board = look.board()
    clients, backs = random_.randint(1, 4), random_.randint(1, 3)
    wide, high = look.size * random_.uniform(5.5, 7.5), look.size * random_.uniform(2.6, 3.8)
    far, gap = wide + look.size * random_.uniform(3, 5), high + look.size * random_.uniform(1, 2.4)
    upright = random_.random() < 0.35

    def at(column: int, i: int, count: int) -> tuple[float, float]:
        along, beside = column * far, (i - (count - 1) / 2) * gap
        return (beside * wide / high * 0.85, along * 0.8) if upright else (along, beside)

    who = random_.sample(
        ["Client", "Browser", "Mobile app", "User", "Laptop", "Tablet", "Sensor"], clients
    )
    middle = random_.choice(
        ["Internet", "Cloud", "Load balancer", "API gateway", "Network", "Web server"]
    )
    back = random_.sample(
        ["Web server", "App server", "Auth service", "Worker", "Mail server"], backs
    )
    base = random_.sample(
        ["Database", "Storage", "Cache", "Users DB", "Logs"], random_.randint(1, backs)
    )
    cloud = middle in ("Internet", "Cloud", "Network")
    left = [
        Node(*at(0, i, clients), wide, high, name, random_.choice(["box", "box", "oval"]), 0)
        for i, name in enumerate(who)
    ]
    centre = Node(
        *at(1, 0, 1),
        wide * 1.2,
        high * (1.6 if cloud else 1.1),
        middle,
        "cloud" if cloud else "box",
        1,
    )
    right = [Node(*at(2, i, backs), wide, high, name, "box", 2) for i, name in enumerate(back)]
    stores = [
        Node(*at(3, i, len(base)), wide * 0.85, high * 1.3, name, "cylinder", 3)
        for i, name in enumerate(base)
    ]
    if random_.random() < 0.4:
        frame(board, look, right + stores, "", "none", random_.random() < 0.7, look.size)
    both, heads = random_.random() < 0.5, random_.random() < 0.8
    links = [(node, centre) for node in left] + [(centre, node) for node in right]
    links += [(node, stores[i % len(stores)]) for i, node in enumerate(right)]
    leave, enter = ("bottom", "top") if upright else ("right", "left")
    for one, two in links:
        if look.route == "straight":
            way = [rim(one, two), rim(two, one)]
        else:
            way = joined(look, one.side(leave), two.side(enter), upright)
        arrow(board, look, way, both=both and heads, head=heads)
    nodes = [*left, centre, *right, *stores]
    for node in nodes:
        put(board, look, node)
    names = [node.label for node in nodes]
    title = random_.choice(
        [
            "Client-server architecture",
            "System architecture",
            "Deployment",
            "Network structure",
            "Web application",
        ]
    )
    kind = random_.choice(["client-server diagram", "architecture diagram"])
    return finish(random_, look, board, block_facts(random_, look, title, names, kind))


def bus(random_: random.Random) -> Drawing:
    """Hardware blocks above and below a bus."""
    look = style(random_, bare=False)
    board = look.board()
    upper, lower = random_.randint(2, 5), random_.randint(1, 5)
    names = random_.sample(CHIPS, upper + lower)
    wide, high = look.size * random_.uniform(5, 6.5), look.size * random_.uniform(2.8, 4.5)
    step = wide + look.size * random_.uniform(1, 2.5)
    thick = look.size * random_.uniform(1.0, 1.8)
    far = thick / 2 + look.size * random_.uniform(1.4, 2.4)
    most = max(upper, lower)
    fat = random_.random() < 0.5
    long = (most - 1) * step + wide
    paint = look.paint(3)
    stroke = paint.stroke if paint.stroke != "none" else look.ink
    board.polygon(
        rectangle(long / 2 - wide / 2, 0, long * 1.08, thick), paint.fill, stroke, look.line
    )
    board.word(
        long / 2 - wide / 2,
        0,
        random_.choice(["System bus", "Bus", "AHB", "Data bus", "Interconnect", "CAN bus"]),
        look.size * 0.85,
        paint.text,
    )
    for side, count, start in ((-1, upper, 0), (1, lower, upper)):
        for i in range(count):
            x = (i + (most - count) / 2) * step
            node = Node(
                x,
                side * (far + high / 2),
                wide,
                high,
                names[start + i],
                "box",
                0 if side < 0 else 1,
            )
            put(board, look, node)
            ends = ((x, side * thick / 2), (x, side * far))
            if fat:
                middle = (x, (ends[0][1] + ends[1][1]) / 2)
                colour = look.wire_colour
                board.polygon(fat_arrow(middle, ends[0], look.size), colour)
                board.polygon(fat_arrow(middle, ends[1], look.size), colour)
            else:
                arrow(board, look, ends, both=True)
    title = random_.choice(
        ["System on chip", "Hardware architecture", "Computer architecture", "Microcontroller"]
    )
    facts = block_facts(random_, look, title, names, "hardware block diagram")
    return finish(random_, look, board, facts)
