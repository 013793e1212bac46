"""twauth vault."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from twauth_gui.cli.command_list import CommandList
from twauth_gui.cli.session import Session

if TYPE_CHECKING:
    from twauth_gui.services.kit import Services
    from twauth_gui.store.moving import Moved


@click.group(cls=CommandList, invoke_without_command=True, epilog="Example: twauth vault")
@click.pass_context
def vault(ctx: click.Context) -> None:
    """Show where the credentials are kept, or move them.

    The keychain is the system's own. The encrypted file is for computers without one: Argon2id and
    AES-256-GCM under a passphrase, in the data folder.
    """
    if ctx.invoked_subcommand is None:
        _show(ctx.ensure_object(Session), as_json=False)


@vault.command(epilog="Example: twauth vault show --json")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@click.pass_obj
def show(session: Session, as_json: bool) -> None:
    """Show which vault is in use; nothing is unlocked for it."""
    _show(session, as_json=as_json)


def _show(session: Session, *, as_json: bool) -> None:
    from twauth_gui.cli.next_steps import FailureSubject, next_step
    from twauth_gui.cli.shapes import vault_shape
    from twauth_gui.cli.table import facts

    with session.lists() as kit:
        problem = session.jobs.fetch(lambda _cancel: kit.storage.problem())
        shape = vault_shape(
            kit.storage, problem, moving=kit.store.vault_selection.move_under_way() is not None
        )
    if as_json:
        session.console.json(shape)
        return
    state = "unlocked" if problem is None else problem.title.rstrip(".")
    rows = [("Vault", str(shape["vault"])), ("Name", kit.storage.name), ("State", state)]
    if shape["path"]:
        rows.append(("File", str(shape["path"])))
    session.console.result(facts(rows))
    if problem is not None:
        session.console.note(problem.advice)
        if step := next_step(problem, FailureSubject()):
            session.console.note(f"Next: {step}")


@vault.command(epilog="Example: twauth vault move file")
@click.argument("target", type=click.Choice(["keychain", "file"]))
@click.pass_obj
def move(session: Session, target: str) -> None:
    """Move everything to the keychain or to the encrypted file, leaving nothing behind.

    It may be cut off at any moment: the next command finishes it, or undoes it.
    """
    from twauth_gui.store.choice import VaultKind
    from twauth_gui.store.vault import mid_sentence

    with session.services() as kit:
        kind = VaultKind(target)
        if kit.storage.look_up() is kind:
            session.console.done(
                f"The credentials are in {mid_sentence(kit.storage.name)} already."
            )
            return
        if kind is VaultKind.FILE:
            _open_target(kit, session)
        with session.console.progress("Moving", _count(kit)) as step:
            moved = session.jobs.run(lambda _cancel: kit.storage.move(kind, progress=_Steps(step)))
        _tell(session, kit, moved)


class _Steps:
    """Turns "so many are done" into one step per item."""

    def __init__(self, step: Callable[[], None]) -> None:
        self._step = step
        self._done = 0

    def __call__(self, done: int, _in_all: int) -> None:
        while self._done < done:
            self._done += 1
            self._step()


def _count(kit: Services) -> int:
    store = kit.store
    return len(store.apps.all()) + len(store.accounts.ids()) + len(store.pending_sign_ins.all())


def _open_target(kit: Services, session: Session) -> None:
    from twauth_gui.cli.passphrase import Passphrases
    from twauth_gui.cli.vaults import begin_file

    storage, console = kit.storage, session.console
    begin_file(storage, Passphrases(console), console, storage.open_file)


def _tell(session: Session, kit: Services, moved: Moved) -> None:
    from twauth_gui.store.vault import mid_sentence

    name = mid_sentence(kit.storage.name)
    items = "1 item is" if moved.items == 1 else f"{moved.items} items are"
    session.console.done(f"{items} in {name} now.")
    if moved.missing:
        session.console.warn(f"{len(moved.missing)} were missing before, and stay so.")
    if moved.left:
        session.console.warn(
            f"{moved.left} could not be deleted from the old vault. The next command tries again."
        )


@vault.command("change-passphrase", epilog="Example: twauth vault change-passphrase")
@click.pass_obj
def change_passphrase(session: Session) -> None:
    """Change the passphrase of the encrypted file.

    From a file descriptor the first line is the old passphrase, the second the new one.
    """
    from twauth_gui.cli.exit_codes import ExitCode
    from twauth_gui.cli.passphrase import Passphrases
    from twauth_gui.cli.refusal import CliError
    from twauth_gui.cli.vaults import open_file
    from twauth_gui.store.choice import VaultKind

    with session.lists() as kit:
        storage, passphrases = kit.storage, Passphrases(session.console)
        if storage.look_up() is not VaultKind.FILE:
            raise CliError(
                ExitCode.USAGE,
                "The credentials are in the keychain.",
                "It has a password of its own. twauth vault move file takes them to a file under a"
                " passphrase.",
            )
        old = open_file(storage.unlock, passphrases, session.console)
        new = passphrases.new()
        session.jobs.run(lambda _cancel: storage.file.change_passphrase(old, new))
    session.console.done("The passphrase is changed.")
