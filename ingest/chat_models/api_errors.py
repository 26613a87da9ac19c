"""What goes wrong at a model's server, as one line that names the model, the place and the fix.

The SDKs of OpenAI and Anthropic raise exceptions of one shape: a `status_code` and a `body` where
the server answered, a cause from httpx2 where it did not. Such an exception quotes the server,
and a server may quote the key; so the key is cut out of what is told, and whoever raises what
`explained` returns does so `from None`.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from ingest.errors import ConfigError, ModelError, RagError

_MOST_QUOTED = 200  # characters of a server's own words
_TOO_LONG = re.compile(
    r"context.?(length|size|window|limit)|prompt is too long|request_too_large|too many tokens"
)
_LOCAL = re.compile(r"localhost|127\..*|::1|0\.0\.0\.0")


@dataclass(frozen=True, slots=True)
class Service:
    """Where a model runs and how it is called, as errors tell it."""

    name: str  # as the settings name the model: "openai:llama3"
    url: str  # of the API, without user and password
    url_setting: str  # what sets the URL: "base_url", "ANTHROPIC_BASE_URL"
    key_variable: str  # the environment variable that holds the key
    tries: int  # how often a call is tried
    timeout: float  # seconds without a sign of life after which a try is given up

    @property
    def host(self) -> str:
        """The server's name, with its port if that is not the scheme's own."""
        return urlsplit(self.url).netloc


def checked_url(url: str, setting: str) -> str:
    """The URL without user and password; raises ConfigError when it is not one of HTTP."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or parts.scheme not in ("http", "https") or re.search(r"\s", url):
        harmless = _shortened(re.sub(r"//.*@", "//", url))
        raise ConfigError(f"{setting} = {harmless!r} is not like http://localhost:8000/v1")
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}{f':{port}' if port else ''}{parts.path.rstrip('/')}"


def key_from(variable: str, name: str, required: bool) -> str:
    """The key in an environment variable, or a placeholder, as servers without keys take any.

    Raises ConfigError when there is none and one is required, or when it cannot be sent.
    """
    key = os.environ.get(variable, "").strip()
    if not key and required:
        raise ConfigError(f"{name}: no key; set the environment variable {variable}")
    if not re.fullmatch(r"[!-~]*", key):  # what HTTP says of it later would quote it
        raise ConfigError(f"{name}: the key in {variable} holds a space, line break or the like")
    return key or "none"


def explained(service: Service, error: Exception) -> RagError:
    """The error of an SDK, or of reading a reply, told in our words."""
    status = getattr(error, "status_code", 200)
    if status != 200:
        return _refusal(service, status, error)
    if getattr(error, "body", None) is not None:
        said = _quoted(service, error)
        return ModelError(f"{service.name}: the server broke off its reply{said}; try again")
    return _unreachable(service, error) or ModelError(
        f"{service.name}: what {service.url} sends is no chat reply; check {service.url_setting}"
    )


def too_long(error: Exception) -> bool:
    """Whether a server refused a prompt for its length."""
    fields = (getattr(error, "code", ""), getattr(error, "type", ""), _message(error))
    return bool(_TOO_LONG.search(" ".join(str(field) for field in fields).lower()))


def rejects(error: Exception, parameter: str) -> bool:
    """Whether a server refused a parameter as such, whatever its value."""
    said = f"{getattr(error, 'code', '')} {_message(error)}".lower()
    named = parameter in said or getattr(error, "param", None) == parameter
    reasons = r"unsupported|not support|not permitted|unexpected|unknown|unrecogni[sz]ed|deprecated"
    return bool(named and not too_long(error) and re.search(reasons, said))


def _refusal(service: Service, status: int, error: Exception) -> RagError:
    """What a status code means."""
    name, url, said = service.name, service.url, _quoted(service, error)
    if 300 <= status < 400:
        return ConfigError(
            f"{name}: {url} sends requests elsewhere, which is not followed; set "
            f"{service.url_setting} to the address that answers"
        )
    if status == 401:  # servers like to quote the key here
        if os.environ.get(service.key_variable, "").strip():
            return ConfigError(f"{name}: {url} refuses the key; check {service.key_variable}")
        return ConfigError(f"{name}: {url} asks for a key; set {service.key_variable}")
    if status == 413 or too_long(error):
        return ModelError(
            f"{name}: the prompt is too long for the model{said}; lower context_tokens"
        )
    if status == 403:
        return ConfigError(f"{name}: {url} does not allow this key to use the model{said}")
    if status == 404:
        if "model" in _message(error).lower():
            return ConfigError(f"{name}: {url} has no such model{said}; check its name")
        return ConfigError(
            f"{name}: there is no chat API at {url}; check {service.url_setting}, "
            "which often ends in /v1"
        )
    if status == 429:
        return ModelError(
            f"{name}: {url} limits how much may be asked{said}, {_tried(service)}; "
            "wait, or raise the account's limit"
        )
    if status >= 500:
        return ModelError(
            f"{name}: {url} failed with status {status}{said}, {_tried(service)}; "
            "try again later, or look at the server's log"
        )
    return ModelError(f"{name}: {url} refuses the request, status {status}{said}")


def _unreachable(service: Service, error: Exception) -> ModelError | None:
    """What it means that a connection failed; None if none did."""
    import httpx2

    cause = error if isinstance(error, httpx2.HTTPError) else error.__cause__
    name, url = service.name, service.url
    if isinstance(cause, httpx2.ConnectError) and "SSL" in str(cause):
        return ModelError(
            f"{name}: no secure connection to {url} ({_shortened(str(cause))}); "
            f"check {service.url_setting} or the server's certificate"
        )
    if isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout):
        fix = "start it" if _LOCAL.fullmatch(urlsplit(url).hostname or "") else "check the network"
        return ModelError(f"{name}: no server answers at {url}; {fix} or set {service.url_setting}")
    if isinstance(cause, httpx2.TimeoutException):
        return ModelError(
            f"{name}: no word from {url} for {service.timeout:g} seconds; "
            "try again, or use a smaller model"
        )
    if isinstance(cause, httpx2.HTTPError):
        return ModelError(f"{name}: the connection to {url} broke off; try again")
    return None


def _tried(service: Service) -> str:
    return "tried once" if service.tries == 1 else f"tried {service.tries} times"


def _quoted(service: Service, error: Exception) -> str:
    """The server's own words in brackets, without the key; nothing when there are none."""
    words = " ".join(_message(error).split())
    key = os.environ.get(service.key_variable, "").strip()
    if key:
        words = words.replace(key, "…")
    words = re.sub(r"\bsk-[\w*.-]{4,}", "…", words)  # a key, or what a server shows of one
    words = re.sub(r"(?<=//)[^/\s@]{1,200}@", "", words)  # user and password of an address
    return f" ({_shortened(words)})" if words and not words.startswith("<") else ""


def _shortened(words: str) -> str:
    return words if len(words) <= _MOST_QUOTED else f"{words[: _MOST_QUOTED - 1]}…"


def _message(error: Exception) -> str:
    """What the server wrote: {"error": {"message": …}}, {"detail": …}, or plain text."""
    said = getattr(error, "body", None)
    for key in ("error", "message", "detail"):
        if isinstance(said, dict) and said.get(key):
            said = said[key]
    return said if isinstance(said, str) else ""
