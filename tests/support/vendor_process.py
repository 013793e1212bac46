"""An imitation of the vendors' commands that writes down all that it is given; run as a program.

tests.support.vendors copies this file into a folder of a PATH, once under the name of each command.
It accepts the command lines below and no other, keeps a digest of each value in place of the value,
and appends what it saw to calls.jsonl in the folder above. faults.json there says how it misbehaves.
Of the standard library it needs little: it is started a thousand times.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time

HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOOL = os.path.basename(__file__)

# Command lines as the vendors document them. <x> is a word, [ ] a part that can be left out; what
# follows -> is what it does.
GRAMMAR = r"""
gh auth status --active -> say-login
gh secret list -R <a> [-e <b>] --json name,updatedAt -> list-gh
gh secret set -f - -R <a> [-e <b>] -> set-lines
gh secret delete <name> -R <a> [-e <b>] -> delete
wrangler secret list --name <a> [--env <b>] --format json -> list-wrangler
wrangler secret bulk --name <a> [--env <b>] -> set-object
wrangler secret delete <name> --name <a> [--env <b>] -> delete
gcloud auth list --filter=status:ACTIVE --format=value(account) -> say-login
gcloud secrets versions list <name> --project=<a> --limit=1 --format=json(name) -> list-version
gcloud secrets list --project=<a> --format=json(name) -> list-gcp
gcloud secrets create <name> --project=<a> --replication-policy=automatic --labels=managed-by=twauth --data-file=- -> create
gcloud secrets versions add <name> --project=<a> --data-file=- -> replace
gcloud secrets delete <name> --project=<a> --quiet -> delete
firebase functions:secrets:set <name> --data-file - --project <a> --non-interactive -> set-firebase
firebase functions:secrets:destroy <name> --force --project <a> --non-interactive -> delete
aws sts get-caller-identity --output json [--region <r>] [--profile <p>] -> say-login
aws secretsmanager describe-secret --output json --secret-id <name> [--region <r>] [--profile <p>] -> list-aws
aws secretsmanager create-secret --output json --name <name> --tags Key=managed-by,Value=twauth --secret-string file:///dev/stdin [--region <r>] [--profile <p>] -> create
aws secretsmanager put-secret-value --output json --secret-id <name> --secret-string file:///dev/stdin [--region <r>] [--profile <p>] -> replace
aws secretsmanager delete-secret --output json --secret-id <name> [--region <r>] [--profile <p>] -> block
aws ssm get-parameters-by-path --output json --path <a> --no-with-decryption --query <q> [--region <r>] [--profile <p>] -> list-ssm
aws ssm put-parameter --output json --type SecureString --name <name> --tags Key=managed-by,Value=twauth --value file:///dev/stdin [--region <r>] [--profile <p>] -> create
aws ssm put-parameter --output json --type SecureString --name <name> --overwrite --value file:///dev/stdin [--region <r>] [--profile <p>] -> replace
aws ssm delete-parameter --name <name> [--region <r>] [--profile <p>] -> delete
fly secrets list -a <a> --json -> list-fly
fly secrets import -a <a> --stage -> set-lines
fly secrets unset <name> -a <a> --stage -> delete
railway whoami -> say-login
railway variable list -s <s> -e <e> -p <a> --json -> list-railway
railway variable set <name> --stdin -s <s> -e <e> -p <a> --json --skip-deploys -> set
railway variable delete <name> -s <s> -e <e> -p <a> --json -> delete
vercel whoami -> say-login
vercel env ls <a> --json --project <p> [--scope <t>] --non-interactive -> list-vercel
vercel env add <name> <a> --project <p> [--scope <t>] --sensitive --yes --non-interactive -> create
vercel env add <name> <a> --project <p> [--scope <t>] --sensitive --force --yes --non-interactive -> replace
vercel env rm <name> <a> --project <p> [--scope <t>] --yes --non-interactive -> delete
supabase secrets list --project-ref <a> --output json -> list-supabase
supabase secrets set --project-ref <a> --env-file /dev/stdin -> set-memory
supabase secrets unset <name> --project-ref <a> --yes -> delete
kubectl [--context <c>] -n <a> get secret <name> --ignore-not-found -o custom-columns=:.metadata.name,:.metadata.resourceVersion --no-headers -> list-columns
kubectl [--context <c>] -n <a> apply --server-side --field-manager=twauth-<name> -f - -> apply
kubectl [--context <c>] -n <a> delete secret <name> -> delete
docker secret ls --format json -> list-docker
docker secret create --label managed-by=twauth <name> - -> create
docker secret rm <name> -> delete
podman secret ls --noheading --format <f> -> list-podman
podman secret create --label managed-by=twauth <name> - -> create
podman secret rm <name> -> delete
bao token lookup -format=json -> say-login
bao kv metadata get -format=json -mount=<a> <name> -> list-vault
bao kv put -format=json -mount=<a> -cas=0 <name> - -> create
bao kv put -format=json -mount=<a> <name> - -> set
bao kv metadata delete -mount=<a> <name> -> delete
pass insert --multiline --force <name> -> store-file
pass rm --force <name> -> remove-file
systemd-creds encrypt --name=<name> - - -> seal
"""

LOGINS = {
    "gh": "  ✓ Logged in to github.com account fernwick (keyring)",
    "gcloud": "fernwick@example.com",
    "aws": '{\n    "UserId": "A",\n    "Arn": "arn:aws:iam::1:user/fernwick"\n}',
    "railway": "Logged in as Fernwick (f@example.com) 👋",
    "vercel": "fernwick",
    "bao": '{"data": {"display_name": "token-fernwick"}}',
}


def main() -> int:
    """Record the call, and do what the command would do."""
    taken = sys.stdin.buffer.read()
    words = sys.argv[1:]
    record(words, taken)
    fault = read_json("faults.json").get(TOOL, {})
    if fault.get("only") and fault["only"] not in " ".join(words):
        fault = {}
    if "says" in fault:
        sys.stderr.write(fault["says"].replace("{stdin}", taken.decode()))
        return int(fault.get("code", 1))
    if "child" in fault:  # it leaves a process behind that holds the pipes
        child = subprocess.Popen(["sleep", "600"], start_new_session=fault["child"] == "escaped")
        note_process(child.pid)
    if "hang" in fault:
        note_process(os.getpid())
        signal.pause()
    if "flood" in fault:
        os.write(1, b"x" * fault["flood"])
    if TOOL in {"ssh"}:
        return run_remote(words, taken)
    action, values = parse(words)
    if "lie" in fault and not action.startswith(("list", "say")):
        return 0
    code = act(action, values, taken)
    if "kill" in fault:
        os.kill(os.getppid(), signal.SIGKILL)
    return code


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


def read_json(name: str) -> dict:
    try:
        with open(f"{HOME}/{name}") as file:
            return json.load(file)
    except FileNotFoundError:
        return {}


def write_json(name: str, value: dict) -> None:
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
            done = subprocess.run(["/bin/sh", "-c", command], input=taken)
            return done.returncode
        case _:
            return refuse()


def refuse() -> int:
    sys.stderr.write(f"{TOOL}: unknown command line: {sys.argv[1:]}\n")
    raise SystemExit(2)


def parse(words: list[str]) -> tuple[str, dict]:
    """Return what to do, and the words that stand for something."""
    line = "\0".join([TOOL, *words]) + "\0"
    for row in GRAMMAR.strip().splitlines():
        pattern, _, action = row.partition(" -> ")
        found = re.fullmatch(to_regex(pattern), line)
        if found:
            return action, found.groupdict()
    refuse()
    raise AssertionError


def to_regex(pattern: str) -> str:
    parts = []
    for word in re.findall(r"\[[^]]*\]|\S+", pattern):
        if word.startswith("["):
            parts.append(f"(?:{to_regex(word[1:-1])})?")
        else:
            pieces = re.split(r"(<\w+>)", word)
            parts += [f"(?P<{one[1:-1]}>[^\0]+)" if one[:1] == "<" else re.escape(one) for one in pieces]
            parts.append("\0")
    return "".join(parts)


def act(action: str, values: dict, taken: bytes) -> int:
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


def change(action: str, secrets: dict, name: str, taken: bytes) -> int:
    if action == "delete":
        if secrets.pop(name, None) is None:
            sys.stderr.write(f"no such secret: {name}\n")
            return 1
        return 0
    if action == "block":
        secrets[name]["deleted"] = 1780000000
        return 0
    if action == "create" and name in secrets or action == "replace" and name not in secrets:
        sys.stderr.write(f"{name}: wrong call: {'there' if name in secrets else 'not there'}\n")
        return 1
    if not taken:
        sys.stderr.write("nothing to read\n")
        return 1
    pairs = {name: taken}
    kind = os.readlink("/proc/self/fd/0").split(":")[0]
    if (action == "set-memory") != (kind == "/memfd"):
        sys.stderr.write(f"standard input is a {kind}\n")
        return 1
    if action in {"set-lines", "set-memory"}:
        rows = [line.partition(b"=") for line in taken.splitlines()]
        pairs = {key.decode(): value for key, _, value in rows}
    elif action == "set-object":
        pairs = {key: value.encode() for key, value in json.loads(taken).items()}
    elif action == "apply":
        pairs = {json.loads(taken)["metadata"]["name"]: taken}
    elif action in {"store-file", "remove-file", "seal"}:
        return change_file(action, name, taken)
    for key, value in pairs.items():
        put(secrets, key, value)
        if action == "set-object":
            print(f"✨ Successfully created secret for key: {key}")
    if action == "set-firebase":
        print(f"✔  Created a new secret version projects/1/secrets/{name}/versions/1")
    return 0


def put(secrets: dict, name: str, value: bytes) -> None:
    version = secrets.get(name, {}).get("version", 0) + 1
    secrets[name] = {"digest": hashlib.sha256(value).hexdigest(), "version": version}


def change_file(action: str, name: str, taken: bytes) -> int:
    """Be pass or systemd-creds: what is encrypted is another text each time."""
    sealed = hashlib.sha256(taken).hexdigest() + f" {time.time_ns()}\n"
    if action == "seal":
        sys.stdout.write(sealed)
        return 0
    path = f"{os.environ['PASSWORD_STORE_DIR']}/{name}.gpg"
    if action == "remove-file":
        os.remove(path)
        return 0
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(sealed)
    return 0


def show(form: str, secrets: dict, name: str) -> int:
    """Print names as the vendor does."""
    rows = [(key, one["version"], one["digest"], one.get("deleted")) for key, one in secrets.items()]
    asked = [row for row in rows if row[0] == name]
    stamp = "2026-03-03T12:00:{:02d}Z".format
    if form in {"version", "aws", "vault"} and not asked:
        says = {
            "version": f"ERROR: (gcloud.secrets.versions.list) NOT_FOUND: Secret [{name}] not found",
            "aws": "An error occurred (ResourceNotFoundException): can't find the specified secret",
            "vault": f"No value found at secret/metadata/{name}",
        }
        sys.stderr.write(says[form] + "\n")
        return {"aws": 254, "vault": 2}.get(form, 1)
    key, version, _digest, deleted = asked[0] if asked else ("", 0, "", None)
    shapes = {
        "gh": lambda: [{"name": k, "updatedAt": stamp(v)} for k, v, _d, _x in rows],
        "wrangler": lambda: [{"name": k, "type": "secret_text"} for k, _v, _d, _x in rows],
        "version": lambda: [{"name": f"projects/1/secrets/{key}/versions/{version}"}],
        "gcp": lambda: [{"name": f"projects/1/secrets/{k}"} for k, _v, _d, _x in rows],
        "aws": lambda: {
            "Name": key,
            "VersionIdsToStages": {f"v{version}": ["AWSCURRENT"]},
            **({"DeletedDate": deleted} if deleted else {}),
        },
        "ssm": lambda: [{"Name": f"/x/{k}", "Version": v} for k, v, _d, _x in rows],
        "fly": lambda: [{"Name": k, "Digest": d[:16]} for k, _v, d, _x in rows],
        "railway": lambda: {k: "foreign-value-of-somebody" for k, _v, _d, _x in rows},
        "vercel": lambda: {"envs": [{"key": k, "updatedAt": v} for k, v, _d, _x in rows]},
        "supabase": lambda: [{"name": k, "value": d} for k, _v, d, _x in rows],
        "vault": lambda: {"data": {"current_version": version}},
    }
    if form in shapes:
        print(json.dumps(shapes[form]()))
    for k, v, d, _x in rows if form == "docker" else []:
        print(json.dumps({"ID": f"{d[:20]}{v:05d}", "Name": k}))
    for k, v, d, _x in rows if form == "podman" else []:
        print(f"{k}\t{d[:20]}{v:05d}")
    if form == "columns" and asked:
        print(f"{key}   {version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
