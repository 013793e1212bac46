"""An imitation of the vendors' commands that writes down all that it is given; run as a program.

tests.support.vendors copies this file into a folder of a PATH, once under the name of each command.
It accepts the command lines of vendor_grammar.txt and no other, keeps a digest in place of each
value, and appends what it saw to calls.jsonl in the folder above. faults.json there says how it
misbehaves. It imports little: it is started hundreds of times.
"""

# pathlib takes longer to load than all else:
# ruff: noqa: PLC0415, PTH100, PTH103, PTH105, PTH107, PTH109, PTH110, PTH115, PTH119, PTH120
# ruff: noqa: PTH123, PTH208, RET503, T201

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable
from typing import Any, NoReturn

HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOOL = os.path.basename(__file__)

LOGINS = {
    "gh": "  ✓ Logged in to github.com account acme-ops (keyring)",
    "gcloud": "acme-ops@example.com",
    "aws": '{\n    "UserId": "A",\n    "Arn": "arn:aws:iam::1:user/acme-ops"\n}',
    "railway": "Logged in as Acme (f@example.com) 👋",
    "vercel": "acme-ops",
    "bao": '{"data": {"display_name": "token-acme-ops"}}',
}


def main() -> int:
    """Record the call, and do what the command would do."""
    taken = sys.stdin.buffer.read()
    words = sys.argv[1:]
    record(words, taken)
    fault: dict[str, Any] = read_json("faults.json").get(TOOL, {})
    if fault.get("only", "") not in " ".join(words):
        fault = {}
    if "says" in fault:
        sys.stderr.write(fault["says"].replace("{stdin}", taken.decode()))
        return int(fault.get("code", 1))
    misbehave(fault)
    if TOOL == "ssh":
        return run_remote(words, taken)
    action, values = parse(words)
    if "lie" in fault and not action.startswith(("list", "say")):
        return 0
    code = act(action, values, taken)
    if "kill" in fault:
        import signal

        os.kill(os.getppid(), signal.SIGKILL)
    return code


def misbehave(fault: dict[str, Any]) -> None:
    """Leave a process behind that holds the pipes, stay for ever, or write very much."""
    if "child" in fault:
        import subprocess

        child = subprocess.Popen(["sleep", "600"], start_new_session=fault["child"] == "escaped")
        note_process(child.pid)
    if "flood" in fault:
        os.write(1, b"x" * fault["flood"])
    if "hang" in fault:
        import signal

        note_process(os.getpid())
        signal.pause()


def record(words: list[str], taken: bytes) -> None:
    """Append what this process was given."""
    folder = os.getcwd()
    seen = {
        "tool": TOOL,
        "words": words,
        "cmdline": read_proc("cmdline"),
        "environ": read_proc("environ"),
        "parent": read_proc("cmdline", os.getppid()),
        "stdin": taken.decode("utf-8", "surrogateescape"),
        "stdin_is": os.readlink("/proc/self/fd/0").split(":")[0],
        "folder": folder,
        "files": os.listdir(folder),
        "descriptors": list_descriptors(),
        "leads": os.getsid(0) == os.getpgid(0),
        "terminal": has_terminal(),
    }
    line = json.dumps(seen) + "\n"
    descriptor = os.open(f"{HOME}/calls.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(descriptor, line.encode())
    os.close(descriptor)


def read_proc(name: str, pid: int | str = "self") -> str:
    try:
        with open(f"/proc/{pid}/{name}", "rb") as file:
            return file.read().decode("utf-8", "surrogateescape")
    except OSError:  # of a process that is not dumpable
        return ""


def list_descriptors() -> list[int]:
    """Return the open descriptors, without the one that lists them."""
    found = [int(one) for one in os.listdir("/proc/self/fd")]
    return [one for one in found if os.path.exists(f"/proc/self/fd/{one}")]


def has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR))
    except OSError:
        return False
    return True


def note_process(pid: int) -> None:
    with open(f"{HOME}/processes", "a") as file:
        file.write(f"{pid}\n")


def read_json(name: str) -> dict[str, Any]:
    try:
        with open(f"{HOME}/{name}") as file:
            found: dict[str, Any] = json.load(file)
    except FileNotFoundError:
        return {}
    return found


