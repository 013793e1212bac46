"""A real Secret Service that begins with many items.

GNOME Keyring saves everything with every single item, so that creating 10,000 takes an hour. It
also reads keyrings in plain text: one is written at once, and put under a password before use.
"""

from __future__ import annotations

from pathlib import Path

from secretstorage.util import DBusAddressWrapper, format_secret, open_session
from typing_extensions import override

from tests.support.secret_service import SecretService

_HEAD = """[keyring]
display-name=login
ctime=1700000000
mtime=1700000000
lock-on-idle=false
lock-after=false
"""
_ITEM = """
[{number}]
item-type=0
display-name={service}
secret={secret}
ctime=1700000000
mtime=1700000000
"""
_ATTRIBUTE = """
[{number}:attribute{place}]
name={name}
type=string
value={value}
"""


class PreparedService(SecretService):
    """Its keyring has so many items of other programs before anything is added.

    Args:
        directory: as of any SecretService; nothing is in it yet.
        items: how many.
        secret: what each of them holds.
    """

    def __init__(self, directory: Path, items: int, secret: str) -> None:
        super().__init__(directory)
        rings = directory / "data" / "keyrings"
        rings.mkdir(mode=0o700, parents=True)
        sections = (_sections(number, secret) for number in range(1, items + 1))
        (rings / "login.keyring").write_text(_HEAD + "".join(sections), encoding="utf-8")
        (rings / "default").write_text("login", encoding="utf-8")

    @override
    def start(self, *, unlocked: bool = True) -> None:
        """Start the keychain, and seal what lies there in plain text."""
        super().start(unlocked=False)
        with self._connection() as connection:
            session = open_session(connection)
            old, new = (
                format_secret(session, word.encode(), "text/plain") for word in ("", self.password)
            )
            DBusAddressWrapper(
                "/org/freedesktop/secrets",
                "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface",
                connection,
            ).call(
                "ChangeWithMasterPassword",
                "o(oayays)(oayays)",
                "/org/freedesktop/secrets/collection/login",
                old,
                new,
            )
        if unlocked:
            self.unlock()


def _sections(number: int, secret: str) -> str:
    service = f"filled-{number}"
    attributes = {"application": "bench", "service": service, "username": "record"}
    return _ITEM.format(number=number, service=service, secret=secret) + "".join(
        _ATTRIBUTE.format(number=number, place=place, name=name, value=value)
        for place, (name, value) in enumerate(attributes.items())
    )
