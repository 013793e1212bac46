"""Requests of a second start to the window that is open: raise it, import files, open the palette.

One request per connection: a line of JSON, answered by a line. Both sides have a limit for its
length and for the time that it may take, so that neither can hold up the other.
"""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QDeadlineTimer, QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.gui.start_request import StartRequest, decode_request, encode_request

_MAX_BYTES = 256 * 1024
_MAX_CONNECTIONS = 16
_REQUEST_MS = 5000  # for a request to arrive
_CONNECT_MS = 10_000  # the first window may just be starting
_ANSWER_MS = 4000
_PAUSE_SECONDS = 0.05


class StartAnswer(StrEnum):
    """What became of a request."""

    DONE = "done"
    NOT_UNDERSTOOD = "not understood"


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
        """Start listening; only for the holder of the lock: a socket that is there is a dead one.

        Returns:
            Whether the system lets it.
        """
        _ = QLocalServer.removeServer(self._address)
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
                _Connection(socket, self)


class _Connection(QObject):
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


def send_request(
    address: str,
    request: StartRequest,
    *,
    connect_ms: int = _CONNECT_MS,
    answer_ms: int = _ANSWER_MS,
) -> bool:
    """Hand a request over to the open window; return whether that window took it.

    connect_ms: how long to try to reach it. answer_ms: how long to wait for its answer.
    """
    socket = QLocalSocket()
    if not _connect(socket, address, connect_ms):
        return False
    deadline = QDeadlineTimer(answer_ms)
    _ = socket.write(encode_request(request))
    answer = b""
    while b"\n" not in answer and not deadline.hasExpired() and len(answer) < _MAX_BYTES:
        if not socket.waitForReadyRead(_milliseconds_left(deadline)):
            break
        answer += socket.readAll().data()
    socket.abort()
    return answer.partition(b"\n")[0] == StartAnswer.DONE.encode()


def _connect(socket: QLocalSocket, address: str, milliseconds: int) -> bool:
    """Try until somebody listens: a window that is just starting does not yet."""
    deadline, pause = QDeadlineTimer(milliseconds), CancelToken()
    while not deadline.hasExpired():
        socket.connectToServer(address)
        if socket.waitForConnected(_milliseconds_left(deadline)):
            return True
        pause.sleep(_PAUSE_SECONDS)
    return False


def _milliseconds_left(deadline: QDeadlineTimer) -> int:
    return max(1, deadline.remainingTime())
