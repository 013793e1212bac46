"""Twauth signs X bot accounts in, keeps their credentials and exports them to bots.

For bots: ``from twauth_gui import client``; ``client("@news_bot")`` returns a ready tweepy.Client,
``api("@news_bot")`` a tweepy.API, and ``credentials("@news_bot")`` the values themselves.
"""

from __future__ import annotations

__version__ = "0.1.0"
__all__ = ["__version__", "api", "client", "credentials"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from os import PathLike
    from typing import Any

# The functions import by name: every package imports the version from here and must not import
# upwards.


def client(account: str | None = None, *, data_dir: str | PathLike[str] | None = None) -> Any:
    """Return a tweepy.Client that is ready to act as an account; see twauth_gui.bots.client."""
    from importlib import import_module  # noqa: PLC0415 - see above

    return import_module("twauth_gui.bots").client(account, data_dir=data_dir)


def api(account: str | None = None, *, data_dir: str | PathLike[str] | None = None) -> Any:
    """Return a tweepy.API that is ready to act as an account; see twauth_gui.bots.api."""
    from importlib import import_module  # noqa: PLC0415 - see above

    return import_module("twauth_gui.bots").api(account, data_dir=data_dir)


def credentials(
    account: str | None = None,
    *,
    oauth2: bool = False,
    data_dir: str | PathLike[str] | None = None,
) -> Any:
    """Return an account's credentials; see twauth_gui.bots.credentials."""
    from importlib import import_module  # noqa: PLC0415 - see above

    return import_module("twauth_gui.bots").credentials(account, oauth2=oauth2, data_dir=data_dir)
