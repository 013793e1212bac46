"""What X says to a post in 2026, form by form, with what it means."""

from __future__ import annotations

from tests.xapi.bodies import Case, blank_problem, codes, problem
from twauth_gui.domain.diagnosis import ProblemKind

CAP = (
    "Your enrolled account [1949] has reached its billing cycle spend cap. API requests will be "
    "blocked until the next cycle begins on 2026-06-13."
)
SPEND_CAP = (
    f'{{"account_id":1949,"title":"SpendCapReached","detail":"{CAP}","reset_date":"2026-06-13",'
    '"type":"https://api.x.com/2/problems/credits"}'
)
FEATURE = "Your account is not permitted to access this feature."
REPLIES = "You can only reply to or quote posts where you are mentioned or are the author."
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."


def credits_gone(title: str) -> str:
    return (
        f'{{"account_id":1949,"title":"{title}","detail":"Your enrolled account [1949] does not '
        'have any credits to fulfill this request.","type":"https://api.twitter.com/2/problems/'
        'credits"}'
    )


def unsupported(*wanted: str) -> str:
    return (
        "Authenticating with OAuth 1.0a User Context is forbidden for this endpoint.  Supported "
        f"authentication types are [{', '.join(wanted)}]."
    )


POSTS: tuple[Case, ...] = (
    Case("credits depleted", "post", 402, credits_gone("CreditsDepleted"), ProblemKind.NO_CREDITS),
    Case(
        "credentials depleted",
        "post",
        402,
        credits_gone("CredentialsDepleted"),
        ProblemKind.NO_CREDITS,
    ),
    Case(
        "credentials in 403",
        "post",
        403,
        credits_gone("CredentialsDepleted"),
        ProblemKind.NO_CREDITS,
    ),
    Case("spend cap", "post", 403, SPEND_CAP, ProblemKind.SPENDING_LIMIT),
    Case(
        "spend cap by words",
        "post",
        403,
        problem("credits", 403, detail=CAP),
        ProblemKind.SPENDING_LIMIT,
    ),
    Case("spend cap, plain", "post", 403, f"403 Forbidden\n{CAP}", ProblemKind.SPENDING_LIMIT),
    Case(
        "feature",
        "post",
        403,
        blank_problem("Forbidden", FEATURE, 403),
        ProblemKind.FEATURE_NOT_PERMITTED,
    ),
    Case(
        "suspended, like the feature",
        "post",
        403,
        blank_problem(
            "Forbidden",
            "Your account is suspended and is not permitted to access this feature.",
            403,
        ),
        ProblemKind.ACCOUNT_SUSPENDED,
    ),
    Case(
        "reply rule",
        "post",
        403,
        problem("not-authorized-for-resource", 403, detail=REPLIES),
        ProblemKind.UNKNOWN,
    ),
    Case(
        "not authorized otherwise",
        "post",
        403,
        problem("not-authorized-for-resource", 403),
        ProblemKind.APP_NOT_PERMITTED,
    ),
    Case("duplicate", "post", 403, blank_problem("Forbidden", DUPLICATE, 403), ProblemKind.UNKNOWN),
    Case(
        "unsupported",
        "post",
        403,
        problem("unsupported-authentication", 403, detail=unsupported("OAuth 2.0 User Context")),
        ProblemKind.WRONG_CREDENTIAL_KIND,
    ),
    Case("unavailable for posts", "post", 503, "", ProblemKind.X_DOWN),
    Case(
        "app's day",
        "post",
        429,
        blank_problem("Too Many", "Too Many", 429),
        ProblemKind.RATE_LIMITED,
        {"x-rate-limit-remaining": "74", "x-app-limit-24hour-remaining": "0"},
    ),
    Case(
        "453 at version 2", "post", 403, codes(453, "You currently have"), ProblemKind.NOT_ENROLLED
    ),
)
