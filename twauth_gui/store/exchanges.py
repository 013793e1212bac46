"""Notes that X is being asked to trade the answer of a sign-in, which it does only once."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator
from datetime import datetime

from twauth_gui.domain.attempts import PendingSignIn, PendingSignInId
from twauth_gui.store.asking_lock import AskingLocks
from twauth_gui.store.attempt_shelf import PendingSignInRepository
from twauth_gui.store.changes import StoreContext
from twauth_gui.store.errors import ChangedMeanwhileError
from twauth_gui.store.items import ItemKind


class Exchanges:
    """One at a time for each sign-in, among all threads and processes."""

    def __init__(
        self, ground: StoreContext, attempts: PendingSignInRepository, asking: AskingLocks
    ) -> None:
        self._ground = ground
        self._attempts = attempts
        self._asking = asking

    def ask_before(self, in_hand: Callable[[PendingSignInId], bool]) -> None:
        """Count no exchange as cut off of which this process still has X's grant, or the answer."""
        self._attempts.ask_before(in_hand)

    @contextlib.contextmanager
    def held(self, attempt_id: PendingSignInId) -> Generator[PendingSignIn]:
        """Hold off other exchanges of the sign-in; give it as it is, with an earlier cut-off.

        Raises:
            NotFoundError: it is gone.
            NotWrittenError: another exchange lasts longer than a call to X can.
        """
        with self._asking.held(attempt_id):
            yield self._attempts.as_noted(attempt_id)

    def note(self, attempt: PendingSignIn, at: datetime | None, app_generation: int) -> None:
        """Note that X is asked now; the next generation of the attempt takes the note away.

        at: None where X has said no. app_generation: of the app's keys that it is asked with.

        Raises:
            NotFoundError: the sign-in is gone.
            ChangedMeanwhileError: it got a new link, or was answered, elsewhere.
        """
        sql = (
            "UPDATE attempts SET exchanging_at = ?, app_generation = ?"
            " WHERE id = ? AND generation = ?"
        )
        noted = None if at is None else at.isoformat()
        values = (noted, app_generation, attempt.id, attempt.generation)
        if not self._ground.index.change(sql, values):
            _ = self._attempts.as_noted(attempt.id)  # raises NotFoundError where it is gone
            raise ChangedMeanwhileError(ItemKind.ATTEMPT)
        self._ground.on_step("attempt.exchange-noted")
