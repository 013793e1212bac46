"""A destination that is reached through the vendor's own command."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import NoReturn

from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.secret import Secret
from twauth_gui.transfer.destinations.definition import (
    NAME,
    SIZE,
    InputFormat,
    Shape,
    VendorCommands,
    Words,
    WriteCommand,
    fill_text,
    fill_words,
    join_remote,
)
from twauth_gui.transfer.destinations.driver import (
    DestinationError,
    FailureReason,
    ListedSecret,
    SecretToWrite,
)
from twauth_gui.transfer.destinations.output_redaction import PLAIN_VALUE, OutputRedactor
from twauth_gui.transfer.destinations.secret_listing import parse_listing
from twauth_gui.transfer.destinations.vendor_command import (
    CommandResult,
    ProgramNotFoundError,
    VendorCommand,
    find_program,
)
from twauth_gui.transfer.export_syntaxes.document import build_object

_MIN_HIDDEN = 12


class CommandDriver:
    """Runs the commands of one destination.

    Args:
        commands: of the destination.
        shape: what one secret of it holds.
        programs: absolute paths by name, as find_programs() returns them.
    """

    def __init__(self, commands: VendorCommands, shape: Shape, programs: Mapping[str, str]) -> None:
        self._commands = commands
        self._shape = shape
        self._programs = programs

    def check(self, target: Mapping[str, str], cancel: CancelToken) -> str:
        """Return who is logged in there, or "" if that cannot be told."""
        check = self._commands.check
        if not check.run:
            return ""
        result = self._run(check.run, target, cancel)
        if result.code or result.is_timed_out:
            self._fail(result)
        found = check.identity and check.identity.search(result.output)
        return self._redact(found[1]) if found else ""

    def list_secrets(
        self, target: Mapping[str, str], name: str, cancel: CancelToken
    ) -> dict[str, ListedSecret] | None:
        """Return what is there, by name; None if it cannot be listed by its nature."""
        listing = self._commands.listing
        if listing is None:
            return None
        result = self._run(listing.run, {**target, NAME: name}, cancel)
        if result.code or result.is_timed_out:
            is_nothing = result.code in listing.nothing_exit
            if not result.is_timed_out and (is_nothing or _says(result, listing.nothing_says)):
                return {}
            self._fail(result)
        if result.is_cut:
            raise DestinationError(FailureReason.UNREADABLE, "The list is too long.")
        try:
            return parse_listing(listing, result.stdout, name)
        except ValueError as error:  # its text could repeat what somebody else keeps there
            raise DestinationError(FailureReason.UNREADABLE) from error

    def write(
        self,
        target: Mapping[str, str],
        secrets: Sequence[SecretToWrite],
        cancel: CancelToken,
        *,
        is_new: bool,
    ) -> None:
        """Write secrets with one command, of which all or none are there already."""
        one = self._commands
        command = one.create if is_new and one.create is not None else one.write
        names = {**target, NAME: secrets[0].name}
        if command.deletes_first and not is_new:
            self.delete(target, secrets[0].name, cancel)
        content = _format_input(command, target, secrets).reveal().encode()
        result = self._run(command.run, {**names, SIZE: str(len(content))}, cancel, content)
        if result.code or result.is_timed_out:
            self._fail(result)
        for secret in secrets:
            needed = fill_text(command.each_says, {**target, NAME: secret.name})
            if needed.casefold() not in result.output.casefold():
                self._fail(result)

    def delete(self, target: Mapping[str, str], name: str, cancel: CancelToken) -> None:
        """Delete one secret."""
        result = self._run(self._commands.delete, {**target, NAME: name}, cancel)
        if result.code or result.is_timed_out:
            self._fail(result)

    def group_writes(self, secrets: Sequence[SecretToWrite]) -> list[list[SecretToWrite]]:
        """Return what one command takes each."""
        one = self._commands
        if self._shape is Shape.VALUES and one.write.is_for_all:
            return [list(secrets)] if secrets else []
        return [[secret] for secret in secrets]

    def _run(
        self,
        words: Words,
        values: Mapping[str, str],
        cancel: CancelToken,
        content: bytes | None = None,
    ) -> CommandResult:
        one = self._commands
        filled = fill_words(words, values)
        if one.via:
            filled = [*fill_words(one.via, values), join_remote(filled)]
        alive = [secret.reveal() for secret in Secret.list_alive()]
        hidden = [one for one in alive if len(one) >= _MIN_HIDDEN and PLAIN_VALUE.fullmatch(one)]
        try:
            return VendorCommand(one, self._programs, hidden).run(filled, content, cancel)
        except OSError as error:
            reason = FailureReason.PROGRAM_MISSING
            raise DestinationError(reason, str(error.strerror or error), filled[0]) from error

    def _fail(self, result: CommandResult) -> NoReturn:
        one = self._commands
        reason = FailureReason.FAILED
        if result.is_timed_out:
            reason = FailureReason.TIMED_OUT
        elif result.code in one.logged_out_exit or _says(result, one.logged_out_says):
            reason = FailureReason.LOGGED_OUT
        elif one.listing is not None and _says(result, one.listing.absent_says):
            reason = FailureReason.ABSENT
        raise DestinationError(reason, self._redact(result.output))

    def _redact(self, text: str) -> str:
        return OutputRedactor(Secret.list_alive()).redact(text)


def find_programs(commands: VendorCommands, search_path: str | None = None) -> dict[str, str]:
    """Return the absolute path of each program of a destination, by its name.

    Raises:
        DestinationError: one is missing.
    """
    names = {str(words[0]) for _name, words in commands.list_runs()}
    try:
        return {name: find_program(name, search_path) for name in sorted(names)}
    except ProgramNotFoundError as error:
        raise DestinationError(FailureReason.PROGRAM_MISSING, program=error.name) from error


def _says(result: CommandResult, texts: Sequence[str]) -> bool:
    output = result.output.casefold()
    return any(text.casefold() in output for text in texts)


def _format_input(
    command: WriteCommand, target: Mapping[str, str], secrets: Sequence[SecretToWrite]
) -> Secret:
    first = secrets[0]
    rows = first.rows or {one.name: one.content for one in secrets}
    values = {name: value.reveal() for name, value in rows.items()}
    if command.stdin is InputFormat.PLAIN:
        return Secret("".join(f"{name}={value}\n" for name, value in values.items()))
    if command.stdin is InputFormat.JSON:
        return Secret(json.dumps(build_object(values.items())))
    if command.stdin is InputFormat.KUBERNETES:
        return Secret(json.dumps(_build_manifest(first.name, target, values)))
    return first.content


def _build_manifest(
    name: str, target: Mapping[str, str], values: Mapping[str, str]
) -> dict[str, object]:
    namespace = {"namespace": target["namespace"]} if target.get("namespace") else {}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": name,
            **namespace,
            "labels": {"app.kubernetes.io/managed-by": "twauth"},
        },
        "type": "Opaque",
        "data": {key: base64.b64encode(one.encode()).decode() for key, one in values.items()},
    }
