"""twauth destinations: list secret stores, and keep your own."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, BinaryIO

import click

from twauth_gui.cli.command_group import CommandGroup
from twauth_gui.cli.completers import complete_destination
from twauth_gui.cli.errors import CliError, ExitCode
from twauth_gui.cli.prompts import InputFile, confirm
from twauth_gui.cli.session import Session

if TYPE_CHECKING:
    from twauth_gui.cli.console import Console
    from twauth_gui.services.container import Services
    from twauth_gui.transfer.destinations.definition import Destination, VendorCommands

_EPILOG = """\b
Examples:
  twauth destinations
  twauth destinations show github-actions
  twauth destinations add vault-of-ours.toml

Your own destinations are TOML files in the folder destinations of the
data folder. They start programs, so each has to be trusted as it is.
"""


@click.group(cls=CommandGroup, invoke_without_command=True, epilog=_EPILOG)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
@click.pass_context
def destinations(ctx: click.Context, as_json: bool) -> None:
    """List the secret stores that push knows, or keep your own."""
    from twauth_gui.cli.table import format_table

    if ctx.invoked_subcommand is not None:
        return
    session = ctx.ensure_object(Session)
    with session.open_index(read_only=True) as services:
        collection = services.push.destinations()
        for problem in collection.problems:
            session.console.warn(problem)
        if as_json:
            found = [_serialize(services, one) for one in collection.destinations]
            session.console.print_json_array(list(found))
            return
    rows = [
        (one.id, one.title + (" (not tried)" if one.is_untried else ""), _describe_target(one))
        for one in collection.destinations
    ]
    session.console.print_result(format_table(("DESTINATION", "IS", "TARGET"), rows))


@destinations.command(epilog="Example: twauth destinations show github-actions")
@click.argument("destination_id", metavar="ID", shell_complete=complete_destination)
@click.pass_obj
def show(session: Session, destination_id: str) -> None:
    """Show a destination: the fields of its target, and the commands that it runs."""
    from twauth_gui.cli.table import format_fields

    with session.open_index(read_only=True) as services:
        one = find_destination(services, destination_id)
        trusted = services.push.sources.is_approved(one)
    rows = [("Title", one.title), ("Preset", one.preset), ("One secret", one.shape.value)]
    for field in one.target:
        need = "" if field.is_required else " (optional)"
        rows.append((field.name, f"{field.ask}{need}: {field.hint}".removesuffix(": ")))
    rows += describe_commands(one.commands)
    rows += [("Tried", one.tried), ("Note", one.note)]
    rows.append(("Trusted", "" if trusted else "no; twauth destinations trust does that"))
    session.console.print_result(format_fields(rows))


@destinations.command(epilog="Example: twauth destinations add vault-of-ours.toml")
@click.argument("file", type=InputFile())
@click.option("--force", is_flag=True, help="Replace your destination of the same id.")
@click.pass_obj
def add(session: Session, file: BinaryIO, force: bool) -> None:
    """Add a TOML file to your own destinations; - reads standard input.

    It is checked first, and not trusted by that.
    """
    from twauth_gui.transfer.destinations.destination_files import MAX_BYTES, DestinationFileError

    data = session.jobs.fetch(lambda _cancel: file.read(MAX_BYTES + 1))
    with session.open_index() as services:
        try:
            one = services.push.sources.add(data, file.name, overwrite=force)
        except DestinationFileError as error:
            raise CliError(
                ExitCode.USAGE, "This is no destination that can be added.", str(error)
            ) from error
    session.console.print_success(
        f"Added {one.id}. Look at what it runs: twauth destinations show {one.id}"
    )


@destinations.command(epilog="Example: twauth destinations trust vault-of-ours")
@click.argument("destination_id", metavar="ID", shell_complete=complete_destination)
@click.option("--yes", "-y", is_flag=True, help="Do not ask for confirmation.")
@click.pass_obj
def trust(session: Session, destination_id: str, yes: bool) -> None:
    """Let one of your destinations run its commands, as its file is now."""
    with session.open_index() as services:
        one = find_destination(services, destination_id)
        if services.push.sources.is_approved(one):
            session.console.note(f"{one.id} is trusted already.")
            return
        _ask_for_trust(session.console, one, yes=yes)
        services.push.sources.approve(one)
    session.console.print_success(f"{one.id} may run its commands until its file changes.")


@destinations.command(epilog="Example: twauth destinations remove vault-of-ours")
@click.argument("destination_id", metavar="ID", shell_complete=complete_destination)
@click.pass_obj
def remove(session: Session, destination_id: str) -> None:
    """Remove one of your destinations. What was pushed stays where it is."""
    with session.open_index() as services:
        try:
            services.push.sources.remove(destination_id)
        except LookupError as error:
            raise CliError(
                ExitCode.NOT_FOUND, str(error), "twauth destinations lists all."
            ) from error
    session.console.print_success(f"Removed {destination_id}.")


def find_destination(services: Services, destination_id: str) -> Destination:
    """Find a destination by its id.

    Raises:
        CliError: there is none.
    """
    try:
        return services.push.sources.find(destination_id)
    except LookupError as error:
        known = [f"{one.id}  {one.title}" for one in services.push.destinations().destinations]
        raise CliError(
            ExitCode.NOT_FOUND, f"There is no destination {destination_id}.", "There are:", known
        ) from error


def approve_own(services: Services, destination: Destination, console: Console) -> None:
    """Ask about one of the person's own files before its first use, if there is a terminal."""
    if console.can_ask and not services.push.sources.is_approved(destination):
        _ask_for_trust(console, destination, yes=False)
        services.push.sources.approve(destination)


def _ask_for_trust(console: Console, destination: Destination, *, yes: bool) -> None:
    console.note(f"{destination.title} is your own file. It runs:")
    for name, command in describe_commands(destination.commands):
        console.note(f"  {name}: {command}")
    confirm(console, "May it run these?", yes=yes)


def describe_commands(commands: VendorCommands | None) -> list[tuple[str, str]]:
    """Return each command of a destination with its name, groups in brackets."""
    if commands is None:
        return []
    return [
        (
            name,
            " ".join(
                shlex.quote(word) if isinstance(word, str) else f"[{shlex.join(word)}]"
                for word in words
            ),
        )
        for name, words in commands.list_runs()
    ]


def _describe_target(destination: Destination) -> str:
    names = [one.name if one.is_required else f"[{one.name}]" for one in destination.target]
    return ", ".join(names)


def _serialize(services: Services, one: Destination) -> dict[str, object]:
    return {
        "id": one.id,
        "title": one.title,
        "preset": one.preset,
        "shape": one.shape.value,
        "target": {field.name: field.ask for field in one.target},
        "required": [field.name for field in one.target if field.is_required],
        "commands": dict(describe_commands(one.commands)),
        "own": one.is_own,
        "trusted": services.push.sources.is_approved(one),
        "tried": one.tried,
        "note": one.note,
    }
