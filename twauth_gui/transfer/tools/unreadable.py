"""Explains the files that cannot be brought in, with the way round."""

from __future__ import annotations

from twauth_gui.transfer.tools.found_credentials import FoundCredentials
from twauth_gui.transfer.tools.xurl import RENEWALS

_RTWEET = (
    "R wrote it in a form of its own. In R, write what it holds as text: token <- "
    'rtweet::rtweet_bot; or run cat(readRDS("FILE")$credentials$oauth_token, '
    'readRDS("FILE")$credentials$oauth_token_secret, sep = "\\n", file = "token.txt"), then bring'
    " in token.txt."
)


def explain_rds(harvest: FoundCredentials) -> None:
    """Say how the token gets out of rtweet's file."""
    harvest.skip("rtweet's token", _RTWEET)


def explain_oauth2(harvest: FoundCredentials) -> None:
    """Say why tokens of OAuth 2.0 stay where they are."""
    harvest.skip("OAuth 2.0 tokens", RENEWALS)
