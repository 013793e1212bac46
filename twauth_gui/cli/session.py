"""What every command works with: the global options and the services."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from twauth_gui.cli.console import Console
from twauth_gui.services.process_hardening import CoreLimit

if TYPE_CHECKING:
    from twauth_gui.cli.jobs import JobRunner
    from twauth_gui.services.container import Services
    from twauth_gui.services.preset_service import PresetService


@dataclass(slots=True)
class Session:
    """One run of the command.

    vault: the value of --vault, or "". core_limit: the limit before harden_process lowered it.
    """

    data_dir: Path | None = None
    vault: str = ""
    core_limit: CoreLimit = None
    console: Console = field(default_factory=Console)
    _is_hardened: bool = False

    @property
    def jobs(self) -> JobRunner:
        """Runs the jobs that Ctrl+C can interrupt."""
        return self.console.jobs

    def harden_process(self) -> None:
        """Keep the user's other programs out of the memory; call it before reading a secret."""
        from twauth_gui.services.process_hardening import harden_process

        if not self._is_hardened:
            self._is_hardened, self.core_limit = True, harden_process()

    def open_presets(self, *, to_change: bool = False) -> PresetService:
        """Return the export presets; without a home folder those of the program alone.

        Raises:
            DiagnosedError: there is no home folder, and the user's presets are to be changed.
        """
        from twauth_gui.domain.diagnosis import DiagnosedError
        from twauth_gui.services.app_paths import find_app_paths
        from twauth_gui.services.preset_service import PresetService

        try:
            return PresetService(find_app_paths(self.data_dir).data)
        except DiagnosedError:
            if to_change:
                raise
            return PresetService(None)

    @contextmanager
    def open_index(self, *, read_only: bool = False) -> Generator[Services]:
        """Open the services for a command that needs neither vault nor network.

        read_only: create nothing, and change nothing.

        Raises:
            DiagnosedError: the index cannot be used, or the credentials are in another vault.
        """
        from twauth_gui.services.app_paths import find_app_paths
        from twauth_gui.services.container import open_services
        from twauth_gui.services.vault_service import make_keychain_vault
        from twauth_gui.store.vault_errors import VaultAbsentError
        from twauth_gui.store.vault_selection import VaultKind

        services = open_services(
            find_app_paths(self.data_dir), make_keychain_vault(), read_only=read_only
        )
        try:
            if repair := services.store.describe_index_repair():
                self.console.warn(repair)
            services.vaults.select(VaultKind(self.vault) if self.vault else None)
            yield services
        except VaultAbsentError:
            fresh = services.vaults.is_empty()
            self.console.subject = replace(self.console.subject, fresh=fresh)
            raise
        finally:
            if problem := services.placement_recorder.take_problem():
                self.console.warn(f"twauth where will not list this: {problem.to_sentence()}")
            services.close()

    @contextmanager
    def open_services(self, *, renew_file: bool = False) -> Generator[Services]:
        """Open the services for a command that uses secrets; interrupted changes are finished.

        The encrypted file is unlocked first, or created if it was chosen for a new folder; with
        renew_file also if it is lost.

        Raises:
            CliError: there is no way to get the passphrase.
            DiagnosedError: the index or the vault cannot be used.
        """
        from twauth_gui.cli.vault_unlock import finish_interrupted_migration, prepare_vault
        from twauth_gui.services.log_file import configure_logging

        self.harden_process()
        with self.open_index() as services:
            configure_logging(services.paths.log)
            prepare_vault(services.vaults, self.console, renew=renew_file)
            finish_interrupted_migration(services, self.console)
            self.finish_interrupted_changes(services)
            self.jobs.raise_if_interrupted()
            try:
                yield services
                # The command has succeeded and says so, even if Ctrl+C came too late.
                if not self.jobs.is_interrupted:
                    self.jobs.run(lambda _cancel: services.store.renew_index_copy())
            finally:
                for notice in services.x_clients.take_notices():
                    self.console.warn(notice.to_sentence())

    @contextmanager
    def open_preview(self) -> Generator[Services]:
        """Open the services for a dry run, which changes nothing on disk."""
        from twauth_gui.cli.vault_unlock import prepare_vault

        self.harden_process()
        with self.open_index(read_only=True) as services:
            if not services.vaults.is_empty():
                prepare_vault(services.vaults, self.console)
            yield services

    def finish_interrupted_changes(self, services: Services) -> None:
        """Finish or undo interrupted changes with the open vault, and print what was done."""
        recovery = self.jobs.run(lambda _cancel: services.store.recover())
        for message in recovery.messages:
            self.console.note(message)
        if recovery.rebuilt is not None:
            self.console.warn(recovery.rebuilt.to_sentence())
