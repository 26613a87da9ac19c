"""Files of an index that are changed behind its back: cut short, overwritten, swapped, removed."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from .site import Site
from .struck import Struck

Damage = Callable[[Site, random.Random], str]

_PAGE = 4096


def damaged(damage: Damage, base: str = "first") -> Callable[[Site, random.Random], Struck]:
    """A fault that damages an index at rest, of the first edition."""

    def strike(site: Site, dice: random.Random) -> Struck:
        site.lay(base, 1)
        return Struck(damage(site, dice), 1, damaged=True)

    return strike


def vectors_cut(site: Site, dice: random.Random) -> str:
    """A FAISS file ends somewhere."""
    path = _vectors(site, dice)
    size = dice.randrange(path.stat().st_size)
    os.truncate(path, size)
    return f"{path.name} cut to {size} bytes"


def vectors_flipped(site: Site, dice: random.Random) -> str:
    """Some bits of a FAISS file are others."""
    path = _vectors(site, dice)
    return f"{path.name}: {_flip(path, dice, dice.randint(1, 6))}"


def vectors_of_another_space(site: Site, dice: random.Random) -> str:
    """A FAISS file is put in place of that of another space."""
    left, right = dice.sample(sorted((site.index / "vectors").glob("*.faiss")), 2)
    shutil.copyfile(left, right)
    return f"{right.name} is a copy of {left.name}"


def vectors_of_another_index(site: Site, dice: random.Random) -> str:
    """A FAISS file is that of an index of other files."""
    path = _vectors(site, dice)
    shutil.copyfile(site.base("second") / "vectors" / path.name, path)
    return f"{path.name} is another index's"


def vectors_gone(site: Site, dice: random.Random) -> str:
    """A FAISS file, or all of them, are gone."""
    if dice.random() < 0.3:
        shutil.rmtree(site.index / "vectors")
        return "vectors/ removed"
    path = _vectors(site, dice)
    path.unlink()
    return f"{path.name} removed"


def catalogue_overwritten(site: Site, dice: random.Random) -> str:
    """A page of the catalogue is noise, but not the first."""
    path = site.index / "catalog.sqlite"
    pages = path.stat().st_size // _PAGE
    chosen = sorted(dice.sample(range(1, pages), min(dice.choice((1, 1, 2, 5)), pages - 1)))
    with path.open("r+b") as file:
        for page in chosen:
            file.seek(page * _PAGE)
            file.write(dice.randbytes(_PAGE))
    return f"catalog.sqlite: noise in pages {chosen} (from 0) of {pages}"


def catalogue_flipped(site: Site, dice: random.Random) -> str:
    """Some bits of the catalogue are others."""
    return f"catalog.sqlite: {_flip(site.index / 'catalog.sqlite', dice, dice.randint(1, 4))}"


def catalogue_row_changed(site: Site, dice: random.Random) -> str:
    """A row is another than what was stored; SQLite itself finds nothing wrong."""
    changes = (
        "UPDATE elements SET text = text || '!' WHERE key = (SELECT max(key) FROM elements)",
        "DELETE FROM elements WHERE key = (SELECT min(key) FROM elements)",
        "DELETE FROM vectors WHERE number = (SELECT min(number) FROM vectors)",
        "DELETE FROM vectors WHERE space = 'text'",
        "UPDATE vectors SET data = zeroblob(length(data)) WHERE number = 3",
        "DELETE FROM mentions",
        "DELETE FROM element_words WHERE rowid = (SELECT min(key) FROM elements)",
        "DELETE FROM page_words",
        "DELETE FROM pages",
        "DELETE FROM modalities",
        "UPDATE modalities SET members = members + 1",
        "DELETE FROM paths WHERE number = (SELECT min(number) FROM paths)",
        "DELETE FROM documents WHERE number = (SELECT min(number) FROM documents)",
        "UPDATE documents SET checksum = ''",
        "UPDATE documents SET title = 'another'",
        "UPDATE meta SET value = 0 WHERE name = 'generation'",
    )
    change = dice.choice(changes)
    with closing(sqlite3.connect(site.index / "catalog.sqlite")) as connection, connection:
        connection.execute(f"PRAGMA foreign_keys = {dice.choice(('ON', 'OFF'))}")
        connection.execute(change)
    return f"catalog.sqlite: {change}"


def catalogue_cut(site: Site, dice: random.Random) -> str:
    """The catalogue ends somewhere."""
    path = site.index / "catalog.sqlite"
    size = dice.choice((0, 17, dice.randrange(path.stat().st_size), path.stat().st_size - 1))
    os.truncate(path, size)
    return f"catalog.sqlite cut to {size} bytes"


def catalogue_headless(site: Site, dice: random.Random) -> str:
    """The catalogue's first page is noise, or it is no database at all."""
    path = site.index / "catalog.sqlite"
    if dice.random() < 0.3:
        path.write_text("this is no database\n" * 500)
        return "catalog.sqlite is a text"
    length = dice.choice((16, 100, _PAGE))
    with path.open("r+b") as file:
        file.write(dice.randbytes(length))
    return f"catalog.sqlite: noise in its first {length} bytes"


def catalogue_gone(site: Site, dice: random.Random) -> str:
    """The catalogue is gone, all else is there."""
    (site.index / "catalog.sqlite").unlink()
    return "catalog.sqlite removed"


