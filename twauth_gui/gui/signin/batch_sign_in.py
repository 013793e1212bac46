"""Sign-in of a list of accounts, one after the other: dialogs and controller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.domain.account_names import parse_handles
from twauth_gui.domain.apps import App, AppId
from twauth_gui.domain.batch_sign_in import BatchItem, BatchSignIn, BatchStatus
from twauth_gui.domain.health import Severity
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.accessibility import announce, preserve_focus, scroll_into_view
from twauth_gui.gui.parts.badges import HealthMark
from twauth_gui.gui.parts.buttons import (
    Button,
    ButtonSize,
    primary_button,
    quiet_button,
    secondary_button,
)
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth, make_dialog_body
from twauth_gui.gui.parts.fields import FieldBlock, TextField
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.signin.method_picker import AppChoice, MethodPicker
from twauth_gui.gui.signin.sign_in_controller import SignInController
from twauth_gui.gui.theme.metrics import L, TextStyle, line_height
from twauth_gui.services.batch_sign_in import delete_batch, load_batch, save_batch
from twauth_gui.services.sign_in_requests import SignInRequest, repeat_request

_HANDLES_HELP = (
    "Separate them with commas, spaces or line breaks. Handles and profile addresses both work."
)
_HANDLES_LINES = 4


class BatchStartDialog(Dialog):
    """Chooses handles, app and way.

    Signals:
        chosen: carries the Several.
    """

    chosen = Signal(object)

    def __init__(self, context: AppContext, apps: Sequence[App], app_id: AppId | None) -> None:
        super().__init__("Add several accounts", width=DialogWidth.W640)
        self._context = context
        self._handles = TextField()
        self._handles.setFixedHeight(_HANDLES_LINES * line_height() + 20)
        self._block = FieldBlock("Handles", self._handles, _HANDLES_HELP)
        self._app = AppChoice(apps, app_id)
        self._method_picker = MethodPicker()
        self._begin = primary_button("Begin")
        self._build()
        self._show_app()
        self._handles.textChanged.connect(self._validate)
        self._app.currentIndexChanged.connect(self._show_app)

    def _build(self) -> None:
        body, column = make_dialog_body(L)
        column.addWidget(self._block)
        column.addWidget(FieldBlock("App", self._app))
        column.addWidget(self._method_picker)
        self._method_picker.expanded.connect(scroll_into_view)
        self.set_body(body)
        self._begin.clicked.connect(self._begin_batch)
        self.add_cancel_and(self._begin)
        self.set_initial_focus(self._handles)

    def _show_app(self) -> None:
        self._method_picker.show_app(self._app.app)
        self._validate()

    def _validate(self) -> None:
        handles, others = parse_handles(self._handles.toPlainText())
        self._block.set_error("")
        if others:
            self._block.set_error(f"Not a handle: {', '.join(others[:5])}")
        elif handles:
            one = "1 handle" if len(handles) == 1 else f"{len(handles)} handles"
            self._block.set_help(f"{one}. {_known_text(self._context, handles)}".strip())
        else:
            self._block.set_help(_HANDLES_HELP)
        self._begin.setEnabled(bool(handles) and not others and self._app.app is not None)

    def _begin_batch(self) -> None:
        app = self._app.app
        if app is None:
            return
        handles, _ = parse_handles(self._handles.toPlainText())
        several = BatchSignIn(
            app.id,
            self._method_picker.method,
            self._context.now(),
            tuple(map(BatchItem, handles)),
            self._method_picker.options,
            self._method_picker.kind,
            self._method_picker.scopes,
        )
        self.close_dialog()
        self.chosen.emit(several)


def _known_text(context: AppContext, handles: Sequence[str]) -> str:
    """Say how many of them are signed in already."""
    known = {one.handle.casefold() for one in context.snapshots.current.accounts.values()}
    count = sum(handle.casefold() in known for handle in handles)
    if not count:
        return ""
    return f"{count} of them {'is' if count == 1 else 'are'} in the list already."


_STATUS_LOOKS = {
    BatchStatus.SIGNED_IN: (Severity.OK, "Signed in", ""),
    BatchStatus.PENDING: (Severity.BUSY, "Waits for its answer", "Continue"),
    BatchStatus.QUEUED: (Severity.UNKNOWN, "Not begun", "Sign in"),
    BatchStatus.SKIPPED: (Severity.UNKNOWN, "Skipped", "Sign in"),
    BatchStatus.FAILED: (Severity.BROKEN, "", "Try again"),
}


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One of the list as it is shown."""

    handle: str
    status: BatchStatus
    why: str = ""


