"""The list model sends signals only for what changed; the filter finds every search word."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from tests.gui.sample_rows import fixed_now, make_account_row, make_pending_row, make_rows
from twauth_gui.domain.health import HealthState
from twauth_gui.domain.sign_in import PendingState
from twauth_gui.gui.accounts.account_filter import (
    ALL,
    ATTENTION,
    SIGNING_IN,
    AccountFilter,
    app_section,
)
from twauth_gui.gui.accounts.account_list_model import (
    AccountListModel,
    AccountRole,
    Arrangement,
    RowGrouping,
    SortOrder,
    group_runs,
    parse_arrangement,
)
from twauth_gui.gui.accounts.account_list_view import AccountListView
from twauth_gui.gui.accounts.account_query import AccountQuery, parse_query
from twauth_gui.gui.accounts.account_row import AccountRow
from twauth_gui.gui.theme.look import Look

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def make(rows: list[AccountRow] | None = None) -> tuple[AccountListModel, AccountFilter]:
    model = AccountListModel(fixed_now)
    model.set_rows(make_rows() if rows is None else rows)
    return model, AccountFilter(model)


def shown(rows: AccountFilter) -> list[str]:
    handles = [
        str(rows.index(place, 0).data(AccountRole.HANDLE)) for place in range(rowcount(rows))
    ]
    assert [row.handle for row in rows.visible_rows()] == handles
    return handles


def rowcount(rows: AccountFilter) -> int:
    return rows.rowCount()


def test_models_keep_qts_contract() -> None:
    model, rows = make()
    loud = QAbstractItemModelTester.FailureReportingMode.Warning
    testers = [QAbstractItemModelTester(tested, loud) for tested in (model, rows)]
    model.arrange(Arrangement(SortOrder.HEALTH, RowGrouping.APP))
    rows.set_query(parse_query("fern"))
    model.set_rows(make_rows()[2:])
    model.set_rows([])
    rows.set_query(AccountQuery())
    model.set_rows(make_rows())
    assert len(testers) == 2


def test_accessible_text_says_the_whole_row() -> None:
    model, _ = make()
    role = Qt.ItemDataRole.AccessibleTextRole
    spoken = {row.handle: model.index(place).data(role) for place, row in enumerate(model.rows)}
    assert spoken["fernwick_news"] == (
        "@fernwick_news, Newsroom, read and write, working, checked 2 hours ago, active"
    )
    assert spoken["fernwick_quake"].endswith("revoked, checked yesterday")
    assert spoken["marsh_weather"] == "@marsh_weather, Newsroom, signing in, since 14:02"
    assert spoken["oldquay_books"].endswith("never checked, added today")


def test_a_refresh_keeps_the_selection(look: Look, qtbot: QtBot) -> None:
    model, rows = make()
    view = AccountListView(rows)
    qtbot.addWidget(view)
    assert view.select_row("id-fernwick_quake")
    fresh = [row for row in make_rows() if row.handle != "fernwick_news"]
    fresh.append(make_account_row("aaa_first"))
    resets: list[None] = []
    model.modelReset.connect(lambda: resets.append(None))
    model.set_rows(fresh)
    assert view.selected_ids() == ["id-fernwick_quake"]
    assert shown(rows)[0] == "aaa_first"
    assert not resets
    assert not view.select_row("id-fernwick_news")


def test_only_changed_rows_are_announced() -> None:
    model, _ = make()
    changed_rows: list[tuple[int, int]] = []

    def note(first: QModelIndex, last: QModelIndex) -> None:
        changed_rows.append((first.row(), last.row()))

    model.dataChanged.connect(note)
    model.set_rows(make_rows())
    assert changed_rows == []
    changed = make_rows()
    changed[0] = replace(changed[0], is_checking=True)
    model.set_rows(changed)
    place = model.row_number_of("id-tidal_times")
    assert changed_rows == [(place, place)]
    model.refresh_times()
    assert changed_rows[-1] == (0, 5)


def test_search_looks_through_everything_a_person_knows() -> None:
    _, rows = make()
    for text, found in {
        "FERN": ["fernwick_news", "fernwick_quake"],
        "fern alerts": ["fernwick_quake"],
        "tide": ["tidal_times"],
        "07:00": ["fernwick_news"],
        "coast": ["tidal_times"],
        "@marsh": ["marsh_weather"],
        "nothing_like_it": [],
    }.items():
        rows.set_query(parse_query(text))
        assert shown(rows) == found, text


def test_sections() -> None:
    model, rows = make()
    rows.set_section(ATTENTION)
    assert shown(rows) == ["fernwick_quake", "Ferry_delays7"]
    rows.set_section(SIGNING_IN)
    assert shown(rows) == ["marsh_weather"]
    rows.set_section(app_section("alerts"))
    assert shown(rows) == ["fernwick_quake", "Ferry_delays7"]
    rows.set_section(ALL)
    assert rows.rowCount() == 6
    wrong_account = make_pending_row("marsh_weather", state=PendingState.WRONG_ACCOUNT)
    model.set_rows([wrong_account])
    rows.set_section(ATTENTION)
    assert shown(rows) == ["marsh_weather"]
    assert rows.index(0, 0).data(AccountRole.WHEN) == "Since 14:02"


@pytest.mark.parametrize(
    ("order", "first"),
    [
        (SortOrder.HANDLE, ["fernwick_news", "fernwick_quake", "Ferry_delays7"]),
        (SortOrder.CHECKED, ["tidal_times", "fernwick_news", "Ferry_delays7"]),
        (SortOrder.HEALTH, ["fernwick_quake", "Ferry_delays7", "marsh_weather"]),
        (SortOrder.NEWEST, ["fernwick_news", "fernwick_quake", "Ferry_delays7"]),
    ],
)
def test_orders(order: SortOrder, first: list[str]) -> None:
    model, rows = make()
    tidal_index = QPersistentModelIndex(rows.index_of("id-tidal_times"))
    model.arrange(Arrangement(order))
    assert shown(rows)[:3] == first
    assert tidal_index.data(AccountRole.HANDLE) == "tidal_times"
    assert model.arrangement.order is order


ROWS = st.lists(
    st.builds(
        make_account_row,
        st.sampled_from(["aa", "bb", "cc", "dd", "ee", "ff"]),
        state=st.sampled_from(HealthState),
        hours=st.sampled_from([1.0, 5.0, None]),
    ),
    unique_by=lambda row: row.id,
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=60,
)
@given(before=ROWS, after=ROWS, order=st.sampled_from(SortOrder))
def test_any_change_ends_in_the_same_list(
    look: Look, before: list[AccountRow], after: list[AccountRow], order: SortOrder
) -> None:
    model, rows = make(before)
    selection = QItemSelectionModel(rows)
    selection.select(rows.index(0, 0), QItemSelectionModel.SelectionFlag.Select)
    chosen = rows.index(0, 0).data(AccountRole.ID) if before else None
    model.arrange(Arrangement(order))
    model.set_rows(after)
    plain = AccountListModel(fixed_now)
    plain.arrange(Arrangement(order))
    plain.set_rows(after)
    assert list(model.rows) == list(plain.rows)
    selected = [index.data(AccountRole.ID) for index in selection.selectedIndexes()]
    assert selected == ([chosen] if model.row_number_of(str(chosen)) >= 0 else [])


def test_a_group_is_said_with_its_first_row() -> None:
    model, rows = make()
    model.arrange(Arrangement(grouping=RowGrouping.APP))
    role = Qt.ItemDataRole.AccessibleTextRole
    spoken = [str(rows.index(place, 0).data(role)) for place in range(4)]
    assert spoken[0] == "Alerts, 2 accounts"
    assert spoken[1].startswith("Alerts, 2 accounts: @fernwick_quake, Alerts")
    assert spoken[2].startswith("@Ferry_delays7, ")
    assert spoken[3] == "Newsroom, 4 accounts"
    assert not rows.index(0, 0).flags()
    assert rows.index_of("id-fernwick_news").row() == 4
    rows.set_query(parse_query("tidal"))
    assert rows.index_of("id-tidal_times").row() == 1
    assert not rows.index_of("id-fernwick_news").isValid()


def test_favourites_come_first() -> None:
    favourite = make_account_row("zz_last")
    assert favourite.account is not None
    favourite = replace(favourite, subject=replace(favourite.account, is_favourite=True))
    model, rows = make([*make_rows(), favourite])
    assert shown(rows)[0] == "zz_last"
    assert str(rows.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)).endswith(", favourite")
    without = replace(model.arrangement, favourites_first=False)
    model.arrange(without)
    assert shown(rows)[-1] == "zz_last"
    assert parse_arrangement(str(without)) == without
    assert parse_arrangement("colour") == Arrangement()


def test_a_search_keeps_what_is_selected(look: Look, qtbot: QtBot) -> None:
    _, rows = make()
    view = AccountListView(rows)
    qtbot.addWidget(view)
    view.selectAll()
    emitted: list[list[str]] = []
    view.selection_changed.connect(emitted.append)
    rows.set_query(parse_query("fern"))
    assert view.selected_ids() == ["id-fernwick_news", "id-fernwick_quake"]
    rows.set_query(parse_query("quake"))
    rows.set_query(parse_query("quak"))
    assert emitted == [["id-fernwick_news", "id-fernwick_quake"], ["id-fernwick_quake"]]
    rows.set_query(parse_query("nothing"))
    assert emitted[-1] == []


def test_runs_group_neighbours() -> None:
    assert list(group_runs([1, 2, 3, 7, 9, 10])) == [(1, 3), (7, 7), (9, 10)]
    assert list(group_runs([])) == []
