"""The signed file that announces a newer version: fetched, and verified.

The file is JSON: ``signed``, the notice as text, and ``signature``, base64 of an Ed25519 signature
(RFC 8032) of CONTEXT and that text.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterable
from typing import ClassVar, cast
from urllib.parse import urlsplit

import requests
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from twauth_gui.domain.network import CallSettings, NetworkSettings
from twauth_gui.domain.update_notice import UpdateNoticeError
from twauth_gui.xapi.deadline import DeadlineExceededError
from twauth_gui.xapi.proxies import SocksMissingError
from twauth_gui.xapi.session import RequestRefusedError, ResponseTooLargeError, XSession

CONTEXT = b"Twauth update notice, version 1\n"
MAX_BYTES = 16 * 1024


class UpdateFileUnreachableError(Exception):
    """The file was not fetched; the message is a sentence."""


class _UpdateSession(XSession):
    """A session that says nothing about the program but its name."""

    user_agent: ClassVar[str] = "Twauth"


def download_update_file(address: str, network: NetworkSettings) -> bytes:
    """Return the file's bytes.

    Raises:
        UpdateFileUnreachableError: the server cannot be reached, refuses, redirects or sends on.
    """
    parts = urlsplit(address)
    if parts.scheme != "https":
        raise UpdateFileUnreachableError("The server's address is not https.")
    session = _UpdateSession(
        base=f"{parts.scheme}://{parts.netloc}", settings=CallSettings(network)
    )
    try:
        with session:
            data = session.get(address, headers={"Accept": "application/json"}).content
    except RequestRefusedError as error:
        words = f"The server answered with status {error.response.status_code}."
        raise UpdateFileUnreachableError(words) from error
    except (requests.RequestException, DeadlineExceededError, SocksMissingError) as error:
        raise UpdateFileUnreachableError("The server could not be reached.") from error
    except ResponseTooLargeError as error:
        raise UpdateFileUnreachableError("The server sent too much.") from error
    if len(data) > MAX_BYTES:
        raise UpdateFileUnreachableError("The server sent too much.")
    return data


def verify_update_file(data: bytes, keys: Iterable[str]) -> str:
    """Return the notice's text once one of the keys (base64) proves to have signed it.

    Raises:
        UpdateNoticeError: none of them has, or this is no such file.
    """
    try:
        value: object = json.loads(data)
        fields = cast("dict[str, object]", value) if isinstance(value, dict) else {}
        text = str(fields["signed"])
        message = CONTEXT + text.encode()
        signature = b64decode(str(fields["signature"]), validate=True)
    except (KeyError, ValueError, RecursionError) as error:
        raise UpdateNoticeError("The server's file is not a notice.") from error
    for key in keys:
        try:
            public = Ed25519PublicKey.from_public_bytes(b64decode(key, validate=True))
            public.verify(signature, message)
        except InvalidSignature:
            continue
        return text
    raise UpdateNoticeError("The notice is not signed by Twauth's developers.")
