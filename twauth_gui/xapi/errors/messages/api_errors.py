"""Messages for X's error responses about an app, a sign-in or an account's credentials."""

from __future__ import annotations

from twauth_gui.domain.diagnosis import ProblemKind, Remedy
from twauth_gui.domain.hosts import MANUAL_REVOCATION_HINT
from twauth_gui.xapi.errors.error_template import ErrorTemplate

SHOWN_ONCE = "X's console shows them only once: if they are lost, regenerate them there."
"""Since 2026 (docs.x.com, getting-access). Regenerating keys ends the old ones."""
_CHANGED_APP = (
    "The app's type or permissions were changed. Some users report that X then rejects the keys "
    "until they are regenerated in the console."
)

# Sign-in.

WRONG_KEYS = ErrorTemplate(
    ProblemKind.WRONG_KEYS,
    "X does not accept this app's keys.",
    f"Check the API key and its secret against the ones you saved. {SHOWN_ONCE} "
    "They are not the Client ID and Client Secret.",
    (
        "A space or a line break was copied too, or a character is missing.",
        "The Client ID and Client Secret were entered as the API key and secret.",
        "The keys were regenerated in the console.",
        "X has suspended the app: the console shows it next to the app.",
        _CHANGED_APP,
    ),
    Remedy.EDIT_KEYS,
)
KEYS_MISSING = ErrorTemplate(
    ProblemKind.WRONG_KEYS,
    "X did not receive a complete set of keys.",
    "Enter the API key and its secret. Nothing was sent in their place.",
    ("A proxy between this computer and X removes the Authorization header.",),
    Remedy.EDIT_KEYS,
)
KEYS_MALFORMED = ErrorTemplate(
    ProblemKind.WRONG_KEYS,
    "This app's keys are damaged.",
    f"An API key and its secret contain only letters and digits. Copy them again. {SHOWN_ONCE} "
    "Nothing was sent.",
    remedy=Remedy.EDIT_KEYS,
)
WRONG_PAIR = ErrorTemplate(
    ProblemKind.WRONG_KEYS,
    "X does not accept this app's keys together with these credentials.",
    "Check the API key and secret against the ones you saved. The credentials themselves were not "
    "changed.",
    (
        "The app's keys were regenerated in the console since the sign-in.",
        "X has suspended the app: the console shows it next to the app.",
        "The credentials belong to another app.",
        _CHANGED_APP,
    ),
    Remedy.EDIT_KEYS,
)
CLOCK = ErrorTemplate(
    ProblemKind.CLOCK,
    "This computer's clock is {skew}.",
    "X accepts a difference of up to 5 minutes. Set the clock in the system settings, then try "
    "again.",
    remedy=Remedy.TRY_AGAIN,
)
CLOCK_UNMEASURED = ErrorTemplate(
    ProblemKind.CLOCK,
    "X does not accept the time of this computer's clock.",
    "It may differ by up to 5 minutes. Set the clock in the system settings, then try again.",
    remedy=Remedy.TRY_AGAIN,
)
CALLBACK = ErrorTemplate(
    ProblemKind.CALLBACK_NOT_APPROVED,
    "X does not know this callback address.",
    "Add exactly this to the app: {callback}",
    (
        "It differs by a slash at the end, http or https, localhost or 127.0.0.1, or the port.",
        "User authentication settings were never set up for the app.",
        "The keys belong to another app.",
        "The list has an address for OAuth 2.0 only: X has one list for OAuth 1.0a and OAuth 2.0.",
    ),
    Remedy.COPY_CALLBACK,
)
CALLBACK_UNCONFIRMED = ErrorTemplate(
    ProblemKind.CALLBACK_NOT_APPROVED,
    "X did not confirm the callback address.",
    "Without that, the answer could go elsewhere, so this sign-in was cancelled. Start again.",
    remedy=Remedy.START_AGAIN,
)
CALLBACK_NEEDS_PIN = ErrorTemplate(
    ProblemKind.CALLBACK_NEEDS_PIN,
    "This app can sign in only with a PIN.",
    "Use a PIN, or set the app's type to Web App, Automated App or Bot and add the callback. If X "
    "then refuses the keys, regenerate them in its console.",
    (
        "The app is set up as a Native App. Reports differ on whether X refuses every Native App.",
        "No callback address is set for the app.",
    ),
    Remedy.USE_PIN,
)
APP_SUSPENDED = ErrorTemplate(
    ProblemKind.APP_SUSPENDED,
    "X has suspended this app.",
    "None of its accounts work until X lifts the suspension. Ask for that with X's appeal form. "
    "The credentials here were not changed.",
    ("The app was deleted in the console.",),
    Remedy.OPEN_APPEAL,
)
APP_NOT_PERMITTED = ErrorTemplate(
    ProblemKind.APP_NOT_PERMITTED,
    "X does not allow this app to do that.",
    "Check the app's permissions and its package in X's console.",
    ("The account itself is limited: sign in on x.com to see.",),
    Remedy.OPEN_CONSOLE,
)
WRITE_RESTRICTED = ErrorTemplate(
    ProblemKind.APP_NOT_PERMITTED,
    "X does not let this app write.",
    "Set the app to read and write in X's console, then sign in again. If it is set to that "
    "already, X has restricted the app.",
    remedy=Remedy.OPEN_CONSOLE,
)
NO_MESSAGES = ErrorTemplate(
    ProblemKind.APP_NOT_PERMITTED,
    "This app is not allowed to use direct messages.",
    "Set the app to read, write and direct messages in X's console, then sign in again.",
    remedy=Remedy.OPEN_CONSOLE,
)
NOT_REVOCABLE = ErrorTemplate(
    ProblemKind.APP_NOT_PERMITTED,
    "X does not let this app revoke this token.",
    "Regenerate it under Keys and tokens in X's console.",
    remedy=Remedy.OPEN_CONSOLE,
)
SCOPE = ErrorTemplate(
    ProblemKind.APP_NOT_PERMITTED,
    "X does not know what this sign-in asks for.",
    "Check the app's permissions in X's console.",
    remedy=Remedy.OPEN_CONSOLE,
)
WRONG_PIN = ErrorTemplate(
    ProblemKind.WRONG_PIN,
    "That PIN does not match this sign-in.",
    "It may belong to an older page.",
    ("A digit is mistyped.", "The PIN has already been used."),
    Remedy.START_AGAIN,
)
SIGN_IN_EXPIRED = ErrorTemplate(
    ProblemKind.SIGN_IN_EXPIRED,
    "This sign-in has expired or has already been used.",
    "X's sign-in page is valid for only a few minutes. Start again.",
    (
        "The page belongs to an older sign-in.",
        "The browser blocks cookies of x.com.",
        "The app's keys were changed in the meantime.",
    ),
    Remedy.START_AGAIN,
)
MAYBE_GRANTED = ErrorTemplate(
    ProblemKind.MAYBE_GRANTED,
    "X may have granted this sign-in already.",
    "It was interrupted before X's answer could be saved, and X gives it only once. Revoke the "
    "older access under Connected apps, then sign in again. Revoking it later would revoke the new "
    "access too.",
    (
        "The sign-in page has expired in the meantime.",
        "The PIN is mistyped, or comes from an older page.",
    ),
    Remedy.START_AGAIN,
)
CANCELLED_ELSEWHERE = ErrorTemplate(
    ProblemKind.NOT_FOUND,
    "This sign-in was cancelled elsewhere.",
    "It was cancelled while Twauth waited for X, for example in another window. The access that X "
    "granted has been revoked. Start again if you want to sign in.",
    remedy=Remedy.START_AGAIN,
)
APP_GONE = ErrorTemplate(
    ProblemKind.NOT_FOUND,
    "The app was removed during this sign-in.",
    "X has granted access, which cannot be saved or revoked without the app's keys. "
    f"{MANUAL_REVOCATION_HINT}",
    remedy=Remedy.OPEN_CONNECTED_APPS,
)
OLDER_KEYS = ErrorTemplate(
    ProblemKind.CHANGED_MEANWHILE,
    "The app's keys were replaced during this sign-in.",
    "The access that X granted does not work with the new keys, so no account was saved. Start "
    "again, or restore the older keys and continue.",
    remedy=Remedy.START_AGAIN,
)
STALE_REQUEST = ErrorTemplate(
    ProblemKind.SIGN_IN_EXPIRED,
    "X mistook this sign-in for an older one.",
    "Start again.",
    remedy=Remedy.START_AGAIN,
)
UNAVAILABLE = ErrorTemplate(
    ProblemKind.X_DOWN,
    "X cannot finish sign-ins at the moment.",
    "Start again in a few minutes.",
    remedy=Remedy.START_AGAIN,
)
DENIED = ErrorTemplate(
    ProblemKind.DENIED,
    "Access was denied on X's page.",
    "Nothing was changed. Start again to try once more.",
    remedy=Remedy.START_AGAIN,
)
WRONG_RESPONSE = ErrorTemplate(
    ProblemKind.WRONG_RESPONSE,
    "This address belongs to another sign-in.",
    "Copy the address of the page where this sign-in ended, or start again.",
    remedy=Remedy.START_AGAIN,
)

