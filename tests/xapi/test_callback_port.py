"""Proves that the port of a callback is the listener's alone, or that it is said why it is not."""

from __future__ import annotations

import errno
import socket
import sys
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from typing_extensions import override

from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind, Remedy
from twauth_gui.xapi.callback_listener import CallbackListener

CALLBACK = "http://127.0.0.1:0/callback"


@pytest.fixture
def listener() -> Iterator[CallbackListener]:
    with CallbackListener(CALLBACK) as listening:
        yield listening


def test_a_taken_port_is_named(listener: CallbackListener) -> None:
    with pytest.raises(DiagnosedError) as caught:
        CallbackListener(listener.callback_url).open()
    found = caught.value.diagnosis
    assert found.kind is ProblemKind.PORT_TAKEN
    assert str(listener.port) in found.title
    assert found.remedy is Remedy.USE_PIN


class Forbidden(socket.socket):
    """A socket on a system that forbids the port, with the errors of Linux and Windows."""

    @override
    def bind(self, address: Any, /) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")


@pytest.mark.parametrize(
    ("port", "title", "advice"),
    [
        (443, "does not let Twauth listen on port 443", "above 1023"),
        (8739, "The system reserves port 8739", "another port"),
    ],
)
def test_a_forbidden_port_is_not_called_taken(
    monkeypatch: pytest.MonkeyPatch, port: int, title: str, advice: str
) -> None:
    monkeypatch.setattr(socket, "socket", Forbidden)
    with pytest.raises(DiagnosedError) as caught:
        CallbackListener(f"http://127.0.0.1:{port}/callback").open()
    found = caught.value.diagnosis
    assert found.kind is ProblemKind.PORT_TAKEN
    assert title in found.title
    assert advice in found.advice
    assert found.remedy is Remedy.USE_PIN


def test_only_loopback_is_bound(listener: CallbackListener) -> None:
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", listener.port), timeout=10)


class Options(socket.socket):
    """A socket that records the options set before it was bound, and binds to any free port."""

    calls: ClassVar[list[tuple[int, int, int]]] = []

    @override
    def setsockopt(self, *options: Any) -> None:
        self.calls.append(options)

    @override
    def bind(self, address: Any, /) -> None:
        self.calls.append((0, 0, 0))
        super().bind(address)


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_each_system_has_the_option_that_keeps_others_out(
    monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    """On Windows SO_REUSEADDR would let any program take the port over while it is listened at."""
    exclusive = ~socket.SO_REUSEADDR  # its value in the headers of Windows
    monkeypatch.setattr(socket, "SO_EXCLUSIVEADDRUSE", exclusive, raising=False)
    monkeypatch.setattr(socket, "socket", Options)
    monkeypatch.setattr(sys, "platform", platform)
    Options.calls.clear()
    with CallbackListener(CALLBACK):
        before = Options.calls[: Options.calls.index((0, 0, 0))]
    wanted = exclusive if platform == "win32" else socket.SO_REUSEADDR
    assert before == [(socket.SOL_SOCKET, wanted, 1)]


def test_nobody_else_takes_the_port_meanwhile(listener: CallbackListener) -> None:
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with pytest.raises(OSError, match="in use"):
            squatter.bind(("127.0.0.1", listener.port))
