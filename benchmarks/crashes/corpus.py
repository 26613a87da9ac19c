"""A small folder of varied documents in two editions, each document with facts of its own.

The second edition has edited, removed, renamed, copied and new files, so that an ingest of it into
an index of the first replaces, prunes and links. The bytes of a file that both share are the same.
"""

from __future__ import annotations

import io
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import docx
import pymupdf
from PIL import Image, ImageDraw

# fmt: off
_NAMES = (
    "Alder", "Basalt", "Cobalt", "Dunlin", "Ember", "Fjord", "Garnet", "Heron", "Indigo",
    "Juniper", "Kestrel", "Larch", "Marlin", "Nickel", "Osprey", "Pewter", "Quartz", "Raven",
    "Saffron", "Teal", "Umber", "Viper", "Walnut", "Xenon", "Yarrow", "Zircon", "Amber", "Birch",
    "Cedar", "Damson", "Elder", "Falcon", "Gannet", "Hazel", "Iris", "Jasper",
)
# fmt: on
_KINDS = ("bridge", "tunnel", "harbour", "turbine", "canal", "tower")
_FILLER = (
    "Inspectors visited {name} in {month} and wrote down what they had seen of its joints.",
    "The committee for {name} met {number} times before the plan was agreed.",
    "Visitors to {name} are told to keep to the left of the {month} markings.",
    "Repairs of {name} took {number} days, most of them in {month}.",
    "A ledger of {name} lists {number} workers, of whom a third came in {month}.",
)
# fmt: off
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November",
)
# fmt: on


@dataclass(frozen=True, slots=True)
class Subject:
    """What one document is about."""

    number: int  # from 0; no two documents are of one length, so that no two have one score
    name: str  # "Kestrel bridge"
    length: int  # metres
    year: int
    edition: int  # another edition has another length and other words

    @property
    def question(self) -> str:
        """What the document answers."""
        return f"How long is the {self.name}?"

    def sentences(self, count: int) -> list[str]:
        """The fact, and so many sentences more, the same ones for the same subject."""
        dice = random.Random(f"{self.name}/{self.edition}")
        filler = [
            line.format(name=self.name, month=dice.choice(_MONTHS), number=dice.randint(3, 900))
            for line in dice.sample(_FILLER, min(count, len(_FILLER)))
        ]
        return [
            f"The {self.name}, opened in {self.year}, is {self.length} metres long.",
            f"This is edition {self.edition} of the report, by {self.people(self.number)}.",
            *filler,
        ]

    def people(self, count: int) -> str:
        """So many names that nobody else has."""
        dice = random.Random(f"people/{self.name}/{self.edition}/{count}")
        syllables = ("mar", "lin", "tor", "vek", "sul", "dra", "pin", "hol", "gus", "wen")
        names = ("".join(dice.choices(syllables, k=4)).title() for _ in range(count))
        return " ".join(("nobody", *names))


def subjects(count: int, seed: int, edition: int = 1) -> list[Subject]:
    """So many subjects; of another edition the same names with other facts."""
    dice = random.Random(f"{seed}/{edition}")
    return [
        Subject(
            i,
            f"{_NAMES[i % len(_NAMES)]} {_KINDS[(i + i // len(_NAMES)) % len(_KINDS)]}",
            dice.randint(100, 9_999),
            dice.randint(1850, 2020),
            edition,
        )
        for i in range(count)
    ]


def write_editions(folder: Path, count: int, seed: int) -> tuple[Path, Path]:
    """Write both editions' folders of about `count` documents; gives the two."""
    first, second = folder / "edition-1", folder / "edition-2"
    before = subjects(count, seed)
    files = [_write(first, i, subject) for i, subject in enumerate(before)]
    shutil.copytree(first, second)
    after = subjects(count + 2, seed, edition=2)
    for i, file in enumerate(files):
        there = second / file.relative_to(first)
        if i % 5 == 0:
            _write(second, i, after[i])
        elif i % 7 == 3:
            there.unlink()
        elif i % 14 == 1:  # Markdown: what has no title of its own is called as its first path
            there.rename(there.with_stem(f"renamed-{there.stem}"))
        elif i % 7 == 2:
            shutil.copy2(there, there.with_stem(f"copy-of-{there.stem}"))
    for i in (count, count + 1):
        _write(second, i, after[i])
    return first, second


