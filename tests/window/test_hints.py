"""One hint at a time, until it is dismissed."""

from __future__ import annotations

from tests.window.driver import WindowDriver
from twauth_gui.domain.accounts import Account
from twauth_gui.gui.help.hints import HINTS, HintBar, choose_hint


def test_a_dismissed_hint_does_not_come_back(driver: WindowDriver, accounts: list[Account]) -> None:
    driver.open()
    assert driver.window.findChildren(HintBar) == []  # the program asks for it, the tests do not
    driver.window.show_hint()
    driver.wait_for_text(HINTS[0].text)
    driver.press("Dismiss this hint")
    driver.wait_until(lambda: not driver.has_text(HINTS[0].text))
    driver.wait_idle()
    driver.close()
    driver.installation.restart()
    driver.open()
    driver.window.show_hint()
    driver.wait_for_text("F1 lists the keyboard shortcuts.")
    assert not driver.has_text(HINTS[0].text)


def test_a_hint_is_for_those_whom_it_helps() -> None:
    every = tuple(hint.id for hint in HINTS)
    assert choose_hint(0, ()) is None
    assert choose_hint(900, every) is None
    assert {choose_hint(900, every[:number]) for number in range(len(every))} == set(HINTS)
