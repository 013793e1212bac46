"""State of the sandbox until it is stopped: request tokens, codes, posts, browsers."""

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
from twauth_gui.sandbox.settings import Level
from twauth_gui.sandbox.token_codec import (
    TokenGrant,
    count_serials,
    new_alnum,
    new_code,
    new_pin,
    new_request_token,
)

_MAX_CODES: Final = 5000


@dataclass(frozen=True)
class AuthorizationCode:
    """An authorization code's request; issued_at is in seconds of the injected clock."""

    code: str
    redirect_uri: str
    challenge: str
    method: str
    account: SandboxAccount
    scopes: tuple[str, ...]
    issued_at: float


class OAuth2State:
    """Codes, used refresh tokens, revocations; every method may be called from any thread."""

    def __init__(self) -> None:
        self.token_serials = count_serials()
        self._lock = Lock()
        self._codes: OrderedDict[str, AuthorizationCode] = OrderedDict()
        self._revoked_tokens: set[str] = set()
        self._revoked_families: set[int] = set()

    def new_code(
        self,
        account: SandboxAccount,
        scopes: tuple[str, ...],
        now: float,
        *,
        redirect_uri: str,
        challenge: str,
        method: str,
    ) -> AuthorizationCode:
        code = AuthorizationCode(
            new_code(now), redirect_uri, challenge, method, account, scopes, now
        )
        with self._lock:
            self._codes[code.code] = code
            if len(self._codes) > _MAX_CODES:
                self._codes.popitem(last=False)
        return code

    def find_code(self, code: str, oldest: float) -> AuthorizationCode | None:
        """Return a code, unless it was used, or issued before oldest."""
        with self._lock:
            found = self._codes.get(code)
        return found if found and found.issued_at >= oldest else None

    def spend_code(self, code: AuthorizationCode) -> bool:
        """Mark a code as used; return False if it was used meanwhile."""
        with self._lock:
            return self._codes.pop(code.code, None) is not None

    def spend_token(self, token: str) -> bool:
        """Mark a token as used or revoked; return False if it was so before."""
        with self._lock:
            first = token not in self._revoked_tokens
            self._revoked_tokens.add(token)
            return first

    def revoke_family(self, family: int) -> None:
        """Revoke every token of one consent."""
        with self._lock:
            self._revoked_families.add(family)

    def is_token_revoked(self, token: str, family: int) -> bool:
        """Whether a token was used or revoked, by itself or with its family."""
        with self._lock:
            return token in self._revoked_tokens or family in self._revoked_families

    def is_family_revoked(self, family: int) -> bool:
        with self._lock:
            return family in self._revoked_families


_MAX_SESSIONS: Final = 1000
_MAX_REQUEST_TOKENS: Final = 5000
_RATE_WINDOW: Final = 15 * 60
_FIRST_POST_MS: Final = 1288834974657  # post ids count milliseconds from here, as X's do


class TokenStage(Enum):
    """Stage of a request token's sign-in."""

    REQUESTED = auto()
    APPROVED = auto()
    ENDED = auto()


@dataclass(frozen=True)
class StoredRequestToken:
    """A request token; callback is a URL or "oob", issued_at in seconds of the injected clock."""

    token: str
    secret: str
    callback: str
    level: Level
    issued_at: float
    stage: TokenStage = TokenStage.REQUESTED
    account: SandboxAccount | None = None
    verifier: str = ""


@dataclass(frozen=True)
class Post:
    """One post; created_at is in seconds since the epoch, by the server's clock."""

    id: str
    author: SandboxAccount
    text: str
    created_at: float


