"""Accounts are checked, many at once, and what stands in the way is told."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import Qt

from tests.services.ground import Ground
from tests.window.driver import Driver
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.check_cost import NOT_ABOUT_CREDITS
from twauth_gui.domain.health import HealthState
from twauth_gui.gui.checks import Checks
from twauth_gui.services.check_many import ManyChecker
from twauth_gui.services.kit import wall_clock


def states(ground: Ground) -> set[HealthState]:
    return {one.health.state for one in ground.kit.store.accounts.all()}


def spoken(desk: Driver, row: int) -> str:
    """Return what a screen reader says of a row."""
    index = desk.view.model().index(row, 0)
    return str(index.data(Qt.ItemDataRole.AccessibleTextRole))


def attention(desk: Driver) -> int:
    """How many rows the section holds that needs a person."""
    desk.press("Needs attention")
    count = len(desk.rows)
    desk.press("All accounts")
    return count


def test_check_all(desk: Driver, ground: Ground, accounts: list[Account]) -> None:
    ground.sandbox.change(latency=0.05)
    desk.open()
    desk.press("Check all")
    desk.until(lambda: desk.has("Stop checking"))
    desk.wait_for("3 working")
    assert states(ground) == {HealthState.WORKING}
    desk.select("@marsh_weather")
    desk.wait_for("Can read and write. Checked just now.")
    assert desk.has("Check all")


def test_checks_can_be_stopped(desk: Driver, ground: Ground, accounts: list[Account]) -> None:
    ground.sandbox.change(latency=0.3)
    desk.open()
    desk.press("Check all")
    desk.wait_for("Checked 0 of 3")
    desk.press("Stop checking")
    desk.until(lambda: desk.has("Check all"))
    desk.settle()
    desk.wait_for("Stopped: 3 not checked")
    assert states(ground) == {HealthState.NEVER_CHECKED}


def test_a_limit_is_told_with_a_way_to_stop(
    desk: Driver, ground: Ground, accounts: list[Account]
) -> None:
    kit = ground.kit
    kit.many_checker = ManyChecker(kit.store, kit.x_clients, kit.checker, wall_clock)
    ground.sandbox.break_with("rate-limited")
    desk.open()
    desk.press("Check all")
    desk.wait_for("The other 3 checks start by themselves.")
    assert "X asks to wait until " in desk.words
    ground.sandbox.mend()
    desk.press("Stop")
    desk.wait_for("Stopped: 3 not checked")
    assert states(ground) == {HealthState.NEVER_CHECKED}


def test_a_removal_can_be_undone_while_checks_run(
    desk: Driver, ground: Ground, accounts: list[Account]
) -> None:
    ground.sandbox.change(latency=0.5)
    desk.open()
    desk.select("@fernwick_news")
    desk.press("Remove…")
    desk.press("Remove")
    desk.until(lambda: desk.has("Undo"))
    desk.press("Check all")
    desk.until(lambda: desk.has("Check all"))
    desk.press("Undo")
    desk.wait_for("2 working")
    desk.until(lambda: "@fernwick_news" in desk.rows)


def test_a_clock_that_is_off_is_told_and_stops_nothing(
    desk: Driver, ground: Ground, accounts: list[Account]
) -> None:
    ground.sandbox.break_with("clock-behind")
    desk.open()
    desk.select("@fernwick_news")
    desk.press("Check now")
    desk.wait_for("The clock of the pretend X is 11 minutes behind.")
    desk.wait_for("Working")
    assert desk.window.desk.sheets.count() == 0


def test_all_times_pass_together(desk: Driver, ground: Ground, accounts: list[Account]) -> None:
    desk.open()
    desk.select("@fernwick_news")
    desk.press("Check now")
    desk.wait_for("Checked just now.")
    desk.wait_for("Checked: working, read and write")
    desk.now += timedelta(seconds=125)
    desk.window.desk.ticker.ticked.emit()
    assert "checked 2 minutes ago" in spoken(desk, 0)
    assert desk.sees("Checked 2 minutes ago.")
    assert desk.sees("2 min ago")
    assert "just now" not in desk.words.casefold()


def test_x_is_away(desk: Driver, ground: Ground, accounts: list[Account]) -> None:
    ground.sandbox.break_with("tokens-read-only")
    ground.kit.checker.check(accounts[0].id, CancelToken())
    ground.sandbox.mend()
    ground.sandbox.stop()
    desk.open()
    desk.select("@fernwick_news")
    desk.wait_for("This sign-in can only read")
    assert attention(desk) == 1
    desk.window.desk.window.select_account(accounts[0].id)
    desk.window.findChildren(Checks)[0].check([accounts[0].id])
    desk.wait_for("The last check, just now, failed: ")
    desk.wait_for("This sign-in can only read")
    assert attention(desk) == 1
    assert "read only, checked just now, the last check failed" in spoken(desk, 0)
    assert desk.window.desk.sheets.count() == 0
    ground.sandbox.start()


def test_several_selected(desk: Driver, ground: Ground, accounts: list[Account]) -> None:
    desk.open()
    desk.select("@fernwick_news", "@tidal_times")
    desk.wait_for("2 accounts selected")
    desk.press("Check")
    desk.wait_for("2 working")
    assert ground.kit.store.accounts.get(accounts[1].id).health.state is HealthState.NEVER_CHECKED
    desk.press("Export…")
    desk.wait_for("Export 2 accounts")


def test_working_does_not_speak_of_credits(
    desk: Driver, ground: Ground, accounts: list[Account]
) -> None:
    desk.open()
    desk.select("@fernwick_news")
    desk.wait_for("Never checked")
    assert NOT_ABOUT_CREDITS not in desk.words
    desk.press("Check now")
    desk.wait_for(NOT_ABOUT_CREDITS)
    ground.sandbox.break_with("no-credits-to-post")
    desk.press("Check now")
    desk.settle()
    desk.wait_for("Working")
    assert NOT_ABOUT_CREDITS in desk.words
    ground.sandbox.break_with("tokens-revoked")
    desk.press("Check now")
    desk.wait_for("X no longer accepts these credentials")
    assert NOT_ABOUT_CREDITS not in desk.words
