"""Every service goes to X by the network as it is set, and with X's time where the clock is off."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.services.approving import other_than, pin_for
from tests.services.ground import Ground
from tests.xapi.canned import Canned
from tests.xapi.certificates import NAME, Authority, Wanted
from tests.xapi.relays import HttpProxy, SocksProxy
from tests.xapi.samples import CREDENTIALS, KEYS
from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.answer import parse_oauth1_response
from twauth_gui.domain.apps import App
from twauth_gui.domain.attempts import SignInMethod
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.findings import Check, CheckOutcome
from twauth_gui.domain.health import HealthState
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import NetworkSettings
from twauth_gui.services.app_check import check_kept
from twauth_gui.services.apps import AppDraft
from twauth_gui.services.network_settings import NetworkSettingError
from twauth_gui.services.requests import SignInRequest
from twauth_gui.services.watch import NullProgress

V1 = '{"id":1,"id_str":"1712904478206513153","screen_name":"fernwick_news","name":"Fernwick"}'


def everything(ground: Ground, app: App) -> Account:
    """Every service that speaks to X, one after the other."""
    cancel, kit = CancelToken(), ground.kit
    account = ground.sign_in(app)
    assert kit.checker.check(account.id, cancel).diagnosis is None
    return kit.account_removal.revoke(account.id, cancel)


@pytest.mark.parametrize("fault", ["clock-ahead", "clock-behind"])
def test_a_clock_that_is_off_stops_nothing_and_is_told_once(
    ground: Ground, app: App, fault: str
) -> None:
    ground.sandbox.break_with(fault)
    assert everything(ground, app).health.state is HealthState.REVOKED
    (note,) = ground.kit.x_clients.take_notes()
    assert note.kind is ProblemKind.CLOCK
    other = "ahead" if fault == "clock-ahead" else "behind"
    assert note.title == f"The clock of the pretend X is 11 minutes {other}."
    assert not ground.kit.x_clients.take_notes()


def test_a_look_at_an_app_tells_of_the_clock_and_learns_it(ground: Ground, app: App) -> None:
    ground.sandbox.break_with("clock-ahead")
    kit = ground.kit
    found = {one.check: one for one in check_kept(kit.store, kit.x_clients, app.id, CancelToken())}
    clock = found.pop(Check.CLOCK)
    assert (clock.outcome, clock.title) == (
        CheckOutcome.WARN,
        "The clock of the pretend X is 11 minutes ahead.",
    )
    assert {one.outcome for one in found.values()} == {CheckOutcome.OK}
    assert kit.x_clients.to(app).clock_offset == pytest.approx(660, abs=5)
    assert not kit.x_clients.take_notes()  # it is told already
    ground.sandbox.mend()
    again = check_kept(kit.store, kit.x_clients, app.id, CancelToken())
    assert {one.outcome for one in again} == {CheckOutcome.OK}


def test_a_clock_is_asked_for_once_then_known(ground: Ground, app: App) -> None:
    account = ground.sign_in(app)
    ground.sandbox.break_with("clock-ahead")
    assert ground.kit.checker.check(account.id, CancelToken()).diagnosis is None
    assert ground.kit.x_clients.to(app).clock_offset == pytest.approx(660, abs=5)
    ground.sandbox.mend()
    checked = ground.kit.checker.check(account.id, CancelToken())
    assert checked.account.health.state is HealthState.WORKING
    assert ground.kit.x_clients.to(app).clock_offset == pytest.approx(0, abs=5)


def test_one_hosts_clock_says_nothing_about_another(ground: Ground, app: App) -> None:
    ground.sandbox.break_with("clock-ahead")
    _ = ground.sign_in(app)
    at_x = ground.kit.apps.add(AppDraft("At X", KEYS))
    assert ground.kit.x_clients.to(at_x).clock_offset == 0


def test_behind_a_wrong_clock_the_true_reason_comes_out(ground: Ground, app: App) -> None:
    invitation = ground.kit.sign_in.begin(
        SignInRequest(app.id, SignInMethod.PIN, "fernwick_news"), NullProgress()
    )
    pin = pin_for(invitation, "fernwick_news")
    ground.sandbox.break_with("clock-behind")
    wrong = parse_oauth1_response(other_than(pin))
    with pytest.raises(DiagnosedError) as caught:
        ground.kit.sign_in.complete(invitation.attempt.id, wrong, NullProgress())
    assert caught.value.diagnosis.kind is ProblemKind.WRONG_PIN
    assert ground.kit.x_clients.take_notes()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def account_far_away(ground: Ground) -> AccountId:
    """An account whose app is at a host that only a proxy leads to."""
    app = ground.kit.apps.add(AppDraft("Far away", KEYS, hosts=Hosts.at(f"https://{NAME}")))
    account = Account(
        id=AccountId("far"),
        app_id=app.id,
        user_id="1712904478206513153",
        handle="fernwick_news",
        signed_in_at=ground.kit.now(),
        method=SignInMethod.PIN,
    )
    return ground.kit.store.accounts.add(account, CREDENTIALS).id


@pytest.mark.parametrize("kind", [HttpProxy, SocksProxy])
def test_the_settings_lead_through_a_proxy_and_trust_its_certificate(
    ground: Ground, authority: Authority, kind: type[HttpProxy | SocksProxy]
) -> None:
    account_id = account_far_away(ground)
    with Canned(tls=authority.context(Wanted(NAME))) as server, kind(server.port) as proxy:
        server.says(200, V1)
        ground.kit.network.change(NetworkSettings(proxy.url, str(authority.bundle)))
        checked = ground.kit.checker.check(account_id, CancelToken())
        assert checked.diagnosis is None
        assert proxy.heads
        ground.kit.network.change(NetworkSettings(proxy.url))
        checked = ground.kit.checker.check(account_id, CancelToken())
    assert checked.diagnosis is not None
    assert checked.diagnosis.kind is ProblemKind.TLS
    assert len(server.requests) == 1


def test_settings_are_kept_and_what_cannot_be_used_is_refused(
    ground: Ground, authority: Authority, tmp_path: Path
) -> None:
    shelf = ground.kit.network
    assert shelf.current() == NetworkSettings()
    wanted = NetworkSettings(" proxy.example:3128 ", str(authority.bundle), 2, 3, 4)
    kept = shelf.change(wanted)
    assert kept.proxy == "http://proxy.example:3128"
    ground.restart()
    shelf = ground.kit.network
    assert shelf.current() == kept
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing")
    for wrong, words in (
        (NetworkSettings("ftp://x"), "starts with http"),
        (NetworkSettings("http://me:Passw0rd@proxy.example:3128"), "https_proxy"),
        (NetworkSettings(ca_bundle=str(empty)), "no certificate"),
        (NetworkSettings(ca_bundle=str(tmp_path / "gone.pem")), "cannot be read"),
        (NetworkSettings(read_seconds=0), "0.1 to 120 seconds"),
        (NetworkSettings(total_seconds=float("nan")), "0.2 to 300 seconds"),
    ):
        with pytest.raises(NetworkSettingError, match=words):
            shelf.change(wrong)
    assert shelf.current() == kept
    assert "Passw0rd" not in str(ground.kit.store.settings.all())
    for damaged in ("{", "[]", '{"proxy": 3, "read_seconds": 9000, "ca_bundle": null}'):
        ground.kit.store.settings.set("network", damaged)
        assert shelf.current() == NetworkSettings()
