"""Error responses of X, each with the diagnosis that it stands for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from twauth_gui.domain.diagnosis import ProblemKind

Step = Literal["request", "access", "use", "post", "code", "refresh", "revoke", "bearer"]
PROBLEM = "https://api.twitter.com/2/problems/"


@dataclass(frozen=True)
class ErrorCase:
    """One answer: the step it comes at, its status and body, and the diagnosis it is."""

    name: str
    step: Step
    status: int
    body: str
    kind: ProblemKind
    headers: dict[str, str] = field(default_factory=dict[str, str])


def errors_json(code: int, message: str) -> str:
    return f'{{"errors":[{{"code":{code},"message":"{message}"}}]}}'


def errors_xml(code: int, message: str) -> str:
    return (
        "<?xml version='1.0' encoding='UTF-8'?><errors>"
        f'<error code="{code}">{message}</error></errors>'
    )


def hash_xml(message: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<hash>\n  '
        f"<error>{message}</error>\n  <request>/oauth/request_token</request>\n</hash>"
    )


def problem_json(name: str, status: int, **more: str) -> str:
    fields = {"title": "Title", "detail": "Detail.", "type": PROBLEM + name} | more
    pairs = ",".join(f'"{key}":"{value}"' for key, value in fields.items())
    return f'{{{pairs},"status":{status}}}'


def blank_problem_json(title: str, detail: str, status: int) -> str:
    return f'{{"title":"{title}","type":"about:blank","status":{status},"detail":"{detail}"}}'


WHOA_THERE_PAGE = (
    "<!DOCTYPE html><html><head><title>X / Authorize</title><style>h2{}</style></head><body>"
    "<h2>Whoa there!</h2><p>The request token for this page is invalid. It may have already been "
    "used, or expired because it is too old.</p></body></html>"
)
OTHER_PAGE = "<html><body><h1>Welcome to the hotel</h1>Internal error? Call 9.</body></html>"
NOT_APPROVED = (
    "Callback URL not approved for this client application. Approved callback URLs can be "
    "adjusted in your application settings"
)
DESKTOP = "Desktop applications only support the oauth_callback value 'oob'"
LOCKED = (
    "Your account is temporarily locked. Please log in to https://x.com to unlock your account."
)
CAN_WRITE = "Application cannot perform write actions."

OTHER_VERIFIER = "the code verifier did not match the code challenge"
OTHER_REDIRECT = "the redirect uri did not match the uri of the authorization code"
NO_HEADER = (
    '{"error":"unauthorized_client","error_description":"Missing valid authorization header"}'
)
SPENT = '{"error":"invalid_grant","error_description":"The refresh token was used before"}'


SUBSET = (
    "You currently have access to a subset of X API V2 endpoints and limited v1.1 endpoints (e.g. "
    "media post, oauth) only."
)
WENT_WRONG = (
    "<!DOCTYPE html><html><body><h1>Something went wrong</h1><p>You weren&#39;t able to give "
    "access to the App. Go back and try logging in again.</p></body></html>"
)


def invalid_parameter(what: str) -> str:
    return f'{{"error":"invalid_request","error_description":"Value passed for {what}."}}'


def missing_parameter(name: str) -> str:
    return (
        f'{{"error":"invalid_request","error_description":"Missing required parameter [{name}]."}}'
    )


ERROR_CASES: tuple[ErrorCase, ...] = (
    # of a sign-in
    ErrorCase(
        "32", "request", 401, errors_json(32, "Could not authenticate you."), ProblemKind.WRONG_KEYS
    ),
    ErrorCase(
        "32, message first",
        "request",
        401,
        '{"errors":[{"message":"Could not authenticate you","code":32}]}',
        ProblemKind.WRONG_KEYS,
    ),
    ErrorCase("32, words", "request", 401, "Could not authenticate you", ProblemKind.WRONG_KEYS),
    ErrorCase(
        "215", "request", 400, errors_json(215, "Bad Authentication data."), ProblemKind.WRONG_KEYS
    ),
    ErrorCase(
        "135", "request", 401, errors_json(135, "Timestamp out of bounds."), ProblemKind.CLOCK
    ),
    ErrorCase(
        "415 xml", "request", 403, errors_xml(415, NOT_APPROVED), ProblemKind.CALLBACK_NOT_APPROVED
    ),
    ErrorCase(
        "415 json",
        "request",
        403,
        errors_json(415, NOT_APPROVED),
        ProblemKind.CALLBACK_NOT_APPROVED,
    ),
    ErrorCase("415 words", "request", 403, NOT_APPROVED, ProblemKind.CALLBACK_NOT_APPROVED),
    ErrorCase("417 xml", "request", 401, errors_xml(417, DESKTOP), ProblemKind.CALLBACK_NEEDS_PIN),
    ErrorCase("417 hash", "request", 401, hash_xml(DESKTOP), ProblemKind.CALLBACK_NEEDS_PIN),
    ErrorCase(
        "416",
        "request",
        401,
        errors_json(416, "Invalid / suspended application"),
        ProblemKind.APP_SUSPENDED,
    ),
    ErrorCase(
        "416 words", "request", 401, "Invalid / suspended application", ProblemKind.APP_SUSPENDED
    ),
    ErrorCase(
        "87",
        "request",
        403,
        errors_xml(87, "Client is not permitted"),
        ProblemKind.APP_NOT_PERMITTED,
    ),
    ErrorCase(
        "89 early",
        "request",
        401,
        errors_json(89, "Invalid or expired token."),
        ProblemKind.SIGN_IN_EXPIRED,
    ),
    ErrorCase(
        "legacy 32",
        "request",
        401,
        "Failed to validate oauth signature and token",
        ProblemKind.WRONG_KEYS,
    ),
    ErrorCase(
        "wrong PIN",
        "access",
        401,
        "Error processing your OAuth request: Invalid oauth_verifier parameter",
        ProblemKind.WRONG_PIN,
    ),
    ErrorCase("no token", "access", 401, "Request token missing", ProblemKind.SIGN_IN_EXPIRED),
    ErrorCase("used token", "access", 401, "Invalid request token", ProblemKind.SIGN_IN_EXPIRED),
    ErrorCase("old token", "access", 401, "Invalid / expired Token", ProblemKind.SIGN_IN_EXPIRED),
    ErrorCase(
        "other token",
        "access",
        401,
        "The access_token method must be called with a request_token",
        ProblemKind.SIGN_IN_EXPIRED,
    ),
    ErrorCase(
        "89 at access",
        "access",
        401,
        errors_json(89, "Invalid or expired token."),
        ProblemKind.SIGN_IN_EXPIRED,
    ),
    ErrorCase(
        "unavailable", "access", 403, "This feature is temporarily unavailable", ProblemKind.X_DOWN
    ),
    ErrorCase("whoa", "access", 403, WHOA_THERE_PAGE, ProblemKind.SIGN_IN_EXPIRED),
    ErrorCase("page of OAuth 2.0", "access", 400, WENT_WRONG, ProblemKind.PAGE_FAILED),
    # of a token in use
    ErrorCase("89", "use", 401, errors_json(89, "Invalid or expired token."), ProblemKind.REVOKED),
    ErrorCase(
        "32 in use",
        "use",
        401,
        errors_json(32, "Could not authenticate you."),
        ProblemKind.WRONG_KEYS,
    ),
    ErrorCase(
        "v2 401",
        "use",
        401,
        blank_problem_json("Unauthorized", "Unauthorized", 401),
        ProblemKind.UNKNOWN,
    ),
    ErrorCase(
        "oauth1-permissions",
        "use",
        403,
        problem_json("oauth1-permissions", 403),
        ProblemKind.READ_ONLY,
    ),
    ErrorCase(
        "the same at x.com",
        "use",
        403,
        problem_json("", 403, type="https://api.x.com/2/problems/oauth1-permissions"),
        ProblemKind.READ_ONLY,
    ),
    ErrorCase(
        "read-only",
        "use",
        401,
        r'{"request":"\/1.1\/statuses\/update.json","error":"Read-only application cannot POST."}',
        ProblemKind.READ_ONLY,
    ),
    ErrorCase("261", "use", 403, errors_json(261, CAN_WRITE), ProblemKind.APP_NOT_PERMITTED),
    ErrorCase(
        "93",
        "use",
        403,
        errors_json(93, "This application is not allowed to"),
        ProblemKind.APP_NOT_PERMITTED,
    ),
    ErrorCase(
        "220",
        "use",
        403,
        errors_json(220, "Your credentials do not"),
        ProblemKind.WRONG_CREDENTIAL_KIND,
    ),
    ErrorCase(
        "bearer",
        "use",
        403,
        problem_json("unsupported-authentication", 403),
        ProblemKind.WRONG_CREDENTIAL_KIND,
    ),
    ErrorCase(
        "not enrolled",
        "use",
        403,
        problem_json("client-forbidden", 403, reason="client-not-enrolled", client_id="2751"),
        ProblemKind.NOT_ENROLLED,
    ),
    ErrorCase(
        "official client",
        "use",
        403,
        problem_json("client-forbidden", 403, reason="official-client-forbidden"),
        ProblemKind.APP_NOT_PERMITTED,
    ),
    ErrorCase("453", "use", 403, errors_json(453, SUBSET), ProblemKind.NEEDS_V2),
    ErrorCase("453 words", "use", 403, SUBSET, ProblemKind.NEEDS_V2),
    ErrorCase("credits", "use", 402, problem_json("credits", 402), ProblemKind.NO_CREDITS),
    ErrorCase("402", "use", 402, "", ProblemKind.NO_CREDITS),
    ErrorCase("88", "use", 429, errors_json(88, "Rate limit exceeded"), ProblemKind.RATE_LIMITED),
    ErrorCase(
        "v2 429",
        "use",
        429,
        blank_problem_json("Too Many", "Too Many", 429),
        ProblemKind.RATE_LIMITED,
    ),
    ErrorCase(
        "a cap behind a window",
        "use",
        429,
        blank_problem_json("Too Many", "Too Many", 429),
        ProblemKind.USAGE_CAPPED,
        {"x-rate-limit-remaining": "39999", "x-rate-limit-reset": "1800000000"},
    ),
    ErrorCase(
        "usage-capped", "use", 429, problem_json("usage-capped", 429), ProblemKind.USAGE_CAPPED
    ),
    ErrorCase(
        "64",
        "use",
        403,
        errors_json(64, "Your account is suspended"),
        ProblemKind.ACCOUNT_SUSPENDED,
    ),
    ErrorCase(
        "63", "use", 403, errors_json(63, "User has been suspended."), ProblemKind.ACCOUNT_SUSPENDED
    ),
    ErrorCase(
        "326", "use", 403, errors_json(326, "To protect our users"), ProblemKind.ACCOUNT_LOCKED
    ),
    ErrorCase(
        "v2 locked",
        "use",
        403,
        blank_problem_json("Forbidden", LOCKED, 403),
        ProblemKind.ACCOUNT_LOCKED,
    ),
    ErrorCase(
        "OAuth 2.0 elsewhere",
        "use",
        403,
        blank_problem_json(
            "Forbidden", "You are not permitted to use OAuth2 on this endpoint", 403
        ),
        ProblemKind.WRONG_CREDENTIAL_KIND,
    ),
    ErrorCase(
        "v2 403",
        "use",
        403,
        blank_problem_json("Forbidden", "No.", 403),
        ProblemKind.APP_NOT_PERMITTED,
    ),
    ErrorCase(
        "34", "use", 404, errors_json(34, "Sorry, that page does not exist"), ProblemKind.UNKNOWN
    ),
    ErrorCase("50", "use", 404, errors_json(50, "User not found."), ProblemKind.ACCOUNT_SUSPENDED),
    ErrorCase("92", "use", 403, errors_json(92, "SSL is required"), ProblemKind.UNKNOWN),
    ErrorCase("187", "use", 403, errors_json(187, "Status is a duplicate."), ProblemKind.UNKNOWN),
    ErrorCase(
        "226",
        "use",
        403,
        errors_json(226, "looks like it might be automated"),
        ProblemKind.ACCOUNT_LOCKED,
    ),
    ErrorCase(
        "231", "use", 403, errors_json(231, "User must verify login"), ProblemKind.ACCOUNT_LOCKED
    ),
    ErrorCase(
        "348",
        "use",
        403,
        errors_json(348, "not permitted to to invalidate"),
        ProblemKind.APP_NOT_PERMITTED,
    ),
    ErrorCase("349", "use", 403, errors_json(349, "You cannot send messages"), ProblemKind.UNKNOWN),
    ErrorCase("354", "use", 403, errors_json(354, "too long"), ProblemKind.UNKNOWN),
    ErrorCase("410", "use", 410, "", ProblemKind.UNKNOWN),
    ErrorCase(
        "68", "use", 401, errors_json(68, "The API v1 is no longer active"), ProblemKind.UNKNOWN
    ),
    ErrorCase(
        "251", "use", 410, errors_json(251, "This endpoint has been retired"), ProblemKind.UNKNOWN
    ),
    ErrorCase(
        "99",
        "use",
        403,
        errors_json(99, "Unable to verify your credentials"),
        ProblemKind.WRONG_KEYS,
    ),
    ErrorCase("131", "use", 500, errors_json(131, "Internal error"), ProblemKind.X_DOWN),
    ErrorCase("130", "use", 503, errors_json(130, "Over capacity"), ProblemKind.X_DOWN),
    ErrorCase("cloudflare", "use", 503, OTHER_PAGE, ProblemKind.X_DOWN),
    # of OAuth 2.0's token endpoint
    ErrorCase(
        "code",
        "code",
        400,
        invalid_parameter("the authorization code was invalid"),
        ProblemKind.SIGN_IN_EXPIRED,
    ),
    ErrorCase(
        "verifier", "code", 400, invalid_parameter(OTHER_VERIFIER), ProblemKind.SIGN_IN_EXPIRED
    ),
    ErrorCase(
        "redirect uri",
        "code",
        400,
        invalid_parameter(OTHER_REDIRECT),
        ProblemKind.CALLBACK_NOT_APPROVED,
    ),
    ErrorCase("missing", "code", 400, missing_parameter("code_verifier"), ProblemKind.UNKNOWN),
    ErrorCase("missing id", "code", 400, missing_parameter("client_id"), ProblemKind.WRONG_KEYS),
    ErrorCase("grant", "code", 400, '{"error":"invalid_grant"}', ProblemKind.SIGN_IN_EXPIRED),
    ErrorCase("client secret", "code", 401, NO_HEADER, ProblemKind.WRONG_KEYS),
    ErrorCase("invalid_client", "code", 400, '{"error":"invalid_client"}', ProblemKind.WRONG_KEYS),
    ErrorCase(
        "grant type",
        "code",
        400,
        '{"error":"unsupported_grant_type"}',
        ProblemKind.APP_NOT_PERMITTED,
    ),
    ErrorCase(
        "invalid_scope", "code", 400, '{"error":"invalid_scope"}', ProblemKind.APP_NOT_PERMITTED
    ),
    ErrorCase("code at a hotel", "code", 200, OTHER_PAGE, ProblemKind.NOT_X),
    ErrorCase("no token", "code", 200, '{"token_type":"bearer"}', ProblemKind.NOT_X),
    ErrorCase("empty token", "code", 200, '{"access_token":" "}', ProblemKind.NOT_X),
    ErrorCase("mac", "code", 200, '{"access_token":"a","token_type":"mac"}', ProblemKind.NOT_X),
    ErrorCase("code, down", "code", 503, "", ProblemKind.X_DOWN),
    ErrorCase(
        "spent",
        "refresh",
        400,
        invalid_parameter("the token was invalid"),
        ProblemKind.REFRESH_SPENT,
    ),
    ErrorCase("spent, by the book", "refresh", 400, SPENT, ProblemKind.REFRESH_SPENT),
    ErrorCase("refresh secret", "refresh", 401, NO_HEADER, ProblemKind.WRONG_KEYS),
    ErrorCase("refresh limited", "refresh", 429, "", ProblemKind.RATE_LIMITED),
    ErrorCase(
        "ended", "revoke", 400, invalid_parameter("the token was invalid"), ProblemKind.REVOKED
    ),
    ErrorCase("hint", "revoke", 400, missing_parameter("token_type_hint"), ProblemKind.UNKNOWN),
    ErrorCase("not revoked", "revoke", 200, '{"revoked":false}', ProblemKind.APP_NOT_PERMITTED),
    ErrorCase("revoke at a hotel", "revoke", 200, OTHER_PAGE, ProblemKind.NOT_X),
    ErrorCase("revoked list", "revoke", 200, "[]", ProblemKind.NOT_X),
    # of the app alone
    ErrorCase(
        "99 for a bearer",
        "bearer",
        403,
        errors_json(99, "Unable to verify"),
        ProblemKind.WRONG_KEYS,
    ),
    ErrorCase(
        "too often", "bearer", 429, errors_json(88, "Rate limit exceeded"), ProblemKind.RATE_LIMITED
    ),
    ErrorCase("bearer at a hotel", "bearer", 200, OTHER_PAGE, ProblemKind.NOT_X),
    ErrorCase("no bearer", "bearer", 200, '{"token_type":"bearer"}', ProblemKind.NOT_X),
    ErrorCase(
        "other bearer", "bearer", 200, '{"token_type":"mac","access_token":"x"}', ProblemKind.NOT_X
    ),
    # of something else that answers
    ErrorCase("hotel", "use", 200, OTHER_PAGE, ProblemKind.NOT_X),
    ErrorCase("hotel, refusing", "use", 403, OTHER_PAGE, ProblemKind.NOT_X),
    ErrorCase("portal", "use", 511, OTHER_PAGE, ProblemKind.NOT_X),
    ErrorCase("proxy", "use", 407, OTHER_PAGE, ProblemKind.REFUSED),
    ErrorCase("no page", "use", 404, OTHER_PAGE, ProblemKind.NOT_X),
    ErrorCase("teapot", "use", 418, "I am a teapot", ProblemKind.UNKNOWN),
    ErrorCase("list", "use", 403, '[{"code":89}]', ProblemKind.REVOKED),
    ErrorCase("text in errors", "use", 403, '{"errors":"Rate limit"}', ProblemKind.UNKNOWN),
    ErrorCase("nothing", "use", 401, "", ProblemKind.UNKNOWN),
)


SPEND_CAP_DETAIL = (
    "Your enrolled account [1949] has reached its billing cycle spend cap. API requests will be "
    "blocked until the next cycle begins on 2026-06-13."
)
SPEND_CAP = (
    f'{{"account_id":1949,"title":"SpendCapReached","detail":"{SPEND_CAP_DETAIL}","reset_date":"2026-06-13",'
    '"type":"https://api.x.com/2/problems/credits"}'
)
FEATURE = "Your account is not permitted to access this feature."
REPLIES = "You can only reply to or quote posts where you are mentioned or are the author."
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."


def credits_json(title: str) -> str:
    return (
        f'{{"account_id":1949,"title":"{title}","detail":"Your enrolled account [1949] does not '
        'have any credits to fulfill this request.","type":"https://api.twitter.com/2/problems/'
        'credits"}'
    )


def unsupported_detail(*wanted: str) -> str:
    return (
        "Authenticating with OAuth 1.0a User Context is forbidden for this endpoint.  Supported "
        f"authentication types are [{', '.join(wanted)}]."
    )


POST_ERROR_CASES: tuple[ErrorCase, ...] = (
    ErrorCase(
        "credits depleted", "post", 402, credits_json("CreditsDepleted"), ProblemKind.NO_CREDITS
    ),
    ErrorCase(
        "credentials depleted",
        "post",
        402,
        credits_json("CredentialsDepleted"),
        ProblemKind.NO_CREDITS,
    ),
    ErrorCase(
        "credentials in 403",
        "post",
        403,
        credits_json("CredentialsDepleted"),
        ProblemKind.NO_CREDITS,
    ),
    ErrorCase("spend cap", "post", 403, SPEND_CAP, ProblemKind.SPENDING_LIMIT),
    ErrorCase(
        "spend cap by words",
        "post",
        403,
        problem_json("credits", 403, detail=SPEND_CAP_DETAIL),
        ProblemKind.SPENDING_LIMIT,
    ),
    ErrorCase(
        "spend cap, plain",
        "post",
        403,
        f"403 Forbidden\n{SPEND_CAP_DETAIL}",
        ProblemKind.SPENDING_LIMIT,
    ),
    ErrorCase(
        "feature",
        "post",
        403,
        blank_problem_json("Forbidden", FEATURE, 403),
        ProblemKind.FEATURE_NOT_PERMITTED,
    ),
    ErrorCase(
        "suspended, like the feature",
        "post",
        403,
        blank_problem_json(
            "Forbidden",
            "Your account is suspended and is not permitted to access this feature.",
            403,
        ),
        ProblemKind.ACCOUNT_SUSPENDED,
    ),
    ErrorCase(
        "reply rule",
        "post",
        403,
        problem_json("not-authorized-for-resource", 403, detail=REPLIES),
        ProblemKind.UNKNOWN,
    ),
    ErrorCase(
        "not authorized otherwise",
        "post",
        403,
        problem_json("not-authorized-for-resource", 403),
        ProblemKind.APP_NOT_PERMITTED,
    ),
    ErrorCase(
        "duplicate",
        "post",
        403,
        blank_problem_json("Forbidden", DUPLICATE, 403),
        ProblemKind.UNKNOWN,
    ),
    ErrorCase(
        "unsupported",
        "post",
        403,
        problem_json(
            "unsupported-authentication", 403, detail=unsupported_detail("OAuth 2.0 User Context")
        ),
        ProblemKind.WRONG_CREDENTIAL_KIND,
    ),
    ErrorCase("unavailable for posts", "post", 503, "", ProblemKind.X_DOWN),
    ErrorCase(
        "app's day",
        "post",
        429,
        blank_problem_json("Too Many", "Too Many", 429),
        ProblemKind.RATE_LIMITED,
        {"x-rate-limit-remaining": "74", "x-app-limit-24hour-remaining": "0"},
    ),
    ErrorCase(
        "453 at version 2",
        "post",
        403,
        errors_json(453, "You currently have"),
        ProblemKind.NOT_ENROLLED,
    ),
)
