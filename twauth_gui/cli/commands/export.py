"""twauth export, presets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from twauth_gui.cli.completers import complete_account, complete_preset
from twauth_gui.cli.errors import CliError, ExitCode, add_force_hint
from twauth_gui.cli.session import Session
from twauth_gui.domain.diagnosis import DiagnosedError

if TYPE_CHECKING:
    from twauth_gui.transfer.export_presets import ExportPreset

DEFAULT_PRESET = "classic-bot"
_STANDARD_OUTPUT = Path("-")
_JSON_NAMES = {"OAUTH2_ACCESS": "oauth2_access_token", "OAUTH2_REFRESH": "oauth2_refresh_token"}
"""Keys for --json, as in the credentials of twauth show."""
_EPILOG = """\b
Examples:
  twauth export @fernwick_news --preset x --output .env
  twauth export @fernwick_news @marsh_weather --preset json-snake

A file is written completely or not at all, and only you can read it. Without --force an existing
file is not changed.
"""


@click.command(epilog=_EPILOG)
@click.argument("handles", nargs=-1, metavar="[@HANDLE]…", shell_complete=complete_account)
@click.option(
    "--preset",
    "preset_id",
    default=DEFAULT_PRESET,
    show_default=True,
    metavar="NAME",
    shell_complete=complete_preset,
    help="The format; twauth presets lists them.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The file to write; - for standard output, the default.",
)
@click.option("--force", is_flag=True, help="Replace an existing file.")
@click.option("--no-comment", is_flag=True, help="Leave out the line that names the account.")
@click.option("--bearer", is_flag=True, help="Include the app's bearer token, if there is one.")
@click.pass_obj
def export(  # noqa: PLR0917 - click passes them by name
    session: Session,
    handles: tuple[str, ...],
    preset_id: str,
    output: Path | None,
    force: bool,
    no_comment: bool,
    bearer: bool,
) -> None:
    """Export accounts' credentials in the format that a bot reads."""
    from twauth_gui.cli.lookup import NameLookup

    preset = find_preset(preset_id)
    console = session.console
    to_file = output is not None and output != _STANDARD_OUTPUT
    _check_bearer(preset, bearer=bearer)
    if no_comment and not preset.syntax.has_comments:
        console.note("JSON has no comments, so --no-comment has no effect.")
    if force and not to_file:
        console.note("Standard output replaces no file, so --force has no effect.")
    with session.open_services() as services:
        accounts = NameLookup(services.store, console).find_accounts(handles)
        ids = [one.id for one in accounts]
        comment = not no_comment
        if output is None or not to_file:
            console.print_secret(
                console.jobs.fetch(
                    lambda _cancel: services.exporter.export_text(
                        ids, preset.id, comment=comment, bearer=bearer
                    )
                )
            )
            return
        try:
            console.jobs.run(
                lambda _cancel: services.exporter.export_to_file(
                    ids, preset.id, output, comment=comment, overwrite=force, bearer=bearer
                )
            )
        except DiagnosedError as error:
            raise add_force_hint(error) from error
    names = ", ".join(one.at_handle for one in accounts)
    console.print_success(f"{names} written to {output}. Only you can read it.")


@click.command(epilog="Example: twauth presets --json")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
@click.pass_obj
def presets(session: Session, as_json: bool) -> None:
    """List the formats that export and run know."""
    from twauth_gui.cli.table import format_table
    from twauth_gui.transfer.export_presets import PRESETS

    if as_json:
        session.console.print_json_array([_serialize_preset(one) for one in PRESETS])
        return
    rows = [(one.id, one.title, one.syntax.value, one.subtitle) for one in PRESETS]
    session.console.print_result(format_table(("PRESET", "FOR", "SYNTAX", "NAMES"), rows))


def _check_bearer(preset: ExportPreset, *, bearer: bool) -> None:
    from twauth_gui.transfer.credential_formats import Field

    if bearer and Field.BEARER_TOKEN not in preset.names:
        raise CliError(
            ExitCode.USAGE,
            f"The preset {preset.id} has no name for a bearer token.",
            "Leave out --bearer, or choose another one: twauth presets --json shows their names.",
        )


def _serialize_preset(preset: ExportPreset) -> dict[str, object]:
    return {
        "id": preset.id,
        "title": preset.title,
        "group": preset.group,
        "syntax": preset.syntax.value,
        "file_name": preset.suggested_name,
        "names": {
            _JSON_NAMES.get(key.name, key.name.lower()): n for key, n in preset.names.items()
        },
    }


def find_preset(preset_id: str) -> ExportPreset:
    """Find a preset by its name.

    Raises:
        CliError: there is none.
    """
    from twauth_gui.transfer.export_presets import PRESETS

    for one in PRESETS:
        if one.id == preset_id:
            return one
    raise CliError(
        ExitCode.NOT_FOUND,
        f"There is no preset {preset_id}.",
        "There are:",
        [f"{one.id}  {one.title}" for one in PRESETS],
    )
