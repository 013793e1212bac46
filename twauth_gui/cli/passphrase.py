"""Reads passphrases: on a terminal, or from the file descriptor that a script names."""

from __future__ import annotations

import contextlib
import os

import click

from twauth_gui.cli.console import Console
from twauth_gui.cli.exit_codes import ExitCode
from twauth_gui.cli.refusal import CliError
from twauth_gui.domain.secret import Secret

VARIABLE = "TWAUTH_PASSPHRASE_FD"

_TRIES = 3
_LONGEST = 4096
_STANDARD_ERROR = 2


class Passphrases:
    """Gives the passphrases of one call, in the order in which they are needed.

    From a file descriptor each is one line, read once; what follows the lines is left there. A
    program that is started later does not get the descriptor.
    """

    def __init__(self, console: Console, what: str = "The encrypted file") -> None:
        self._console = console
        self._what = what
        self._named = os.environ.get(VARIABLE, "")
        if self._named.isdecimal() and int(self._named) > _STANDARD_ERROR:
            with contextlib.suppress(OSError):  # said when it is read
                os.set_inheritable(int(self._named), False)  # noqa: FBT003 - its only form

    @property
    def may_ask_again(self) -> bool:
        """Whether a person is there who can correct a typing error."""
        return not self._named and self._console.can_ask

    def current(self) -> Secret:
        """Give the passphrase of a file that is there.

        Raises:
            RefusedError: nobody is there to give it.
        """
        return self._next("Passphrase", f"{self._what} is locked.", new=False)

    def new(self) -> Secret:
        """Give the passphrase of a file that is to be; a person types it twice.

        Raises:
            RefusedError: nobody is there to give it, or it is guessed in no time.
        """
        from twauth_gui.services.passphrases import FORGOTTEN, refusal_of

        if self.may_ask_again:
            self._console.note(FORGOTTEN)
        for left in reversed(range(_TRIES)):
            given = self._next("New passphrase", f"{self._what} needs a passphrase.", new=True)
            refused = refusal_of(given)
            if not refused:
                return given
            if not left or not self.may_ask_again:
                raise CliError(ExitCode.USAGE, "That passphrase is not taken.", refused)
            self._console.problem(refused)
        raise AssertionError("the last try returns or raises")

    def _next(self, prompt: str, title: str, *, new: bool) -> Secret:
        if self._named:
            return self._from_descriptor(title)
        if not self._console.can_ask:
            raise CliError(
                ExitCode.NO_KEYCHAIN,
                title,
                "There is no terminal to type its passphrase on. A script gives it on a file"
                f" descriptor: {VARIABLE}=3 twauth … 3<FILE",
            )
        return self._chosen(prompt) if new else _typed(prompt, twice=False)

    def _chosen(self, prompt: str) -> Secret:
        from twauth_gui.services.passphrases import advice_on, refusal_of

        passphrase = _typed(prompt, twice=True)
        advice = advice_on(passphrase)
        if advice and not refusal_of(passphrase):
            self._console.note(advice)
        return passphrase

    def _from_descriptor(self, title: str) -> Secret:
        if not self._named.isdecimal():
            raise _unusable()
        try:
            line = _line(int(self._named))
        except OSError as error:
            raise _unusable() from error
        if line is None:
            raise CliError(
                ExitCode.NO_KEYCHAIN,
                title,
                f"The file descriptor of {VARIABLE} holds no further line. Each passphrase is one.",
            )
        return line


def _typed(prompt: str, *, twice: bool) -> Secret:
    text: str = click.prompt(prompt, hide_input=True, confirmation_prompt=twice, err=True)
    return Secret(text)


def _line(descriptor: int) -> Secret | None:
    """Read one line and not a byte more: standard input may hold other things behind it."""
    line = bytearray()
    while len(line) < _LONGEST:
        byte = os.read(descriptor, 1)
        if not byte and not line:
            return None
        if byte in {b"", b"\n"}:
            break
        line += byte
    return Secret(line.decode("utf-8", "surrogateescape").removesuffix("\r"))


def _unusable() -> CliError:
    return CliError(
        ExitCode.USAGE,
        f"{VARIABLE} names no open file descriptor.",
        f"Write its number, and open it: {VARIABLE}=3 twauth … 3<FILE",
    )
