"""Read passphrases on a terminal, or from the file descriptor that a script names."""

from __future__ import annotations

import click

from twauth_gui.cli.console import Console
from twauth_gui.cli.errors import CliError, ExitCode
from twauth_gui.domain.secret import Secret
from twauth_gui.services.passphrases import (
    DESCRIPTOR_VARIABLE,
    FORGOTTEN_WARNING,
    PassphraseDescriptor,
    advise_on_passphrase,
    find_passphrase_problem,
)

_TRIES = 3
_EXAMPLE = f"{DESCRIPTOR_VARIABLE}=3 twauth … 3<FILE"


class PassphraseReader:
    """Reads the passphrases of one command, in the order in which they are needed.

    what: whose passphrase it is, at the start of a sentence.
    """

    def __init__(self, console: Console, what: str = "The encrypted file") -> None:
        self._console = console
        self._what = what
        self._descriptor = PassphraseDescriptor()

    @property
    def can_ask_again(self) -> bool:
        """Whether the user can correct a typing error."""
        return not self._descriptor.is_named and self._console.can_ask

    def read_current(self) -> Secret:
        """Read the passphrase of an existing file.

        Raises:
            CliError: there is neither a terminal nor a file descriptor.
        """
        return self._read_next("Passphrase", f"{self._what} is locked.", new=False)

    def read_new(self) -> Secret:
        """Read the passphrase of a new file; the user types it twice.

        Raises:
            CliError: there is neither a terminal nor a file descriptor, or it is too weak.
        """
        if self.can_ask_again:
            self._console.note(FORGOTTEN_WARNING)
        for left in reversed(range(_TRIES)):
            title = f"{self._what} needs a passphrase."
            passphrase = self._read_next("New passphrase", title, new=True)
            problem = find_passphrase_problem(passphrase)
            if not problem:
                return passphrase
            if not left or not self.can_ask_again:
                raise CliError(ExitCode.USAGE, "That passphrase is not accepted.", problem)
            self._console.print_problem(problem)
        raise AssertionError("the last try returns or raises")

    def _read_next(self, prompt: str, title: str, *, new: bool) -> Secret:
        if self._descriptor.is_named:
            return self._read_from_descriptor(title)
        if not self._console.can_ask:
            raise CliError(
                ExitCode.NO_KEYCHAIN,
                title,
                "There is no terminal to type its passphrase on. In a script, pass it on a file"
                f" descriptor: {_EXAMPLE}",
            )
        return self._prompt_new(prompt) if new else _prompt_passphrase(prompt, twice=False)

    def _prompt_new(self, prompt: str) -> Secret:
        passphrase = _prompt_passphrase(prompt, twice=True)
        advice = advise_on_passphrase(passphrase)
        if advice and not find_passphrase_problem(passphrase):
            self._console.note(advice)
        return passphrase

    def _read_from_descriptor(self, title: str) -> Secret:
        try:
            line = self._descriptor.read_line()
        except OSError as error:
            raise CliError(
                ExitCode.USAGE,
                f"{DESCRIPTOR_VARIABLE} does not name an open file descriptor.",
                f"Set it to the number of one, and open it: {_EXAMPLE}",
            ) from error
        if line is None:
            raise CliError(
                ExitCode.NO_KEYCHAIN,
                title,
                f"The file descriptor of {DESCRIPTOR_VARIABLE} has no more lines. Each"
                " passphrase is one line.",
            )
        return line


def _prompt_passphrase(prompt: str, *, twice: bool) -> Secret:
    text: str = click.prompt(prompt, hide_input=True, confirmation_prompt=twice, err=True)
    return Secret(text)
