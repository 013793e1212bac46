"""twauth unlock."""

from __future__ import annotations

import click

from twauth_gui.cli.session import Session


@click.command(epilog="Example: twauth unlock")
@click.pass_obj
def unlock(session: Session) -> None:
    """Ask the system to unlock the keychain; it shows its own prompt, on the desktop.

    The encrypted file does not stay unlocked between two commands: there the passphrase is tried.
    """
    from twauth_gui.cli.vaults import make_ready
    from twauth_gui.store.choice import VaultKind

    with session.lists() as kit:
        storage = kit.storage
        if storage.look_up() is VaultKind.FILE:
            make_ready(storage, session.console)
            words = "The passphrase opens the encrypted file."
        else:
            # No job: a person is waited for, and nothing is lost where Ctrl+C ends that at once.
            storage.unlock()
            words = f"{storage.name} is unlocked."
        session.console.done(words)
        session.recover(kit)
