#!/usr/bin/env python3
"""Writes a content folder with as many NCCI pairs as the tables of CMS have, beside what another folder holds.

    ncci_table.py FOLDER [--pairs 2000000] [--from terminology]

The codes are made up (five digits, none of the content's), and so are the pairs between them; the seed is fixed. Codes with
real pairs keep them.
"""
import argparse
import hashlib
import json
import pathlib
import random
import shutil

CODES = 9000
FIRST = 10000
PATH, CODES_PATH = "relations/ncci-made-up.csv", "external-codes.csv"


def made_up_codes(known):
    codes = [f"{number}" for number in range(FIRST, FIRST + CODES + len(known)) if f"{number}" not in known]
    return codes[:CODES]


def write_pairs(path, codes, pairs):
    dice = random.Random(20261127)
    header = "from-system,from,kind,to-system,to,period-start,period-end,indicator,setting,note,source,as-of,verification\n"
    each = pairs // len(codes) + 1
    written = 0
    with path.open("w", encoding="utf-8") as file:
        file.write(header)
        for first in codes:
            for second in dice.sample(codes, min(each + 1, len(codes))):
                if second == first or written == pairs:
                    continue
                indicator = dice.choice("01")
                setting = dice.choice(("practitioner", "outpatient"))
                file.write(f"cpt,{first},ncci-bundles,cpt,{second},2024-07-01,,{indicator},{setting},made up,PTP24P,,\n")
                written += 1
    return written


def write_content(folder, pairs, source):
    folder, source = pathlib.Path(folder), pathlib.Path(source)
    shutil.copytree(source, folder, dirs_exist_ok=True)
    external = (folder / CODES_PATH).read_text(encoding="utf-8")
    codes = made_up_codes({line.split(",")[1] for line in external.splitlines()[1:]})
    (folder / CODES_PATH).write_text(external + "".join(f"cpt,{code},procedure\n" for code in codes), encoding="utf-8")
    written = write_pairs(folder / PATH, codes, pairs)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    like = next(entry for entry in manifest["files"] if entry["path"] == "relations/ncci-ptp-practitioner-2024q3.csv")
    manifest["files"].append(like | {"path": PATH})
    for entry in manifest["files"]:
        if entry["path"] in (PATH, CODES_PATH):
            with (folder / entry["path"]).open("rb") as file:
                entry["sha256"] = hashlib.file_digest(file, "sha256").hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return written


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--pairs", type=int, default=2_000_000)
    parser.add_argument("--from", dest="source", default=pathlib.Path(__file__).resolve().parents[2] / "terminology")
    options = parser.parse_args()
    print(f"{write_content(options.folder, options.pairs, options.source)} pairs")
