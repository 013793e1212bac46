"""Write a bundle's components as a software bill of materials in CycloneDX 1.6."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from licences.components import BundleComponent, ContainedPart
from twauth_gui.services.licences import SOURCE_PROPERTY, TEXT_PROPERTY


def render_sbom(
    project: BundleComponent,
    components: Sequence[BundleComponent],
    bundle: Path,
    *,
    timestamp: int,
) -> str:
    """Return the bill of materials of a bundle as JSON, the same for the same files.

    project: Twauth itself, what the bill is of. timestamp: in seconds since 1970.

    Raises:
        ValueError: it does not follow CycloneDX's schema.
    """
    others = [one for one in components if one is not project]
    bill: dict[str, Any] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(timestamp, tz=UTC).isoformat(),
            "component": _describe(project, bundle, "application"),
        },
        "components": [_describe(one, bundle, "library") for one in others],
        "dependencies": [{"ref": project.purl, "dependsOn": [one.purl for one in others]}],
    }
    return _finish(bill)


def extend_sbom(text: str, component: BundleComponent, bundle: Path) -> str:
    """Return a bill of materials with one component more, which the others do not depend on."""
    bill = json.loads(text)
    bill["components"].append(_describe(component, bundle, "library"))
    bill["dependencies"][0]["dependsOn"].append(component.purl)
    return _finish(bill)


def _finish(bill: dict[str, Any]) -> str:
    """Number the bill by what it says, check it, and return it as JSON."""
    bill.pop("serialNumber", None)
    bill["serialNumber"] = uuid5(NAMESPACE_URL, json.dumps(bill)).urn
    text = json.dumps(bill, indent=1, ensure_ascii=False)
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if problem is not None:
        raise ValueError(f"The bill of materials is not valid: {problem}")
    return f"{text}\n"


def _describe(component: BundleComponent, bundle: Path, kind: str) -> dict[str, Any]:
    properties = [{"name": TEXT_PROPERTY, "value": name} for name in component.texts]
    return {
        **_describe_common(component, component.purl, kind),
        "properties": [*properties, *_describe_source(component)],
        "components": [
            *(_describe_part(one, component.purl) for one in component.parts),
            *(_describe_file(one, bundle) for one in sorted(component.files)),
        ],
    }


def _describe_part(part: ContainedPart, whole: str) -> dict[str, Any]:
    reference = f"{whole}#{part.purl or part.name}"
    common = _describe_common(part, reference, "library")
    return {**common, "properties": _describe_source(part)}


def _describe_common(
    work: BundleComponent | ContainedPart, reference: str, kind: str
) -> dict[str, Any]:
    optional = {"version": work.version, "purl": work.purl}
    return {
        "type": kind,
        "bom-ref": reference,
        "name": work.name,
        **{key: value for key, value in optional.items() if value},
        "licenses": [{"expression": work.licence}],
    }


def _describe_source(work: BundleComponent | ContainedPart) -> list[dict[str, str]]:
    return [{"name": SOURCE_PROPERTY, "value": work.source}] if work.source else []


def _describe_file(name: str, bundle: Path) -> dict[str, Any]:
    with (bundle / name).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "type": "file",
        "bom-ref": f"file:{name}",
        "name": name,
        "hashes": [{"alg": "SHA-256", "content": digest}],
    }
