"""twauth check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from twauth_gui.cli.completing import complete_account
from twauth_gui.cli.exit_codes import ExitCode, exit_code_of
from twauth_gui.cli.next_steps import next_step
from twauth_gui.cli.refusal import CliError
from twauth_gui.cli.session import Session

if TYPE_CHECKING:
    from twauth_gui.cli.choosing import Chooser
    from twauth_gui.cli.console import Console
    from twauth_gui.domain.accounts import Account
    from twauth_gui.domain.health import Health
    from twauth_gui.services.check import Checked
    from twauth_gui.services.check_many import CheckedMany
    from twauth_gui.services.kit import Services

_EPILOG = """\b
Examples:
  twauth check @fernwick_news
  twauth check --all --json

Several accounts are asked about side by side, no faster than X allows.
Ctrl+C ends it with what is known by then, which is kept.

Working means that X knows the account, and what its credentials may do.
It does not mean that the app has credits to post.

A check with OAuth 2.0 is billed by X as a user read: $0.010 per account
and day (UTC), in August 2026. Whether X bills one with OAuth 1.0a is not
known. How many are billed at most is said before the first, on standard
error. In JSON "billed" is true, null where it is not known, and false
with the pretend X.

Exit code: 0 where all work; else the highest of the codes of what is wrong.
"""


@click.command(epilog=_EPILOG)
@click.argument("handles", nargs=-1, metavar="[@HANDLE]…", shell_complete=complete_account)
@click.option("--all", "everyone", is_flag=True, help="Check every account.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
@click.pass_obj
def check(session: Session, handles: tuple[str, ...], everyone: bool, as_json: bool) -> int:
    """Ask X whether accounts' credentials still work and what they may do."""
    from twauth_gui.cli.checking import check_several
    from twauth_gui.cli.choosing import Chooser
    from twauth_gui.domain.check_cost import NOT_ABOUT_CREDITS, CheckCost
    from twauth_gui.domain.health import HealthState

    console = session.console
    if everyone and handles:
        raise CliError(ExitCode.USAGE, "--all and handles exclude each other.")
    with session.services() as kit:
        chooser = Chooser(kit.store, console)
        accounts = kit.store.accounts.all() if everyone else chooser.accounts(handles)
        if cost := CheckCost.of(accounts, {app.id: app for app in kit.store.apps.all()}).words:
            console.note(cost)
        ended = check_several(kit, accounts, console)
        if as_json:
            console.json_array(_as_json(kit, ended.checked))
        else:
            for one in ended.checked:
                _tell(console, chooser, one)
            works = (HealthState.WORKING, None)  # with a diagnosis it is the verdict of before
            if any((one.account.health.state, one.diagnosis) == works for one in ended.checked):
                console.note(f"Working: {NOT_ABOUT_CREDITS}")
        if len(accounts) > 1:
            console.note(f"{ended.counts.words}.")
    gone = _tell_of_gone(console, chooser, accounts, ended)
    return max(_exit_code(console, ended), gone)


def _tell_of_gone(
    console: Console, chooser: Chooser, accounts: Sequence[Account], ended: CheckedMany
) -> ExitCode:
    """Name the accounts that another process removed before X had answered."""
    if ended.stopped or ended.obstacle is not None:
        return ExitCode.DONE
    known = {one.account.id for one in ended.checked}
    gone = [chooser.full_name(one) for one in accounts if one.id not in known]
    for name in gone:
        console.problem(f"{name} is no longer here.", "It was removed elsewhere meanwhile.")
    return ExitCode.NOT_FOUND if gone else ExitCode.DONE


def _exit_code(console: Console, ended: CheckedMany) -> int:
    if ended.obstacle is not None:
        console.diagnosis(ended.obstacle)
        return exit_code_of(ended.obstacle)
    if ended.stopped:
        return ExitCode.CANCELLED
    found = [one.diagnosis for one in ended.checked if one.diagnosis is not None]
    return max(map(exit_code_of, found), default=ExitCode.DONE)


def _as_json(kit: Services, results: Sequence[Checked]) -> list[object]:
    from twauth_gui.cli.shapes import Shapes, diagnosis_shape
    from twauth_gui.domain.check_cost import is_billed

    apps = kit.store.apps.all()
    shapes, by_id = (
        Shapes(apps, kit.store.settings.active_account()),
        {app.id: app for app in apps},
    )
    return [
        {
            **shapes.account(one.account),
            "billed": is_billed(one.account, by_id.get(one.account.app_id)),
            "diagnosis": diagnosis_shape(one.diagnosis),
        }
        for one in results
    ]


def _tell(console: Console, chooser: Chooser, checked: Checked) -> None:
    account, diagnosis = checked.account, checked.diagnosis
    if account.health.failed_check is not None:
        console.result(f"{chooser.full_name(account)}  Could not be checked{_last(account.health)}")
    else:
        console.result(f"{chooser.full_name(account)}  {_verdict(console, account)}")
    if diagnosis is not None:
        console.result(f"  {diagnosis.sentence()}")
        if step := next_step(diagnosis, chooser.subject(account)):
            console.result(f"  Next: {step}")
        console.report(diagnosis)


def _verdict(console: Console, account: Account) -> str:
    health = console.style(account.health.word, fg=_COLOURS.get(account.health.severity.value))
    access = account.access.words if account.access else ""
    level = f", {access}" if access and access.casefold() != account.health.word.casefold() else ""
    return f"{health}{level}"


def _last(health: Health) -> str:
    """Say what the last check showed that reached X."""
    from twauth_gui.cli.table import local_time

    return "" if health.at is None else f"; {health.word.lower()} on {local_time(health.at)}"


_COLOURS = {"ok": "green", "attention": "yellow", "broken": "red"}
