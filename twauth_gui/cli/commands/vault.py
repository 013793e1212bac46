"""twauth vault, unlock."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from twauth_gui.cli.command_group import CommandGroup
from twauth_gui.cli.session import Session

if TYPE_CHECKING:
    from twauth_gui.services.container import Services
    from twauth_gui.store.vault_migration import MigrationResult


@click.group(cls=CommandGroup, invoke_without_command=True, epilog="Example: twauth vault")
@click.pass_context
def vault(ctx: click.Context) -> None:
    """Show where the credentials are kept, or move them.

    The keychain is the system's own. The encrypted file is for computers without one: it is in the
    data folder and uses a passphrase, Argon2id and AES-256-GCM.
    """
    if ctx.invoked_subcommand is None:
        _print_vault(ctx.ensure_object(Session), as_json=False)


@vault.command(epilog="Example: twauth vault show --json")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@click.pass_obj
def show(session: Session, as_json: bool) -> None:
    """Show which vault is in use, without unlocking it."""
    _print_vault(session, as_json=as_json)


def _print_vault(session: Session, *, as_json: bool) -> None:
    from twauth_gui.cli.errors import FailureSubject, find_next_step
    from twauth_gui.cli.json_output import serialize_vault
    from twauth_gui.cli.table import format_fields

    with session.open_index() as services:
        problem = session.jobs.fetch(lambda _cancel: services.vaults.find_problem())
        fields = serialize_vault(
            services.vaults,
            problem,
            is_moving=services.store.vault_selection.pending_migration() is not None,
        )
    if as_json:
        session.console.print_json(fields)
        return
    state = "unlocked" if problem is None else problem.title.rstrip(".")
    rows = [("Vault", str(fields["vault"])), ("Name", services.vaults.name), ("State", state)]
    if fields["path"]:
        rows.append(("File", str(fields["path"])))
    session.console.print_result(format_fields(rows))
    if problem is not None:
        session.console.note(problem.advice)
        if step := find_next_step(problem, FailureSubject()):
            session.console.note(f"Next: {step}")


@vault.command(epilog="Example: twauth vault move file")
@click.argument("target", type=click.Choice(["keychain", "file"]))
@click.pass_obj
def move(session: Session, target: str) -> None:
    """Move everything to the keychain or to the encrypted file, leaving nothing behind.

    If it is interrupted, the next command finishes or undoes it.
    """
    from twauth_gui.domain.display_text import name_in_sentence
    from twauth_gui.store.vault_selection import VaultKind

    with session.open_services() as services:
        kind = VaultKind(target)
        if services.vaults.read_selected_kind() is kind:
            session.console.print_success(
                f"The credentials are already in {name_in_sentence(services.vaults.name)}."
            )
            return
        if kind is VaultKind.FILE:
            _prepare_target(services, session)
        with session.console.show_progress("Moving", _count_items(services)) as step:
            result = session.jobs.run(
                lambda _cancel: services.vaults.migrate(kind, progress=_StepCounter(step))
            )
        _print_move(session, services, result)


class _StepCounter:
    """Turns "how many are done" into one step per item."""

    def __init__(self, step: Callable[[], None]) -> None:
        self._step = step
        self._done = 0

    def __call__(self, done: int, _total: int) -> None:
        while self._done < done:
            self._done += 1
            self._step()


def _count_items(services: Services) -> int:
    store = services.store
    return (
        len(store.apps.list_all())
        + len(store.accounts.list_ids())
        + len(store.pending_sign_ins.list_all())
    )


def _prepare_target(services: Services, session: Session) -> None:
    from twauth_gui.cli.passphrase import PassphraseReader
    from twauth_gui.cli.vault_unlock import create_or_unlock_file

    storage, console = services.vaults, session.console
    create_or_unlock_file(storage, PassphraseReader(console), console, storage.open_file_vault)


def _print_move(session: Session, services: Services, result: MigrationResult) -> None:
    from twauth_gui.domain.display_text import name_in_sentence

    name = name_in_sentence(services.vaults.name)
    items = "1 item is" if result.items == 1 else f"{result.items} items are"
    session.console.print_success(f"{items} now in {name}.")
    if result.missing:
        session.console.warn(f"{len(result.missing)} were missing before, and still are.")
    if result.not_deleted:
        session.console.warn(
            f"{result.not_deleted} could not be deleted from the old vault."
            " The next command tries again."
        )


@vault.command("change-passphrase", epilog="Example: twauth vault change-passphrase")
@click.pass_obj
def change_passphrase(session: Session) -> None:
    """Change the passphrase of the encrypted file.

    On a file descriptor the first line is the old passphrase, the second the new one.
    """
    from twauth_gui.cli.errors import CliError, ExitCode
    from twauth_gui.cli.passphrase import PassphraseReader
    from twauth_gui.cli.vault_unlock import unlock_file
    from twauth_gui.store.vault_selection import VaultKind

    with session.open_index() as services:
        storage, passphrases = services.vaults, PassphraseReader(session.console)
        if storage.read_selected_kind() is not VaultKind.FILE:
            raise CliError(
                ExitCode.USAGE,
                "The credentials are in the keychain.",
                "It has a password of its own. To use an encrypted file: twauth vault move file",
            )
        old = unlock_file(storage.unlock, passphrases, session.console)
        new = passphrases.read_new()
        session.jobs.run(lambda _cancel: storage.file_vault.change_passphrase(old, new))
    session.console.print_success("The passphrase is changed.")


@click.command(epilog="Example: twauth unlock")
@click.pass_obj
def unlock(session: Session) -> None:
    """Unlock the keychain; the system shows its own prompt on the desktop.

    The encrypted file does not stay unlocked between commands: its passphrase is only tested.
    """
    from twauth_gui.cli.vault_unlock import prepare_vault
    from twauth_gui.store.vault_selection import VaultKind

    with session.open_index() as services:
        storage = services.vaults
        if storage.read_selected_kind() is VaultKind.FILE:
            prepare_vault(storage, session.console)
            message = "The passphrase opens the encrypted file."
        else:
            # Not a job: this waits for the user, and Ctrl+C may end it at once.
            storage.unlock()
            message = f"{storage.name} is unlocked."
        session.console.print_success(message)
        session.finish_interrupted_changes(services)
