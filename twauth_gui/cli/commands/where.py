"""twauth where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from twauth_gui.cli.completers import choose_by_tag, complete_account, complete_app
from twauth_gui.cli.errors import CliError, ExitCode
from twauth_gui.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from twauth_gui.cli.console import Console
    from twauth_gui.domain.accounts import Account
    from twauth_gui.services.container import Services
    from twauth_gui.services.placements import TrackedPlace

_EPILOG = """\b
Examples:
  twauth where @fernwick_news
  twauth where --stale
  twauth where @fernwick_news --update
  twauth where --tag news --stale

Every copy, export, run and push is noted, and so is each folder in which twauth use --here was
typed. A reveal is not a place. The list holds no secret; what is still current is told by numbers
and fingerprints. --update writes the current values into files, keeping everything else in them,
and pushes again what twauth push wrote.
"""
_NONE_OLD = "No place has old credentials."


@click.command(epilog=_EPILOG)
@click.argument("handles", nargs=-1, metavar="[@HANDLE]…", shell_complete=complete_account)
@choose_by_tag
@click.option("--app", "label", metavar="LABEL", shell_complete=complete_app, help="Of this app.")
@click.option("--stale", is_flag=True, help="Only places that may still have old values.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
@click.option("--update", is_flag=True, help="Write the current values to places with old ones.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask for confirmation of --update.")
@click.option(
    "--forget",
    "forgotten",
    type=int,
    multiple=True,
    metavar="ID",
    help="Stop listing a place, because the copy is gone. Can be repeated.",
)
@click.pass_obj
def where(  # noqa: PLR0917 - click passes them by name
    session: Session,
    handles: tuple[str, ...],
    tags: tuple[str, ...],
    label: str | None,
    stale: bool,
    as_json: bool,
    update: bool,
    yes: bool,
    forgotten: tuple[int, ...],
) -> ExitCode:
    """List where copies of credentials are, and whether they are still the current ones."""
    console = session.console
    if forgotten and (update or handles or tags or label or stale):
        raise CliError(ExitCode.USAGE, "--forget cannot be combined with other options.")
    session.harden_process()
    with session.open_services() if update else session.open_index() as services:
        if forgotten:
            return _forget(services, console, forgotten)
        places = _find_places(services, console, handles, tags, label=label)
        places = _compare(services, console, places, with_files=bool(handles or tags))
        if update:
            return _update(services, console, places, yes=yes)
        found = [one for one in places if one.status.is_outdated] if stale else places
        if places and not found and not as_json:
            console.note(_NONE_OLD)
        else:
            _print_places(services, console, found, as_json=as_json)
    return ExitCode.DONE


def _find_places(
    services: Services,
    console: Console,
    handles: Sequence[str],
    tags: Sequence[str],
    *,
    label: str | None,
) -> list[TrackedPlace]:
    from twauth_gui.cli.lookup import NameLookup

    lookup = NameLookup(services.store, console)
    app_id = None if label is None else lookup.find_app(label).id
    if not handles and not tags:
        return services.placements.list_places(app_id=app_id)
    return [
        place
        for account in lookup.find_accounts(handles, tags)
        if app_id in {None, account.app_id}
        for place in services.placements.list_places(account_id=account.id)
    ]


def _compare(
    services: Services, console: Console, places: list[TrackedPlace], *, with_files: bool
) -> list[TrackedPlace]:
    """Tell old places by their fingerprints, and files by what is in them, if the vault opens."""
    from twauth_gui.store.vault_errors import VaultError

    def job(_cancel: object) -> list[TrackedPlace]:
        compared = services.placements.compare(places)
        return services.placements.examine_files(compared) if with_files else compared

    try:
        return console.jobs.fetch(job)
    except VaultError as error:
        console.note(f"Not compared with the saved credentials: {error.diagnosis.to_sentence()}")
        return places


def _forget(services: Services, console: Console, forgotten: Iterable[int]) -> ExitCode:
    wanted = set(forgotten)
    found = [one for one in services.placements.list_places() if one.placement.id in wanted]
    missing = wanted - {one.placement.id for one in found}
    if missing:
        raise CliError(
            ExitCode.NOT_FOUND,
            f"There is no place {min(missing)}.",
            "twauth where lists them with their IDs. Nothing was forgotten.",
        )
    _ = services.placements.forget(found)
    for one in found:
        console.print_success(f"{one.label} is no longer listed. Nothing there was changed.")
    return ExitCode.DONE


def _update(
    services: Services, console: Console, places: Sequence[TrackedPlace], *, yes: bool
) -> ExitCode:
    from twauth_gui.cli.prompts import confirm
    from twauth_gui.domain.display_text import pluralize

    old = [one for one in places if one.status.is_outdated]
    if not old:
        console.note(_NONE_OLD)
        return ExitCode.DONE
    labels = list(dict.fromkeys(one.label for one in old))
    console.note_lines("\n".join(f"  {one}" for one in labels))
    confirm(
        console, f"Write the current credentials to {pluralize(len(labels), 'place')}?", yes=yes
    )
    updates = console.jobs.run(lambda cancel: services.placements.update(old, cancel))
    for one in {update.place.placement.place: update for update in updates}.values():
        if one.is_done:
            console.print_success(f"{one.place.label}: {one.text}")
        else:
            console.warn(f"{one.place.label}: {one.text}")
    return ExitCode.DONE if all(one.is_done for one in updates) else ExitCode.FAILED


def _print_places(
    services: Services, console: Console, places: Sequence[TrackedPlace], *, as_json: bool
) -> None:
    from twauth_gui.cli.table import format_local_time, format_table

    accounts = {str(one.id): one for one in services.store.accounts.list_all()}
    labels = {str(one.id): one.label for one in services.store.apps.list_all()}
    if as_json:
        console.print_json_array([_serialize_place(one, accounts, labels) for one in places])
    elif places:
        rows = [
            (
                str(one.placement.id),
                accounts[one.placement.account_id].at_handle
                if one.placement.account_id in accounts
                else f"app {labels.get(one.placement.app_id, '')}",
                one.status.value,
                format_local_time(one.placement.written_at),
                one.label,
            )
            for one in places
        ]
        console.print_result(format_table(("ID", "ACCOUNT", "STATUS", "WRITTEN", "PLACE"), rows))
    else:
        console.note("No copy is known. Exports made from now on are listed here.")


def _serialize_place(
    place: TrackedPlace, accounts: Mapping[str, Account], labels: Mapping[str, str]
) -> dict[str, object]:
    found = place.placement
    account = accounts.get(found.account_id or "")
    return {
        "id": found.id,
        "handle": None if account is None else account.handle,
        "app": labels.get(found.app_id, ""),
        "kind": found.place.kind.value,
        "destination": found.place.destination,
        "target": found.place.target_fields,
        "name": found.name,
        "preset": found.preset,
        "values": list(found.fields),
        "status": place.status.name.lower().replace("_", "-"),
        "written_at": found.written_at.isoformat(),
    }