def write_json(name: str, value: dict[str, Any]) -> None:
    with open(f"{HOME}/{name}.new", "w") as file:
        json.dump(value, file)
    os.replace(f"{HOME}/{name}.new", f"{HOME}/{name}")


def run_remote(words: list[str], taken: bytes) -> int:
    """Be ssh: run the one word behind the host in a shell."""
    match words:
        case ["-o", "BatchMode=yes", host, "--", command]:
            if host == "unreachable":
                sys.stderr.write("ssh: connect to host unreachable port 22: Connection refused\n")
                return 255
            import subprocess

            home = {**os.environ, "HOME": f"{HOME}/server"}
            done = subprocess.run(["/bin/sh", "-c", command], input=taken, check=False, env=home)
            return done.returncode
        case _:
            refuse()


def refuse() -> NoReturn:
    sys.stderr.write(f"{TOOL}: unknown command line: {sys.argv[1:]}\n")
    raise SystemExit(2)


def parse(words: list[str]) -> tuple[str, dict[str, Any]]:
    """Return what to do, and the words that stand for something."""
    line = "\0".join([TOOL, *words]) + "\0"
    with open(f"{HOME}/grammar") as file:
        rows = [row.rstrip("\n") for row in file if row.startswith(f"{TOOL} ")]
    for row in rows:
        pattern, _, action = row.partition(" -> ")
        found = re.fullmatch(to_regex(pattern), line)
        if found:
            return action, found.groupdict()
    refuse()


def to_regex(pattern: str) -> str:
    """Return what matches a command line whose words end with a zero byte each."""
    parts: list[str] = []
    for word in re.findall(r"\[[^]]*\]|\S+", pattern):
        if word.startswith("["):
            parts.append(f"(?:{to_regex(word[1:-1])})?")
            continue
        for piece in re.split(r"(<\w+>)", word):
            is_name = piece[:1] == "<"
            parts.append(f"(?P<{piece[1:-1]}>[^\0]+)" if is_name else re.escape(piece))
        parts.append("\0")
    return "".join(parts)


def act(action: str, values: dict[str, Any], taken: bytes) -> int:
    """Change or show the secrets that this vendor has."""
    state = read_json("state.json")
    tool = "gcloud" if TOOL == "firebase" else TOOL
    scope = "|".join([tool, values.get("a") or "", values.get("b") or ""])
    name = values.get("name") or ""
    if TOOL == "aws" and name.startswith("/"):
        path, _, name = name.rpartition("/")
        scope = f"aws|{path}|"
    secrets = state.setdefault(scope, {})
    if action.startswith("list-"):
        return show(action[5:], secrets, name)
    if action == "say-login":
        print(LOGINS[TOOL])
        return 0
    code = change(action, secrets, name, taken)
    write_json("state.json", state)
    return code


def change(action: str, secrets: dict[str, Any], name: str, taken: bytes) -> int:
    """Create, replace or delete secrets."""
    problem = find_problem(action, secrets, name, taken)
    if problem:
        sys.stderr.write(f"{name}: {problem}\n")
        return 1
    if action == "delete":
        del secrets[name]
    elif action == "block":
        secrets[name]["deleted"] = 1780000000
    elif action in {"store-file", "remove-file", "seal"}:
        change_file(action, name, taken)
    else:
        for key, value in read_pairs(action, name, taken).items():
            put(secrets, key, value)
            if action == "set-object":
                print(f"✨ Successfully created secret for key: {key}")
    if action == "set-firebase":
        print(f"✔  Created a new secret version projects/1/secrets/{name}/versions/1")
    return 0


def find_problem(action: str, secrets: dict[str, Any], name: str, taken: bytes) -> str:
    """Return why a vendor would refuse; "" if it would not."""
    is_there = name in secrets
    if action in {"delete", "block"}:
        return "" if is_there else "no such secret"
    if (action == "create" and is_there) or (action == "replace" and not is_there):
        return "it is there" if is_there else "no such secret"
    kind = os.readlink("/proc/self/fd/0").split(":")[0]
    if action != "remove-file" and (action == "set-memory") != (kind == "/memfd"):
        return f"standard input is a {kind}"
    return "" if taken or action == "remove-file" else "nothing to read"


