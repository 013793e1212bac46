"""Takes whatever looks like a credential out of a text that people may pass on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from twauth_gui.domain.secret import Secret

BLANK = "••••"
EXCERPT = 300

_SHORTEST_KNOWN = 4
_LONGEST_LOOK = 2048
_NAMED = re.compile(
    r"((?:oauth_[a-z_]{1,20}|token|secret|verifier|key|denied|password|pin|state)"
    r"[\"']?\s{0,4}[=:]\s{0,4}[\"']?)([^\s\"'&,;<>}{]+)",
    re.IGNORECASE,
)
_AUTHORIZATION = re.compile(r"\b(bearer|basic)\s+[^\s\"',;<>]+", re.IGNORECASE)
_USER_INFO = re.compile(r"//[^\s/@\"']+@")
_RUN = re.compile(r"[A-Za-z0-9%_~+-]{16,}")
_PIN = re.compile(r"(?<![\w.])\d{6,8}(?![\w.])")


def redact_known(text: str, known: Iterable[Secret]) -> str:
    """Blank these very values, plain and percent-encoded."""
    for value in sorted({secret.reveal().strip() for secret in known}, key=len, reverse=True):
        if len(value) >= _SHORTEST_KNOWN:
            for form in (value, *_encoded(value)):
                text = text.replace(form, BLANK)
    return text


def redact_shapes(text: str) -> str:
    """Blank what has the shape or the name of a credential."""
    text = _NAMED.sub(rf"\1{BLANK}", text)
    text = _AUTHORIZATION.sub(rf"\1 {BLANK}", text)
    text = _USER_INFO.sub(f"//{BLANK}@", text)
    return _PIN.sub(BLANK, _RUN.sub(_blank_run, text))


def excerpt(text: str) -> str:
    """Redact by shape, fold blanks, cut to 300 characters."""
    readable = "".join(c if c.isprintable() else " " for c in text[:_LONGEST_LOOK])
    flat = " ".join(redact_shapes(readable).split())
    return flat if len(flat) <= EXCERPT else flat[: EXCERPT - 1] + "…"


def _encoded(value: str) -> tuple[str, str]:
    plain = value.encode("utf-8", "replace")
    return quote(plain, safe="~"), quote_plus(plain)


def _blank_run(found: re.Match[str]) -> str:
    """Keep words ("client-not-enrolled", "AUTHENTICATION"); blank what no word looks like."""
    run = found.group()
    parts = re.split(r"[-_]", run)
    words = all(part.islower() or part.isupper() or part.istitle() or not part for part in parts)
    return run if words and not re.search(r"[0-9%~+]", run) else BLANK
