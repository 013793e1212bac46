"""Export presets: the names and the syntax that each destination reads.

The names come from the sources of the tools that a title mentions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from twauth_gui.transfer.credential_formats import Field


class FileSyntax(Enum):
    DOTENV = "dotenv"
    PROPERTIES = "properties"
    JSON = "json"

    @property
    def has_comments(self) -> bool:
        return self is not FileSyntax.JSON


OAUTH2_FIELDS = frozenset({Field.OAUTH2_ACCESS, Field.OAUTH2_REFRESH})


class AccountDetail(Enum):
    """Details of an account that are not secret, for which a preset can have a name."""

    HANDLE = "handle"
    NAME = "name"
    USER_ID = "user_id"
    APP = "app"


ENVIRONMENT_GROUP = "Environment"
FILES_GROUP = "Files of other tools"
JSON_GROUP = "JSON"


@dataclass(frozen=True, slots=True)
class ExportPreset:
    """One format of an export.

    id: stable, for scripts. names: variable name of each field, in the order of the text.
    details: names of what is not secret. constants: other lines that the tool needs.
    is_either_kind: whether an account may have only one of the two kinds of credentials.
    """

    id: str
    title: str
    group: str
    suggested_name: str
    syntax: FileSyntax
    names: Mapping[Field, str] = field(hash=False)
    details: Mapping[AccountDetail, str] = field(
        default_factory=dict[AccountDetail, str], hash=False
    )
    constants: tuple[tuple[str, str], ...] = ()
    is_either_kind: bool = False

    @property
    def needs_oauth1(self) -> bool:
        """Whether it needs an OAuth 1.0a access token."""
        return Field.ACCESS_TOKEN in self.names and not self.is_either_kind

    @property
    def names_oauth2(self) -> bool:
        """Whether it has names for OAuth 2.0 tokens."""
        return Field.OAUTH2_ACCESS in self.names

    @property
    def needs_oauth2(self) -> bool:
        """Whether it needs OAuth 2.0 tokens."""
        return self.names_oauth2 and not self.is_either_kind

    @property
    def all_names(self) -> frozenset[str]:
        """All names that an export of one account can contain."""
        constants = (name for name, _value in self.constants)
        return frozenset((*self.names.values(), *self.details.values(), *constants))

    @property
    def subtitle(self) -> str:
        """The first name with the number of the others, without optional ones."""
        first, *others = self.fields()
        return f"{self.names[first]} and {len(others)} more"

    def fields(self, *, bearer: bool = False) -> tuple[Field, ...]:
        """The fields of every account, in order; with the bearer token if requested."""
        optional = {Field.CLIENT_ID, Field.CLIENT_SECRET} if self.needs_oauth1 else set[Field]()
        if self.is_either_kind:
            optional |= {Field.CLIENT_ID, Field.CLIENT_SECRET, *OAUTH2_FIELDS}
        if not bearer:
            optional.add(Field.BEARER_TOKEN)
        return tuple(name for name in self.names if name not in optional)


def _names(*names: str) -> Mapping[Field, str]:
    order = (
        Field.API_KEY,
        Field.API_SECRET,
        Field.ACCESS_TOKEN,
        Field.ACCESS_SECRET,
        Field.BEARER_TOKEN,
        Field.CLIENT_ID,
        Field.CLIENT_SECRET,
    )
    return MappingProxyType(dict(zip(order, names, strict=False)))


def _env(
    preset_id: str,
    title: str,
    *names: str,
    details: Mapping[AccountDetail, str] | None = None,
    constants: tuple[tuple[str, str], ...] = (),
) -> ExportPreset:
    return ExportPreset(
        id=preset_id,
        title=title,
        group=ENVIRONMENT_GROUP,
        suggested_name=".env",
        syntax=FileSyntax.DOTENV,
        names=_names(*names),
        details=details or {},
        constants=constants,
    )


def _file(preset_id: str, title: str, file_name: str, *names: str) -> ExportPreset:
    return ExportPreset(
        preset_id, title, FILES_GROUP, file_name, FileSyntax.PROPERTIES, _names(*names)
    )


def _json(preset_id: str, title: str, *names: str) -> ExportPreset:
    return ExportPreset(
        preset_id, title, JSON_GROUP, "credentials.json", FileSyntax.JSON, _names(*names)
    )


def _oauth2(preset_id: str, title: str, *names: str) -> ExportPreset:
    """Return a preset for tools with OAuth 2.0; many read the user's token as a bearer token."""
    order: tuple[Field, ...] = (
        Field.CLIENT_ID,
        Field.CLIENT_SECRET,
        Field.OAUTH2_ACCESS,
        Field.OAUTH2_REFRESH,
    )
    named: dict[Field, str] = dict(zip(order, names, strict=False))
    return ExportPreset(
        preset_id, title, ENVIRONMENT_GROUP, ".env", FileSyntax.DOTENV, MappingProxyType(named)
    )


