"""Keeps the libraries that handle secrets from logging what they handle."""

from __future__ import annotations

import logging

_TALKATIVE = (
    "tweepy",
    "requests_oauthlib",
    "oauthlib",
    "urllib3",
    "requests",
    "charset_normalizer",
    "keyring",
    "secretstorage",
    "jeepney",
    "asyncio",
)


def quiet_libraries() -> None:
    """Hold their loggers at WARNING, whatever the root logger's level is.

    At DEBUG requests_oauthlib writes token secrets and the verifier, oauthlib the signed
    parameters and tweepy the Authorization header. None of these libraries is imported here.
    """
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