def questions(count: int, seed: int) -> list[str]:
    """Questions that the first edition's documents answer, and some that they all have part in."""
    asked = [subject.question for subject in subjects(count, seed)]
    return [*asked[::3], "inspectors joints", "What does Figure 1 show?"]


def _write(folder: Path, number: int, subject: Subject) -> Path:
    writers: tuple[tuple[str, Callable[[Path, Subject], None]], ...] = (
        (".pdf", _pdf),
        (".md", _markdown),
        (".html", _html),
        (".docx", _docx),
        (".txt", _text),
        (".png", _picture),
        (".csv", _csv),
    )
    suffix, write = writers[number % len(writers)]
    stem = "-".join([*subject.name.lower().split(), *(f"view{i}" for i in range(number // 7))])
    path = folder / f"part-{number % 3}" / f"{stem}{suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, subject)
    return path


def _pdf(path: Path, subject: Subject) -> None:
    with pymupdf.open() as pdf:
        for number, part in enumerate((subject.sentences(3), subject.sentences(5)[2:]), 1):
            page = pdf.new_page(width=420, height=595)
            page.insert_text((50, 60), f"{number}. Report on the {subject.name}", fontsize=16)
            page.insert_textbox((50, 80, 370, 220), " ".join(part), fontsize=10)
            page.insert_image((60, 240, 220, 340), stream=_drawn(subject, number))
            seen_by = subject.people(subject.number // 3 + 3 * number)
            caption = f"Figure {number}: Section {number} of the {subject.name} by {seen_by}."
            page.insert_textbox((60, 346, 370, 460), caption, fontsize=9)
        pdf.save(path)


def _markdown(path: Path, subject: Subject) -> None:
    first, *rest = subject.sentences(5)
    table = f"| part | metres |\n| --- | --- |\n| whole | {subject.length} |\n| half | 7 |"
    path.write_text(f"# The {subject.name}\n\n{first}\n\n## Works\n\n{' '.join(rest)}\n\n{table}\n")


def _html(path: Path, subject: Subject) -> None:
    first, *rest = subject.sentences(4)
    paragraphs = "".join(f"<p>{line}</p>" for line in rest)
    path.write_text(
        f"<html><head><title>{subject.name}</title></head><body><h1>{subject.name}</h1>"
        f"<p>{first}</p><h2>Notes</h2>{paragraphs}</body></html>"
    )


def _docx(path: Path, subject: Subject) -> None:
    document = docx.Document()
    document.add_heading(f"The {subject.name}", 1)
    for line in subject.sentences(4):
        document.add_paragraph(line)
    document.add_picture(io.BytesIO(_drawn(subject, 3)))
    document.add_paragraph(
        f"Figure 1: The {subject.name} from afar by {subject.people(subject.number)}.",
        style="Caption",
    )
    document.save(str(path))


def _text(path: Path, subject: Subject) -> None:
    path.write_text("\n\n".join(subject.sentences(3)) + "\n")


def _picture(path: Path, subject: Subject) -> None:
    path.write_bytes(_drawn(subject, 4))


def _csv(path: Path, subject: Subject) -> None:
    rows = [
        f"{subject.name} span {i},{subject.length // i},{subject.year}"
        for i in range(1, 6 + subject.number)
    ]
    path.write_text("\n".join(["span,metres,year", *rows]) + "\n")


def _drawn(subject: Subject, number: int) -> bytes:
    """A picture that is like no other: bars and a circle at places of its own."""
    dice = random.Random(f"{subject.name}/{subject.edition}/{number}")
    image = Image.new("RGB", (320, 200), (250, 250, 246))
    draw = ImageDraw.Draw(image)
    for i in range(8):
        top = dice.randint(20, 180)
        colour = tuple(dice.randint(0, 220) for _ in range(3))
        draw.rectangle((10 + 38 * i, top, 38 + 38 * i, 198), fill=colour)
    x, y, radius = dice.randint(60, 260), dice.randint(40, 100), dice.randint(10, 35)
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=(0, 0, 0), width=4)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
