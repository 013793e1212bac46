"""Make keys, and sign the notice of a newer version that installations ask for.

sign_update.py new-key KEY_FILE
    writes a private key, protected by a passphrase, and prints the public one for
    resources/updates.toml
sign_update.py sign KEY_FILE NOTICE_FILE --page URL --summary TEXT [--days N]
    signs the notice of this source tree's version; NOTICE_FILE is what the address has to show

The passphrase is read from the terminal, or from standard input. A notice expires, so that no one
can hide a later version behind it: sign it again before that, and at each release.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from twauth_gui import __version__
from twauth_gui.domain.update_notice import UpdateNoticeError, parse_notice
from twauth_gui.services.update_check import read_update_source
from twauth_gui.xapi.update_file import CONTEXT, verify_update_file

_DAYS = 45
_RAW = (serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def read_passphrase() -> bytes:
    """Read one line, without an echo if there is a terminal."""
    if sys.stdin.isatty():
        return getpass.getpass("Passphrase of the key: ").encode()
    return sys.stdin.readline().rstrip("\n").encode()


def make_key(path: Path) -> str:
    """Write a new private key to a file that is not there yet; return the public one in base64.

    Raises:
        FileExistsError: there is such a file.
        ValueError: the passphrase is empty.
    """
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(read_passphrase()),
    )
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
    return b64encode(key.public_key().public_bytes(*_RAW)).decode()


def sign_notice(key: Ed25519PrivateKey, page: str, summary: str, days: int) -> bytes:
    """Return the file that announces this version.

    Raises:
        UpdateNoticeError: the page or the summary cannot be used.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    notice = {
        "version": __version__,
        "summary": summary,
        "page": page,
        "issued": now.isoformat(),
        "expires": (now + timedelta(days=days)).isoformat(),
    }
    text = json.dumps(notice)
    _ = parse_notice(text)
    signature = b64encode(key.sign(CONTEXT + text.encode())).decode()
    data = json.dumps({"signed": text, "signature": signature}, indent=1).encode() + b"\n"
    source = read_update_source()
    if source is not None:
        _ = verify_update_file(data, source.keys)
    return data


def read_key(path: Path) -> Ed25519PrivateKey:
    """Read a private key that make_key has written.

    Raises:
        ValueError: the passphrase is wrong, or it is another kind of key.
    """
    key = serialization.load_pem_private_key(path.read_bytes(), read_passphrase())
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("This is no Ed25519 key.")  # noqa: TRY004 - wrong content of a file
    return key


def main() -> int:
    """Do what the arguments say; return the exit code."""
    parser = argparse.ArgumentParser(description="Make keys and sign the notice of a version.")
    commands = parser.add_subparsers(dest="command", required=True)
    new = commands.add_parser("new-key")
    sign = commands.add_parser("sign")
    for command in (new, sign):
        command.add_argument("key", type=Path)
    sign.add_argument("notice", type=Path)
    sign.add_argument("--page", required=True)
    sign.add_argument("--summary", required=True)
    sign.add_argument("--days", type=int, default=_DAYS)
    options = parser.parse_args()
    try:
        if options.command == "new-key":
            print(make_key(options.key))
            return 0
        data = sign_notice(read_key(options.key), options.page, options.summary, options.days)
    except (OSError, ValueError, UpdateNoticeError) as error:
        print(f"sign_update.py: {error}", file=sys.stderr)
        return 1
    options.notice.write_bytes(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
