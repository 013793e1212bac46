"""Each state of a row is painted in its colours; larger text makes rows taller."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from typing_extensions import override

from tests.gui.sample_rows import fixed_now, make_account_row, make_rows
from tests.support.qt import PartWindow, press_key
from twauth_gui.domain.access import AccessLevel
from twauth_gui.domain.health import HealthState
from twauth_gui.gui.accounts.account_delegate import RowPainter, RowState, find_words
from twauth_gui.gui.accounts.account_filter import AccountFilter
from twauth_gui.gui.accounts.account_list_model import AccountListModel, GroupHeading
from twauth_gui.gui.accounts.account_list_view import AccountListView
from twauth_gui.gui.accounts.account_row import AccountRow
from twauth_gui.gui.accounts.row_style import Density, RowStyle
from twauth_gui.gui.theme.look import Look

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

AREA = QRect(0, 0, 480, 48)
EDGE = QPoint(466, 24)  # inside the row, right of all text


def paint(
    look: Look, state: RowState, row: AccountRow | None = None, words: tuple[str, ...] = ()
) -> QImage:
    image = QImage(AREA.size(), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(look.colour("base"))
    painter = QPainter(image)
    row = row or make_account_row("fernwick_news", active=True)
    painted = RowPainter(look, RowStyle(Density.NORMAL), words)
    painted.paint(painter, AREA, row, time_text="2 h ago", state=state)
    painter.end()
    return image


def has(image: QImage, colour: QColor, area: QRect) -> bool:
    return any(
        image.pixelColor(x, y) == colour
        for x in range(area.left(), area.right() + 1)
        for y in range(area.top(), area.bottom() + 1)
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("state", "token"),
    [
        (RowState(), "base"),
        (RowState(hovered=True), "hover"),
        (RowState(selected=True), "accent-soft"),
        (RowState(selected=True, window_active=False), "hover-side"),
        (RowState(focused=True), "base"),
    ],
)
def test_ground(look: Look, theme: str, state: RowState, token: str) -> None:
    look.set_override(theme)
    image = paint(look, state)
    assert image.pixelColor(EDGE) == look.colour(token)
    accent = look.colour("accent-text")
    bar = image.pixelColor(10, 24) == accent
    assert bar == (state.selected and state.window_active)
    ring = image.pixelColor(240, 0) == accent
    assert ring == state.focused


def test_parts_stand_in_their_columns(look: Look) -> None:
    image = paint(look, RowState())
    back, _ = look.theme.hue(3)
    assert image.pixelColor(36, 12) == QColor(back)  # the avatar, above its letters
    assert has(image, look.colour("line-strong"), QRect(276, 10, 40, 30))  # the badge
    assert image.pixelColor(355, 16) == look.colour("ok-mark")
    assert has(image, look.colour("accent-text"), QRect(150, 6, 60, 20))  # the star
    broken = paint(look, RowState(), make_account_row("fernwick_quake", state=HealthState.REVOKED))
    assert has(broken, look.colour("bad-mark"), QRect(348, 8, 14, 14))
    nobody = paint(look, RowState(), make_account_row("fernwick_jobs", access=None))
    assert not has(nobody, look.colour("line-strong"), QRect(276, 6, 60, 36))


HANDLE, SUBTITLE = QRect(60, 5, 150, 19), QRect(60, 25, 210, 18)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("selected", [False, True])
def test_hits_are_marked(look: Look, theme: str, *, selected: bool) -> None:
    look.set_override(theme)
    state = RowState(selected=selected)
    ground = look.colour("base" if selected else "accent-soft")
    line = look.colour("accent-text")
    plain = paint(look, state, make_account_row("fernwick_news"))
    assert not has(plain, line, HANDLE)
    hit = paint(look, state, make_account_row("fernwick_news"), ("wick",))
    assert has(hit, ground, HANDLE)
    assert has(hit, line, HANDLE)
    assert not has(hit, line, SUBTITLE)
    above = hit.copy(HANDLE)
    assert above != plain.copy(HANDLE)
    both = paint(look, state, make_account_row("fernwick_news"), ("room", "wick"))
    assert has(both, line, SUBTITLE)
    noted = make_account_row("fernwick_news", note="posts daily", tags=("coast",))
    for word in ("daily", "coast", "8003"):
        image = paint(look, state, noted, (word,))
        assert has(image, line, SUBTITLE), f"what is found by {word} is not shown"


def test_words_are_found_in_what_is_shown() -> None:
    assert find_words("@Fernwick fern", ("fern", "wick")) == [(1, 9), (10, 14)]
    assert find_words("aaaa", ("aa",)) == [(0, 4)]
    assert find_words("Straße", ("str",)) == [], "places in the folded text are others"
    row = make_account_row("quay", note=f"{'x' * 40} festival of boats")
    assert row.explain_hit(("festival",)) == f"Note: …{'x' * 11} festival of boats"
    assert row.explain_hit(("quay", "newsroom")) == ""


def test_a_heading_is_painted_above_its_group(look: Look) -> None:
    image = QImage(AREA.size(), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(look.colour("base"))
    painter = QPainter(image)
    painted = RowPainter(look, RowStyle(Density.NORMAL))
    painted.paint_heading(painter, AREA, GroupHeading("Newsroom", 12))
    painter.end()
    assert has(image, look.colour("text-2"), QRect(20, 26, 80, 18))
    assert not has(image, look.colour("text-2"), QRect(0, 0, 480, 24))


def test_heights_follow_density_and_text(look: Look, qapp: QApplication) -> None:
    assert [RowStyle(density).height for density in Density] == [56, 48, 36]
    font = qapp.font()
    font.setPointSizeF(20)
    qapp.setFont(font)
    style = RowStyle(Density.NORMAL)
    assert style.height > 70
    assert style.needs_stacking(480)
    stacked = RowStyle(Density.NORMAL, stacked=True)
    places = stacked.geometry(QRect(0, 0, 480, stacked.height), AccessLevel.READ_WRITE_DM.badge)
    assert places.sub is not None
    assert places.row.contains(places.sub)
    assert places.row.contains(places.word)
    assert places.name.height() >= stacked.handle_metrics.height()
    assert places.word.height() >= stacked.small_metrics.height()
    assert places.name.bottom() < places.sub.top() <= places.sub.bottom() < places.word.top()
    assert places.name.width() >= stacked.handle_metrics.horizontalAdvance("@fernwick_news")


def test_narrow_lists_drop_the_badge_first(look: Look) -> None:
    style = RowStyle(Density.NORMAL)
    assert not style.needs_stacking(400)
    assert style.geometry(QRect(0, 0, 480, 48), "RW").badge is not None
    assert style.geometry(QRect(0, 0, 330, 48), "RW").badge is None
    assert style.geometry(QRect(0, 0, 480, 48), "").badge is None


def test_view_selects_opens_and_grows(look: Look, qtbot: QtBot, qapp: QApplication) -> None:
    model = AccountListModel(fixed_now)
    model.set_rows(make_rows())
    view = AccountListView(AccountFilter(model))
    window = PartWindow(look, view)
    qtbot.addWidget(window)
    window.resize(480, 400)
    window.show()
    emitted: list[object] = []
    view.selection_changed.connect(emitted.append)
    view.opened.connect(emitted.append)
    assert view.select_row("id-fernwick_news")
    view.activated.emit(view.currentIndex())
    assert emitted == [["id-fernwick_news"], "id-fernwick_news"]
    press_key(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(view.selected_ids()) == 6
    assert view.sizeHintForRow(0) == 48
    view.set_density(Density.TIGHT)
    assert view.sizeHintForRow(0) == 36
    font = qapp.font()
    font.setPointSizeF(20)
    qapp.setFont(font)
    assert view.sizeHintForRow(0) > 50


def test_rows_follow_the_theme(look: Look, qtbot: QtBot) -> None:
    model = AccountListModel(fixed_now)
    model.set_rows([make_account_row("fernwick_news")])
    view = AccountListView(AccountFilter(model))
    window = PartWindow(look, view)
    qtbot.addWidget(window)
    window.resize(480, 100)
    window.show()
    for theme in ("light", "dark"):
        look.set_override(theme)
        back, _ = look.theme.hue(3)
        assert has(view.viewport().grab().toImage(), QColor(back), QRect(0, 0, 60, 48))


def long_view(look: Look, qtbot: QtBot) -> tuple[PartWindow, AccountListView]:
    model = AccountListModel(fixed_now)
    model.set_rows([make_account_row(f"bot_{number:03}") for number in range(200)])
    view = AccountListView(AccountFilter(model))
    window = PartWindow(look, view)
    qtbot.addWidget(window)
    window.resize(480, 400)
    window.show()
    qtbot.waitExposed(window)
    return window, view


def in_sight(view: AccountListView, row: int) -> bool:
    return view.viewport().rect().contains(view.visualRect(view.model().index(row, 0)))


@pytest.mark.parametrize("change", ["roomy", "tight", "larger text", "narrow"])
@pytest.mark.parametrize("row", [3, 150, 199])
def test_the_selected_row_stays_in_sight(
    look: Look, qtbot: QtBot, qapp: QApplication, change: str, *, row: int
) -> None:
    window, view = long_view(look, qtbot)
    assert view.select_row(f"id-bot_{row:03}")
    top = view.visualRect(view.currentIndex()).top()
    if change == "larger text":
        font = qapp.font()
        font.setPointSizeF(20)
        qapp.setFont(font)
    elif change == "narrow":
        window.resize(300, 400)
        qapp.processEvents()
    else:
        view.set_density(Density[change.upper()])
    assert in_sight(view, row)
    moved = abs(view.visualRect(view.currentIndex()).top() - top)
    assert moved <= view.row_height or row != 150, "and where it stood"


def test_without_one_in_sight_the_uppermost_row_stays(look: Look, qtbot: QtBot) -> None:
    _window, view = long_view(look, qtbot)
    view.select_row("id-bot_000")
    view.scrollTo(view.model().index(120, 0), AccountListView.ScrollHint.PositionAtTop)
    assert in_sight(view, 120)
    view.set_density(Density.TIGHT)
    assert in_sight(view, 120)
    assert not in_sight(view, 119)
    assert view.selected_ids() == ["id-bot_000"]


def test_typing_finds_a_handle_without_the_at(look: Look, qtbot: QtBot) -> None:
    model = AccountListModel(fixed_now)
    model.set_rows(make_rows())
    view = AccountListView(AccountFilter(model))
    window = PartWindow(look, view)
    qtbot.addWidget(window)
    window.show()
    flags = QItemSelectionModel.SelectionFlag.Clear
    view.selectionModel().setCurrentIndex(QModelIndex(), flags)
    view.keyboardSearch("tid")
    assert view.selected_ids() == ["id-tidal_times"]
    assert view.viewport().size() != QSize()


class _Painted(QObject):
    """Records the areas in which a widget is painted."""

    def __init__(self) -> None:
        super().__init__()
        self.areas: list[QRect] = []

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.areas.append(event.rect())
        return False


def test_a_change_paints_its_row_alone(look: Look, qtbot: QtBot, qapp: QApplication) -> None:
    rows = [make_account_row(f"bot_{number:03}") for number in range(200)]
    model = AccountListModel(fixed_now)
    model.set_rows(rows)
    view = AccountListView(AccountFilter(model))
    window = PartWindow(look, view)
    qtbot.addWidget(window)
    window.resize(480, 400)
    window.show()
    painted = _Painted()
    view.viewport().installEventFilter(painted)
    alone = QRect(0, view.row_height, view.viewport().width(), view.row_height)

    def is_painted_alone() -> bool:
        """Change four rows, three of them not visible; a layout may still be pending."""
        painted.areas.clear()
        states = (HealthState.REVOKED, HealthState.WORKING)
        state = states[rows[1].status_word == "Revoked"]
        for place in (1, 120, 121, 199):
            rows[place] = make_account_row(f"bot_{place:03}", state=state)
        model.set_rows(rows)
        for _ in range(3):  # a layout that was put off comes first, then its paint
            qapp.processEvents()
        return painted.areas == [alone]

    qtbot.waitUntil(is_painted_alone)
