from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from rag import Rag, cli
from rag.cli import COMMANDS, main, parser_of

ROOT = Path(__file__).parents[2]


def rag_process(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rag", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _heeding_ctrl_c() -> None:
    """Shells have what runs in the background ignore it, and so the tests' processes."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["help"]])
def test_help_names_every_command(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 0
    shown = capsys.readouterr().out
    assert all(f"  {command} " in shown for command in COMMANDS)
    assert max(map(len, shown.splitlines())) <= 100


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_with_examples(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "--help"]) == 0
    shown = capsys.readouterr().out
    assert f"usage: rag {command}" in shown
    assert "examples:" in shown
    assert "--json" in shown
    assert "--index" in shown


def test_every_command_file_is_a_command() -> None:
    files = {path.stem.replace("_", "-") for path in (ROOT / "rag" / "commands").glob("[!_]*.py")}
    assert files == set(COMMANDS)


def test_every_option_has_help() -> None:
    for command in COMMANDS:
        for action in parser_of(command)._actions:
            assert action.help, f"{command}: {action.dest}"


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("rag ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["asc"], "rag: unknown command 'asc'; did you mean rag ask?"),
        (["--quiet", "list"], "rag: --quiet: options come after the command; see rag --help"),
        (["\x1b[31mx"], r"rag: unknown command '\x1b[31mx'; commands: ingest, ask"),
    ],
)
def test_unknown_words(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith(message)


def test_wrong_options_give_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "-k", "0", "question"]) == 2
    assert "'0' is not a whole number from 1" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["ask", "search", "list", "show", "remove", "status"])
def test_no_index(
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = {"list": [], "status": []}.get(command, ["word"])
    assert main([command, *arguments]) == 3
    assert capsys.readouterr().err == (
        f"rag: no index at {tmp_path}/.rag; make one with: rag ingest PATH\n"
    )
    assert not (tmp_path / ".rag").exists()


def test_a_bug_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(arguments: list[str]) -> int:
        raise ZeroDivisionError("by\nnothing")

    monkeypatch.setattr(cli, "_run", broken)
    assert main(["list"]) == 1
    error = capsys.readouterr().err
    assert error == (
        "rag: unexpected error: ZeroDivisionError: by nothing (RAG_DEBUG=1 shows where)\n"
    )
    monkeypatch.setenv("RAG_DEBUG", "1")
    assert main(["list"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_ctrl_c_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def pressed(arguments: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_run", pressed)
    assert main(["list"]) == 130
    assert capsys.readouterr().err == "rag: interrupted\n"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_command_at_once(
    number: signal.Signals, code: int, docs: Path, tmp_path: Path
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "rag", "ask", "-", "--log-json"],  # waits for its question
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_heeding_ctrl_c,
    )
    with process:
        assert process.stderr is not None
        assert json.loads(process.stderr.readline())["event"] == "start"
        process.send_signal(number)
        started = time.monotonic()
        assert process.wait(timeout=10) == code
        assert time.monotonic() - started < 10  # two are promised, of a machine that is not busy
        error, end = map(json.loads, process.stderr)
    assert (error["message"], end["exit_code"]) == ("interrupted", code)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_an_ingest_cleanly(number: signal.Signals, code: int, tmp_path: Path) -> None:
    many = tmp_path / "many"
    many.mkdir()
    for n in range(300):
        (many / f"{n}.md").write_text("\n\n".join(f"Words of {n}: {m}." for m in range(200)))
    (tmp_path / "tmp").mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "rag", "ingest", "many", "--workers", "2", "--log-json"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path / "tmp")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_heeding_ctrl_c,
    )
    with process:
        assert process.stderr is not None
        while json.loads(process.stderr.readline())["event"] != "file":
            pass
        workers = psutil.Process(process.pid).children()
        process.send_signal(number)
        started = time.monotonic()
        told = [json.loads(line) for line in process.communicate(timeout=20)[1].splitlines()]
        assert time.monotonic() - started < 2
        assert process.returncode == code
    assert told[-1]["exit_code"] == code
    assert "of this run kept" in told[-2]["message"]
    assert not psutil.wait_procs(workers, timeout=2)[1]
    assert list((tmp_path / "tmp").iterdir()) == []
    with Rag.open(tmp_path / ".rag") as rag:
        [last] = rag.runs()
        assert last.outcome == "interrupted"
        assert last.summary["files"]["ok"] == len(rag.documents()) > 0
        with rag._opened().writing():  # nobody holds the lock
            pass


def test_as_a_module(tmp_path: Path) -> None:
    done = rag_process("list", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.count("\n") == 1


def test_a_closed_pipe(tmp_path: Path) -> None:
    script = f"{sys.executable} -m rag --help | head -c 1"
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == b""
