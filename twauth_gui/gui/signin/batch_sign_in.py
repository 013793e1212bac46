"""Sign-in of a list of accounts, one after the other: its dialogs, its controller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.domain.account_names import parse_handles
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.batch_sign_in import BatchItem, BatchSignIn, BatchStatus
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.display_text import pluralize
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
from twauth_gui.gui.parts.confirm_dialog import ask_confirmation
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth, make_dialog_body
from twauth_gui.gui.parts.fields import FieldBlock, TextField
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.signin.method_picker import (
    AppChoice,
    MethodPicker,
    can_return_to_browser,
)
from twauth_gui.gui.signin.sign_in_controller import SignInController
from twauth_gui.gui.theme.metrics import L, TextStyle, line_height
from twauth_gui.services.batch_sign_in import delete_batch, load_batch, save_batch
from twauth_gui.services.sign_in_requests import SignInRequest, repeat_request

_TITLE = "Add several accounts"
_HANDLES_HELP = (
    "Separate them with commas, spaces or line breaks. Handles and profile addresses both work."
)
_HANDLES_LINES = 4


def _again_title(count: int) -> str:
    return f"Sign in {pluralize(count, 'account')} again"


class BatchStartDialog(Dialog):
    """Asks for the handles, the app and the sign-in method.

    Signals:
        chosen: carries the BatchSignIn.
    """

    chosen = Signal(object)

    def __init__(
        self, context: AppContext, app_id: AppId | None, again: Sequence[Account] = ()
    ) -> None:
        """again: the accounts to sign in again, each under its app; their handles are filled in."""
        title = _again_title(len(again)) if again else _TITLE
        super().__init__(title, width=DialogWidth.W640)
        self._context = context
        self._is_again = bool(again)
        self._apps_by_handle = {one.handle.casefold(): one.app_id for one in again}
        self._handles = TextField()
        self._handles.setFixedHeight(_HANDLES_LINES * line_height() + 20)
        self._block = FieldBlock("Handles", self._handles, _HANDLES_HELP)
        self._app = AppChoice(context.snapshots.current.apps.values(), app_id)
        only_oauth2 = bool(again) and not any(one.has_oauth1 for one in again)
        kind = CredentialKind.OAUTH2 if only_oauth2 else CredentialKind.OAUTH1
        self._method_picker = MethodPicker(context, kind)
        self._start = primary_button("Start")
        self._app_block = FieldBlock("App", self._app)
        self._build()
        if again:
            has_several_apps = len(set(self._apps_by_handle.values())) > 1
            self._app_block.setVisible(not has_several_apps)
            self._app.setEnabled(False)
            self._handles.setReadOnly(has_several_apps)
            self._handles.setPlainText("\n".join(one.handle for one in again))
        self._show_app()
        if (last := context.snapshots.current.last_sign_in) is not None:
            self._method_picker.prefer(last.method)
        self._handles.textChanged.connect(self._validate)
        self._app.currentIndexChanged.connect(self._show_app)

    def _build(self) -> None:
        body, column = make_dialog_body(L)
        column.addWidget(self._block)
        column.addWidget(self._app_block)
        column.addWidget(self._method_picker)
        self._method_picker.expanded.connect(scroll_into_view)
        self.set_body(body)
        self._start.clicked.connect(self._start_batch)
        self.add_cancel_and(self._start)
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
            count = pluralize(len(handles), "handle")
            known = "" if self._is_again else _known_text(self._context, handles)
            self._block.set_help(f"{count}. {known}".strip())
        else:
            self._block.set_help(_HANDLES_HELP)
        self._start.setEnabled(bool(handles) and not others and self._app.app is not None)

    def _start_batch(self) -> None:
        app = self._app.app
        if app is None:
            return
        handles, _ = parse_handles(self._handles.toPlainText())
        batch = BatchSignIn(
            app.id,
            self._method_picker.method,
            self._context.now(),
            tuple(
                BatchItem(one, app_id=self._apps_by_handle.get(one.casefold())) for one in handles
            ),
            self._method_picker.options,
            self._method_picker.kind,
            self._method_picker.scopes,
        )
        self.close_dialog()
        self.chosen.emit(batch)


def _known_text(context: AppContext, handles: Sequence[str]) -> str:
    """Say how many of the handles are signed in already; "" for none."""
    known = {one.handle.casefold() for one in context.snapshots.current.accounts.values()}
    count = sum(handle.casefold() in known for handle in handles)
    if not count:
        return ""
    return f"{count} of them {'is' if count == 1 else 'are'} in the list already."


_CANCELLED = "Cancelled"
_STATUS_LOOKS = {
    BatchStatus.SIGNED_IN: (Severity.OK, "Signed in", ""),
    BatchStatus.PENDING: (Severity.BUSY, "Waiting for approval", "Continue"),
    BatchStatus.QUEUED: (Severity.UNKNOWN, "Not started", "Sign in"),
    BatchStatus.SKIPPED: (Severity.UNKNOWN, "Skipped", "Sign in"),
    BatchStatus.FAILED: (Severity.BROKEN, "", "Try again"),
}


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A row of the list: a handle, how its sign-in stands, why it failed.

    app_label: of its app, if the list has several.
    """

    handle: str
    status: BatchStatus
    error: str = ""
    app_label: str = ""