class BatchDialog(Dialog):
    """Decides nothing.

    Signals:
        sign_in_wanted, skip_wanted: carry the handle.
        end_wanted: the list is to be forgotten.
    """

    sign_in_wanted = Signal(str)
    skip_wanted = Signal(str)
    end_wanted = Signal()

    def __init__(self, app_label: str) -> None:
        super().__init__("Add several accounts", width=DialogWidth.W640, app_name=app_label)
        self._next = ""
        self._rows: list[BatchRow] = []
        self._title = Text("", style=TextStyle.TITLE, strong=True, wrap=True)
        self._note = Text("", style=TextStyle.SMALL, role="text-2", wrap=True)
        self._place = QVBoxLayout()
        self._card: Card | None = None
        self._end = quiet_button("End this list")
        self._end.clicked.connect(self.end_wanted)
        self._later = secondary_button("Finish later")
        self._later.clicked.connect(self.dismiss)
        self._primary = primary_button("Done")
        self._primary.clicked.connect(self._press_primary)
        body, column = make_dialog_body()
        column.addWidget(self._title)
        column.addWidget(self._note)
        column.addLayout(self._place)
        self.set_body(body)
        self.add_left(self._end)
        self.add_right(self._later)
        self.add_right(self._primary)
        self.set_default(self._primary)
        self.set_initial_focus(self._primary)

    def show_rows(self, rows: Sequence[BatchRow]) -> None:
        """Show where each stands, and offer the next one."""
        if list(rows) == self._rows:
            return  # new rows would take the focus away from the old ones
        self._rows = list(rows)
        done = sum(line.status is BatchStatus.SIGNED_IN for line in rows)
        self._next = next((one.handle for one in rows if one.status is BatchStatus.QUEUED), "")
        whole = f"{done} of {len(rows)} are in"
        self._title.setText(whole)
        self._note.setText(_note_text(rows, over=not self._next))
        self._primary.setText("Go on" if self._next else "Done")
        self._later.setVisible(bool(self._next))
        self._end.setVisible(done < len(rows))
        with preserve_focus(self, lambda: self._later.setFocus(Qt.FocusReason.OtherFocusReason)):
            self._build_card()
        announce(self._title, whole)

    def _build_card(self) -> None:
        if self._card is not None:
            self._card.hide()
            self._place.removeWidget(self._card)
            self._card.deleteLater()
        self._card = Card()
        for line in self._rows:
            self._card.add_row(self._build_row(line))
        self._place.addWidget(self._card)

    def _build_row(self, line: BatchRow) -> QWidget:
        severity, word, button = _STATUS_LOOKS[line.status]
        words = line.why or word
        holder = QWidget()
        holder.setAccessibleName(f"@{line.handle}, {words}")
        row = QHBoxLayout(holder)
        row.setContentsMargins(16, 8, 12, 8)
        row.setSpacing(12)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(ElidedLabel(f"@{line.handle}", strong=True))
        texts.addWidget(ElidedLabel(words, style=TextStyle.SMALL, role="text-2"))
        row.addWidget(HealthMark(severity, 12))
        row.addLayout(texts, 1)
        if line.status is BatchStatus.QUEUED:
            skip = quiet_button("Skip", size=ButtonSize.SMALL)
            row.addWidget(_set_accessible_name(skip, f"Skip @{line.handle}"))
            skip.clicked.connect(partial(self.skip_wanted.emit, line.handle))
        if button:
            go = secondary_button(button, size=ButtonSize.SMALL)
            row.addWidget(_set_accessible_name(go, f"{button} @{line.handle}"))
            go.clicked.connect(partial(self.sign_in_wanted.emit, line.handle))
        return holder

    def _press_primary(self) -> None:
        if self._next:
            self.sign_in_wanted.emit(self._next)
        else:
            self.dismiss()


def _set_accessible_name(button: Button, name: str) -> Button:
    button.setAccessibleName(name)
    return button


def _note_text(lines: Sequence[BatchRow], *, over: bool) -> str:
    if all(line.status is BatchStatus.SIGNED_IN for line in lines):
        return "That was the last one."
    if over:
        return (
            "The others can be tried again, now or another day: the list is kept until you end it."
        )
    return "One after the other. The list is kept, so you can go on another day."


_CANCELLED = "Cancelled"


def open_batch_sign_in(context: AppContext, app_id: AppId | None, parent: QObject) -> None:
    """Go on with the list that is kept; where there is none, ask for one."""

    def ask() -> None:
        apps = sorted(context.snapshots.current.apps.values(), key=lambda app: app.label.casefold())
        dialog = BatchStartDialog(context, apps, app_id)
        dialog.chosen.connect(begin)
        context.dialogs.open(dialog)

    def begin(several: BatchSignIn) -> None:
        BatchController(context, several, parent).start()

    def done(several: BatchSignIn | None) -> None:
        if several is None:
            ask()
        else:
            BatchController(context, several, parent).show_dialog()

    context.run_in_store(parent, lambda _job: load_batch(context.services.store), done)


