"""A server of update notices on loopback, with keys of its own: over https, as it has to be."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.support.certificates import Authority, ServerCertificate
from tests.support.http_servers import CannedServer
from twauth_gui.domain.network import NetworkSettings
from twauth_gui.services.container import Services
from twauth_gui.services.update_check import UpdateService, UpdateSource
from twauth_gui.xapi.update_file import CONTEXT

PAGE = "https://twauth.example/releases"
SUMMARY = "Exports to two more secret stores."
PATH = "/update.json"


@dataclass
class UpdateServer:
    """The server, its key, and the times that its notices say."""

    server: CannedServer
    bundle: Path
    now: datetime
    key: Ed25519PrivateKey
    name: str

    @property
    def source(self) -> UpdateSource:
        public = b64encode(self.key.public_key().public_bytes_raw()).decode()
        return UpdateSource(f"https://{self.name}:{self.server.port}{PATH}", (public,))

    def announce(
        self,
        version: str,
        *,
        age: timedelta = timedelta(0),
        life: timedelta = timedelta(days=45),
        key: Ed25519PrivateKey | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> None:
        """Serve a notice from now on. age: how long ago it was signed."""
        issued = self.now - age
        notice = {"version": version, "summary": SUMMARY, "page": PAGE}
        times = {"issued": issued.isoformat(), "expires": (issued + life).isoformat()}
        text = json.dumps({**notice, **times, **(fields or {})})
        signature = b64encode((key or self.key).sign(CONTEXT + text.encode())).decode()
        self.serve(json.dumps({"signed": text, "signature": signature}).encode())

    def serve(self, body: bytes) -> None:
        self.server.set_reply(200, body, path=PATH)

    def connect(self, services: Services) -> None:
        """Let the services ask this server, and trust its certificate."""
        _ = services.network_settings.save(NetworkSettings(ca_bundle=str(self.bundle)))
        services.updates = UpdateService(
            services.store, services.network_settings, self.source, services.now
        )


@contextmanager
def run_update_server(
    folder: Path, now: datetime, name: str = "127.0.0.1"
) -> Generator[UpdateServer]:
    """Run a server that is on loopback, whatever its name: a proxy leads to another one."""
    authority = Authority(folder)
    with CannedServer(tls=authority.context(ServerCertificate(name))) as server:
        yield UpdateServer(server, authority.bundle, now, Ed25519PrivateKey.generate(), name)