def read_pairs(action: str, name: str, taken: bytes) -> dict[str, bytes]:
    """Return the values of an input by name."""
    if action in {"set-lines", "set-memory"}:
        rows = [line.partition(b"=") for line in taken.splitlines()]
        return {key.decode(): value for key, _, value in rows}
    if action == "set-object":
        return {key: value.encode() for key, value in json.loads(taken).items()}
    if action == "apply":
        return {json.loads(taken)["metadata"]["name"]: taken}
    return {name: taken}


def put(secrets: dict[str, Any], name: str, value: bytes) -> None:
    version = secrets.get(name, {}).get("version", 0) + 1
    secrets[name] = {"digest": digest_of(value), "version": version}


def digest_of(value: bytes) -> str:
    import hashlib

    return hashlib.sha256(value).hexdigest()


def change_file(action: str, name: str, taken: bytes) -> None:
    """Be pass or systemd-creds: what is encrypted is another text each time."""
    sealed = f"{digest_of(taken)} {os.urandom(16).hex()}\n"
    if action == "seal":
        sys.stdout.write(sealed)
        return
    path = f"{os.environ['PASSWORD_STORE_DIR']}/{name}.gpg"
    if action == "remove-file":
        os.remove(path)
        return
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(sealed)


NOTHING = {
    "version": (1, "ERROR: (gcloud.secrets.versions.list) NOT_FOUND: Secret [{}] not found"),
    "aws": (254, "An error occurred (ResourceNotFoundException): can't find the secret {}"),
    "vault": (2, "No value found at secret/metadata/{}"),
}


def show(form: str, secrets: dict[str, Any], name: str) -> int:
    """Print names as the vendor does; values never, but for the one that really does."""
    one = secrets.get(name)
    if one is None and form in NOTHING:
        code, says = NOTHING[form]
        sys.stderr.write(says.format(name) + "\n")
        return code
    if form in {"version", "aws", "vault", "columns"}:
        show_one(form, name, one)
        return 0
    rows = [(key, one["version"], one["digest"]) for key, one in secrets.items()]
    lines = [LINES[form](*row) for row in rows]
    if form in {"docker", "podman"}:
        sys.stdout.write("".join(f"{line}\n" for line in lines))
    elif form == "railway":
        print(json.dumps({key: "a-value-of-somebody" for key, _version, _digest in rows}))
    else:
        print(json.dumps({"envs": lines} if form == "vercel" else lines))
    return 0


LINES: dict[str, Callable[[str, int, str], object]] = {
    "gh": lambda key, version, _: {"name": key, "updatedAt": f"2026-03-03T12:00:{version:02d}Z"},
    "wrangler": lambda key, _version, _: {"name": key, "type": "secret_text"},
    "gcp": lambda key, _version, _: {"name": f"projects/1/secrets/{key}"},
    "ssm": lambda key, version, _: {"Name": f"/x/{key}", "Version": version},
    "fly": lambda key, _version, digest: {"Name": key, "Digest": digest[:16]},
    "railway": lambda key, _version, _: key,
    "vercel": lambda key, version, _: {"key": key, "updatedAt": version},
    "supabase": lambda key, _version, digest: {"name": key, "value": digest},
    "docker": lambda key, version, digest: json.dumps(
        {"ID": f"{digest[:20]}{version:05d}", "Name": key}
    ),
    "podman": lambda key, version, digest: f"{key}\t{digest[:20]}{version:05d}",
}


def show_one(form: str, name: str, one: dict[str, Any] | None) -> None:
    if form == "columns":
        sys.stdout.write(f"{name}   {one['version']}\n" if one else "")
        return
    assert one is not None
    version = one["version"]
    deleted = {"DeletedDate": one["deleted"]} if "deleted" in one else {}
    shapes: dict[str, object] = {
        "version": [{"name": f"projects/1/secrets/{name}/versions/{version}"}],
        "aws": {
            "Name": name,
            "VersionIdsToStages": {f"v{version}": ["AWSCURRENT"]},
            **deleted,
        },
        "vault": {"data": {"current_version": version}},
    }
    print(json.dumps(shapes[form]))


if __name__ == "__main__":
    sys.exit(main())
