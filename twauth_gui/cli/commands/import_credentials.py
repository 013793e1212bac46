"""twauth import."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

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
    from twauth_gui.transfer.tools.found_credentials import FoundFile

_EPILOG = """\b
Examples:
  twauth import --dry-run
  twauth import ~/bots/daily/.env --app Newsroom

Without a FILE it looks where these keep theirs: twurl, t, x-cli, xurl, twarc, python-twitter-tools,
rainbowstream, oysttyer, TTYtter, Cawbird, Corebird, NLTK, Twitter4J, elizaOS, rtweet, and at .env
in this folder. It reads their files and changes none of them.

Exit code: 0 where everything found is here now; 3 where nothing was found; else the highest of the
codes of what was left.
"""


@click.command("import", epilog=_EPILOG)
@click.argument("files", nargs=-1, metavar="[FILE]…", type=click.Path(path_type=Path))
@click.option(
    "--dry-run",
    is_flag=True,
    help="Show what would be done. X is not asked, and nothing is created.",
)
@click.option(
    "--app",
    "label",
    metavar="LABEL",
    shell_complete=complete_app,
    help="The app of credentials whose file names none.",
)
@click.option("--replace", is_flag=True, help="Replace other credentials of the same account.")
@click.option(
    "--api-url",
    metavar="URL",
    help="Host of apps that are new here, where it is not X, such as a sandbox's.",
)
@click.option(
    "--yes",
    "-y",
    is_flag=True,
    help="Do not ask for confirmation. Needed where there is no terminal and no FILE is named.",
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
    """Bring in the credentials that other tools keep on this computer.

    X is asked whose they are. Where it cannot be reached they are kept all the same, by the number
    in front of the token, and marked as never checked. What is kept already stays as it is.
    """
    from twauth_gui.cli import import_report
    from twauth_gui.cli.commands.apps import parse_hosts
    from twauth_gui.services.import_plan import ImportOptions

    console, hosts = session.console, parse_hosts(api_url)
    session.harden_process()
    found = _find_credentials(files, console)
    with session.open_preview() if dry_run else session.open_services() as services:
        app_id = None if label is None else _find_app_id(services, console, label)
        offer = _make_plan(services, found, console)
        _print_skipped(console, offer, as_json=as_json)
        if offer.is_empty:
            return _refuse_empty_plan(console, offer, as_json=as_json)
        if dry_run:
            _print_plan(console, offer, as_json=as_json)
            return import_report.exit_code_of_import([], offer.unusable_files if files else ())
        _confirm_plan(console, offer, yes=yes or bool(files) or offer.is_already_kept)
        brought = _run_import(
            services, console, offer, ImportOptions(app_id, replace_existing=replace, hosts=hosts)
        )
    if as_json:
        console.print_json_array(
            import_report.serialize_results(brought, offer.apps, offer.skipped)
        )
    else:
        _print_results(console, brought, offer)
    return import_report.exit_code_of_import(brought, offer.unusable_files if files else ())


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
            "There is no home folder to look in.",
            "Name the files: twauth import FILE",
        )
    return Path("~").expanduser(), Path(config)


def _find_app_id(services: Services, console: Console, label: str) -> AppId:
    from twauth_gui.cli.lookup import NameLookup

    return NameLookup(services.store, console).find_app(label).id


def _make_plan(services: Services, found: list[FoundFile], console: Console) -> ImportPlan:

    return console.jobs.fetch(lambda _cancel: services.importer.plan(found))


def _print_skipped(console: Console, offer: ImportPlan, *, as_json: bool) -> None:
    from twauth_gui.cli.import_report import format_skipped_items

    if not as_json:
        for line in format_skipped_items(offer.skipped):
            console.note(line)


def _refuse_empty_plan(console: Console, offer: ImportPlan, *, as_json: bool) -> int:
    from twauth_gui.cli.import_report import serialize_plan

    if as_json:
        console.print_json_array(serialize_plan(offer))
    raise CliError(
        ExitCode.NOT_FOUND,
        "There is nothing to bring in.",
        "Name a file that holds keys of X: twauth import FILE",
    )


def _print_plan(console: Console, offer: ImportPlan, *, as_json: bool) -> None:
    from twauth_gui.cli.import_report import format_plan_table, serialize_plan

    if as_json:
        console.print_json_array(serialize_plan(offer))
    else:
        console.print_result(format_plan_table(offer))


def _confirm_plan(console: Console, offer: ImportPlan, *, yes: bool) -> None:
    from twauth_gui.cli.import_report import format_plan_table

    if not yes and console.can_ask:
        console.note_lines(format_plan_table(offer))
    confirm(console, "Bring them in?", yes=yes)


def _run_import(
    services: Services, console: Console, offer: ImportPlan, wishes: ImportOptions
) -> list[ImportResult]:
    from twauth_gui.cli.jobs import map_parallel
    from twauth_gui.domain.cancel_token import CancelledError, CancelToken

    done: list[ImportResult] = []

    def job(cancel: CancelToken) -> list[ImportResult]:
        def bring(candidate: ImportItem) -> ImportResult:
            brought = services.importer.import_account(candidate, wishes, cancel)
            done.append(brought)
            return brought

        for app in offer.apps:
            services.importer.import_app(app, wishes)
        return map_parallel(offer.accounts, bring, cancel, step)

    try:
        with console.show_progress("Bringing in", len(offer.accounts)) as step:
            return console.jobs.run(job)
    except CancelledError:
        _print_results(console, done, offer)
        raise


def _print_results(console: Console, brought: Sequence[ImportResult], offer: ImportPlan) -> None:
    from twauth_gui.cli.import_report import format_result_table
    from twauth_gui.services.import_plan import ImportStatus

    if brought or offer.apps:
        console.print_result(format_result_table(brought, offer.apps))
    for one in brought:
        if one.diagnosis is not None and one.outcome is not ImportStatus.SAME:
            console.note(f"{one.item.name}: {one.diagnosis.to_sentence()}")
