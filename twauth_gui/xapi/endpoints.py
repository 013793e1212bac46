"""Paths of X's API that Twauth calls (docs.x.com, fundamentals/authentication/api-reference)."""

from __future__ import annotations

REQUEST_TOKEN = "/oauth/request_token"  # noqa: S105 - a path
AUTHORIZE = "/oauth/authorize"
AUTHENTICATE = "/oauth/authenticate"
ACCESS_TOKEN = "/oauth/access_token"  # noqa: S105 - a path
INVALIDATE_TOKEN = "/1.1/oauth/invalidate_token.json"  # noqa: S105 - a path
VERIFY_CREDENTIALS = "/1.1/account/verify_credentials.json"
USERS_ME = "/2/users/me"
POSTS = "/2/tweets"
OAUTH2_AUTHORIZE = "/i/oauth2/authorize"
OAUTH2_TOKEN = "/2/oauth2/token"  # noqa: S105 - a path
OAUTH2_REVOKE = "/2/oauth2/revoke"
BEARER_TOKEN = "/oauth2/token"  # noqa: S105 - a path
INVALIDATE_BEARER = "/oauth2/invalidate_token"

SIGN_IN = frozenset({REQUEST_TOKEN, ACCESS_TOKEN})
