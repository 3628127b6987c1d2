"""Transcripts of an outside client: what it asked, with which status it was answered, and what the answers must hold."""
import hashlib
import json
import pathlib
import shutil

ROOT = pathlib.Path(__file__).resolve().parents[2]
# What makes an answer right; the rest may change with the content.
PARAMETERS = ("result", "code", "system", "version", "message", "name")
OF_RESOURCE = ("resourceType", "url", "version", "content", "status", "fhirVersion")
VALUE_SET = {"resourceType": "ValueSet", "id": "infusion-codes", "url": "https://chemoterm.example/fhir/ValueSet/infusion-codes",
             "version": "1.0.0", "name": "InfusionCodes", "title": "Infusions", "status": "active",
             "compose": {"include": [{"system": "http://www.ama-assn.org/go/cpt",
                                      "concept": [{"code": code} for code in ("96413", "96415", "96416", "96417")]}]}}


def content_with_value_set(folder):
    """The content and the value set of the transcripts; returns the folder."""
    shutil.copytree(ROOT / "terminology", folder)
    path = "valuesets/infusion-codes.json"
    text = json.dumps(VALUE_SET, indent=2)
    (folder / path).write_text(text, encoding="utf-8")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"].append({"path": path, "kind": "value-set", "sha256": hashlib.sha256(text.encode()).hexdigest(),
                              "licence": "Apache-2.0", "source": "editorial", "asOf": "2026-11-22"})
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def request_of(exchange):
    """A request as one text."""
    body = exchange.get("body")
    return f"{exchange['method']} {exchange['path']}" + (f" {json.dumps(body, sort_keys=True)}" if body else "")


def essence(answer):
    """The part of an answer that makes it right."""
    if answer["resourceType"] == "Parameters":
        kept = [each for each in answer["parameter"] if each["name"] in PARAMETERS]
        kept += [{"name": "issues", "resource": essence(each["resource"])} for each in answer["parameter"] if each["name"] == "issues"]
        return {"resourceType": "Parameters", "parameter": kept}
    if answer["resourceType"] == "OperationOutcome":
        return {"resourceType": "OperationOutcome", "issue": [
            {key: issue[key] for key in ("severity", "code", "details") if key in issue} for issue in answer["issue"]]}
    if answer["resourceType"] == "Bundle":
        kept = {"resourceType": "Bundle", "type": answer["type"], "total": answer["total"]}
        entries = [{"resource": {key: each["resource"][key] for key in OF_RESOURCE if key in each["resource"]}}
                   for each in answer.get("entry", [])]
        return {**kept, "entry": entries} if entries else kept
    return {key: answer[key] for key in OF_RESOURCE if key in answer and key != "version"}


def holds(expected, actual):
    """True when `actual` has all that is expected: members of an object, elements of an array."""
    if isinstance(expected, dict):
        return isinstance(actual, dict) and all(key in actual and holds(value, actual[key]) for key, value in expected.items())
    if isinstance(expected, list):
        return isinstance(actual, list) and all(any(holds(value, each) for each in actual) for value in expected)
    return expected == actual


def compare(expected, actual):
    """Raises when an exchange is not what it should be."""
    assert actual["status"] == expected["status"], f"{actual['status']}, not {expected['status']}: {json.dumps(actual['answer'])[:500]}"
    assert holds(expected["answer"], actual["answer"]), \
        f"expected {json.dumps(expected['answer'])}, got {json.dumps(actual['answer'])[:1500]}"


def read(file):
    """Request -> exchange."""
    return {request_of(each): each for each in json.loads(file.read_text(encoding="utf-8"))}


def write(file, exchanges):
    """Each request once, in the order in which they were made."""
    once = {}
    for each in exchanges:
        once.setdefault(request_of(each), {**each, "answer": essence(each["answer"])})
    file.write_text("[\n" + ",\n".join(json.dumps(each) for each in once.values()) + "\n]\n", encoding="utf-8")
