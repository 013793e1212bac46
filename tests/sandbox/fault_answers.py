"""What the pretend X answers under each fault, letter by letter."""

from __future__ import annotations

NOT_APPROVED = (
    "Callback URL not approved for this client application. Approved callback URLs can be "
    "adjusted in your application settings"
)
PROBLEMS = "https://api.twitter.com/2/problems"
V2_LIMIT = (
    "429 application/problem+json "
    '{"title":"Too Many Requests","detail":"Too Many Requests","type":"about:blank","status":429}'
)
V1_LIMIT = '429 application/json {"errors":[{"code":88,"message":"Rate limit exceeded"}]}'
BAD_TOKEN = (
    '400 application/json {"error":"invalid_request",'
    '"error_description":"Value passed for the token was invalid."}'
)
NOT_PERMITTED = (
    '403 application/problem+json {"detail":"You are not permitted to perform this action.",'
    '"type":"about:blank","title":"Forbidden","status":403}'
)


def xml(status: int, code: int, message: str) -> str:
    errors = f'<errors><error code="{code}">{message}</error></errors>'
    return f"{status} application/xml <?xml version='1.0' encoding='UTF-8'?>{errors}"


def numbered(status: int, code: int, message: str) -> str:
    return f'{status} application/json {{"errors":[{{"code":{code},"message":"{message}"}}]}}'


def forbidden(detail: str) -> str:
    return (
        f'403 application/problem+json {{"detail":"{detail}",'
        '"type":"about:blank","title":"Forbidden","status":403}'
    )


SUSPENDED = "Your account is suspended and is not permitted to access this feature."
FEATURE = "Your account is not permitted to access this feature."
WENT_WRONG = "400 Something went wrong"
LOCKED = (
    "To protect our users from spam and other malicious activity, this account is temporarily "
    "locked. Please log in to https://twitter.com to unlock your account."
)
LOCKED_V2 = (
    "Your account is temporarily locked. Please log in to https://x.com to unlock your account."
)
DESKTOP = "Desktop applications only support the oauth_callback value 'oob'"
NOT_ENROLLED = (
    '403 application/problem+json {"client_id":"27510000","detail":"When authenticating requests '
    "to the Twitter API v2 endpoints, you must use keys and tokens from a Twitter developer App "
    'that is attached to a Project. You can create a project via the developer portal.",'
    '"registration_url":"https://developer.twitter.com/en/docs/projects/overview",'
    '"title":"Client Forbidden","required_enrollment":"Appropriate Level of API Access",'
    f'"reason":"client-not-enrolled","type":"{PROBLEMS}/client-forbidden"}}'
)
NO_CREDITS = (
    '402 application/problem+json {"account_id":1949000000000000000,"title":"CreditsDepleted",'
    '"detail":"Your enrolled account [1949000000000000000] does not have any credits to fulfill '
    f'this request.","type":"{PROBLEMS}/credits"}}'
)
CAPPED = (
    '429 application/problem+json {"account_id":"1949000000000000000",'
    '"product_name":"standard-basic","title":"UsageCapExceeded","period":"Monthly",'
    '"scope":"Product","detail":"Usage cap exceeded: Monthly product cap",'
    f'"type":"{PROBLEMS}/usage-capped"}}'
)

UNSUPPORTED = (
    "Authenticating with {} is forbidden for this endpoint.  Supported authentication types "
)
UNAVAILABLE = (
    '503 application/problem+json {"title":"Service Unavailable","detail":"Service Unavailable",'
    '"type":"about:blank","status":503}'
)
