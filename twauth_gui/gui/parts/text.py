"""Labels in the text styles, and tooltips in plain text."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6 import QtGui
from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QTextLayout,
    QTextLine,
    QTextOption,
)
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from twauth_gui.gui.parts.accessibility import make_heading
from twauth_gui.gui.theme.look import look_of
from twauth_gui.gui.theme.metrics import TextStyle, line_height, text_font
from twauth_gui.gui.theme.shapes import looks_disabled


class Paragraph:
    """Text in one font with a fixed line height, in pixels."""

    def __init__(self, font: QFont, line_height: int) -> None:
        self._font = font
        self._height = line_height

    def height_for(self, text: str, width: int) -> int:
        """Return the height in pixels of the text at a width."""
        lines = sum(1 for part in text.split("\n") for _ in self._lay_out_part(part, width)[1])
        return max(1, lines) * self._height

    def paint(self, painter: QPainter, area: QRect, text: str, alignment: Qt.AlignmentFlag) -> None:
        """Paint the text into an area, from its top or, by the alignment, in the middle."""
        top = float(area.top())
        if alignment & Qt.AlignmentFlag.AlignVCenter:
            spare = area.height() - self.height_for(text, area.width())
            top += max(0, spare) / 2
        lead = (self._height - QFontMetricsF(self._font).height()) / 2
        for part in text.split("\n"):
            layout, lines = self._lay_out_part(part, area.width())
            for line in lines:
                left = float(area.left())
                if alignment & Qt.AlignmentFlag.AlignHCenter:
                    left += (area.width() - line.naturalTextWidth()) / 2
                line.draw(painter, QPointF(left, top + lead))
                top += self._height
            del layout

    def _lay_out_part(self, text: str, width: int) -> tuple[QTextLayout, list[QTextLine]]:
        """Break one part; the layout owns the lines, so it is returned with them."""
        layout = QTextLayout(text, self._font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        lines = list(self._break_lines(layout, max(1, width)))
        layout.endLayout()
        return layout, lines

    def _break_lines(self, layout: QTextLayout, width: int) -> Iterator[QTextLine]:
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, 0))
            yield line


def escape_tooltip(text: str) -> str:
    """Return a text that a tooltip shows as it is: Qt would render what looks like HTML."""
    if not QtGui.Qt.mightBeRichText(text):
        return text
    import html  # noqa: PLC0415 - large, and hardly a tooltip needs it

    lines = html.escape(text).replace("\n", "<br>")
    return f"<qt>{lines}</qt>"


def show_own_tooltip(widget: QWidget, event: QEvent, text: str) -> bool:
    """Show a text if the event asks for a tooltip; return whether it does.

    Qt presents a widget's tooltip as its description: a screen reader would say a name twice.
    """
    if not isinstance(event, QHelpEvent) or event.type() is not QEvent.Type.ToolTip:
        return False
    QToolTip.showText(event.globalPos(), escape_tooltip(text), widget)
    return True


_STYLE_CHANGES = {QEvent.Type.ApplicationFontChange, QEvent.Type.StyleChange}
_FONT_CHANGES = {QEvent.Type.ApplicationFontChange, QEvent.Type.FontChange}
_TITLES = {TextStyle.TITLE, TextStyle.HEADING, TextStyle.DISPLAY}
_WRAP_WIDTH = 480  # the width in pixels that a wrapped text asks for


class Text(QLabel):
    """Plain text in a step of the type scale, in the colour of a token.

    heading: whether screen readers present it as one; titles are headings anyway.
    """

    def __init__(
        self,
        text: str = "",
        *,
        style: TextStyle = TextStyle.BODY,
        role: str = "text",
        strong: bool = False,
        wrap: bool = False,
        heading: bool = False,
    ) -> None:
        super().__init__(text)
        self._style = style
        self._role = role
        self._strong = strong
        self._heights: dict[int, int] = {}  # by width, of this text in this font
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self._apply_style()
        if heading or style in _TITLES:
            make_heading(self)

    @override
    def sizeHint(self) -> QSize:
        if not self._sets_own_lines():
            return super().sizeHint()
        edges = self.contentsMargins()
        width = min(self.fontMetrics().horizontalAdvance(self.text()) + 2, _WRAP_WIDTH)
        width += edges.left() + edges.right()
        return QSize(width, self.heightForWidth(width))

    @override
    def minimumSizeHint(self) -> QSize:
        if not self._sets_own_lines():
            return super().minimumSizeHint()
        return QSize(min(_WRAP_WIDTH // 4, self.sizeHint().width()), line_height(self._style))

    @override
    def hasHeightForWidth(self) -> bool:
        return self.wordWrap()

    @override
    def heightForWidth(self, width: int, /) -> int:
        if not self._sets_own_lines():
            return super().heightForWidth(width)
        height = self._heights.get(width)
        if height is None:  # a layout asks again and again
            edges = self.contentsMargins()
            room = width - edges.left() - edges.right()
            height = self._paragraph().height_for(self.text(), room) + edges.top() + edges.bottom()
            self._heights[width] = height
        return height

    @override
    def setText(self, text: str, /) -> None:
        if text != self.text():
            self._heights.clear()
            super().setText(text)

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        if self._is_selectable():
            self._paint_selectable(event)
            return
        painter = QPainter(self)
        painter.setPen(self.colour())
        if self.wordWrap():
            self._paragraph().paint(painter, self.contentsRect(), self.text(), self.alignment())
        else:
            painter.drawText(self.contentsRect(), int(self.alignment()), self.text())

    def _paint_selectable(self, event: QPaintEvent) -> None:
        """Let QLabel paint the text with its selection; it takes the colour from the palette."""
        palette, colour = self.palette(), self.colour()
        if palette.color(QPalette.ColorRole.WindowText) != colour:
            palette.setColor(QPalette.ColorRole.WindowText, colour)
            self.setPalette(palette)
        super().paintEvent(event)

    def _sets_own_lines(self) -> bool:
        """Whether the lines are laid out here, because QLabel has no line height."""
        return self.wordWrap() and not self._is_selectable()

    def _is_selectable(self) -> bool:
        return bool(self.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse)

    def _paragraph(self) -> Paragraph:
        return Paragraph(self.font(), line_height(self._style))

    def set_role(self, role: str) -> None:
        """Change the colour."""
        if role != self._role:
            self._role = role
            self.update()

    def colour(self) -> QColor:
        """Return the colour that the text has in its window."""
        return look_of(self).colour("text-off" if looks_disabled(self) else self._role)

    def allow_copy(self) -> None:
        """Make the text selectable with mouse and keyboard."""
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )

    @override
    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() in _FONT_CHANGES:
            self._heights.clear()
        if event.type() in _STYLE_CHANGES:
            self._apply_style()

    def _apply_style(self) -> None:
        font = text_font(self._style, strong=self._strong)
        if font != self.font():
            self.setFont(font)
        if not self.wordWrap():
            self.setMinimumHeight(line_height(self._style))


class ElidedLabel(Text):
    """One line that is cut with … if there is no room; the tooltip then has it all."""

    def __init__(
        self,
        text: str = "",
        *,
        style: TextStyle = TextStyle.BODY,
        role: str = "text",
        strong: bool = False,
    ) -> None:
        super().__init__(text, style=style, role=role, strong=strong)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @override
    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), self.fontMetrics().horizontalAdvance("MM…")), hint.height())

    @override
    def event(self, event: QEvent, /) -> bool:
        asks = event.type() is QEvent.Type.ToolTip and not self.toolTip()
        if asks and self.shown_text() != self.text():
            return show_own_tooltip(self, event, self.text())
        return super().event(event)

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setPen(self.colour())
        painter.drawText(self.contentsRect(), int(self.alignment()), self.shown_text())

    def shown_text(self) -> str:
        """Return the text that fits, cut with … if not all does."""
        width = self.contentsRect().width()
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, width)
