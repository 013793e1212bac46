"""The export page for secret stores: target, plan, progress, results."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from PySide6.QtCore import Signal
from typing_extensions import override

from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.display_text import pluralize
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.export.export_page import ExportPage, ExportRequest
from twauth_gui.gui.export.last_places import STORE, remember_export
from twauth_gui.gui.export.push_target import (
    KnownDestinations,
    TargetForm,
    read_destinations,
    remember_target,
)
from twauth_gui.gui.parts.activity_strip import ActivityStrip
from twauth_gui.gui.parts.buttons import ButtonSize, secondary_button
from twauth_gui.gui.parts.choice_table import ChoiceTable, ChoiceTableCard
from twauth_gui.gui.parts.choice_table_model import ChoiceTableModel
from twauth_gui.gui.parts.choice_table_row import RowStatus, TableRow
from twauth_gui.gui.parts.responsive_row import ResponsiveRow
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.metrics import M, TextStyle
from twauth_gui.services.push_content import expand_target
from twauth_gui.services.push_plan import (
    PushAction,
    PushOutcome,
    PushPlan,
    PushReport,
    PushResult,
    PushRow,
)
from twauth_gui.transfer.destinations.definition import Destination, TargetError

T = TypeVar("T")
_TABLE_HEIGHT = 300  # the four values of an account
_CHECKED_ACCOUNTS = 20


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


class PushPage(ExportPage):
    """Pushes to a secret store: asks what is there, shows a plan, then applies it.

    Signals:
        preset_suggested: the id of the preset that fits the chosen destination best.
    """

    preset_suggested = Signal(str)

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self.has_preview = False
        self.is_applying = False
        self._is_loaded = False
        self._cancel = CancelToken()
        self._plan: PushPlan | None = None
        self._report: PushReport | None = None
        self._form = TargetForm()
        self._target_error = Text(style=TextStyle.SMALL, role="bad", wrap=True)
        self._notes = Text(style=TextStyle.SMALL, role="text-2", wrap=True)
        self._model = ChoiceTableModel(("Name", "Account", "What happens"), self)
        self._table = ChoiceTable(self._model, "Names to push")
        self._card = ChoiceTableCard(self._table)
        self._activity = ActivityStrip()
        self._card.setMinimumHeight(_TABLE_HEIGHT)
        self._place = Text(strong=True, wrap=True)
        change = secondary_button("Change", size=ButtonSize.SMALL)
        change.setAccessibleName("Change the secret store")
        change.clicked.connect(self._forget_plan)
        self._change = change
        self._place_row = ResponsiveRow(self._place, change, spacing=M, stretch=(1, 0), apart=True)
        for part in (self._form, self._target_error, self._place_row, self._activity, self._notes):
            self.column.addWidget(part)
        self.column.addWidget(self._card, 1)
        self.column.addStretch(0)  # takes what is left while there is no table
        self._target_error.hide()
        self._place_row.hide()
        self._notes.hide()
        self._card.hide()
        self._connect()

    def _connect(self) -> None:
        self._form.changed.connect(self._forget_plan)
        self._form.destination_chosen.connect(self._suggest_preset)
        self._form.approved.connect(self._approve)
        self._table.row_changed.connect(self._card.show_row)
        self._model.checked.connect(self._on_checked)
        self._activity.stopped.connect(self.stop)

    def _on_checked(self, _rows: object) -> None:
        self.changed.emit()

    # -- the dialog --------------------------------------------------------------------------------

    @override
    def show_request(self, request: ExportRequest) -> None:
        is_other = request != self.request
        super().show_request(request)
        if not self._is_loaded:
            self._is_loaded = True
            self._load()
        elif is_other:
            self._forget_plan()

    @override
    def button_text(self, values: int | None) -> str:
        if self._plan is None:
            return "Check"
        if self._report is not None:
            return "Done" if self._report.is_complete else "Check again"
        count = self._count_writes()
        return f"Push {pluralize(count, 'value')}" if count else "Nothing to push"

    @override
    def footer_note(self) -> tuple[str, str]:
        return "lock", "Values go to its command through a pipe"

    @override
    def can_start(self) -> bool:
        if self._plan is not None:
            return self._report is not None or self._count_writes() > 0
        return self._form.is_ready() and not self._find_target_error()

    @override
    def start(self) -> None:
        if self._report is not None and self._report.is_complete:
            self.finished.emit()
        elif self._plan is None or self._report is not None:
            self._check()
        else:
            self._apply(self._plan)

    def stop(self) -> None:
        """Stop what is under way; what was pushed stays."""
        self._cancel.cancel()

    def _count_writes(self) -> int:
        return sum(isinstance(row, PushTableRow) and row.is_written for row in self._model.rows)

    # -- the target --------------------------------------------------------------------------------

    def _load(self, chosen: str = "") -> None:
        services = self.context.services

        def done(known: KnownDestinations) -> None:
            self._form.show_destinations(known, chosen)

        _ = self.context.run_in_store(
            self, lambda _job: read_destinations(services.push, services.store.settings), done
        )

    def _approve(self, destination: Destination) -> None:
        sources = self.context.services.push.sources
        _ = self.context.run_in_store(
            self,
            lambda _job: sources.approve(destination),
            lambda _nothing: self._load(destination.id),
        )

    def _suggest_preset(self, destination: Destination) -> None:
        self.preset_suggested.emit(destination.preset)

    def _find_target_error(self) -> str:
        """Return why the fields do not fit these accounts, "" if they do."""
        request, destination = self.request, self._form.destination
        error = ""
        if request is not None and destination is not None:
            try:
                accounts = request.accounts[:_CHECKED_ACCOUNTS]  # the plan looks at all
                _ = expand_target(destination, request.preset, self._form.target(), accounts)
            except TargetError as refusal:
                error = str(refusal)
        self._target_error.setText(error)
        self._target_error.setVisible(bool(error) and bool(self._form.target()))
        return error

    def _forget_plan(self) -> None:
        self._show_plan(None)

    # -- plan and results --------------------------------------------------------------------------

    def _check(self) -> None:
        """Ask the destination what is there."""
        request, destination = self.request, self._form.destination
        if request is None or destination is None:
            return
        services, target = self.context.services, self._form.target()

        def work(_job: Job, cancel: CancelToken) -> PushPlan:
            remember_target(services.store.settings, destination.id, target)
            remember_export(services, request.preset, STORE)
            return services.push.plan(
                request.ids, destination.id, target, request.preset.id, cancel=cancel
            )

        self._run(f"Asking {destination.title} what is there…", work, self._show_plan)

    def _show_plan(self, plan: PushPlan | None) -> None:
        self._plan, self._report = plan, None
        self.has_presets = plan is None  # the table gets their room
        self._form.setVisible(plan is None)
        for part in (self._place_row, self._notes, self._card):
            part.setVisible(plan is not None)
        self._activity.show_text("", is_busy=False)
        self._model.set_rows(() if plan is None else self._make_rows(plan))
        if plan is not None:
            self._table.select_number(0)
            self._table.setFocus()  # what was pressed may be gone
            place = ", ".join(plan.target.values())
            self._place.setText(f"{plan.title}: {place}" if place else plan.title)
            as_whom = f"You are {plan.identity} there." if plan.identity else ""
            self._notes.setText(" ".join(filter(None, (as_whom, *plan.notes))))
        self.changed.emit()

    def _make_rows(self, plan: PushPlan) -> list[PushTableRow]:
        destination = self._form.destination
        accounts = self.context.snapshots.current.accounts
        names = {one.id: one.at_handle for one in accounts.values()}
        rows: list[PushTableRow] = []
        for row in plan.rows:
            target = row.place.target_fields
            place = "" if destination is None else destination.describe_target(target)
            rows.append(PushTableRow(row, names.get(row.account_id, ""), place))
        return rows

    def _apply(self, plan: PushPlan) -> None:
        rows = {row.row: row for row in self._model.rows if isinstance(row, PushTableRow)}
        take = [row.row for row in rows.values() if row.is_checked]
        for row in rows.values():
            row.wait()
        self._model.refresh_all()
        push = self.context.services.push
        count = 0

        def show(result: object) -> None:
            nonlocal count
            if not isinstance(result, PushResult):
                return
            count += 1
            row = rows[result.row]
            row.end(result)
            self._model.refresh([row])
            text = f"{count:,} of {pluralize(len(rows), 'name')}"
            self._activity.show_text(text, is_busy=True)

        def work(job: Job, cancel: CancelToken) -> PushReport:
            return push.apply(plan, take, job.report, cancel)

        self.is_applying = True
        self._run(f"Pushing to {plan.title}…", work, partial(self._show_report, rows), show)

    def _show_report(self, rows: dict[PushRow, PushTableRow], report: PushReport) -> None:
        self._report = report
        for result in report.results:
            rows[result.row].end(result)
        self._model.refresh_all()
        self._activity.show_text(f"{report.to_sentence()}.", is_busy=False)
        self.context.snapshots.reload()
        self.changed.emit()

    # -- work --------------------------------------------------------------------------------------

    def _run(
        self,
        text: str,
        work: Callable[[Job, CancelToken], T],
        done: Callable[[T], None],
        on_report: Callable[[object], None] | None = None,
    ) -> None:
        """Run work that stop() ends; that is not a failure, and what was done is shown."""
        self._cancel = cancel = CancelToken()
        self._form.set_locked(on=True)
        self._change.setEnabled(False)
        self._activity.show_text(text, is_busy=True)

        def run(job: Job) -> T:
            job.cancel.on_cancel(cancel.cancel)
            return work(job, cancel)

        def failed(diagnosis: Diagnosis) -> None:
            self._forget_plan()
            self.fail(diagnosis)

        def ended() -> None:
            self.is_applying = False
            self._form.set_locked(on=False)
            self._change.setEnabled(True)
            if self._report is None:
                self._activity.show_text("", is_busy=False)
            self.set_busy(on=False)

        self.set_busy(on=True)
        _ = self.context.run_over_network(
            self, run, done, failed, on_report=on_report, on_ended=ended, must_finish=True
        )
