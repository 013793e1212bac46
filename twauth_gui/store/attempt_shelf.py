"""The sign-ins under way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from twauth_gui.domain.attempts import PendingSecrets, PendingSignIn, PendingSignInId
from twauth_gui.domain.diagnosis import Remedy
from twauth_gui.domain.oauth2 import CodeSecrets
from twauth_gui.store.asking_lock import AskingLocks
from twauth_gui.store.changes import Changes, StoreContext
from twauth_gui.store.current import read_current
from twauth_gui.store.errors import CredentialMissingError, NotFoundError
from twauth_gui.store.fields import damaged
from twauth_gui.store.items import ItemKind
from twauth_gui.store.journal import Plan, Seen
from twauth_gui.store.records import decode_attempt, encode
from twauth_gui.store.rows import SELECT, attempt_columns, attempt_of


class PendingSignInRepository:
    """Attempts in the index, with their tokens in the keychain."""

    def __init__(self, ground: StoreContext, changes: Changes, asking: AskingLocks) -> None:
        self._ground = ground
        self._changes = changes
        self._asking = asking
        self._in_hand: list[Callable[[PendingSignInId], bool]] = []

    def ask_before(self, in_hand: Callable[[PendingSignInId], bool]) -> None:
        """Count no exchange as cut off of which this process still has X's grant, or the answer."""
        self._in_hand.append(in_hand)

    def all(self) -> list[PendingSignIn]:
        rows = self._ground.index.rows(f"{SELECT[ItemKind.ATTEMPT]} ORDER BY started_at, id")
        return [self._as_seen(attempt_of(row)) for row in rows]

    def get(self, attempt_id: PendingSignInId) -> PendingSignIn:
        return self._as_seen(self.as_noted(attempt_id))

    def _as_seen(self, attempt: PendingSignIn) -> PendingSignIn:
        """Tell an exchange that was cut off from one that is under way, in whichever process."""
        if attempt.cut_off_at is None:
            return attempt
        in_hand = any(has(attempt.id) for has in self._in_hand)
        if in_hand or self._asking.are_held(attempt.id):
            return replace(attempt, cut_off_at=None)
        return attempt

    def as_noted(self, attempt_id: PendingSignInId) -> PendingSignIn:
        """Give a sign-in with the note of an exchange, whether that is under way or was cut off."""
        rows = self._ground.index.rows(f"{SELECT[ItemKind.ATTEMPT]} WHERE id = ?", (attempt_id,))
        if not rows:
            raise NotFoundError(ItemKind.ATTEMPT)
        return attempt_of(rows[0])

    def secrets(self, attempt_id: PendingSignInId) -> PendingSecrets | CodeSecrets:
        """Read those of either kind; CredentialMissingError if the keychain lost them."""
        vault = self._ground.vault
        record = read_current(
            vault, ItemKind.ATTEMPT, attempt_id, lambda: self.get(attempt_id).generation
        )
        if record is None:
            raise CredentialMissingError("this sign-in", vault.name, Remedy.START_AGAIN)
        return decode_attempt(record)

    def request_secrets(self, attempt_id: PendingSignInId) -> PendingSecrets:
        """Read those of a sign-in with OAuth 1.0a; RecordError where they are of another."""
        secrets = self.secrets(attempt_id)
        if isinstance(secrets, CodeSecrets):
            raise damaged()
        return secrets

    def code_secrets(self, attempt_id: PendingSignInId) -> CodeSecrets:
        """Read those of a sign-in with OAuth 2.0; RecordError where they are of another."""
        secrets = self.secrets(attempt_id)
        if not isinstance(secrets, CodeSecrets):
            raise damaged()
        return secrets

    def begin(self, attempt: PendingSignIn, secrets: PendingSecrets | CodeSecrets) -> PendingSignIn:
        ground = self._ground
        with ground.lock.held():  # the app may not go between the look and the row
            if not ground.index.rows("SELECT 1 FROM apps WHERE id = ?", (attempt.app_id,)):
                raise NotFoundError(ItemKind.APP)
            plan = Plan(ItemKind.ATTEMPT, attempt.id, attempt_columns(attempt), is_new=True)
            self._changes.write(plan, encode(secrets))
            return self.get(attempt.id)

    def update(
        self, attempt: PendingSignIn, secrets: PendingSecrets | CodeSecrets
    ) -> PendingSignIn:
        """Change everything but the app, with the next generation.

        ChangedMeanwhileError if there is another generation than the sign-in's by now.
        """
        columns = attempt_columns(attempt)
        del columns["id"], columns["app_id"]
        plan = Plan(ItemKind.ATTEMPT, attempt.id, columns, is_new=False)
        seen = Seen(ItemKind.ATTEMPT, attempt.id, attempt.generation)
        self._changes.write(plan, encode(secrets), seen)
        return self.get(attempt.id)

    def discard(self, attempt_id: PendingSignInId, generation: int | None = None) -> None:
        """Drop a sign-in. What the keychain refuses to delete now, recover deletes later.

        generation: the one to drop, None for any; ChangedMeanwhileError if there is another.
        """
        seen = () if generation is None else (Seen(ItemKind.ATTEMPT, attempt_id, generation),)
        self._changes.drop(ItemKind.ATTEMPT, attempt_id, *seen)
