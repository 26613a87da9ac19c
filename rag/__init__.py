"""Ask your documents: answers whose every sentence cites a page and a box.

    from rag import Rag

    with Rag.open(".rag") as rag:
        rag.ingest("./docs")
        answer = rag.ask("What does Figure 3 show?")
        print(answer.text)

Names are imported when first used, so that `import rag` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from indexes.clip.tune import TuningReport
    from indexes.store import RunRecord
    from ingest.errors import RagError
    from ingest.types import Box, Document, Element, Kind, Place, Receipt
    from rag.app import Rag, Status
    from rag.caption_types import CaptionInterrupted, CaptionProgress, CaptionSummary
    from rag.config import Settings
    from rag.context import Prompt
    from rag.conversation import Conversation
    from rag.doctoring import DoctorReport
    from rag.ingesting import IngestInterrupted, IngestSummary, Progress
    from rag.outcomes import FileOutcome, FileStatus
    from rag.proof.checks import BundleCheck
    from rag.proof.need import Verification
    from rag.proof.recheck import verify_bundle
    from rag.reembedding import SwitchPlan
    from rag.tools import describe, extract
    from rag.types import Answer, Disagreement, Evidence, Filter, ShortAnswer, Turn

    __version__: str

__all__ = [
    "Answer",
    "Box",
    "BundleCheck",
    "CaptionInterrupted",
    "CaptionProgress",
    "CaptionSummary",
    "Conversation",
    "Disagreement",
    "DoctorReport",
    "Document",
    "Element",
    "Evidence",
    "FileOutcome",
    "FileStatus",
    "Filter",
    "IngestInterrupted",
    "IngestSummary",
    "Kind",
    "Place",
    "Progress",
    "Prompt",
    "Rag",
    "RagError",
    "Receipt",
    "RunRecord",
    "Settings",
    "ShortAnswer",
    "Status",
    "SwitchPlan",
    "TuningReport",
    "Turn",
    "Verification",
    "describe",
    "extract",
    "verify_bundle",
]

_HOME = {
    "RagError": "ingest.errors",
    "Box": "ingest.types",
    "Document": "ingest.types",
    "Element": "ingest.types",
    "Kind": "ingest.types",
    "Place": "ingest.types",
    "Receipt": "ingest.types",
    "Rag": "rag.app",
    "Status": "rag.app",
    "Settings": "rag.config",
    "IngestInterrupted": "rag.ingesting",
    "IngestSummary": "rag.ingesting",
    "Progress": "rag.ingesting",
    "Answer": "rag.types",
    "Disagreement": "rag.types",
    "ShortAnswer": "rag.types",
    "Evidence": "rag.types",
    "Filter": "rag.types",
    "CaptionInterrupted": "rag.caption_types",
    "CaptionProgress": "rag.caption_types",
    "CaptionSummary": "rag.caption_types",
    "Conversation": "rag.conversation",
    "Prompt": "rag.context",
    "BundleCheck": "rag.proof.checks",
    "SwitchPlan": "rag.reembedding",
    "Verification": "rag.proof.need",
    "verify_bundle": "rag.proof.recheck",
    "Turn": "rag.types",
    "TuningReport": "indexes.clip.tune",
    "DoctorReport": "rag.doctoring",
    "FileOutcome": "rag.outcomes",
    "FileStatus": "rag.outcomes",
    "RunRecord": "indexes.store",
    "describe": "rag.tools",
    "extract": "rag.tools",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from rag.config import version

        return version()
    if name not in _HOME:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