# Credentials in use.

REVOKED = ErrorTemplate(
    ProblemKind.REVOKED,
    "X no longer accepts these credentials.",
    "Sign in again to get new ones.",
    (
        "The account's owner revoked the app's access on x.com.",
        "The access token was regenerated in the console.",
        "The account's password was reset.",
    ),
    Remedy.SIGN_IN_AGAIN,
)
READ_ONLY = ErrorTemplate(
    ProblemKind.READ_ONLY,
    "This sign-in can only read.",
    "Set the app to read and write, then sign in again.",
    ("The app's permissions were changed later: credentials keep those of their sign-in.",),
    Remedy.OPEN_CONSOLE,
)
ACCOUNT_SUSPENDED = ErrorTemplate(
    ProblemKind.ACCOUNT_SUSPENDED,
    "X has suspended this account.",
    "Sign in on x.com to see why. The credentials were not changed.",
    remedy=Remedy.OPEN_X,
)
ACCOUNT_LOCKED = ErrorTemplate(
    ProblemKind.ACCOUNT_LOCKED,
    "X has temporarily locked this account.",
    "Sign in on x.com to unlock it. The credentials were not changed.",
    remedy=Remedy.OPEN_X,
)
ACCOUNT_WATCHED = ErrorTemplate(
    ProblemKind.ACCOUNT_LOCKED,
    "X takes this for automated activity.",
    "Sign in on x.com to see what it asks for.",
    remedy=Remedy.OPEN_X,
)
NOT_FOUND = ErrorTemplate(
    ProblemKind.ACCOUNT_SUSPENDED,
    "X cannot find this account.",
    "It may be deactivated or deleted. Look for it on x.com.",
    remedy=Remedy.OPEN_X,
)
NOT_ENROLLED = ErrorTemplate(
    ProblemKind.NOT_ENROLLED,
    "The app's plan at X does not include this call.",
    "Open the app in X's console and set its package to Pay-per-use and its environment to "
    "Production. The sign-in itself is fine.",
    (
        "The app does not belong to a project.",
        "The app is still on the free tier, which has ended.",
    ),
    Remedy.OPEN_CONSOLE,
)
NO_CREDITS = ErrorTemplate(
    ProblemKind.NO_CREDITS,
    "The app's credits at X are used up.",
    "Add credits in X's console. The credentials themselves are fine.",
    remedy=Remedy.OPEN_CONSOLE,
)
RATE_LIMITED = ErrorTemplate(
    ProblemKind.RATE_LIMITED,
    "X asks to wait.",
    "The rate limit is reached. Try again in about 15 minutes.",
    remedy=Remedy.TRY_AGAIN,
)
RATE_LIMITED_UNTIL = ErrorTemplate(
    ProblemKind.RATE_LIMITED,
    "X asks to wait until {until}.",
    "The rate limit is reached.",
    remedy=Remedy.TRY_AGAIN,
)
USAGE_CAPPED = ErrorTemplate(
    ProblemKind.USAGE_CAPPED,
    "The app has used up its daily or monthly calls at X.",
    "Waiting a few minutes does not help. Check the plan in X's console.",
    remedy=Remedy.OPEN_CONSOLE,
)
WRONG_CREDENTIAL_KIND = ErrorTemplate(
    ProblemKind.WRONG_CREDENTIAL_KIND,
    "These credentials are the wrong kind for this call.",
    "X asks for a user's access token and secret here. Sign in with the account.",
    (
        "The app's bearer token is used where a user's token is needed.",
        "An OAuth 2.0 access token is used for a version 1.1 call.",
    ),
    Remedy.SIGN_IN_AGAIN,
)
WANTS_OAUTH1 = ErrorTemplate(
    ProblemKind.WRONG_CREDENTIAL_KIND,
    "These credentials are the wrong kind for this call.",
    "X takes {wanted} here. Sign in with the account.",
    remedy=Remedy.SIGN_IN_AGAIN,
)
WANTS_OAUTH2 = ErrorTemplate(
    ProblemKind.WRONG_CREDENTIAL_KIND,
    "These credentials are the wrong kind for this call.",
    "X takes {wanted} here. Sign in with OAuth 2.0.",
    remedy=Remedy.SIGN_IN_OAUTH2,
)
WANTS_BEARER = ErrorTemplate(
    ProblemKind.WRONG_CREDENTIAL_KIND,
    "These credentials are the wrong kind for this call.",
    "X takes {wanted} here, not an account's credentials. The accounts can stay as they are.",
)

