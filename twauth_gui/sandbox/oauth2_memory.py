"""What OAuth 2.0 remembers until the pretend X is stopped."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Final

from twauth_gui.sandbox.accounts import SandboxAccount
from twauth_gui.sandbox.oauth2_tokens import new_code

_MOST_CODES: Final = 5000


@dataclass(frozen=True)
class Code:
    """What an authorization code stands for; made_at is in seconds of the injected clock."""

    code: str
    redirect_uri: str
    challenge: str
    method: str
    account: SandboxAccount
    scopes: tuple[str, ...]
    made_at: float


class OAuth2Memory:
    """Codes, spent refresh tokens, revocations; every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._codes: OrderedDict[str, Code] = OrderedDict()
        self._over: set[str] = set()
        self._ended: set[int] = set()

    def new_code(
        self,
        account: SandboxAccount,
        scopes: tuple[str, ...],
        now: float,
        *,
        redirect_uri: str,
        challenge: str,
        method: str,
    ) -> Code:
        made = Code(new_code(now), redirect_uri, challenge, method, account, scopes, now)
        with self._lock:
            self._codes[made.code] = made
            if len(self._codes) > _MOST_CODES:
                self._codes.popitem(last=False)
        return made

    def code(self, code: str, oldest: float) -> Code | None:
        """What a code stands for, unless it is spent or was made before oldest."""
        with self._lock:
            found = self._codes.get(code)
        return found if found and found.made_at >= oldest else None

    def spend_code(self, code: Code) -> bool:
        """False when it has been spent meanwhile."""
        with self._lock:
            return self._codes.pop(code.code, None) is not None

    def spend(self, token: str) -> bool:
        """Spend a refresh token, or revoke a token; False when that has been done before."""
        with self._lock:
            first = token not in self._over
            self._over.add(token)
            return first

    def end_family(self, family: int) -> None:
        """Revoke every token of one consent."""
        with self._lock:
            self._ended.add(family)

    def is_over(self, token: str, family: int) -> bool:
        """Whether a token is spent or revoked, by itself or with its family."""
        with self._lock:
            return token in self._over or family in self._ended

    def is_ended(self, family: int) -> bool:
        with self._lock:
            return family in self._ended
