"""twauth check."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from twauth_gui.cli.completers import choose_by_tag, complete_account
from twauth_gui.cli.errors import CliError, ExitCode, exit_code_of, find_next_step
from twauth_gui.cli.session import Session

if TYPE_CHECKING:
    from twauth_gui.cli.console import Console
    from twauth_gui.cli.lookup import NameLookup
    from twauth_gui.domain.account_changes import AccountChange
    from twauth_gui.domain.accounts import Account
    from twauth_gui.domain.health import Health
    from twauth_gui.services.container import Services
    from twauth_gui.services.health_check.batch_checker import BatchCheckResult, CheckProgress
    from twauth_gui.services.health_check.checker import CheckResult

_COLOURS = {"ok": "green", "attention": "yellow", "broken": "red"}
_EPILOG = """\b
Examples:
  twauth check @fernwick_news
  twauth check --tag news
  twauth check --all --json

Several accounts are checked in parallel, no faster than X allows.
Ctrl+C ends it; the results so far are saved.

Working means that X knows the account, and what its credentials may do.
It does not mean that the app has credits to post.

X bills a check with OAuth 2.0 as a user read: $0.010 per account and day
(UTC), in August 2026. Whether X bills one with OAuth 1.0a is not known.
How many are billed at most is printed before the first, on standard error.
In JSON "billed" is true, null if it is not known, and false with the
sandbox.

With --changes only what has changed since the last check is printed, for
a job that runs by itself: twauth --quiet check --all --changes

Exit code: 0 if all accounts work; else the highest code of what is wrong.
With --changes: 7 if something has changed, else 0, or the code of why an
account could not be checked.
"""


@click.command(epilog=_EPILOG)
@click.argument("handles", nargs=-1, metavar="[@HANDLE]…", shell_complete=complete_account)
@choose_by_tag
@click.option("--all", "everyone", is_flag=True, help="Check every account.")
@click.option("--changes", "only_changes", is_flag=True, help="Print only what has changed.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
@click.pass_obj
def check(  # noqa: PLR0917 - click passes them by name
    session: Session,
    handles: tuple[str, ...],
    tags: tuple[str, ...],
    everyone: bool,
    only_changes: bool,
    as_json: bool,
) -> int:
    """Check with X whether accounts' credentials still work and what they may do."""
    from twauth_gui.cli.commands.changes import print_changes
    from twauth_gui.cli.lookup import NameLookup
    from twauth_gui.domain.check_cost import CheckCost

    console = session.console
    if everyone and (handles or tags):
        raise CliError(ExitCode.USAGE, "--all cannot be combined with handles or tags.")
    with session.open_services() as services:
        lookup = NameLookup(services.store, console)
        everything = services.store.accounts.list_all
        accounts = everything() if everyone else lookup.find_accounts(handles, tags)
        if cost := CheckCost.for_accounts(
            accounts, {app.id: app for app in services.store.apps.list_all()}
        ).summary:
            console.note(cost)
        newest = services.store.account_changes.newest_id()
        result = _check_accounts(services, accounts, console)
        changes = _find_changes(services, result.results, newest)
        if only_changes:
            print_changes(console, services, changes, as_json=as_json)
        elif as_json:
            console.print_json_array(_serialize_results(services, result.results, changes))
        else:
            _print_results(console, lookup, result.results, changes)
        if len(accounts) > 1:
            console.note(f"{result.totals.summary}.")
    removed = _print_removed_accounts(console, lookup, accounts, result)
    code = _get_exit_code(console, result, only_failed=only_changes)
    return max(code, removed, ExitCode.CHANGED if only_changes and changes else ExitCode.DONE)


def _find_changes(
    services: Services, results: Sequence[CheckResult], newest: int
) -> tuple[AccountChange, ...]:
    """Return what these checks have changed, with tokens that end soon; newest: before them."""
    from twauth_gui.domain.account_changes import net_changes

    repository = services.store.account_changes
    _ = repository.record_expiring(services.now())
    checked = {one.account.id: one.account for one in results}
    return net_changes(repository.list_unseen(after=newest), checked)


def _print_results(
    console: Console,
    lookup: NameLookup,
    results: Sequence[CheckResult],
    changes: Sequence[AccountChange],
) -> None:
    from twauth_gui.cli.commands.changes import describe_change
    from twauth_gui.domain.check_cost import CREDITS_NOT_CHECKED
    from twauth_gui.domain.health import HealthState

    for one in results:
        _print_result(console, lookup, one)
        for change in changes:
            if change.account_id == one.account.id:
                console.print_result(f"  {describe_change(change)}.")
    works = (HealthState.WORKING, None)  # with a diagnosis the state is of an earlier check
    if any((one.account.health.state, one.diagnosis) == works for one in results):
        console.note(f"Working: {CREDITS_NOT_CHECKED}")


