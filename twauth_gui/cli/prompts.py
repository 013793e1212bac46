"""Prompt for keys, PINs, addresses and confirmations, or read them from standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from os import PathLike
from typing import IO, TYPE_CHECKING, Any

import click
from typing_extensions import override

from twauth_gui.cli.console import Console
from twauth_gui.cli.errors import CliError, ExitCode
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.display_text import to_printable_line
from twauth_gui.domain.secret import Secret

if TYPE_CHECKING:
    from twauth_gui.transfer.pasted_keys import PastedKeys

_MAX_PASTE_BYTES = 256 * 1024
_MAX_LINE_BYTES = 8 * 1024
_FOR_IMPORT = "It belongs to an account: twauth import - imports it with its app."
_PIN_OR_URL_PROMPT = "PIN, or the address the browser ended on"


class InputFile(click.File):
    """A file that is read as bytes; - is standard input, which may be closed."""

    def __init__(self) -> None:
        super().__init__("rb")

    @override
    def convert(
        self,
        value: str | PathLike[str] | IO[Any],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> IO[Any]:
        if value == "-" and sys.stdin is None:  # it was closed before Python started
            self.fail("Standard input is closed.", param, ctx)
        return super().convert(value, param, ctx)


def read_app_keys(console: Console) -> AppKeys:
    """Prompt for an app's keys on a terminal, else read them from standard input.

    Raises:
        CliError: they are missing or incomplete.
    """
    return _prompt_app_keys() if console.can_ask else _read_piped_keys(console)


def _prompt_app_keys() -> AppKeys:
    api_key = _prompt_hidden("API key")
    return AppKeys(api_key, _prompt_hidden("API key secret"))


def _prompt_hidden(label: str) -> Secret:
    value: str = click.prompt(label, hide_input=True, err=True)
    return Secret(value.strip())


def _read_piped_keys(console: Console) -> AppKeys:
    from twauth_gui.transfer.pasted_keys import parse_keys
    from twauth_gui.transfer.reader.text_decoding import decode

    text = decode(_read_stdin_bytes(_MAX_PASTE_BYTES + 1))
    pasted = parse_keys(text)
    for note in pasted.notes:
        console.note(note)
    for line, sentence in _describe_unused(text, pasted):
        console.note(f"Line {line}: {sentence}" if line else sentence)
    keys = pasted.app_keys
    if keys is None:
        raise CliError(
            ExitCode.USAGE,
            "Standard input has no API key with its secret.",
            'Pass them as {"api_key": …, "api_secret": …}, as a .env file, or as two lines.',
        )
    return keys


def _describe_unused(text: str, pasted: PastedKeys) -> Iterator[tuple[int, str]]:
    """Yield the lines that an app has no use for, from 1, or 0 if unknown, each with a sentence."""
    from twauth_gui.transfer.credential_formats import Field

    for one in pasted.unused:
        yield one.line, f"{one.what} was not used. {one.reason}"
    for name, value in (
        (Field.ACCESS_TOKEN, pasted.access_token),
        (Field.ACCESS_SECRET, pasted.access_secret),
    ):
        if value is not None:
            numbered = enumerate(text.splitlines(), 1)
            line = next((at for at, row in numbered if value.reveal() in row), 0)
            yield line, f"The {name.value} was not used. {_FOR_IMPORT}"


def read_pin_or_url(
    console: Console, kind: CredentialKind = CredentialKind.OAUTH1, *, from_input: bool
) -> Secret:
    """Prompt for the PIN or address on a terminal, else read a line of standard input.

    Args:
        console: tells whether there is a terminal.
        kind: of the sign-in; OAuth 2.0 has no PIN, only the address.
        from_input: whether to read standard input in any case, without a prompt.

    Raises:
        CliError: standard input is empty.
    """
    if console.can_ask and not from_input:
        is_code = kind is CredentialKind.OAUTH2
        prompt = "Address the browser ended on" if is_code else _PIN_OR_URL_PROMPT
        text: str = click.prompt(prompt, err=True)
        return Secret(text)
    line = _read_stdin_line()
    if not line:
        raise CliError(
            ExitCode.USAGE,
            "Standard input has no PIN.",
            "Pass the PIN, the verifier or the whole address the browser ended on.",
        )
    return line


def read_text() -> str:
    """Read a text of several lines from standard input.

    Raises:
        CliError: it cannot be read.
    """
    from twauth_gui.transfer.reader.text_decoding import decode

    return decode(_read_stdin_bytes(_MAX_PASTE_BYTES))


def _read_stdin(max_bytes: int) -> Secret:
    return Secret(_read_stdin_bytes(max_bytes).decode("utf-8-sig", "replace"))


def _read_stdin_bytes(max_bytes: int) -> bytes:
    if sys.stdin is None:  # it was closed before Python started
        return b""
    try:
        return sys.stdin.buffer.read(max_bytes)
    except OSError as error:
        raise _make_stdin_error(error) from error


def _read_stdin_line() -> Secret:
    """Read the first line that is not empty."""
    if sys.stdin is None:  # it was closed before Python started
        return Secret("")
    try:
        for line in iter(lambda: sys.stdin.buffer.readline(_MAX_LINE_BYTES), b""):
            if line.strip():
                return Secret(line.decode("utf-8-sig", "replace").strip())
    except OSError as error:
        raise _make_stdin_error(error) from error
    return Secret("")


def _make_stdin_error(error: OSError) -> CliError:
    return CliError(
        ExitCode.FAILED,
        "Standard input cannot be read.",
        f"The system says: {error.strerror}.",
    )


def reject_value(option: str, value: str | None) -> None:
    """Reject a secret passed as an argument, without repeating it.

    Raises:
        CliError: value is something other than "-".
    """
    if value not in {None, "-"}:
        raise CliError(
            ExitCode.USAGE,
            f"{option} accepts no value but -.",
            "Other programs can see a command line, and the shell keeps it in its history. Write"
            f" {option} - and pass the value on standard input.",
        )


def parse_expected_handles(expected: Sequence[str], *, is_stdin_taken: bool) -> tuple[str, ...]:
    """Parse the handles of --expect, each once; "-" stands for a list on standard input.

    Args:
        expected: the values of the option.
        is_stdin_taken: whether standard input is needed for PINs or addresses.

    Raises:
        CliError: one is not a handle, or standard input is needed for both.
    """
    from twauth_gui.domain.account_names import parse_handles

    if "-" in expected and is_stdin_taken:
        raise CliError(
            ExitCode.USAGE,
            "Standard input cannot hold both the handles and the PINs.",
            "Add --no-wait, or --method browser, or name each handle with --expect.",
        )
    texts = (_read_stdin(_MAX_PASTE_BYTES).reveal() if one == "-" else one for one in expected)
    handles, others = parse_handles("\n".join(texts))
    if others:
        raise CliError(
            ExitCode.USAGE,
            f"{others[0]} is not a handle.",
            "A handle has up to 15 letters, digits and underscores.",
        )
    return handles


def confirm(console: Console, question: str, *, yes: bool) -> None:
    """Ask for confirmation on a terminal, unless yes is given.

    Raises:
        CliError: there is no terminal, and yes is not given.
        click.Abort: the user said no.
    """
    if yes:
        return
    question = to_printable_line(question)
    if not console.can_ask:
        raise CliError(
            ExitCode.USAGE,
            f"{question} There is no terminal to ask on.",
            "Nothing was changed. Add --yes to confirm in advance.",
        )
    click.confirm(question, abort=True, err=True)


def show_choices(choices: Sequence[str], *, more: int = 0) -> None:
    """Print numbered choices to choose from. more: how many others there are."""
    for number, choice in enumerate(choices, 1):
        click.echo(f"{number:>3}  {to_printable_line(choice)}", err=True)
    if more:
        click.echo(f"     and {more:,} more", err=True)


def prompt_choice(question: str) -> str:
    """Ask at the terminal until something was typed.

    Raises:
        click.Abort: the user pressed Ctrl+C or Ctrl+D.
    """
    text: str = click.prompt(question, err=True)
    return text.strip()
