"""The ten states a real keychain can be found in, and what a person reads in each."""

from __future__ import annotations

import resource
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.secret_service import SecretService

if TYPE_CHECKING:
    import pytest


@dataclass(frozen=True)
class State:
    """title, why: what is read. button: what is pressed next.

    bring: leads a working keychain into it. mend: out of it again. saving: whether only saving
    fails. activatable: whether the bus starts the keychain again by itself. anew: whether a
    connection that is open does not notice it.
    """

    title: str
    why: str
    button: str
    bring: Callable[[SecretService, pytest.MonkeyPatch], None]
    mend: Callable[[SecretService, pytest.MonkeyPatch], None]
    saving: bool = False
    activatable: bool = True
    anew: bool = False


def _keyrings(service: SecretService) -> Path:
    return Path(service.env["XDG_DATA_HOME"]) / "keyrings"


def _lock(service: SecretService, _patch: pytest.MonkeyPatch) -> None:
    service.lock()


def _unlock(service: SecretService, _patch: pytest.MonkeyPatch) -> None:
    service.unlock()


def _kill(service: SecretService, _patch: pytest.MonkeyPatch) -> None:
    service.kill()


def _start(service: SecretService, _patch: pytest.MonkeyPatch) -> None:
    service.kill()
    service.start()


def _pause(service: SecretService, _patch: pytest.MonkeyPatch) -> None:
    service.pause()


def _resume(service: SecretService, _patch: pytest.MonkeyPatch) -> None:
    service.resume()


def _hide_bus(_service: SecretService, patch: pytest.MonkeyPatch) -> None:
    patch.delenv("DBUS_SESSION_BUS_ADDRESS")


def _show_bus(service: SecretService, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("DBUS_SESSION_BUS_ADDRESS", service.address)


def _kill_bus(service: SecretService, _patch: pytest.MonkeyPatch) -> None:
    service.kill()
    service.stop_bus()


def _start_bus(service: SecretService, patch: pytest.MonkeyPatch) -> None:
    service.start_bus()
    patch.setenv("DBUS_SESSION_BUS_ADDRESS", service.address)
    service.start()


def _forget_collection(service: SecretService, _patch: pytest.MonkeyPatch) -> None:
    service.kill()
    _keyrings(service).rename(service.directory / "away")
    service.start(unlocked=False)


def _remember_collection(service: SecretService, _patch: pytest.MonkeyPatch) -> None:
    service.kill()
    for file in (service.directory / "away").iterdir():
        _ = file.rename(_keyrings(service) / file.name)
    service.start()


def _close_disk(service: SecretService, _patch: pytest.MonkeyPatch) -> None:
    """Let no file of it grow, so that it saves nothing; root too is refused by that."""
    _ = resource.prlimit(service.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


def _open_disk(service: SecretService, _patch: pytest.MonkeyPatch) -> None:
    endless = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    _ = resource.prlimit(service.pid, resource.RLIMIT_FSIZE, endless)


_ABSENT = "No keychain on this computer."
_LOCKED = "GNOME Keyring is locked."

STATES: Mapping[str, State] = {
    "absent": State(_ABSENT, "No program offers", "Try again", _kill, _start, activatable=False),
    "locked": State(_LOCKED, "The credentials are safe in it.", "Unlock keyring", _lock, _unlock),
    "hung": State("GNOME Keyring does not answer.", "A prompt", "Try again", _pause, _resume),
    "killed": State(_LOCKED, "was started again", "Unlock keyring", _kill, _start),
    "no bus": State(
        _ABSENT, "There is no session bus", "Try again", _hide_bus, _show_bus, anew=True
    ),
    "bus killed": State(
        _ABSENT, "The session bus (D-Bus) has ended.", "Try again", _kill_bus, _start_bus
    ),
    "no collection": State(
        *(_LOCKED, "no default keyring yet", "Unlock keyring"),
        _forget_collection,
        _remember_collection,
    ),
    "not writable": State(
        *("GNOME Keyring cannot save.", "may be full or read-only", "Save app"),
        _close_disk,
        _open_disk,
        saving=True,
    ),
}