def _check_accounts(
    services: Services, accounts: Sequence[Account], console: Console
) -> BatchCheckResult:
    """Ask X about the accounts behind a progress bar; an interrupt ends it with what is known.

    Raises:
        DiagnosedError: the result cannot be saved.
    """
    ids = [one.id for one in accounts]
    with console.show_progress("Checking", len(ids)) as step:
        report = _make_reporter(services, console, step)
        patient = len(ids) > 1  # a single check has no others that could run while it waits
        return console.jobs.run(
            lambda cancel: services.batch_checker.check(ids, cancel, report, patient=patient)
        )


def _make_reporter(
    services: Services, console: Console, step: Callable[[], None]
) -> Callable[[CheckProgress], None]:
    announced: set[object] = set()

    def report(progress: CheckProgress) -> None:
        for _ in progress.newly_checked:
            step()
        if progress.wait is not None and progress.wait.until not in announced:
            announced.add(progress.wait.until)
            console.note(progress.describe(services.now()))

    return report


def _print_removed_accounts(
    console: Console, lookup: NameLookup, accounts: Sequence[Account], result: BatchCheckResult
) -> ExitCode:
    """Name the accounts that another process removed before X answered."""
    if result.is_stopped or result.stop_reason is not None:
        return ExitCode.DONE
    checked = {one.account.id for one in result.results}
    removed = [lookup.format_full_name(one) for one in accounts if one.id not in checked]
    for name in removed:
        console.print_problem(f"{name} is no longer here.", "Another process removed it meanwhile.")
    return ExitCode.NOT_FOUND if removed else ExitCode.DONE


def _get_exit_code(console: Console, result: BatchCheckResult, *, only_failed: bool) -> int:
    """Return the code of a run. only_failed: checks that reached X count as done."""
    if result.stop_reason is not None:
        console.print_diagnosis(result.stop_reason)
        return exit_code_of(result.stop_reason)
    if result.is_stopped:
        return ExitCode.CANCELLED
    counted = [one for one in result.results if not only_failed or one.account.health.failed_check]
    diagnoses = [one.diagnosis for one in counted if one.diagnosis is not None]
    return max(map(exit_code_of, diagnoses), default=ExitCode.DONE)


def _serialize_results(
    services: Services, results: Sequence[CheckResult], changes: Sequence[AccountChange]
) -> list[object]:
    from twauth_gui.cli.commands.changes import serialize_change
    from twauth_gui.cli.json_output import RecordSerializer, serialize_diagnosis
    from twauth_gui.domain.check_cost import is_billed

    apps = services.store.apps.list_all()
    by_id = {app.id: app for app in apps}
    serializer = RecordSerializer(apps, services.store.settings.active_account())
    return [
        {
            **serializer.serialize_account(one.account),
            "billed": is_billed(one.account, by_id.get(one.account.app_id)),
            "diagnosis": serialize_diagnosis(one.diagnosis),
            "changes": [
                serialize_change(change)
                for change in changes
                if change.account_id == one.account.id
            ],
        }
        for one in results
    ]


def _print_result(console: Console, lookup: NameLookup, checked: CheckResult) -> None:
    account, diagnosis = checked.account, checked.diagnosis
    if account.health.failed_check is None:
        verdict = _format_verdict(console, account)
    else:
        verdict = f"Could not be checked{_format_last_check(account.health)}"
    console.print_result(f"{lookup.format_full_name(account)}  {verdict}")
    if diagnosis is not None:
        console.print_result(f"  {diagnosis.to_sentence()}")
        if step := find_next_step(diagnosis, lookup.make_subject(account)):
            console.print_result(f"  Next: {step}")
        console.print_report(diagnosis)


def _format_verdict(console: Console, account: Account) -> str:
    health = console.style(account.health.label, fg=_COLOURS.get(account.health.severity.value))
    access = account.access.label if account.access else ""
    level = f", {access}" if access and access.casefold() != account.health.label.casefold() else ""
    return f"{health}{level}"


def _format_last_check(health: Health) -> str:
    """Format what the last check that reached X showed; "" if there was none."""
    from twauth_gui.cli.table import format_local_time

    return (
        "" if health.at is None else f"; {health.label.lower()} on {format_local_time(health.at)}"
    )
