"""Who makes a call, whichever kind of credential the call carries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from twauth_gui.sandbox.accounts import SandboxAccount
from twauth_gui.sandbox.context import Context
from twauth_gui.sandbox.messages import Pairs, Request
from twauth_gui.sandbox.problems import spending_limit
from twauth_gui.sandbox.refusals import Reason, Refused
from twauth_gui.sandbox.settings import Level, SandboxSettings, lower
from twauth_gui.sandbox.tokens import TokenGrant
from twauth_gui.sandbox.verification import token_request

_WINDOW: Final = 15 * 60
_PER_WINDOW: Final = 75
_PER_MONTH: Final = 40_000
_DAY: Final = 24 * 3600
_PER_DAY: Final = 25
_DAYS: Final = {"app-day": "x-app-limit-24hour", "account-day": "x-user-limit-24hour"}


@dataclass(frozen=True)
class Caller:
    """The account behind a call.

    Attributes:
        level: what an OAuth 1.0a token may do; None for OAuth 2.0, which has scopes instead.
        grant: what the OAuth 1.0a token says; None for OAuth 2.0.
    """

    token: str
    account: SandboxAccount
    level: Level | None = None
    grant: TokenGrant | None = None
    scopes: frozenset[str] = frozenset()


def user_request(context: Context, request: Request, scopes: tuple[str, ...] = ()) -> Caller:
    """Check a call that only a user may make.

    An OAuth 2.0 token has to have all the scopes; where there are none, OAuth 2.0 is refused.

    Raises:
        Refused: it may not pass; APP_ONLY when it carries the app's bearer token.
    """
    caller = reading_request(context, request, scopes)
    if caller is None:
        raise Refused(Reason.APP_ONLY)
    return caller


def reading_request(
    context: Context, request: Request, scopes: tuple[str, ...] = ()
) -> Caller | None:
    """Check a call that either kind of credential may make; None for the app's bearer token.

    Raises:
        Refused: it may not pass.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        caller: Caller | None = _with_oauth1(context, request)
    elif token.strip() == context.bearer_token:
        caller = None
    else:
        caller = _with_oauth2(context, token.strip())
    if caller is None or caller.level is None:
        _check_app(context.settings)
    if caller is not None and caller.level is None and not scopes:
        raise Refused(Reason.OAUTH2)
    _check_standing(context, request, caller)
    if caller is not None and caller.level is None and not caller.scopes.issuperset(scopes):
        raise Refused(Reason.SCOPE)
    return caller


def _with_oauth1(context: Context, request: Request) -> Caller:
    token, grant = token_request(context, request)
    level = lower(grant.level, "read") if context.settings.tokens_read_only else grant.level
    return Caller(token, grant.account, level, grant)


def _with_oauth2(context: Context, token: str) -> Caller:
    issued = context.oauth2_tokens.read("access", token)
    settings = context.settings
    if issued is None or settings.tokens_revoked:
        raise Refused(Reason.TOKEN_UNKNOWN)
    too_old = issued.made_at + settings.access_token_lifetime <= context.now
    if too_old or context.state.oauth2.is_over(token, issued.grant.family):
        raise Refused(Reason.TOKEN_UNKNOWN)
    scopes = frozenset(issued.grant.scopes) & frozenset(settings.most_scopes)
    if settings.tokens_read_only:
        scopes = frozenset(scope for scope in scopes if not scope.endswith(".write"))
    return Caller(token, issued.grant.account, scopes=scopes)


def _check_app(settings: SandboxSettings) -> None:
    if settings.suspended:
        raise Refused(Reason.SUSPENDED)


def _check_standing(context: Context, request: Request, caller: Caller | None) -> None:
    """Refuse what a good credential does not help against."""
    settings, is_v2 = context.settings, request.path.startswith("/2/")
    level = (("x-access-level", caller.level),) if caller and caller.level else ()
    if is_v2:
        _check_plan(context, level)
        _check_kind(settings, caller, level)
    if caller and settings.account_state != "good":
        suspended = settings.account_state == "suspended"
        reason = Reason.ACCOUNT_SUSPENDED if suspended else Reason.ACCOUNT_LOCKED
        raise Refused(reason, level)
    if settings.limit == "window":
        raise Refused(Reason.RATE_LIMITED, (*level, *_allowance(context, _PER_WINDOW, 0)))
    if is_v2:
        _check_longer_limits(context, level)


def _check_plan(context: Context, level: Pairs) -> None:
    settings = context.settings
    if not settings.is_enrolled:
        raise Refused(Reason.NOT_ENROLLED, level)
    if not settings.has_credits:
        raise Refused(Reason.NO_CREDITS, level)
    if settings.spending_limit_reached:
        raise Refused(Reason.SPENDING_LIMIT, level, spending_limit(context.time))
    if not settings.is_permitted:
        raise Refused(Reason.NOT_PERMITTED, level)


def _check_kind(settings: SandboxSettings, caller: Caller | None, level: Pairs) -> None:
    if caller is None or settings.v2_takes == "both":
        return
    used = "oauth2" if caller.level is None else "oauth1"
    if used != settings.v2_takes:
        raise Refused(Reason.WANTS_OAUTH2 if used == "oauth1" else Reason.WANTS_OAUTH1, level)


def _check_longer_limits(context: Context, level: Pairs) -> None:
    """Refuse for a limit of 24 hours or of the month: calls are left in the window itself."""
    limit = context.settings.limit
    if limit == "month":
        left = _allowance(context, _PER_MONTH, _PER_MONTH - 1)
        raise Refused(Reason.USAGE_CAPPED, (*level, *left))
    if limit in _DAYS:
        window = _allowance(context, _PER_WINDOW, _PER_WINDOW - 1)
        ends = int(context.time) + _DAY
        day = _counts(_DAYS[limit], _PER_DAY, 0, ends)
        raise Refused(Reason.RATE_LIMITED, (*level, *window, *day))


def _allowance(context: Context, most: int, left: int) -> Pairs:
    return _counts("x-rate-limit", most, left, int(context.time) + _WINDOW)


def _counts(name: str, most: int, left: int, ends: int) -> Pairs:
    return (
        (f"{name}-limit", str(most)),
        (f"{name}-remaining", str(left)),
        (f"{name}-reset", str(ends)),
    )