class BatchDialog(Dialog):
    """Shows how each sign-in of the list stands; the controller decides what follows.

    Signals:
        sign_in_requested, skip_requested: carry the handle.
        discard_requested: forget the list.
    """

    sign_in_requested = Signal(str)
    skip_requested = Signal(str)
    discard_requested = Signal()

    def __init__(self, title: str, app_label: str) -> None:
        super().__init__(title, width=DialogWidth.W640, app_name=app_label)
        self._next = ""
        self._rows: list[BatchRow] = []
        self._title = Text("", style=TextStyle.TITLE, strong=True, wrap=True)
        self._note = Text("", style=TextStyle.SMALL, role="text-2", wrap=True)
        self._card_holder = QVBoxLayout()
        self._card: Card | None = None
        self._discard = quiet_button("Discard list")
        self._discard.clicked.connect(self.discard_requested)
        self._later = secondary_button("Finish later")
        self._later.clicked.connect(self.dismiss)
        self._primary = primary_button("Done")
        self._primary.clicked.connect(self._press_primary)
        body, column = make_dialog_body()
        column.addWidget(self._title)
        column.addWidget(self._note)
        column.addLayout(self._card_holder)
        self.set_body(body)
        self.add_left(self._discard)
        self.add_right(self._later)
        self.add_right(self._primary)
        self.set_default(self._primary)
        self.set_initial_focus(self._primary)

    def show_rows(self, rows: Sequence[BatchRow]) -> None:
        """Show how each sign-in stands, and offer the next one."""
        if list(rows) == self._rows:
            return  # new rows would take the focus away from the old ones
        self._rows = list(rows)
        done = sum(row.status is BatchStatus.SIGNED_IN for row in rows)
        self._next = _first_queued(rows)
        summary = f"{done} of {len(rows)} signed in"
        self._title.setText(summary)
        self._note.setText(_note_text(rows, has_next=bool(self._next)))
        self._primary.setText("Next account" if self._next else "Done")
        self._later.setVisible(bool(self._next))
        self._discard.setVisible(done < len(rows))
        with preserve_focus(self, lambda: self._later.setFocus(Qt.FocusReason.OtherFocusReason)):
            self._build_card()
        announce(self._title, summary)

    def _build_card(self) -> None:
        if self._card is not None:
            self._card.hide()
            self._card_holder.removeWidget(self._card)
            self._card.deleteLater()
        self._card = Card()
        for row in self._rows:
            self._card.add_row(self._build_row(row))
        self._card_holder.addWidget(self._card)

    def _build_row(self, item: BatchRow) -> QWidget:
        severity, word, button = _STATUS_LOOKS[item.status]
        words = " · ".join(one for one in (item.error or word, item.app_label) if one)
        if item.error == _CANCELLED:  # it did not fail
            severity = Severity.UNKNOWN
        holder = QWidget()
        holder.setAccessibleName(f"@{item.handle}, {words}")
        row = QHBoxLayout(holder)
        row.setContentsMargins(16, 8, 12, 8)
        row.setSpacing(12)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(ElidedLabel(f"@{item.handle}", strong=True))
        texts.addWidget(ElidedLabel(words, style=TextStyle.SMALL, role="text-2"))
        row.addWidget(HealthMark(severity, 12))
        row.addLayout(texts, 1)
        if item.status is BatchStatus.QUEUED:
            skip = quiet_button("Skip", size=ButtonSize.SMALL)
            row.addWidget(_set_accessible_name(skip, f"Skip @{item.handle}"))
            skip.clicked.connect(partial(self.skip_requested.emit, item.handle))
        if button:
            go = secondary_button(button, size=ButtonSize.SMALL)
            row.addWidget(_set_accessible_name(go, f"{button} @{item.handle}"))
            go.clicked.connect(partial(self.sign_in_requested.emit, item.handle))
        return holder

    def _press_primary(self) -> None:
        if self._next:
            self.sign_in_requested.emit(self._next)
        else:
            self.dismiss()


