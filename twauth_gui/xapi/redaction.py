"""Redaction of credentials in texts that users pass on, and in the libraries' logs."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from twauth_gui.domain.secret import Secret

PLACEHOLDER = "••••"
EXCERPT_LENGTH = 300

_MIN_KNOWN_LENGTH = 4
_MAX_LOOK_LENGTH = 2048
# re compiles and keeps them at their first use: every start loads this module, few need it.
_NAMED = (
    r"(?i)((?:oauth_[a-z_]{1,20}|token|secret|verifier|key|denied|password|pin|state|cookie)"
    r"[\"']?\s{0,4}[=:]\s{0,4}[\"']?)([^\s\"'&,;<>}{]+)"
)
_AUTHORIZATION = r"(?i)\b(bearer|basic)\s+[^\s\"',;<>]+"
_USER_INFO = r"//[^\s/@\"']+@"
_RUN = r"[A-Za-z0-9%_~+-]{16,}"
_IN_NO_WORD = r"[0-9%~+]|([A-Za-z])\1{3}"
_PIN = r"(?<![\w.])\d{6,8}(?![\w.])"


def redact_secrets(text: str, known: Iterable[Secret]) -> str:
    """Replace these values, plain and percent-encoded, by a placeholder."""
    for value in sorted({secret.reveal().strip() for secret in known}, key=len, reverse=True):
        if len(value) >= _MIN_KNOWN_LENGTH:
            for form in (value, *_encoded(value)):
                text = text.replace(form, PLACEHOLDER)
    return text


def redact_patterns(text: str) -> str:
    """Replace everything that has the form or the name of a credential by a placeholder."""
    text = re.sub(_NAMED, rf"\1{PLACEHOLDER}", text)
    text = re.sub(_AUTHORIZATION, rf"\1 {PLACEHOLDER}", text)
    text = re.sub(_USER_INFO, f"//{PLACEHOLDER}@", text)
    return re.sub(_PIN, PLACEHOLDER, re.sub(_RUN, _redact_run, text))


def excerpt(text: str) -> str:
    """Return the text in one line, redacted by form and cut to EXCERPT_LENGTH characters."""
    readable = "".join(c if c.isprintable() else " " for c in text[:_MAX_LOOK_LENGTH])
    flat = " ".join(redact_patterns(readable).split())
    return flat if len(flat) <= EXCERPT_LENGTH else flat[: EXCERPT_LENGTH - 1] + "…"


def _encoded(value: str) -> tuple[str, str]:
    plain = value.encode("utf-8", "replace")
    return quote(plain, safe="~"), quote_plus(plain)


def _redact_run(found: re.Match[str]) -> str:
    """Keep words ("client-not-enrolled", "AUTHENTICATION"); redact anything else."""
    run = found.group()
    parts = re.split(r"[-_]", run)
    words = all(part.islower() or part.isupper() or part.istitle() or not part for part in parts)
    return run if words and not re.search(_IN_NO_WORD, run) else PLACEHOLDER


_LIBRARY_LOGGERS = (
    "tweepy",
    "requests_oauthlib",
    "oauthlib",
    "urllib3",
    "requests",
    "charset_normalizer",
    "keyring",
    "secretstorage",
    "jeepney",
    "asyncio",
)


def silence_library_loggers() -> None:
    """Set the libraries' loggers to WARNING, whatever the root logger's level is.

    At DEBUG, requests_oauthlib writes token secrets and the verifier, oauthlib the signed
    parameters and tweepy the Authorization header. None of these libraries is imported here.
    """
    for name in _LIBRARY_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
