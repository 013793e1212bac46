"""What the sidebar counts is what the list shows, whatever an account or a sign-in is like."""

from __future__ import annotations

from tests.services.approving import answer_for
from tests.services.ground import Ground
from tests.window.driver import Driver
from twauth_gui.domain.attempts import SignInMethod
from twauth_gui.services.requests import SignInRequest, WrongAccount
from twauth_gui.services.watch import NullProgress

SECTIONS = ("All accounts", "Needs attention", "Signing in", "Newsroom", "Weather")


def test_sidebar_and_list_agree(desk: Driver, ground: Ground) -> None:
    news, weather = ground.add_app("Newsroom"), ground.add_app("Weather")
    ground.sign_in(news)
    ground.sign_in(weather, "marsh_weather")
    sign_ins = ground.kit.sign_in
    sign_ins.begin(SignInRequest(weather.id, SignInMethod.PIN, "tidal_times"), NullProgress())
    asked = sign_ins.begin(
        SignInRequest(news.id, SignInMethod.PIN, "ferry_delays7"), NullProgress()
    )
    answer = answer_for(asked, "tidal_times")
    held = sign_ins.complete(asked.attempt.id, answer, NullProgress())
    assert isinstance(held, WrongAccount), "it waits for the person, so it needs attention"
    desk.open()
    for section in SECTIONS:
        counted = desk.button(section).accessibleName().rpartition(", ")[2]
        desk.press(section)
        words = "sign-in" if section == "Signing in" else "account"
        said = words if counted == "1" else f"{words}s"
        assert desk.sees(f"{counted} {said}"), section
        assert len(desk.rows) == int(counted)


def test_there_is_nothing_to_check_among_sign_ins(desk: Driver, ground: Ground) -> None:
    app = ground.add_app("Newsroom")
    ground.sign_in(app)
    ground.kit.sign_in.begin(SignInRequest(app.id, SignInMethod.PIN, "tidal_times"), NullProgress())
    desk.open()
    assert desk.button("Check all").isEnabled()
    desk.press("Signing in")
    assert not desk.button("Check all").isEnabled()
    assert "no account here" in desk.button("Check all").toolTip()
    desk.press("Newsroom")
    assert desk.button("Check all").isEnabled()
    assert not desk.button("Check all").toolTip()
