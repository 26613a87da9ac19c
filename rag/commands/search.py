"""Find passages, tables and figures.

examples:
  rag search "error rate" -k 20
  rag search "throughput by year" --kind figure
  rag search --image photo.jpg             figures that look like it
  rag search "market shares" --figure-type pie
  rag search "tax" --json | jq -r '.[].element.id'
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from rag.commands import add_filters, add_models, filters_of, opened, positive, question_of

if TYPE_CHECKING:
    from rag.inline_pictures import Protocol
    from rag.types import Evidence


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `rag search` takes."""
    parser.add_argument("question", nargs="*", help='what to look for; "-" reads it from stdin')
    parser.add_argument("-k", type=positive, default=10, metavar="N", help="results (default: 10)")
    add_filters(parser)
    add_models(parser)


def run(args: argparse.Namespace) -> int:
    """Prints a list of Evidence."""
    with opened(args, images=args.images) as rag:
        found = rag.search(question_of(args), args.k, **filters_of(args))
        if args.json:
            from rag.jsonable import to_json

            print(to_json(found))
            return 0
        from rag.inline_pictures import protocol

        spoken = protocol(rag.settings.images)
    for evidence in found:
        show_evidence(evidence, spoken)
    if not found:
        print("Nothing was found.")
    return 0


def show_evidence(evidence: Evidence, spoken: Protocol | None, *, quoted: bool = True) -> None:
    """One piece of evidence: number, place, caption, the text's beginning, the picture."""
    from rag.inline_pictures import picture
    from rag.terminal import citation, name, shortened, styled, title, width, wrapped

    element = evidence.element
    print(f"{styled(f'[{evidence.number}]', 'cyan')} {citation(element, evidence.document)}")
    indent = "    "
    if caption := title(element):
        print(wrapped(shortened(caption, 400), indent))
    if quoted and element.text and element.image_path is None:
        print(styled(indent + shortened(element.text, 2 * width()), "dim"))
    if element.described_by:
        from ingest.captioners.check import marked

        told = marked(element.description, element.unverified)
        print(styled(indent + shortened(f"Described by a model: {told}", 2 * width()), "dim"))
    if element.image_path is not None:
        print(indent + name(element.image_path))
        if spoken:
            print(picture(element.image_path, spoken), end="")
    print(indent + styled(f"rag show {element.id[:12]}", "dim"))
