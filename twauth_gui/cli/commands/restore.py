"""twauth restore."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from twauth_gui.cli.exit_codes import ExitCode
from twauth_gui.cli.refusal import CliError
from twauth_gui.cli.session import Session
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.printable import printable

if TYPE_CHECKING:
    from twauth_gui.cli.console import Console
    from twauth_gui.domain.cancel import CancelToken
    from twauth_gui.domain.secret import Secret
    from twauth_gui.services.backups import RestoreLine, RestoreOffer
    from twauth_gui.services.kit import Services
    from twauth_gui.store.restore import Restored, Take

_TRIES = 3
_EPILOG = """\b
Examples:
  twauth restore ~/twauth.twauth --dry-run
  TWAUTH_PASSPHRASE_FD=3 twauth restore bots.age --conflicts keep 3<passphrase.txt

An account is the same where app and user id are. Nothing is ever deleted; where restoring is cut
off, doing it again does the rest.
"""


class Conflicts(StrEnum):
    """What becomes of that which differs."""

    KEEP = "keep"
    REPLACE = "replace"
    ASK = "ask"


@click.command(epilog=_EPILOG)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only show what would change; nothing is created.")
@click.option(
    "--conflicts",
    type=click.Choice([one.value for one in Conflicts]),
    help="Where both differ: keep what is here, replace it, or ask for each. Without it: ask on a"
    " terminal, else keep.",
)
@click.option("--json", "as_json", is_flag=True, help="With --dry-run, print a JSON array.")
@click.pass_obj
def restore(  # noqa: PLR0917 - click passes them by name
    session: Session, file: Path, dry_run: bool, conflicts: str | None, as_json: bool
) -> None:
    """Bring a backup in beside what is here, and show what that changes.

    Where the encrypted file is in use and lost, a new one is created first, under a passphrase of
    its own.
    """
    from twauth_gui.services.backup_words import told_after, told_before
    from twauth_gui.store.restore import RestoreChange

    console = session.console
    if as_json and not dry_run:
        raise CliError(ExitCode.USAGE, "--json goes with --dry-run.")
    if not file.is_file():
        raise CliError(
            ExitCode.NOT_FOUND,
            "There is no such file.",
            f"Nothing was changed. Look at {file}.",
        )
    wanted = Conflicts(conflicts or (Conflicts.ASK if console.can_ask else Conflicts.KEEP))
    with session.preview() if dry_run else session.services(renew_file=True) as kit:
        offer = _opened(kit, file, console)
        if as_json:
            console.json_array([_shape(line) for line in offer.lines])
            return
        console.note(f"Made {offer.backup.made_at:%Y-%m-%d %H:%M %Z}. {told_before(offer)}")
        if dry_run:
            for line in offer.lines:
                console.result(f"{line.change.value:<9} {line.title}  {line.note}")
            return
        takes = _decided(offer, wanted, console)
        restored = _carried_out(kit, offer, takes, console)
        for line in offer.lines:
            if line.change is RestoreChange.REFUSED:
                console.warn(f"{line.title}: {line.note}")
        console.done(f"{told_after(restored, offer)}.")


def _opened(kit: Services, file: Path, console: Console) -> RestoreOffer:
    """Ask for the passphrase until it fits, a few times at most."""
    from twauth_gui.cli.passphrase import Passphrases

    passphrases = Passphrases(console, "The backup")
    for left in reversed(range(_TRIES)):
        passphrase = passphrases.current()
        try:
            return console.jobs.fetch(partial(_open, kit, file, passphrase))
        except DiagnosedError as error:
            locked = error.diagnosis.kind is ProblemKind.BACKUP_LOCKED
            if not (locked and left and passphrases.may_ask_again):
                raise
            console.problem(error.diagnosis.title)
    raise AssertionError("the last try raises")


def _open(kit: Services, file: Path, passphrase: Secret, _cancel: CancelToken) -> RestoreOffer:
    return kit.backups.open(file, passphrase)


def _decided(offer: RestoreOffer, wanted: Conflicts, console: Console) -> dict[str, Take]:
    from twauth_gui.store.restore import RestoreChange, Take

    differing = [line for line in offer.lines if line.change is RestoreChange.CONFLICT]
    if wanted is Conflicts.KEEP:
        return {}
    if wanted is Conflicts.REPLACE:
        return {line.key: Take.BACKUP for line in differing}
    if differing and not console.can_ask:
        raise CliError(
            ExitCode.USAGE,
            "There is no terminal to ask on.",
            "Nothing was changed. Write --conflicts keep or --conflicts replace.",
        )
    return {line.key: Take.BACKUP for line in differing if _replaces(line)}


def _replaces(line: RestoreLine) -> bool:
    question = f"{printable(f'{line.title}: {line.note}')}\nKeep what is here, or replace it"
    answers = click.Choice([Conflicts.KEEP.value, Conflicts.REPLACE.value])
    answer: str = click.prompt(question, type=answers, default=Conflicts.KEEP.value, err=True)
    return answer == Conflicts.REPLACE


def _carried_out(
    kit: Services, offer: RestoreOffer, takes: dict[str, Take], console: Console
) -> Restored:
    from twauth_gui.cli.stepping import stepping

    with console.progress("Restoring", len(offer.lines)) as step:
        return console.jobs.run(
            lambda cancel: kit.backups.restore(offer, takes, stepping(cancel, step))
        )


def _shape(line: RestoreLine) -> dict[str, object]:
    return {
        "kind": "account" if line.handle else "app",
        "app": line.app_label,
        "handle": line.handle or None,
        "change": line.change.value,
        "differs": list(line.differs),
        "adds": list(line.adds),
        "backup_is_newer": line.backup_is_newer,
        "host": line.host or None,
        "why": line.why or None,
    }
