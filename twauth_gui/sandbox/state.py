"""What the pretend X remembers until it is stopped."""

from __future__ import annotations

import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto
from threading import Lock
from typing import Final

from twauth_gui.sandbox.accounts import SandboxAccount
from twauth_gui.sandbox.oauth2_memory import OAuth2Memory
from twauth_gui.sandbox.settings import Level
from twauth_gui.sandbox.tokens import TokenGrant, new_alnum, new_pin, new_request_token

_MOST_SESSIONS: Final = 1000
_MOST_REQUEST_TOKENS: Final = 5000
_RATE_WINDOW: Final = 15 * 60
_FIRST_POST_MS: Final = 1288834974657  # post ids count milliseconds from here, as X's do


class TokenStage(Enum):
    """How far a request token has come."""

    ASKED = auto()
    APPROVED = auto()
    OVER = auto()


@dataclass(frozen=True)
class StoredRequestToken:
    """One attempt; callback is a URL or "oob", made_at is in seconds of the injected clock."""

    token: str
    secret: str
    callback: str
    level: Level
    made_at: float
    stage: TokenStage = TokenStage.ASKED
    account: SandboxAccount | None = None
    verifier: str = ""


@dataclass(frozen=True)
class Post:
    """One post; created_at is in seconds since the epoch, by the server's clock."""

    id: str
    author: SandboxAccount
    text: str
    created_at: float


class State:
    """Request tokens, revocations, posts, browsers; every method may be called from any thread."""

    def __init__(self) -> None:
        self.oauth2 = OAuth2Memory()
        self._lock = Lock()
        self._bearer_generation = 0
        self._request_tokens: OrderedDict[str, StoredRequestToken] = OrderedDict()
        self._nonces: dict[tuple[str, str, str, str], float] = {}
        self._revoked: set[str] = set()
        self._granted: dict[str, Level] = {}
        self._posts: list[Post] = []
        self._browsers: OrderedDict[str, SandboxAccount | None] = OrderedDict()
        self._rates: dict[tuple[str, str], tuple[float, int]] = {}
        self._form_key = secrets.token_bytes(32)

    # Request tokens

    def new_request_token(self, callback: str, level: Level, now: float) -> StoredRequestToken:
        made = StoredRequestToken(new_request_token(), new_alnum(32), callback, level, now)
        with self._lock:
            self._request_tokens[made.token] = made
            if len(self._request_tokens) > _MOST_REQUEST_TOKENS:
                self._request_tokens.popitem(last=False)
        return made

    def request_token(self, token: str, oldest: float) -> StoredRequestToken | None:
        """The attempt a token stands for, unless it is over or was made before oldest."""
        with self._lock:
            found = self._request_tokens.get(token)
        over = found is None or found.stage is TokenStage.OVER or found.made_at < oldest
        return None if over else found

    def approve(
        self, attempt: StoredRequestToken, account: SandboxAccount, level: Level
    ) -> StoredRequestToken:
        """Give the attempt its verifier. An approved attempt stays what it is."""
        verifier = new_pin() if attempt.callback == "oob" else new_alnum(32)
        approved = replace(
            attempt, stage=TokenStage.APPROVED, account=account, level=level, verifier=verifier
        )
        with self._lock:
            if self._request_tokens.get(attempt.token) != attempt:
                return attempt
            self._request_tokens[attempt.token] = approved
            self._granted[account.id] = level
            return approved

    def end(self, attempt: StoredRequestToken) -> bool:
        """Spend the attempt; False when it has changed since it was read."""
        with self._lock:
            same = self._request_tokens.get(attempt.token) == attempt
            if same:
                self._request_tokens[attempt.token] = replace(attempt, stage=TokenStage.OVER)
            return same

    # Grants

    def granted(self, account: SandboxAccount) -> Level | None:
        """The level the account last allowed, while it stands."""
        with self._lock:
            return self._granted.get(account.id)

    def revoke(self, token: str, grant: TokenGrant) -> None:
        with self._lock:
            self._revoked.add(token)
            self._granted.pop(grant.account.id, None)

    def is_revoked(self, token: str) -> bool:
        with self._lock:
            return token in self._revoked

    def bearer_generation(self) -> int:
        """How often the app-only token has been invalidated."""
        with self._lock:
            return self._bearer_generation

    def next_bearer(self) -> None:
        with self._lock:
            self._bearer_generation += 1

    # Signed requests

    def is_replay(self, seen: tuple[str, str, str, str], time: float, keep: float) -> bool:
        """Note key, token, timestamp, nonce of a good request; True when they came before.

        They are kept for `keep` seconds.
        """
        with self._lock:
            replay = seen in self._nonces
            self._nonces[seen] = time
            if len(self._nonces) % 100 == 0:
                fresh = {key: at for key, at in self._nonces.items() if abs(time - at) <= keep}
                self._nonces = fresh
            return replay

    def count(self, user_id: str, endpoint: str, time: float) -> tuple[int, int]:
        """Count one request; how many were made in this quarter of an hour, and when it ends."""
        with self._lock:
            ends, used = self._rates.get((user_id, endpoint), (0.0, 0))
            if not time < ends <= time + _RATE_WINDOW:
                ends, used = time + _RATE_WINDOW, 0
            self._rates[user_id, endpoint] = (ends, used + 1)
            return used + 1, int(ends)

    # Posts

    def add_post(self, author: SandboxAccount, text: str, time: float) -> Post:
        with self._lock:
            lowest = int(self._posts[-1].id) + 1 if self._posts else 1
            made = (int(time * 1000) - _FIRST_POST_MS) << 22
            post = Post(str(max(lowest, made)), author, text, time)
            self._posts.append(post)
            return post

    def posts(self, wanted: Callable[[Post], bool] = lambda _: True) -> list[Post]:
        """The posts, oldest first."""
        with self._lock:
            return [post for post in self._posts if wanted(post)]

    # Browsers

    def new_browser(self, account: SandboxAccount | None) -> str:
        """Start a session for one browser; returns the value of its cookie."""
        cookie = secrets.token_urlsafe(24)
        with self._lock:
            self._browsers[cookie] = account
            if len(self._browsers) > _MOST_SESSIONS:
                self._browsers.popitem(last=False)
        return cookie

    def knows_browser(self, cookie: str) -> bool:
        with self._lock:
            return cookie in self._browsers

    def logged_in(self, cookie: str) -> SandboxAccount | None:
        with self._lock:
            return self._browsers.get(cookie)

    def forget_browser(self, cookie: str) -> None:
        with self._lock:
            self._browsers.pop(cookie, None)

    def form_token(self, cookie: str) -> str:
        """What a form must carry to be from a page this server gave to this browser."""
        return hmac.digest(self._form_key, cookie.encode(), "sha256").hex()
