"""Messages for errors that bots meet and Twauth itself does not."""

from __future__ import annotations

from collections.abc import Mapping

from twauth_gui.domain.diagnosis import ProblemKind, Remedy
from twauth_gui.xapi.errors.error_template import ErrorTemplate
from twauth_gui.xapi.errors.messages import api_errors, certificate_errors, network_errors

_PRINT_BODY = (
    "Make the bot print the body of X's answer, for example error.response.text, and explain that."
)

# Without a reason.

NO_REASON = ErrorTemplate(
    ProblemKind.UNKNOWN,
    "X refused with status {status}; the text does not say why.",
    f"The reason is in the body of X's answer. {_PRINT_BODY}",
)
FORBIDDEN = ErrorTemplate(
    ProblemKind.UNKNOWN,
    "X does not allow this; the text does not say why.",
    f"The reason is in the body of X's answer. {_PRINT_BODY}",
    (
        "The sign-in can only read, and the bot tried to post.",
        "The app's plan, credits or spending limit do not cover it.",
        "The account is locked or suspended: sign in on x.com to see.",
        "X does not accept the post: it is a duplicate, or a reply that the author did not invite.",
    ),
)
UNAUTHORIZED = ErrorTemplate(
    ProblemKind.UNKNOWN,
    "X does not accept the bot's credentials and does not say why.",
    "Check the account in Twauth: if it works here, the bot uses other values. Otherwise sign in "
    "again.",
    (
        "A value has an extra space, quote or line break, or values of two apps are mixed.",
        "The keys were regenerated, or the account's owner ended the app's access.",
        "An OAuth 2.0 access token expires after two hours and has to be renewed.",
        "The clock of the bot's computer is wrong.",
    ),
)
NOT_FOUND = ErrorTemplate(
    ProblemKind.UNKNOWN,
    "X cannot find what the bot asked for.",
    "Check the address and the id in the call.",
    (
        "The post or account is deleted, or hidden from this account.",
        "The address is misspelled, or X has retired the call, as it has most of version 1.1.",
    ),
)
UNREAD = ErrorTemplate(
    ProblemKind.UNKNOWN,
    "X refused, for a reason that Twauth does not know.",
    "X's own words are below; docs.x.com may say more. The report helps to add it to Twauth.",
)
NOT_UNDERSTOOD = ErrorTemplate(
    ProblemKind.POST_NOT_ACCEPTED,
    "X did not understand the bot's call.",
    "A value is missing or malformed. The credentials are probably fine.",
)

# Before X is asked.

KEYS_NOT_SET = ErrorTemplate(
    ProblemKind.BOT_WITHOUT_KEYS,
    "The bot started without its credentials.",
    "It found no API key or access token where it looks for them. Start it with twauth run, or "
    "export them to the file it reads.",
    (
        "The variables do not have the names that the bot expects.",
        "A service or cron job does not read the .env file or the shell's profile.",
    ),
)
NO_BEARER = ErrorTemplate(
    ProblemKind.WRONG_KEYS,
    "X gave the bot no bearer token.",
    "The library does not show why. Check the API key and its secret, then whether X was asked too "
    "often.",
    remedy=Remedy.EDIT_KEYS,
)
KEYS_MISSING = ErrorTemplate(
    ProblemKind.WRONG_KEYS,
    "The bot did not send X a complete set of keys.",
    "One of API key, API key secret, access token and access token secret is empty. Export them "
    "again.",
    (
        "A variable does not have the name that the bot expects.",
        "A proxy between the bot and X removes the Authorization header.",
    ),
)

# Not from the API of X.

