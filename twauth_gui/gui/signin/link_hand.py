"""Opens the link of a sign-in, or copies it with or without words around it."""

from __future__ import annotations

from twauth_gui.domain.secret import Secret
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.signin.sheet import SignInSheet
from twauth_gui.services.owner_message import LINK


class LinkActions:
    """Holds the link that is out now, and does what a sheet's pages want with it."""

    def __init__(self, desk: AppContext, sheet: SignInSheet) -> None:
        self._desk = desk
        self._url: Secret | None = None
        for page in (sheet.browser, sheet.pin):
            page.open_wanted.connect(self.open)
            page.copy_wanted.connect(self._copy_link)
        sheet.pin.message_wanted.connect(self._copy_message)

    def hold(self, url: Secret) -> None:
        """Take the link of the sign-in, or the new one."""
        self._url = url

    def open(self) -> bool:
        """Open it in the browser; tells whether the system took it."""
        return self._url is not None and self._desk.window.open_address(self._url)

    def _copy_link(self) -> None:
        self._copy(LINK, "Copied the link")

    def _copy_message(self, words: str) -> None:
        self._copy(words, "Copied the message")

    def _copy(self, words: str, said: str) -> None:
        if self._url is not None:
            self._desk.clipboard.put_plain(words.replace(LINK, self._url.reveal()))
            self._desk.window.show_status(said)