# Anything else.

NO_REASON = ErrorTemplate(
    ProblemKind.UNKNOWN,
    "X does not accept this call and does not say why.",
    "Check the app's keys and this computer's clock, then try again.",
    (
        "The app's keys or the credentials are no longer valid.",
        "This computer's clock is wrong.",
    ),
    Remedy.TRY_AGAIN,
)
NO_SUCH_CALL = ErrorTemplate(
    ProblemKind.UNKNOWN,
    "X no longer knows this call.",
    "A newer version of Twauth may solve this. Nothing was changed.",
)
NOT_UNDERSTOOD = ErrorTemplate(
    ProblemKind.UNKNOWN,
    "X did not understand this call.",
    "The problem is in Twauth, not in the keys. Start again, and copy the report if it happens "
    "again.",
    remedy=Remedy.START_AGAIN,
)
NOT_ACCEPTED = ErrorTemplate(
    ProblemKind.UNKNOWN,
    "X did not accept what was sent.",
    "The credentials are not the cause. Nothing was changed.",
)
UNKNOWN = ErrorTemplate(
    ProblemKind.UNKNOWN,
    "X answered with status {status}.",
    "Twauth does not know the reason. Nothing was changed. Try again, or copy the report.",
    remedy=Remedy.TRY_AGAIN,
)
