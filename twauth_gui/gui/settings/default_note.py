"""The line below a setting with its default, and the link that sets it back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from twauth_gui.gui.parts.buttons import LinkButton
from twauth_gui.gui.parts.choices import CheckBox, ComboBox
from twauth_gui.gui.parts.fields import LineField
from twauth_gui.gui.parts.responsive_row import SettingRow
from twauth_gui.gui.parts.segmented_control import SegmentedControl
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.metrics import S, TextStyle

Control = ComboBox | SegmentedControl | CheckBox | LineField


class DefaultNote(QWidget):
    """Says what a setting is by default; while another value is chosen, it offers Set back.

    Args:
        row: the setting's row, which gets the note below its help.
        control: what the setting is changed with: a box's data, a segment's key, a text, a check.
        default: the control's value for the default.
        words: the default as the control shows it.
    """

    def __init__(self, row: SettingRow, control: Control, default: object, words: str) -> None:
        super().__init__()
        self._title = row.title_label.text()
        self._control = control
        self._default = default
        self._words = Text(style=TextStyle.SMALL, role="text-3")
        self._link = LinkButton("Set back")
        self._link.clicked.connect(self._set_back)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(S)
        line.addWidget(self._words)
        line.addWidget(self._link)
        line.addStretch(1)
        # The link keeps its room, so that nothing moves when it comes and goes.
        policy = self._link.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._link.setSizePolicy(policy)
        row.add_note(self)
        self.set_default(default, words)
        if isinstance(control, ComboBox):
            control.currentIndexChanged.connect(self.refresh)
        elif isinstance(control, SegmentedControl):
            control.changed.connect(self.refresh)
        elif isinstance(control, CheckBox):
            control.toggled.connect(self.refresh)
        else:
            control.textChanged.connect(self.refresh)

    def set_default(self, default: object, words: str) -> None:
        """Change the default, which may depend on other settings."""
        self._default = default
        self._words.setText(f"Default: {words}")
        self._link.setAccessibleName(f"Set {self._title} back to {words}")
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Offer Set back if the control shows another value."""
        self._link.setVisible(self._value() != self._default)

    def _value(self) -> object:
        control = self._control
        if isinstance(control, ComboBox):
            return control.currentData()
        if isinstance(control, SegmentedControl):
            return control.selected()
        return control.isChecked() if isinstance(control, CheckBox) else control.text()

    def _set_back(self) -> None:
        control = self._control
        control.setFocus(Qt.FocusReason.OtherFocusReason)  # the link goes
        if isinstance(control, ComboBox):
            control.setCurrentIndex(control.findData(self._default))
        elif isinstance(control, SegmentedControl):
            control.select(str(self._default))
        elif isinstance(control, CheckBox):
            control.setChecked(bool(self._default))
        else:
            control.setText(str(self._default))
            control.editingFinished.emit()
