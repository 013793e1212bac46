"""An MCP server with one tool, as people write them: post a text with the keys it was started with.

python -m tests.journeys.mcp_server_process API_URL
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from requests_oauthlib import OAuth1Session

_TOOL = {
    "name": "post",
    "description": "Post a text",
    "inputSchema": {"type": "object", "properties": {"text": {"type": "string"}}},
}
_KEYS = ("API_KEY", "API_SECRET_KEY", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET")


def _post(api_url: str, text: str) -> str:
    key, secret, token, token_secret = (os.environ[name] for name in _KEYS)
    session = OAuth1Session(key, secret, token, token_secret)
    session.trust_env = False
    response = session.post(f"{api_url}/2/tweets", json={"text": text}, timeout=30)
    response.raise_for_status()
    return str(response.json()["data"]["id"])


def _call(api_url: str, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the result of one call (Model Context Protocol, 2025-06-18)."""
    if method == "initialize":
        return {
            "protocolVersion": parameters["protocolVersion"],
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "post", "version": "1"},
        }
    if method == "tools/list":
        return {"tools": [_TOOL]}
    text = _post(api_url, parameters["arguments"]["text"])
    return {"content": [{"type": "text", "text": text}]}


def main(api_url: str) -> None:
    for line in sys.stdin:
        call = json.loads(line)
        if "id" in call:
            result = _call(api_url, call["method"], call.get("params", {}))
            reply = {"jsonrpc": "2.0", "id": call["id"], "result": result}
            print(json.dumps(reply), flush=True)  # noqa: T201 - the protocol


if __name__ == "__main__":
    main(*sys.argv[1:])
