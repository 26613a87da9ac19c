"""What tables say: a header, rows of cells, and whether a column holds numbers."""

from __future__ import annotations

import random
from dataclasses import dataclass

from . import page_words as words
from .topics import MONTHS, Subject, periods, subject


@dataclass(frozen=True, slots=True)
class Cells:
    """A table's words: rows of as many cells as the header has."""

    kind: str
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    groups: tuple[tuple[str, int], ...] = ()  # a header above: words, and over how many columns
    total: bool = False  # the last row adds up
    highest: str = ""  # the row with the largest value in the first column of numbers
    lowest: str = ""
    y: str = ""
    series: tuple[str, ...] = ()


def cells(random_: random.Random) -> Cells:
    """A table of one of many sorts."""
    return random_.choice(_SORTS)(random_)


def _measured(random_: random.Random) -> Cells:
    about = subject(random_, random_.randint(3, 14), random_.randint(1, 6))
    columns = about.series if random_.random() < 0.5 else periods(random_, random_.randint(1, 8))
    names = about.categories
    if random_.random() < 0.3:
        names = periods(random_, random_.randint(4, 20))
        columns = about.categories[:6]
    low, high = about.measure.low, about.measure.high
    fine = high - low < 60  # whole numbers would hide which one is highest
    style = random_.choice(["decimal"] if fine else ["integer", "dollars", "one", "percent"])
    style = "deviation" if random_.random() < 0.12 else style
    values = [[random_.uniform(low, high) for _ in columns] for _ in names]
    rows = tuple(
        (name, *(words.amount(random_, value, value, style) for value in row))
        for name, row in zip(names, values, strict=True)
    )
    first = [row[0] for row in values]
    groups: tuple[tuple[str, int], ...] = ()
    if len(columns) >= 4 and random_.random() < 0.4:
        half = len(columns) // 2
        groups = ((words.label(random_), half), (words.label(random_), len(columns) - half))
    corner = random_.choice(["", "Group", "Name", "Category", "Year"])
    single = len(columns) == 1
    return Cells(
        "table of numbers",
        about.title,
        (corner, *columns),
        rows,
        groups,
        highest=names[first.index(max(first))] if single else "",
        lowest=names[first.index(min(first))] if single else "",
        y=about.measure.name,
        series=columns,
    )


def _financial(random_: random.Random) -> Cells:
    last = random_.randint(2005, 2024)
    years = [str(last - i) for i in range(random_.randint(1, 4))]
    names = random_.sample(
        ["Revenue", "Cost of sales", "Gross profit", "Operating expenses", "Depreciation",
         "Interest expense", "Income taxes", "Cash and equivalents", "Receivables", "Inventories",
         "Property and equipment", "Goodwill", "Current liabilities", "Long-term debt", "Equity",
         "Retained earnings", "Deposits", "Loans", "Reserves", "Other assets"],
        random_.randint(3, 13),
    )  # fmt: skip
    count = len(years) + (random_.random() < 0.3)
    header = ("$ million", *years, "Change")[: count + 1]
    rows = [
        (name, *(words.amount(random_, 5, 90000, "account") for _ in range(count)))
        for name in names
    ]
    rows.append(("Total", *(f"${random_.randint(9000, 400000):,}" for _ in range(count))))
    title = random_.choice(["Balance sheet", "Income statement", "Statement of cash flows"])
    return Cells("financial table", title, header, tuple(rows), total=True)


def _account(random_: random.Random) -> Cells:
    left = random_.sample(["Reserves", "Loans", "Bonds", "Cash", "Buildings"], 3)
    right = random_.sample(["Deposits", "Net worth", "Debt", "Equity", "Bills"], 3)
    rows = [
        (a, f"${random_.randint(1, 900)} million", b, f"${random_.randint(1, 900)} million")
        for a, b in zip(left, right, strict=True)
    ]
    header = ("Assets", "", "Liabilities + Net Worth", "")
    return Cells(
        "two-column balance sheet", "Balance sheet", header, tuple(rows[: random_.randint(1, 3)])
    )


def _schedule(random_: random.Random) -> Cells:
    if random_.random() < 0.5:
        header = ("Time", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
        rows = []
        for hour in range(8, random_.randint(12, 18)):
            lessons = [words.label(random_) if random_.random() < 0.6 else "" for _ in header[1:]]
            rows.append((f"{hour}:00", *lessons))
        return Cells("weekly timetable", "Timetable", header, tuple(rows))
    hour, rows = random_.randint(7, 10) * 60, []
    for _ in range(random_.randint(4, 12)):
        rows.append(
            (f"{hour // 60}:{hour % 60:02d}", words.heading(random_), words.person(random_))
        )
        hour += random_.choice([15, 30, 45, 60, 90])
    return Cells("agenda", "Agenda", ("Time", "Topic", "Speaker"), tuple(rows))


def _prose(random_: random.Random) -> Cells:
    columns = random_.randint(2, 4)
    header = tuple(words.label(random_) for _ in range(columns))
    rows = [
        (words.label(random_), *(words.point(random_) for _ in range(columns - 1)))
        for _ in range(random_.randint(2, 7))
    ]
    return Cells("table of descriptions", words.heading(random_), header, tuple(rows))


def _checks(random_: random.Random) -> Cells:
    about = subject(random_, 5, 4)
    columns = about.parts[: random_.randint(2, 5)]
    marks = random_.choice(
        [("✓", "✗"), ("✓", ""), ("yes", "no"), ("Y", "–"), ("●", "○"), ("+", "-")]
    )
    rows = [
        (words.label(random_), *(random_.choice(marks) for _ in columns))
        for _ in range(random_.randint(3, 12))
    ]
    return Cells("comparison table", about.title, ("", *columns), tuple(rows), series=columns)


def _regression(random_: random.Random) -> Cells:
    about: Subject = subject(random_, 6, 3)
    columns = tuple(f"({i + 1})" for i in range(random_.randint(1, 5)))
    rows: list[tuple[str, ...]] = []
    for name in about.categories:
        stars = ["", "", "*", "**", "***"]
        rows.append((name, *(f"{random_.gauss(0, 1):.3f}{random_.choice(stars)}" for _ in columns)))
        rows.append(("", *(f"({random_.uniform(0.01, 0.4):.3f})" for _ in columns)))
    rows.append(("Observations", *(f"{random_.randint(100, 9000):,}" for _ in columns)))
    rows.append(("R²", *(f"{random_.random():.2f}" for _ in columns)))
    return Cells("regression table", about.title, ("", *columns), tuple(rows), total=True)


def _people(random_: random.Random) -> Cells:
    header = ("No.", "Name", "Department", "Phone", "Start", "Score")[: random_.randint(3, 6)]
    rows = [
        (
            str(i + 1),
            words.person(random_),
            random_.choice(["Sales", "IT", "Finance", "Research", "HR", "Legal"]),
            f"{random_.randint(100, 999)}-{random_.randint(1000, 9999)}",
            f"{random_.randint(1, 28)} {random_.choice(MONTHS)} {random_.randint(1995, 2024)}",
            f"{random_.uniform(1, 10):.1f}",
        )[: len(header)]
        for i in range(random_.randint(4, 22))
    ]
    return Cells("list of people", "Staff list", header, tuple(rows))


_SORTS = (
    _measured, _measured, _measured, _measured, _financial, _financial, _account, _schedule,
    _schedule, _prose, _prose, _checks, _regression, _people,
)  # fmt: skip
