"""twauth presets: list export presets, and keep your own."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

import click

from twauth_gui.cli.command_group import CommandGroup
from twauth_gui.cli.commands.export import find_preset
from twauth_gui.cli.completers import complete_own_preset, complete_preset
from twauth_gui.cli.errors import CliError, ExitCode
from twauth_gui.cli.prompts import InputFile
from twauth_gui.cli.session import Session

if TYPE_CHECKING:
    from twauth_gui.transfer.export_presets import ExportPreset

_EPILOG = """\b
Examples:
  twauth presets --json
  twauth presets duplicate classic-bot my-bot
  twauth presets edit my-bot

Your own presets are TOML files in the folder presets of the data folder, one for each. They hold
names and no secret, so they can be shared: twauth presets show ID prints one.
"""


@click.group(cls=CommandGroup, invoke_without_command=True, epilog=_EPILOG)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
@click.pass_context
def presets(ctx: click.Context, as_json: bool) -> None:
    """List the formats that export and run know, or keep your own.

    A preset says which names a program reads, and in which syntax.
    """
    from twauth_gui.cli.table import format_table

    if ctx.invoked_subcommand is not None:
        return
    console = ctx.ensure_object(Session).console
    collection = ctx.ensure_object(Session).open_presets().list_all()
    for problem in collection.problems:
        console.warn(problem.text)
    if as_json:
        console.print_json_array([_serialize_preset(one) for one in collection.presets])
        return
    rows = [(one.id, one.title, one.syntax.value, one.subtitle) for one in collection.presets]
    console.print_result(format_table(("PRESET", "FOR", "SYNTAX", "NAMES"), rows))


@presets.command(epilog="Example: twauth presets show classic-bot > classic-bot.toml")
@click.argument("preset_id", metavar="ID", shell_complete=complete_preset)
@click.pass_obj
def show(session: Session, preset_id: str) -> None:
    """Print a preset as TOML, with what its syntax can be told.

    The output is a file that add takes, on this or another computer.
    """
    from twauth_gui.transfer.export_syntaxes.table import SYNTAXES

    preset = find_preset(session, preset_id)
    with _explain_refusals():
        text = session.open_presets().read_text(preset_id)
    session.console.print_result(text.rstrip("\n"))
    rules = SYNTAXES[preset.syntax]
    session.console.note(f"Read by {rules.reader}.")
    several = ", ".join(one.value for one in rules.groupings)
    session.console.note(f"Several accounts: {preset.grouping.value} (possible: {several}).")
    for name, usual in rules.options.items():
        session.console.note(f"Option {name}: {preset.options.get(name, usual)}")


@presets.command(epilog="Example: twauth presets add newsletter.toml")
@click.argument("file", type=InputFile())
@click.option("--force", is_flag=True, help="Replace your presets of the same ids.")
@click.pass_obj
def add(session: Session, file: BinaryIO, force: bool) -> None:
    """Add the presets of a TOML file to your own; - reads standard input.

    All are checked first: if one is not valid, none is added.
    """
    from twauth_gui.transfer.preset_files import MAX_BYTES

    with _explain_refusals():
        data = session.jobs.fetch(lambda _cancel: file.read(MAX_BYTES + 1))
        added = session.open_presets(to_change=True).add(data, file.name, overwrite=force)
    names = ", ".join(one.id for one in added)
    session.console.print_success(f"Added {names}.")


@presets.command(epilog="Example: twauth presets edit my-bot")
@click.argument("preset_id", metavar="ID", shell_complete=complete_own_preset)
@click.pass_obj
def edit(session: Session, preset_id: str) -> None:
    """Change one of your presets in your text editor, which VISUAL or EDITOR names.

    If the result is not valid, the old one stays. For a program's own preset: duplicate it first.
    """
    own = session.open_presets(to_change=True)
    if not own.has_own(preset_id):
        _ = find_preset(session, preset_id)
        raise CliError(
            ExitCode.USAGE,
            f"The preset {preset_id} comes with Twauth.",
            f"Copy it under another id: twauth presets duplicate {preset_id} NEW-ID",
        )
    with _explain_refusals():
        old = own.read_text(preset_id)
        text = click.edit(old, extension=".toml")
        if text is None or text == old:
            session.console.note("Nothing was changed.")
            return
        own.save_text(preset_id, text)
    session.console.print_success(f"Changed {preset_id}.")


@presets.command(epilog="Example: twauth presets duplicate classic-bot my-bot")
@click.argument("preset_id", metavar="ID", shell_complete=complete_preset)
@click.argument("new_id", metavar="NEW-ID")
@click.option("--title", default="", help="The title of the copy.")
@click.pass_obj
def duplicate(session: Session, preset_id: str, new_id: str, title: str) -> None:
    """Copy a preset under another id, so that you can edit it."""
    own = session.open_presets(to_change=True)
    find_preset(session, preset_id)
    with _explain_refusals():
        own.duplicate(preset_id, new_id, title)
    session.console.print_success(f"Added {new_id}. To change it: twauth presets edit {new_id}")


@presets.command(epilog="Example: twauth presets remove my-bot")
@click.argument("preset_id", metavar="ID", shell_complete=complete_own_preset)
@click.pass_obj
def remove(session: Session, preset_id: str) -> None:
    """Remove one of your presets. Exported files stay as they are."""
    with _explain_refusals():
        session.open_presets(to_change=True).remove(preset_id)
    session.console.print_success(f"Removed {preset_id}.")


@contextmanager
def _explain_refusals() -> Generator[None]:
    """Turn what the presets refuse into an error of the command."""
    from twauth_gui.services.preset_service import PresetTakenError

    try:
        yield
    except LookupError as error:
        raise CliError(ExitCode.NOT_FOUND, str(error), "twauth presets lists all.") from error
    except PresetTakenError as error:
        advice = "Choose another id." if error.is_builtin else "To replace it, add --force."
        raise CliError(ExitCode.USAGE, str(error), advice) from error
    except ValueError as error:
        raise CliError(ExitCode.USAGE, "This is no valid preset.", str(error)) from error
    except OSError as error:
        raise CliError(
            ExitCode.FAILED, "The preset cannot be read.", f"{error.strerror or error}."
        ) from error


def _serialize_preset(preset: ExportPreset) -> dict[str, object]:
    from twauth_gui.transfer.preset_files import FIELD_KEYS

    keys = {field: key for key, field in FIELD_KEYS.items()}
    return {
        "id": preset.id,
        "title": preset.title,
        "group": preset.group,
        "syntax": preset.syntax.value,
        "file_name": preset.suggested_name,
        "names": {keys[field]: name for field, name in preset.names.items()},
        "several": preset.grouping.value,
        "own": preset.is_own,
        "note": preset.note,
    }
