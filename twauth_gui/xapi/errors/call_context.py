"""What a diagnosis needs to know about the call that failed."""

from __future__ import annotations

from dataclasses import dataclass

from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.diagnosis import DiagnosedError, Evidence
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.secret import Secret
from twauth_gui.xapi.errors.messages import api_errors


@dataclass(frozen=True, slots=True)
class CallContext:
    """One call to X: its path, its hosts and what was sent.

    secrets: values that no text may repeat. clock_offset: seconds added to this computer's clock
    for the signature. signed: whether the call has a signature, which contains a time; a call with
    a bearer token has none.
    """

    endpoint: str
    hosts: Hosts
    secrets: tuple[Secret, ...] = ()
    callback: str = ""
    clock_offset: float = 0.0
    signed: bool = True


def validate_keys(keys: AppKeys) -> tuple[str, str]:
    """Return API key and secret without spaces around them, which tweepy would sign as well.

    Raises:
        DiagnosedError: WRONG_KEYS, if one is empty or contains a character that no key has.
    """
    pair = (keys.api_key.reveal().strip(), keys.api_secret.reveal().strip())
    if not all(pair):
        raise DiagnosedError(api_errors.KEYS_MISSING.to_diagnosis(Evidence()))
    for value in pair:
        if not value.isascii() or not value.isprintable() or " " in value:
            raise DiagnosedError(api_errors.KEYS_MALFORMED.to_diagnosis(Evidence()))
    return pair


def collect_secrets(keys: AppKeys, credentials: Credentials | None = None) -> tuple[Secret, ...]:
    """Return every secret value of an app and an account, for CallContext.secrets."""
    optional = (keys.bearer_token, keys.client_id, keys.client_secret)
    user = (credentials.access_token, credentials.access_secret) if credentials else ()
    return (keys.api_key, keys.api_secret, *(one for one in optional if one), *user)
