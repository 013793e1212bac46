"""Tries every fault of the pretend X on every way through the services, over real HTTP.

python -m tests.services.fault_matrix    write docs/fault-matrix.md
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

from tests.services import oauth2_ground
from tests.services.approving import allow, return_to
from tests.services.fault_page import FILE, Seen, Trial, page
from tests.services.ground import Ground
from tests.xapi.posting import post as send
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.answer import OAuth1Response, parse_oauth1_response
from twauth_gui.domain.apps import App
from twauth_gui.domain.attempts import PendingSignInId, SignInMethod
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.code_answer import OAuth2Response, parse_oauth2_response
from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.domain.network import NetworkSettings
from twauth_gui.sandbox.faults import FAULTS
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.services.app_check import check_kept
from twauth_gui.services.kit import wall_clock
from twauth_gui.services.requests import SignedIn, SignInRequest
from twauth_gui.services.watch import AuthorizationLink, NullProgress, SignInEvent

HANG_SECONDS = 20.0  # far above any deadline, far below for ever

REVOKED = "marsh_weather"
"""The account that is revoked on purpose."""

_HANDLE = "fernwick_news"
# A drip, a byte each 0.25 s, never meets the deadline between two bytes, but the one for all.
_QUICK = NetworkSettings(connect_seconds=0.5, read_seconds=0.5, total_seconds=1.0)
_SLOW = {"latency", "slow-drip", "hang"}  # what only a deadline ends


Sending = Callable[[], object]


class Field:
    """One sandbox with one fault, and the services before it.

    signed_in: the handles of all accounts that were reported as signed in. None of them is removed,
    REVOKED alone is revoked.
    """

    def __init__(self, ground: Ground, app: App, fault: str) -> None:
        self.ground = ground
        self.app = app
        self.signed_in: set[str] = set()
        self._fault = fault

    def broken(self, step: str, work: Sending) -> Seen:
        self.ground.sandbox.break_with(self._fault)
        try:
            return self.mended(step, work)
        finally:
            self.ground.sandbox.mend()

    def mended(self, step: str, work: Sending) -> Seen:
        begun = time.monotonic()
        try:
            outcome = work()
        except DiagnosedError as error:
            return Seen(step, time.monotonic() - begun, error.diagnosis)
        if isinstance(outcome, SignedIn):
            self.signed_in.add(outcome.account.handle)
        return Seen(step, time.monotonic() - begun)

    def trials(self) -> Iterator[Trial]:
        yield self._by_answer("PIN", SignInMethod.PIN, self._pin)
        yield self._by_answer("link", SignInMethod.LINK, self._pin)
        yield self._by_answer("in this window", SignInMethod.EMBEDDED, self._address)
        yield self._in_browser()
        yield self._oauth2()
        yield self._check()
        yield self._revoke()
        yield self._app_check()
        yield self._post()

    # -- the ways to sign in -----------------------------------------------------------------------

    def _pin(self, invitation: AuthorizationLink) -> OAuth1Response:
        return parse_oauth1_response(allow(invitation.url.reveal(), _HANDLE).page.pin)

    def _address(self, invitation: AuthorizationLink) -> OAuth1Response:
        return parse_oauth1_response(allow(invitation.url.reveal(), _HANDLE).sent_to)

    def _by_answer(
        self, way: str, method: SignInMethod, approve: Callable[[AuthorizationLink], OAuth1Response]
    ) -> Trial:
        request = SignInRequest(self.app.id, method, _HANDLE)
        return self._sign_in(way, request, approve)

    def _oauth2(self) -> Trial:
        def approve(invitation: AuthorizationLink) -> OAuth2Response:
            return parse_oauth2_response(oauth2_ground.approve(invitation, _HANDLE))

        return self._sign_in("OAuth 2.0", oauth2_ground.asking(self.app, _HANDLE), approve)

    def _sign_in(
        self,
        way: str,
        request: SignInRequest,
        approve: Callable[[AuthorizationLink], OAuth1Response | OAuth2Response],
    ) -> Trial:
        authorizer = self.ground.kit.sign_in
        first = SignInRequest(request.app_id, request.method, _HANDLE, kind=request.kind)
        link = self.broken("link", lambda: authorizer.begin(first, NullProgress()))
        invitation = authorizer.begin(request, NullProgress())
        answer = approve(invitation)
        steps = self._exchanged(invitation.attempt.id, answer)
        return Trial(way, (link, *steps))

    def _exchanged(
        self, attempt_id: PendingSignInId, answer: OAuth1Response | OAuth2Response
    ) -> tuple[Seen, Seen]:
        complete = self.ground.kit.sign_in.complete

        def exchange() -> object:
            return complete(attempt_id, answer, NullProgress())

        under = self.broken("answer", exchange)
        return under, self._again(under, exchange)

    def _again(self, under: Seen, exchange: Sending) -> Seen:
        done = under.diagnosis is None
        return Seen("again", 0.0) if done else self.mended("again", exchange)

    def _in_browser(self) -> Trial:
        authorizer = self.ground.kit.sign_in
        request = SignInRequest(self.app.id, SignInMethod.BROWSER, _HANDLE)
        link = self.broken("link", lambda: self._waited(request, until_invited=True))
        desk = _Desk()
        waiting = _beside(lambda: authorizer.in_browser(request, desk))
        invitation = desk.invited.result(HANG_SECONDS)
        address = allow(invitation.url.reveal(), _HANDLE).sent_to

        def come_back() -> object:
            return_to(address)
            return waiting.result(HANG_SECONDS)

        under = self.broken("answer", come_back)
        again = self._again(
            under,
            lambda: self._resumed(invitation.attempt.id, parse_oauth1_response(address)),
        )
        return Trial("browser", (link, under, again))

    def _resumed(self, attempt_id: PendingSignInId, answer: OAuth1Response) -> object:
        """Go on as the window does: what X has not refused is sent again by itself."""
        authorizer = self.ground.kit.sign_in
        if authorizer.unsent_answer(attempt_id) is not None:
            return authorizer.resume_in_browser(attempt_id, _Desk())
        return authorizer.complete(attempt_id, answer, NullProgress())

    def _waited(self, request: SignInRequest, *, until_invited: bool) -> object:
        """Begin in the browser, and leave once the link is there; or raise why it is not."""
        desk = _Desk()
        waiting = _beside(lambda: self.ground.kit.sign_in.in_browser(request, desk))
        waiting.add_done_callback(lambda _done: desk.over.set())
        desk.over.wait(HANG_SECONDS)
        if desk.invited.done() and until_invited:
            desk.cancel.cancel()
            waiting.exception(HANG_SECONDS)
            return desk.invited.result()
        return waiting.result(HANG_SECONDS)

    # -- what is asked about accounts and apps -----------------------------------------------------

    def _account(self, handle: str = REVOKED) -> Account:
        account = self.ground.sign_in(self.app, handle)
        self.signed_in.add(account.handle)
        return account

    def _check(self) -> Trial:
        account = self._account()

        def check() -> object:
            found = self.ground.kit.checker.check(account.id, CancelToken())
            if found.diagnosis is not None:
                raise DiagnosedError(found.diagnosis)
            return found

        under = self.broken("check", check)
        return Trial("check", (under, self.mended("again", check)))

    def _revoke(self) -> Trial:
        account = self._account()

        def revoke() -> object:
            return self.ground.kit.account_removal.revoke(account.id, CancelToken())

        under = self.broken("revoke", revoke)
        return Trial("revoke", (under, self._again(under, revoke)))

    def _app_check(self) -> Trial:
        kit = self.ground.kit

        def look() -> object:
            found = check_kept(kit.store, kit.x_clients, self.app.id, CancelToken())
            for one in found:
                if one.diagnosis is not None:
                    raise DiagnosedError(one.diagnosis)
            return found

        under = self.broken("app check", look)
        return Trial("app check", (under, self.mended("again", look)))

    # -- what a bot meets --------------------------------------------------------------------------

    def _post(self) -> Trial:
        kit, account = self.ground.kit, self._account(_HANDLE)

        def post() -> None:
            send(kit.bot_clients.make(account.id, "a bot", CancelToken()), self.app.hosts)

        under = self.broken("post", post)
        return Trial("post", (under, self.mended("again", post)))


class _Desk:
    """A watch that hands out the invitation."""

    def __init__(self) -> None:
        self.cancel = CancelToken()
        self.invited: Future[AuthorizationLink] = Future()
        self.over = threading.Event()

    def report(self, news: SignInEvent) -> None:
        if isinstance(news, AuthorizationLink):
            self.invited.set_result(news)
            self.over.set()


def _beside(work: Sending) -> Future[object]:
    result: Future[object] = Future()

    def run() -> None:
        try:
            result.set_result(work())
        except BaseException as error:  # noqa: BLE001 - handed to whoever asks for the result
            result.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return result


@contextmanager
def field(folder: Path, fault: str) -> Generator[Field]:
    """Set up the services before a pretend X that can be broken in one way."""
    with Sandbox(port=0) as sandbox:
        ground = Ground.at(folder, sandbox, wall_clock)
        app = oauth2_ground.add_app(ground)
        if fault in _SLOW:
            ground.kit.network.change(_QUICK)
        yield Field(ground, app, fault)
        ground.kit.close()


def main() -> int:
    """Try everything and write the page."""
    rows: dict[str, list[Trial]] = {}
    with tempfile.TemporaryDirectory() as name:
        for fault in FAULTS:
            with field(Path(name) / fault.name, fault.name) as ground:
                rows[fault.name] = list(ground.trials())
            sys.stderr.write(".")
    FILE.write_text(page(rows), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
