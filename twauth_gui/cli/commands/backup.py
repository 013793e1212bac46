"""twauth backup, restore."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from twauth_gui.cli.errors import CliError, ExitCode, add_force_hint
from twauth_gui.cli.session import Session
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.display_text import to_printable_line

if TYPE_CHECKING:
    from twauth_gui.cli.console import Console
    from twauth_gui.domain.cancel_token import CancelToken
    from twauth_gui.domain.secret import Secret
    from twauth_gui.services.backups import RestoreLine, RestorePreview
    from twauth_gui.services.container import Services
    from twauth_gui.store.restore_plan import RestoreChoice, RestoreResult

_TRIES = 3
_BACKUP_EPILOG = """\b
Examples:
  twauth backup ~/twauth.twauth
  TWAUTH_PASSPHRASE_FD=3 twauth backup bots.age 3<passphrase.txt

The passphrase is asked for twice on a terminal. A script passes it on the file descriptor that
TWAUTH_PASSPHRASE_FD names, after that of the encrypted file if one is in use. A file whose name
ends in .age is written in the age format, for other programs.
"""
_RESTORE_EPILOG = """\b
Examples:
  twauth restore ~/twauth.twauth --dry-run
  TWAUTH_PASSPHRASE_FD=3 twauth restore bots.age --conflicts keep 3<passphrase.txt

