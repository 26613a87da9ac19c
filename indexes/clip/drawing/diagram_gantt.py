"""Gantt charts: bars of tasks over a calendar, with milestones and arrows."""

from __future__ import annotations

import random
from dataclasses import dataclass
from types import MappingProxyType

from indexes.clip.drawing import diagram_words as words
from indexes.clip.drawing.diagram_board import Board
from indexes.clip.drawing.diagram_shapes import arrow, rectangle
from indexes.clip.drawing.diagram_style import Style, finish, mixed, on, style, titled
from indexes.clip.drawing.facts import Drawing, Facts
from indexes.clip.drawing.topics import FIELDS, MONTHS, Subject


@dataclass(frozen=True, slots=True)
class Task:
    """A row of a plan; times count columns."""

    name: str
    start: float
    end: float
    sort: int  # bars of one sort have one colour
    done: float
    milestone: bool = False


def gantt(random_: random.Random) -> Drawing:
    """A plan with one row a task."""
    look = style(random_, bare=False)
    board = look.board()
    count, columns = random_.randint(4, 14), random_.choice([4, 6, 8, 10, 12, 12, 16, 24])
    topic, names = _names(random_, count)
    tasks = _tasks(random_, names, columns)
    row = look.size * random_.uniform(1.5, 2.6)
    label = max(board.length(name, look.size) for name in names) + look.size * 1.2
    cell = max(look.size * random_.uniform(1.8, 3.2), 1.3 * label / columns)
    step = _head(random_, board, look, columns, cell, row)
    _grid(random_, board, look, count, columns, cell, row, label, step)
    links = random_.random() < 0.35
    bar = row * random_.choice([0.35, 0.5, 0.6, 0.75, 0.95])
    inside = random_.random() < 0.15
    progress, again = random_.random() < 0.25, random_.random() < 0.3
    if again:
        inside = links = False
    linked = False
    for i, task in enumerate(tasks):
        y = (i + 0.5) * row
        _bar(board, look, task, y, bar, cell, progress)
        if again and random_.random() < 0.5 and not task.milestone:
            for other in _again(random_, task, columns):
                _bar(board, look, other, y, bar, cell, progress)
        if inside and not task.milestone:
            board.word(task.end * cell + 5, y, task.name, look.size * 0.8, look.ink, "start")
        else:
            board.word(-label + look.size * 0.6, y, task.name,
                       look.size * 0.95, look.ink, "start")  # fmt: skip
        if links and i and not task.milestone and tasks[i - 1].end <= task.start + 0.01:
            linked = True
            x = tasks[i - 1].end * cell
            turn = max(task.start * cell + min(0.4 * cell, 8), x + 4)
            arrow(board, look, [(x, y - row), (turn, y - row), (turn, y - bar / 2)], line=1.0)
    if random_.random() < 0.15:  # today
        x = random_.uniform(0.3, 0.7) * columns * cell
        board.path([(x, 0), (x, count * row)], "#d62728", 1.5, dash=random_.random() < 0.5)
    said = ["with arrows between tasks"] if linked else []
    if any(task.milestone for task in tasks):
        said.append("with milestones")
    facts = Facts(
        "Gantt chart", kind=random_.choice(["Gantt chart", "project plan", "work plan"]),
        title=words.title(random_, topic, names, random_.choice(["schedule", "project plan"])),
        title_drawn=titled(random_), x="Time", categories=tuple(names), details=tuple(said),
        parts=count, part="tasks",
    )  # fmt: skip
    return finish(random_, look, board, facts, (400, 900))


def _again(random_: random.Random, task: Task, columns: int) -> list[Task]:
    """The same task later on, once or twice."""
    later: list[Task] = []
    start, long = task.end, task.end - task.start
    for sort in range(random_.randint(1, 2)):
        start += max(0.5, round(random_.uniform(0.2, 1.5) * long * 2) / 2)
        if start + long * 0.7 <= columns:
            end = min(start + long, columns)
            later.append(Task(task.name, start, end, task.sort + sort % 2, random_.random()))
        start += long
    return later


def _names(random_: random.Random, count: int) -> tuple[Subject, list[str]]:
    topic = words.about(random_, count)
    project = next(field for field in FIELDS if field.name == "Project")
    chance = random_.random()
    if chance < 0.2:
        noun = random_.choice(["Task", "Activity", "WP", "Phase"])
        return topic, [f"{noun} {i + 1}" for i in range(count)]
    if chance < 0.5:
        names = list(random_.sample(project.parts, min(count, len(project.parts))))
    else:
        names = list(topic.parts) if random_.random() < 0.3 else []
    while len(names) < count:
        name = words.step(random_)
        if name not in names:
            names.append(name)
    names = names[:count]
    if random_.random() < 0.3:
        names = [f"{i + 1}. {name}" for i, name in enumerate(names)]
    return topic, names


