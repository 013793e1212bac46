"""twauth sandbox."""

from __future__ import annotations

import errno
import threading

import click

from twauth_gui.cli.exit_codes import ExitCode
from twauth_gui.cli.refusal import RefusedError
from twauth_gui.cli.session import Session

PORT = 8740
_LOOK_SECONDS = 0.5  # on Windows a wait without an end cannot be interrupted


@click.command(epilog="Example: twauth sandbox --port 8080")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    help="Where it listens on 127.0.0.1; 0 takes a free port.",
)
@click.pass_obj
def sandbox(session: Session, port: int) -> None:
    """Run a pretend X until Ctrl+C, to try things and to test bots.

    It prints its address and the keys of its app. Nothing in it reaches X.
    """
    from twauth_gui.sandbox.banner import startup_text
    from twauth_gui.sandbox.server import Sandbox

    pretend = Sandbox(port=port)
    try:
        pretend.start()
    except OSError as error:
        raise _not_started(port, error) from error
    try:
        session.console.result(startup_text(pretend).rstrip("\n"))
        _wait_for_ever()
    except KeyboardInterrupt:  # the ordinary end
        return
    finally:
        pretend.stop()


def _wait_for_ever() -> None:
    never = threading.Event()
    while not never.wait(_LOOK_SECONDS):
        pass


def _not_started(port: int, error: OSError) -> RefusedError:
    if error.errno == errno.EADDRINUSE:
        return RefusedError(
            ExitCode.FAILED,
            f"Port {port} of this computer is in use.",
            "Another program, or another sandbox, listens there. End it, or take another port"
            " with --port.",
        )
    return RefusedError(
        ExitCode.FAILED,
        f"The pretend X could not listen on port {port}.",
        f"The system says: {error.strerror}. Take another port with --port.",
    )
