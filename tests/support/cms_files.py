#!/usr/bin/env python3
"""Writes tables in the layouts in which CMS publishes them: the rows of our own tables, and made-up ones between them.

    cms_files.py pfs|gpci|ncci|mue|addon|hcpcs FILE [--year 2026] [--setting practitioner] [--made-up 3000] [--csv]

The layouts are those of the published files, with their oddities: notices, headers over several lines, blank lines, CRLF,
thousands separators, quotes, notes behind the rows. Codes that are made up are none of the content's, and so are their
rows; the seed is fixed. Every description has DESCRIPTOR in it: none may get into the content.
"""
import argparse
import csv
import io
import json
import pathlib
import random

CONTENT = pathlib.Path(__file__).resolve().parents[2] / "terminology"
DESCRIPTOR = "Descriptor of another, 1 unit"
NOTICE = "CPT codes, descriptions and other data only are copyright 2025 American Medical Association. All rights reserved."


def rows_of(name):
    with (CONTENT / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def known_codes():
    codes = {concept["code"] for concept in json.loads((CONTENT / "codesystems/cpt.json").read_text())["concept"]}
    return codes | {row["code"] for row in rows_of("external-codes.csv")}


def made_up_codes(count):
    """Codes of CPT's form that the content does not have, in their order."""
    known = known_codes()
    codes = (f"{number}" for number in range(10000, 90000, max(1, 79000 // max(count, 1))))
    return [code for code in codes if code not in known][:count]


def csv_text(rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def padded(cells, width):
    return [*cells, *[""] * (width - len(cells))]


FEE_HEADER = [
    "|||HCPCS", "|||MOD", "|||DESCRIPTION", "||STATUS|CODE", "NOT USED|FOR|MEDICARE|PAYMENT", "||WORK|RVU", "||NON-FAC|PE RVU",
    "|NON-FAC|NA|INDICATOR", "||FACILITY|PE RVU", "|FACILITY|NA|INDICATOR", "||MP|RVU", "||NON-FACILITY|TOTAL", "||FACILITY|TOTAL",
    "||PCTC|IND", "||GLOB|DAYS", "||PRE|OP", "||INTRA|OP", "||POST|OP", "||MULT|PROC", "||BILAT|SURG", "||ASST|SURG", "||CO-|SURG",
    "||TEAM|SURG", "||ENDO|BASE", "||CONV|FACTOR", "PHYSICIAN|SUPERVISION OF|DIAGNOSTIC|PROCEDURES", "||CALCULATION|FLAG",
    "DIAGNOSTIC|IMAGING|FAMILY|INDICATOR"]
FACTOR = 24  # its column


def fee_cells(row):
    """The cells of one of our rows; figures that do not apply are published all the same, with an indicator."""
    def value(column, otherwise="0.00"):
        return otherwise if row[column] in ("NA", "") else row[column]

    def indicator(column):
        return "NA" if row[column] == "NA" and not unpriced else ""
    unpriced = row["rvu-work"] == "NA"
    otherwise = "0.00" if unpriced else "1.11"
    return [row["code"], "", DESCRIPTOR, "C" if unpriced else "A", "", value("rvu-work"), value("rvu-pe-nonfacility", otherwise),
            indicator("rvu-total-nonfacility"), value("rvu-pe-facility", otherwise), indicator("rvu-total-facility"), value("rvu-mp"),
            value("rvu-total-nonfacility", otherwise), value("rvu-total-facility", otherwise), "0", "XXX", "0.00", "0.00", "0.00", "0",
            "0", "0", "0", "0", "", row.get("conversion-factor", "NA").replace("NA", "33.4009"), "09", "0", "99"]


def fees(year=2026, made_up=3000):
    shipped = rows_of(f"figures/pfs-{year}.csv")
    with_factor = "conversion-factor" in shipped[0]
    dice = random.Random(20261127)
    rows = [fee_cells(row) for row in shipped]
    for code in made_up_codes(made_up):
        numbers = [f"{dice.uniform(0, 3000):,.2f}" for _ in range(6)]
        rows.append([code, "", DESCRIPTOR, "A", "", numbers[0], numbers[1], dice.choice(("", "NA")), numbers[2], dice.choice(("", "NA")),
                     *numbers[3:], "0", "010", "0.10", "0.80", "0.10", "2", "0", "0", "0", "0", "", "33.4009", "09", "0", "99"])
        if code.endswith("1"):
            rows.append([*rows[-1][:1], "26", *rows[-1][2:]])
    width = len(FEE_HEADER)
    lines = [padded(["", "", notice], width) for notice in (
        f"{year} National Physician Fee Schedule Relative Value File July Release", NOTICE, " ", f"RELEASED 06/30/{year}")]
    lines += [list(names) for names in zip(*(name.split("|") for name in FEE_HEADER))]
    lines += sorted(rows, key=lambda cells: cells[:2])
    lines += [padded([], width), padded(["", "", "Note: values of the made-up codes are made up."], width)]
    if not with_factor:
        lines = [[*cells[:FACTOR], *cells[FACTOR + 1:]] for cells in lines]
    return csv_text(lines)


LOCALITIES = [("10112", "AL", "00", "ALABAMA", "1.000", "0.875", "0.566"), ("02102", "AK", "01", "ALASKA*", "1.500", "1.065", "0.551"),
              ("03102", "AZ", "00", "ARIZONA", "1.000", "0.969", "0.856"),
              ("01112", "CA", "51", "SAN FRANCISCO-OAKLAND-BERKELEY (MARIN CNTY), NORTH", "1.095", "1.410", "0.459")]


def localities(year=2026, made_up=100):
    dice = random.Random(20261127)
    rows = list(LOCALITIES)
    for number in range(made_up):
        rows.append((f"{20000 + number}", "ZZ", f"{number % 100:02}", f"PLACE {number}",
                     *[f"{dice.uniform(0.3, 2):.3f}" for _ in range(3)]))
    head = [padded([f"ADDENDUM E. FINAL CY {year} GEOGRAPHIC PRACTICE COST INDICES (GPCIs) BY STATE AND LOCALITY"], 7), padded([], 7),
            ["Administrative Contractor (MAC)", "State", "Locality Number", "Locality Name", f"{year} PW GPCI (with 1.0 Floor)***",
             f"{year} PE GPCI", f"{year} MP GPCI"]]
    notes = [padded([], 7), padded(["* The work index has a floor of 1.5.", ], 7), padded(["*** Rounded to three places."], 7)]
    return csv_text([*head, *rows, *notes])


PAIR_HEADER = [("CPT only copyright 2025 American Medical Association.  All rights reserved.",), ("Column1/Column2 Edits",),
               ("Column 1", "Column 2", "*=in existence", "Effective", "Deletion", "Modifier", "PTP Edit Rationale"),
               ("", "", "prior to 1996", "Date", "Date", "0=not allowed", ""), ("", "", "", "", "*=no data", "1=allowed", ""),
               ("", "", "", "", "", "9=not applicable", "")]


def pair_rows(setting, made_up):
    """Our pairs, then made-up ones; a generator, since there can be millions."""
    for row in rows_of(f"relations/ncci-ptp-{setting}-2024q3.csv"):
        yield (row["from"], row["to"], "", row["period-start"].replace("-", ""), row["period-end"].replace("-", "") or "*",
               row["indicator"], row["note"])
    codes = made_up_codes(min(9000, max(made_up, 2)))
    dice = random.Random(20261127)
    written = 0
    for step in range(1, len(codes)):
        for at, first in enumerate(codes):
            if written == made_up:
                return
            written += 1
            ended = dice.random() < 0.1
            yield (first, codes[(at + step) % len(codes)], dice.choice(("", "*")), "19960101", "20101231" if ended else "*",
                   dice.choice("019"), "Standards of medical / surgical practice")


def pairs(setting="practitioner", made_up=3000, as_csv=False):
    if as_csv:
        header = ["Column 1", "Column 2", "*=in existence prior to 1996", "Effective Date", "Deletion Date\n*=no data",
                  "Modifier\n0=not allowed\n1=allowed\n9=not applicable", "PTP Edit Rationale"]
        return csv_text([padded([NOTICE], 7), header, *pair_rows(setting, made_up)])
    lines = [*PAIR_HEADER, *pair_rows(setting, made_up)]
    return "\r\n".join("\t".join(cells) for cells in lines) + "\r\n"


ADJUDICATIONS = {"1": "1 Line Edit", "2": "2 Date of Service Edit: Policy", "3": "3 Date of Service Edit: Clinical"}


def units(setting="practitioner", made_up=3000):
    dice = random.Random(20261127)
    rows = [(row["code"], row[f"mue-{setting}"], ADJUDICATIONS[row["mue-mai"]], "Clinical: Data")
            for row in rows_of(f"figures/mue-{setting}-2024q3.csv")]
    rows += [(code, f"{dice.choice((0, 1, 20, 1200)):,}", dice.choice(list(ADJUDICATIONS.values())), "Nature of Service, Procedure")
             for code in made_up_codes(made_up)]
    title = {"practitioner": "Practitioner Services MUE Values", "outpatient": "Outpatient Hospital Services MUE Values"}[setting]
    return csv_text([padded([NOTICE], 4), ("HCPCS/\nCPT Code", title, "MUE Adjudication Indicator", "MUE Rationale"), *sorted(rows)])


def add_ons(made_up=3000):
    dice = random.Random(20261127)
    rows = [(row["from"], "", row["to"], "", row["period-start"].replace("-", ""), row["period-end"].replace("-", ""), "1", DESCRIPTOR)
            for row in rows_of("relations/add-on-2024q3.csv")]
    codes = made_up_codes(max(made_up, 2))
    for at, code in enumerate(codes[:made_up]):
        primary = "CCCCC" if at % 10 == 0 else codes[at - 1]
        rows.append((code, "", primary, "", "2013001", dice.choice(("", "20201231")), dice.choice("123"), DESCRIPTOR))
    header = ("Add-On_Code", "AOC_Del_Dt", "Primary_Code", "Primary_Code_Del_Dt", "AOC_Edit_Eff_Dt", "AOC_Edit_Del_Dt", "AOC_Edit_Type",
              "Special_Instruction/Notes")
    return csv_text([header, *rows])


def hcpcs_records(made_up):
    """(code, sequence, kind, description, short description, coverage, added, ended); made-up codes begin with B."""
    yield ("99999", "3", DESCRIPTOR, "Descriptor of another", "C", "20000101", "")
    for number in range(min(made_up, 10000)):
        code, ended = f"B{number:04}", "20201231" if number % 7 == 0 else ""
        yield (code, "3", f"Made-up supply number {number}, of", f"Supply {number}", "D", "19860101", ended)
        yield (code, "4", f"which one unit is {number + 1} pieces", "", "", "", "")
    yield ("ZZ", "7", "Made-up modifier", "Modifier", "C", "20150101", "")


def hcpcs(made_up=3000, as_csv=False):
    lines = []
    for number, (code, kind, text, short, coverage, added, ended) in enumerate(hcpcs_records(made_up), 1):
        sequence = f"{number:05}"
        if as_csv:
            lines.append((code, sequence, kind, text, short, coverage, added, "", ended))
            continue
        line = f"{code:>5}{sequence}{kind}{text:80}{short:28}".ljust(229) + f"{coverage:1}".ljust(39) + f"{added:8}{'':8}{ended:8}"
        lines.append((line + ("N" if added else "")).ljust(320))
    if as_csv:
        return csv_text([("HCPC", "SEQNUM", "RECID", "LONG DESCRIPTION", "SHORT DESCRIPTION", "COV", "ADD DT", "ACT EFF DT", "TERM DT"),
                         *lines])
    return "\r\n".join(lines) + "\r\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("table", choices=("pfs", "gpci", "ncci", "mue", "addon", "hcpcs"))
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--year", type=int, default=2026)
    parser.add_argument("--setting", choices=("practitioner", "outpatient"), default="practitioner")
    parser.add_argument("--made-up", type=int, default=3000)
    parser.add_argument("--csv", action="store_true")
    options = parser.parse_args()
    texts = {"pfs": lambda: fees(options.year, options.made_up), "gpci": lambda: localities(options.year, options.made_up),
             "ncci": lambda: pairs(options.setting, options.made_up, options.csv), "mue": lambda: units(options.setting, options.made_up),
             "addon": lambda: add_ons(options.made_up), "hcpcs": lambda: hcpcs(options.made_up, options.csv)}
    options.file.write_text(texts[options.table](), encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
