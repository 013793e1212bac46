"""A real keychain in every state: its own words and buttons, and a window that stays alive."""

from __future__ import annotations

import importlib
import threading
import time
from collections.abc import Generator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer

from tests.support.installations import NOON, Installation
from tests.support.keychain import KEYCHAIN_STATES, KeychainState, SecretService
from tests.support.run_records import FaultProof
from tests.support.vaults import MemoryVault
from tests.window.conftest import WindowFixtures
from tests.window.driver import WindowDriver
from twauth_gui.domain.secret import Secret
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.services.app_paths import AppPaths
from twauth_gui.services.container import open_services
from twauth_gui.store.deadline_vault import DeadlineVault
from twauth_gui.store.keychain import open_system_vault
from twauth_gui.store.vault import Vault

pytestmark = pytest.mark.keychain

DEADLINE = 3.0
"""Seconds for one call: the real one has 15, and the test waits for it."""

STALL_MS = 100


class ThreadRecordingVault:
    """A vault that notes the thread of each call."""

    def __init__(self, inner: Vault) -> None:
        self._inner = inner
        self.threads: set[int] = set()

    @property
    def name(self) -> str:
        return self._inner.name

    def read(self, service: str) -> Secret | None:
        self._note()
        return self._inner.read(service)

    def write(self, service: str, value: Secret) -> None:
        self._note()
        self._inner.write(service, value)

    def delete(self, service: str) -> None:
        self._note()
        self._inner.delete(service)

    def unlock(self) -> None:
        self._note()
        self._inner.unlock()

    def probe(self) -> None:
        self._note()
        self._inner.probe()

    def close(self) -> None:
        self._inner.close()

    def _note(self) -> None:
        self.threads.add(threading.get_ident())


class Pulse:
    """Beats in the event loop, and knows for how long it could not because of the loop's own work.

    The time in which another program had the processor is not the window's: what counts of a
    pause is the processor's time that this thread took, and that it was blocked is told by
    Overheard.
    """

    def __init__(self) -> None:
        self.beats = 0
        self.longest_ms = 0.0
        self._last = time.thread_time()
        self._timer = QTimer()
        self._timer.setInterval(5)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _beat(self) -> None:
        now = time.thread_time()
        self.longest_ms = max(self.longest_ms, (now - self._last) * 1000)
        self._last = now
        self.beats += 1


@pytest.fixture
def state(request: pytest.FixtureRequest) -> KeychainState:
    return KEYCHAIN_STATES[request.param]


@pytest.fixture
def service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: KeychainState
) -> Generator[SecretService]:
    with SecretService(tmp_path / "ss", activatable=state.is_activatable) as running:
        running.activate(monkeypatch)
        open_system_vault(
            "linux"
        ).close()  # loads the libraries, which can take longer than a deadline
        yield running


@pytest.fixture
def recording_vault(service: SecretService) -> ThreadRecordingVault:
    assert service.address
    return ThreadRecordingVault(DeadlineVault(lambda: open_system_vault("linux"), seconds=DEADLINE))


@pytest.fixture
def driver(
    person: WindowFixtures, tmp_path: Path, sandbox: Sandbox, recording_vault: ThreadRecordingVault
) -> Generator[WindowDriver]:
    places = AppPaths(tmp_path / "data")
    services = open_services(places, recording_vault, lambda: NOON)
    installation = Installation(places, MemoryVault(), sandbox, services)
    driver = WindowDriver(person.qtbot, installation, person.look)
    yield driver
    driver.close()
    installation.services.close()


def preload() -> None:
    """Load what explains: how long Python takes to read a module is not what is looked at here."""
    for name in ("problem_dialog", "vault.unlock_form"):
        _ = importlib.import_module(f"twauth_gui.gui.{name}")


def fill_in_app(driver: WindowDriver) -> None:
    driver.press("Add app")
    demo = driver.installation.sandbox.demo_app
    driver.type("API key", demo.api_key)
    driver.type("API secret", demo.api_secret)


@pytest.mark.no_cover  # the time that counts is the window's own
@pytest.mark.parametrize("state", KEYCHAIN_STATES, indirect=True)
def test_its_words_and_buttons(  # noqa: PLR0917 - fixtures
    driver: WindowDriver,
    state: KeychainState,
    service: SecretService,
    recording_vault: ThreadRecordingVault,
    proof: FaultProof,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _ = driver.installation.sign_in(driver.installation.add_app())
    recording_vault.threads.clear()
    driver.open()
    driver.wait_until(lambda: driver.has_button("Show the access token"))
    preload()
    if state.is_save_only:
        fill_in_app(driver)
    state.enter(service, monkeypatch)
    if state.needs_new_connection:
        recording_vault.close()
    pulse = Pulse()
    driver.wait_until(lambda: pulse.beats)
    driver.press("Save app" if state.is_save_only else "Show the access token")
    driver.wait_for_text(state.title.rstrip("."))
    driver.wait_for_text(state.why)
    assert driver.rows == ["@fernwick_news"]  # the list is readable in any of them
    assert threading.get_ident() not in recording_vault.threads
    assert pulse.longest_ms < STALL_MS
    # It went on while nothing answered.
    assert pulse.beats > 50 or state is not KEYCHAIN_STATES["hung"]
    pulse.stop()
    if not state.is_save_only:
        driver.press("Close")  # it was told in a sheet; the card has the words and the button too
    state.leave(service, monkeypatch)
    driver.press(state.button)
    if state.is_save_only:
        driver.wait_for_text("Add an account")
    else:
        driver.wait_until(lambda: driver.has_button("Show the access token"))
    proof.record(
        "The keychain in each of its states, under the real window",
        "Its own words and button; the list stays readable; the window's thread never waits for it",
        states=1,
    )


@pytest.mark.parametrize("state", ["locked"], indirect=True)
def test_a_prompt_that_nobody_answers(
    driver: WindowDriver,
    state: KeychainState,
    service: SecretService,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _ = driver.installation.sign_in(driver.installation.add_app())
    driver.open()
    state.enter(service, monkeypatch)
    driver.press("Show the access token")
    driver.press("Unlock keyring")  # there is no screen, so the prompt ends at once
    driver.wait_for_text("GNOME Keyring was not unlocked")
    driver.wait_for_text("The prompt was closed, or could not be shown.")
    state.leave(service, monkeypatch)
    driver.press("Unlock keyring")
    driver.wait_until(lambda: driver.has_text("20 s"))  # what was wanted has gone on
