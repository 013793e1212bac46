"""Opens the link of a sign-in, or copies it with or without words around it."""

from __future__ import annotations

from twauth_gui.domain.secret import Secret
from twauth_gui.gui.desk import Desk
from twauth_gui.services.owner_message import LINK


class LinkHand:
    """Holds the link that is out now; does nothing while there is none."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._url: Secret | None = None

    def hold(self, url: Secret) -> None:
        """Take the link of the sign-in, or the new one."""
        self._url = url

    def open(self) -> bool:
        """Open it in the browser; tells whether the system took it."""
        return self._url is not None and self._desk.front.open_address(self._url)

    def copy(self) -> None:
        """Copy the bare link."""
        self._copy(LINK, "Copied the link")

    def copy_message(self, words: str) -> None:
        """Copy words with the link where it belongs."""
        self._copy(words, "Copied the message")

    def _copy(self, words: str, said: str) -> None:
        if self._url is not None:
            self._desk.clipboard.put_plain(words.replace(LINK, self._url.reveal()))
            self._desk.front.say(said)
