"""Labels in the type scale."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget
from typing_extensions import override

from twauth_gui.gui.parts.off import is_off
from twauth_gui.gui.parts.tooltip import tooltip
from twauth_gui.gui.theme.look import current_look
from twauth_gui.gui.theme.measure import Type, line_height, type_font
from twauth_gui.gui.theme.paragraph import Paragraph

_MEASURE = 480  # the width in pixels that a wrapped text asks for


class Text(QLabel):
    """Plain text in a step of the type scale, in the colour of a token."""

    def __init__(
        self,
        text: str = "",
        *,
        type: Type = Type.BODY,  # noqa: A002 - the scale's own word
        role: str = "text",
        strong: bool = False,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._type = type
        self._role = role
        self._strong = strong
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self._dress()

    @override
    def sizeHint(self) -> QSize:
        if not self._spaced():
            return super().sizeHint()
        width = min(self.fontMetrics().horizontalAdvance(self.text()) + 2, _MEASURE)
        return QSize(width, self.heightForWidth(width))

    @override
    def minimumSizeHint(self) -> QSize:
        if not self._spaced():
            return super().minimumSizeHint()
        return QSize(min(_MEASURE // 4, self.sizeHint().width()), line_height(self._type))

    @override
    def hasHeightForWidth(self) -> bool:
        return self.wordWrap()

    @override
    def heightForWidth(self, width: int, /) -> int:
        if not self._spaced():
            return super().heightForWidth(width)
        return self._paragraph().height_for(self.text(), width)

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        if not self._spaced():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        self._paragraph().paint(painter, self.rect(), self.text(), self.alignment())

    def _spaced(self) -> bool:
        """Whether the lines are set here: QLabel knows no line height."""
        selectable = self.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
        return self.wordWrap() and not selectable

    def _paragraph(self) -> Paragraph:
        return Paragraph(self.font(), line_height(self._type))

    def set_role(self, role: str) -> None:
        """Change the colour."""
        if role != self._role:
            self._role = role
            self._dress()

    def allow_copy(self) -> None:
        """Let the person select the text with mouse or keyboard."""
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )

    @override
    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() in {
            QEvent.Type.ApplicationFontChange,
            QEvent.Type.ApplicationPaletteChange,
            QEvent.Type.StyleChange,
            QEvent.Type.EnabledChange,
        }:
            self._dress()

    def _dress(self) -> None:
        font = type_font(self._type, strong=self._strong)
        if font != self.font():
            self.setFont(font)
        if not self.wordWrap():
            self.setMinimumHeight(line_height(self._type))
        colour = current_look().colour("text-off" if is_off(self) else self._role)
        palette = self.palette()
        if palette.color(QPalette.ColorRole.WindowText) != colour:
            palette.setColor(QPalette.ColorRole.WindowText, colour)
            self.setPalette(palette)


class ElidedLabel(Text):
    """One line that ends in … where there is no room; the tooltip then has it all."""

    def __init__(
        self,
        text: str = "",
        *,
        type: Type = Type.BODY,  # noqa: A002 - the scale's own word
        role: str = "text",
        strong: bool = False,
        middle: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, type=type, role=role, strong=strong, parent=parent)
        self._mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @override
    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), self.fontMetrics().horizontalAdvance("MM…")), hint.height())

    @override
    def setText(self, text: str, /) -> None:
        super().setText(text)
        self._tell_all()

    @override
    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._tell_all()

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(self.contentsRect(), int(self.alignment()), self.shown_text())

    def shown_text(self) -> str:
        """Return what fits."""
        return self.fontMetrics().elidedText(self.text(), self._mode, self.contentsRect().width())

    def _tell_all(self) -> None:
        cut = self.shown_text() != self.text()
        self.setToolTip(tooltip(self.text()) if cut else "")
