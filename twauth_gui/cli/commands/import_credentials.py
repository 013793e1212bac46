"""twauth import."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from twauth_gui.cli.completers import complete_app
from twauth_gui.cli.errors import CliError, ExitCode
from twauth_gui.cli.prompts import confirm
from twauth_gui.cli.session import Session

if TYPE_CHECKING:
    from twauth_gui.cli.console import Console
    from twauth_gui.cli.import_options import OptionChooser
    from twauth_gui.domain.cancel_token import CancelToken
    from twauth_gui.services.container import Services
    from twauth_gui.services.import_plan import ImportItem, ImportPlan, ImportResult
    from twauth_gui.transfer.found_credentials import FoundFile

_STDIN = Path("-")
_EPILOG = """\b
Examples:
  twauth import --dry-run
  twauth import ~/bots/daily/.env --app Newsroom
  ssh pi cat bots/.env | twauth import -

A FILE can be a folder: every file in it is read. - stands for standard input. Named files are
imported without a question.

Without a FILE it searches the files of twurl, t, x-cli, xurl, twarc, python-twitter-tools,
rainbowstream, oysttyer, TTYtter, Cawbird, Corebird, NLTK, Twitter4J, elizaOS and rtweet, and .env
in the current folder.

Each account is imported as a whole or not at all, and once, however many files it is in. If there
are other credentials for it in another file, or in Twauth, none are taken over: import the right
file alone, with --replace. If a file leaves open which app an account belongs to, the apps are
listed; choose with --app.

Afterwards the files that still hold the credentials in plain text are listed. On a terminal
Twauth asks for each whether to delete it, with no as the default; --yes deletes none. Deleting
does not wipe the disk.

