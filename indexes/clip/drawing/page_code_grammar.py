"""Programs without a purpose, in several languages, as coloured tokens."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from . import page_words as words

LANGUAGES = ("Python", "JavaScript", "Java", "C", "Rust", "SQL", "HTML", "JSON", "R", "shell")


LETTERS = ("x", "y", "i", "n", "k", "d", "f", "s")


_KEYWORDS = frozenset(
    [
        "def",
        "return",
        "if",
        "else",
        "elif",
        "for",
        "in",
        "while",
        "import",
        "from",
        "as",
        "class",
        "with",
        "not",
        "and",
        "or",
        "None",
        "True",
        "False",
        "try",
        "except",
        "raise",
        "function",
        "const",
        "let",
        "var",
        "new",
        "await",
        "async",
        "export",
        "default",
        "public",
        "private",
        "static",
        "void",
        "int",
        "float",
        "double",
        "char",
        "struct",
        "fn",
        "mut",
        "pub",
        "use",
        "impl",
        "match",
        "String",
        "boolean",
        "final",
        "extends",
        "this",
        "null",
        "SELECT",
        "FROM",
        "WHERE",
        "GROUP",
        "BY",
        "ORDER",
        "JOIN",
        "ON",
        "INSERT",
        "INTO",
        "VALUES",
        "COUNT",
        "SUM",
        "AVG",
        "AS",
        "CREATE",
        "TABLE",
        "PRIMARY",
        "KEY",
        "library",
        "echo",
        "done",
        "do",
        "then",
        "fi",
        "true",
        "false",
        "include",
    ]
)


_PATTERN = re.compile(
    r"(?P<comment>(//|--|# ).*|/\*.*|<!--.*)|(?P<string>\"[^\"]*\"|'[^']*')"
    r"|(?P<number>\b\d+(\.\d+)?\b)|(?P<name>\b\w+(?=\())|(?P<word>\w+)|(?P<other>\s+|[^\w\s])"
)


@dataclass(frozen=True, slots=True)
class Token:
    """Some characters, and their sort: keyword, string, comment, number, name, other."""

    text: str
    sort: str


def tokens(line: str) -> list[Token]:
    """A line of code in tokens."""
    found = []
    for match in _PATTERN.finditer(line):
        sort = match.lastgroup or "other"
        text = match.group()
        for name in ("comment", "string", "number", "name", "word", "other"):
            if match.group(name) is not None:
                sort = name
        if text in _KEYWORDS:
            sort = "keyword"
        found.append(Token(text, sort))
    return found


def program(random_: random.Random, language: str) -> list[list[Token]]:
    """Up to forty lines of a language."""
    source = {
        "SQL": _sql, "HTML": _html, "JSON": _json, "Python": _python, "R": _r, "shell": shell,
    }.get(language)  # fmt: skip
    lines: list[str] = []
    while len(lines) < 34:
        lines += source(random_) if source else _braces(random_, language)
        lines.append("")
        if random_.random() < 0.35:
            break
    return [tokens(line) for line in lines[:40]]


def _name(random_: random.Random) -> str:
    return random_.choice([words.word(random_), words.word(random_), *LETTERS])


def _call(random_: random.Random) -> str:
    inner = ", ".join(_value(random_) for _ in range(random_.randint(0, 3)))
    return f"{words.verb(random_)}_{words.word(random_)}({inner})"


def _value(random_: random.Random) -> str:
    return random_.choice(
        [_name(random_), _name(random_), str(random_.randint(0, 200)), f'"{words.word(random_)}"',
         f"{_name(random_)}[{_name(random_)}]", f"{random_.random():.2f}"]
    )  # fmt: skip


def _expression(random_: random.Random) -> str:
    return random_.choice(
        [_call(random_), _call(random_),
         f"{_value(random_)} {random_.choice('+-*/')} {_value(random_)}",
         _value(random_), f"{_name(random_)}.{words.verb(random_)}({_value(random_)})"]
    )  # fmt: skip


def _test(random_: random.Random) -> str:
    compare = random_.choice(["==", "<", ">", "!=", "<="])
    return f"{_name(random_)} {compare} {_value(random_)}"


def _python(random_: random.Random) -> list[str]:
    lines = []
    if random_.random() < 0.4:
        lines = [
            f"import {words.word(random_)}",
            f"from {words.word(random_)} import {_name(random_)}",
            "",
            "",
        ]
    lines.append(
        f"def {words.verb(random_)}_{words.word(random_)}({_name(random_)}, {_name(random_)}=None):"
    )
    if random_.random() < 0.5:
        lines.append(f'    """{words.sentence(random_)[:56]}"""')
    depth = 1
    for _ in range(random_.randint(3, 13)):
        pad = "    " * depth
        if random_.random() < 0.12:
            lines.append(f"{pad}# {words.clause(random_)[:50]}")
        head = random_.random()
        if head < 0.15 and depth < 4:
            lines.append(f"{pad}for {_name(random_)} in {_expression(random_)}:")
            depth += 1
        elif head < 0.3 and depth < 4:
            lines.append(f"{pad}if {_test(random_)}:")
            depth += 1
        else:
            lines.append(f"{pad}{_name(random_)} = {_expression(random_)}")
            depth = max(1, depth - (random_.random() < 0.35))
    lines.append(f"    return {_expression(random_)}")
    return lines


def _braces(random_: random.Random, language: str) -> list[str]:
    head, set_ = {
        "Java": ("public static int", "int "),
        "C": ("static int", "int "),
        "Rust": ("pub fn", "let "),
    }.get(language, ("function", "const "))
    lines = []
    if language == "C":
        lines = ["#include <stdio.h>", ""]
    name = f"{words.verb(random_)}{words.word(random_).title()}"
    lines.append(f"{head} {name}({_name(random_)}, {_name(random_)}) {{")
    depth = 1
    for _ in range(random_.randint(3, 14)):
        pad = "  " * depth
        chance = random_.random()
        if chance < 0.12:
            lines.append(f"{pad}// {words.clause(random_)[:48]}")
        elif chance < 0.25 and depth < 4:
            lines.append(f"{pad}if ({_test(random_)}) {{")
            depth += 1
        elif chance < 0.35 and depth < 4:
            lines.append(f"{pad}for (i = 0; i < {random_.randint(2, 99)}; i++) {{")
            depth += 1
        elif chance < 0.55 and depth > 1:
            depth -= 1
            lines.append("  " * depth + "}")
        else:
            lines.append(f"{pad}{set_}{_name(random_)} = {_expression(random_)};")
    while depth:
        depth -= 1
        lines.append("  " * depth + "}")
    return lines


def _sql(random_: random.Random) -> list[str]:
    a, b = words.word(random_), words.word(random_)
    lines = [f"SELECT {a}.{_name(random_)}, COUNT({_name(random_)}) AS total", f"FROM {a}"]
    if random_.random() < 0.6:
        lines.append(f"JOIN {b} ON {a}.id = {b}.{a}_id")
    lines.append(f"WHERE {a}.{_name(random_)} > {random_.randint(1, 900)}")
    if random_.random() < 0.6:
        lines.append(f"  AND {b}.name = '{words.word(random_)}'")
    return [*lines, f"GROUP BY {a}.{_name(random_)}", "ORDER BY total;"]


def _html(random_: random.Random) -> list[str]:
    lines = ['<div class="' + words.word(random_) + '">']
    for _ in range(random_.randint(2, 9)):
        tag = random_.choice(["p", "h2", "li", "span", "a"])
        more = f' href="/{words.word(random_)}"' if tag == "a" else ""
        lines.append(f"  <{tag}{more}>{words.point(random_)[:40]}</{tag}>")
    return [*lines, "</div>"]


def _json(random_: random.Random) -> list[str]:
    lines = ["{"]
    for _ in range(random_.randint(2, 9)):
        if random_.random() < 0.25:
            lines.append(f'  "{words.word(random_)}": {{')
            lines.append(f'    "{words.word(random_)}": {random_.randint(0, 99)}')
            lines.append("  },")
        else:
            value = random_.choice(
                [str(random_.randint(0, 900)), "true", f'"{words.label(random_)}"', "[1, 2, 3]"]
            )
            lines.append(f'  "{words.word(random_)}": {value},')
    return [*lines, f'  "id": {random_.randint(1, 99)}', "}"]


def _r(random_: random.Random) -> list[str]:
    lines = [f"library({words.word(random_)})"]
    for _ in range(random_.randint(2, 9)):
        lines.append(f"{_name(random_)} <- {_expression(random_)}")
    return [*lines, f"plot({_name(random_)}, {_name(random_)}, col = 'blue')"]


def shell(random_: random.Random) -> list[str]:
    """Lines of a script for a shell."""
    lines = ["#!/bin/sh"]
    for _ in range(random_.randint(2, 9)):
        lines.append(
            random_.choice(
                [
                    f"{words.verb(random_)} --{words.word(random_)} {words.word(random_)}.txt",
                    f'echo "{words.point(random_)[:40]}"',
                    f"cd /{words.word(random_)}/{words.word(random_)}",
                    f"for f in *.{_name(random_)}; do {words.verb(random_)} $f; done",
                ]
            )
        )
    return lines