def log_cut(site: Site, dice: random.Random) -> str:
    """The write-ahead log, which holds commits that the catalogue lacks, ends somewhere."""
    path = _log(site)
    size = dice.randrange(path.stat().st_size)
    os.truncate(path, size)
    return f"{path.name} cut to {size} bytes"


def log_gone(site: Site, dice: random.Random) -> str:
    """The write-ahead log is gone, with or without its index."""
    names = dice.choice((["-wal"], ["-wal", "-shm"], ["-shm"]))
    for name in names:
        (site.index / f"catalog.sqlite{name}").unlink(missing_ok=True)
    return f"catalog.sqlite{' and '.join(names)} removed"


def log_with_noise(site: Site, dice: random.Random) -> str:
    """The write-ahead log has noise at its end, or in its middle."""
    path = _log(site)
    if dice.random() < 0.5:
        count = dice.randint(1, 20_000)
        with path.open("ab") as file:
            file.write(dice.randbytes(count))
        return f"{path.name}: {count} bytes of noise at its end"
    return f"{path.name}: {_flip(path, dice, 3)}"


def crop_gone(site: Site, dice: random.Random) -> str:
    """A crop, or all of them, are gone."""
    if dice.random() < 0.2:
        shutil.rmtree(site.index / "crops")
        return "crops/ removed"
    path = _crop(site, dice)
    path.unlink()
    return f"crops/{path.name} removed"


def crop_altered(site: Site, dice: random.Random) -> str:
    """A crop is cut, has other bits, is empty, or is another's."""
    path, other = dice.sample(sorted((site.index / "crops").iterdir()), 2)
    how = dice.randrange(4)
    if how == 0:
        os.truncate(path, dice.randrange(path.stat().st_size))
        return f"crops/{path.name} cut"
    if how == 1:
        return f"crops/{path.name}: {_flip(path, dice, 2)}"
    if how == 2:
        path.write_bytes(b"")
        return f"crops/{path.name} is empty"
    shutil.copyfile(other, path)
    return f"crops/{path.name} is a copy of {other.name}"


def strays(site: Site, dice: random.Random) -> str:
    """Files that no one needs: crops of nothing, what dead writers left half written."""
    (site.index / "crops" / f"{'0' * 64}.png").write_bytes(b"stray")
    (site.index / "crops" / "rag-abc.partial").write_bytes(b"half")
    (site.index / "vectors" / "text.faiss.99999.partial").write_bytes(b"half")
    return "stray files in crops/ and vectors/"


def lock_with_noise(site: Site, dice: random.Random) -> str:
    """The lock file is signed by a process that is dead, or holds noise."""
    noise = dice.choice(
        (b'{"pid": 4000000, "host": "elsewhere", "since": "1999"}', dice.randbytes(3000), b"{")
    )
    (site.index / "write.lock").write_bytes(noise)
    return f"write.lock holds {noise[:40]!r}"


def sources_lost(site: Site, dice: random.Random) -> str:
    """The list of what was ingested is gone or noise."""
    path = site.index / "sources.json"
    if dice.random() < 0.5:
        path.unlink(missing_ok=True)
        return "sources.json removed"
    path.write_bytes(dice.randbytes(100))
    return "sources.json is noise"


def all_at_once(site: Site, dice: random.Random) -> str:
    """Several of them together."""
    chosen = dice.sample((vectors_flipped, crop_altered, catalogue_overwritten, strays), 3)
    return "; ".join(damage(site, dice) for damage in chosen)


def _vectors(site: Site, dice: random.Random) -> Path:
    return dice.choice(sorted((site.index / "vectors").glob("*.faiss")))


def _crop(site: Site, dice: random.Random) -> Path:
    return dice.choice(sorted((site.index / "crops").iterdir()))


def _log(site: Site) -> Path:
    return site.index / "catalog.sqlite-wal"


def _flip(path: Path, dice: random.Random, count: int) -> str:
    places = [dice.randrange(path.stat().st_size) for _ in range(count)]
    with path.open("r+b") as file:
        for place in places:
            file.seek(place)
            byte = file.read(1)[0]
            file.seek(place)
            file.write(bytes([byte ^ (1 << dice.randrange(8))]))
    return f"a bit flipped at bytes {places}"


AT_REST: dict[str, Damage] = {
    "FAISS file cut": vectors_cut,
    "FAISS file flipped": vectors_flipped,
    "FAISS file of another space": vectors_of_another_space,
    "FAISS file of another index": vectors_of_another_index,
    "FAISS file gone": vectors_gone,
    "catalogue page overwritten": catalogue_overwritten,
    "catalogue bits flipped": catalogue_flipped,
    "catalogue row changed": catalogue_row_changed,
    "catalogue cut": catalogue_cut,
    "catalogue without head": catalogue_headless,
    "catalogue gone": catalogue_gone,
    "crop gone": crop_gone,
    "crop altered": crop_altered,
    "stray files": strays,
    "lock file with noise": lock_with_noise,
    "sources lost": sources_lost,
    "several at once": all_at_once,
}
IN_LOG: dict[str, Damage] = {
    "log cut": log_cut,
    "log gone": log_gone,
    "log with noise": log_with_noise,
}
