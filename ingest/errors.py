"""What can go wrong, as one tree. Each message names the file, the page and the fix.

RagError
├── InputError            what the user gave cannot be used (exit code 2)
│   ├── PathMissing
│   ├── UnsupportedFile
│   ├── UnreadableFile    corrupt, empty, no permission, no pages
│   ├── EncryptedFile
│   ├── QuestionError     empty or far too long
│   ├── ConfigError
│   └── TrainingError     too little to learn from
├── StoreError            the index cannot be used (exit code 3)
│   ├── IndexMissing
│   ├── IndexBusy         another process is writing
│   ├── IndexMismatch     made with other models
│   ├── IndexVersion      made by another version
│   └── IndexCorrupt
├── NotFound              no such element or document (exit code 4)
├── MissingExtra          an optional package is not installed (exit code 5)
└── ModelError            a model failed or cannot be reached (exit code 6)
"""

from __future__ import annotations


class RagError(Exception):
    """Base of every error that this project raises on purpose."""

    exit_code = 1


class InputError(RagError):
    """What the user gave cannot be used."""

    exit_code = 2


class PathMissing(InputError):
    """A path that does not exist."""


class UnsupportedFile(InputError):
    """A file of a type that no parser reads."""


class UnreadableFile(InputError):
    """A file that is corrupt, empty, not permitted, or has no pages."""


class EncryptedFile(InputError):
    """A file that needs a password that was not given."""


class QuestionError(InputError):
    """A question that is empty or far too long."""


class ConfigError(InputError):
    """A setting that is unknown or has a wrong value."""


class TrainingError(InputError):
    """Too little to learn from."""


class StoreError(RagError):
    """The index cannot be used as it is."""

    exit_code = 3


class IndexMissing(StoreError):
    """There is no index where one was looked for."""


class IndexBusy(StoreError):
    """Another process is writing to the index."""


class IndexMismatch(StoreError):
    """The index was made with other models than those asked for."""


class IndexVersion(StoreError):
    """The index was made by another version of this software."""


class IndexCorrupt(StoreError):
    """The index's files are damaged."""


class NotFound(RagError):
    """No element or document of that id, path or name."""

    exit_code = 4


class MissingExtra(RagError):
    """An optional package is not installed; the message names the pip command."""

    exit_code = 5


class ModelError(RagError):
    """A model failed, cannot be reached, or has no room for what it was given."""

    exit_code = 6
