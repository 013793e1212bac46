"""twauth push."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from twauth_gui.cli.commands.destinations import approve_own, find_destination
from twauth_gui.cli.completers import (
    choose_by_tag,
    complete_account,
    complete_destination,
    complete_preset,
)
from twauth_gui.cli.errors import CliError, ExitCode, exit_code_of
from twauth_gui.cli.prompts import confirm
from twauth_gui.cli.session import Session
from twauth_gui.domain.display_text import pluralize

if TYPE_CHECKING:
    from twauth_gui.cli.console import Console
    from twauth_gui.cli.lookup import NameLookup
    from twauth_gui.domain.accounts import AccountId
    from twauth_gui.services.container import Services
    from twauth_gui.services.push_plan import PushPlan, PushReport, PushResult, PushRow
    from twauth_gui.transfer.destinations.definition import Destination

_EPILOG = """\b
Examples:
  twauth push @fernwick_news --to github-actions:acme/bots
  twauth push @fernwick_news --to github-actions:acme/bots,environment=live
  twauth push @fernwick_news @marsh_weather --dry-run \\
      --to 'aws-secretsmanager:bots/{handle}'

First the destination is asked which names it has, and the plan is shown.
What Twauth did not write there, and what somebody changed since, is left
alone unless --take names it. Values go to the vendor's command through
its standard input: never as arguments, in its environment, or in files.
A push that was interrupted goes on when it is started again.

twauth destinations lists the destinations and their targets.

