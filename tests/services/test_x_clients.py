"""Every service uses the network settings, and X's time if the clock is off."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.certificates import SERVER_NAME, Authority, ServerCertificate
from tests.support.http_servers import CannedServer, HttpProxy, SocksProxy
from tests.support.installations import Installation
from tests.support.sample_credentials import CREDENTIALS, KEYS
from tests.support.sandbox_browser import approve_for_pin, change_pin
from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.apps import App, AppCheck, CheckOutcome
from twauth_gui.domain.callback_response import parse_oauth1_response
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.health import HealthState
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import NetworkSettings
from twauth_gui.domain.sign_in import SignInMethod
from twauth_gui.services.app_check import check_saved_app
from twauth_gui.services.apps import AppDraft
from twauth_gui.services.settings import NetworkSettingError
from twauth_gui.services.sign_in_requests import NullProgress, SignInRequest

V1 = '{"id":1,"id_str":"1712904478206513153","screen_name":"fernwick_news","name":"Fernwick"}'


def call_every_service(installation: Installation, app: App) -> Account:
    """Call every service that calls X, one after the other."""
    cancel, services = CancelToken(), installation.services
    account = installation.sign_in(app)
    assert services.checker.check(account.id, cancel).diagnosis is None
    return services.account_removal.revoke(account.id, cancel)


@pytest.mark.parametrize("fault", ["clock-ahead", "clock-behind"])
def test_a_clock_that_is_off_stops_nothing_and_is_reported_once(
    installation: Installation, app: App, fault: str
) -> None:
    installation.sandbox.enable_faults(fault)
    assert call_every_service(installation, app).health.state is HealthState.REVOKED
    (note,) = installation.services.x_clients.take_notices()
    assert note.kind is ProblemKind.CLOCK
    other = "ahead" if fault == "clock-ahead" else "behind"
    assert note.title == f"The clock of the pretend X is 11 minutes {other}."
    assert not installation.services.x_clients.take_notices()


def test_an_app_check_reports_and_learns_the_clock(installation: Installation, app: App) -> None:
    installation.sandbox.enable_faults("clock-ahead")
    services = installation.services
    found = {
        one.check: one
        for one in check_saved_app(services.store, services.x_clients, app.id, CancelToken())
    }
    clock = found.pop(AppCheck.CLOCK)
    assert (clock.outcome, clock.title) == (
        CheckOutcome.WARN,
        "The clock of the pretend X is 11 minutes ahead.",
    )
    assert {one.outcome for one in found.values()} == {CheckOutcome.OK}
    assert services.x_clients.settings_for(app).clock_offset == pytest.approx(660, abs=5)
    assert not services.x_clients.take_notices()  # it was shown already
    installation.sandbox.disable_faults()
    again = check_saved_app(services.store, services.x_clients, app.id, CancelToken())
    assert {one.outcome for one in again} == {CheckOutcome.OK}


def test_a_clock_is_asked_for_once_then_known(installation: Installation, app: App) -> None:
    account = installation.sign_in(app)
    installation.sandbox.enable_faults("clock-ahead")
    assert installation.services.checker.check(account.id, CancelToken()).diagnosis is None
    assert installation.services.x_clients.settings_for(app).clock_offset == pytest.approx(
        660, abs=5
    )
    installation.sandbox.disable_faults()
    checked = installation.services.checker.check(account.id, CancelToken())
    assert checked.account.health.state is HealthState.WORKING
    assert installation.services.x_clients.settings_for(app).clock_offset == pytest.approx(0, abs=5)


def test_one_hosts_clock_says_nothing_about_another(installation: Installation, app: App) -> None:
    installation.sandbox.enable_faults("clock-ahead")
    _ = installation.sign_in(app)
    at_x = installation.services.apps.add(AppDraft("At X", KEYS))
    assert installation.services.x_clients.settings_for(at_x).clock_offset == 0


def test_behind_a_wrong_clock_the_true_reason_comes_out(
    installation: Installation, app: App
) -> None:
    link = installation.services.sign_in.begin(
        SignInRequest(app.id, SignInMethod.PIN, "fernwick_news"), NullProgress()
    )
    pin = approve_for_pin(link, "fernwick_news")
    installation.sandbox.enable_faults("clock-behind")
    wrong = parse_oauth1_response(change_pin(pin))
    with pytest.raises(DiagnosedError) as caught:
        installation.services.sign_in.complete(link.pending.id, wrong, NullProgress())
    assert caught.value.diagnosis.kind is ProblemKind.WRONG_PIN
    assert installation.services.x_clients.take_notices()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def account_far_away(installation: Installation) -> AccountId:
    """An account whose app has a host that only a proxy reaches."""
    app = installation.services.apps.add(
        AppDraft("Far away", KEYS, hosts=Hosts.from_api_url(f"https://{SERVER_NAME}"))
    )
    account = Account(
        id=AccountId("far"),
        app_id=app.id,
        user_id="1712904478206513153",
        handle="fernwick_news",
        signed_in_at=installation.services.now(),
        method=SignInMethod.PIN,
    )
    return installation.services.store.accounts.add(account, CREDENTIALS).id


@pytest.mark.parametrize("kind", [HttpProxy, SocksProxy])
def test_the_settings_lead_through_a_proxy_and_trust_its_certificate(
    installation: Installation, authority: Authority, kind: type[HttpProxy | SocksProxy]
) -> None:
    account_id = account_far_away(installation)
    with (
        CannedServer(tls=authority.context(ServerCertificate(SERVER_NAME))) as server,
        kind(server.port) as proxy,
    ):
        server.set_reply(200, V1)
        installation.services.network_settings.save(
            NetworkSettings(proxy.url, str(authority.bundle))
        )
        checked = installation.services.checker.check(account_id, CancelToken())
        assert checked.diagnosis is None
        assert proxy.heads
        installation.services.network_settings.save(NetworkSettings(proxy.url))
        checked = installation.services.checker.check(account_id, CancelToken())
    assert checked.diagnosis is not None
    assert checked.diagnosis.kind is ProblemKind.TLS
    assert len(server.requests) == 1


def test_settings_are_kept_and_what_cannot_be_used_is_refused(
    installation: Installation, authority: Authority, tmp_path: Path
) -> None:
    repository = installation.services.network_settings
    assert repository.load() == NetworkSettings()
    wanted = NetworkSettings(" proxy.example:3128 ", str(authority.bundle), 2, 3, 4)
    saved = repository.save(wanted)
    assert saved.proxy == "http://proxy.example:3128"
    installation.restart()
    repository = installation.services.network_settings
    assert repository.load() == saved
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
            repository.save(wrong)
    assert repository.load() == saved
    assert "Passw0rd" not in str(installation.services.store.settings.all())
    for damaged in ("{", "[]", '{"proxy": 3, "read_seconds": 9000, "ca_bundle": null}'):
        installation.services.store.settings.set("network", damaged)
        assert repository.load() == NetworkSettings()
