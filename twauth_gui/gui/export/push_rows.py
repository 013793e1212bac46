"""Rows of a push: what is to be done with each name, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping

from twauth_gui.gui.imports.import_rows import RowStatus, TableRow
from twauth_gui.services.push_plan import PushAction, PushOutcome, PushResult, PushRow

_ACTIONS: Mapping[PushAction, RowStatus] = {
    PushAction.CREATE: RowStatus("Create", "plus"),
    PushAction.UPDATE: RowStatus("Update", "refresh-cw"),
    PushAction.SAME: RowStatus("Same", "check", "text-3"),
    PushAction.CHANGED: RowStatus("Changed by somebody else", "triangle-alert", "warn"),
    PushAction.FOREIGN: RowStatus("There, but not yours", "triangle-alert", "warn"),
    PushAction.LEFT: RowStatus("Not needed any more", "circle-minus", "text-3"),
    PushAction.BLOCKED: RowStatus("Cannot be written", "circle-minus", "bad"),
    PushAction.UNKNOWN: RowStatus("Not known", "circle-question-mark", "warn"),
}
_OUTCOMES: Mapping[PushOutcome, RowStatus] = {
    PushOutcome.CREATED: RowStatus("Created", "check", "ok"),
    PushOutcome.UPDATED: RowStatus("Updated", "check", "ok"),
    PushOutcome.SAME: RowStatus("Same", "check", "text-3"),
    PushOutcome.DELETED: RowStatus("Deleted", "check", "ok"),
    PushOutcome.SKIPPED: RowStatus("Left alone", "circle-minus", "text-3"),
    PushOutcome.FAILED: RowStatus("Failed", "circle-minus", "bad"),
    PushOutcome.UNSURE: RowStatus("Not certain", "circle-question-mark", "warn"),
    PushOutcome.CANCELLED: RowStatus("Stopped", "circle-minus", "text-3"),
}
_WAITING = RowStatus("Waiting", "clock", "text-3")


class PushTableRow(TableRow):
    """One name of a plan; the user checks those that are not written unasked.

    place: the target in words.
    """

    def __init__(self, row: PushRow, account: str, place: str) -> None:
        self.row = row
        status = _ACTIONS[row.action]
        super().__init__(
            row.name or account,
            place,
            RowStatus(status.word, status.icon, status.role, row.reason),
        )
        self.app_text = account
        self.is_checkable = row.action.needs_naming

    @property
    def is_written(self) -> bool:
        """Whether the push writes it."""
        return self.row.action.is_write or self.is_checked

    def wait(self) -> None:
        """Show that its turn comes; the choice is made."""
        self.is_checkable = False
        if self.is_written:
            self.status = _WAITING

    def end(self, result: PushResult) -> None:
        """Show what became of it."""
        status = _OUTCOMES[result.outcome]
        reason = result.reason
        if not reason and result.diagnosis is not None:
            reason = result.diagnosis.to_sentence()
        self.status = RowStatus(status.word, status.icon, status.role, reason)
