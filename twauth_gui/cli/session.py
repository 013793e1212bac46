"""What every subcommand works with: the options given before it, and the services."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from twauth_gui.cli.console import Console
from twauth_gui.services.shield import CoreLimit

if TYPE_CHECKING:
    from twauth_gui.cli.jobs import Jobs
    from twauth_gui.services.kit import Services


@dataclass(slots=True)
class Session:
    """One call of the command.

    vault: the one named before the subcommand, or "". core_limit: as it was before secrets.
    """

    data_dir: Path | None = None
    vault: str = ""
    core_limit: CoreLimit = None
    console: Console = field(default_factory=Console)
    _closed: bool = False

    @property
    def jobs(self) -> Jobs:
        """Runs what a person can interrupt."""
        return self.console.jobs

    def close_to_others(self) -> None:
        """Keep other programs of the same person out of the memory; call it before any secret."""
        from twauth_gui.services.shield import shield

        if not self._closed:
            self._closed, self.core_limit = True, shield()

    @contextmanager
    def lists(self, *, only_look: bool = False) -> Generator[Services]:
        """Open the services for a command that only reads lists: no vault, no network.

        only_look: create nothing, and change nothing.

        Raises:
            DiagnosedError: the index cannot be used, or the credentials are in another vault.
        """
        from twauth_gui.services.kit import open_services
        from twauth_gui.services.places import find_places
        from twauth_gui.services.storage import keychain_vault
        from twauth_gui.store.choice import VaultKind
        from twauth_gui.store.vault_errors import VaultAbsentError

        kit = open_services(find_places(self.data_dir), keychain_vault(), only_look=only_look)
        try:
            if told := kit.store.rescue_under_way():
                self.console.warn(told)
            kit.storage.require(VaultKind(self.vault) if self.vault else None)
            yield kit
        except VaultAbsentError:
            fresh = kit.storage.is_fresh()
            self.console.subject = replace(self.console.subject, fresh=fresh)
            raise
        finally:
            kit.close()

    @contextmanager
    def services(self, *, renew_file: bool = False) -> Generator[Services]:
        """Open the services for a command that uses secrets, once cut-off changes are settled.

        The encrypted file is unlocked first, or created where it was chosen for a new folder; with
        renew_file also where it is lost.
        """
        from twauth_gui.cli.vaults import make_ready, settle_move
        from twauth_gui.services.logbook import begin_logbook

        self.close_to_others()
        with self.lists() as kit:
            begin_logbook(kit.places.log)
            make_ready(kit.storage, self.console, renew=renew_file)
            settle_move(kit, self.console)
            self.recover(kit)
            self.jobs.heed_interrupt()
            try:
                yield kit
                # What was asked for is done, and told as such, also where Ctrl+C came too late.
                if not self.jobs.interrupted:
                    self.jobs.run(lambda _cancel: kit.store.renew_copy())
            finally:
                for found in kit.x_clients.take_notes():
                    self.console.warn(found.sentence())

    @contextmanager
    def preview(self) -> Generator[Services]:
        """Open the services for a dry run: it reads what there is, and leaves no trace."""
        from twauth_gui.cli.vaults import make_ready

        self.close_to_others()
        with self.lists(only_look=True) as kit:
            if not kit.storage.is_fresh():
                make_ready(kit.storage, self.console)
            yield kit

    def recover(self, kit: Services) -> None:
        """Settle what was cut off, now that the vault is open, and tell what was done."""
        recovery = self.jobs.run(lambda _cancel: kit.store.recover())
        for message in recovery.messages:
            self.console.note(message)
        if recovery.rebuilt is not None:
            self.console.warn(recovery.rebuilt.sentence())
