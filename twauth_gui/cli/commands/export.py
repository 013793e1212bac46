"""twauth export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from twauth_gui.cli.completers import choose_by_tag, complete_account, complete_preset
from twauth_gui.cli.errors import CliError, ExitCode, add_force_hint
from twauth_gui.cli.session import Session
from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.transfer.file_name_patterns import is_file_name_pattern

if TYPE_CHECKING:
    from twauth_gui.cli.console import Console
    from twauth_gui.cli.file_export import FileExportOptions
    from twauth_gui.domain.accounts import AccountId
    from twauth_gui.domain.secret import Secret
    from twauth_gui.services.export_service import ExportService
    from twauth_gui.transfer.export_presets import ExportPreset

DEFAULT_PRESET = "classic-bot"
_STANDARD_OUTPUT = Path("-")
_NAMED_FILES = 3
_EPILOG = """\b
Examples:
  twauth export @fernwick_news --preset x --output .env
  twauth export @fernwick_news @marsh_weather --preset json-snake
  twauth export @fernwick_news @marsh_weather --output '{handle}.env'
  twauth export --tag news --output 'bots/{tag}-{handle}.env'
  twauth export @fernwick_news --preset x --output .env --merge
  twauth export --preset django-fixture --set model=bots.bot --output bots.json

A file is written completely or not at all, and only you can read it. Without --force or --merge an
existing file is not changed. --merge keeps everything else in a .env, JSON, YAML, TOML, INI,
.properties or systemd file: it shows which names are added and which change, and asks.
"""


@click.command(epilog=_EPILOG)
@click.argument("handles", nargs=-1, metavar="[@HANDLE]…", shell_complete=complete_account)
@choose_by_tag
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
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The file to write, or the folder for a preset that makes several; {handle}, {app} or"
    " {tag} in its name makes a file for each account; - for standard output, the default.",
)
@click.option(
    "--several",
    type=click.Choice(["prefix", "suffix", "number", "file", "array", "map"]),
    help="How accounts are told apart, if not as the preset does it: by their names, as a file"
    " each, as a list, or by their handles.",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="Change a name or an option of the preset, such as access_token=TOKEN or model=bots.bot;"
    " twauth presets show ID lists them. Can be repeated.",
)
@click.option("--force", is_flag=True, help="Replace an existing file.")
@click.option("--merge", is_flag=True, help="Keep what else is in an existing file.")
@click.option("--backup", is_flag=True, help="Keep a copy of the old file beside it, as FILE.bak.")
@click.option(
    "--gitignore", is_flag=True, help="Add the file to .gitignore if git would take it otherwise."
)
@click.option("--dry-run", is_flag=True, help="Only show what would be written to the file.")
@click.option(
    "--yes",
    "-y",
    is_flag=True,
    help="Do not ask for confirmation of a merge. Required without a terminal.",
)
@click.option("--no-comment", is_flag=True, help="Leave out the line that names the account.")
@click.option("--bearer", is_flag=True, help="Include the app's bearer token, if there is one.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print what was written as JSON: names, never values."
)
@click.pass_obj
def export(  # noqa: PLR0917 - click passes them by name
    session: Session,
    handles: tuple[str, ...],
    tags: tuple[str, ...],
    preset_id: str,
    output: Path | None,
    several: str | None,
    settings: tuple[str, ...],
    force: bool,
    merge: bool,
    backup: bool,
    gitignore: bool,
    dry_run: bool,
    yes: bool,
    no_comment: bool,
    bearer: bool,
    as_json: bool,
) -> None:
    """Export accounts' credentials in the format that a bot reads."""
    from twauth_gui.cli.file_export import FileExporter, FileExportOptions
    from twauth_gui.cli.lookup import NameLookup

    preset = _adapt_preset(find_preset(session, preset_id), settings, several, output)
    console = session.console
    to_file = output is not None and output != _STANDARD_OUTPUT
    options = FileExportOptions(merge, force, backup, gitignore, dry_run, yes, as_json)
    _check_bearer(preset, bearer=bearer)
    if no_comment and not preset.syntax.has_comments:
        console.note("This format has no comments, so --no-comment has no effect.")
    if force and not to_file:
        console.note("Standard output replaces no file, so --force has no effect.")
    with session.open_services() as services:
        accounts = NameLookup(services.store, console).find_accounts(handles, tags)
        ids = [one.id for one in accounts]
        names = ", ".join(one.at_handle for one in accounts)
        makes_folder = preset.makes_folder(len(ids))
        task = _ExportTask(services.exporter, ids, preset, not no_comment, bearer, force)
        _check_file_options(options, is_one_file=to_file and not makes_folder)
        if output is None or not to_file:
            _require_one_text(preset, len(ids))
            console.print_secret(console.jobs.fetch(lambda _cancel: task.render()))
        elif makes_folder:
            _write_files(console, task, output, names)
        else:
            exporter = FileExporter(services.export_files, console, options, names)
            exporter.run(ids, preset, output, comment=not no_comment, bearer=bearer)
        for note in services.exporter.find_notes(ids, preset):
            console.note(note)


