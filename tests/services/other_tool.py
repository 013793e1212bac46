"""What another tool keeps: real credentials of the sandbox, in twurl's file."""

from __future__ import annotations

from pathlib import Path

from tests.services.ground import Ground
from twauth_gui.sandbox.server import Sandbox

HANDLES = ("fernwick_news", "marsh_weather")


def signed_in_elsewhere(folder: Path, sandbox: Sandbox) -> dict[str, tuple[str, ...]]:
    """Sign two accounts in; give API key, API secret, token, token secret of each."""
    other = Ground.at(folder, sandbox)
    app = other.add_app()
    keys = other.kit.store.apps.keys(app.id)
    values: dict[str, tuple[str, ...]] = {}
    for handle in HANDLES:
        held = other.kit.store.accounts.credentials(other.sign_in(app, handle).id)
        secrets = (keys.api_key, keys.api_secret, held.access_token, held.access_secret)
        values[handle] = tuple(secret.reveal() for secret in secrets)
    other.kit.close()
    return values


def twurlrc(path: Path, values: dict[str, tuple[str, ...]]) -> Path:
    names = ("consumer_key", "consumer_secret", "token", "secret")
    lines = ["profiles:"]
    for handle, four in values.items():
        lines += [f"  {handle}:", f"    {four[0]}:", f"      username: {handle}"]
        lines += [f"      {name}: {value}" for name, value in zip(names, four, strict=True)]
    path.write_text("\n".join(lines) + "\n")
    return path
