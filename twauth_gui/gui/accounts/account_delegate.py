"""The delegate that paints the account list's rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from twauth_gui.domain.health import Severity
from twauth_gui.gui.accounts.account_list_model import AccountRole, GroupHeading
from twauth_gui.gui.accounts.account_row import AccountRow
from twauth_gui.gui.accounts.row_style import Density, RowGeometry, RowStyle
from twauth_gui.gui.theme.look import Look, look_of
from twauth_gui.gui.theme.metrics import RADIUS_BADGE, RADIUS_CARD, M, S, scale_icon
from twauth_gui.gui.theme.shapes import paint_avatar, paint_mark, paint_outline, paint_rounded

_ICON = 12  # the star of the active account, the heart of a favourite
_ICON_GAP = 6
_FAILED_SIZE = 12  # the icon of a check that did not reach X
_FAILED_GAP = 6
_BAR = (3, 20)
_FITTED_TEXTS = 4096
_HIT_LINE = 2  # pixels, below the words that a search has found
_HEADING_FOOT = 6
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_CENTRE = Qt.AlignmentFlag.AlignCenter
_STATUS_COLOURS = {
    Severity.ATTENTION: "warn",
    Severity.BROKEN: "bad",
    Severity.BUSY: "busy",
}


@dataclass(frozen=True, slots=True)
class RowState:
    """Whether pointer, selection and keyboard focus are on the row."""

    hovered: bool = False
    selected: bool = False
    window_active: bool = True
    focused: bool = False


class RowPainter:
    """Paints rows and caches the pictures they share. Make a new one for each look or font.

    words: case-folded words of a search, which are marked wherever a row has them.
    """

    def __init__(self, look: Look, style: RowStyle, words: Sequence[str] = ()) -> None:
        self._look = look
        self.style = style
        self.words = words
        self._is_selected = False
        self._avatars: dict[tuple[str, int, float], QPixmap] = {}
        self._marks: dict[tuple[Severity, float], QPixmap] = {}
        self._fitted: dict[tuple[int, str, int], tuple[str, int]] = {}

    def paint(
        self, painter: QPainter, area: QRect, row: AccountRow, *, time_text: str, state: RowState
    ) -> None:
        """Paint a row into its area; time_text is the line below the status."""
        places = self.style.geometry(area, row.access.badge if row.access is not None else "")
        ratio = painter.device().devicePixelRatio()
        quiet = self._look.colour("text-2" if state.selected else "text-3")
        self._is_selected = state.selected and state.window_active
        painter.save()
        self._paint_background(painter, places.row, state)
        painter.drawPixmap(places.avatar, self._avatar_pixmap(row, places.avatar.width(), ratio))
        self._paint_name(painter, places.name, row, ratio)
        if places.sub is not None:
            hit = row.explain_hit(self.words) if self.words else ""
            line = f"{hit} · {row.subtitle}" if hit else row.subtitle
            self._paint_small_text(painter, places.sub, line, quiet, words=self.words)
        self._paint_badge(painter, places.badge, row)
        painter.drawPixmap(places.mark, self._mark_pixmap(row.severity, ratio))
        self._paint_health(painter, places, row, (time_text, quiet))
        if state.focused and not state.selected:
            paint_outline(
                painter, places.row, RADIUS_CARD, self._look.colour("accent-text"), width=2
            )
        painter.restore()

    def _paint_background(self, painter: QPainter, rect: QRect, state: RowState) -> None:
        look = self._look
        if not state.selected:
            if state.hovered:
                paint_rounded(painter, rect, RADIUS_CARD, look.colour("hover"))
            return
        fill = "accent-soft" if state.window_active else "hover-side"
        paint_rounded(painter, rect, RADIUS_CARD, look.colour(fill))
        if state.window_active:
            width, height = _BAR
            top = rect.top() + (rect.height() - height) // 2
            bar = QRect(rect.left(), top, width, height)
            paint_rounded(painter, bar, 1.5, look.colour("accent-text"))
        elif look.is_high_contrast:
            paint_outline(painter, rect, RADIUS_CARD, look.colour("accent"), width=1)

    def _paint_name(self, painter: QPainter, line: QRect, row: AccountRow, ratio: float) -> None:
        marks = [("star", row.is_active), ("heart", row.is_favourite)]
        icons, side = [name for name, is_set in marks if is_set], scale_icon(_ICON)
        room = line.adjusted(0, 0, -len(icons) * (side + _ICON_GAP), 0)
        style = self.style
        shown, width = self._fit(style.handle_metrics, row.title, room.width())
        painter.setFont(style.handle_font)
        self._paint_with_hits(painter, room, shown, self._look.colour("text"), words=self.words)
        left = line.left() + width + _ICON_GAP
        for name in icons:
            icon = self._look.pixmap(name, "accent-text", side, filled=True, dpr=ratio)
            painter.drawPixmap(QPoint(left, line.top() + (line.height() - side) // 2), icon)
            left += side + _ICON_GAP

    def _paint_badge(self, painter: QPainter, rect: QRect | None, row: AccountRow) -> None:
        if rect is None or row.access is None:
            return
        look = self._look
        paint_rounded(painter, rect, RADIUS_BADGE, None, line=look.colour("line-strong"))
        painter.setFont(self.style.badge_font)
        painter.setPen(look.colour("text-2"))
        painter.drawText(rect, int(_CENTRE), row.access.badge)

    def _paint_health(
        self, painter: QPainter, places: RowGeometry, row: AccountRow, time: tuple[str, QColor]
    ) -> None:
        ink = self._look.colour(_STATUS_COLOURS.get(row.severity, "text-2"))
        used = self._paint_small_text(painter, places.word, row.status_word, ink)
        line = places.word
        if places.time is not None:
            line = places.time
            used = self._paint_small_text(painter, line, *time)
        elif self.style.is_stacked:
            rest = places.word.adjusted(used, 0, 0, 0)
            used += self._paint_small_text(painter, rest, f" · {time[0]}", time[1])
        if row.check_failed and not row.is_checking:
            side = scale_icon(_FAILED_SIZE)
            left, top = line.left() + used + _FAILED_GAP, line.center().y() - side // 2
            ratio = painter.device().devicePixelRatio()
            icon = self._look.pixmap("wifi-off", "warn", side, dpr=ratio)
            painter.drawPixmap(QPoint(left, top), icon)

    def paint_heading(self, painter: QPainter, area: QRect, heading: GroupHeading) -> None:
        """Paint the name of a group and the number of its accounts, near the rows below."""
        style = self.style
        line = area.adjusted(S + M, 0, -S - M, -_HEADING_FOOT)
        line.setTop(line.bottom() - style.small_metrics.height())
        count = f"{heading.count:,}"
        room = line.width() - style.small_metrics.horizontalAdvance(count) - S
        name = style.heading_metrics.elidedText(heading.label, Qt.TextElideMode.ElideRight, room)
        painter.setFont(style.heading_font)
        painter.setPen(self._look.colour("text-2"))
        painter.drawText(line, int(_LEFT), name)
        line.setLeft(line.left() + style.heading_metrics.horizontalAdvance(name) + S)
        self._paint_small_text(painter, line, count, self._look.colour("text-3"))

    def _paint_small_text(
        self, painter: QPainter, room: QRect, text: str, ink: QColor, *, words: Sequence[str] = ()
    ) -> int:
        """Draw a small line, cut with … if it does not fit; return its width in pixels."""
        shown, width = self._fit(self.style.small_metrics, text, room.width())
        painter.setFont(self.style.small_font)
        self._paint_with_hits(painter, room, shown, ink, words=words)
        return width

    def _fit(self, metrics: QFontMetrics, text: str, room: int) -> tuple[str, int]:
        """Return a text cut to so many pixels, and its width; measured once for each text."""
        key = (id(metrics), text, room)
        found = self._fitted.get(key)
        if found is None:
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            if len(self._fitted) >= _FITTED_TEXTS:
                self._fitted.clear()
            found = self._fitted[key] = (shown, metrics.horizontalAdvance(shown))
        return found

    def _paint_with_hits(
        self, painter: QPainter, room: QRect, text: str, ink: QColor, *, words: Sequence[str]
    ) -> None:
        """Draw a line in the painter's font, with the words that it has marked."""
        if words:
            self._paint_hits(painter, room, find_words(text, words), text)
        painter.setPen(ink)
        painter.drawText(room, int(_LEFT), text)

    def _paint_hits(
        self, painter: QPainter, room: QRect, spans: Sequence[tuple[int, int]], text: str
    ) -> None:
        """Mark parts of a line, before its text is drawn: a soft ground with a line below."""
        fill = self._look.colour("base" if self._is_selected else "accent-soft")
        metrics = painter.fontMetrics()
        top = room.top() + (room.height() - metrics.height()) // 2
        for span in spans:
            left, right = (metrics.horizontalAdvance(text[:place]) for place in span)
            hit = QRect(room.left() + left, top, right - left, metrics.height())
            painter.fillRect(hit, fill)
            hit.setTop(hit.bottom() - _HIT_LINE + 1)
            painter.fillRect(hit, self._look.colour("accent-text"))

    def _avatar_pixmap(self, row: AccountRow, side: int, ratio: float) -> QPixmap:
        key = (row.letters, row.hue, ratio)
        found = self._avatars.get(key)
        if found is None:
            back, ink = self._look.theme.hue(row.hue)
            found = _make_canvas(side, ratio)
            painter = QPainter(found)
            painter.setFont(self.style.handle_font)
            rect = QRect(0, 0, side, side)
            paint_avatar(painter, rect, row.letters, (QColor(back), QColor(ink)))
            painter.end()
            self._avatars[key] = found
        return found

    def _mark_pixmap(self, severity: Severity, ratio: float) -> QPixmap:
        found = self._marks.get((severity, ratio))
        if found is None:
            side = self.style.mark
            found = _make_canvas(side, ratio)
            painter = QPainter(found)
            paint_mark(painter, severity, QRectF(0, 0, side, side), self._look)
            painter.end()
            self._marks[(severity, ratio)] = found
        return found


