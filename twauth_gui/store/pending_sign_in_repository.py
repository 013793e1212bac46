"""Pending sign-ins, each of which is exchanged with X only once."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import datetime

from twauth_gui.domain.diagnosis import Remedy
from twauth_gui.domain.oauth2 import OAuth2PendingSecrets
from twauth_gui.domain.sign_in import PendingSecrets, PendingSignIn, PendingSignInId
from twauth_gui.store.changes import JournaledWriter, StoreContext
from twauth_gui.store.errors import ChangedMeanwhileError, CredentialMissingError, NotFoundError
from twauth_gui.store.file_lock import ExchangeLocks
from twauth_gui.store.index_rows import SELECT, pending_sign_in_columns, pending_sign_in_from_row
from twauth_gui.store.journal import ChangePlan, Precondition
from twauth_gui.store.records import damaged_record_error, decode_pending_sign_in, encode
from twauth_gui.store.vault import ItemKind, read_consistent


class PendingSignInRepository:
    """Pending sign-ins in the index, with their secrets in the keychain."""

    def __init__(
        self, context: StoreContext, changes: JournaledWriter, exchange_locks: ExchangeLocks
    ) -> None:
        self._context = context
        self._changes = changes
        self._exchange_locks = exchange_locks
        self._unsaved_grant_checks: list[Callable[[PendingSignInId], bool]] = []

    def add_unsaved_grant_check(self, has_unsaved_grant: Callable[[PendingSignInId], bool]) -> None:
        """Register what says whether this process still holds a sign-in's unsaved grant.

        The exchange of such a sign-in does not count as interrupted.
        """
        self._unsaved_grant_checks.append(has_unsaved_grant)

    def list_all(self) -> list[PendingSignIn]:
        rows = self._context.index.query(
            f"{SELECT[ItemKind.PENDING_SIGN_IN]} ORDER BY started_at, id"
        )
        return [self._hide_live_exchange(pending_sign_in_from_row(row)) for row in rows]

    def get(self, pending_id: PendingSignInId) -> PendingSignIn:
        return self._hide_live_exchange(self.get_with_exchange_note(pending_id))

    def _hide_live_exchange(self, pending: PendingSignIn) -> PendingSignIn:
        """Remove the note of an exchange that is still running, in this process or another."""
        if pending.interrupted_at is None:
            return pending
        is_unsaved = any(
            has_unsaved_grant(pending.id) for has_unsaved_grant in self._unsaved_grant_checks
        )
        if is_unsaved or self._exchange_locks.is_held(pending.id):
            return replace(pending, interrupted_at=None)
        return pending

    def get_with_exchange_note(self, pending_id: PendingSignInId) -> PendingSignIn:
        """Return a sign-in with the note of its exchange, be it running or interrupted."""
        rows = self._context.index.query(
            f"{SELECT[ItemKind.PENDING_SIGN_IN]} WHERE id = ?", (pending_id,)
        )
        if not rows:
            raise NotFoundError(ItemKind.PENDING_SIGN_IN)
        return pending_sign_in_from_row(rows[0])

    def read_secrets(self, pending_id: PendingSignInId) -> PendingSecrets | OAuth2PendingSecrets:
        """Read the secrets of either kind; CredentialMissingError if the keychain lost them."""
        vault = self._context.vault
        record = read_consistent(
            vault, ItemKind.PENDING_SIGN_IN, pending_id, lambda: self.get(pending_id).generation
        )
        if record is None:
            raise CredentialMissingError("this sign-in", vault.name, Remedy.START_AGAIN)
        return decode_pending_sign_in(record)

    def read_oauth1_secrets(self, pending_id: PendingSignInId) -> PendingSecrets:
        """Read the secrets of an OAuth 1.0a sign-in; RecordError if they are of the other kind."""
        secrets = self.read_secrets(pending_id)
        if isinstance(secrets, OAuth2PendingSecrets):
            raise damaged_record_error()
        return secrets

    def read_oauth2_secrets(self, pending_id: PendingSignInId) -> OAuth2PendingSecrets:
        """Read the secrets of an OAuth 2.0 sign-in; RecordError if they are of the other kind."""
        secrets = self.read_secrets(pending_id)
        if not isinstance(secrets, OAuth2PendingSecrets):
            raise damaged_record_error()
        return secrets

    def add(
        self, pending: PendingSignIn, secrets: PendingSecrets | OAuth2PendingSecrets
    ) -> PendingSignIn:
        context = self._context
        with context.lock.acquire():  # the app must not be removed between the query and the write
            if not context.index.query("SELECT 1 FROM apps WHERE id = ?", (pending.app_id,)):
                raise NotFoundError(ItemKind.APP)
            plan = ChangePlan(
                ItemKind.PENDING_SIGN_IN, pending.id, pending_sign_in_columns(pending), is_new=True
            )
            self._changes.write(plan, encode(secrets))
            return self.get(pending.id)

    def update(
        self, pending: PendingSignIn, secrets: PendingSecrets | OAuth2PendingSecrets
    ) -> PendingSignIn:
        """Save everything about a sign-in but its app, as the next generation.

        Raises:
            ChangedMeanwhileError: it has another generation by now.
        """
        columns = pending_sign_in_columns(pending)
        del columns["id"], columns["app_id"]
        plan = ChangePlan(ItemKind.PENDING_SIGN_IN, pending.id, columns, is_new=False)
        unchanged = Precondition(ItemKind.PENDING_SIGN_IN, pending.id, pending.generation)
        self._changes.write(plan, encode(secrets), unchanged)
        return self.get(pending.id)

    def discard(self, pending_id: PendingSignInId, generation: int | None = None) -> None:
        """Delete a sign-in; recovery deletes later what the keychain refuses now.

        generation: the one to delete, None for any; ChangedMeanwhileError if there is another.
        """
        kind = ItemKind.PENDING_SIGN_IN
        expected = () if generation is None else (Precondition(kind, pending_id, generation),)
        self._changes.remove(kind, pending_id, *expected)


class ExchangeGuard:
    """Allows one exchange at a time for each sign-in, among all threads and processes."""

    def __init__(
        self,
        context: StoreContext,
        pending_sign_ins: PendingSignInRepository,
        exchange_locks: ExchangeLocks,
    ) -> None:
        self._context = context
        self._pending_sign_ins = pending_sign_ins
        self._exchange_locks = exchange_locks

    def add_unsaved_grant_check(self, has_unsaved_grant: Callable[[PendingSignInId], bool]) -> None:
        """Register what says whether this process still holds a sign-in's unsaved grant.

        The exchange of such a sign-in does not count as interrupted.
        """
        self._pending_sign_ins.add_unsaved_grant_check(has_unsaved_grant)

    @contextlib.contextmanager
    def acquire(self, pending_id: PendingSignInId) -> Generator[PendingSignIn]:
        """Keep out other exchanges of a sign-in; yield it, with the note of an interrupted one.

        Raises:
            NotFoundError: the sign-in is gone.
            NotWrittenError: another exchange lasts longer than a call to X can.
        """
        with self._exchange_locks.acquire(pending_id):
            yield self._pending_sign_ins.get_with_exchange_note(pending_id)

    def record_start(
        self, pending: PendingSignIn, at: datetime | None, app_generation: int
    ) -> None:
        """Note that the exchange with X begins; the sign-in's next generation clears the note.

        at: None after X has refused. app_generation: of the app's keys that the exchange uses.

        Raises:
            NotFoundError: the sign-in is gone.
            ChangedMeanwhileError: it got a new link, or was continued, elsewhere.
        """
        sql = (
            "UPDATE attempts SET exchanging_at = ?, app_generation = ?"
            " WHERE id = ? AND generation = ?"
        )
        noted = None if at is None else at.isoformat()
        values = (noted, app_generation, pending.id, pending.generation)
        if not self._context.index.execute(sql, values):
            # Raises NotFoundError if the sign-in is gone.
            _ = self._pending_sign_ins.get_with_exchange_note(pending.id)
            raise ChangedMeanwhileError(ItemKind.PENDING_SIGN_IN)
        self._context.on_step("attempt.exchange-noted")
