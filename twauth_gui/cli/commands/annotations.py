"""twauth tag, note, favourite."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from twauth_gui.cli.completers import choose_by_tag, complete_account, complete_tag
from twauth_gui.cli.errors import CliError, ExitCode
from twauth_gui.cli.session import Session
from twauth_gui.domain.annotations import (
    AnnotationError,
    SecretInNoteError,
    count_tags,
    split_tags,
)
from twauth_gui.domain.display_text import pluralize

if TYPE_CHECKING:
    from twauth_gui.cli.lookup import NameLookup
    from twauth_gui.domain.accounts import Account, AccountId
    from twauth_gui.services.annotations import AnnotationChange
    from twauth_gui.services.container import Services

_MOST_NAMED = 3
_TAG_EPILOG = """\b
Examples:
  twauth tag
  twauth tag @fernwick_news @marsh_weather --add news,uk
  twauth tag --tag news --remove uk
  twauth check --tag news

A tag is a word of yours, up to 50 characters, without commas. Upper and lower
case count as the same.
"""


@click.command(epilog=_TAG_EPILOG)
@click.argument("handles", nargs=-1, metavar="[@HANDLE]…", shell_complete=complete_account)
@choose_by_tag
@click.option(
    "--add",
    multiple=True,
    metavar="TAG",
    shell_complete=complete_tag,
    help="Add this tag; several with commas between them. Can be repeated.",
)
@click.option(
    "--remove",
    multiple=True,
    metavar="TAG",
    shell_complete=complete_tag,
    help="Remove this tag; several with commas between them. Can be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the list as a JSON array.")
@click.pass_obj
def tag(  # noqa: PLR0917 - click passes them by name
    session: Session,
    handles: tuple[str, ...],
    tags: tuple[str, ...],
    add: tuple[str, ...],
    remove: tuple[str, ...],
    as_json: bool,
) -> int:
    """Add tags to accounts, or remove them. Without --add and --remove: list the tags."""
    from twauth_gui.cli.lookup import NameLookup

    with _refusal_explained():
        added = [one for text in add for one in split_tags(text)]
        removed = [one for text in remove for one in split_tags(text)]
    is_change = bool(add or remove)
    if is_change and as_json:
        raise CliError(ExitCode.USAGE, "--json is for the list of tags.", "Leave it out.")
    with session.open_index() as services:
        lookup = NameLookup(services.store, session.console)
        if is_change:
            accounts = lookup.find_accounts(handles, tags)
            ids = [one.id for one in accounts]
            with _refusal_explained():
                change = services.annotations.change_tags(ids, added=added, removed=removed)
            return _report(session, lookup, accounts, change, what="Tags")
        everything = services.store.accounts.list_all
        accounts = lookup.find_accounts(handles, tags) if handles or tags else everything()
    _print_tags(session, accounts, as_json=as_json)
    return ExitCode.DONE


@contextmanager
def _refusal_explained() -> Generator[None]:
    """Turn the refusal of a tag or note into an error of the command line."""
    try:
        yield
    except AnnotationError as error:
        diagnosis = error.diagnosis
        raise CliError(ExitCode.USAGE, diagnosis.title, diagnosis.advice) from error


def _print_tags(session: Session, accounts: Sequence[Account], *, as_json: bool) -> None:
    from twauth_gui.cli.table import format_table

    counts = count_tags(accounts)
    if as_json:
        session.console.print_json_array([{"tag": one, "accounts": n} for one, n in counts])
    elif counts:
        rows = [(one, f"{number:,}") for one, number in counts]
        session.console.print_result(format_table(("TAG", "ACCOUNTS"), rows))
    else:
        session.console.note("There are no tags yet. Add one: twauth tag @HANDLE --add TAG")


_NOTE_EPILOG = """\b
Examples:
  twauth note @fernwick_news "Posts at 07:00 from the CMS. Owner: Kim"
  twauth note @fernwick_news - < note.txt
  twauth note @fernwick_news --clear
  twauth note @fernwick_news