class SandboxState:
    """Request tokens, revocations, posts, browsers; every method may be called from any thread."""

    def __init__(self) -> None:
        self.oauth2 = OAuth2State()
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
        stored = StoredRequestToken(new_request_token(), new_alnum(32), callback, level, now)
        with self._lock:
            self._request_tokens[stored.token] = stored
            if len(self._request_tokens) > _MAX_REQUEST_TOKENS:
                self._request_tokens.popitem(last=False)
        return stored

    def find_request_token(self, token: str, oldest: float) -> StoredRequestToken | None:
        """Return a request token, unless its sign-in is over or it was issued before oldest."""
        with self._lock:
            found = self._request_tokens.get(token)
        is_ended = found is None or found.stage is TokenStage.ENDED or found.issued_at < oldest
        return None if is_ended else found

    def approve_request_token(
        self, pending: StoredRequestToken, account: SandboxAccount, level: Level
    ) -> StoredRequestToken:
        """Add a verifier to a request token; one that was approved before is not changed."""
        verifier = new_pin() if pending.callback == "oob" else new_alnum(32)
        approved = replace(
            pending, stage=TokenStage.APPROVED, account=account, level=level, verifier=verifier
        )
        with self._lock:
            if self._request_tokens.get(pending.token) != pending:
                return pending
            self._request_tokens[pending.token] = approved
            self._granted[account.id] = level
            return approved

    def spend_request_token(self, pending: StoredRequestToken) -> bool:
        """End a request token's sign-in; return False if it has changed since it was read."""
        with self._lock:
            is_unchanged = self._request_tokens.get(pending.token) == pending
            if is_unchanged:
                self._request_tokens[pending.token] = replace(pending, stage=TokenStage.ENDED)
            return is_unchanged

    # Grants

    def granted_level(self, account: SandboxAccount) -> Level | None:
        """Return the access level that the account last granted, unless it was revoked."""
        with self._lock:
            return self._granted.get(account.id)

    def revoke_access_token(self, token: str, grant: TokenGrant) -> None:
        with self._lock:
            self._revoked.add(token)
            self._granted.pop(grant.account.id, None)

    def is_revoked(self, token: str) -> bool:
        with self._lock:
            return token in self._revoked

    def bearer_generation(self) -> int:
        """Return how often the app's bearer token was invalidated."""
        with self._lock:
            return self._bearer_generation

    def rotate_bearer_token(self) -> None:
        with self._lock:
            self._bearer_generation += 1

    # Signed requests

    def is_replay(self, nonce: tuple[str, str, str, str], time: float, keep: float) -> bool:
        """Whether a verified request was made before; store it as made.

        nonce: its key, token, timestamp and nonce. keep: seconds to store them.
        """
        with self._lock:
            is_replay = nonce in self._nonces
            self._nonces[nonce] = time
            if len(self._nonces) % 100 == 0:
                fresh = {key: at for key, at in self._nonces.items() if abs(time - at) <= keep}
                self._nonces = fresh
            return is_replay

    def count_request(self, user_id: str, endpoint: str, time: float) -> tuple[int, int]:
        """Count one request; return how many were made in these 15 minutes, and when they end."""
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
            by_time = (int(time * 1000) - _FIRST_POST_MS) << 22
            post = Post(str(max(lowest, by_time)), author, text, time)
            self._posts.append(post)
            return post

    def posts(self, is_wanted: Callable[[Post], bool] = lambda _: True) -> list[Post]:
        """Return the wanted posts, oldest first."""
        with self._lock:
            return [post for post in self._posts if is_wanted(post)]

    # Browsers

    def new_browser(self, account: SandboxAccount | None) -> str:
        """Start a session for one browser; return the value of its cookie."""
        cookie = secrets.token_urlsafe(24)
        with self._lock:
            self._browsers[cookie] = account
            if len(self._browsers) > _MAX_SESSIONS:
                self._browsers.popitem(last=False)
        return cookie

    def has_browser(self, cookie: str) -> bool:
        with self._lock:
            return cookie in self._browsers

    def account_of_browser(self, cookie: str) -> SandboxAccount | None:
        with self._lock:
            return self._browsers.get(cookie)

    def forget_browser(self, cookie: str) -> None:
        with self._lock:
            self._browsers.pop(cookie, None)

    def form_token(self, cookie: str) -> str:
        """Return the token that proves that a form is from a page sent to this browser."""
        return hmac.digest(self._form_key, cookie.encode(), "sha256").hex()
