"""How the token endpoint of OAuth 2.0 says no, in the words X's clients have met."""

from __future__ import annotations

from twauth_gui.sandbox.messages import Response, as_json


class OAuth2Refused(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """Raised where a request to the token endpoint is judged; carries the answer."""

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status)
        self.answer = answer


def missing(name: str) -> OAuth2Refused:
    return _invalid_request(f"Missing required parameter [{name}].")


def bad_code() -> OAuth2Refused:
    """Spent, too old, or never given out."""
    return _invalid_request("Value passed for the authorization code was invalid.")


def wrong_redirect() -> OAuth2Refused:
    return _invalid_request(
        "Value passed for the redirect uri did not match the uri of the authorization code."
    )


def wrong_verifier() -> OAuth2Refused:
    return _invalid_request("Value passed for the code verifier did not match the code challenge.")


def bad_token() -> OAuth2Refused:
    """A refresh token that is spent, revoked or too old. Not RFC 6749's `invalid_grant`."""
    return _invalid_request("Value passed for the token was invalid.")


def no_authorization() -> OAuth2Refused:
    """A confidential client without its Basic header, or with a wrong one."""
    return _refused(401, "unauthorized_client", "Missing valid authorization header")


def unknown_client() -> OAuth2Refused:
    """X's words for this are not known."""
    return _refused(400, "invalid_client", "Value passed for the client id was invalid.")


def unknown_grant_type() -> OAuth2Refused:
    """X's words for this are not known."""
    return _refused(400, "unsupported_grant_type", "Value passed for the grant type was invalid.")


def _invalid_request(description: str) -> OAuth2Refused:
    return _refused(400, "invalid_request", description)


def _refused(status: int, code: str, description: str) -> OAuth2Refused:
    return OAuth2Refused(as_json(status, {"error": code, "error_description": description}))
