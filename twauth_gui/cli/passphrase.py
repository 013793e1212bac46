"""Reads passphrases: on a terminal, or from the file descriptor that a script names."""

from __future__ import annotations

import contextlib
import os

import click

from twauth_gui.cli.console import Console
from twauth_gui.cli.errors import CliError, ExitCode
from twauth_gui.domain.secret import Secret

FD_VARIABLE = "TWAUTH_PASSPHRASE_FD"

_TRIES = 3
_MAX_PASSPHRASE_BYTES = 4096
_STANDARD_ERROR = 2


class PassphraseReader:
    """Gives the passphrases of one call, in the order in which they are needed.

    From a file descriptor each is one line, read once; what follows the lines is left there. A
    program that is started later does not get the descriptor.
    """

    def __init__(self, console: Console, what: str = "The encrypted file") -> None:
        self._console = console
        self._what = what
        self._descriptor = os.environ.get(FD_VARIABLE, "")
        if self._descriptor.isdecimal() and int(self._descriptor) > _STANDARD_ERROR:
            with contextlib.suppress(OSError):  # said when it is read
                os.set_inheritable(int(self._descriptor), False)  # noqa: FBT003 - its only form

    @property
    def can_ask_again(self) -> bool:
        """Whether a person is there who can correct a typing error."""
        return not self._descriptor and self._console.can_ask

    def read_current(self) -> Secret:
        """Give the passphrase of a file that is there.

        Raises:
            RefusedError: nobody is there to give it.
        """
        return self._read_next("Passphrase", f"{self._what} is locked.", new=False)

    def read_new(self) -> Secret:
        """Give the passphrase of a file that is to be; a person types it twice.

        Raises:
            RefusedError: nobody is there to give it, or it is guessed in no time.
        """
        from twauth_gui.services.passphrases import FORGOTTEN_WARNING, find_passphrase_problem

        if self.can_ask_again:
            self._console.note(FORGOTTEN_WARNING)
        for left in reversed(range(_TRIES)):
            given = self._read_next("New passphrase", f"{self._what} needs a passphrase.", new=True)
            refused = find_passphrase_problem(given)
            if not refused:
                return given
            if not left or not self.can_ask_again:
                raise CliError(ExitCode.USAGE, "That passphrase is not taken.", refused)
            self._console.print_problem(refused)
        raise AssertionError("the last try returns or raises")

    def _read_next(self, prompt: str, title: str, *, new: bool) -> Secret:
        if self._descriptor:
            return self._read_from_descriptor(title)
        if not self._console.can_ask:
            raise CliError(
                ExitCode.NO_KEYCHAIN,
                title,
                "There is no terminal to type its passphrase on. A script gives it on a file"
                f" descriptor: {FD_VARIABLE}=3 twauth … 3<FILE",
            )
        return self._prompt_new(prompt) if new else _prompt_passphrase(prompt, twice=False)

    def _prompt_new(self, prompt: str) -> Secret:
        from twauth_gui.services.passphrases import advise_on_passphrase, find_passphrase_problem

        passphrase = _prompt_passphrase(prompt, twice=True)
        advice = advise_on_passphrase(passphrase)
        if advice and not find_passphrase_problem(passphrase):
            self._console.note(advice)
        return passphrase

    def _read_from_descriptor(self, title: str) -> Secret:
        if not self._descriptor.isdecimal():
            raise _make_descriptor_error()
        try:
            line = _read_descriptor_line(int(self._descriptor))
        except OSError as error:
            raise _make_descriptor_error() from error
        if line is None:
            raise CliError(
                ExitCode.NO_KEYCHAIN,
                title,
                f"The file descriptor of {FD_VARIABLE} holds no further line. Each "
                "passphrase is one.",
            )
        return line


def _prompt_passphrase(prompt: str, *, twice: bool) -> Secret:
    text: str = click.prompt(prompt, hide_input=True, confirmation_prompt=twice, err=True)
    return Secret(text)


def _read_descriptor_line(descriptor: int) -> Secret | None:
    """Read one line and not a byte more: standard input may hold other things behind it."""
    line = bytearray()
    while len(line) < _MAX_PASSPHRASE_BYTES:
        byte = os.read(descriptor, 1)
        if not byte and not line:
            return None
        if byte in {b"", b"\n"}:
            break
        line += byte
    return Secret(line.decode("utf-8", "surrogateescape").removesuffix("\r"))


def _make_descriptor_error() -> CliError:
    return CliError(
        ExitCode.USAGE,
        f"{FD_VARIABLE} names no open file descriptor.",
        f"Write its number, and open it: {FD_VARIABLE}=3 twauth … 3<FILE",
    )
