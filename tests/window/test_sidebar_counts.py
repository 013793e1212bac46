"""What the sidebar counts is what the list shows, whatever an account or a sign-in is like."""

from __future__ import annotations

from tests.support.installations import Installation
from tests.support.sandbox_browser import approve_for_response
from tests.window.driver import WindowDriver
from twauth_gui.domain.sign_in import SignInMethod
from twauth_gui.services.sign_in_requests import NullProgress, SignInRequest, WrongAccount

SECTIONS = ("All accounts", "Needs attention", "Signing in", "Newsroom", "Weather")


def test_sidebar_and_list_agree(driver: WindowDriver, installation: Installation) -> None:
    newsroom, weather = installation.add_app("Newsroom"), installation.add_app("Weather")
    installation.sign_in(newsroom)
    installation.sign_in(weather, "marsh_weather")
    sign_ins = installation.services.sign_in
    sign_ins.begin(SignInRequest(weather.id, SignInMethod.PIN, "tidal_times"), NullProgress())
    link = sign_ins.begin(
        SignInRequest(newsroom.id, SignInMethod.PIN, "ferry_delays7"), NullProgress()
    )
    answer = approve_for_response(link, "tidal_times")
    wrong_account = sign_ins.complete(link.pending.id, answer, NullProgress())
    assert isinstance(wrong_account, WrongAccount), "it waits for the person, so it needs attention"
    driver.open()
    for section in SECTIONS:
        counted = driver.button(section).accessibleName().rpartition(", ")[2]
        driver.press(section)
        words = "sign-in" if section == "Signing in" else "account"
        noun = words if counted == "1" else f"{words}s"
        assert driver.has_text(f"{counted} {noun}"), section
        assert len(driver.rows) == int(counted)


def test_there_is_nothing_to_check_among_sign_ins(
    driver: WindowDriver, installation: Installation
) -> None:
    app = installation.add_app("Newsroom")
    installation.sign_in(app)
    installation.services.sign_in.begin(
        SignInRequest(app.id, SignInMethod.PIN, "tidal_times"), NullProgress()
    )
    driver.open()
    assert driver.button("Check all").isEnabled()
    driver.press("Signing in")
    assert not driver.button("Check these").isEnabled()
    assert "no accounts here" in driver.button("Check these").toolTip()
    driver.press("Newsroom")
    assert driver.button("Check these").isEnabled()
    assert "no accounts here" not in driver.button("Check these").toolTip()
