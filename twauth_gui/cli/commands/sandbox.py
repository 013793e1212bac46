"""twauth sandbox."""

from __future__ import annotations

import errno
import threading

import click

from twauth_gui.cli.errors import CliError, ExitCode
from twauth_gui.cli.session import Session

DEFAULT_PORT = 8740
_POLL_SECONDS = 0.5  # on Windows a wait without a time-out cannot be interrupted


_EPILOG = """\b
Examples:
  twauth sandbox --port 8080
  twauth sandbox --fault rate-limited --fault clock-behind
  twauth sandbox --faults
"""


@click.command(epilog=_EPILOG)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    help="Port on 127.0.0.1; 0 takes a free one.",
)
@click.option(
    "--fault",
    "names",
    multiple=True,
    metavar="NAME",
    help="Fault to turn on; repeat it for several. 'list' lists them.",
)
@click.option("--faults", "listed", is_flag=True, help="List the faults, and exit.")
@click.option(
    "--request-faults",
    is_flag=True,
    help="Let a request turn faults on for itself, with its header X-Twauth-Fault.",
)
@click.option("--json", "as_json", is_flag=True, help="With --faults: print a JSON array.")
@click.pass_obj
def sandbox(  # noqa: PLR0917 - click passes them by name
    session: Session,
    port: int,
    names: tuple[str, ...],
    listed: bool,
    request_faults: bool,
    as_json: bool,
) -> None:
    """Run the sandbox, a pretend X, until Ctrl+C, to try things out and to test bots.

    It prints its address and the keys of its app. Nothing is sent to X.
    """
    from twauth_gui.sandbox.faults import UnknownFaultError
    from twauth_gui.sandbox.server import Sandbox, startup_text
    from twauth_gui.sandbox.settings import SandboxSettings

    if listed or "list" in names:
        _list_faults(session, as_json=as_json)
        return
    if as_json:
        raise CliError(ExitCode.USAGE, "--json needs --faults.")
    server = Sandbox(port=port, settings=SandboxSettings(allow_request_faults=request_faults))
    try:
        server.enable_faults(*names)
    except UnknownFaultError as error:
        raise CliError(
            ExitCode.USAGE,
            "The sandbox has no such fault.",
            "twauth sandbox --faults lists them.",
        ) from error
    try:
        server.start()
    except OSError as error:
        raise _make_start_error(port, error) from error
    try:
        session.console.print_result(startup_text(server).rstrip("\n"))
        _wait_for_interrupt()
    except KeyboardInterrupt:  # the usual way to stop it
        return
    finally:
        server.stop()


def _list_faults(session: Session, *, as_json: bool) -> None:
    from twauth_gui.cli.table import format_table
    from twauth_gui.sandbox.faults import FAULTS

    if as_json:
        entries: list[object] = [
            {"name": one.name, "group": one.group, "says": one.description} for one in FAULTS
        ]
        session.console.print_json_array(entries)
        return
    rows = [(fault.name, fault.description) for fault in FAULTS]
    session.console.print_result(format_table(("FAULT", "WHAT HAPPENS"), rows))


def _wait_for_interrupt() -> None:
    unset = threading.Event()
    while not unset.wait(_POLL_SECONDS):
        pass


def _make_start_error(port: int, error: OSError) -> CliError:
    if error.errno == errno.EADDRINUSE:
        return CliError(
            ExitCode.FAILED,
            f"Port {port} of this computer is in use.",
            "Another program or another sandbox listens on it. Stop that, or choose another port"
            " with --port.",
        )
    return CliError(
        ExitCode.FAILED,
        f"The sandbox could not listen on port {port}.",
        f"The system says: {error.strerror}. Choose another port with --port.",
    )
