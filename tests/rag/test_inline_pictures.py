from __future__ import annotations

from base64 import b64decode
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from rag.inline_pictures import picture, protocol


@pytest.mark.parametrize(
    ("environment", "spoken"),
    [
        ({"KITTY_WINDOW_ID": "1", "TERM": "xterm-kitty"}, "kitty"),
        ({"TERM": "xterm-ghostty"}, "kitty"),
        ({"TERM_PROGRAM": "iTerm.app"}, "iterm2"),
        ({"TERM_PROGRAM": "WezTerm"}, "iterm2"),
        ({"TERM": "tmux-256color", "TMUX": "x", "KITTY_WINDOW_ID": "1"}, "kitty"),
        ({"TERM": "xterm-256color"}, "kitty"),
    ],
)
def test_always(environment: dict[str, str], spoken: str) -> None:
    assert protocol("always", environment) == spoken


def test_not_in_a_pipe_and_not_when_told_never() -> None:
    kitty = {"TERM": "xterm-kitty"}
    assert protocol("auto", kitty) is None  # pytest's stdout is no terminal
    assert protocol("never", kitty) is None


@pytest.fixture
def png(tmp_path: Path) -> Path:
    path = tmp_path / "crop.png"
    Image.effect_noise((120, 90), 80).save(path)
    return path


def test_kitty_pieces_hold_the_file(png: Path) -> None:
    commands = picture(png, "kitty").strip().split("\x1b\\")[:-1]
    assert len(commands) > 1
    assert commands[0].startswith("\x1b_Ga=T,f=100,r=18,q=2,m=1;")
    assert commands[-1].startswith("\x1b_Gm=0;")
    data = b64decode("".join(command.partition(";")[2] for command in commands))
    assert Image.open(BytesIO(data)).size == (120, 90)


def test_iterm2_holds_the_file(png: Path) -> None:
    head, _, data = picture(png, "iterm2").strip().removesuffix("\x07").partition(":")
    assert head.startswith("\x1b]1337;File=inline=1;")
    shown = Image.open(BytesIO(b64decode(data)))
    assert shown.tobytes() == Image.open(png).tobytes()


def test_what_is_no_png_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(b"\x1b]0;evil\x07")
    assert picture(tmp_path / "x.png", "kitty") == ""
    assert picture(tmp_path / "missing.png", "kitty") == ""
