"""Fonts and geometry of the account list's rows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QFontMetrics

from twauth_gui.domain.access import AccessLevel
from twauth_gui.domain.health import Health, HealthState
from twauth_gui.gui.theme.metrics import M, S, TextStyle, scale_icon, text_font

_HANDLE_LINE = 18
_SMALL_LINE = 16
_BADGE_LINE = 14
_BADGE_WIDTH = 60
_BADGE_PAD = 7
_HEALTH_WIDTH = 112
_WORD_GAP = 8
_HANDLE_MIN_CHARACTERS = 12  # in characters: narrower than that, the badge gives way
_STACK_BELOW_CHARACTERS = 14  # in characters: narrower than that, the status moves below
_MARK = 12
_STACK_FOOT = 6  # pixels below the last of three lines


class Density(Enum):
    """Row height with normal text, diameter of the avatar."""

    ROOMY = (56, 32)
    NORMAL = (48, 32)
    TIGHT = (36, 24)


@dataclass(frozen=True, slots=True)
class RowGeometry:
    """Where the parts of one row are, in the view's coordinates; None if one is left out."""

    row: QRect
    avatar: QRect
    name: QRect
    sub: QRect | None
    badge: QRect | None
    mark: QPoint
    word: QRect
    time: QRect | None


class RowStyle:
    """Fonts and sizes that all rows share, computed once per font and density.

    stacked is for large text in a narrow list: the status moves below the names, so that
    neither is cut.
    """

    def __init__(self, density: Density, *, stacked: bool = False) -> None:
        self.density = density
        self.is_stacked = stacked
        self.handle_font = text_font(TextStyle.BODY, strong=True)
        self.small_font = text_font(TextStyle.SMALL)
        self.badge_font = text_font(TextStyle.MICRO, strong=True)
        self.heading_font = text_font(TextStyle.SMALL, strong=True)
        self.heading_metrics = QFontMetrics(self.heading_font)
        self.handle_metrics = QFontMetrics(self.handle_font)
        self.small_metrics = QFontMetrics(self.small_font)
        self.badge_metrics = QFontMetrics(self.badge_font)
        self._handle_line = max(_HANDLE_LINE, self.handle_metrics.height())
        self._small_line = max(_SMALL_LINE, self.small_metrics.height())
        self._badge_height = max(_BADGE_LINE, self.badge_metrics.height()) + 6
        self._badge_widths = {
            level.badge: self.badge_metrics.horizontalAdvance(level.badge) + 2 * _BADGE_PAD
            for level in AccessLevel
        }
        self._badge_width = max(_BADGE_WIDTH, *self._badge_widths.values())
        words = [Health(state).label for state in HealthState]
        words += ["Signing in", "Not saved yet", "Wrong account", "Interrupted", "30 September"]
        widest = max(map(self.small_metrics.horizontalAdvance, words))
        self.mark = scale_icon(_MARK)
        self._avatar = scale_icon(density.value[1])
        self._word_indent = self.mark + _WORD_GAP
        self._health_width = max(_HEALTH_WIDTH, widest + self._word_indent)

    @property
    def is_one_line(self) -> bool:
        """Whether the lines with name and time are left out."""
        return self.density is Density.TIGHT

    @property
    def height(self) -> int:
        """Row height in pixels."""
        natural, _ = self.density.value
        extra = self._handle_line - _HANDLE_LINE
        if not self.is_one_line:
            extra += self._small_line - _SMALL_LINE
        if self.is_stacked:
            extra += self._small_line
        return natural + -(-max(0, extra) // 4) * 4

    def needs_stacking(self, width: int) -> bool:
        """Whether a view of this width has no room for handle and status side by side."""
        side = self._avatar
        beside = 2 * S + 2 * M + side + 2 * M + self._health_width
        return width - beside < _STACK_BELOW_CHARACTERS * self.handle_metrics.averageCharWidth()

    def geometry(self, area: QRect, badge: str) -> RowGeometry:
        """Return where the parts of a row in this area are; badge is its text, "" for none."""
        row = area.adjusted(S, 0, -S, 0)
        inner = row.adjusted(M, 0, -M, 0)
        side = self._avatar
        avatar = QRect(inner.left(), inner.top() + (inner.height() - side) // 2, side, side)
        who = inner.adjusted(side + M, 0, 0, 0)
        if self.is_stacked:
            return self._geometry_stacked(row, avatar, who, badge)
        return self._geometry_side_by_side(row, avatar, who, badge)

    def _geometry_side_by_side(
        self, row: QRect, avatar: QRect, who: QRect, badge: str
    ) -> RowGeometry:
        health = who.adjusted(who.width() - self._health_width, 0, 0, 0)
        who = who.adjusted(0, 0, -(self._health_width + M), 0)
        column = self._badge_column(who)
        if column is not None:
            who.setRight(column.left() - M - 1)
        name, sub = self._two_lines(who)
        word, time = self._two_lines(health.adjusted(self._word_indent, 0, 0, 0))
        return RowGeometry(
            row=row,
            avatar=avatar,
            name=name,
            sub=sub,
            badge=self._badge_rect(column, badge),
            mark=QPoint(health.left() + 1, _centred_top(word, self.mark)),
            word=word,
            time=time,
        )

    def _geometry_stacked(self, row: QRect, avatar: QRect, who: QRect, badge: str) -> RowGeometry:
        below = who.adjusted(0, who.height() - self._small_line - _STACK_FOOT, 0, -_STACK_FOOT)
        name, sub = self._two_lines(who.adjusted(0, 0, 0, -self._small_line))
        column = self._badge_column(name)
        if column is not None:
            name = name.adjusted(0, 0, column.left() - M - 1 - name.right(), 0)
        return RowGeometry(
            row=row,
            avatar=avatar,
            name=name,
            sub=sub,
            badge=self._badge_rect(column, badge),
            mark=QPoint(below.left() + 1, _centred_top(below, self.mark)),
            word=below.adjusted(self._word_indent, 0, 0, 0),
            time=None,
        )

    def _badge_column(self, who: QRect) -> QRect | None:
        """Return the room for the badge, or None if the handle needs it."""
        spare = who.width() - self._badge_width - M
        if spare < _HANDLE_MIN_CHARACTERS * self.handle_metrics.averageCharWidth():
            return None
        return who.adjusted(spare + M, 0, 0, 0)

    def _badge_rect(self, column: QRect | None, text: str) -> QRect | None:
        if column is None or not text:
            return None
        top = column.center().y() - self._badge_height // 2 + 1
        return QRect(column.left(), top, self._badge_widths[text], self._badge_height)

    def _two_lines(self, column: QRect) -> tuple[QRect, QRect | None]:
        """Return the upper and the lower line of a column; None for a missing lower one."""
        if self.is_one_line:
            return column, None
        top = column.top() + (column.height() - self._handle_line - self._small_line) // 2
        upper = QRect(column.left(), top, column.width(), self._handle_line)
        lower = QRect(upper.left(), upper.bottom() + 1, upper.width(), self._small_line)
        return upper, lower


def _centred_top(line: QRect, height: int) -> int:
    return line.top() + (line.height() - height) // 2