Exit code: 0 if everything found is here now; 3 if nothing was found; else the highest code of what
was skipped: 1 for a value that may be a key and is not used, and for an account that waits for a
decision. A placeholder, a reference or code in place of a key counts only if an account beside
others that are complete lacks it, or if the named file has nothing else. A file that cannot be
read counts if it was named.
"""


@click.command("import", epilog=_EPILOG)
@click.argument("files", nargs=-1, metavar="[FILE]…", type=click.Path(path_type=Path))
@click.option(
    "--dry-run",
    is_flag=True,
    help="Only show what would be imported. X is not asked, and nothing is created.",
)
@click.option(
    "--app",
    "label",
    metavar="LABEL",
    shell_complete=complete_app,
    help="The app of credentials whose file does not name one: a saved app, or one in the files.",
)
@click.option(
    "--replace", is_flag=True, help="Replace the credentials of accounts that are already here."
)
@click.option(
    "--api-url",
    metavar="URL",
    help="API host of new apps to use instead of X's, such as a sandbox.",
)
@click.option(
    "--yes",
    "-y",
    is_flag=True,
    help="Do not ask for confirmation, and delete no file. Required without a terminal if no FILE"
    " is named.",
)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
@click.pass_obj
def import_(  # noqa: PLR0917 - click passes them by name
    session: Session,
    files: tuple[Path, ...],
    dry_run: bool,
    label: str | None,
    replace: bool,
    api_url: str | None,
    yes: bool,
    as_json: bool,
) -> int:
    """Import the credentials that other tools keep on this computer.

    Twauth asks X which account each one belongs to. If X cannot be reached, they are still saved,
    under the user ID at the start of the token, as never checked. What is already here stays the
    same.
    """
    from twauth_gui.cli import import_report
    from twauth_gui.cli.commands.apps import parse_hosts
    from twauth_gui.cli.import_options import OptionChooser
    from twauth_gui.cli.lookup import NameLookup
    from twauth_gui.cli.original_files import offer_removal
    from twauth_gui.services.import_plan import ImportOptions

    console = session.console
    session.harden_process()
    base = ImportOptions(replace_existing=replace, hosts=parse_hosts(api_url))
    found, named = _find_credentials(files, console)
    with session.open_preview() if dry_run else session.open_services() as services:
        plan = console.jobs.fetch(lambda _cancel: services.importer.plan(found))
        chooser = OptionChooser(plan, base, label, NameLookup(services.store, console))
        _print_skipped(console, plan, as_json=as_json)
        if plan.is_empty:
            _refuse_empty_plan(console, plan, as_json=as_json)
        if dry_run:
            return _finish_dry_run(console, plan, chooser, named, as_json=as_json)
        _confirm_plan(console, plan, yes=yes or bool(files) or plan.is_already_kept)
        results = _run_import(services, console, plan, chooser)
        code = import_report.exit_code_of_import(results, plan, named)
        if as_json:
            rows = import_report.serialize_results(results, plan.apps, plan.skipped)
            console.print_json_array(rows)
            return code
        _print_results(console, results, plan)
        console.jobs.raise_if_interrupted()
        return max(code, offer_removal(services.importer, console, results, plan.apps, yes=yes))


def _find_credentials(
    files: Sequence[Path], console: Console
) -> tuple[list[FoundFile], Collection[Path | None]]:
    """Return what was found, and the files that were named; None stands for standard input."""
    from twauth_gui.services.import_service import read_files, read_stdin, scan_known_places

    paths = list(dict.fromkeys(one for one in files if one != _STDIN))
    found: list[FoundFile] = []
    if _STDIN in files and sys.stdin is not None:  # None: it was closed before Python started
        stream = sys.stdin.buffer
        if console.can_ask:
            console.note("Type or paste the text, then press Ctrl+D (on Windows Ctrl+Z, Enter).")
        found.append(console.jobs.fetch(lambda cancel: read_stdin(stream, cancel)))
    home = None if files else _find_folders()
    with console.show_growing_progress("Reading") as tell:

        def read(cancel: CancelToken) -> list[FoundFile]:
            if home is None:
                return read_files(paths, cancel, tell) if paths else []
            return scan_known_places(*home, Path.cwd(), cancel=cancel, progress=tell)

        found += console.jobs.fetch(read)
    return found, {None if one == _STDIN else one for one in files}


def _find_folders() -> tuple[Path, Path]:
    from twauth_gui.services.platform_dirs import find_config_base

    config = find_config_base()
    if config is None:
        raise CliError(
            ExitCode.USAGE,
            "There is no home folder to search.",
            "Name the files: twauth import FILE",
        )
    return Path("~").expanduser(), Path(config)


def _print_skipped(console: Console, plan: ImportPlan, *, as_json: bool) -> None:
    from twauth_gui.cli.import_report import format_skipped_items

    if not as_json:
        for line in format_skipped_items(plan.skipped):
            console.note(line)


def _refuse_empty_plan(console: Console, plan: ImportPlan, *, as_json: bool) -> NoReturn:
    from twauth_gui.cli.import_report import serialize_plan

    if as_json:
        console.print_json_array(serialize_plan(plan))
    raise CliError(
        ExitCode.NOT_FOUND,
        "There is nothing to import.",
        "Name a file with X credentials: twauth import FILE",
    )


def _finish_dry_run(
    console: Console,
    plan: ImportPlan,
    chooser: OptionChooser,
    named: Collection[Path | None],
    *,
    as_json: bool,
) -> ExitCode:
    from twauth_gui.cli import import_report

    open_items = [one for one in plan.accounts if chooser.is_open(one)]
    if as_json:
        console.print_json_array(import_report.serialize_plan(plan))
    else:
        console.print_result(import_report.format_plan_table(plan))
        for line in import_report.format_reasons(open_items):
            console.note(line)
    return import_report.exit_code_of_plan(open_items, plan, named)


def _confirm_plan(console: Console, plan: ImportPlan, *, yes: bool) -> None:
    from twauth_gui.cli.import_report import format_plan_table

    if not yes and console.can_ask:
        console.note_lines(format_plan_table(plan))
    confirm(console, "Import them?", yes=yes)


def _run_import(
    services: Services, console: Console, plan: ImportPlan, chooser: OptionChooser
) -> list[ImportResult]:
    from twauth_gui.cli.jobs import map_parallel
    from twauth_gui.domain.cancel_token import CancelledError

    results: list[ImportResult] = []

    def job(cancel: CancelToken) -> list[ImportResult]:
        def import_one(item: ImportItem) -> ImportResult:
            result = services.importer.import_account(item, chooser.options_for(item), cancel)
            results.append(result)
            return result

        for app in plan.apps:
            _ = services.importer.import_app(app, chooser.base)
        return map_parallel(plan.accounts, import_one, cancel, step)

    try:
        with console.show_progress("Importing", len(plan.accounts)) as step:
            return console.jobs.run(job)
    except CancelledError:
        _print_results(console, results, plan)
        raise


def _print_results(console: Console, results: Sequence[ImportResult], plan: ImportPlan) -> None:
    from twauth_gui.cli.import_report import OPEN_STATUSES, format_reasons, format_result_table
    from twauth_gui.services.import_plan import ImportStatus

    if results or plan.apps:
        console.print_result(format_result_table(results, plan.apps))
    for line in format_reasons([one.item for one in results if one.outcome in OPEN_STATUSES]):
        console.note(line)
    for one in results:
        if one.diagnosis is not None and one.outcome is not ImportStatus.SAME:
            console.note(f"{one.item.name}: {one.diagnosis.to_sentence()}")
