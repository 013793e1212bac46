"""Messages for X's error responses in OAuth 2.0."""

from __future__ import annotations

from twauth_gui.domain.diagnosis import Diagnosis, Evidence, ProblemKind, Remedy
from twauth_gui.domain.hosts import MANUAL_REVOCATION_HINT
from twauth_gui.xapi.errors.error_template import ErrorTemplate
from twauth_gui.xapi.errors.messages.api_errors import SHOWN_ONCE

# Sign-in.

NO_CLIENT_ID = ErrorTemplate(
    ProblemKind.WRONG_KEYS,
    "This app has no Client ID.",
    "Copy the Client ID from Keys and tokens in X's console. It is not the API key. "
    "Nothing was sent.",
    ("User authentication settings were never set up for the app, so it has none.",),
    Remedy.EDIT_KEYS,
)
CLIENT_ID_MALFORMED = ErrorTemplate(
    ProblemKind.WRONG_KEYS,
    "This app's Client ID is damaged.",
    "It contains a character that no Client ID has. Copy it again from Keys and tokens in X's "
    "console. Nothing was sent.",
    remedy=Remedy.EDIT_KEYS,
)
CLIENT_SECRET_MALFORMED = ErrorTemplate(
    ProblemKind.WRONG_KEYS,
    "This app's Client Secret is damaged.",
    "It contains a character that no Client Secret has. Copy it again. X's console shows it only "
    "once: if it is lost, regenerate it there. Nothing was sent.",
    remedy=Remedy.EDIT_KEYS,
)
WRONG_CLIENT = ErrorTemplate(
    ProblemKind.WRONG_KEYS,
    "X does not accept this app's Client ID and Client Secret.",
    "Check both against Keys and tokens in X's console, which shows the Client Secret only once: "
    "if it is lost, regenerate it there. The API key and its secret are not the same.",
    (
        "The app is a Web App, Automated App or Bot, and its Client Secret is missing here.",
        "The app is a Native App, which has no Client Secret, but one is entered here.",
        "The Client Secret was regenerated in the console.",
    ),
    Remedy.EDIT_KEYS,
)
CODE_EXPIRED = ErrorTemplate(
    ProblemKind.SIGN_IN_EXPIRED,
    "X's answer came too late or has already been used.",
    "It is valid once, for 30 seconds. Start again.",
    ("The address was pasted too late.", "The app's Client ID was changed in the meantime."),
    Remedy.START_AGAIN,
)
CODE_FOREIGN = ErrorTemplate(
    ProblemKind.SIGN_IN_EXPIRED,
    "X's answer belongs to another sign-in.",
    "Use the page that was opened last, or start again.",
    remedy=Remedy.START_AGAIN,
)
REDIRECT_DIFFERS = ErrorTemplate(
    ProblemKind.CALLBACK_NOT_APPROVED,
    "The callback address changed during the sign-in.",
    "Start again. The app needs exactly this: {callback}",
    remedy=Remedy.START_AGAIN,
)
SCOPE = ErrorTemplate(
    ProblemKind.APP_NOT_PERMITTED,
    "X does not give this app what the sign-in asks for.",
    "Choose fewer scopes, or raise the app's permissions in X's console.",
    remedy=Remedy.OPEN_CONSOLE,
)

PAGE_REFUSED = ErrorTemplate(
    ProblemKind.UNKNOWN,
    "X's page did not give the app access.",
    "Twauth does not know the reason. Start again, or copy the report.",
    remedy=Remedy.START_AGAIN,
)

PAGE_ERROR = ErrorTemplate(
    ProblemKind.PAGE_FAILED,
    "X's page does not let the app ask for access.",
    "It says “Something went wrong. You weren't able to give access to the App”, does not say why, "
    "and does not lead back to Twauth. Check the app in X's console, then start again.",
    (
        "The app's list has no callback that is exactly {callback}",
        "The Client ID is mistyped, or the API key was entered in its place.",
        "User authentication settings were never set up for the app.",
        "A scope asks for more than the app's permissions allow.",
    ),
    Remedy.OPEN_CONSOLE,
)
"""X's OAuth 2.0 page that leads nowhere; causes as reported for xurl and passport-twitter."""


def diagnose_page_error(callback: str) -> Diagnosis:
    """Return the diagnosis of X's error page, for a user who is looking at it."""
    return PAGE_ERROR.to_diagnosis(Evidence(), callback=callback)


# Tokens.

REFRESH_SPENT = ErrorTemplate(
    ProblemKind.REFRESH_SPENT,
    "This sign-in can no longer be renewed.",
    "X accepts a refresh token once, within six months. Sign in again to get new credentials.",
    (
        "Another program renewed it with the same refresh token.",
        "The account's owner revoked the app's access on x.com.",
        "The account was signed in again elsewhere, which ended this sign-in.",
    ),
    Remedy.SIGN_IN_OAUTH2,
)
CUT_OFF = ErrorTemplate(
    ProblemKind.REFRESH_SPENT,
    "This sign-in can no longer be renewed.",
    "A renewal was interrupted before X's answer could be saved, and X gives the next pair only "
    "once. Sign in again to get new credentials.",
    (
        "Another program renewed it with the same refresh token.",
        "The account's owner revoked the app's access on x.com.",
    ),
    Remedy.SIGN_IN_OAUTH2,
)
NO_REFRESH = ErrorTemplate(
    ProblemKind.REFRESH_SPENT,
    "This sign-in is valid for two hours only.",
    "It has no refresh token. Sign in again with the scope offline.access, so that it can be "
    "renewed.",
    remedy=Remedy.SIGN_IN_OAUTH2,
)
ACCESS_REFUSED = ErrorTemplate(
    ProblemKind.REVOKED,
    "X no longer accepts this access token.",
    "Renew it. If that does not help, sign in again.",
    (
        "It expired after two hours.",
        "The account's owner revoked the app's access on x.com.",
        "X has suspended the app: the console shows it next to the app.",
    ),
    Remedy.SIGN_IN_OAUTH2,
)
NOT_REVOKED = ErrorTemplate(
    ProblemKind.APP_NOT_PERMITTED,
    "X did not revoke this sign-in.",
    MANUAL_REVOCATION_HINT,
    remedy=Remedy.OPEN_CONNECTED_APPS,
)

# The app's bearer token.

APP_ONLY_REFUSED = ErrorTemplate(
    ProblemKind.WRONG_KEYS,
    "X gives no bearer token for these keys.",
    f"Check the API key and its secret against the ones you saved. {SHOWN_ONCE} "
    "They are not the Client ID and Client Secret.",
    (
        "The keys are mistyped, or were regenerated in the console.",
        "The Client ID and Client Secret were entered as the API key and secret.",
        "X was asked too often: wait a few minutes.",
        "X has suspended the app: the console shows it next to the app.",
    ),
    Remedy.EDIT_KEYS,
)
BEARER_REFUSED = ErrorTemplate(
    ProblemKind.REVOKED,
    "X no longer accepts this bearer token.",
    "Get a new one with the app's keys. This does not affect the app's accounts.",
    (
        "It was regenerated in X's console, which ends the previous one.",
        "X has suspended the app: the console shows it next to the app.",
    ),
    Remedy.OPEN_CONSOLE,
)
BEARER_MALFORMED = ErrorTemplate(
    ProblemKind.REVOKED,
    "This is not a bearer token.",
    "It is empty or contains spaces. Get a new one with the app's keys. Nothing was sent.",
    remedy=Remedy.OPEN_CONSOLE,
)
