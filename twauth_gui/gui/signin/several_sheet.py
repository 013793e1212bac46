"""The sheet in which a list of accounts is pasted, to be signed in one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal

from twauth_gui.domain.apps import App, AppId
from twauth_gui.domain.handles import read_handles
from twauth_gui.domain.several import BatchItem, BatchSignIn
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.parts.buttons import primary_button
from twauth_gui.gui.parts.fields import FieldBlock, TextField
from twauth_gui.gui.parts.scroll_to import scroll_to
from twauth_gui.gui.parts.sheet import Dialog, DialogWidth
from twauth_gui.gui.parts.sheet_page import sheet_page
from twauth_gui.gui.signin.app_choice import AppChoice
from twauth_gui.gui.signin.how_box import MethodPicker
from twauth_gui.gui.theme.measure import L, line_height

_HELP = "Separate them with commas, spaces or line breaks. Handles and profile addresses both work."
_LINES = 4


class SeveralSheet(Dialog):
    """Chooses handles, app and way.

    Signals:
        chosen: carries the Several.
    """

    chosen = Signal(object)

    def __init__(self, desk: AppContext, apps: Sequence[App], app_id: AppId | None) -> None:
        super().__init__("Add several accounts", width=DialogWidth.W640)
        self._desk = desk
        self._handles = TextField()
        self._handles.setFixedHeight(_LINES * line_height() + 20)
        self._block = FieldBlock("Handles", self._handles, _HELP)
        self._app = AppChoice(apps, app_id)
        self._how = MethodPicker()
        self._begin = primary_button("Begin")
        self._build()
        self._app_changed()
        self._handles.textChanged.connect(self._judge)
        self._app.currentIndexChanged.connect(self._app_changed)

    def _build(self) -> None:
        body, column = sheet_page(L)
        column.addWidget(self._block)
        column.addWidget(FieldBlock("App", self._app))
        column.addWidget(self._how)
        self._how.opened.connect(scroll_to)
        self.set_body(body)
        self._begin.clicked.connect(self._begin_pressed)
        self.add_choice(self._begin)
        self.set_initial_focus(self._handles)

    def _app_changed(self) -> None:
        self._how.show_app(self._app.app)
        self._judge()

    def _judge(self) -> None:
        handles, others = read_handles(self._handles.toPlainText())
        self._block.set_error("")
        if others:
            self._block.set_error(f"Not a handle: {', '.join(others[:5])}")
        elif handles:
            one = "1 handle" if len(handles) == 1 else f"{len(handles)} handles"
            self._block.set_help(f"{one}. {_known(self._desk, handles)}".strip())
        else:
            self._block.set_help(_HELP)
        self._begin.setEnabled(bool(handles) and not others and self._app.app is not None)

    def _begin_pressed(self) -> None:
        app = self._app.app
        if app is None:
            return
        handles, _ = read_handles(self._handles.toPlainText())
        several = BatchSignIn(
            app.id,
            self._how.method,
            self._desk.now(),
            tuple(map(BatchItem, handles)),
            self._how.options,
            self._how.kind,
            self._how.scopes,
        )
        self.close_sheet()
        self.chosen.emit(several)


def _known(desk: AppContext, handles: Sequence[str]) -> str:
    """Say how many of them are signed in already."""
    known = {one.handle.casefold() for one in desk.library.snapshot.accounts.values()}
    count = sum(handle.casefold() in known for handle in handles)
    if not count:
        return ""
    return f"{count} of them {'is' if count == 1 else 'are'} in the list already."