PRESETS: tuple[ExportPreset, ...] = (
    _env(
        "classic-bot",
        "Classic bot",
        *("TWITTER_CONSUMER_KEY", "TWITTER_CONSUMER_SECRET"),
        *("TWITTER_ACCESS_TOKEN", "TWITTER_ACCESS_TOKEN_SECRET", "TWITTER_BEARER_TOKEN"),
    ),
    _env(
        "api-key",
        "API key naming",
        *("TWITTER_API_KEY", "TWITTER_API_SECRET"),
        *("TWITTER_ACCESS_TOKEN", "TWITTER_ACCESS_TOKEN_SECRET", "TWITTER_BEARER_TOKEN"),
    ),
    _env(
        "x",
        "X naming",
        *("X_API_KEY", "X_API_SECRET"),
        *("X_ACCESS_TOKEN", "X_ACCESS_TOKEN_SECRET", "X_BEARER_TOKEN"),
        *("X_CLIENT_ID", "X_CLIENT_SECRET"),
    ),
    _env(
        "twarc",
        "twarc, tweepy scripts",
        *("CONSUMER_KEY", "CONSUMER_SECRET"),
        *("ACCESS_TOKEN", "ACCESS_TOKEN_SECRET", "BEARER_TOKEN"),
    ),
    _env(
        "api-secret-key",
        "twitter-together",
        *("TWITTER_API_KEY", "TWITTER_API_SECRET_KEY"),
        *("TWITTER_ACCESS_TOKEN", "TWITTER_ACCESS_TOKEN_SECRET", "TWITTER_BEARER_TOKEN"),
    ),
    _env(
        "elizaos",
        "elizaOS",
        *("TWITTER_API_KEY", "TWITTER_API_SECRET_KEY"),
        *("TWITTER_ACCESS_TOKEN", "TWITTER_ACCESS_TOKEN_SECRET", "TWITTER_BEARER_TOKEN"),
        constants=(("TWITTER_AUTH_MODE", "env"),),
    ),
    _env(
        "api-key-secret",
        "API key secret naming",
        *("TWITTER_API_KEY", "TWITTER_API_KEY_SECRET"),
        *("TWITTER_ACCESS_TOKEN", "TWITTER_ACCESS_TOKEN_SECRET", "TWITTER_BEARER_TOKEN"),
    ),
    _env(
        "x-access-secret",
        "X naming, short",
        *("X_API_KEY", "X_API_SECRET"),
        *("X_ACCESS_TOKEN", "X_ACCESS_SECRET", "X_BEARER_TOKEN"),
    ),
    _env(
        "xdk",
        "xdk samples",
        *("X_CONSUMER_KEY", "X_SECRET_KEY"),
        *("X_ACCESS_TOKEN", "X_ACCESS_TOKEN_SECRET", "X_API_BEARER_TOKEN"),
        *("X_API_CLIENT_ID", "X_API_CLIENT_SECRET"),
    ),
    _env(
        "mcp",
        "MCP server, unprefixed",
        *("API_KEY", "API_SECRET_KEY"),
        *("ACCESS_TOKEN", "ACCESS_TOKEN_SECRET", "BEARER_TOKEN"),
    ),
    _env(
        "app-key",
        "Node bots, APP_KEY",
        *("APP_KEY", "APP_SECRET"),
        *("ACCESS_TOKEN", "ACCESS_SECRET", "BEARER_TOKEN"),
    ),
    _env(
        "post-tweet",
        "send-tweet, post-tweet actions",
        *("TWITTER_CONSUMER_API_KEY", "TWITTER_CONSUMER_API_SECRET"),
        *("TWITTER_ACCESS_TOKEN", "TWITTER_ACCESS_TOKEN_SECRET", "TWITTER_BEARER_TOKEN"),
    ),
    _env(
        "snow-actions",
        "snow-actions/tweet",
        *("CONSUMER_API_KEY", "CONSUMER_API_SECRET_KEY"),
        *("ACCESS_TOKEN", "ACCESS_TOKEN_SECRET", "BEARER_TOKEN"),
    ),
    _env(
        "tweepy-tests",
        "tweepy's own tests",
        *("CONSUMER_KEY", "CONSUMER_SECRET", "ACCESS_KEY", "ACCESS_SECRET", "BEARER_TOKEN"),
        details={
            AccountDetail.HANDLE: "TWITTER_USERNAME",
            AccountDetail.USER_ID: "TWITTER_USER_ID",
        },
    ),
    _file(
        "twitter4j",
        "Twitter4J",
        "twitter4j.properties",
        *("oauth.consumerKey", "oauth.consumerSecret"),
        *("oauth.accessToken", "oauth.accessTokenSecret"),
    ),
    _file(
        "nltk",
        "NLTK",
        "credentials.txt",
        *("app_key", "app_secret", "oauth_token", "oauth_token_secret"),
    ),
    _json(
        "json-snake",
        "tweepy, twit",
        *("consumer_key", "consumer_secret", "access_token", "access_token_secret"),
        "bearer_token",
    ),
    _json(
        "json-app-key",
        "node-twitter-api-v2",
        *("appKey", "appSecret", "accessToken", "accessSecret", "bearerToken"),
    ),
    _json(
        "json-token-key",
        "node-twitter, python-twitter",
        *("consumer_key", "consumer_secret", "access_token_key", "access_token_secret"),
        "bearer_token",
    ),
    _json(
        "json-api-key",
        "GAME plug-in",
        *("apiKey", "apiSecretKey", "accessToken", "accessTokenSecret", "bearerToken"),
    ),
    _oauth2(
        "oauth2",
        "OAuth 2.0, X naming",
        *("X_CLIENT_ID", "X_CLIENT_SECRET", "X_OAUTH2_ACCESS_TOKEN", "X_OAUTH2_REFRESH_TOKEN"),
    ),
    _oauth2(
        "oauth2-tweepy",
        "OAuth 2.0, tweepy scripts",
        *("CLIENT_ID", "CLIENT_SECRET", "BEARER_TOKEN"),
    ),
    ExportPreset(
        id="twauth-json",
        title="Everything, as Twauth names it",
        group=JSON_GROUP,
        suggested_name="credentials.json",
        syntax=FileSyntax.JSON,
        names={
            **_names(
                *("api_key", "api_secret", "access_token", "access_secret"),
                *("bearer_token", "client_id", "client_secret"),
            ),
            Field.OAUTH2_ACCESS: "oauth2_access_token",
            Field.OAUTH2_REFRESH: "oauth2_refresh_token",
        },
        details={detail: detail.value for detail in AccountDetail},
        is_either_kind=True,
    ),
)


def find_preset(preset_id: str) -> ExportPreset:
    """Return the preset of this id.

    Raises:
        LookupError: there is none; the message lists the ids.
    """
    for known in PRESETS:
        if known.id == preset_id:
            return known
    choices = ", ".join(known.id for known in PRESETS)
    raise LookupError(f"There is no preset {preset_id}. There are: {choices}.")
