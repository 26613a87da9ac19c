"""Lines of terminals, and of pseudo-code."""

from __future__ import annotations

import random

from . import page_words as words
from .page_code_grammar import LETTERS, Token, shell, tokens


def session(random_: random.Random, log: bool) -> list[list[Token]]:
    """Lines of a terminal."""
    lines: list[list[Token]] = []
    prompt = random_.choice(["$ ", "user@host:~$ ", "> ", ">>> ", "C:\\> ", "~ % "])
    clock = random_.randint(0, 80000)
    for _ in range(random_.randint(5, 26)):
        if log:
            clock += random_.randint(1, 90)
            day = f"2024-{random_.randint(1, 12):02d}-11"
            stamp = f"{day} {clock // 3600:02d}:{clock // 60 % 60:02d}:{clock % 60:02d} "
            level = random_.choice(["INFO ", "INFO ", "DEBUG ", "WARN ", "ERROR "])
            lines.append(
                [
                    Token(stamp, "comment"),
                    Token(level, "keyword"),
                    Token(words.clause(random_)[:56], "other"),
                ]
            )
        elif random_.random() < 0.3:
            lines.append([Token(prompt, "keyword"), *tokens(shell(random_)[-1])])
        elif random_.random() < 0.4:
            row = f"-rw-r--r-- 1 user {random_.randint(100, 99999):>6} {words.word(random_)}.txt"
            lines.append([Token(row, "other")])
        else:
            lines.append(
                [Token(words.clause(random_)[:64], random_.choice(["other", "other", "string"]))]
            )
    return lines


def pseudo(random_: random.Random) -> tuple[str, list[tuple[int, str, str]]]:
    """A title, and lines of an indent, a keyword and the rest."""

    def thing() -> str:
        return random_.choice(
            [
                *LETTERS,
                words.word(random_),
                f"{random_.choice('xyf')}({random_.choice('ijk')})",
            ]
        )

    title = f"{words.verb(random_).capitalize()} the {words.word(random_)}"
    lines = [(0, "Input:", f"{thing()}, {thing()}"), (0, "Output:", thing())]
    depth = 0
    for _ in range(random_.randint(4, 14)):
        chance = random_.random()
        if chance < 0.2 and depth < 3:
            lines.append((depth, "for", f"i = 1, …, {thing()} do"))
            depth += 1
        elif chance < 0.35 and depth < 3:
            lines.append((depth, random_.choice(["if", "while"]), f"{thing()} > {thing()} then"))
            depth += 1
        elif chance < 0.5 and depth:
            depth -= 1
            lines.append((depth, random_.choice(["end", "end if", "end for"]), ""))
        else:
            lines.append((depth, "", f"{thing()} := {thing()} {random_.choice('+-·/')} {thing()}"))
    lines.append((0, "return", thing()))
    return title, lines
