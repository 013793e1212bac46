"""twauth changes, and what twauth check prints of changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from twauth_gui.cli.errors import ExitCode
from twauth_gui.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twauth_gui.cli.console import Console
    from twauth_gui.domain.account_changes import AccountChange
    from twauth_gui.services.container import Services

_EPILOG = """\b
Examples:
  twauth changes
  twauth changes --seen

Every check notes what it has changed: health, access level, handle, name, and OAuth 2.0 tokens that
end soon. The list is shared with the window, where it is What has changed. What has gone back to
what it was is not in it. X is not asked: that is twauth check.

Exit code: 0 if nothing has changed, else 7.
"""


@click.command(epilog=_EPILOG)
@click.option("--seen", is_flag=True, help="Mark them as seen: they are not listed again.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
@click.pass_obj
def changes(session: Session, seen: bool, as_json: bool) -> ExitCode:
    """List what checks have changed since that was marked as seen."""
    from twauth_gui.domain.account_changes import net_changes

    with session.open_index() as services:
        repository = services.store.account_changes
        newest = repository.newest_id()
        accounts = {one.id: one for one in services.store.accounts.list_all()}
        found = net_changes(repository.list_unseen(), accounts)
        print_changes(session.console, services, found, as_json=as_json)
        if seen:
            repository.mark_seen(newest, services.now())
    return ExitCode.CHANGED if found else ExitCode.DONE


def print_changes(
    console: Console, services: Services, found: Sequence[AccountChange], *, as_json: bool
) -> None:
    """Print changes, one a line, worse ones first; or an array of objects."""
    from twauth_gui.cli.lookup import NameLookup

    accounts = {one.id: one for one in services.store.accounts.list_all()}
    labels = {app.id: app.label for app in services.store.apps.list_all()}
    if as_json:
        console.print_json_array(
            [
                {
                    "account": one.account_id,
                    "handle": accounts[one.account_id].handle,
                    "app": labels[accounts[one.account_id].app_id],
                    **serialize_change(one),
                }
                for one in found
            ]
        )
        return
    if not found:
        console.print_success("Nothing has changed.")
    lookup = NameLookup(services.store, console)
    for one in found:
        name = lookup.format_full_name(accounts[one.account_id])
        console.print_result(f"{name}  {describe_change(one)}")


def serialize_change(change: AccountChange) -> dict[str, object]:
    """Serialize what has changed, without the account."""
    return {
        "aspect": change.aspect.value,
        "before": change.before,
        "after": change.after,
        "trend": change.trend.value,
        "at": change.at.isoformat(),
    }


def describe_change(change: AccountChange) -> str:
    """Say what has changed, with times of this computer's zone."""
    from twauth_gui.cli.table import format_local_time

    return change.describe(lambda at: f"at {format_local_time(at)}")