Notes are not encrypted: they are in the list of accounts, as tags are.
"""


@click.command(epilog=_NOTE_EPILOG)
@click.argument("handle", metavar="@HANDLE", shell_complete=complete_account)
@click.argument("text", metavar="[TEXT]", required=False)
@click.option("--clear", is_flag=True, help="Remove the note.")
@click.option(
    "--yes", "-y", is_flag=True, help="Save a note that looks as if it held a credential."
)
@click.pass_obj
def note(  # noqa: PLR0917 - click passes them by name
    session: Session, handle: str, text: str | None, clear: bool, yes: bool
) -> int:
    """Write a note on an account; - reads it from standard input. Without TEXT: print it."""
    from twauth_gui.cli.lookup import NameLookup
    from twauth_gui.cli.prompts import read_text

    console = session.console
    if clear and text is not None:
        raise CliError(ExitCode.USAGE, "--clear cannot be combined with a text.")
    if text == "-":
        text = read_text()
    with session.open_index() as services:
        lookup = NameLookup(services.store, console)
        account = lookup.find_account(handle)
        if text is None and not clear:
            if account.note:
                console.print_result(account.note)
            else:
                console.note(f"{lookup.format_full_name(account)} has no note.")
            return ExitCode.DONE
        change = _set_note(services, session, account.id, text or "", yes=yes)
        for before, _after in change.changed:
            if before.note:
                console.note_lines(f"The note before:\n{before.note}")
        return _report(session, lookup, [account], change, what="Note")


def _set_note(
    services: Services, session: Session, account_id: AccountId, text: str, *, yes: bool
) -> AnnotationChange:
    from twauth_gui.cli.prompts import confirm

    with _refusal_explained():
        try:
            return services.annotations.set_note([account_id], text, even_if_secret=yes)
        except SecretInNoteError as error:
            question = f"{error.reason} Notes are not encrypted. Save it nevertheless?"
            confirm(session.console, question, yes=yes)
            return services.annotations.set_note([account_id], text, even_if_secret=True)


@click.command(
    epilog="Examples: twauth favourite @fernwick_news, twauth favourite --tag old --remove"
)
@click.argument("handles", nargs=-1, metavar="[@HANDLE]…", shell_complete=complete_account)
@choose_by_tag
@click.option("--remove", is_flag=True, help="Remove the mark.")
@click.pass_obj
def favourite(
    session: Session, handles: tuple[str, ...], tags: tuple[str, ...], remove: bool
) -> int:
    """Mark accounts as favourites, which twauth list --favourites and the window show apart."""
    from twauth_gui.cli.lookup import NameLookup

    with session.open_index() as services:
        lookup = NameLookup(services.store, session.console)
        accounts = lookup.find_accounts(handles, tags)
        ids = [one.id for one in accounts]
        change = services.annotations.set_favourite(ids, is_favourite=not remove)
        return _report(session, lookup, accounts, change, what="Favourites")


def _report(
    session: Session,
    lookup: NameLookup,
    accounts: Sequence[Account],
    change: AnnotationChange,
    *,
    what: str,
) -> ExitCode:
    """Say which accounts were changed, and which another process removed before."""
    names = {one.id: lookup.format_full_name(one) for one in accounts}
    changed = [names[before.id] for before, _after in change.changed]
    if len(changed) > _MOST_NAMED:
        changed = [pluralize(len(changed), "account")]
    if changed:
        session.console.print_success(f"{what} changed: {', '.join(changed)}.")
    elif not change.gone:
        session.console.note(f"{what}: nothing to change.")
    for one in change.gone:
        session.console.print_problem(
            f"{names[one]} is no longer here.", "Another process removed it meanwhile."
        )
    return ExitCode.NOT_FOUND if change.gone else ExitCode.DONE
