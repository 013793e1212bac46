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
from twauth_gui.gui.bringing.rows import AppRow, ImportAccountRow
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
from twauth_gui.transfer.found_credentials import FoundFile

_LOOKING = "Looking where other tools keep their keys…"
_NOTHING = (
    "Nothing was found where twurl, t, x-cli, xurl, twarc and other tools keep their keys. A .env "
    "file, JSON, or a file of one of these tools can be anywhere: choose it."
)
_HOW = "Twauth asks X which account each one belongs to. The files stay as they are."


class ImportDialog(Dialog):
    """Shows what other tools left, to choose from, and then how each import ended."""

    def __init__(self, context: AppContext) -> None:
        super().__init__("Import", width=DialogWidth.W640)
        self._context = context
        self._accounts: list[ImportAccountRow] = []
        self._apps: list[AppRow] = []
        self._jobs: list[Job] = []
        self._search: Job | None = None
        self._waiting = 0
        self._app_choice: ComboBox | None = None
        self._problem = ProblemBanner()
        self._import = primary_button("Import")
        self._file = quiet_button("Choose a file…")
        self._cancel = secondary_button("Cancel")
        self._file.clicked.connect(self._choose_file)
        self._import.clicked.connect(self._import_chosen)
        self._cancel.clicked.connect(self.dismiss)
        self.add_left(self._file)
        self.add_right(self._cancel)
        self.add_right(self._import)
        self.set_default(self._import)
        self.set_initial_focus(self._cancel)
        self.closed.connect(self._stop)
        self._show_text(_LOOKING)
        self._look(lambda cancel: find_importable(context.home, cancel))

    # -- search ------------------------------------------------------------------------------------

    def _look(self, find: Callable[[CancelToken], list[FoundFile]]) -> None:
        """Find files and show a plan for them; a search that still runs is cancelled."""
        if self._search is not None:
            self._search.cancel.cancel()
        self._import.setEnabled(False)

        def work(job: Job) -> ImportPlan:
            return self._context.services.importer.plan(find(job.cancel))

        # Not on the store's worker: files on a slow disk must not keep others from the list.
        self._search = self._context.run_over_network(
            self, work, self._show_plan, self._show_failure
        )

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, "Choose a file with keys of X", str(self._context.home))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self.read)
        dialog.open()

    def read(self, names: Sequence[str]) -> None:
        """Show what these files hold, instead of what is shown now."""
        paths = [Path(name) for name in names]
        self._show_text("Reading…")
        self._look(lambda cancel: read_files(paths, cancel))

    # -- choice ------------------------------------------------------------------------------------

    def _show_text(self, text: str) -> None:
        body, column = make_dialog_body(L)
        column.addWidget(Text(text, role="text-2", wrap=True))
        self._show_page(body, column)

    def _show_page(self, body: QWidget, column: QVBoxLayout) -> None:
        self._problem = ProblemBanner()
        column.addWidget(self._problem)
        self.set_body(body)

    def _show_plan(self, plan: ImportPlan) -> None:
        body, column = make_dialog_body(L)
        self._accounts = [ImportAccountRow(one) for one in plan.accounts]
        self._apps = [AppRow(one) for one in plan.apps]
        column.addWidget(Text(_NOTHING if plan.is_empty else _HOW, role="text-2", wrap=True))
        rows = [*self._accounts, *self._apps]
        if rows:
            card = Card()
            for row in rows:
                row.toggled.connect(self._update_count)
                card.add_row(row)
            column.addWidget(card)
        self._offer_apps(column)
        if plan.skipped:
            column.addWidget(self._build_skipped(plan.skipped))
        self._show_page(body, column)
        self._update_count()
        free = [row.box for row in rows if row.box.isEnabled()]
        (free[0] if free else self._file).setFocus()

    def _offer_apps(self, column: QVBoxLayout) -> None:
        """Ask for the app of the accounts whose file does not name it."""
        self._app_choice = None
        rows = self._rows_without_app()
        if not rows:
            return
        apps = sorted(self._context.snapshots.current.apps.values(), key=lambda app: app.label)
        if not apps:
            for row in rows:
                row.ask_for_app()
            return
        choice = self._app_choice = ComboBox()
        choice.addItem("Choose an app", "")
        for app in apps:
            choice.addItem(app.label, app.id)
        choice.currentIndexChanged.connect(self._allow_accounts)
        column.addWidget(FieldBlock("App for accounts without one", choice))

    def _rows_without_app(self) -> list[ImportAccountRow]:
        return [row for row in self._accounts if row.candidate.action is ImportAction.NO_APP]

    def _chosen_app(self) -> AppId | None:
        app_id: str = "" if self._app_choice is None else self._app_choice.currentData()
        return AppId(app_id) if app_id else None

    def _allow_accounts(self) -> None:
        for row in self._rows_without_app():
            row.allow(app=self._chosen_app() is not None)
        self._update_count()

    def _build_skipped(self, skipped: Sequence[SkippedItem]) -> QWidget:
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(Text("Skipped", style=TextStyle.SMALL, strong=True))
        for one in skipped:
            text = f"{one.place}: {one.skipped.what}. {one.skipped.reason}"
            column.addWidget(Text(text, style=TextStyle.SMALL, role="text-2", wrap=True))
        return part

    def _update_count(self) -> None:
        count = sum(row.chosen for row in (*self._accounts, *self._apps))
        self._import.setText(f"Import {count}" if count else "Import")
        self._import.setEnabled(bool(count))

    # -- import ------------------------------------------------------------------------------------

    def _import_chosen(self) -> None:
        chosen = [row for row in self._accounts if row.chosen]
        apps = [row for row in self._apps if row.chosen]
        for row in (*self._accounts, *self._apps):
            row.settle()
        if self._app_choice is not None:
            self._app_choice.setEnabled(False)
        self._file.hide()
        self._import.hide()
        self._cancel.setText("Stop")
        self._waiting = len(chosen) + len(apps)
        for row in apps:
            self._import_app(row)
        for row in chosen:
            self._import_account(row)

    def _import_app(self, row: AppRow) -> None:
        def done(_app: object) -> None:
            row.tell("Imported", "ok")

        row.tell("Saving…")
        self._context.run_in_store(
            self,
            lambda _job: self._context.services.importer.import_app(row.candidate, ImportOptions()),
            done,
            self._show_failure,
            on_ended=self._count_down,
        )

    def _import_account(self, row: ImportAccountRow) -> None:
        options = ImportOptions(
            self._chosen_app(), replace_existing=row.candidate.action is ImportAction.CONFLICT
        )

        def work(job: Job) -> ImportResult:
            return self._context.services.importer.import_account(
                row.candidate, options, job.cancel
            )

        row.tell("Asking X…")
        self._jobs.append(
            self._context.run_over_network(
                self, work, row.show_result, self._show_failure, on_ended=self._count_down
            )
        )

    def _count_down(self) -> None:
        self._waiting -= 1
        if not self._waiting:
            self._cancel.setText("Done")
            self._cancel.setFocus()
            self._context.snapshots.reload()

    def _stop(self) -> None:
        """Cancel the imports that have not started; those saved stay whole."""
        if self._search is not None:
            self._search.cancel.cancel()
        for job in self._jobs:
            job.cancel.cancel()
        if self._jobs:
            self._context.snapshots.reload()

    def _show_failure(self, diagnosis: Diagnosis) -> None:
        self._context.vault.note_problem(diagnosis)
        self._problem.show_diagnosis(diagnosis)
