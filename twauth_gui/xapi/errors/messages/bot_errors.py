"""Messages for what a bot meets that Twauth itself does not."""

from __future__ import annotations

from collections.abc import Mapping

from twauth_gui.domain.diagnosis import ProblemKind, Remedy
from twauth_gui.xapi.errors.error_template import ErrorTemplate
from twauth_gui.xapi.errors.messages import api_errors, certificate_errors, network_errors

_PRINT_BODY = (
    "Let the bot print the body of X's answer, for example error.response.text, and explain that."
)

# without a reason

NO_REASON = ErrorTemplate(
    ProblemKind.UNKNOWN,
    "X refused with status {status}; the text does not say why.",
    f"The reason stands in the body of X's answer. {_PRINT_BODY}",
)
FORBIDDEN = ErrorTemplate(
    ProblemKind.UNKNOWN,
    "X does not permit this; the text does not say why.",
    f"The reason stands in the body of X's answer. {_PRINT_BODY}",
    (
        "The sign-in can only read, and the bot tried to post.",
        "The app's plan, credits or spending limit.",
        "The account is locked or suspended: sign in on x.com to see.",
        "X does not accept the post: a duplicate, or a reply the author did not invite.",
    ),
)
UNAUTHORIZED = ErrorTemplate(
    ProblemKind.UNKNOWN,
    "X does not accept the bot's credentials, and does not say why.",
    "Check the account in Twauth: if it works here, the bot uses other values. Otherwise sign in "
    "again.",
    (
        "A value has a blank, a quote or a line break too many, or values of two apps are mixed.",
        "The keys were regenerated, or the account's owner ended the app's access.",
        "An access token of OAuth 2.0 ends after two hours and has to be renewed.",
        "The clock of the bot's computer is off.",
    ),
)
NOT_FOUND = ErrorTemplate(
    ProblemKind.UNKNOWN,
    "X does not find what the bot asked for.",
    "Check the address and the id in the call.",
    (
        "The post or account is deleted, or hidden from this account.",
        "The address is misspelled, or X has retired the call: calls of version 1.1 mostly are.",
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

# before X is asked

KEYS_NOT_SET = ErrorTemplate(
    ProblemKind.BOT_WITHOUT_KEYS,
    "The bot started without its credentials.",
    "It found no API key or access token where it looks for them. twauth run starts it with them, "
    "or export them to the file it reads.",
    (
        "The variables have other names than the bot expects.",
        "A service or cron job does not read the .env file or the shell's profile.",
    ),
)
NO_BEARER = ErrorTemplate(
    ProblemKind.WRONG_KEYS,
    "X gave the bot no bearer token.",
    "The library hides why. Check the API key and its secret, then whether X was asked too often.",
    remedy=Remedy.EDIT_KEYS,
)
KEYS_MISSING = ErrorTemplate(
    ProblemKind.WRONG_KEYS,
    "The bot sent X no complete set of keys.",
    "One of API key, API key secret, access token and access token secret is empty. Export them "
    "again.",
    (
        "A variable has another name than the bot expects.",
        "A proxy between the bot and X removes the Authorization header.",
    ),
)

# of something other than X

ELSEWHERE = ErrorTemplate(
    ProblemKind.NOT_FROM_X,
    "This refusal comes from {host}, not from X.",
    "Twauth knows only X's answers. Look at what the bot does there.",
)
CLOUDFLARE = ErrorTemplate(
    ProblemKind.NOT_X,
    "Cloudflare turned the call away before X saw it.",
    "Let the bot call api.x.com with its credentials, from another address if it stays like this. "
    "Pages of x.com are not for programs.",
    (
        "The bot calls x.com or twitter.com instead of api.x.com.",
        "The bot's computer shares its address with others, as at many hosting companies.",
    ),
)
HUMAN_CHECK = ErrorTemplate(
    ProblemKind.ACCOUNT_LOCKED,
    "X wants to see a person first.",
    "Sign in on x.com with the account and answer what X asks. The credentials stay as they are.",
    remedy=Remedy.OPEN_X,
)
WEB_PAGE = ErrorTemplate(
    ProblemKind.NOT_X,
    "This is a page of x.com, not an answer of the API.",
    "Let the bot call api.x.com. The pages of x.com need a browser.",
    ("The address in the bot lacks “api.”, or follows a redirect to the sign-in page.",),
)
NOT_JSON = ErrorTemplate(
    ProblemKind.NOT_X,
    "The bot received something that is not JSON.",
    "Let the bot print the answer's status and its first characters, and explain those.",
    (
        "X had a problem of its own and sent a page.",
        "A proxy or a public network answered in X's place.",
    ),
)

# over, by now

LIMIT_OVER = ErrorTemplate(
    ProblemKind.RATE_LIMITED,
    "X asked to wait until {until}, which is over.",
    "The limit of calls was reached. The bot can go on now; let it call less often.",
)
SLEEPING = ErrorTemplate(
    ProblemKind.RATE_LIMITED,
    "X asks to wait, and the bot's library waits.",
    "The limit of calls is reached. It goes on by itself, within 15 minutes as a rule.",
    ("Several copies of the bot share the limit.",),
)

# the same as elsewhere, told of another computer

TLS_UNKNOWN_ISSUER = ErrorTemplate(
    ProblemKind.TLS,
    "The bot does not trust the certificate of X's server.",
    "Nothing was sent. Update the certificates of the bot's computer, for Python the package "
    "certifi. Do not switch the check off.",
    (
        "A proxy or a virus scanner opens protected connections: add its certificate there.",
        "A public network asks for a sign-in of its own first.",
    ),
)
CA_BUNDLE = ErrorTemplate(
    ProblemKind.TLS,
    "The bot's file of trusted certificates cannot be used.",
    "Nothing was sent. Look at REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE and SSL_CERT_FILE.",
    ("It was moved or deleted.", "It holds no certificate in PEM form."),
)
PROXY_SIGN_IN = ErrorTemplate(
    ProblemKind.REFUSED,
    "The proxy asks the bot for a name and a password.",
    "Set HTTPS_PROXY for the bot to its address with both. X was not reached.",
)
SOCKS_MISSING = ErrorTemplate(
    ProblemKind.REFUSED,
    "A SOCKS proxy is set, and the bot's library cannot speak SOCKS.",
    "For Python install requests[socks], or set an HTTP proxy. Nothing was sent.",
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
"""What is told in place of words that speak of Twauth's own calls or of its settings."""