def _set_accessible_name(button: Button, name: str) -> Button:
    button.setAccessibleName(name)
    return button


def _first_queued(rows: Sequence[BatchRow]) -> str:
    """Return the handle of the first sign-in that has not started; "" for none."""
    return next((row.handle for row in rows if row.status is BatchStatus.QUEUED), "")


def _note_text(rows: Sequence[BatchRow], *, has_next: bool) -> str:
    if all(row.status is BatchStatus.SIGNED_IN for row in rows):
        return "That was the last one."
    if has_next:
        return "One after the other. The list is saved, so you can continue another day."
    return "You can try the others again, now or another day: the list stays until you discard it."


def open_batch_sign_in(context: AppContext, app_id: AppId | None, parent: QObject) -> None:
    """Continue the saved list; if there is none, ask for one."""

    def ask() -> None:
        dialog = BatchStartDialog(context, app_id)
        dialog.chosen.connect(start)
        context.dialogs.open(dialog)

    def start(batch: BatchSignIn) -> None:
        BatchController(context, batch, parent).start()

    def done(batch: BatchSignIn | None) -> None:
        if batch is None:
            ask()
        else:
            BatchController(context, batch, parent).show_dialog()

    context.run_in_store(parent, lambda _job: load_batch(context.services.store), done)


def _app_for_methods(context: AppContext, accounts: Sequence[Account]) -> AppId:
    """Return the app whose sign-in methods all of the accounts' apps have."""
    apps = context.snapshots.current.apps
    ids = [one.app_id for one in accounts]
    found = (one for one in ids if one in apps and not can_return_to_browser(apps[one]))
    return next(found, ids[0])


def open_batch_again(context: AppContext, accounts: Sequence[Account], parent: QObject) -> None:
    """Ask how to sign in these accounts again, one after the other, each under its app.

    There is one list: an unfinished one is continued, or replaced if the user says so.
    """

    def start(batch: BatchSignIn) -> None:
        BatchController(context, batch, parent).start()

    def ask() -> None:
        dialog = BatchStartDialog(context, _app_for_methods(context, accounts), accounts)
        dialog.chosen.connect(start)
        context.dialogs.open(dialog)

    def done(batch: BatchSignIn | None) -> None:
        if batch is None:
            ask()
            return
        dialog = ask_confirmation(
            context.dialogs,
            "Replace the unfinished list?",
            f"A list of {pluralize(len(batch.items), 'sign-in')} is not finished. A new one "
            "replaces it. Sign-ins that are waiting for approval stay.",
            safe_text="Continue that list",
            danger_text="Replace it",
        )
        dialog.accepted.connect(ask)
        dialog.safe_button.clicked.connect(
            lambda: BatchController(context, batch, parent).show_dialog()
        )

    context.run_in_store(parent, lambda _job: load_batch(context.services.store), done)


