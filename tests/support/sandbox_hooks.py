"""Run an act while the sandbox answers a request."""

from __future__ import annotations

import time
from collections.abc import Callable

from typing_extensions import override

from twauth_gui.sandbox.http_messages import Request, Response
from twauth_gui.sandbox.server import Sandbox


class HookedSandbox(Sandbox):
    """The first request for the path waits until the act is done.

    What it was asked with was read before, and what comes of it is kept after. answered: the paths
    with the status of their answers, in order.
    """

    def __init__(self) -> None:
        super().__init__(port=0)
        self._path = ""
        self._act: Callable[[], object] | None = None
        self._answers_first = False
        self.answered: list[tuple[str, int]] = []

    def on_request(
        self, path: str, act: Callable[[], object], *, answers_first: bool = False
    ) -> None:
        """answers_first: the act comes once the sandbox has granted, or refused, what it will."""
        self._path, self._act, self._answers_first = path, act, answers_first

    @property
    def is_done(self) -> bool:
        """Whether it was asked for."""
        return self._act is None

    @override
    def _respond(self, request: Request) -> Response:
        act = self._act
        if act is None or request.path != self._path:
            return self._answer(request)
        self._act = None
        answer = self._answer(request) if self._answers_first else None
        act()
        return answer or self._answer(request)

    def _answer(self, request: Request) -> Response:
        answer = super()._respond(request)
        self.answered.append((request.path, answer.status))
        return answer


class HookedClock:
    """The sandbox's clock, which does something once, in the midst of the next answer."""

    def __init__(self) -> None:
        self.action: Callable[[], None] | None = None

    def __call__(self) -> float:
        action, self.action = self.action, None
        if action is not None:
            action()
        return time.time()