ELSEWHERE = ErrorTemplate(
    ProblemKind.NOT_FROM_X,
    "This refusal comes from {host}, not from X.",
    "Twauth knows only X's answers. Check what the bot does there.",
)
CLOUDFLARE = ErrorTemplate(
    ProblemKind.NOT_X,
    "Cloudflare blocked the call before it reached X.",
    "Make the bot call api.x.com with its credentials, from another IP address if that does not "
    "help. Pages of x.com are not for programs.",
    (
        "The bot calls x.com or twitter.com instead of api.x.com.",
        "The bot's computer shares its IP address with others, as at many hosting companies.",
    ),
)
HUMAN_CHECK = ErrorTemplate(
    ProblemKind.ACCOUNT_LOCKED,
    "X wants proof that a person is there.",
    "Sign in on x.com with the account and do what X asks. The credentials were not changed.",
    remedy=Remedy.OPEN_X,
)
WEB_PAGE = ErrorTemplate(
    ProblemKind.NOT_X,
    "This is a page of x.com, not an answer of the API.",
    "Make the bot call api.x.com. The pages of x.com need a browser.",
    ("The address in the bot lacks “api.”, or follows a redirect to the sign-in page.",),
)
NOT_JSON = ErrorTemplate(
    ProblemKind.NOT_X,
    "The bot received something that is not JSON.",
    "Make the bot print the answer's status and its first characters, and explain those.",
    (
        "X had a problem on its side and sent a page.",
        "A proxy or a public network answered instead of X.",
    ),
)

# Limits that are over or waited for.

LIMIT_OVER = ErrorTemplate(
    ProblemKind.RATE_LIMITED,
    "X asked to wait until {until}, which has passed.",
    "The rate limit was reached. The bot can go on now; make it call less often.",
)
SLEEPING = ErrorTemplate(
    ProblemKind.RATE_LIMITED,
    "X asks to wait, and the bot's library is waiting.",
    "The rate limit is reached. It goes on by itself, usually within 15 minutes.",
    ("Several copies of the bot share the limit.",),
)

# As in the other modules, but about the bot's computer.

TLS_UNKNOWN_ISSUER = ErrorTemplate(
    ProblemKind.TLS,
    "The bot does not trust the certificate of X's server.",
    "Nothing was sent. Update the certificates on the bot's computer; for Python, that is the "
    "package certifi. Do not turn the check off.",
    (
        "A proxy or a virus scanner intercepts encrypted connections: add its certificate there.",
        "A public network requires its own sign-in first.",
    ),
)
CA_BUNDLE = ErrorTemplate(
    ProblemKind.TLS,
    "The bot's file of trusted certificates cannot be used.",
    "Nothing was sent. Check REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE and SSL_CERT_FILE.",
    ("It was moved or deleted.", "It contains no certificate in PEM format."),
)
PROXY_SIGN_IN = ErrorTemplate(
    ProblemKind.REFUSED,
    "The proxy asks the bot for a user name and password.",
    "Set HTTPS_PROXY for the bot to the proxy's address with both. X was not reached.",
)
SOCKS_MISSING = ErrorTemplate(
    ProblemKind.REFUSED,
    "A SOCKS proxy is set, but the bot's library does not support SOCKS.",
    "For Python, install requests[socks], or set an HTTP proxy. Nothing was sent.",
)

BOT_VARIANTS: Mapping[ErrorTemplate, ErrorTemplate] = {
    api_errors.NO_REASON: UNAUTHORIZED,
    api_errors.NO_SUCH_CALL: NOT_FOUND,
    api_errors.NOT_UNDERSTOOD: NOT_UNDERSTOOD,
    api_errors.NOT_ACCEPTED: NOT_UNDERSTOOD,
    api_errors.KEYS_MISSING: KEYS_MISSING,
    certificate_errors.UNKNOWN_ISSUER: TLS_UNKNOWN_ISSUER,
    certificate_errors.UNUSABLE_FILE: CA_BUNDLE,
    network_errors.PROXY_SIGN_IN: PROXY_SIGN_IN,
    network_errors.SOCKS_MISSING: SOCKS_MISSING,
}
"""Texts for bots in place of those that speak of Twauth's own calls or settings."""
