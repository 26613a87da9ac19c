"""What diagrams say: steps, questions, titles."""

from __future__ import annotations

import random

from indexes.clip.drawing.topics import FIELDS, Subject, subject

VERBS = ("Check", "Review", "Send", "Update", "Create", "Read", "Prepare", "Collect", "Select",
         "Store", "Load", "Start", "Measure", "Compare", "Approve", "Clean", "Test", "Train",
         "Plan", "Register", "Sort", "Filter", "Compute", "Validate", "Merge")  # fmt: skip
THINGS = ("data", "input", "request", "order", "report", "sample", "form", "file", "record",
          "results", "values", "list", "model", "document", "invoice", "user", "image", "query",
          "application", "budget", "draft", "signal", "key", "counter")  # fmt: skip
QUESTIONS = ("Valid?", "Approved?", "x > 0?", "Done?", "More items?", "Error?", "Found?",
             "Is it complete?", "n = N?", "Accepted?", "In stock?", "Converged?", "Empty?",
             "Is the result correct?", "Login OK?", "i < 10?", "Eligible?", "Paid?",
             "Available?", "Does it pass?")  # fmt: skip
ANSWERS = (("Yes", "No"),) * 5 + (("yes", "no"), ("Y", "N"), ("True", "False"), ("T", "F"),
           ("OK", "Fail"), ("+", "-"))  # fmt: skip
RELATIONS = ("has", "is a", "part of", "uses", "causes", "contains", "sends", "reads", "needs",
             "controls", "produces", "feeds", "supports", "depends on")  # fmt: skip
ENDS = (("Start", "End"),) * 3 + (("Begin", "Stop"), ("START", "END"), ("Start", "Finish"))
EVENTS = ("founded", "first release", "new law", "war ends", "merger", "election", "discovery",
          "opening", "reform", "first flight", "crisis", "patent", "treaty", "expansion",
          "new product", "relaunch", "records begin", "first trial")  # fmt: skip


def about(random_: random.Random, count: int) -> Subject:
    """A subject for a diagram of so many parts."""
    return subject(random_, max(count, 4))


def step(random_: random.Random, most: int = 3) -> str:
    """One step of a process, of one to a few words."""
    chance = random_.random()
    if chance < 0.2:
        return random_.choice(VERBS)
    text = f"{random_.choice(VERBS)} {random_.choice(THINGS)}"
    if chance > 0.75 and most > 2:
        text += f" and {random_.choice(VERBS).lower()} {random_.choice(THINGS)}"
    return text


def labels(random_: random.Random, topic: Subject, count: int, steps: float = 0.3) -> list[str]:
    """So many different labels: parts of the subject, steps, letters or numbers."""
    chance = random_.random()
    if chance < 0.07:
        noun = random_.choice(["Step", "Step", "Stage", "Phase"])
        return [f"{noun} {i + 1}" for i in range(count)]
    if chance < 0.13:
        return [chr(65 + i % 26) + (str(i // 26) if i > 25 else "") for i in range(count)]
    names = list(topic.parts)
    if chance < 0.13 + steps:
        names = []
    if len(names) < count and chance < 0.75:
        field = next(field for field in FIELDS if field.name == topic.field)
        names += [part for part in field.parts if part not in names]
    while len(names) < count:
        more = step(random_)
        if more not in names:
            names.append(more)
    return names[:count]


def title(random_: random.Random, topic: Subject, names: list[str], noun: str) -> str:
    """What a diagram with these labels is about; `noun`: "process", "structure"."""
    field = topic.field if topic.field != "Quantities" else "the system"
    shown = [name for name in names if len(name) > 2 and not name.startswith("Step")]
    choices = [
        f"{field} {noun}" if field != "the system" else f"{noun.capitalize()} of the system",
        f"{noun.capitalize()} of {field.lower()}",
        f"{field}: {noun}" if field != "the system" else f"System {noun}",
        f"Overview of the {noun}",
    ]
    if len(shown) > 1:
        choices += [
            f"{shown[0]} and {shown[1].lower()}",
            f"From {shown[0].lower()} to {shown[-1].lower()}",
            f"{noun.capitalize()}: {shown[0].lower()} and {shown[-1].lower()}",
        ]
    return random_.choice(choices)
