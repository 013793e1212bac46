"""What a person brings back from the sign-in page: a PIN, a verifier, or an address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from twauth_gui.domain.secret import Secret

_VERIFIER = re.compile(r"[A-Za-z0-9_-]{4,128}")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


class CallbackResponseError(ValueError):
    """The text is neither a PIN nor a verifier nor the address of a callback."""


@dataclass(frozen=True, slots=True)
class VerifierResponse:
    """The verifier, and the request token it came with where an address carried one."""

    verifier: Secret
    token: Secret | None = None


@dataclass(frozen=True, slots=True)
class DeniedResponse:
    """The person chose not to allow the app; X names the request token (denied=…)."""

    token: Secret | None = None


OAuth1Response = VerifierResponse | DeniedResponse


def parse_oauth1_response(text: str) -> OAuth1Response:
    """Understand what was typed or pasted: PIN, verifier, query string or whole address.

    X's PIN has about seven digits, may start with zero, and is kept as text (X docs, PIN-based
    OAuth). A cancelled sign-in comes back as denied=<request token> and nothing else.

    Raises:
        AnswerError: nothing of that kind; the message says what to look for.
    """
    clean = text.translate(_INVISIBLE).strip().strip("\"'<>").strip()
    if not clean:
        raise CallbackResponseError(
            "Type the PIN that the page shows, or paste the page's whole address."
        )
    if "=" in clean:
        return _from_address(clean)
    compact = re.sub(r"[\s-]", "", clean)
    if compact.isdecimal() and compact.isascii() and len(compact) >= 4:  # noqa: PLR2004 - X: about 7
        return VerifierResponse(Secret(compact))
    if _VERIFIER.fullmatch(clean):
        return VerifierResponse(Secret(clean))
    raise CallbackResponseError("This is not a PIN: a PIN has about 7 digits and nothing else.")


def _from_address(text: str) -> OAuth1Response:
    try:
        query = urlsplit(text).query
    except ValueError as error:
        raise CallbackResponseError(
            "This address is damaged. Copy it again from the browser."
        ) from error
    fields = parse_qsl(query or text.lstrip("?"), keep_blank_values=True)
    values = dict(fields)
    if len(values) != len(fields):
        raise CallbackResponseError(
            "This address names a value twice. Copy it again from the browser."
        )
    if values.get("denied"):
        return DeniedResponse(Secret(values["denied"]))
    verifier = values.get("oauth_verifier", "").strip()
    token = values.get("oauth_token", "").strip()
    if verifier and token:
        return VerifierResponse(Secret(verifier), Secret(token))
    if token:
        raise CallbackResponseError(
            "This is the address of the sign-in page, not of the page after approving."
        )
    raise CallbackResponseError("This address carries no sign-in. Copy the one you ended on.")
