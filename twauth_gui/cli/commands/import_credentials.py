"""twauth import."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from twauth_gui.cli.completers import complete_app
from twauth_gui.cli.errors import CliError, ExitCode
from twauth_gui.cli.prompts import confirm
from twauth_gui.cli.session import Session

if TYPE_CHECKING:
    from twauth_gui.cli.console import Console
    from twauth_gui.domain.apps import AppId
    from twauth_gui.services.container import Services
    from twauth_gui.services.import_plan import ImportItem, ImportOptions, ImportPlan, ImportResult
    from twauth_gui.transfer.found_credentials import FoundFile

_EPILOG = """\b
Examples:
  twauth import --dry-run
  twauth import ~/bots/daily/.env --app Newsroom

Without a FILE it searches the files of twurl, t, x-cli, xurl, twarc, python-twitter-tools,
rainbowstream, oysttyer, TTYtter, Cawbird, Corebird, NLTK, Twitter4J, elizaOS and rtweet, and .env
in the current folder. It only reads these files.

Exit code: 0 if everything found is here now; 3 if nothing was found; else the highest code of what
was skipped.
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
    help="The app of credentials whose file does not name one.",
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
    help="Do not ask for confirmation. Required without a terminal if no FILE is named.",
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
    from twauth_gui.services.import_plan import ImportOptions

    console, hosts = session.console, parse_hosts(api_url)
    session.harden_process()
    found = _find_credentials(files, console)
    with session.open_preview() if dry_run else session.open_services() as services:
        app_id = None if label is None else _find_app_id(services, console, label)
        plan = console.jobs.fetch(lambda _cancel: services.importer.plan(found))
        _print_skipped(console, plan, as_json=as_json)
        if plan.is_empty:
            _refuse_empty_plan(console, plan, as_json=as_json)
        if dry_run:
            _print_plan(console, plan, as_json=as_json)
            return import_report.exit_code_of_import([], plan.unusable_files if files else ())
        _confirm_plan(console, plan, yes=yes or bool(files) or plan.is_already_kept)
        results = _run_import(
            services, console, plan, ImportOptions(app_id, replace_existing=replace, hosts=hosts)
        )
    if as_json:
        console.print_json_array(import_report.serialize_results(results, plan.apps, plan.skipped))
    else:
        _print_results(console, results, plan)
    return import_report.exit_code_of_import(results, plan.unusable_files if files else ())


def _find_credentials(files: Sequence[Path], console: Console) -> list[FoundFile]:
    from twauth_gui.services.import_service import read_files, scan_known_places

    if files:
        return console.jobs.fetch(lambda cancel: read_files(files, cancel))
    home, config = _find_folders()
    return console.jobs.fetch(
        lambda cancel: scan_known_places(home, config, Path.cwd(), cancel=cancel)
    )


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


def _find_app_id(services: Services, console: Console, label: str) -> AppId:
    from twauth_gui.cli.lookup import NameLookup

    return NameLookup(services.store, console).find_app(label).id


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


def _print_plan(console: Console, plan: ImportPlan, *, as_json: bool) -> None:
    from twauth_gui.cli.import_report import format_plan_table, serialize_plan

    if as_json:
        console.print_json_array(serialize_plan(plan))
    else:
        console.print_result(format_plan_table(plan))


def _confirm_plan(console: Console, plan: ImportPlan, *, yes: bool) -> None:
    from twauth_gui.cli.import_report import format_plan_table

    if not yes and console.can_ask:
        console.note_lines(format_plan_table(plan))
    confirm(console, "Import them?", yes=yes)


def _run_import(
    services: Services, console: Console, plan: ImportPlan, options: ImportOptions
) -> list[ImportResult]:
    from twauth_gui.cli.jobs import map_parallel
    from twauth_gui.domain.cancel_token import CancelledError, CancelToken

    results: list[ImportResult] = []

    def job(cancel: CancelToken) -> list[ImportResult]:
        def import_one(item: ImportItem) -> ImportResult:
            result = services.importer.import_account(item, options, cancel)
            results.append(result)
            return result

        for app in plan.apps:
            services.importer.import_app(app, options)
        return map_parallel(plan.accounts, import_one, cancel, step)

    try:
        with console.show_progress("Importing", len(plan.accounts)) as step:
            return console.jobs.run(job)
    except CancelledError:
        _print_results(console, results, plan)
        raise


def _print_results(console: Console, results: Sequence[ImportResult], plan: ImportPlan) -> None:
    from twauth_gui.cli.import_report import format_result_table
    from twauth_gui.services.import_plan import ImportStatus

    if results or plan.apps:
        console.print_result(format_result_table(results, plan.apps))
    for one in results:
        if one.diagnosis is not None and one.outcome is not ImportStatus.SAME:
            console.note(f"{one.item.name}: {one.diagnosis.to_sentence()}")
