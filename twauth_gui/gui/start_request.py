"""What a start of the program asks for, and how a later start says it to the open window."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

_VERSION = 1
_MAX_PATHS = 1000
_MAX_TOKEN = 256
_TOKEN_VARIABLES = ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")


@dataclass(frozen=True, slots=True)
class StartRequest:
    """What a start of the program asks for.

    paths: absolute; to be imported. activation_token: of the desktop, which lets a window come to
    the front; "" without one.
    """

    paths: tuple[Path, ...] = ()
    wants_palette: bool = False
    activation_token: str = ""


def take_activation_token(environ: Mapping[str, str]) -> str:
    """Return the token of the desktop that started this program; call it before Qt takes it."""
    return next((environ[name] for name in _TOKEN_VARIABLES if environ.get(name)), "")


def encode_request(request: StartRequest) -> bytes:
    """Return the request as one line; names of files that are not text survive."""
    fields = {
        "version": _VERSION,
        "paths": [os.fspath(path) for path in request.paths],
        "palette": request.wants_palette,
        "token": request.activation_token,
    }
    return json.dumps(fields).encode("ascii") + b"\n"


def decode_request(line: bytes) -> StartRequest:
    """Return the request in a line.

    Raises:
        ValueError: it is none, or one of another version.
    """
    found: object = json.loads(line)
    if not isinstance(found, dict):
        raise ValueError("not an object")  # noqa: TRY004 - refused like any other
    fields = cast("dict[str, object]", found)
    paths, token = fields.get("paths"), fields.get("token")
    if fields.get("version") != _VERSION or not isinstance(paths, list):
        raise ValueError("not a request of this version")
    names = cast("list[object]", paths)[:_MAX_PATHS]
    is_plain = isinstance(token, str) and len(token) <= _MAX_TOKEN and token.isprintable()
    return StartRequest(
        tuple(_decode_path(name) for name in names),
        wants_palette=fields.get("palette") is True,
        activation_token=str(token) if is_plain else "",
    )


def _decode_path(name: object) -> Path:
    if not isinstance(name, str) or "\0" in name or not Path(name).is_absolute():
        raise ValueError("not an absolute path")
    return Path(name)