class BatchController(QObject):
    """Leads from one sign-in to the next, and notes how each went."""

    def __init__(self, context: AppContext, several: BatchSignIn, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._batch = several
        self._dialog: BatchDialog | None = None
        # A cancelled sign-in ends a moment after its sheet, and another process may finish one.
        context.snapshots.changed.connect(self._refresh)

    def start(self) -> None:
        """Keep the list, then show it."""
        self._save(self._batch)
        self.show_dialog()

    def show_dialog(self) -> None:
        """Show who is in and who is not."""
        dialog = BatchDialog(self._context.snapshots.current.label_of(self._batch.app_id))
        dialog.sign_in_wanted.connect(self._sign_in)
        dialog.skip_wanted.connect(self._skip)
        dialog.end_wanted.connect(self._end_batch)
        dialog.dismissed.connect(self._handle_dismissal)
        self._dialog = dialog
        self._refresh()
        self._context.dialogs.open(dialog)

    def _rows(self) -> list[BatchRow]:
        return [self._row(one) for one in self._batch.items]

    def _row(self, wish: BatchItem) -> BatchRow:
        standing = self._status_of(wish)
        return BatchRow(wish.handle, standing, wish.error if standing is BatchStatus.FAILED else "")

    def _status_of(self, wish: BatchItem) -> BatchStatus:
        snapshot = self._context.snapshots.current
        accounts, pending_sign_ins = snapshot.accounts.values(), snapshot.pending_sign_ins.values()
        return self._batch.status_of(wish, accounts, pending_sign_ins, snapshot.tokens)

    def _refresh(self) -> None:
        if self._dialog is not None:
            self._dialog.show_rows(self._rows())

    def _item(self, handle: str) -> BatchItem:
        return next(one for one in self._batch.items if one.handle == handle)

    # -- one of them -------------------------------------------------------------------------------

    def _sign_in(self, handle: str) -> None:
        self._close_dialog()
        several, snapshot = self._batch, self._context.snapshots.current
        pending = several.find_pending(self._item(handle), snapshot.pending_sign_ins.values())
        request = SignInRequest(
            several.app_id,
            several.method,
            handle,
            several.options,
            kind=several.kind,
            scopes=several.scopes,
        )
        flow = SignInController(
            self._context,
            request if pending is None else repeat_request(pending),
            self,
            next_text="Next" if self._has_more_after(handle) else "",
        )
        flow.ended.connect(lambda: self._handle_end(handle, flow))
        if pending is None:
            flow.start()
        else:
            flow.resume(pending)

    def _has_more_after(self, handle: str) -> bool:
        return any(
            one.handle != handle and self._status_of(one) is BatchStatus.QUEUED
            for one in self._batch.items
        )

    def _handle_end(self, handle: str, flow: SignInController) -> None:
        why = "" if flow.account is not None else flow.problem_text or _CANCELLED
        if flow.account is not None and flow.account.handle.casefold() != handle.casefold():
            why = f"{flow.account.at_handle} approved instead, and was kept"
        goes_on = flow.wants_next
        self._save(self._batch.with_item(handle, error=why))

        def reloaded() -> None:
            following = next(
                (line.handle for line in self._rows() if line.status is BatchStatus.QUEUED), ""
            )
            if goes_on and following:
                self._sign_in(following)
            else:
                self.show_dialog()

        self._context.snapshots.reload(on_done=reloaded)

    def _skip(self, handle: str) -> None:
        self._save(self._batch.with_item(handle, is_skipped=True))
        self._refresh()

    # -- the list ----------------------------------------------------------------------------------

    def _save(self, several: BatchSignIn) -> None:
        self._batch = several
        store = self._context.services.store
        self._context.run_in_store(
            self, lambda _job: save_batch(store, several), lambda _nothing: None
        )

    def _end_batch(self) -> None:
        store, snapshots = self._context.services.store, self._context.snapshots
        self._context.run_in_store(
            snapshots, lambda _job: delete_batch(store), lambda _nothing: None
        )
        self._close_dialog()
        self.deleteLater()

    def _handle_dismissal(self) -> None:
        if all(line.status is BatchStatus.SIGNED_IN for line in self._rows()):
            store, snapshots = self._context.services.store, self._context.snapshots
            self._context.run_in_store(
                snapshots, lambda _job: delete_batch(store), lambda _nothing: None
            )
        self._dialog = None
        self.deleteLater()

    def _close_dialog(self) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.close_dialog()