Exit code: 0 if every name is there as it should be; else 1, or what stopped it.
"""


@dataclass(frozen=True, slots=True)
class _PushTask:
    """What one call is to do. take, delete: names."""

    services: Services
    lookup: NameLookup
    console: Console
    take: Sequence[str]
    delete: Sequence[str]
    as_json: bool


@click.command(epilog=_EPILOG)
@click.argument("handles", nargs=-1, metavar="[@HANDLE]…", shell_complete=complete_account)
@choose_by_tag
@click.option(
    "--to",
    "to",
    required=True,
    metavar="NAME[:TARGET]",
    shell_complete=complete_destination,
    help="The destination, then its target: FIELD=VALUE, with commas between several; the first"
    " field needs no name. {handle} in a value becomes the account's handle.",
)
@click.option(
    "--preset",
    "preset_id",
    default="",
    metavar="NAME",
    shell_complete=complete_preset,
    help="The names of the values, if not those that fit the destination.",
)
@click.option("--bearer", is_flag=True, help="Include the app's bearer token, if there is one.")
@click.option("--dry-run", is_flag=True, help="Show the plan; write nothing.")
@click.option(
    "--take",
    multiple=True,
    metavar="NAME",
    help="Write this name although somebody else wrote it. Can be repeated.",
)
@click.option(
    "--delete",
    multiple=True,
    metavar="NAME",
    help="Delete this name there, if it is as Twauth wrote it. Can be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask for confirmation.")
@click.pass_obj
def push(  # noqa: PLR0917 - click passes them by name
    session: Session,
    handles: tuple[str, ...],
    tags: tuple[str, ...],
    to: str,
    preset_id: str,
    bearer: bool,
    dry_run: bool,
    take: tuple[str, ...],
    delete: tuple[str, ...],
    as_json: bool,
    yes: bool,
) -> int:
    """Push accounts' credentials to where bots run, through the vendor's own command."""
    from twauth_gui.cli.lookup import NameLookup

    console = session.console
    with session.open_preview() if dry_run else session.open_services() as services:
        lookup = NameLookup(services.store, console)
        ids = [one.id for one in lookup.find_accounts(handles, tags)]
        destination, target = _parse_target(services, to)
        if not dry_run:
            approve_own(services, destination, console)
        plan = _make_plan(
            services,
            console,
            destination,
            ids,
            target=target,
            preset_id=preset_id,
            bearer=bearer,
        )
        task = _PushTask(services, lookup, console, take, delete, as_json)
        if dry_run:
            _print_plan(task, plan)
            return ExitCode.DONE
        return _apply(task, plan, yes=yes)


def _parse_target(services: Services, to: str) -> tuple[Destination, dict[str, str]]:
    """Return the destination and the fields of its target.

    Raises:
        CliError: there is no such destination.
    """
    name, _, text = to.partition(":")
    destination = find_destination(services, name)
    fields = [one.name for one in destination.target]
    target: dict[str, str] = {}
    names = "|".join(map(re.escape, fields)) or "(?!)"
    for number, part in enumerate(re.split(rf",(?=(?:{names})=)", text) if text else ()):
        key, sign, value = part.partition("=")
        if number == 0 and fields and not (sign and key in fields):
            key, value = fields[0], part
        target[key] = value
    return destination, target


def _make_plan(
    services: Services,
    console: Console,
    destination: Destination,
    ids: Sequence[AccountId],
    *,
    target: Mapping[str, str],
    preset_id: str,
    bearer: bool,
) -> PushPlan:
    try:
        return console.jobs.fetch(
            lambda cancel: services.push.plan(
                ids, destination.id, target, preset_id, cancel=cancel, bearer=bearer
            )
        )
    except LookupError as error:
        raise CliError(ExitCode.NOT_FOUND, str(error), "twauth presets lists all.") from error


def _apply(task: _PushTask, plan: PushPlan, *, yes: bool) -> int:
    """Show the plan, ask, and do it; return the exit code."""
    console = task.console
    _show_notes(task, plan)
    if not task.as_json:
        console.note_lines(_format_plan(task, plan))  # the result is what became of it
    take, delete = _find_rows(plan, task.take), _find_rows(plan, task.delete)
    writes = [row for row in plan.rows if row.action.is_write or row in take]
    if writes or delete:
        confirm(console, _make_question(plan.title, len(writes), len(delete)), yes=yes)
    with console.show_progress("Pushing", len(plan.rows)) as step:
        report = console.jobs.run(
            lambda cancel: task.services.push.apply(
                plan, take, lambda _result: step(), cancel=cancel, delete=delete
            )
        )
    _show_report(task, report)
    return _get_exit_code(report)


def _make_question(title: str, writes: int, deletions: int) -> str:
    if not writes:
        return f"Delete {pluralize(deletions, 'secret')} at {title}?"
    deleted = f", and delete {deletions:,} there" if deletions else ""
    return f"Write {pluralize(writes, 'secret')} to {title}{deleted}?"


def _find_rows(plan: PushPlan, names: Sequence[str]) -> frozenset[PushRow]:
    try:
        return plan.find_rows(names)
    except LookupError as error:
        raise CliError(
            ExitCode.USAGE, str(error), "--dry-run shows the names. Nothing was written."
        ) from error


def _show_notes(task: _PushTask, plan: PushPlan) -> None:
    places = {row.where for row in plan.rows if row.where}
    where = f" ({places.pop()})" if len(places) == 1 else ""
    who = f", as {plan.identity}" if plan.identity else ""
    programs = ", ".join(plan.programs.values())
    with_programs = f", with {programs}" if programs else ""
    task.console.note(f"{plan.title}{where}{who}{with_programs}")
    for note in plan.notes:
        task.console.note(note)


def _print_plan(task: _PushTask, plan: PushPlan) -> None:
    _show_notes(task, plan)
    if task.as_json:
        task.console.print_json_array([_serialize(task, row) for row in plan.rows])
    else:
        task.console.print_result(_format_plan(task, plan))


def _format_plan(task: _PushTask, plan: PushPlan) -> str:
    from twauth_gui.cli.table import format_table

    has_places = len({row.where for row in plan.rows}) > 1
    headings = ("ACCOUNT", *(("PLACE",) if has_places else ()), "NAME", "PLAN", "WHY")
    rows = [
        (
            _name_account(task, row),
            *((row.where,) if has_places else ()),
            *(row.name, row.action.value, row.reason),
        )
        for row in plan.rows
    ]
    return format_table(headings, rows)


def _show_report(task: _PushTask, report: PushReport) -> None:
    console = task.console
    if task.as_json:
        console.print_json_array([_serialize(task, one.row, one) for one in report.results])
    named = [one for one in report.results if one.is_left_open]
    for one in () if task.as_json else report.results:
        if one.outcome.is_failure or one.is_left_open:
            label = f"{_name_account(task, one.row)} {one.row.name}".strip()
            console.warn(f"{label}: {one.outcome.value}. {one.reason}".strip())
    if named and not task.as_json:
        console.note(f"To write it nevertheless: --take {named[0].row.name}")
    if not task.as_json:
        console.print_result(f"{report.to_sentence()}.")


def _get_exit_code(report: PushReport) -> int:
    if report.is_cancelled:
        return ExitCode.CANCELLED
    codes = [exit_code_of(one.diagnosis) for one in report.results if one.diagnosis is not None]
    return max([*codes, ExitCode.DONE if report.is_complete else ExitCode.FAILED])


def _name_account(task: _PushTask, row: PushRow) -> str:
    return task.lookup.format_short_name(task.services.store.accounts.get(row.account_id))


def _serialize(
    task: _PushTask, row: PushRow, result: PushResult | None = None
) -> dict[str, object]:
    account = task.services.store.accounts.get(row.account_id)
    return {
        "account": account.id,
        "handle": account.handle,
        "destination": row.place.destination,
        "target": row.place.target_fields,
        "name": row.name or None,
        "plan": row.action.value,
        "result": None if result is None else result.outcome.value,
        "reason": row.reason if result is None else result.reason,
    }
