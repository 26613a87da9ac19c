"""The documentation says what is there, and what it points to exists."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from ingest.formats import SUFFIXES
from rag.cli import COMMANDS, parser_of
from rag.config import Settings

REPOSITORY = Path(__file__).resolve().parent.parent
PAGES = sorted(
    [*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/*.md"), *REPOSITORY.glob("benchmarks/*.md")]
)
LINK = re.compile(r"(!?)\[[^\]]*\]\(([^)\s]+)\)")


def text_of(path: str) -> str:
    return (REPOSITORY / path).read_text(encoding="utf-8")


def section(page: str, title: str) -> str:
    """The part of a Markdown page below a heading of the second level."""
    match = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    assert match, f"no section {title!r}"
    return match[1]


def anchors(page: str) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in titles}


def options(parser: argparse.ArgumentParser) -> list[str]:
    return [option for action in parser._actions for option in action.option_strings]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_is_documented(command: str) -> None:
    page = text_of("docs/cli.md")
    shared = ("Options of every command", "Options that name models")
    described = section(page, f"rag {command}") + "".join(section(page, name) for name in shared)
    named = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", described))
    assert [option for option in options(parser_of(command)) if option not in named] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_documented_option_exists(command: str) -> None:
    described = section(text_of("docs/cli.md"), f"rag {command}")
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", described))
    assert named - set(options(parser_of(command))) == set()


def test_no_command_is_documented_that_does_not_exist() -> None:
    assert set(re.findall(r"^## rag ([\w-]+)$", text_of("docs/cli.md"), re.MULTILINE)) == set(
        COMMANDS
    )


@pytest.mark.parametrize("setting", [field.name for field in fields(Settings)])
def test_every_setting_is_documented(setting: str) -> None:
    row = re.search(
        rf"^\| `{setting}` \| `(.+?)` \|", text_of("docs/configuration.md"), re.MULTILINE
    )
    assert row, f"{setting} is not in docs/configuration.md"
    assert row[1].strip('"') == str(getattr(Settings(), setting))


def test_every_suffix_is_documented() -> None:
    page = text_of("docs/formats.md")
    assert [suffix for suffix in SUFFIXES if f"`{suffix}`" not in page] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_links_and_images_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for _, target in LINK.findall(text):
        if re.match(r"https?://|mailto:", target):
            continue
        path, _, anchor = target.partition("#")
        goal = (page.parent / path).resolve() if path else page
        assert goal.exists(), f"{page.name}: {target}"
        if anchor:
            assert anchor in anchors(goal.read_text(encoding="utf-8")), f"{page.name}: {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_images_have_a_text_in_their_place(page: Path) -> None:
    assert "![](" not in page.read_text(encoding="utf-8")


def test_docs_are_small() -> None:
    total = sum(p.stat().st_size for p in (REPOSITORY / "docs").rglob("*") if p.suffix != ".pyc")
    assert total < 2_000_000


def test_figures_come_out_as_they_are_stored(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    program = (
        "import sys; sys.path.insert(0, 'docs'); from pathlib import Path; import make_figures; "
        f"make_figures.write(Path({str(tmp_path)!r}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=REPOSITORY
    )
    assert done.returncode == 0, done.stderr
    made = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    stored = {
        path.relative_to(REPOSITORY / "docs")
        for path in [*(REPOSITORY / "docs/figures").iterdir(), REPOSITORY / "docs/field-guide.pdf"]
    }
    assert made == stored
