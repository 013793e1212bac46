"""What the command prints when a sandbox starts."""

from __future__ import annotations

from twauth_gui.sandbox.faults import FAULTS
from twauth_gui.sandbox.server import Sandbox


def startup_text(sandbox: Sandbox) -> str:
    """Address, keys, callbacks, what to do next; in plain text."""
    app = sandbox.demo_app
    first, *others = app.callbacks or ("none: PIN only",)
    more = "".join(f"\n                 {url}" for url in others)
    return f"""\
A pretend X is running at {sandbox.url}
It runs on this computer only. Nothing here reaches X.

App              {app.label}
API key          {app.api_key}
API key secret   {app.api_secret}
Client ID        {app.client_id}
Client secret    {app.client_secret}
Callback URLs    {first}{more}
{_broken(sandbox)}
To try it
  1. Open {sandbox.url} for the accounts, what bots have posted, and a menu of faults.
  2. Add the app with these keys: twauth app add sandbox --api-url {sandbox.url}
  3. Sign in: twauth authorize --app sandbox --method pin
     Any handle and any password work.

Tokens still work after a restart. Posts and revocations are forgotten,
and so is which refresh tokens are spent.
Press Ctrl+C to stop.
"""


def _broken(sandbox: Sandbox) -> str:
    active = sandbox.active_faults
    lines = "".join(f"  {fault.says}\n" for fault in FAULTS if fault.name in active)
    return f"\nBroken on purpose\n{lines}" if lines else ""
