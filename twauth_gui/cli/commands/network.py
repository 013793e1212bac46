"""twauth network."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from twauth_gui.cli.errors import CliError, ExitCode
from twauth_gui.cli.session import Session

if TYPE_CHECKING:
    from twauth_gui.domain.network import NetworkSettings

_SYSTEM, _NONE, _BUILT_IN = "system", "none", "built-in"
_SECONDS = click.FloatRange(min=0, min_open=True)

_EPILOG = """\b
Examples:
  twauth network
  twauth network --proxy socks5://127.0.0.1:1080
  twauth network --proxy system --ca built-in

A proxy's user name and password are not saved: choose system, and set https_proxy with them in
the environment.
"""


@click.command(epilog=_EPILOG)
@click.option(
    "--proxy",
    metavar="ADDRESS",
    help="The proxy: an http, https or socks5 address; 'system' for the proxy of the system and the"
    " environment; 'none' for no proxy.",
)
@click.option(
    "--ca",
    metavar="FILE",
    help="PEM file of certificates to trust instead of the built-in ones; 'built-in' for those.",
)
@click.option("--connect-seconds", type=_SECONDS, help="Time limit for connecting.")
@click.option("--read-seconds", type=_SECONDS, help="Time limit for each part of the response.")
@click.option("--total-seconds", type=_SECONDS, help="Time limit for a whole call.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@click.pass_obj
def network(
    session: Session,
    *,
    proxy: str | None,
    ca: str | None,
    connect_seconds: float | None,
    read_seconds: float | None,
    total_seconds: float | None,
    as_json: bool,
) -> None:
    """Show the network settings, after changing those given as options."""
    from twauth_gui.services.settings import NetworkSettingError

    with session.open_index() as services:
        settings = services.network_settings.load()
        changed = replace(
            settings,
            connect_seconds=connect_seconds or settings.connect_seconds,
            read_seconds=read_seconds or settings.read_seconds,
            total_seconds=total_seconds or settings.total_seconds,
        )
        if proxy is not None:
            changed = replace(changed, proxy=_parse_proxy(proxy))
        if ca is not None:
            changed = replace(changed, ca_bundle="" if ca in {_BUILT_IN, _NONE} else ca)
        if changed != settings:
            try:
                settings = services.network_settings.save(changed)
            except NetworkSettingError as error:
                raise CliError(
                    ExitCode.USAGE, "The network settings were not changed.", str(error)
                ) from error
    if as_json:
        session.console.print_json(_serialize_settings(settings))
    else:
        session.console.print_result(_format_settings(settings))


def _parse_proxy(text: str) -> str | None:
    clean = text.strip()
    return None if clean == _SYSTEM else "" if clean == _NONE else clean


def _serialize_settings(settings: NetworkSettings) -> dict[str, object]:
    return {
        "proxy": _SYSTEM if settings.proxy is None else settings.proxy or _NONE,
        "ca": settings.ca_bundle or _BUILT_IN,
        "connect_seconds": settings.connect_seconds,
        "read_seconds": settings.read_seconds,
        "total_seconds": settings.total_seconds,
    }


def _format_settings(settings: NetworkSettings) -> str:
    proxy = "system proxy" if settings.proxy is None else settings.proxy or "none"
    return "\n".join(
        (
            f"Proxy         {proxy}",
            f"Certificates  {settings.ca_bundle or 'built in'}",
            f"Connecting    {settings.connect_seconds:g} s",
            f"Response      {settings.read_seconds:g} s",
            f"Whole call    {settings.total_seconds:g} s",
        )
    )
