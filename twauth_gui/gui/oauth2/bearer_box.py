"""The app-only token in the sheet of an app: got, copied, checked."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.domain.apps import AppId
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.clipboard import CopiedMark
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.parts.buttons import Button, ButtonSize, secondary_button
from twauth_gui.gui.parts.secret_dots import SecretDots
from twauth_gui.gui.parts.surfaces import Box
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.measure import Type
from twauth_gui.services.app_bearer import REGENERATE

_NONE = "None yet. It reads public data without an account."


class BearerBox(Box):
    """Shows whether there is one, without its value.

    Signals:
        got: X gave one; carries the Secret.
    """

    got = Signal(object)

    def __init__(self, desk: AppContext, app_id: AppId, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._app_id = app_id
        self._dots = SecretDots()
        self._line = Text(_NONE, type=Type.SMALL, role="text-2", wrap=True)
        self._get = secondary_button("Get it", size=ButtonSize.SMALL)
        self._check = secondary_button("Check", size=ButtonSize.SMALL)
        self._copy = secondary_button("Copy", "copy", size=ButtonSize.SMALL)
        self._get.clicked.connect(self._get_pressed)
        self._check.clicked.connect(self._check_pressed)
        self._copy.clicked.connect(self._copy_pressed)
        self._copied = CopiedMark(desk.clipboard, self)
        self._copied.changed.connect(
            lambda: self._copy.show_copied(on=self._copied.is_on(self._app_id))
        )
        self.add_row(self._build())
        self.show_kept(kept=False)

    def _build(self) -> QWidget:
        holder = QWidget()
        texts = QVBoxLayout()
        texts.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Text("App-only token", strong=True))
        head.addWidget(self._dots)
        head.addStretch(1)
        texts.addLayout(head)
        texts.addWidget(self._line)
        row = QHBoxLayout(holder)
        row.setContentsMargins(16, 10, 12, 10)
        row.setSpacing(8)
        row.addLayout(texts, 1)
        for button, name in (
            (self._check, "Check the app-only token"),
            (self._copy, "Copy the app-only token"),
            (self._get, "Get the app-only token"),
        ):
            button.setAccessibleName(name)
            row.addWidget(button)
        return holder

    def show_kept(self, *, kept: bool) -> None:
        """Say whether one is kept."""
        self._dots.setVisible(kept)
        self._check.setVisible(kept)
        self._copy.setVisible(kept)
        self._get.setVisible(not kept)
        self._line.setText(REGENERATE if kept else _NONE)

    def _get_pressed(self) -> None:
        bearer = self._desk.services.bearer

        def work(job: Job) -> Secret:
            return bearer.get(self._app_id, job.cancel)

        def done(token: Secret) -> None:
            self.show_kept(kept=True)
            self.got.emit(token)

        self._ask(self._get, work, done)

    def _check_pressed(self) -> None:
        bearer = self._desk.services.bearer

        def work(job: Job) -> None:
            bearer.check(self._app_id, job.cancel)

        def done(_nothing: None) -> None:
            self._line.setText("X accepts it.")

        self._ask(self._check, work, done)

    def _ask(
        self, button: Button, work: Callable[[Job], object], done: Callable[..., None]
    ) -> None:
        button.setEnabled(False)

        def failed(diagnosis: Diagnosis) -> None:
            self._line.setText(diagnosis.sentence())

        self._desk.over_network(
            self, work, done, failed, ended=lambda: button.setEnabled(True), must_finish=True
        )

    def _copy_pressed(self) -> None:
        def done(bearer: Secret) -> None:
            if not self._desk.vault.locked:  # it can have been locked meanwhile
                self._desk.clipboard.put(bearer)
                self._copied.put_on(self._app_id)

        self._desk.in_store(self, lambda _job: self._desk.services.bearer.kept(self._app_id), done)