class BatchController(QObject):
    """Runs the sign-ins of a list one after the other, and saves how each ended."""

    def __init__(self, context: AppContext, batch: BatchSignIn, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._batch = batch
        self._dialog: BatchDialog | None = None
        # A cancelled sign-in ends a moment after its dialog, and another process may finish one.
        context.snapshots.changed.connect(self._refresh)

    def start(self) -> None:
        """Save the list, then begin with its first account."""
        self._save(self._batch)
        first = _first_queued(self._rows())
        if first:
            self._sign_in(first)
        else:
            self.show_dialog()

    def show_dialog(self) -> None:
        """Open the dialog with the list."""
        ids = self._batch.app_ids
        labels = [self._context.snapshots.current.label_of(one) for one in ids]
        title = _again_title(len(self._batch.items)) if self._batch.is_again else _TITLE
        dialog = BatchDialog(title, labels[0] if len(labels) == 1 else "")
        dialog.sign_in_requested.connect(self._sign_in)
        dialog.skip_requested.connect(self._skip)
        dialog.discard_requested.connect(self._ask_to_discard)
        dialog.dismissed.connect(self._handle_dismissal)
        self._dialog = dialog
        self._refresh()
        self._context.dialogs.open(dialog)

    def _rows(self) -> list[BatchRow]:
        return [self._row(item) for item in self._batch.items]

    def _row(self, item: BatchItem) -> BatchRow:
        status = self._status_of(item)
        error = item.error if status is BatchStatus.FAILED else ""
        several = len(self._batch.app_ids) > 1
        app_id = self._batch.app_of(item)
        label = self._context.snapshots.current.label_of(app_id) if several else ""
        return BatchRow(item.handle, status, error, label)

    def _status_of(self, item: BatchItem) -> BatchStatus:
        snapshot = self._context.snapshots.current
        accounts, pending_sign_ins = snapshot.accounts.values(), snapshot.pending_sign_ins.values()
        return self._batch.status_of(item, accounts, pending_sign_ins, snapshot.tokens)

    def _refresh(self) -> None:
        if self._dialog is not None:
            self._dialog.show_rows(self._rows())

    def _item(self, handle: str) -> BatchItem:
        return next(item for item in self._batch.items if item.handle == handle)

    # -- one sign-in -------------------------------------------------------------------------------

    def _sign_in(self, handle: str) -> None:
        self._close_dialog()
        batch, snapshot = self._batch, self._context.snapshots.current
        pending = batch.find_pending(self._item(handle), snapshot.pending_sign_ins.values())
        request = SignInRequest(
            batch.app_of(self._item(handle)),
            batch.method,
            handle,
            batch.options,
            kind=batch.kind,
            scopes=batch.scopes,
        )
        controller = SignInController(
            self._context,
            request if pending is None else repeat_request(pending),
            self,
            next_text="Next" if self._has_more_after(handle) else "",
            position=self._position_of(handle),
        )
        controller.ended.connect(lambda: self._handle_end(handle, controller))
        if pending is None:
            controller.start()
        else:
            controller.resume(pending)

    def _position_of(self, handle: str) -> str:
        number = next(n for n, one in enumerate(self._batch.items, 1) if one.handle == handle)
        return f"{number} of {len(self._batch.items)}"

    def _has_more_after(self, handle: str) -> bool:
        return any(
            item.handle != handle and self._status_of(item) is BatchStatus.QUEUED
            for item in self._batch.items
        )

    def _handle_end(self, handle: str, controller: SignInController) -> None:
        account, wants_next = controller.account, controller.wants_next
        error = "" if account is not None else controller.problem_text or _CANCELLED
        if account is not None and account.handle.casefold() != handle.casefold():
            error = f"{account.at_handle} approved instead, and was kept"
        self._save(self._batch.with_item(handle, error=error))

        def show_next() -> None:
            following = _first_queued(self._rows())
            if wants_next and following:
                self._sign_in(following)
            else:
                self.show_dialog()

        self._context.snapshots.reload(on_done=show_next)

    def _skip(self, handle: str) -> None:
        self._save(self._batch.with_item(handle, is_skipped=True))
        self._refresh()

    # -- the list ----------------------------------------------------------------------------------

    def _save(self, batch: BatchSignIn) -> None:
        self._batch = batch
        store = self._context.services.store
        snapshots = self._context.snapshots
        self._context.run_in_store(
            self, lambda _job: save_batch(store, batch), lambda _nothing: snapshots.reload()
        )

    def _delete(self) -> None:
        store, snapshots = self._context.services.store, self._context.snapshots
        self._context.run_in_store(  # owned by what outlives the controller
            snapshots, lambda _job: delete_batch(store), lambda _nothing: snapshots.reload()
        )

    def _ask_to_discard(self) -> None:
        """Discard the list if the user confirms it: what is not signed in yet is forgotten."""
        left = [row.handle for row in self._rows() if row.status is not BatchStatus.SIGNED_IN]
        confirm = ask_confirmation(
            self._context.dialogs,
            "Discard this list?",
            f"{pluralize(len(left), 'handle')} of it {'is' if len(left) == 1 else 'are'} not signed"
            " in. Accounts that are signed in stay, and sign-ins that wait stay in the list.",
            safe_text="Keep",
            danger_text="Discard",
        )
        confirm.accepted.connect(self._discard_batch)

    def _discard_batch(self) -> None:
        self._delete()
        self._close_dialog()
        self.deleteLater()

    def _handle_dismissal(self) -> None:
        rows = self._rows()
        done = sum(row.status is BatchStatus.SIGNED_IN for row in rows)
        if done == len(rows):
            self._delete()
            self._select_accounts()
        else:
            self._context.window.show_status(
                f"{done} of {len(rows)} signed in. Your list, at the left, goes on with the rest."
            )
        self._dialog = None
        self.deleteLater()

    def _select_accounts(self) -> None:
        """Select what was signed in, for what is done with all of it next."""
        snapshot = self._context.snapshots.current
        accounts = snapshot.accounts.values()
        found = (
            self._batch.find_account(one, accounts, snapshot.tokens) for one in self._batch.items
        )
        self._context.window.select_accounts([one.id for one in found if one is not None])

    def _close_dialog(self) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.close_dialog()
