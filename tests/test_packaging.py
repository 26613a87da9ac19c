from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib import import_module
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

import pytest

PACKAGES = ("rag", "indexes", "ingest")


@pytest.fixture(scope="module")
def project(repository: Path) -> dict[str, Any]:
    settings = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))
    found: dict[str, Any] = settings["project"]
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_are_typed(repository: Path, package: str) -> None:
    assert (repository / package / "py.typed").is_file()


def test_every_folder_of_modules_is_a_package(repository: Path) -> None:
    folders = {path.parent for package in PACKAGES for path in (repository / package).rglob("*.py")}
    missing = [str(folder) for folder in folders if not (folder / "__init__.py").is_file()]
    assert missing == []  # setuptools would leave them out


def test_dependencies_have_lower_bounds_and_no_caps(project: dict[str, Any]) -> None:
    extras = project["optional-dependencies"].values()
    requirements = [*project["dependencies"], *(line for extra in extras for line in extra)]
    for requirement in requirements:
        specifier = requirement.split(";")[0]
        own_extras = specifier.startswith(f"{project['name']}[")
        bounded = re.fullmatch(r"[A-Za-z0-9_.-]+>=[0-9.]+", specifier.strip())
        assert own_extras or bounded, requirement


def test_console_script_exists(project: dict[str, Any]) -> None:
    module, _, function = project["scripts"]["rag"].partition(":")
    assert callable(getattr(import_module(module), function))


def test_installed_version_is_the_source_tree_s(project: dict[str, Any]) -> None:
    try:
        assert version(project["name"]) == project["version"]
    except PackageNotFoundError:
        pytest.skip("run from a source tree that is not installed")
    installed = {re.split(r"[>;\s]", line)[0] for line in requires(project["name"]) or ()}
    assert {re.split(r"[>;\s]", line)[0] for line in project["dependencies"]} <= installed


def test_changelog_knows_this_version(repository: Path, project: dict[str, Any]) -> None:
    changelog = (repository / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {project['version']}" in changelog


def test_help_of_the_module(repository: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rag", "--help"],
        capture_output=True,
        text=True,
        check=False,
        cwd=repository,
    )
    assert done.returncode == 0
    assert done.stdout.startswith("usage: rag")
