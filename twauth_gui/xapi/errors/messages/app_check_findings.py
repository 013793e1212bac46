"""Messages for what the check of an app finds, apart from what X refuses."""

from __future__ import annotations

from twauth_gui.domain.diagnosis import ProblemKind, Remedy
from twauth_gui.xapi.errors.error_template import ErrorTemplate

CLOCK_NEAR = ErrorTemplate(
    ProblemKind.CLOCK,
    "This computer's clock is {skew}.",
    "X accepts a difference of up to 5 minutes, so a sign-in works. Set the clock in the system's "
    "settings before it is off by more.",
)
CLOCK_CORRECTED = ErrorTemplate(
    ProblemKind.CLOCK,
    "This computer's clock is {skew}.",
    "Calls are signed with X's time, so a sign-in works. Other programs with these credentials "
    "fail until the clock is set in the system's settings.",
)
CLOCK_SIGNED = ErrorTemplate(
    ProblemKind.CLOCK,
    "This computer's clock is {skew}.",
    "Calls are signed with X's time until it is set.",
)
SANDBOX_CLOCK = ErrorTemplate(
    ProblemKind.CLOCK,
    "The clock of the pretend X is {skew}.",
    "It was told to be. Calls are signed with its time.",
)
CLOCK_UNKNOWN = ErrorTemplate(
    ProblemKind.CLOCK,
    "X's time is not known.",
    "Its answer carried none, so this computer's clock could not be compared.",
    ("A proxy takes the date out of the answers, or answers from its own store.",),
)
KEYS_FOR_USERS_ONLY = ErrorTemplate(
    ProblemKind.APP_NOT_PERMITTED,
    "The keys are right, but X gives no bearer token for them.",
    "Accounts can sign in. Only what needs the app's own bearer token does not work now.",
    (
        "X was asked too often: then some minutes of waiting help.",
        "The app's plan at X does not include it.",
    ),
    Remedy.OPEN_CONSOLE,
)
