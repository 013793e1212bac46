"""Messages for what an app's plan, bill and daily limits do not allow (docs.x.com, pricing)."""

from __future__ import annotations

from twauth_gui.domain.diagnosis import ProblemKind, Remedy
from twauth_gui.xapi.errors.error_template import ErrorTemplate

_HIGHER_LIMIT = (
    "Set a higher limit in X's console. Some users report that it applies only from the next "
    "billing cycle on. The credentials themselves are fine."
)

SPENDING_LIMIT = ErrorTemplate(
    ProblemKind.SPENDING_LIMIT,
    "The app's spending limit at X is reached.",
    f"X answers again when the next billing cycle begins. {_HIGHER_LIMIT}",
    remedy=Remedy.OPEN_CONSOLE,
)
SPENDING_LIMIT_UNTIL = ErrorTemplate(
    ProblemKind.SPENDING_LIMIT,
    "The app's spending limit at X is reached until {until}.",
    f"The next billing cycle begins then. {_HIGHER_LIMIT}",
    remedy=Remedy.OPEN_CONSOLE,
)
FEATURE_NOT_PERMITTED = ErrorTemplate(
    ProblemKind.FEATURE_NOT_PERMITTED,
    "X does not allow this call and does not say why.",
    "X gives this answer for several reasons. Check the app's plan and credits in X's console. If "
    "both are fine, wait before the next post.",
    (
        "The app's plan has ended, or its credits are used up.",
        "X slows down this account's posts for a while.",
    ),
    Remedy.OPEN_CONSOLE,
)
NEEDS_V2 = ErrorTemplate(
    ProblemKind.NEEDS_V2,
    "X's plans do not include this version 1.1 call.",
    "No package changes that. Use the version 2 call that does the same. The sign-in itself is "
    "fine.",
)
APP_DAY = ErrorTemplate(
    ProblemKind.RATE_LIMITED,
    "The app's calls for 24 hours at X are used up.",
    "All accounts of the app share this limit. Try again tomorrow.",
    remedy=Remedy.TRY_AGAIN,
)
APP_DAY_UNTIL = ErrorTemplate(
    ProblemKind.RATE_LIMITED,
    "The app's calls for 24 hours at X are used up until {until}.",
    "All accounts of the app share this limit.",
    remedy=Remedy.TRY_AGAIN,
)
ACCOUNT_DAY = ErrorTemplate(
    ProblemKind.RATE_LIMITED,
    "The account's calls for 24 hours at X are used up.",
    "Other accounts of the app can go on. Try again tomorrow.",
    remedy=Remedy.TRY_AGAIN,
)
ACCOUNT_DAY_UNTIL = ErrorTemplate(
    ProblemKind.RATE_LIMITED,
    "The account's calls for 24 hours at X are used up until {until}.",
    "Other accounts of the app can go on.",
    remedy=Remedy.TRY_AGAIN,
)
