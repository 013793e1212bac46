"""Requests of a second start to the window that is open: raise it, import files, open the palette.

One request per connection: a line of JSON, answered by a line. Both sides have a limit for its
length and for the time that it may take, so that neither can hold up the other.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.gui.start_request import StartRequest, decode_request, encode_request
from twauth_gui.services.instance_lock import InstanceLock, InstanceState

_MAX_BYTES = 256 * 1024
_MAX_CONNECTIONS = 16
_REQUEST_MS = 5000  # for a request to arrive
_CONNECT_MS = 10_000  # the first window may just be starting
_ANSWER_MS = 4000
_PAUSE_SECONDS = 0.05


class StartAnswer(StrEnum):
    """What became of a request; the last two are never sent."""

    DONE = "done"
    NOT_UNDERSTOOD = "not understood"
    NONE = "no answer in time"
    UNREACHABLE = "nobody listens"


class InstanceServer(QObject):
    """Listens for later starts; only this user can connect.

    Signals:
        requested: carries a StartRequest. It is answered once the slots have returned, so that a
            window which hangs does not answer.
    """

    requested = Signal(object)

    def __init__(self, address: str, parent: QObject) -> None:
        super().__init__(parent)
        self._address = address
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.setMaxPendingConnections(_MAX_CONNECTIONS)
        self._server.newConnection.connect(self._on_connected)

    def listen(self) -> bool:
        """Start listening, in place of a window that was killed; only for the holder of the lock.

        Returns:
            Whether the system lets it.
        """
        return self._server.listen(self._address)

    def close(self) -> None:
        """Stop listening; a later start does not reach this window any more."""
        self._server.close()

    def _on_connected(self) -> None:
        while self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            if len(self._server.findChildren(QLocalSocket)) > _MAX_CONNECTIONS:
                socket.abort()
                socket.deleteLater()
            else:
                _StartConnection(socket, self)


class _StartConnection(QObject):
    """Reads one request, has it handled, answers; ends with its socket."""

    def __init__(self, socket: QLocalSocket, server: InstanceServer) -> None:
        super().__init__(socket)
        self._socket = socket
        self._server = server
        self._received = b""
        socket.readyRead.connect(self._read)
        socket.disconnected.connect(socket.deleteLater)
        QTimer.singleShot(_REQUEST_MS, self, socket.abort)
        self._read()

    def _read(self) -> None:
        room = _MAX_BYTES - len(self._received)
        self._received += self._socket.read(room).data()
        if b"\n" in self._received:
            self._socket.readyRead.disconnect(self._read)
            self._handle(self._received.partition(b"\n")[0])
        elif len(self._received) >= _MAX_BYTES:
            self._answer(StartAnswer.NOT_UNDERSTOOD)

    def _handle(self, line: bytes) -> None:
        try:
            request = decode_request(line)
        except (ValueError, RecursionError):
            self._answer(StartAnswer.NOT_UNDERSTOOD)
            return
        self._server.requested.emit(request)
        self._answer(StartAnswer.DONE)

    def _answer(self, answer: StartAnswer) -> None:
        _ = self._socket.write(f"{answer}\n".encode())
        self._socket.disconnectFromServer()


def claim_instance(
    data: Path, request: StartRequest, answer_ms: int = _ANSWER_MS
) -> InstanceLock | None:
    """Become the window of a data folder, or hand over to the one that is open.

    A window that is just starting or closing does not listen: it is tried for ten seconds.

    Args:
        data: the data folder.
        request: what this start is for.
        answer_ms: how long to wait for the answer of a window that listens.

    Returns:
        The lock, which has the state TAKEN if the other window does not answer; None if it did
        what was requested.
    """
    deadline, pause = QDeadlineTimer(_CONNECT_MS), CancelToken()
    while True:
        instance = InstanceLock(data)
        if instance.state is not InstanceState.TAKEN:
            return instance
        answer = send_request(instance.address, request, answer_ms)
        if answer is StartAnswer.DONE:
            return None
        if answer is not StartAnswer.UNREACHABLE or deadline.hasExpired():
            return instance
        pause.sleep(_PAUSE_SECONDS)


def send_request(address: str, request: StartRequest, answer_ms: int = _ANSWER_MS) -> StartAnswer:
    """Send a request to the open window, and wait so many milliseconds for its answer."""
    socket, deadline = QLocalSocket(), QDeadlineTimer(answer_ms)
    socket.connectToServer(address)
    if not socket.waitForConnected(_milliseconds_left(deadline)):
        return StartAnswer.UNREACHABLE
    _ = socket.write(encode_request(request))
    received = b""
    while b"\n" not in received and not deadline.hasExpired() and len(received) < _MAX_BYTES:
        if not socket.waitForReadyRead(_milliseconds_left(deadline)):
            break
        received += socket.readAll().data()
    socket.abort()
    line = received.partition(b"\n")[0]
    return next((one for one in StartAnswer if one.encode() == line), StartAnswer.NONE)


def _milliseconds_left(deadline: QDeadlineTimer) -> int:
    return max(1, deadline.remainingTime())