@dataclass(frozen=True, slots=True)
class _ExportTask:
    exporter: ExportService
    ids: Sequence[AccountId]
    preset: ExportPreset
    comment: bool
    bearer: bool
    force: bool

    def render(self) -> Secret:
        return self.exporter.export_text(
            self.ids, self.preset, comment=self.comment, bearer=self.bearer
        )

    def write(self, path: Path) -> tuple[Path, ...]:
        """Write the files of a folder, and return their paths."""
        return self.exporter.export_to_folder(
            self.ids,
            self.preset,
            path.parent if is_file_name_pattern(path.name) else path,
            comment=self.comment,
            bearer=self.bearer,
            overwrite=self.force,
        )


def _write_files(console: Console, task: _ExportTask, output: Path, names: str) -> None:
    try:
        paths = console.jobs.run(lambda _cancel: task.write(output))
    except DiagnosedError as error:
        raise add_force_hint(error) from error
    written = ", ".join(str(path) for path in paths[:_NAMED_FILES])
    if len(paths) > _NAMED_FILES:
        written += f" and {len(paths) - _NAMED_FILES} more"
    console.print_success(f"{names} written to {written}. Only you can read it.")


def _require_one_text(preset: ExportPreset, accounts: int) -> None:
    if preset.makes_folder(accounts):
        raise CliError(
            ExitCode.USAGE,
            f"The preset {preset.id} makes several files.",
            "Choose their folder: --output FOLDER",
        )


def _check_file_options(options: FileExportOptions, *, is_one_file: bool) -> None:
    if options.merge and options.force:
        raise CliError(
            ExitCode.USAGE,
            "--merge keeps an existing file, and --force replaces it.",
            "Leave out one of them.",
        )
    if (name := options.find_file_option()) and not is_one_file:
        raise CliError(
            ExitCode.USAGE,
            f"{name} is for an export to one file.",
            "Name it with --output FILE, or leave that option out.",
        )


def _check_bearer(preset: ExportPreset, *, bearer: bool) -> None:
    from twauth_gui.transfer.credential_formats import Field

    if bearer and Field.BEARER_TOKEN not in preset.names:
        raise CliError(
            ExitCode.USAGE,
            f"The preset {preset.id} has no name for a bearer token.",
            "Leave out --bearer, or choose another one: twauth presets --json shows their names.",
        )


def _adapt_preset(
    preset: ExportPreset, settings: Sequence[str], several: str | None, output: Path | None
) -> ExportPreset:
    """Return the preset with what the options change.

    Raises:
        CliError: the preset does not allow it.
    """
    from twauth_gui.transfer.export_presets import AccountGrouping
    from twauth_gui.transfer.preset_files import customize_preset

    pairs = [one.partition("=") for one in settings]
    if not all(sign for _key, sign, _value in pairs):
        raise CliError(ExitCode.USAGE, "--set needs a name and a value.", "Write --set NAME=VALUE.")
    if output is not None and is_file_name_pattern(output.name):
        if several not in {None, AccountGrouping.FILE.value}:
            raise CliError(
                ExitCode.USAGE,
                f"{output.name} is a file for each account.",
                "Leave out --several, or the names in braces.",
            )
        several = AccountGrouping.FILE.value
    try:
        if several is not None:
            preset = preset.grouped_by(AccountGrouping(several))
        preset = customize_preset(preset, {key: value for key, _sign, value in pairs})
    except ValueError as error:
        raise CliError(
            ExitCode.USAGE,
            f"The preset {preset.id} cannot be used like this.",
            str(error),
        ) from error
    is_named = output is not None and is_file_name_pattern(output.name)
    return replace(preset, suggested_name=output.name) if output and is_named else preset


def find_preset(session: Session, preset_id: str) -> ExportPreset:
    """Find a preset by its name.

    Raises:
        CliError: there is none.
    """
    collection = session.open_presets().list_all()
    for one in collection.presets:
        if one.id == preset_id:
            return one
    for problem in collection.problems:
        session.console.warn(problem.text)
    raise CliError(
        ExitCode.NOT_FOUND,
        f"There is no preset {preset_id}.",
        "There are:",
        [f"{one.id}  {one.title}" for one in collection.presets],
    )
