"""What X says, form by form, with what it means."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from twauth_gui.domain.diagnosis import ProblemKind

Step = Literal["request", "access", "use", "post", "code", "refresh", "revoke", "bearer"]
PROBLEM = "https://api.twitter.com/2/problems/"


@dataclass(frozen=True)
class Case:
    """One answer: the step it comes at, its status and body, and the diagnosis it is."""

    name: str
    step: Step
    status: int
    body: str
    kind: ProblemKind
    headers: dict[str, str] = field(default_factory=dict[str, str])


def codes(code: int, message: str) -> str:
    return f'{{"errors":[{{"code":{code},"message":"{message}"}}]}}'


def xml(code: int, message: str) -> str:
    return (
        "<?xml version='1.0' encoding='UTF-8'?><errors>"
        f'<error code="{code}">{message}</error></errors>'
    )


def old_xml(message: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<hash>\n  '
        f"<error>{message}</error>\n  <request>/oauth/request_token</request>\n</hash>"
    )


def problem(name: str, status: int, **more: str) -> str:
    fields = {"title": "Title", "detail": "Detail.", "type": PROBLEM + name} | more
    pairs = ",".join(f'"{key}":"{value}"' for key, value in fields.items())
    return f'{{{pairs},"status":{status}}}'


def blank_problem(title: str, detail: str, status: int) -> str:
    return f'{{"title":"{title}","type":"about:blank","status":{status},"detail":"{detail}"}}'


WHOA = (
    "<!DOCTYPE html><html><head><title>X / Authorize</title><style>h2{}</style></head><body>"
    "<h2>Whoa there!</h2><p>The request token for this page is invalid. It may have already been "
    "used, or expired because it is too old.</p></body></html>"
)
HOTEL = "<html><body><h1>Welcome to the hotel</h1>Internal error? Call 9.</body></html>"
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


def invalid(what: str) -> str:
    return f'{{"error":"invalid_request","error_description":"Value passed for {what}."}}'


def missing(name: str) -> str:
    return (
        f'{{"error":"invalid_request","error_description":"Missing required parameter [{name}]."}}'
    )


CASES: tuple[Case, ...] = (
    # of a sign-in
    Case("32", "request", 401, codes(32, "Could not authenticate you."), ProblemKind.WRONG_KEYS),
    Case(
        "32, message first",
        "request",
        401,
        '{"errors":[{"message":"Could not authenticate you","code":32}]}',
        ProblemKind.WRONG_KEYS,
    ),
    Case("32, words", "request", 401, "Could not authenticate you", ProblemKind.WRONG_KEYS),
    Case("215", "request", 400, codes(215, "Bad Authentication data."), ProblemKind.WRONG_KEYS),
    Case("135", "request", 401, codes(135, "Timestamp out of bounds."), ProblemKind.CLOCK),
    Case("415 xml", "request", 403, xml(415, NOT_APPROVED), ProblemKind.CALLBACK_NOT_APPROVED),
    Case("415 json", "request", 403, codes(415, NOT_APPROVED), ProblemKind.CALLBACK_NOT_APPROVED),
    Case("415 words", "request", 403, NOT_APPROVED, ProblemKind.CALLBACK_NOT_APPROVED),
    Case("417 xml", "request", 401, xml(417, DESKTOP), ProblemKind.CALLBACK_NEEDS_PIN),
    Case("417 hash", "request", 401, old_xml(DESKTOP), ProblemKind.CALLBACK_NEEDS_PIN),
    Case(
        "416",
        "request",
        401,
        codes(416, "Invalid / suspended application"),
        ProblemKind.APP_SUSPENDED,
    ),
    Case("416 words", "request", 401, "Invalid / suspended application", ProblemKind.APP_SUSPENDED),
    Case("87", "request", 403, xml(87, "Client is not permitted"), ProblemKind.APP_NOT_PERMITTED),
    Case(
        "89 early",
        "request",
        401,
        codes(89, "Invalid or expired token."),
        ProblemKind.ATTEMPT_EXPIRED,
    ),
    Case(
        "legacy 32",
        "request",
        401,
        "Failed to validate oauth signature and token",
        ProblemKind.WRONG_KEYS,
    ),
    Case(
        "wrong PIN",
        "access",
        401,
        "Error processing your OAuth request: Invalid oauth_verifier parameter",
        ProblemKind.WRONG_PIN,
    ),
    Case("no token", "access", 401, "Request token missing", ProblemKind.ATTEMPT_EXPIRED),
    Case("used token", "access", 401, "Invalid request token", ProblemKind.ATTEMPT_EXPIRED),
    Case("old token", "access", 401, "Invalid / expired Token", ProblemKind.ATTEMPT_EXPIRED),
    Case(
        "other token",
        "access",
        401,
        "The access_token method must be called with a request_token",
        ProblemKind.ATTEMPT_EXPIRED,
    ),
    Case(
        "89 at access",
        "access",
        401,
        codes(89, "Invalid or expired token."),
        ProblemKind.ATTEMPT_EXPIRED,
    ),
    Case(
        "unavailable", "access", 403, "This feature is temporarily unavailable", ProblemKind.X_DOWN
    ),
    Case("whoa", "access", 403, WHOA, ProblemKind.ATTEMPT_EXPIRED),
    Case("page of OAuth 2.0", "access", 400, WENT_WRONG, ProblemKind.PAGE_WENT_WRONG),
    # of a token in use
    Case("89", "use", 401, codes(89, "Invalid or expired token."), ProblemKind.REVOKED),
    Case("32 in use", "use", 401, codes(32, "Could not authenticate you."), ProblemKind.WRONG_KEYS),
    Case(
        "v2 401",
        "use",
        401,
        blank_problem("Unauthorized", "Unauthorized", 401),
        ProblemKind.UNKNOWN,
    ),
    Case(
        "oauth1-permissions", "use", 403, problem("oauth1-permissions", 403), ProblemKind.READ_ONLY
    ),
    Case(
        "the same at x.com",
        "use",
        403,
        problem("", 403, type="https://api.x.com/2/problems/oauth1-permissions"),
        ProblemKind.READ_ONLY,
    ),
    Case(
        "read-only",
        "use",
        401,
        r'{"request":"\/1.1\/statuses\/update.json","error":"Read-only application cannot POST."}',
        ProblemKind.READ_ONLY,
    ),
    Case("261", "use", 403, codes(261, CAN_WRITE), ProblemKind.APP_NOT_PERMITTED),
    Case(
        "93",
        "use",
        403,
        codes(93, "This application is not allowed to"),
        ProblemKind.APP_NOT_PERMITTED,
    ),
    Case(
        "220", "use", 403, codes(220, "Your credentials do not"), ProblemKind.WRONG_CREDENTIAL_KIND
    ),
    Case(
        "bearer",
        "use",
        403,
        problem("unsupported-authentication", 403),
        ProblemKind.WRONG_CREDENTIAL_KIND,
    ),
    Case(
        "not enrolled",
        "use",
        403,
        problem("client-forbidden", 403, reason="client-not-enrolled", client_id="2751"),
        ProblemKind.NOT_ENROLLED,
    ),
    Case(
        "official client",
        "use",
        403,
        problem("client-forbidden", 403, reason="official-client-forbidden"),
        ProblemKind.APP_NOT_PERMITTED,
    ),
    Case("453", "use", 403, codes(453, SUBSET), ProblemKind.NEEDS_V2),
    Case("453 words", "use", 403, SUBSET, ProblemKind.NEEDS_V2),
    Case("credits", "use", 402, problem("credits", 402), ProblemKind.NO_CREDITS),
    Case("402", "use", 402, "", ProblemKind.NO_CREDITS),
    Case("88", "use", 429, codes(88, "Rate limit exceeded"), ProblemKind.RATE_LIMITED),
    Case(
        "v2 429", "use", 429, blank_problem("Too Many", "Too Many", 429), ProblemKind.RATE_LIMITED
    ),
    Case(
        "a cap behind a window",
        "use",
        429,
        blank_problem("Too Many", "Too Many", 429),
        ProblemKind.USAGE_CAPPED,
        {"x-rate-limit-remaining": "39999", "x-rate-limit-reset": "1800000000"},
    ),
    Case("usage-capped", "use", 429, problem("usage-capped", 429), ProblemKind.USAGE_CAPPED),
    Case("64", "use", 403, codes(64, "Your account is suspended"), ProblemKind.ACCOUNT_SUSPENDED),
    Case("63", "use", 403, codes(63, "User has been suspended."), ProblemKind.ACCOUNT_SUSPENDED),
    Case("326", "use", 403, codes(326, "To protect our users"), ProblemKind.ACCOUNT_LOCKED),
    Case(
        "v2 locked", "use", 403, blank_problem("Forbidden", LOCKED, 403), ProblemKind.ACCOUNT_LOCKED
    ),
    Case(
        "OAuth 2.0 elsewhere",
        "use",
        403,
        blank_problem("Forbidden", "You are not permitted to use OAuth2 on this endpoint", 403),
        ProblemKind.WRONG_CREDENTIAL_KIND,
    ),
    Case(
        "v2 403", "use", 403, blank_problem("Forbidden", "No.", 403), ProblemKind.APP_NOT_PERMITTED
    ),
    Case("34", "use", 404, codes(34, "Sorry, that page does not exist"), ProblemKind.UNKNOWN),
    Case("50", "use", 404, codes(50, "User not found."), ProblemKind.ACCOUNT_SUSPENDED),
    Case("92", "use", 403, codes(92, "SSL is required"), ProblemKind.UNKNOWN),
    Case("187", "use", 403, codes(187, "Status is a duplicate."), ProblemKind.UNKNOWN),
    Case(
        "226",
        "use",
        403,
        codes(226, "looks like it might be automated"),
        ProblemKind.ACCOUNT_LOCKED,
    ),
    Case("231", "use", 403, codes(231, "User must verify login"), ProblemKind.ACCOUNT_LOCKED),
    Case(
        "348",
        "use",
        403,
        codes(348, "not permitted to to invalidate"),
        ProblemKind.APP_NOT_PERMITTED,
    ),
    Case("349", "use", 403, codes(349, "You cannot send messages"), ProblemKind.UNKNOWN),
    Case("354", "use", 403, codes(354, "too long"), ProblemKind.UNKNOWN),
    Case("410", "use", 410, "", ProblemKind.UNKNOWN),
    Case("68", "use", 401, codes(68, "The API v1 is no longer active"), ProblemKind.UNKNOWN),
    Case("251", "use", 410, codes(251, "This endpoint has been retired"), ProblemKind.UNKNOWN),
    Case("99", "use", 403, codes(99, "Unable to verify your credentials"), ProblemKind.WRONG_KEYS),
    Case("131", "use", 500, codes(131, "Internal error"), ProblemKind.X_DOWN),
    Case("130", "use", 503, codes(130, "Over capacity"), ProblemKind.X_DOWN),
    Case("cloudflare", "use", 503, HOTEL, ProblemKind.X_DOWN),
    # of OAuth 2.0's token endpoint
    Case(
        "code",
        "code",
        400,
        invalid("the authorization code was invalid"),
        ProblemKind.ATTEMPT_EXPIRED,
    ),
    Case("verifier", "code", 400, invalid(OTHER_VERIFIER), ProblemKind.ATTEMPT_EXPIRED),
    Case("redirect uri", "code", 400, invalid(OTHER_REDIRECT), ProblemKind.CALLBACK_NOT_APPROVED),
    Case("missing", "code", 400, missing("code_verifier"), ProblemKind.UNKNOWN),
    Case("missing id", "code", 400, missing("client_id"), ProblemKind.WRONG_KEYS),
    Case("grant", "code", 400, '{"error":"invalid_grant"}', ProblemKind.ATTEMPT_EXPIRED),
    Case("client secret", "code", 401, NO_HEADER, ProblemKind.WRONG_KEYS),
    Case("invalid_client", "code", 400, '{"error":"invalid_client"}', ProblemKind.WRONG_KEYS),
    Case(
        "grant type",
        "code",
        400,
        '{"error":"unsupported_grant_type"}',
        ProblemKind.APP_NOT_PERMITTED,
    ),
    Case("invalid_scope", "code", 400, '{"error":"invalid_scope"}', ProblemKind.APP_NOT_PERMITTED),
    Case("code at a hotel", "code", 200, HOTEL, ProblemKind.NOT_X),
    Case("no token", "code", 200, '{"token_type":"bearer"}', ProblemKind.NOT_X),
    Case("empty token", "code", 200, '{"access_token":" "}', ProblemKind.NOT_X),
    Case("mac", "code", 200, '{"access_token":"a","token_type":"mac"}', ProblemKind.NOT_X),
    Case("code, down", "code", 503, "", ProblemKind.X_DOWN),
    Case("spent", "refresh", 400, invalid("the token was invalid"), ProblemKind.REFRESH_SPENT),
    Case("spent, by the book", "refresh", 400, SPENT, ProblemKind.REFRESH_SPENT),
    Case("refresh secret", "refresh", 401, NO_HEADER, ProblemKind.WRONG_KEYS),
    Case("refresh limited", "refresh", 429, "", ProblemKind.RATE_LIMITED),
    Case("ended", "revoke", 400, invalid("the token was invalid"), ProblemKind.REVOKED),
    Case("hint", "revoke", 400, missing("token_type_hint"), ProblemKind.UNKNOWN),
    Case("not revoked", "revoke", 200, '{"revoked":false}', ProblemKind.APP_NOT_PERMITTED),
    Case("revoke at a hotel", "revoke", 200, HOTEL, ProblemKind.NOT_X),
    Case("revoked list", "revoke", 200, "[]", ProblemKind.NOT_X),
    # of the app alone
    Case("99 for a bearer", "bearer", 403, codes(99, "Unable to verify"), ProblemKind.WRONG_KEYS),
    Case("too often", "bearer", 429, codes(88, "Rate limit exceeded"), ProblemKind.RATE_LIMITED),
    Case("bearer at a hotel", "bearer", 200, HOTEL, ProblemKind.NOT_X),
    Case("no bearer", "bearer", 200, '{"token_type":"bearer"}', ProblemKind.NOT_X),
    Case(
        "other bearer", "bearer", 200, '{"token_type":"mac","access_token":"x"}', ProblemKind.NOT_X
    ),
    # of something else that answers
    Case("hotel", "use", 200, HOTEL, ProblemKind.NOT_X),
    Case("hotel, refusing", "use", 403, HOTEL, ProblemKind.NOT_X),
    Case("portal", "use", 511, HOTEL, ProblemKind.NOT_X),
    Case("proxy", "use", 407, HOTEL, ProblemKind.REFUSED),
    Case("no page", "use", 404, HOTEL, ProblemKind.NOT_X),
    Case("teapot", "use", 418, "I am a teapot", ProblemKind.UNKNOWN),
    Case("list", "use", 403, '[{"code":89}]', ProblemKind.REVOKED),
    Case("text in errors", "use", 403, '{"errors":"Rate limit"}', ProblemKind.UNKNOWN),
    Case("nothing", "use", 401, "", ProblemKind.UNKNOWN),
)
