"""Reads what must not be an argument: keys, PINs, redirected addresses."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from twauth_gui.cli.console import Console
from twauth_gui.cli.exit_codes import ExitCode
from twauth_gui.cli.refusal import CliError
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.domain.secret import Secret

_LONGEST_PASTE = 256 * 1024
_LONGEST_LINE = 8 * 1024
_PIN_OR_ADDRESS = "PIN, or the address the browser ended on"


def read_app_keys(console: Console) -> AppKeys:
    """Ask for the keys of an app on a terminal, else read them from standard input.

    Raises:
        RefusedError: they are not there, or not complete.
    """
    return _asked_keys() if console.can_ask else _piped_keys(console)


def _asked_keys() -> AppKeys:
    api_key = _ask_hidden("API key")
    return AppKeys(api_key, _ask_hidden("API key secret"))


def _ask_hidden(what: str) -> Secret:
    value: str = click.prompt(what, hide_input=True, err=True)
    return Secret(value.strip())


def _piped_keys(console: Console) -> AppKeys:
    from twauth_gui.transfer.pasted import parse_keys

    pasted = parse_keys(_standard_input(_LONGEST_PASTE + 1).reveal())
    for note in pasted.notes:
        console.note(note)
    keys = pasted.app_keys
    if keys is None:
        raise CliError(
            ExitCode.USAGE,
            "There is no API key with its secret on standard input.",
            'Give them as {"api_key": …, "api_secret": …}, as a .env file, or as two lines.',
        )
    return keys


def read_answer(
    console: Console, kind: CredentialKind = CredentialKind.OAUTH1, *, from_input: bool
) -> Secret:
    """Ask for the PIN on a terminal, else read one line of standard input.

    Args:
        console: where to ask.
        kind: of the sign-in; OAuth 2.0 has no PIN, only the address.
        from_input: read standard input in any case, without a question.

    Raises:
        RefusedError: standard input is at its end.
    """
    if console.can_ask and not from_input:
        is_code = kind is CredentialKind.OAUTH2
        what = "The address the browser ended on" if is_code else _PIN_OR_ADDRESS
        asked: str = click.prompt(what, err=True)
        return Secret(asked)
    line = _standard_line()
    if not line:
        raise CliError(
            ExitCode.USAGE,
            "There is no PIN on standard input.",
            "Give the PIN, the verifier or the whole address the browser ended on.",
        )
    return line


def _standard_input(most: int) -> Secret:
    if sys.stdin is None:  # so it is where it was closed
        return Secret("")
    try:
        content = sys.stdin.buffer.read(most)
    except OSError as error:
        raise _unreadable(error) from error
    return Secret(content.decode("utf-8-sig", "replace"))


def _standard_line() -> Secret:
    """Read the first line that is not empty."""
    if sys.stdin is None:  # so it is where it was closed
        return Secret("")
    try:
        for line in iter(lambda: sys.stdin.buffer.readline(_LONGEST_LINE), b""):
            if line.strip():
                return Secret(line.decode("utf-8-sig", "replace").strip())
    except OSError as error:
        raise _unreadable(error) from error
    return Secret("")


def _unreadable(error: OSError) -> CliError:
    return CliError(
        ExitCode.FAILED,
        "Standard input cannot be read.",
        f"The system says: {error.strerror}.",
    )


def refuse_value(option: str, value: str | None) -> None:
    """Refuse a secret given as an argument, without repeating it.

    Raises:
        RefusedError: value is something other than "-".
    """
    if value not in {None, "-"}:
        raise CliError(
            ExitCode.USAGE,
            f"{option} takes no value but -.",
            "What stands on a command line is seen by other programs and kept in the shell's"
            f" history. Write {option} - and give the value on standard input.",
        )


def expected_handles(expected: Sequence[str], *, answers_come_in: bool) -> tuple[str, ...]:
    """Read the handles of --expect, each once; "-" stands for a list on standard input.

    Args:
        expected: as they were given.
        answers_come_in: whether standard input is needed for PINs or addresses.

    Raises:
        RefusedError: one of them is no handle, or standard input is wanted for two things.
    """
    from twauth_gui.domain.handles import read_handles

    if "-" in expected and answers_come_in:
        raise CliError(
            ExitCode.USAGE,
            "Standard input cannot give the handles and the answers.",
            "Add --no-wait, or --method browser, or name each handle with --expect.",
        )
    texts = (_standard_input(_LONGEST_PASTE).reveal() if one == "-" else one for one in expected)
    handles, others = read_handles("\n".join(texts))
    if others:
        raise CliError(
            ExitCode.USAGE,
            f"{others[0]} is no handle.",
            "A handle has up to 15 letters, digits and underscores.",
        )
    return handles
