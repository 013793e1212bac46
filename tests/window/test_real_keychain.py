"""A real keychain in every state: its own words and buttons, and a window that stays alive."""

from __future__ import annotations

import importlib
import threading
import time
from collections.abc import Generator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer

from tests.services.ground import NOON, Ground
from tests.support.keychain_states import STATES, State
from tests.support.memory_vault import MemoryVault
from tests.support.proof import Proof
from tests.support.secret_service import SecretService
from tests.window.conftest import Person
from tests.window.driver import Driver
from twauth_gui.domain.secret import Secret
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.services.kit import open_services
from twauth_gui.services.places import AppPaths
from twauth_gui.store.deadline import DeadlineVault
from twauth_gui.store.keychain import system_vault
from twauth_gui.store.vault import Vault

pytestmark = pytest.mark.keychain

DEADLINE = 3.0
"""Seconds for one call: the real one has 15, and the test waits for it."""

STALL_MS = 100


class Overheard:
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
def state(request: pytest.FixtureRequest) -> State:
    return STATES[request.param]


@pytest.fixture
def service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: State
) -> Generator[SecretService]:
    with SecretService(tmp_path / "ss", activatable=state.activatable) as running:
        running.activate(monkeypatch)
        system_vault("linux").close()  # loads the libraries, which can take longer than a deadline
        yield running


@pytest.fixture
def overheard(service: SecretService) -> Overheard:
    assert service.address
    return Overheard(DeadlineVault(lambda: system_vault("linux"), seconds=DEADLINE))


@pytest.fixture
def desk(
    person: Person, tmp_path: Path, sandbox: Sandbox, overheard: Overheard
) -> Generator[Driver]:
    places = AppPaths(tmp_path / "data")
    kit = open_services(places, overheard, lambda: NOON)
    ground = Ground(places, MemoryVault(), sandbox, kit)
    driver = Driver(person.qtbot, ground, person.look)
    yield driver
    driver.close()
    ground.kit.close()


def preload() -> None:
    """Load what explains: how long Python takes to read a module is not what is looked at here."""
    for name in ("explain_sheet", "vault.unlock_sheet"):
        _ = importlib.import_module(f"twauth_gui.gui.{name}")


def fill_in_app(desk: Driver) -> None:
    desk.press("Add app")
    demo = desk.ground.sandbox.demo_app
    desk.type("API key", demo.api_key)
    desk.type("API secret", demo.api_secret)


@pytest.mark.parametrize("state", STATES, indirect=True)
def test_its_words_and_buttons(  # noqa: PLR0917 - fixtures
    desk: Driver,
    state: State,
    service: SecretService,
    overheard: Overheard,
    proof: Proof,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _ = desk.ground.sign_in(desk.ground.add_app())
    overheard.threads.clear()
    desk.open()
    desk.until(lambda: desk.has("Show the access token"))
    preload()
    if state.saving:
        fill_in_app(desk)
    state.bring(service, monkeypatch)
    if state.anew:
        overheard.close()
    pulse = Pulse()
    desk.press("Save app" if state.saving else "Show the access token")
    desk.wait_for(state.title.rstrip("."))
    desk.wait_for(state.why)
    assert desk.rows == ["@fernwick_news"]  # the list is readable in any of them
    assert threading.get_ident() not in overheard.threads
    assert pulse.longest_ms < STALL_MS
    assert pulse.beats > 50 or state is not STATES["hung"]  # it went on while nothing answered
    pulse.stop()
    if not state.saving:
        desk.press("Close")  # it was told in a sheet; the card has the words and the button too
    state.mend(service, monkeypatch)
    desk.press(state.button)
    if state.saving:
        desk.wait_for("Add an account")
    else:
        desk.until(lambda: desk.has("Show the access token"))
    proof.saw(
        "The keychain in each of its states, under the real window",
        "Its own words and button; the list stays readable; the window's thread never waits for it",
        states=1,
    )


@pytest.mark.parametrize("state", ["locked"], indirect=True)
def test_a_prompt_that_nobody_answers(
    desk: Driver, state: State, service: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ = desk.ground.sign_in(desk.ground.add_app())
    desk.open()
    state.bring(service, monkeypatch)
    desk.press("Show the access token")
    desk.press("Unlock keyring")  # there is no screen, so the prompt ends at once
    desk.wait_for("GNOME Keyring was not unlocked")
    desk.wait_for("The prompt was closed, or could not be shown.")
    state.mend(service, monkeypatch)
    desk.press("Unlock keyring")
    desk.until(lambda: desk.sees("20 s"))  # what was wanted has gone on