def find_words(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Return where a text has any of the case-folded words, as (start, end), without overlaps."""
    folded = text.casefold()
    if len(folded) != len(text):  # places in the one are not those in the other
        return []
    spans: list[tuple[int, int]] = []
    found = sorted((i, i + len(word)) for word in words for i in _find_all(folded, word))
    for start, end in found:
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _find_all(text: str, word: str) -> Iterator[int]:
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + 1)


def _make_canvas(side: int, ratio: float) -> QPixmap:
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    return pixmap


_StateFlag = QStyle.StateFlag


class AccountDelegate(QStyledItemDelegate):
    """Paints accounts with a RowPainter, made anew when look, font or density change."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._density = Density.NORMAL
        self._is_stacked = False
        self._style = RowStyle(self._density)
        self._painter: RowPainter | None = None
        self._words: tuple[str, ...] = ()

    def set_highlight(self, words: Sequence[str]) -> None:
        """Mark these case-folded words."""
        self._words = tuple(words)
        if self._painter is not None:
            self._painter.words = self._words

    def set_density(self, density: Density) -> None:
        self._density = density
        self.refresh()

    def refresh(self) -> None:
        """Measure and paint anew; the view calls this when theme or font changes."""
        self._style = RowStyle(self._density, stacked=self._is_stacked)
        self._painter = None

    def update_stacking(self, width: int) -> bool:
        """Stack the rows or not for a view of this width; return whether that changed."""
        stacked = self._style.needs_stacking(width)
        if stacked == self._is_stacked:
            return False
        self._is_stacked = stacked
        self.refresh()
        return True

    def row_height(self) -> int:
        return self._style.height

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex, /
    ) -> QSize:
        return QSize(0, self._style.height)

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
        /,
    ) -> None:
        row = index.data(AccountRole.ROW)
        if self._painter is None:
            self._painter = RowPainter(look_of(option.widget), self._style, self._words)
        if isinstance(row, GroupHeading):
            self._painter.paint_heading(painter, option.rect, row)
            return
        state = option.state
        row_state = RowState(
            hovered=bool(state & _StateFlag.State_MouseOver),
            selected=bool(state & _StateFlag.State_Selected),
            # Not State_Active: Qt clears that if another widget of the window has the focus, too.
            window_active=option.widget.isActiveWindow(),
            focused=bool(state & _StateFlag.State_HasFocus),
        )
        when = str(index.data(AccountRole.WHEN))
        self._painter.paint(painter, option.rect, row, time_text=when, state=row_state)
