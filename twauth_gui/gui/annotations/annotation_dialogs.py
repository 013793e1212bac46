"""Dialogs that change the tags, or the note, of one account or of several."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import islice

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid
from typing_extensions import override

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.annotations import (
    AnnotationError,
    count_tags,
    fold_tag,
    split_tags,
)
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.display_text import pluralize
from twauth_gui.gui.annotations.annotation_changes import AnnotationChanger
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.buttons import primary_button
from twauth_gui.gui.parts.choices import CheckBox
from twauth_gui.gui.parts.confirm_dialog import ConfirmDialog, ask_confirmation
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth, make_dialog_body
from twauth_gui.gui.parts.fields import FieldBlock, LineField, TextField
from twauth_gui.gui.parts.surfaces import Box
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.removal_controller import name_accounts
from twauth_gui.gui.theme.metrics import M, S, TextStyle, line_height

_SHOWN_ROWS = 8
_MOST_ROWS = 200
_NOTE_LINES = 7
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


def open_tag_dialog(context: AppContext, accounts: Sequence[Account]) -> None:
    """Change the tags of accounts: each is on all of them, on some, or on none."""
    if accounts:
        context.dialogs.open(TagDialog(context, accounts))


def open_note_dialog(
    context: AppContext, accounts: Sequence[Account], *, text: str | None = None, problem: str = ""
) -> None:
    """Change the note of accounts.

    text: what to begin with, if not with the note that they have. problem: why that was not saved.
    """
    if accounts:
        context.dialogs.open(NoteDialog(context, accounts, text, problem))


def ask_about_secret(context: AppContext) -> ConfirmDialog:
    """Ask whether to save a note that looks as if it held a credential."""
    return ask_confirmation(
        context.dialogs,
        "Save this note?",
        "It looks as if it held a credential. Notes are not encrypted: they are in the list of"
        " accounts, which other programs of yours can read.",
        safe_text="Edit note",
        danger_text="Save",
    )


class TagDialog(Dialog):
    """Check boxes for all tags; a tag that only some accounts have is checked in part."""

    def __init__(self, context: AppContext, accounts: Sequence[Account]) -> None:
        super().__init__(f"Tags of {name_accounts(accounts)}", width=DialogWidth.W440)
        self._accounts = list(accounts)
        self._changer = AnnotationChanger(context, self)
        known = context.snapshots.current.accounts.values()
        self._search = LineField("Find or add a tag", is_search=True)
        self._block = FieldBlock("Tag", self._search)
        self._search.setAccessibleName("Find or add a tag")
        self._search.setAccessibleDescription("Enter adds it")
        self._search.textChanged.connect(self._filter)
        self._search.installEventFilter(self)
        self._choices: dict[str, _TagChoice] = {}
        self._list = QVBoxLayout()
        self._empty = Text("", style=TextStyle.SMALL, role="text-3", wrap=True)
        self._save = primary_button("Save tags")
        self._save.clicked.connect(self._on_save)
        self._build()
        for tag, having in count_tags(accounts):
            self._choices[fold_tag(tag)] = _TagChoice(tag, having, len(accounts))
        for tag, _count in count_tags(known):
            _ = self._choices.setdefault(fold_tag(tag), _TagChoice(tag, 0, len(accounts)))
        self._filter("")

    def _build(self) -> None:
        body, column = make_dialog_body()
        column.addWidget(self._block)
        rows = QWidget()
        self._list.setContentsMargins(M, S, M, S)
        self._list.setSpacing(S)
        self._list.addWidget(self._empty)
        stretched = QVBoxLayout(rows)
        stretched.setContentsMargins(0, 0, 0, 0)
        stretched.addLayout(self._list)
        stretched.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidgetResizable(True)
        area.setWidget(rows)
        area.viewport().setAutoFillBackground(False)
        rows.setAutoFillBackground(False)
        area.setFixedHeight(_SHOWN_ROWS * (line_height() + S) + S)
        box = Box()
        box.body.addWidget(area)
        column.addWidget(box)
        self.set_body(body)
        self.add_cancel_and(self._save)
        self.set_initial_focus(self._search)

    @override
    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        """Let Enter in the field check its tag; without one it saves."""
        if watched is self._search and isinstance(event, QKeyEvent):
            is_enter = event.type() is QEvent.Type.KeyPress and event.key() in _ENTER
            if is_enter and self._search.text().strip():
                return self._take_search()
        return super().eventFilter(watched, event)

    def _take_search(self) -> bool:
        try:
            tags = split_tags(self._search.text())
        except AnnotationError as error:
            self._block.set_error(error.reason)
            return True
        for tag in tags:
            self._add(tag)
        self._search.clear()
        return True

    def _add(self, tag: str) -> None:
        """Check a tag; a new one comes first in the list."""
        key = fold_tag(tag)
        if key not in self._choices:
            new = _TagChoice(tag, 0, len(self._accounts))
            self._choices = {key: new, **self._choices}
        self._choices[key].box.setCheckState(Qt.CheckState.Checked)

    def _filter(self, text: str) -> None:
        """Show the first tags that have the text in them."""
        self._block.set_error("")
        wanted = fold_tag(text)
        found = (choice for key, choice in self._choices.items() if wanted in key)
        shown = list(islice(found, _MOST_ROWS))
        for choice in self._choices.values():
            if choice.is_built and choice not in shown:
                choice.box.hide()
        before: QWidget = self._search
        for row, choice in enumerate(shown):
            self._list.insertWidget(row, choice.box)
            choice.box.show()
            QWidget.setTabOrder(before, choice.box)
            before = choice.box
        is_new = bool(wanted) and wanted not in self._choices
        words = f"Enter adds the tag “{text.strip()}”." if is_new else ""
        if not (self._choices or is_new):
            words = "There are no tags yet. Type one, then press Enter."
        self._empty.setText(words)
        self._empty.setVisible(bool(words))

    def _on_save(self) -> None:
        if self._search.text().strip():
            _ = self._take_search()
            if self._search.text():
                return  # it was refused
        changed = [one for one in self._choices.values() if one.is_changed]
        added = [one.tag for one in changed if one.box.isChecked()]
        removed = [one.tag for one in changed if not one.box.isChecked()]
        if not (added or removed):
            self.close_dialog()
            return
        self._save.setEnabled(False)
        self._changer.change_tags(
            self._accounts,
            added,
            removed,
            on_saved=lambda _change: self.close_dialog(),
            on_failed=self._explain,
        )

    def _explain(self, diagnosis: Diagnosis) -> None:
        self._save.setEnabled(True)
        self._block.set_error(diagnosis.to_sentence())


class _TagChoice:
    """A tag with its check box, which is built when it is shown first.

    In part: some of the accounts have the tag, and it stays so.
    """

    def __init__(self, tag: str, having: int, accounts: int) -> None:
        self.tag = tag
        self._having = having
        self._accounts = accounts
        self._before = Qt.CheckState.Checked if having == accounts else Qt.CheckState.Unchecked
        if 0 < having < accounts:
            self._before = Qt.CheckState.PartiallyChecked

    @cached_property
    def box(self) -> CheckBox:
        box = CheckBox(self.tag.replace("&", "&&"))
        if self._before is Qt.CheckState.PartiallyChecked:
            box.setTristate(True)
            box.setAccessibleDescription(
                f"{self._having:,} of {pluralize(self._accounts, 'account')}"
            )
        box.setCheckState(self._before)
        return box

    @property
    def is_built(self) -> bool:
        return "box" in self.__dict__

    @property
    def is_changed(self) -> bool:
        return self.is_built and self.box.checkState() is not self._before


class NoteDialog(Dialog):
    """A field for the note."""

    def __init__(
        self, context: AppContext, accounts: Sequence[Account], text: str | None, problem: str
    ) -> None:
        super().__init__(f"Note of {name_accounts(accounts)}", width=DialogWidth.W640)
        self._context = context
        self._accounts = list(accounts)
        self._changer = AnnotationChanger(context, self)
        notes = {one.note for one in accounts}
        self._field = TextField()
        self._field.setFixedHeight(_NOTE_LINES * self._field.fontMetrics().lineSpacing() + 2 * M)
        common = notes.pop() if len(notes) == 1 else ""
        self._field.setPlainText(common if text is None else text)
        self._field.moveCursor(QTextCursor.MoveOperation.End)
        self._block = FieldBlock("Note", self._field, "Notes are not encrypted.")
        if notes:
            self._block.set_warning("They have different notes. Saving replaces them all.")
        self._block.set_error(problem)
        self._save = primary_button("Save note")
        self._save.clicked.connect(lambda: self._on_save(even_if_secret=False))
        self._save.setEnabled(text is not None)
        self._field.textChanged.connect(self._on_typed)
        body, column = make_dialog_body()
        column.addWidget(self._block)
        self.set_body(body)
        self.add_cancel_and(self._save)
        self.set_initial_focus(self._field)

    def _on_save(self, *, even_if_secret: bool) -> None:
        self._save.setEnabled(False)
        self._changer.set_note(
            self._accounts,
            self._field.toPlainText(),
            even_if_secret=even_if_secret,
            on_secret=self._ask_about_secret,
            on_saved=lambda _change: self.close_dialog(),
            on_failed=self._explain,
        )

    def _on_typed(self) -> None:
        self._save.setEnabled(True)
        self._block.set_error("")

    def _ask_about_secret(self) -> None:
        if isValid(self):
            self._save.setEnabled(True)
            question = ask_about_secret(self._context)
            question.accepted.connect(lambda: self._on_save(even_if_secret=True))

    def _explain(self, diagnosis: Diagnosis) -> None:
        self._save.setEnabled(True)
        self._block.set_error(diagnosis.title)
