"""An exchange with X, which it makes once: noted before, and held until it is kept."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from twauth_gui.domain.apps import App
from twauth_gui.domain.attempts import AccessGrant, PendingSignIn
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Evidence, NotSentError, ProblemKind
from twauth_gui.domain.oauth2 import CodeGrant
from twauth_gui.store.store import Store
from twauth_gui.xapi import catalogue

Given = TypeVar("Given", bound=AccessGrant | CodeGrant)

_USED_ALREADY = {ProblemKind.ATTEMPT_EXPIRED, ProblemKind.WRONG_PIN, ProblemKind.REFRESH_SPENT}
"""How X refuses what it took before, and also what it never took."""


@dataclass(frozen=True, slots=True)
class Held(Generic[Given]):
    """What X gave and the keychain has not taken yet, with the sign-in as it was by then."""

    attempt: PendingSignIn
    given: Given


def refuse_used_link(attempt: PendingSignIn) -> None:
    """Say where X may have taken the answer to a sign-in's link: no page has anything to ask then.

    Raises:
        DiagnosedError: so it is; a new link can be had.
    """
    if attempt.may_be_granted:
        raise DiagnosedError(catalogue.MAYBE_GRANTED.diagnosis(Evidence()))


class ExchangeNotes:
    """Notes in the index that X is being asked; storing what it gives takes the note away."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    @contextmanager
    def around(self, attempt: PendingSignIn, app: App, cancel: CancelToken) -> Generator[None]:
        """Note it, and take the note away where X refuses or nothing was sent.

        Where the process ends in between, or the answer is lost on its way, the note says so to
        whoever looks next. Held within store.exchanges.held(), which gave the attempt.

        Raises:
            DiagnosedError: what X was asked with was used up by an earlier call that was cut off;
                otherwise as it is raised within.
            CancelledError: cancelled before X was asked.
        """
        before = attempt.cut_off_at

        def note(at: datetime | None) -> None:
            self._store.exchanges.note(attempt, at, app.generation)

        cancel.check()
        note(before or self._now())
        try:
            yield
        except NotSentError:
            note(before)
            raise
        except DiagnosedError as error:
            found = error.diagnosis
            if found.evidence.is_refusal:
                note(before)
            if before is not None and found.kind in _USED_ALREADY:
                raise DiagnosedError(catalogue.MAYBE_GRANTED.diagnosis(found.evidence)) from error
            raise