Accounts are the same if app and user ID match. Nothing is ever deleted. If restoring is
interrupted, run it again to finish it.
"""


class ConflictPolicy(StrEnum):
    """What to do with accounts and apps that differ from the backup."""

    KEEP = "keep"
    REPLACE = "replace"
    ASK = "ask"


@click.command(epilog=_BACKUP_EPILOG)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace an existing file.")
@click.pass_obj
def backup(session: Session, file: Path, force: bool) -> None:
    """Write everything into one encrypted file: apps, accounts, credentials, pending sign-ins.

    It is written completely or not at all, and only you can read it.
    """
    from twauth_gui.cli.jobs import make_cancellable_step
    from twauth_gui.cli.passphrase import PassphraseReader
    from twauth_gui.domain.display_text import pluralize
    from twauth_gui.osfiles.private_file import require_writable_target

    console = session.console
    with session.open_services() as services:
        try:
            require_writable_target(file, overwrite=force)
            passphrase = PassphraseReader(console, "The backup").read_new()
            with console.show_progress("Reading", len(services.store.accounts.list_all())) as step:
                contents = console.jobs.run(
                    lambda cancel: services.backups.write(
                        file, passphrase, make_cancellable_step(cancel, step), overwrite=force
                    )
                )
        except DiagnosedError as error:
            raise add_force_hint(error) from error
    if contents.without_credentials:
        incomplete = pluralize(contents.without_credentials, "account")
        console.warn(f"The credentials of {incomplete} are missing in the keychain.")
    summary = f"{pluralize(contents.apps, 'app')} and {pluralize(contents.accounts, 'account')}"
    console.print_success(f"{summary} written to {file}.")


@click.command(epilog=_RESTORE_EPILOG)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only show what would change; nothing is created.")
@click.option(
    "--conflicts",
    type=click.Choice([one.value for one in ConflictPolicy]),
    help="If both differ: keep what is here, replace it, or ask for each. Default: ask on a"
    " terminal, else keep.",
)
@click.option("--json", "as_json", is_flag=True, help="With --dry-run, print a JSON array.")
@click.pass_obj
def restore(  # noqa: PLR0917 - click passes them by name
    session: Session, file: Path, dry_run: bool, conflicts: str | None, as_json: bool
) -> None:
    """Add a backup to what is here, and show what that changes.

    If the encrypted file is in use and lost, a new one is created first, with a passphrase of its
    own.
    """
    from twauth_gui.services.backups import describe_restore, describe_restored
    from twauth_gui.store.restore_plan import RestoreChange

    console = session.console
    if as_json and not dry_run:
        raise CliError(ExitCode.USAGE, "--json needs --dry-run.")
    if not file.is_file():
        raise CliError(
            ExitCode.NOT_FOUND,
            f"There is no file {file}.",
            "Nothing was changed. Check the path.",
        )
    policy = ConflictPolicy(
        conflicts or (ConflictPolicy.ASK if console.can_ask else ConflictPolicy.KEEP)
    )
    with session.open_preview() if dry_run else session.open_services(renew_file=True) as services:
        preview = _open_backup(services, file, console)
        if as_json:
            console.print_json_array([_serialize_line(line) for line in preview.lines])
            return
        console.note(
            f"Made {preview.backup.made_at:%Y-%m-%d %H:%M %Z}. {describe_restore(preview)}"
        )
        if dry_run:
            for line in preview.lines:
                console.print_result(f"{line.change.value:<9} {line.title}  {line.note}")
            return
        choices = _resolve_conflicts(preview, policy, console)
        restored = _apply_restore(services, preview, choices, console)
        for line in preview.lines:
            if line.change is RestoreChange.REFUSED:
                console.warn(f"{line.title}: {line.note}")
        console.print_success(f"{describe_restored(restored, preview)}.")


def _open_backup(services: Services, file: Path, console: Console) -> RestorePreview:
    """Read the passphrase until it opens the backup, three times at most."""
    from twauth_gui.cli.passphrase import PassphraseReader

    passphrases = PassphraseReader(console, "The backup")
    for left in reversed(range(_TRIES)):
        passphrase = passphrases.read_current()
        try:
            return console.jobs.fetch(partial(_decrypt_backup, services, file, passphrase))
        except DiagnosedError as error:
            is_wrong = error.diagnosis.kind is ProblemKind.BACKUP_LOCKED
            if not (is_wrong and left and passphrases.can_ask_again):
                raise
            console.print_problem(error.diagnosis.title)
    raise AssertionError("the last try raises")


def _decrypt_backup(
    services: Services, file: Path, passphrase: Secret, _cancel: CancelToken
) -> RestorePreview:
    return services.backups.read(file, passphrase)


def _resolve_conflicts(
    preview: RestorePreview, policy: ConflictPolicy, console: Console
) -> dict[str, RestoreChoice]:
    from twauth_gui.store.restore_plan import RestoreChange, RestoreChoice

    conflicts = [line for line in preview.lines if line.change is RestoreChange.CONFLICT]
    if policy is ConflictPolicy.KEEP:
        return {}
    if policy is ConflictPolicy.REPLACE:
        return {line.key: RestoreChoice.BACKUP for line in conflicts}
    if conflicts and not console.can_ask:
        raise CliError(
            ExitCode.USAGE,
            "There is no terminal to ask on.",
            "Nothing was changed. Add --conflicts keep or --conflicts replace.",
        )
    return {line.key: RestoreChoice.BACKUP for line in conflicts if _ask_replace(line)}


def _ask_replace(line: RestoreLine) -> bool:
    question = (
        f"{to_printable_line(f'{line.title}: {line.note}')}\nKeep what is here, or replace it"
    )
    choices = click.Choice([ConflictPolicy.KEEP.value, ConflictPolicy.REPLACE.value])
    answer: str = click.prompt(question, type=choices, default=ConflictPolicy.KEEP.value, err=True)
    return answer == ConflictPolicy.REPLACE


def _apply_restore(
    services: Services, preview: RestorePreview, choices: dict[str, RestoreChoice], console: Console
) -> RestoreResult:
    from twauth_gui.cli.jobs import make_cancellable_step

    with console.show_progress("Restoring", len(preview.lines)) as step:
        return console.jobs.run(
            lambda cancel: services.backups.restore(
                preview, choices, make_cancellable_step(cancel, step)
            )
        )


def _serialize_line(line: RestoreLine) -> dict[str, object]:
    return {
        "kind": "account" if line.handle else "app",
        "app": line.app_label,
        "handle": line.handle or None,
        "change": line.change.value,
        "differs": list(line.differs),
        "adds": list(line.adds),
        "backup_is_newer": line.backup_is_newer,
        "host": line.host or None,
        "why": line.reason or None,
    }
