#!/usr/bin/env python3
"""Writes a content folder with a code system of any size: a hierarchy, displays, designations, properties.

    huge_code_system.py FOLDER [--codes 1000000] [--from terminology]

The other files, which the service needs, are those of `--from`. The system is urn:example:huge, version 1: code C0000000 and
on, each with a display; ten are children of each, by nesting or by the property parent.
"""
import argparse
import hashlib
import json
import pathlib
import shutil

HEAD = {"resourceType": "CodeSystem", "id": "huge", "url": "urn:example:huge", "version": "1", "name": "Huge", "title": "Huge",
        "status": "active", "experimental": True, "caseSensitive": True, "hierarchyMeaning": "is-a", "content": "complete",
        "property": [{"code": "parent", "type": "code"}, {"code": "kind", "type": "code"}, {"code": "serial", "type": "string"}]}
WORDS = ["acute", "chronic", "left", "right", "upper", "lower", "primary", "secondary", "benign", "malignant"]


def code(number):
    return f"C{number:07}"


def concept(number):
    words = " ".join(WORDS[int(digit)] for digit in str(number)[-4:])
    properties = [{"code": "kind", "valueCode": WORDS[number % 10]}, {"code": "serial", "valueString": f"S/{number * 7919}"}]
    if number:
        properties.insert(0, {"code": "parent", "valueCode": code((number - 1) // 10)})
    entry = {"code": code(number), "display": f"Condition {number} {words}", "property": properties}
    if number % 4 == 0:
        entry["designation"] = [{"language": "es", "value": f"Condición {number}"}]
    return entry


def write_system(path, codes):
    with path.open("w", encoding="utf-8") as file:
        file.write(json.dumps(HEAD, ensure_ascii=False)[:-1] + ',"concept":[\n')
        for number in range(codes):
            file.write((",\n" if number else "") + json.dumps(concept(number), ensure_ascii=False, separators=(",", ":")))
        file.write("\n]}\n")


def write_content(folder, codes, source):
    folder, source = pathlib.Path(folder), pathlib.Path(source)
    shutil.copytree(source, folder, dirs_exist_ok=True)
    path = folder / "codesystems/huge.json"
    write_system(path, codes)
    manifest = json.loads((folder / "manifest.json").read_text())
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    like = next(entry for entry in manifest["files"] if entry["kind"] == "code-system")
    manifest["files"].append({key: like[key] for key in ("kind", "licence", "source", "asOf")} |
                             {"path": "codesystems/huge.json", "sha256": digest})
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1))
    return path.stat().st_size


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--codes", type=int, default=1_000_000)
    parser.add_argument("--from", dest="source", default=pathlib.Path(__file__).resolve().parents[2] / "terminology")
    options = parser.parse_args()
    print(write_content(options.folder, options.codes, options.source))
