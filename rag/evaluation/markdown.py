"""A report as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.evaluation.compare import Comparison
from rag.evaluation.compare_view import shown_comparison
from rag.evaluation.results import Report
from rag.evaluation.view import Rows, headline, sections
from rag.inert import inert
from rag.terminal import one_line


def markdown(report: Report, comparison: Comparison | None, plot: str) -> str:
    """Tables, what they were made with, and the picture of that name beside it, if any."""
    return "\n\n".join(_parts(report, comparison, plot)) + "\n"


def _parts(report: Report, comparison: Comparison | None, plot: str) -> Iterator[str]:
    made = report.provenance
    yield f"# {inert(headline(report))}"
    yield from (f"**{inert(one_line(warning))}**" for warning in report.warnings)
    if plot:
        yield f"![Recall, refusals and support]({plot})"
    for title, table in sections(report, pipes):
        yield f"## {title}\n\n{table}"
    if comparison is not None:
        yield f"## Comparison\n\n{inert(shown_comparison(comparison, pipes))}"
    models = ", ".join(f"{name} {model}" for name, model in made.models.items())
    facts = {
        "Questions": f"{made.file}, SHA-256 {made.sha256}",
        "Index": made.index,
        "Models": models,
        "Version": made.version,
        "Options": ", ".join(f"{name} {value}" for name, value in made.options.items()),
        "Settings": ", ".join(f"{name} {value}" for name, value in made.settings.items()),
    }
    yield "## Made with\n\n" + pipes(["What", "Which"], [[k, v] for k, v in facts.items()])


def pipes(head: Sequence[str], rows: Rows) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(c) for c in line)} |" for line in lines)


def _cell(cell: str | int) -> str:
    return inert(one_line(str(cell))).replace("|", "\\|")
