"""Proves that what a bot meets at the pretend X, as X is in 2026, ends in its diagnosis."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import requests
import tweepy  # pyright: ignore[reportMissingTypeStubs]

from tests.support.sandbox_browser import answer_consent, read_pin
from tests.xapi.bot_post import create_post
from tests.xapi.test_oauth2_with_sandbox import HANDLE, OAuth2SignIn
from twauth_gui.domain.access import SCOPES
from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.callback_response import parse_oauth1_response
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind, Remedy
from twauth_gui.domain.network import DEFAULT_CALL_SETTINGS
from twauth_gui.domain.oauth2 import TokenSet
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.xapi import endpoints, oauth1, oauth2
from twauth_gui.xapi.bot_client import make_oauth1_client, make_oauth2_client
from twauth_gui.xapi.errors.call_context import CallContext
from twauth_gui.xapi.errors.diagnosis import diagnose_errors, diagnose_response
from twauth_gui.xapi.identity import verify_credentials, verify_oauth2_token

ALL = tuple(scope.name for scope in SCOPES)


@dataclass
class Bot:
    """An account signed in both ways while nothing was wrong, with what its bot does."""

    flow: OAuth2SignIn
    user: Credentials
    tokens: TokenSet

    @classmethod
    def at(cls, sandbox: Sandbox) -> Bot:
        flow, cancel = OAuth2SignIn(sandbox), CancelToken()
        request = oauth1.obtain_request_token(flow.hosts, flow.keys, "oob", cancel)
        page = answer_consent("allow", oauth1.build_authorization_url(flow.hosts, request), HANDLE)
        verifier = oauth1.check_verifier_response(request, parse_oauth1_response(read_pin(page)))
        grant = oauth1.exchange_verifier(flow.hosts, flow.keys, request, verifier, cancel)
        user = Credentials(grant.access_token, grant.access_secret)
        return cls(flow, user, flow.sign_in(ALL))

    def post(self) -> None:
        hosts = self.flow.hosts
        create_post(
            make_oauth1_client(hosts, self.flow.keys, self.user, DEFAULT_CALL_SETTINGS), hosts
        )

    def post2(self) -> None:
        hosts = self.flow.hosts
        create_post(
            make_oauth2_client(hosts, self.tokens.access_token, DEFAULT_CALL_SETTINGS), hosts
        )

    def post_as_in_2022(self) -> None:
        path = "/1.1/statuses/update.json"
        keys, user = self.flow.keys, self.user
        auth = tweepy.OAuth1UserHandler(
            keys.api_key.reveal(),
            keys.api_secret.reveal(),
            user.access_token.reveal(),
            user.access_secret.reveal(),
        ).apply_auth()
        with diagnose_errors(CallContext(path, self.flow.hosts), CancelToken()):
            answer = requests.post(f"{self.flow.hosts.api}{path}", auth=auth, timeout=5)
            answer.raise_for_status()

    def check(self) -> None:
        verify_credentials(self.flow.hosts, self.flow.keys, self.user, CancelToken())

    def check2(self) -> None:
        verify_oauth2_token(self.flow.hosts, self.tokens.access_token, CancelToken())

    def begin(self) -> None:
        callback = self.flow.callback
        oauth1.obtain_request_token(self.flow.hosts, self.flow.keys, callback, CancelToken())

    def renew(self) -> None:
        oauth2.refresh_tokens(self.flow.hosts, self.flow.client, self.tokens, CancelToken())

    def page(self) -> None:
        """Open the OAuth 2.0 page; nothing but the page says that it leads nowhere."""
        authorization = oauth2.create_authorization_request(
            self.flow.hosts, self.flow.client, self.flow.callback, ALL
        )
        shown = requests.get(authorization.url, timeout=5)
        if shown.status_code != 200:
            call = CallContext(endpoints.OAUTH2_AUTHORIZE, self.flow.hosts)
            body = shown.content
            raise DiagnosedError(diagnose_response(shown.status_code, shown.headers, body, call))


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[Sandbox, Bot]]:
    with Sandbox(port=0) as running:
        yield running, Bot.at(running)


@pytest.fixture
def sandbox(shared: tuple[Sandbox, Bot]) -> Iterator[Sandbox]:
    yield shared[0]
    shared[0].disable_faults()


@pytest.fixture
def bot(shared: tuple[Sandbox, Bot]) -> Bot:
    return shared[1]


def diagnose_refusal(work: Callable[[], None]) -> Diagnosis:
    with pytest.raises(DiagnosedError) as caught:
        work()
    return caught.value.diagnosis


Work = Callable[[Bot], None]
REFUSED: list[tuple[str, Work, ProblemKind, str]] = [
    ("no-credits-to-post", Bot.post, ProblemKind.NO_CREDITS, "The app's credits at X are used up."),
    (
        "no-credits-to-post",
        Bot.post2,
        ProblemKind.NO_CREDITS,
        "The app's credits at X are used up.",
    ),
    (
        "spending-limit",
        Bot.post,
        ProblemKind.SPENDING_LIMIT,
        "The app's spending limit at X is reached",
    ),
    (
        "spending-limit",
        Bot.check2,
        ProblemKind.SPENDING_LIMIT,
        "The app's spending limit at X is reached",
    ),
    (
        "feature-not-permitted",
        Bot.post,
        ProblemKind.FEATURE_NOT_PERMITTED,
        "X does not allow this call",
    ),
    ("feature-not-permitted", Bot.check2, ProblemKind.FEATURE_NOT_PERMITTED, "X does not allow"),
    ("posting-unavailable", Bot.post, ProblemKind.X_DOWN, "X does not accept posts at the moment."),
    ("keys-outdated", Bot.begin, ProblemKind.WRONG_KEYS, "X does not accept this app's keys."),
    (
        "keys-outdated",
        Bot.check,
        ProblemKind.WRONG_KEYS,
        "X does not accept this app's keys together",
    ),
    (
        "callback-of-oauth2-only",
        Bot.begin,
        ProblemKind.CALLBACK_NOT_APPROVED,
        "X does not know this",
    ),
    (
        "user-authentication-off",
        Bot.begin,
        ProblemKind.CALLBACK_NOT_APPROVED,
        "X does not know this",
    ),
    (
        "client-id-unknown",
        Bot.renew,
        ProblemKind.WRONG_KEYS,
        "X does not accept this app's Client ID",
    ),
    (
        "app-day-limited",
        Bot.post,
        ProblemKind.RATE_LIMITED,
        "The app's calls for 24 hours at X are",
    ),
    (
        "account-day-limited",
        Bot.check2,
        ProblemKind.RATE_LIMITED,
        "The account's calls for 24 hours",
    ),
    (
        "wants-oauth2",
        Bot.post,
        ProblemKind.WRONG_CREDENTIAL_KIND,
        "These credentials are the wrong",
    ),
    (
        "wants-oauth1",
        Bot.check2,
        ProblemKind.WRONG_CREDENTIAL_KIND,
        "These credentials are the wrong",
    ),
    *(
        (
            fault,
            Bot.page,
            ProblemKind.PAGE_FAILED,
            "X's page does not let the app ask for access.",
        )
        for fault in (
            "callback-of-oauth2-only",
            "callback-not-approved",
            "user-authentication-off",
            "client-id-unknown",
            "scopes-not-allowed",
        )
    ),
]


@pytest.mark.parametrize(("fault", "work", "kind", "title"), REFUSED)
def test_a_fault_ends_in_its_diagnosis(  # noqa: PLR0917 - from the table
    sandbox: Sandbox, bot: Bot, fault: str, work: Work, kind: ProblemKind, title: str
) -> None:
    sandbox.enable_faults(fault)
    found = diagnose_refusal(lambda: work(bot))
    assert (found.kind, found.title[: len(title)]) == (kind, title)
    sandbox.disable_faults()
    if work is not Bot.renew:  # a renewal would spend what the other tests use
        work(bot)


def test_who_may_check_may_still_have_no_credits_to_post(sandbox: Sandbox, bot: Bot) -> None:
    sandbox.enable_faults("no-credits-to-post")
    bot.check()
    bot.check2()
    assert diagnose_refusal(bot.post).kind is ProblemKind.NO_CREDITS


def test_each_kind_leads_to_its_sign_in(sandbox: Sandbox, bot: Bot) -> None:
    sandbox.enable_faults("wants-oauth2")
    found = diagnose_refusal(bot.post)
    assert found.remedy is Remedy.SIGN_IN_OAUTH2
    assert "an account's OAuth 2.0 access token or the app's bearer token here" in found.advice
    bot.post2()
    sandbox.disable_faults()
    sandbox.enable_faults("wants-oauth1")
    assert diagnose_refusal(bot.post2).remedy is Remedy.SIGN_IN_AGAIN
    bot.post()


def test_a_call_of_version_1_1_needs_version_2(sandbox: Sandbox, bot: Bot) -> None:
    found = diagnose_refusal(bot.post_as_in_2022)
    assert found.kind is ProblemKind.NEEDS_V2
    assert "No package changes that" in found.advice


def test_a_check_goes_on_where_version_1_1_is_not_in_the_plan(sandbox: Sandbox, bot: Bot) -> None:
    sandbox.enable_faults("v1-not-in-plan")
    bot.check()
    for fault, kind in (
        ("no-credits", ProblemKind.NO_CREDITS),
        ("spending-limit", ProblemKind.SPENDING_LIMIT),
    ):
        sandbox.enable_faults(fault)
        assert diagnose_refusal(bot.check).kind is kind, "version 2 says what is so"
        sandbox.disable_faults(fault)


def test_a_spending_limit_ends_on_a_day(sandbox: Sandbox, bot: Bot) -> None:
    sandbox.enable_faults("spending-limit")
    found = diagnose_refusal(bot.post)
    assert found.wait_until is not None
    assert (found.wait_until.day, found.wait_until.hour) == (1, 0)
    assert f"until 1 {found.wait_until:%B %Y}." in found.title
