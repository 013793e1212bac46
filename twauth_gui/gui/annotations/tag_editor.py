"""The editor of an account's tags: chips, and a field that suggests known tags."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.domain.annotations import AnnotationError, fold_tag, split_tags
from twauth_gui.gui.parts.accessibility import announce, claim_key
from twauth_gui.gui.parts.buttons import ButtonSize, quiet_button
from twauth_gui.gui.parts.fields import SuggestionField
from twauth_gui.gui.parts.tag_chips import TagChips
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.metrics import XS, TextStyle

_FEW_TAGS = 12
_FIELD_CHARACTERS = 16
_STAYS = {Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason}
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class TagField(SuggestionField):
    """The field for new tags. Enter, a comma or leaving it adds them; Escape closes it.

    Signals:
        entered: carries the text.
        left: it is to be closed; carries whether by a key.
    """

    entered = Signal(str)
    left = Signal(bool)

    def __init__(self) -> None:
        super().__init__("Add a tag")
        self.setAccessibleDescription("Enter or a comma adds it")
        self.completer().activated.connect(self._enter_soon)
        self.textEdited.connect(self._enter_at_comma)

    @override
    def event(self, event: QEvent, /) -> bool:
        """Take Escape, with which the window goes back to the list."""
        return claim_key(event, Qt.Key.Key_Escape) or super().event(event)

    @override
    def sizeHint(self) -> QSize:
        width = _FIELD_CHARACTERS * self.fontMetrics().averageCharWidth()
        return QSize(2 * width, super().sizeHint().height())

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() in _ENTER:
            event.accept()
            self._enter()
        elif event.key() == Qt.Key.Key_Escape:
            event.accept()
            self.clear()
            self.left.emit(True)
        else:
            super().keyPressEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent, /) -> None:
        super().focusOutEvent(event)
        if event.reason() not in _STAYS:
            self._enter()
            self.left.emit(False)

    def _enter_soon(self) -> None:
        """Enter what was chosen once it is in the field."""
        QTimer.singleShot(0, self, self._enter)

    def _enter_at_comma(self, text: str) -> None:
        if "," in text:
            self._enter()

    def _enter(self) -> None:
        if self.text().strip(", "):
            self.entered.emit(self.text())


class TagEditor(QWidget):
    """Tags with a button that opens the field for another.

    Signals:
        changed: the user added or removed tags, which are shown already; carries the lists of both.
    """

    changed = Signal(list, list)

    def __init__(self, known_tags: Callable[[], Sequence[str]]) -> None:
        super().__init__()
        self._known_tags = known_tags
        self._tags: list[str] = []
        self._shows_all = False
        self._add = quiet_button("Add tag", "plus", size=ButtonSize.TINY)
        self._add.clicked.connect(self._open_field)
        self._field = TagField()
        self._field.hide()
        self._field.entered.connect(self._take_text)
        self._field.left.connect(self._close_field)
        self._field.installEventFilter(self)
        self._more = quiet_button("", size=ButtonSize.TINY)
        self._more.clicked.connect(self._toggle_all)
        self._more.hide()
        self._chips = TagChips(self._field, self._add, self._more)
        self._chips.removed.connect(self._on_removed)
        self._problem = Text("", style=TextStyle.SMALL, role="bad", wrap=True)
        self._problem.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(XS)
        column.addWidget(self._chips)
        column.addWidget(self._problem)

    def set_tags(self, tags: Sequence[str]) -> None:
        """Show these tags; of very many only the first."""
        self._tags = list(tags)
        is_long = len(tags) > _FEW_TAGS + 1
        self._more.setVisible(is_long)
        self._more.setText("Show fewer" if self._shows_all else f"Show all {len(tags)}")
        self._chips.set_tags(tags if self._shows_all or not is_long else tags[:_FEW_TAGS])
        self._chips.lay_out()

    def start_over(self) -> None:
        """Drop what is in the field, for another account."""
        self._field.clear()
        self._shows_all = False
        self._close_field(by_key=False)
        self.show_problem("")

    def show_problem(self, text: str) -> None:
        """Say why a tag was not added; "" if nothing is wrong."""
        self._problem.setText(text)
        self._problem.setVisible(bool(text))
        self._field.setProperty("refused", bool(text))
        self._field.style().unpolish(self._field)
        self._field.style().polish(self._field)
        self._field.setAccessibleDescription(text)
        announce(self, text)

    @override
    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        """Let Backspace in the empty field go to the last chip."""
        is_back = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Backspace
        if is_back and event.type() is QEvent.Type.KeyPress and not self._field.text():
            self._chips.focus_chip(len(self._chips.tags) - 1)
            return True
        return False

    def _toggle_all(self) -> None:
        self._shows_all = not self._shows_all
        self.set_tags(self._tags)

    def _on_removed(self, tag: str) -> None:
        self.set_tags([one for one in self._tags if one != tag])
        self.changed.emit([], [tag])

    def _open_field(self) -> None:
        self._suggest()
        self._add.hide()
        self._field.show()
        self._chips.lay_out()
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _close_field(self, by_key: bool) -> None:  # noqa: FBT001 - a slot
        if self._field.isHidden() or self._field.text():
            return  # what was refused stays, to be corrected
        self._field.hide()
        self._add.show()
        self._chips.lay_out()
        self.show_problem("")
        if by_key:
            self._add.setFocus(Qt.FocusReason.OtherFocusReason)

    def _suggest(self) -> None:
        here = set(map(fold_tag, self._tags))
        self._field.set_suggestions(
            [one for one in self._known_tags() if fold_tag(one) not in here]
        )

    def _take_text(self, text: str) -> None:
        """Add the tags of the field's text, spelled as other accounts have them."""
        try:
            tags = split_tags(text)
        except AnnotationError as error:
            self.show_problem(error.reason)
            return
        self._field.clear()
        self.show_problem("")
        known = {fold_tag(one): one for one in self._known_tags()}
        here = set(map(fold_tag, self._tags))
        new = {fold_tag(one): known.get(fold_tag(one), one) for one in tags}
        added = [tag for key, tag in new.items() if key not in here]
        if added:
            self._shows_all = True  # so that the new ones are seen
            self.set_tags([*self._tags, *added])
            self.changed.emit(added, [])
        self._suggest()
