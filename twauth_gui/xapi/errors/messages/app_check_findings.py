"""Messages for findings of an app check, apart from X's error responses."""

from __future__ import annotations

from twauth_gui.domain.diagnosis import ProblemKind, Remedy
from twauth_gui.xapi.errors.error_template import ErrorTemplate

CLOCK_NEAR = ErrorTemplate(
    ProblemKind.CLOCK,
    "This computer's clock is {skew}.",
    "X accepts a difference of up to 5 minutes, so a sign-in works. Set the clock in the system "
    "settings before it is off by more.",
)
CLOCK_CORRECTED = ErrorTemplate(
    ProblemKind.CLOCK,
    "This computer's clock is {skew}.",
    "Calls are signed with X's time, so a sign-in works. Other programs that use these credentials "
    "fail until the clock is set in the system settings.",
)
CLOCK_SIGNED = ErrorTemplate(
    ProblemKind.CLOCK,
    "This computer's clock is {skew}.",
    "Calls are signed with X's time until the clock is set.",
)
SANDBOX_CLOCK = ErrorTemplate(
    ProblemKind.CLOCK,
    "The clock of the pretend X is {skew}.",
    "It was set that way. Calls are signed with its time.",
)
CLOCK_UNKNOWN = ErrorTemplate(
    ProblemKind.CLOCK,
    "X's time is not known.",
    "Its answer had none, so this computer's clock could not be checked.",
    ("A proxy removes the date from X's answers, or answers from its cache.",),
)
KEYS_FOR_USERS_ONLY = ErrorTemplate(
    ProblemKind.APP_NOT_PERMITTED,
    "The keys are correct, but X gives no bearer token for them.",
    "Accounts can sign in. Only calls that need the app's own bearer token do not work now.",
    (
        "X was asked too often: wait a few minutes.",
        "The app's plan at X does not include it.",
    ),
    Remedy.OPEN_CONSOLE,
)
