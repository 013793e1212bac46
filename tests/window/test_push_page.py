"""Pushing to a secret store from the window: target, plan, progress, results, what goes wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.installations import Installation
from tests.support.vendors import Vendors
from tests.window.driver import WindowDriver
from twauth_gui.domain.accounts import Account
from twauth_gui.gui.parts.choice_table import ChoiceTable
from twauth_gui.gui.parts.choice_table_row import TableRow
from twauth_gui.gui.parts.choices import ComboBox

OWN = """format = 1
id = "vaulted"
title = "Vaulted"
preset = "x"
shape = "values"

[target.place]
ask = "Place"
pattern = '(?:[a-z]+)+'

[names]
pattern = '[A-Z_]+'

[set]
run = ["pass", "insert", "--multiline", "--force", "{place}/{name}"]
stdin = "value"
"""


@pytest.fixture
def vendors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Vendors:
    vendors = Vendors(tmp_path / "vendors")
    monkeypatch.setenv("PATH", str(vendors.bin))
    return vendors


def choose_store(driver: WindowDriver, title: str) -> None:
    """Open the dialog and choose a secret store."""
    driver.open()
    driver.press("Export…")
    driver.wait_for_text("Export @fernwick_news")
    driver.wait_idle()
    driver.press("Secret store")
    driver.wait_for_text("Repository")
    driver.wait_idle()
    top = driver.window.context.dialogs.top()
    assert top is not None
    box = next(one for one in top.findChildren(ComboBox) if one.accessibleName() == "Secret store")
    box.setCurrentIndex(box.findText(title))
    driver.wait_idle()


def table(driver: WindowDriver) -> ChoiceTable:
    top = driver.window.context.dialogs.top()
    assert top is not None
    return top.findChildren(ChoiceTable)[0]


def rows(driver: WindowDriver) -> dict[str, TableRow]:
    return {row.title: row for row in table(driver).rows.rows}


def words(driver: WindowDriver) -> dict[str, str]:
    return {title: row.status.word for title, row in rows(driver).items()}


def test_a_plan_is_applied_and_what_is_not_ours_is_asked_for(
    driver: WindowDriver, installation: Installation, account: Account, vendors: Vendors
) -> None:
    vendors.add_place("gh|acme/bots|", "X_API_KEY")
    choose_store(driver, "GitHub Actions")
    assert not driver.button("Check").isEnabled()
    driver.type("Repository", "acme bots")
    driver.wait_for_text("This does not fit: OWNER/REPOSITORY.")
    driver.type("Repository", "acme/bots")
    driver.press("Check")
    driver.wait_until(lambda: rows(driver))
    assert words(driver) == {
        "X_API_KEY": "There, but not yours",
        "X_API_SECRET": "Create",
        "X_ACCESS_TOKEN": "Create",
        "X_ACCESS_TOKEN_SECRET": "Create",
    }
    driver.wait_for_text("You are acme-ops there.")
    driver.button("Push 3 values")
    model = table(driver).rows
    model.check([rows(driver)["X_API_KEY"]], on=True)
    vendors.misbehave(gh={"only": "set", "says": "no quota\n"})
    driver.press("Push 4 values")
    driver.wait_for_text("4 failed.")
    assert "no quota" in rows(driver)["X_API_KEY"].status.reason
    vendors.misbehave()
    driver.press("Check again")
    driver.wait_until(lambda: words(driver)["X_API_SECRET"] == "Create")
    table(driver).rows.check([rows(driver)["X_API_KEY"]], on=True)
    driver.press("Push 4 values")
    driver.wait_for_text("3 created, 1 updated.")
    assert vendors.list_names() >= {"X_API_KEY", "X_ACCESS_TOKEN_SECRET"}
    token = installation.access_token(account)
    assert not any(token in call.line for call in vendors.take_calls())
    assert token not in driver.visible_text
    driver.press("Done")
    require_nothing_left(driver)


def require_nothing_left(driver: WindowDriver) -> None:
    """Check once more: the target is remembered, and there is nothing left to do."""
    driver.press("Export…")
    driver.press("Secret store")
    driver.wait_until(lambda: driver.line_edit("Repository").text() == "acme/bots")
    driver.press("Check")
    driver.wait_until(lambda: set(words(driver).values()) == {"Same"})
    assert not driver.button("Nothing to push").isEnabled()


def test_stopped_missing_and_logged_out(
    driver: WindowDriver, account: Account, vendors: Vendors
) -> None:
    vendors.misbehave(gh={"hang": True})
    choose_store(driver, "GitHub Actions")
    driver.type("Repository", "acme/bots")
    driver.press("Check")
    driver.wait_until(vendors.list_processes)
    driver.press("Stop")
    driver.wait_until(lambda: driver.button("Check").isEnabled())
    vendors.misbehave(gh={"says": "gh auth login\n", "code": 4})
    driver.press("Check")
    driver.wait_for_text("gh auth login")
    (vendors.bin / "gh").unlink()
    driver.press("Check")
    driver.wait_for_text("https://cli.github.com")
    left = [pid for pid in vendors.list_processes() if Path(f"/proc/{pid}").exists()]
    assert left == []


def test_a_push_that_is_under_way_is_stopped_before_the_dialog_closes(
    driver: WindowDriver, account: Account, vendors: Vendors
) -> None:
    choose_store(driver, "GitHub Actions")
    driver.type("Repository", "acme/bots")
    driver.press("Check")
    driver.wait_until(lambda: rows(driver))
    vendors.misbehave(gh={"only": "set", "hang": True})
    driver.press("Push 4 values")
    driver.wait_until(vendors.list_processes)
    driver.press("Cancel")
    driver.wait_until(lambda: driver.has_button("Check again"))
    assert set(words(driver).values()) <= {"Stopped", "Not certain"}
    driver.press("Cancel")
    assert driver.window.context.dialogs.count() == 0


def test_an_own_destination_runs_nothing_before_it_is_allowed(
    driver: WindowDriver, installation: Installation, account: Account, vendors: Vendors
) -> None:
    _ = installation.services.push.sources.add(OWN.encode(), "vaulted.toml")
    (installation.paths.data / "destinations" / "broken.toml").write_text("?")
    choose_store(driver, "Vaulted")
    driver.wait_for_text("broken.toml")
    # Its pattern would be tried for hours with this text.
    driver.type("Place", "a" * 60 + "1")
    driver.wait_for_text("pass insert --multiline --force")
    assert not driver.button("Check").isEnabled()
    driver.press("Allow these commands")
    driver.wait_idle()
    driver.type("Place", "bots")
    driver.press("Check")
    driver.wait_until(lambda: rows(driver))
    assert vendors.take_calls() == []
    assert set(words(driver).values()) == {"Not known"}
