"""Names of credential fields in other tools and scripts, and the field each one means.

The names come from the sources of twarc, tweepy, twurl, xurl, x-cli, twitter-together,
elizaOS, the tweet actions, the xdk samples, node-twitter-api-v2, twit, Twitter4J, NLTK, rtweet,
oysttyer, and the labels of X's developer console.
"""

from __future__ import annotations

import re
from enum import IntEnum

from twauth_gui.transfer.credential_formats import Field


class Weight(IntEnum):
    """How certain a name is: a name of X's own beats a general one."""

    WEAK = 1  # SECRET_KEY, or only the end is known: MY_CONSUMER_KEY. The value's shape must agree
    GENERAL = 2  # CONSUMER_KEY, API_KEY: other services use it too
    OF_X = 3  # TWITTER_API_KEY, X_API_KEY


# Without case, separators and the prefixes below.
_CORES: dict[Field, str] = {
    Field.API_KEY: """
        apikey appkey consumerkey consumerapikey consumerapikeytoken consumertoken ck
        consumerkeyapikey apikeyconsumerkey authorizeapikey""",
    Field.API_SECRET: """
        apisecret apisecretkey apikeysecret appsecret appsecretkey appkeysecret secretkey cs
        consumersecret consumersecretkey consumerkeysecret consumerapisecret consumerapisecretkey
        consumerapikeysecret consumertokensecret consumersecretapisecret apisecretconsumersecret
        consumersecretapikeysecret apikeysecretconsumersecret authorizeapisecret""",
    Field.BEARER_TOKEN: "bearer bearertoken apibearertoken",
    Field.ACCESS_TOKEN: "accesstoken accesskey accesstokenkey authaccesstoken token at",
    Field.ACCESS_SECRET: """
        accesstokensecret accesssecret accesskeysecret accesssecrettoken accesstokenkeysecret
        authaccesstokensecret authaccesssecret tokensecret secret ats""",
    Field.CLIENT_ID: "clientid apiclientid",
    Field.CLIENT_SECRET: "clientsecret apiclientsecret clientidsecret",
    Field.OAUTH2_ACCESS: "oauth2accesstoken",
    Field.OAUTH2_REFRESH: "oauth2refreshtoken refreshtoken",
}
_MEANING = {core: field for field, cores in _CORES.items() for core in cores.split()}
# These say too little by themselves, and nothing at the end of a longer name.
_VAGUE = frozenset({"token", "secret", "bearer", "at", "ats", "ck", "cs", "secretkey"})
_OF_X = ("twitter4j", "twitter", "x", "tweepy", "rtweet", "t")
_PROTOCOL = ("oauth10a", "oauth1", "oauth20", "oauth2", "oauth", "personal")
_HANDLES = frozenset({"handle", "screenname", "userhandle", "accounthandle"})
_HANDLES_OF_X = frozenset({"username", "user", "account", "accountname"})
_LONGEST = 100


def meaning(name: str) -> tuple[Field, Weight] | None:
    """Return the field that a variable, key, option or label means; None if it means none."""
    if len(name) > _LONGEST:
        return None
    squashed = _squash(name)
    at = squashed.rfind("twitter")
    if at > 0:
        squashed = squashed[at:]
    stripped = _without(squashed, _OF_X)
    for rest in (squashed, stripped):
        field = _MEANING.get(rest) or _MEANING.get(_without(_without(rest, _PROTOCOL), _PROTOCOL))
        if field is not None:
            return field, _weight(rest, of_x=rest != squashed)
    return _by_ending(name)


def handle_weight(name: str) -> Weight | None:
    """Return how certainly a name is that of a handle; None if it is not."""
    squashed = _squash(name[:_LONGEST])
    squashed = squashed[max(squashed.rfind("twitter"), 0) :]
    core = _without(squashed, _OF_X)
    if core != squashed and core in _HANDLES | _HANDLES_OF_X:
        return Weight.OF_X
    if squashed in _HANDLES:
        return Weight.GENERAL
    return Weight.WEAK if squashed == "username" else None  # of a data base, of the system


def _weight(core: str, *, of_x: bool) -> Weight:
    if of_x:
        return Weight.OF_X
    return Weight.WEAK if core in _VAGUE else Weight.GENERAL


def _by_ending(name: str) -> tuple[Field, Weight] | None:
    words = re.findall(r"[A-Za-z0-9]+", name)
    for start in range(1, len(words)):
        core = "".join(words[start:]).lower()
        vague = core in _VAGUE and words[start - 1].lower() != "x"
        if core in _MEANING and not vague:
            return _MEANING[core], Weight.WEAK
    return None


def _squash(name: str) -> str:
    return "".join(sign for sign in name.lower() if sign.isascii() and sign.isalnum())


def _without(name: str, prefixes: tuple[str, ...]) -> str:
    return next((name[len(prefix) :] for prefix in prefixes if name.startswith(prefix)), name)
