"""Proves with real bots against the pretend X that what they print is explained as what it is."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
import tweepy  # pyright: ignore[reportMissingTypeStubs]
from typing_extensions import override

from tests.support.sandbox_app import OAuth1Keys, SandboxSession, demo_app_keys, obtain_access_token
from twauth_gui.domain.diagnosis import ProblemKind
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.services.explain_error import Explanation, KnownAccount, explain_error

Untyped = Any  # tweepy has no types of its own
HANDLE, NUMBER = "marsh_weather", "1688150934417182725"
KNOWN = [KnownAccount("a1", HANDLE, NUMBER, "Newsroom", "working")]

# fault of the pretend X: what a bot's traceback is explained as
FAULTS = {
    "app-suspended": ProblemKind.UNKNOWN,  # version 2 says no more than Unauthorized
    "app-not-enrolled": ProblemKind.NOT_ENROLLED,
    "no-credits": ProblemKind.NO_CREDITS,
    "no-credits-to-post": ProblemKind.NO_CREDITS,
    "spending-limit": ProblemKind.SPENDING_LIMIT,
    "feature-not-permitted": ProblemKind.FEATURE_NOT_PERMITTED,
    "posting-unavailable": ProblemKind.X_DOWN,
    "app-day-limited": ProblemKind.RATE_LIMITED,
    "wants-oauth2": ProblemKind.WRONG_CREDENTIAL_KIND,
    "captive-portal": ProblemKind.NOT_X,
    "account-suspended": ProblemKind.ACCOUNT_SUSPENDED,
    "account-locked": ProblemKind.ACCOUNT_LOCKED,
    "rate-limited": ProblemKind.RATE_LIMITED,
    "tokens-revoked": ProblemKind.UNKNOWN,
    "tokens-read-only": ProblemKind.READ_ONLY,
    "html-503": ProblemKind.X_DOWN,
    "reset-before-headers": ProblemKind.REFUSED,
    "hang": ProblemKind.TIMED_OUT,
}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(0) as running:
        yield running


@pytest.fixture
def keys(sandbox: Sandbox) -> OAuth1Keys:
    return obtain_access_token(sandbox, HANDLE)


def print_exception(bot: Callable[[], object]) -> str:
    """Return what Python prints for an exception that is not caught."""
    try:
        bot()
    except Exception:  # noqa: BLE001 - whatever a bot may end with
        return traceback.format_exc()
    raise AssertionError("the bot was not refused")


def explain_first(text: str) -> Explanation:
    found = explain_error(text.encode(), KNOWN, datetime.now(UTC))
    assert found.explanations, text
    return found.explanations[0]


class ShortTimeoutSession(SandboxSession):
    """Waits a moment for an answer: tweepy itself waits for ever."""

    @override
    def send(self, request: requests.PreparedRequest, **more: Any) -> requests.Response:
        more["timeout"] = 0.5
        return super().send(request, **more)


def post_with_tweepy(sandbox: Sandbox, keys: OAuth1Keys) -> Callable[[], object]:
    client: Untyped = tweepy.Client(
        consumer_key=keys.api_key,
        consumer_secret=keys.api_secret,
        access_token=keys.token,
        access_token_secret=keys.secret,
    )
    client.session = ShortTimeoutSession(sandbox.url)
    return lambda: client.create_tweet(text="Rain, 4 mm")


def post_with_requests(sandbox: Sandbox, keys: OAuth1Keys) -> Callable[[], object]:
    """A bot without a library, which puts the answer's body into its own exception."""

    def post() -> None:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(
                f"{sandbox.url}/2/tweets", json={"text": "Rain"}, auth=keys.auth(), timeout=0.5
            )
            if not answer.ok:
                raise RuntimeError(f"X answered {answer.status_code}: {answer.text!r}")
            _ = answer.json()["data"]

    return post


@pytest.mark.parametrize("bot", [post_with_tweepy, post_with_requests])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_explained_from_the_traceback_alone(
    sandbox: Sandbox,
    keys: OAuth1Keys,
    fault: str,
    bot: Callable[[Sandbox, OAuth1Keys], Callable[[], object]],
) -> None:
    post = bot(sandbox, keys)
    sandbox.enable_faults(fault)
    text = print_exception(post)
    found = explain_first(text)
    assert found.diagnosis.kind is FAULTS[fault], text
    where = "/2/tweets" if bot is post_with_tweepy else ""
    assert found.diagnosis.evidence.endpoint.endswith(where), text
    assert keys.secret not in repr(found)
    assert keys.token not in repr(found)


def test_the_token_in_a_dump_tells_whose_it_is(sandbox: Sandbox, keys: OAuth1Keys) -> None:
    """A debug log with the Authorization header names the account by its number."""
    sandbox.enable_faults("tokens-revoked")
    with requests.Session() as session:
        session.trust_env = False
        answer = session.get(f"{sandbox.url}/1.1/account/verify_credentials.json", auth=keys.auth())
    dump = f"{answer.request.headers}\n{answer.status_code} {answer.reason}\n{answer.text}"
    found = explain_first(dump)
    assert found.diagnosis.kind is ProblemKind.REVOKED
    assert (found.account, found.app) == (KNOWN[0], "Newsroom")
    assert keys.token not in repr(found)


def test_a_bot_without_keys(sandbox: Sandbox) -> None:
    bare = demo_app_keys(sandbox)
    client: Untyped = tweepy.Client(consumer_key=None, consumer_secret=None, access_token="a")
    text = print_exception(lambda: client.create_tweet(text="Rain"))
    assert explain_first(text).diagnosis.kind is ProblemKind.BOT_WITHOUT_KEYS, text
    handler: Untyped = tweepy.OAuth1UserHandler(bare.api_key, "wrong", callback="oob")
    handler._get_oauth_url = f"{sandbox.url}/oauth/{{}}".format
    text = print_exception(handler.get_authorization_url)
    assert explain_first(text).diagnosis.title == "X does not accept this app's keys.", text
