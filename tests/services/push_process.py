"""Push one account's credentials, and be killed by the vendor's command; run as a program.

python -m tests.services.push_process FOLDER ACCOUNT DESTINATION TARGET
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.support.vaults import open_file_vault
from twauth_gui.domain.accounts import AccountId
from twauth_gui.services.app_paths import AppPaths
from twauth_gui.services.container import open_services


def main(folder: str, account: str, destination: str, target: str) -> None:
    services = open_services(AppPaths(Path(folder)), open_file_vault(Path(folder)))
    plan = services.push.plan([AccountId(account)], destination, json.loads(target))
    services.push.apply(plan)
    services.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
