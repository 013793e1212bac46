"""Names mean the fields that people mean by them."""

from __future__ import annotations

import pytest

from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.export_presets import ExportPreset
from twauth_gui.transfer.preset_catalog import builtin_presets
from twauth_gui.transfer.reader.field_names import find_meaning, split_name
from twauth_gui.transfer.reader.name_paths import GroupKey, interpret_path

_MEANINGS = {
    Field.API_KEY: """CONSUMER_KEY TWITTER_CONSUMER_KEY TWITTER_API_KEY API_KEY APP_KEY X_API_KEY
        TWITTER_CONSUMER_API_KEY CONSUMER_API_KEY X_CONSUMER_KEY T_AUTHORIZE_API_KEY appKey apiKey
        CONSUMER_API_KEY_TOKEN X_OAUTH1_CONSUMER_KEY TWITTER_PERSONAL_CONSUMER_KEY consumerKey
        oauth.consumerKey twitter.oauth.consumerKey consumer-key app_key consumer_key ck
        setOAuthConsumerKey customer_key client_key APIKey apikey consumer_token""",
    Field.API_SECRET: """CONSUMER_SECRET TWITTER_CONSUMER_SECRET TWITTER_API_SECRET_KEY
        TWITTER_API_KEY_SECRET TWITTER_API_SECRET API_SECRET_KEY TWITTER_CONSUMER_API_SECRET
        CONSUMER_API_SECRET_KEY X_API_SECRET T_AUTHORIZE_API_SECRET APP_SECRET
        TWITTER_CONSUMER_API_SECRET_KEY CONSUMER_API_KEY_SECRET appSecret consumer_secret_token
        X_OAUTH1_CONSUMER_SECRET X_API_SECRET_KEY apiSecretKey consumerSecret app_secret cs""",
    Field.ACCESS_TOKEN: """ACCESS_TOKEN TWITTER_ACCESS_TOKEN ACCESS_KEY X_ACCESS_TOKEN accessToken
        RTWEET_ACCESS_TOKEN TWITTER_ACCESS_TOKEN_KEY TWITTER_ACCESS_KEY OAUTH_TOKEN at
        AUTH_ACCESS_TOKEN access_token_key oauth_token oauth.accessToken access-token
        resource_owner_key TWITTER_USER_TOKEN setOAuthAccessToken accesstoken""",
    Field.ACCESS_SECRET: """ACCESS_TOKEN_SECRET TWITTER_ACCESS_TOKEN_SECRET ACCESS_SECRET
        X_ACCESS_TOKEN_SECRET X_ACCESS_SECRET RTWEET_ACCESS_SECRET TWITTER_ACCESS_SECRET ats
        OAUTH1_TOKEN_SECRET accessSecret accessTokenSecret oauth_token_secret token_secret
        oauth.accessTokenSecret access-token-secret access_secret_token resource_owner_secret""",
    Field.BEARER_TOKEN: """BEARER_TOKEN TWITTER_BEARER_TOKEN X_BEARER_TOKEN T_BEARER_TOKEN
        X_API_BEARER_TOKEN bearer_token bearer""",
    Field.CLIENT_ID: "CLIENT_ID X_CLIENT_ID X_API_CLIENT_ID TWITTER_CLIENT_ID client_id",
    Field.CLIENT_SECRET: "CLIENT_SECRET X_CLIENT_SECRET X_API_CLIENT_SECRET client_secret",
    Field.OAUTH2_ACCESS: "X_OAUTH2_ACCESS_TOKEN oauth2_access_token oauth2.accessToken",
    Field.OAUTH2_REFRESH: "X_OAUTH2_REFRESH_TOKEN refresh_token oauth2_refresh_token",
}


@pytest.mark.parametrize(
    ("field", "name"),
    [(field, name) for field, names in _MEANINGS.items() for name in names.split()],
)
def test_name_means_its_field(field: Field, name: str) -> None:
    meaning = find_meaning(split_name(name).core)
    assert meaning is not None
    assert meaning.fields[0] is field
    assert not meaning.is_vague


@pytest.mark.parametrize("preset", builtin_presets(), ids=lambda preset: preset.id)
def test_names_of_every_preset_are_known(preset: ExportPreset) -> None:
    for field, name in preset.names.items():
        # One preset calls an OAuth 2.0 token BEARER_TOKEN; its content tells.
        found = interpret_path((name,)).fields
        assert field in found or (field, found[0]) == (Field.OAUTH2_ACCESS, Field.BEARER_TOKEN)


@pytest.mark.parametrize(
    "name",
    [
        "AWS_ACCESS_KEY_ID",
        "csrf_id",
        "app_id",
        "user_id",
        "DATABASE_URL",
        "password",
        "ct0",
        "TWITTER_USER_ID",
        "verify",
        "screen",
        "bot",
    ],
)
def test_other_names_mean_no_field(name: str) -> None:
    assert not interpret_path((name,)).fields


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        (("API_KEY_1",), GroupKey((), ("1",))),
        (("API_KEY_01",), GroupKey((), ("1",))),
        (("NEWS_ACCESS_TOKEN",), GroupKey((), ("news",))),
        (("ACCESS_TOKEN_NEWS",), GroupKey((), ("news",))),
        (("ACCESS_TOKEN_NEWS_SECRET",), GroupKey((), ("news",))),
        (("TWITTER_API_KEY_V2",), GroupKey()),
        (("OAUTH1_TOKEN",), GroupKey()),
        (("twitter", "consumer", "key"), GroupKey()),
        (("Fern", "twitter", "api_key"), GroupKey(("fern",))),
        (("access_tokens", "fern"), GroupKey((), ("fern",))),
        (("access_tokens", "[0]"), GroupKey((), ("[0]",))),
        (("row 2", "api_key"), GroupKey(("row 2",))),
        (("auth1", "tweepy.OAuthHandler()", "[0]"), GroupKey(("auth1",))),
        (("auth1.set_access_token()", "[0]"), GroupKey(("auth1",))),
    ],
)
def test_groups_of_names(path: tuple[str, ...], scope: GroupKey) -> None:
    assert interpret_path(path).scope == scope


@pytest.mark.parametrize(
    ("path", "service"),
    [
        (("mastodon", "access_token"), "Mastodon"),
        (("MASTODON_ACCESS_TOKEN",), "Mastodon"),
        (("twitter", "mastodon", "token"), "Mastodon"),
        (("mastodon", "twitter", "token"), ""),
        (("mastodon-to-twitter", "access_token"), ""),
        (("FB_APP_SECRET",), "Facebook"),
        (("Last FM", "api_key"), "Last.fm"),
        (("accessToken",), ""),
    ],
)
def test_other_services_are_known(path: tuple[str, ...], service: str) -> None:
    assert interpret_path(path).service == service
