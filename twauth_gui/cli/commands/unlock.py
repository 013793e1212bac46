"""twauth unlock."""

from __future__ import annotations

import click

from twauth_gui.cli.session import Session


@click.command(epilog="Example: twauth unlock")
@click.pass_obj
def unlock(session: Session) -> None:
    """Ask the system to unlock the keychain; it shows its own prompt, on the desktop."""
    from twauth_gui.cli.jobs import run_job
    from twauth_gui.services.storage import keychain_vault

    vault = keychain_vault()
    try:
        run_job(lambda _cancel: vault.unlock())
        name = vault.name
    finally:
        vault.close()
    session.console.done(f"{name} is unlocked.")