def _tasks(random_: random.Random, names: list[str], columns: int) -> list[Task]:
    """Tasks that mostly follow one another."""
    count = len(names)
    usual = columns / count * random_.uniform(1.0, 2.4)
    snap = random_.choice([1.0, 0.5, 0.25]) if columns > 6 else 0.25
    colouring = random_.choice(["one", "one", "groups", "each"])
    milestones = random_.random() < 0.35
    tasks = []
    at = 0.0
    for i, name in enumerate(names):
        long = max(snap, round(usual * random_.uniform(0.5, 1.5) / snap) * snap)
        start = min(at, columns - long)
        sort = {"one": 0, "groups": i * 3 // count, "each": i}[colouring]
        mark = milestones and i > 0 and random_.random() < 0.2
        end = start if mark else start + long
        tasks.append(Task(name, max(start, 0), max(end, snap), sort, random_.random(), mark))
        last = (columns - usual) / max(count - 1, 1) * (i + 1)
        chain = end if random_.random() < 0.6 else (start + end) / 2
        at = round(min(max(chain, last * 0.7), last * 1.3 + 0.01) / snap) * snap
    return tasks


def _head(
    random_: random.Random, board: Board, look: Style, columns: int, cell: float, row: float
) -> int:
    """The calendar above (or below) the bars; how many columns a label covers."""
    kind = random_.choice(["month", "week", "number", "quarter", "date"])
    first, year = random_.randrange(12), random_.randint(2008, 2025)
    labels = []
    for i in range(columns):
        month = MONTHS[(first + i) % 12]
        labels.append(
            {
                "month": month,
                "week": f"W{i + 1}",
                "number": str(i + 1),
                "quarter": f"Q{i % 4 + 1}",
                "date": f"{(7 * i) % 28 + 1:02d}.{(first + i // 4) % 12 + 1:02d}",
            }[kind]
        )
    size = look.size * 0.8
    widest = max(board.length(label, size) for label in labels)
    step = max(1, int((widest + 4) / cell) + (widest + 4 > cell))
    band = random_.random() < 0.4
    paint = look.paint(5) if look.fill != "bare" else look.paint(0)
    fill = paint.fill if look.fill != "line art" else mixed(look.ground, look.ink, 0.15)
    if band:
        across = columns * cell
        board.polygon(rectangle(across / 2, -row / 2, across, row), fill, look.ink, 0.8)
    for i in range(0, columns, step):
        colour = on(fill) if band else look.ink
        board.word((i + 0.5) * cell, -row / 2, labels[i], size, colour)
    if random_.random() < 0.35:
        for i in range(0, columns, 4 if kind != "month" else 12):
            wide = min(4 if kind != "month" else 12, columns - i) * cell
            board.polygon(
                rectangle(i * cell + wide / 2, -1.5 * row, wide, row), fill, look.ink, 0.8
            )
            text = str(year + i // 4) if kind == "quarter" else str(year + i // 12)
            board.word(i * cell + wide / 2, -1.5 * row, text, size, on(fill))
    return step


def _grid(
    random_: random.Random, board: Board, look: Style, count: int, columns: int, cell: float,
    row: float, label: float, step: int,
) -> None:  # fmt: skip
    wide, high = columns * cell, count * row
    kind = random_.choice(["table", "table", "upright", "stripes", "axis", "lines"])
    if kind == "stripes":
        tint = mixed(look.ground, look.ink, 0.07)
        for i in range(0, count, 2):
            middle = ((wide - label) / 2, (i + 0.5) * row)
            board.polygon(rectangle(*middle, wide + label, row), tint)
    if kind in ("table", "upright", "stripes"):
        colour = look.faint if random_.random() < 0.7 else look.ink
        for i in range(0, columns + 1, 1 if kind == "table" else step):
            board.path([(i * cell, 0), (i * cell, high)], colour, 0.8, dash=kind == "upright")
    if kind in ("table", "lines"):
        left = -label if random_.random() < 0.8 else 0
        for i in range(count + 1):
            board.path([(left, i * row), (wide, i * row)], look.faint, 0.8)
    if kind == "table":
        frame = rectangle((wide - label) / 2, high / 2, wide + label, high)
        board.polygon(frame, stroke=look.ink, line=look.line)
        board.path([(0, -row), (0, high)], look.ink, 0.8)
    if kind == "axis":
        board.path([(0, 0), (0, high), (wide, high)], look.ink, 1.0)
        for i in range(0, columns + 1, step):
            board.path([(i * cell, high), (i * cell, high + 4)], look.ink, 1.0)


def _bar(
    board: Board, look: Style, task: Task, y: float, bar: float, cell: float, progress: bool
) -> None:
    plain = look.fill in ("line art", "grey") and look.line < 1.5
    fill = (
        "#888888"
        if plain and task.sort % 2
        else look.ink
        if plain
        else look.colours[task.sort % len(look.colours)]
    )
    if task.milestone:
        x, half = task.start * cell, bar * 0.6
        board.polygon([(x, y - half), (x + half, y), (x, y + half), (x - half, y)], look.ink)
        return
    wide = (task.end - task.start) * cell
    points = rectangle(task.start * cell + wide / 2, y, wide, bar, look.radius)
    if look.shadow:
        board.polygon([(px + 2, py + 2) for px, py in points], "#000000", opacity=0.25)
    stroke = "none" if look.line < 1.3 else mixed(fill, "#000000", 0.4)
    board.polygon(points, mixed(fill, look.ground, 0.55) if progress else fill, stroke, look.line)
    if progress:
        part = wide * task.done
        board.polygon(rectangle(task.start * cell + part / 2, y, part, bar), fill)


RENDERERS = MappingProxyType({"Gantt chart": (gantt,)})
