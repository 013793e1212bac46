"""Proves that bots written with tweepy run against the sandbox unchanged."""

from __future__ import annotations

from typing import Any, cast

import pytest
import tweepy  # pyright: ignore[reportMissingTypeStubs]

from tests.support.sandbox_app import (
    OAuth1Keys,
    SandboxSession,
    demo_app_keys,
    get_signed,
    obtain_access_token,
    send_request,
)
from tests.support.sandbox_browser import SandboxBrowser
from twauth_gui.sandbox.server import Sandbox

# tweepy has no types of its own.
Untyped = Any


def client(sandbox: Sandbox, keys: OAuth1Keys, **more: Any) -> Untyped:
    """tweepy.Client as a bot makes it, but for its host."""
    client: Untyped = tweepy.Client(
        consumer_key=keys.api_key,
        consumer_secret=keys.api_secret,
        access_token=keys.token,
        access_token_secret=keys.secret,
        **more,
    )
    client.session = SandboxSession(sandbox.url)
    return client


def bearer(sandbox: Sandbox) -> str:
    app = sandbox.demo_app
    answer = send_request(
        "POST",
        f"{sandbox.url}/oauth2/token",
        data={"grant_type": "client_credentials"},
        auth=(app.api_key, app.api_secret),
    )
    assert answer.json()["token_type"] == "bearer"
    return cast("str", answer.json()["access_token"])


def test_tweepy_signs_in_posts_and_reads(sandbox: Sandbox) -> None:
    keys = demo_app_keys(sandbox)
    handler: Untyped = tweepy.OAuth1UserHandler(keys.api_key, keys.api_secret, callback="oob")
    handler._get_oauth_url = f"{sandbox.url}/oauth/{{}}".format
    person = SandboxBrowser()
    person.open(handler.get_authorization_url(access_type="write"))
    person.log_in("marsh_weather")
    token, secret = handler.get_access_token(person.press("Allow").pin)
    keys = OAuth1Keys(keys.api_key, keys.api_secret, token, secret)

    bot = client(sandbox, keys)
    me = bot.get_me().data
    assert (str(me.id), me.username, me.name) == (
        "1688150934417182725",
        "marsh_weather",
        "Marsh Weather",
    )
    posts = [bot.create_tweet(text=f"Rain, <b>{n}</b> mm ☂").data for n in range(7)]
    bot.create_tweet(text=posts[0]["text"])  # the same again is no trouble here
    assert [post.text for post in sandbox.posts()][:2] == [
        "Rain, <b>0</b> mm ☂",
        "Rain, <b>1</b> mm ☂",
    ]
    one = bot.get_tweet(posts[3]["id"], tweet_fields=["author_id", "created_at"], user_auth=True)
    assert (one.data.text, one.data.author_id) == ("Rain, <b>3</b> mm ☂", me.id)
    assert bot.get_tweet(1, user_auth=True).errors[0]["title"] == "Not Found Error"

    page = bot.get_users_tweets(me.id, max_results=5, user_auth=True)
    rest = bot.get_users_tweets(
        me.id, max_results=5, pagination_token=page.meta["next_token"], user_auth=True
    )
    assert (len(page.data), len(rest.data)) == (5, 3)
    assert page.data[1].id == int(posts[6]["id"])
    assert "next_token" not in rest.meta

    home = send_request("GET", sandbox.url).text
    assert "Rain, &lt;b&gt;6&lt;/b&gt; mm ☂" in home
    assert "Posts (8)" in home


def test_tweepy_api_verifies_credentials(sandbox: Sandbox) -> None:
    keys = obtain_access_token(sandbox, "harbour_clock")
    client(sandbox, keys).create_tweet(text="Noon")
    handler: Untyped = tweepy.OAuth1UserHandler(
        keys.api_key, keys.api_secret, keys.token, keys.secret
    )
    api: Untyped = tweepy.API(handler)
    api.session = SandboxSession(sandbox.url)
    user = api.verify_credentials(include_email=True, skip_status=False)
    assert (user.screen_name, user.name) == ("harbour_clock", "Harbour Clock")
    assert user.id_str == keys.token.partition("-")[0]
    assert user.status.text == "Noon"


def test_headers(sandbox: Sandbox) -> None:
    keys = obtain_access_token(sandbox, "tidal_times")
    for remaining in ("74", "73"):
        headers = get_signed(sandbox, "/2/users/me?user.fields=verified,none", keys).headers
        assert headers["x-rate-limit-limit"] == "75"
        assert headers["x-rate-limit-remaining"] == remaining
        assert headers["x-rate-limit-reset"].isdigit()
        assert headers["x-access-level"] == "read-write"
        assert len(headers["x-transaction-id"]) == 16
        assert headers["api-version"] == "2.164"
        assert headers["date"].endswith("GMT")
        assert "no-store" in headers["cache-control"]


def test_app_only_token(sandbox: Sandbox) -> None:
    keys, token = obtain_access_token(sandbox, "tidal_times"), bearer(sandbox)
    assert bearer(sandbox) == token
    post = client(sandbox, keys).create_tweet(text="High water").data
    reader = client(sandbox, keys, bearer_token=token)
    assert reader.get_tweet(post["id"]).data.text == "High water"
    headers = {"Authorization": f"Bearer {token}"}
    me = send_request("GET", f"{sandbox.url}/2/users/me", headers=headers)
    assert (me.status_code, me.json()["title"]) == (403, "Unsupported Authentication")
    old = send_request("GET", f"{sandbox.url}/1.1/account/verify_credentials.json", headers=headers)
    assert (old.status_code, old.json()["errors"][0]["code"]) == (403, 220)
    wrong = send_request("GET", f"{sandbox.url}/2/tweets/1", headers={"Authorization": "Bearer no"})
    assert wrong.status_code == 401
    sandbox.change_settings(suspended=True)
    assert send_request("GET", f"{sandbox.url}/2/tweets/1", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"text":""}', b'{"text":5}', b"\xff", b"[" * 50_000, b"9" * 5000]
)
def test_a_post_needs_a_text(sandbox: Sandbox, body: bytes) -> None:
    keys = obtain_access_token(sandbox, "tidal_times")
    headers = {"Content-Type": "application/json"}
    answer = send_request(
        "POST", f"{sandbox.url}/2/tweets", data=body, headers=headers, auth=keys.auth()
    )
    assert (answer.status_code, answer.json()["title"]) == (400, "Invalid Request")


@pytest.mark.parametrize(
    "path", ["/2/tweets/abc", "/2/users/me%20/tweets", "/2/users/1/tweets?max_results=4"]
)
def test_odd_questions(sandbox: Sandbox, path: str) -> None:
    keys = obtain_access_token(sandbox, "tidal_times")
    assert get_signed(sandbox, path, keys).status_code == 400
    assert get_signed(sandbox, "/2/users/1/tweets", keys).json() == {"meta": {"result_count": 0}}


def test_half_a_character_does_no_harm(sandbox: Sandbox) -> None:
    keys = obtain_access_token(sandbox, "tidal_times")
    headers = {"Content-Type": "application/json"}
    answer = send_request(
        "POST",
        f"{sandbox.url}/2/tweets",
        data=b'{"text":"\\ud800"}',
        headers=headers,
        auth=keys.auth(),
    )
    assert (answer.status_code, answer.json()["data"]["text"]) == (201, "?")
    assert send_request("GET", sandbox.url).status_code == 200
