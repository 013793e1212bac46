"""twauth import."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from twauth_gui.cli.completing import complete_app
from twauth_gui.cli.confirming import confirm
from twauth_gui.cli.exit_codes import ExitCode
from twauth_gui.cli.refusal import CliError
from twauth_gui.cli.session import Session

if TYPE_CHECKING:
    from twauth_gui.cli.console import Console
    from twauth_gui.domain.apps import AppId
    from twauth_gui.services.kit import Services
    from twauth_gui.services.offers import ImportItem, ImportOptions, ImportPlan, ImportResult
    from twauth_gui.transfer.tools.found import Found

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
    from twauth_gui.cli import brought_lines
    from twauth_gui.cli.commands.apps import hosts_at
    from twauth_gui.services.offers import ImportOptions

    console, hosts = session.console, hosts_at(api_url)
    session.close_to_others()
    found = _read(files, console)
    with session.preview() if dry_run else session.services() as kit:
        app_id = None if label is None else _app(kit, console, label)
        offer = _offer(kit, found, console)
        _tell_left(console, offer, as_json=as_json)
        if offer.is_empty:
            return _nothing(console, offer, as_json=as_json)
        if dry_run:
            _show_offer(console, offer, as_json=as_json)
            return brought_lines.code_of([], offer.useless if files else ())
        _confirm(console, offer, yes=yes or bool(files) or offer.is_known)
        brought = _bring(kit, console, offer, ImportOptions(app_id, replace=replace, hosts=hosts))
    if as_json:
        console.json_array(brought_lines.brought_shapes(brought, offer.apps, offer.left))
    else:
        _tell(console, brought, offer)
    return brought_lines.code_of(brought, offer.useless if files else ())


def _read(files: Sequence[Path], console: Console) -> list[Found]:
    from twauth_gui.services.bringing import look_around, read_files

    if files:
        return console.jobs.fetch(lambda cancel: read_files(files, cancel))
    home, config = _folders()
    return console.jobs.fetch(lambda cancel: look_around(home, config, Path.cwd(), cancel=cancel))


def _folders() -> tuple[Path, Path]:
    from twauth_gui.services.folders import base_of_config

    config = base_of_config()
    if config is None:
        raise CliError(
            ExitCode.USAGE,
            "There is no home folder to look in.",
            "Name the files: twauth import FILE",
        )
    return Path("~").expanduser(), Path(config)


def _app(kit: Services, console: Console, label: str) -> AppId:
    from twauth_gui.cli.choosing import Chooser

    return Chooser(kit.store, console).app(label).id


def _offer(kit: Services, found: list[Found], console: Console) -> ImportPlan:

    return console.jobs.fetch(lambda _cancel: kit.importer.offer(found))


def _tell_left(console: Console, offer: ImportPlan, *, as_json: bool) -> None:
    from twauth_gui.cli.brought_lines import left_lines

    if not as_json:
        for line in left_lines(offer.left):
            console.note(line)


def _nothing(console: Console, offer: ImportPlan, *, as_json: bool) -> int:
    from twauth_gui.cli.brought_lines import offer_shapes

    if as_json:
        console.json_array(offer_shapes(offer))
    raise CliError(
        ExitCode.NOT_FOUND,
        "There is nothing to bring in.",
        "Name a file that holds keys of X: twauth import FILE",
    )


def _show_offer(console: Console, offer: ImportPlan, *, as_json: bool) -> None:
    from twauth_gui.cli.brought_lines import offer_shapes, offer_table

    if as_json:
        console.json_array(offer_shapes(offer))
    else:
        console.result(offer_table(offer))


def _confirm(console: Console, offer: ImportPlan, *, yes: bool) -> None:
    from twauth_gui.cli.brought_lines import offer_table

    if not yes and console.can_ask:
        console.note_lines(offer_table(offer))
    confirm(console, "Bring them in?", yes=yes)


def _bring(
    kit: Services, console: Console, offer: ImportPlan, wishes: ImportOptions
) -> list[ImportResult]:
    from twauth_gui.cli.side_by_side import side_by_side
    from twauth_gui.domain.cancel import CancelledError, CancelToken

    done: list[ImportResult] = []

    def job(cancel: CancelToken) -> list[ImportResult]:
        def bring(candidate: ImportItem) -> ImportResult:
            brought = kit.importer.bring(candidate, wishes, cancel)
            done.append(brought)
            return brought

        for app in offer.apps:
            kit.importer.add_app(app, wishes)
        return side_by_side(offer.accounts, bring, cancel, step)

    try:
        with console.progress("Bringing in", len(offer.accounts)) as step:
            return console.jobs.run(job)
    except CancelledError:
        _tell(console, done, offer)
        raise


def _tell(console: Console, brought: Sequence[ImportResult], offer: ImportPlan) -> None:
    from twauth_gui.cli.brought_lines import brought_table
    from twauth_gui.services.offers import ImportStatus

    if brought or offer.apps:
        console.result(brought_table(brought, offer.apps))
    for one in brought:
        if one.diagnosis is not None and one.outcome is not ImportStatus.SAME:
            console.note(f"{one.candidate.name}: {one.diagnosis.sentence()}")
