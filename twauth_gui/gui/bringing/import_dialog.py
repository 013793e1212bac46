"""The dialog that imports what other tools left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from twauth_gui.domain.apps import AppId
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.bringing.looking import find_importable
from twauth_gui.gui.bringing.rows import AppRow, ImportAccountRow, short
from twauth_gui.gui.parts.buttons import primary_button, quiet_button, secondary_button
from twauth_gui.gui.parts.choices import ComboBox
from twauth_gui.gui.parts.diagnosis_view import ProblemBanner
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth, make_dialog_body
from twauth_gui.gui.parts.fields import FieldBlock
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.metrics import L, TextStyle
from twauth_gui.services.import_plan import (
    ImportAction,
    ImportOptions,
    ImportPlan,
    ImportResult,
    SkippedItem,
)
from twauth_gui.services.import_service import read_files
from twauth_gui.transfer.tools.found_credentials import FoundFile

_LOOKING = "Looking where the known tools keep their keys…"
_NOTHING = (
    "Nothing was found where twurl, t, x-cli, xurl, twarc and the others keep theirs. A .env file, "
    "JSON, or a file of one of these tools can be anywhere: choose it."
)
_HOW = "X is asked whose each of them is. The files stay as they are."


class ImportDialog(Dialog):
    """Shows what was found, lets a person choose, and shows what became of it."""

    def __init__(self, context: AppContext) -> None:
        super().__init__("Bring in what you have", width=DialogWidth.W640)
        self._context = context
        self._accounts: list[ImportAccountRow] = []
        self._apps: list[AppRow] = []
        self._jobs: list[Job] = []
        self._looking: Job | None = None
        self._waiting = 0
        self._app_choice: ComboBox | None = None
        self._problem = ProblemBanner()
        self._bring = primary_button("Bring in")
        self._file = quiet_button("Choose a file…")
        self._cancel = secondary_button("Cancel")
        self._file.clicked.connect(self._choose_file)
        self._bring.clicked.connect(self._bring_pressed)
        self._cancel.clicked.connect(self.dismiss)
        self.add_left(self._file)
        self.add_right(self._cancel)
        self.add_right(self._bring)
        self.set_default(self._bring)
        self.set_initial_focus(self._cancel)
        self.closed.connect(self._stop)
        self._say(_LOOKING)
        self._look(lambda cancel: find_importable(context.home, cancel))

    # -- looking -----------------------------------------------------------------------------------

    def _look(self, find: Callable[[CancelToken], list[FoundFile]]) -> None:
        """Read files and compare them, in place of any look that is still under way."""
        if self._looking is not None:
            self._looking.cancel.cancel()
        self._bring.setEnabled(False)

        def work(job: Job) -> ImportPlan:
            return self._context.services.importer.plan(find(job.cancel))

        # Not in the store's lane: files on a slow disk must not keep others from the list.
        self._looking = self._context.run_over_network(self, work, self._show, self._failed)

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, "Choose a file with keys of X", str(self._context.home))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self.read)
        dialog.open()

    def read(self, names: Sequence[str]) -> None:
        """Show what these files hold, in place of what is shown."""
        paths = [Path(name) for name in names]
        self._say("Reading…")
        self._look(lambda cancel: read_files(paths, cancel))

    # -- choosing ----------------------------------------------------------------------------------

    def _say(self, text: str) -> None:
        body, column = make_dialog_body(L)
        column.addWidget(Text(text, role="text-2", wrap=True))
        self._show_page(body, column)

    def _show_page(self, body: QWidget, column: QVBoxLayout) -> None:
        self._problem = ProblemBanner()
        column.addWidget(self._problem)
        self.set_body(body)

    def _show(self, offer: ImportPlan) -> None:
        body, column = make_dialog_body(L)
        home = self._context.home
        self._accounts = [ImportAccountRow(one, home) for one in offer.accounts]
        self._apps = [AppRow(one, home) for one in offer.apps]
        column.addWidget(Text(_NOTHING if offer.is_empty else _HOW, role="text-2", wrap=True))
        rows = [*self._accounts, *self._apps]
        if rows:
            card = Card()
            for row in rows:
                row.toggled.connect(self._count)
                card.add_row(row)
            column.addWidget(card)
        self._offer_apps(column)
        if offer.skipped:
            column.addWidget(self._left(offer.skipped))
        self._show_page(body, column)
        self._count()
        free = [row.box for row in rows if row.box.isEnabled()]
        (free[0] if free else self._file).setFocus()

    def _offer_apps(self, column: QVBoxLayout) -> None:
        """Ask which app they belong to, where some file does not say so."""
        self._app_choice = None
        nameless = self._nameless()
        if not nameless:
            return
        apps = sorted(self._context.snapshots.current.apps.values(), key=lambda app: app.label)
        if not apps:
            for row in nameless:
                row.ask_for_app()
            return
        choice = self._app_choice = ComboBox()
        choice.addItem("Choose an app", "")
        for app in apps:
            choice.addItem(app.label, app.id)
        choice.currentIndexChanged.connect(self._app_chosen)
        column.addWidget(FieldBlock("App for accounts without one", choice))

    def _nameless(self) -> list[ImportAccountRow]:
        return [row for row in self._accounts if row.candidate.action is ImportAction.NO_APP]

    def _chosen_app(self) -> AppId | None:
        app_id: str = "" if self._app_choice is None else self._app_choice.currentData()
        return AppId(app_id) if app_id else None

    def _app_chosen(self) -> None:
        for row in self._nameless():
            row.allow(app=self._chosen_app() is not None)
        self._count()

    def _left(self, left: Sequence[SkippedItem]) -> QWidget:
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(Text("Left where it is", style=TextStyle.SMALL, strong=True))
        for one in left:
            where = short(one.path, self._context.home)
            words = f"{where}: {one.skipped.what}. {one.skipped.reason}"
            column.addWidget(Text(words, style=TextStyle.SMALL, role="text-2", wrap=True))
        return part

    def _count(self) -> None:
        count = sum(row.chosen for row in (*self._accounts, *self._apps))
        self._bring.setText(f"Bring in {count}" if count else "Bring in")
        self._bring.setEnabled(bool(count))

    # -- bringing in -------------------------------------------------------------------------------

    def _bring_pressed(self) -> None:
        chosen = [row for row in self._accounts if row.chosen]
        apps = [row for row in self._apps if row.chosen]
        for row in (*self._accounts, *self._apps):
            row.settle()
        if self._app_choice is not None:
            self._app_choice.setEnabled(False)
        self._file.hide()
        self._bring.hide()
        self._cancel.setText("Stop")
        self._waiting = len(chosen) + len(apps)
        for row in apps:
            self._keep_app(row)
        for row in chosen:
            self._bring_in(row)

    def _keep_app(self, row: AppRow) -> None:
        def done(_app: object) -> None:
            row.tell("Brought in", "ok")

        row.tell("Keeping…")
        self._context.run_in_store(
            self,
            lambda _job: self._context.services.importer.import_app(row.candidate, ImportOptions()),
            done,
            self._failed,
            on_ended=self._one_ended,
        )

    def _bring_in(self, row: ImportAccountRow) -> None:
        wishes = ImportOptions(
            self._chosen_app(), replace_existing=row.candidate.action is ImportAction.CONFLICT
        )

        def work(job: Job) -> ImportResult:
            return self._context.services.importer.import_account(row.candidate, wishes, job.cancel)

        row.tell("Asking X…")
        self._jobs.append(
            self._context.run_over_network(
                self, work, row.show_result, self._failed, on_ended=self._one_ended
            )
        )

    def _one_ended(self) -> None:
        self._waiting -= 1
        if not self._waiting:
            self._cancel.setText("Done")
            self._cancel.setFocus()
            self._context.snapshots.reload()

    def _stop(self) -> None:
        """Let what has not begun be; what is kept is kept whole."""
        if self._looking is not None:
            self._looking.cancel.cancel()
        for job in self._jobs:
            job.cancel.cancel()
        if self._jobs:
            self._context.snapshots.reload()

    def _failed(self, diagnosis: Diagnosis) -> None:
        self._context.vault.note_problem(diagnosis)
        self._problem.show_diagnosis(diagnosis)
