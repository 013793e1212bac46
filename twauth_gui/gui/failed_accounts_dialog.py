"""The dialog that lists on which accounts an action failed, and why."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.display_text import pluralize
from twauth_gui.domain.health import Severity
from twauth_gui.gui.parts.badges import HealthMark
from twauth_gui.gui.parts.buttons import primary_button, secondary_button
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth, make_dialog_body
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.metrics import TextStyle
from twauth_gui.services.bulk_run import AccountProblem

_MAX_ROWS = 50


class FailedAccountsDialog(Dialog):
    """Lists the accounts with the reasons; accepted: try them again."""

    def __init__(
        self,
        title: str,
        problems: Sequence[AccountProblem],
        stop_reason: Diagnosis | None,
        skipped: int,
    ) -> None:
        super().__init__(title, width=DialogWidth.W640)
        body, column = make_dialog_body()
        if stop_reason is not None and skipped:
            left_out = f"{pluralize(skipped, 'account')} {'was' if skipped == 1 else 'were'}"
            words = f"{stop_reason.title} {left_out} not tried."
            column.addWidget(Text(words, strong=True, wrap=True, heading=True))
        card = Card()
        for problem in problems[:_MAX_ROWS]:
            card.add_row(_build_row(problem))
        column.addWidget(card)
        more = len(problems) - _MAX_ROWS
        if more > 0:
            column.addWidget(Text(f"And {more:,} more.", style=TextStyle.SMALL, role="text-2"))
        self.set_body(body)
        self._close = secondary_button("Close")
        self._close.clicked.connect(self.dismiss)
        self._again = primary_button("")
        self._again.clicked.connect(self._accept)
        self.add_right(self._close)
        self.add_right(self._again)
        self.set_default(self._close)

    def offer_retry(self, count: int) -> None:
        """Offer to try so many accounts again; none hides the button."""
        self._again.setText(f"Try {count:,} again")
        self._again.setVisible(bool(count))

    def _accept(self) -> None:
        self.close_dialog()
        self.accepted.emit()


def _build_row(problem: AccountProblem) -> QWidget:
    handle, diagnosis = problem.account.at_handle, problem.diagnosis
    # A title that names the account says what the dialog's title says.
    says_it = bool(diagnosis.advice) and handle in diagnosis.title
    why = diagnosis.advice if says_it else f"{diagnosis.title} {diagnosis.advice}".strip()
    holder = QWidget()
    holder.setAccessibleName(f"{handle}. {why}")
    texts = QVBoxLayout()
    texts.setSpacing(0)
    texts.addWidget(Text(handle, strong=True))
    texts.addWidget(Text(why, style=TextStyle.SMALL, role="text-2", wrap=True))
    row = QHBoxLayout(holder)
    row.setContentsMargins(16, 8, 12, 8)
    row.setSpacing(12)
    row.addWidget(HealthMark(Severity.ATTENTION, 12))
    row.addLayout(texts, 1)
    return holder
