"""Parse what comes back from X's sign-in page: a PIN, a verifier, a code or a redirect URL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.secret import Secret

_VERIFIER = re.compile(r"[A-Za-z0-9_-]{4,128}")
_CODE = re.compile(r"[\x21-\x7e]{1,2048}")
_ERROR = re.compile(r"[a-z_]{1,60}")
_MAX_LENGTH = 4096
_MAX_FIELDS = 16
_DAMAGED = "This address is damaged. Copy it again from the browser."
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


class CallbackResponseError(ValueError):
    """The text is not what a sign-in ends with; the message says what to look for."""


@dataclass(frozen=True, slots=True)
class VerifierResponse:
    """The verifier, with the request token if an address carried one."""

    verifier: Secret
    token: Secret | None = None


@dataclass(frozen=True, slots=True)
class DeniedResponse:
    """The user chose not to allow the app; X names the request token (denied=…)."""

    token: Secret | None = None


OAuth1Response = VerifierResponse | DeniedResponse


def parse_oauth1_response(text: str) -> OAuth1Response:
    """Parse what was typed or pasted: PIN, verifier, query string or whole address.

    X's PIN has about seven digits, may start with zero, and is kept as text (X docs, PIN-based
    OAuth). A cancelled sign-in comes back as denied=<request token> and nothing else.

    Raises:
        CallbackResponseError: nothing of that kind; the message says what to look for.
    """
    clean = _strip_copy_marks(text)
    if not clean:
        raise CallbackResponseError(
            "Type the PIN that the page shows, or paste the page's whole address."
        )
    if "=" in clean:
        return _parse_redirect_url(clean)
    compact = re.sub(r"[\s-]", "", clean)
    if compact.isdecimal() and compact.isascii() and len(compact) >= 4:  # noqa: PLR2004 - X: about 7
        return VerifierResponse(Secret(compact))
    if _VERIFIER.fullmatch(clean):
        return VerifierResponse(Secret(clean))
    raise CallbackResponseError("This is not a PIN: a PIN has about 7 digits and nothing else.")


def _strip_copy_marks(text: str) -> str:
    """Remove what copying leaves around a value: invisible characters, blanks, quotes."""
    return text.translate(_INVISIBLE).strip().strip("\"'<>").strip()


def _parse_redirect_url(text: str) -> OAuth1Response:
    values = _parse_query(text)
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


@dataclass(frozen=True, slots=True)
class CodeResponse:
    """The authorization code, with the state that shows which sign-in it belongs to."""

    code: Secret
    state: Secret


@dataclass(frozen=True, slots=True)
class CodeDeniedResponse:
    """The page ended without a code (RFC 6749, section 4.1.2.1).

    error: "access_denied" if the user refused; else what X says. state: None if X left it out.
    """

    error: str
    description: str = ""
    state: Secret | None = None


OAuth2Response = CodeResponse | CodeDeniedResponse


def parse_oauth2_response(text: str) -> OAuth2Response:
    """Parse the address that the browser ended on, or only its query string.

    Raises:
        CallbackResponseError: nothing of that kind; the message says what to look for.
    """
    clean = _strip_copy_marks(text)
    if not clean:
        raise CallbackResponseError(
            "Paste the whole address of the page that the browser ended on."
        )
    if "=" not in clean or len(clean) > _MAX_LENGTH:
        raise CallbackResponseError(
            "This is not the address of a sign-in. Copy all of it from the browser."
        )
    return read_oauth2_callback(_parse_query(clean))


def _parse_query(text: str) -> Mapping[str, str]:
    try:
        query = urlsplit(text).query or text.lstrip("?")
        fields = parse_qsl(query, keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError as error:
        raise CallbackResponseError(_DAMAGED) from error
    values = dict(fields)
    if len(values) != len(fields):
        raise CallbackResponseError(
            "This address names a value twice. Copy it again from the browser."
        )
    return values


def read_oauth2_callback(values: Mapping[str, str]) -> OAuth2Response:
    """Read the query parameters of an OAuth 2.0 callback.

    Raises:
        CallbackResponseError: they do not belong to one.
    """
    code, state, error = (values.get(name, "").strip() for name in ("code", "state", "error"))
    if error and not code:
        known = error if _ERROR.fullmatch(error) else "unknown"
        description = values.get("error_description", "")[:200]
        return CodeDeniedResponse(known, description, Secret(state) if state else None)
    if values.get("code_challenge"):
        raise CallbackResponseError(
            "This is the address of the sign-in page, not of the page after approving."
        )
    if not (code and state) or error or not _CODE.fullmatch(code):
        raise CallbackResponseError("This address carries no sign-in. Copy the one you ended on.")
    return CodeResponse(Secret(code), Secret(state))


def parse_redirect_url(text: str) -> OAuth1Response | OAuth2Response:
    """Parse the address that a page ended on, for either kind of sign-in.

    Raises:
        CallbackResponseError: it carries no response.
    """
    try:
        fields = dict(parse_qsl(urlsplit(text).query, keep_blank_values=True))
    except ValueError as error:
        raise CallbackResponseError(_DAMAGED) from error
    is_code = {"code", "state", "error"} & set(fields)
    return parse_oauth2_response(text) if is_code else parse_oauth1_response(text)


def parse_pasted_response(kind: CredentialKind, text: str) -> OAuth1Response | OAuth2Response:
    """Parse what was typed or pasted for this kind of sign-in.

    Raises:
        CallbackResponseError: this kind of sign-in does not end with that.
    """
    return (
        parse_oauth1_response(text)
        if kind is CredentialKind.OAUTH1
        else parse_oauth2_response(text)
    )
