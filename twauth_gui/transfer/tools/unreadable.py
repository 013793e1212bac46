"""Explanations of files that cannot be imported, with what to do instead."""

from __future__ import annotations

from twauth_gui.transfer.found_credentials import (
    RENEWALS,
    FoundCredentials,
    SkipKind,
    SkippedEntry,
)

_RTWEET = (
    "R wrote it in a format of its own. In R, write its values as text: token <- "
    'rtweet::rtweet_bot; or run cat(readRDS("FILE")$credentials$oauth_token, '
    'readRDS("FILE")$credentials$oauth_token_secret, sep = "\\n", file = "token.txt"), then'
    " import token.txt."
)


def explain_rds(harvest: FoundCredentials) -> None:
    """Add how to get the token out of rtweet's file."""
    harvest.skip(SkippedEntry("rtweet's token", _RTWEET, SkipKind.UNREADABLE))


def explain_oauth2(_text: str, harvest: FoundCredentials) -> None:
    """Add why OAuth 2.0 tokens are not imported."""
    harvest.skip(SkippedEntry("OAuth 2.0 tokens", RENEWALS, SkipKind.OAUTH2))
