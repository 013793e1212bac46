"""twauth backup."""

from __future__ import annotations

from pathlib import Path

import click

from twauth_gui.cli.refusal import with_force
from twauth_gui.cli.session import Session
from twauth_gui.domain.diagnosis import DiagnosedError

_EPILOG = """\b
Examples:
  twauth backup ~/twauth.twauth
  TWAUTH_PASSPHRASE_FD=3 twauth backup bots.age 3<passphrase.txt

The passphrase is asked for twice on a terminal; a script gives it on the file descriptor that
TWAUTH_PASSPHRASE_FD names, after that of the encrypted file where one is in use. A name that ends
in .age is written in the format of age, for other programs.
"""


@click.command(epilog=_EPILOG)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace the file where it is there already.")
@click.pass_obj
def backup(session: Session, file: Path, force: bool) -> None:
    """Write everything into one encrypted file: apps, accounts, credentials, sign-ins under way.

    It is written whole or not at all, readable by you alone.
    """
    from twauth_gui.cli.passphrase import Passphrases
    from twauth_gui.cli.stepping import stepping
    from twauth_gui.domain.counting import counted
    from twauth_gui.transfer.filewriter import require_target

    console = session.console
    with session.services() as kit:
        try:
            require_target(file, overwrite=force)
            passphrase = Passphrases(console, "The backup").new()
            with console.progress("Reading", len(kit.store.accounts.all())) as step:
                held = console.jobs.run(
                    lambda cancel: kit.backups.write(
                        file, passphrase, stepping(cancel, step), overwrite=force
                    )
                )
        except DiagnosedError as error:
            raise with_force(error) from error
    if held.lacking:
        lacking = counted(held.lacking, "account")
        console.warn(f"The credentials of {lacking} are missing in the keychain.")
    held_words = f"{counted(held.apps, 'app')} and {counted(held.accounts, 'account')}"
    console.done(f"{held_words} written to {file}.")
