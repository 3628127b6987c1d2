"""The predicates of the rules of order entry, for order_checker.py."""
import datetime
import re

from order_content import (TABLE_OF_SETTING, add_modifier, as_list, carries, code_or_property, day_of, finding,
                           in_force, in_sets, long_key, moment, remove_line, remove_modifier, replace_code, set_units,
                           short_key)


# --------------------------------------------------------------------------------------------------- line predicates
# Each gets the parameters, one line and the check (content, order, sets), and gives a list of findings.

def system_unknown(p, line, check):
    if check.content.system_known(line.key):
        return []
    return [finding([line], value=line.key.rpartition("|")[0])]


def code_malformed(p, line, check):
    alias, _, code = line.key.rpartition("|")
    pattern = p["patterns"].get(alias) or check.content.patterns.get(check.content.canonical(line.key))
    if pattern is None or check.content.concept(line.key) or line.key in check.content.external:
        return []
    return [] if re.fullmatch(pattern, code) else [finding([line])]


def code_not_held(p, line, check):
    if not check.content.system_known(line.key):
        return []
    if check.content.concept(line.key) or line.key in check.content.external:
        return []
    return [finding([line])]


def not_yet_valid(p, line, check):
    for value in check.content.property_values(line.key, p["property"], line.date):
        if int(line.date[:4]) < int(value):
            return [finding([line], value=value, date=line.date)]
    return []


def retired(p, line, check):
    concept = check.content.concept(line.key)
    if not concept or not concept["inactive"]:
        return []
    inverse = check.content.inverse[p["kind"]]
    others = set()
    for row in check.content.relations:
        if not in_force(row["start"], row["end"], line.date):
            continue
        if row["kind"] == p["kind"] and row["from"] == line.key:
            others.add(row["to"])
        if row["kind"] == inverse and row["to"] == line.key:
            others.add(row["from"])
    others = sorted(others)
    return [finding([line], [replace_code(line, other) for other in others],
                    others=as_list(short_key(other) for other in others))]


def modifier_unknown(p, line, check):
    findings = []
    for modifier in line.modifiers:
        if check.content.is_modifier(modifier):
            continue
        well_formed = re.fullmatch(p["pattern"], modifier) is not None
        if well_formed != p["matches"]:
            continue
        fix = [] if well_formed else [remove_modifier(line, modifier)]
        findings.append(finding([line], fix, modifier=modifier))
    return findings


def modifier_barred(p, line, check):
    if not code_or_property(line, p, check):
        return []
    return [finding([line], [remove_modifier(line, modifier)], modifier=modifier)
            for modifier in line.modifiers if modifier in p["modifiers"]]


def modifier_missing(p, line, check):
    if not in_sets(line.key, p["codes"], check):
        return []
    for other in check.order.lines:
        if other.key == line.key and other.date == line.date and carries(other, p["modifiers"]):
            return []
    fix = [add_modifier(line, p["add"])] if "add" in p else []
    return [finding([line], fix, modifiers=as_list(p["modifiers"]))]


def units_outside(p, line, check):
    if p["min"] <= line.units <= p["max"]:
        return []
    return [finding([line], units=line.units, min=p["min"], max=p["max"])]


def minutes_outside(p, line, check):
    if not in_sets(line.key, p["codes"], check) or line.minutes is None:
        return []
    least = None
    if p.get("min") is not None:
        least = p["min"] + p.get("step", 0) * (line.units - 1)
    most = p.get("max")
    too_few = least is not None and line.minutes < least
    too_many = most is not None and line.minutes > most
    if not too_few and not too_many:
        return []
    fix = []
    if short_key(line.key) in p.get("replace", {}):
        fix = [replace_code(line, p["replace"][short_key(line.key)])]
    elif p.get("remove") and too_few:
        units = 0
        while line.minutes >= p["min"] + p.get("step", 0) * units and units < line.units:
            units += 1
        fix = [set_units(line, units)] if units > 0 else [remove_line(line)]
    return [finding([line], fix, minutes=line.minutes, units=line.units, min=least, max=most)]


def minutes_missing(p, line, check):
    if not in_sets(line.key, p["codes"], check):
        return []
    if line.minutes is not None or not line.start or line.stop:
        return []
    return [finding([line])]


def times_reversed(p, line, check):
    begin, end = moment(line.start), moment(line.stop)
    if begin is None or end is None or end >= begin:
        return []
    return [finding([line], value=line.stop)]


def over_midnight(p, line, check):
    if not in_sets(line.key, p["codes"], check):
        return []
    first, last = day_of(line.start), day_of(line.stop)
    if first is None or last is None or first == last:
        return []
    return [finding([line], date=first, value=last)]


def in_range(number, limits):
    least, most = limits
    return (least is None or number >= least) and (most is None or number <= most)


def lesions_outside(p, line, check):
    ranges = p["ranges"]
    code = short_key(line.key)
    if code not in ranges or line.lesions is None or in_range(line.lesions, ranges[code]):
        return []
    fix = []
    for other, limits in ranges.items():
        if not fix and in_range(line.lesions, limits):
            fix = [replace_code(line, other)]
    return [finding([line], fix, value=line.lesions)]


def lesions_missing(p, line, check):
    if not in_sets(line.key, p["codes"], check) or line.lesions is not None:
        return []
    return [finding([line])]


def place_barred(p, line, check):
    if not line.place or not code_or_property(line, p, check):
        return []
    barred = line.place not in p["only"] if "only" in p else line.place in p["places"]
    return [finding([line], place=line.place)] if barred else []


def class_barred(p, line, check):
    if not in_sets(line.key, p["codes"], check) or line.drug_class not in p["classes"]:
        return []
    fix = []
    if short_key(line.key) in p.get("replace", {}):
        fix = [replace_code(line, p["replace"][short_key(line.key)])]
    return [finding([line], fix, **{"class": line.drug_class})]


def class_unknown(p, line, check):
    if not in_sets(line.key, p["codes"], check) or not line.drug or line.drug_class is not None:
        return []
    return [finding([line], drug=line.drug)]


def always(p, line, check):
    return [finding([line])] if in_sets(line.key, p["codes"], check) else []


def date_outside(p, line, check):
    last = datetime.date.fromisoformat(check.order.today) + datetime.timedelta(days=p["days-ahead"])
    if p["first"] <= line.date <= last.isoformat():
        return []
    return [finding([line], date=line.date)]


# ---------------------------------------------------------------------------------------------- encounter predicates
# Each gets the parameters, the lines of one date and the check.

def units_over(p, lines, check):
    groups = {}
    for line in lines:
        groups.setdefault(line.number if p["per"] == "line" else line.key, []).append(line)
    findings = []
    for group in groups.values():
        first = group[0]
        limit = check.content.figure(first.key, p[check.order.setting], check.order.setting, first.date)
        indicator = check.content.figure(first.key, p["indicator"], check.order.setting, first.date)
        units = sum(line.units for line in group)
        if limit is None or indicator not in p["values"] or units <= int(limit):
            continue
        fix = [set_units(first, int(limit))] if p["per"] == "line" else []
        findings.append(finding(group, fix, code=first.key, units=units, limit=int(limit)))
    return findings


def needs_related(p, lines, check):
    findings = []
    here = {line.key for line in lines}
    for line in lines:
        if "codes" in p and not in_sets(line.key, p["codes"], check):
            continue
        if in_sets(line.key, p.get("except", []), check):
            continue
        ends = []
        for row in check.content.relations:
            if row["kind"] == p["kind"] and row["from"] == line.key and in_force(row["start"], row["end"], line.date):
                ends.append(row["to"])
        if not ends or any(end in here for end in ends):
            continue
        if any(in_sets(key, p.get("also", []), check) for key in here):
            continue
        fix = []
        if short_key(line.key) in p.get("replace", {}):
            fix = [replace_code(line, p["replace"][short_key(line.key)])]
        elif len(ends) == 1:
            fix = [{"action": "add-line", "code": short_key(ends[0])}]
        findings.append(finding([line], fix, others=as_list(short_key(end) for end in ends)))
    return findings


def needs_one_of(p, lines, check):
    if any(in_sets(line.key, p["others"], check) for line in lines):
        return []
    items = []
    for name in p["others"]:
        items += check.sets.get(name, [name])
    fix = []
    if len(items) == 1 and not items[0].endswith("*") and "-" not in items[0]:
        fix = [{"action": "add-line", "code": items[0]}]
    return [finding([line], fix, others=as_list(items)) for line in lines if in_sets(line.key, p["codes"], check)]


def one_of_rank(p, lines, check):
    by_access = {}
    for line in lines:
        if short_key(line.key) in p["rank"] and not carries(line, p["modifiers"]):
            by_access.setdefault(line.access, []).append(line)
    findings = []
    for group in by_access.values():
        kept = min(group, key=lambda line: (p["rank"].index(short_key(line.key)), line.number))
        for line in group:
            if line is kept or short_key(line.key) not in p["report"]:
                continue
            if short_key(line.key) in p["sequential"]:
                fix = [replace_code(line, p["sequential"][short_key(line.key)])]
            else:
                fix = [remove_line(line)]
            findings.append(finding([kept, line], fix, code=line.key, line=line.number, other=kept.key,
                                    otherLine=kept.number))
    return findings


def pairs_of(lines):
    return [(first, second) for index, first in enumerate(lines) for second in lines[index + 1:]]


def second_access(p, lines, check):
    findings = []
    for first, second in pairs_of([line for line in lines if in_sets(line.key, p["codes"], check)]):
        if not first.access or not second.access or first.access == second.access:
            continue
        if carries(first, p["modifiers"]) or carries(second, p["modifiers"]):
            continue
        findings.append(finding([first, second], [add_modifier(second, p["modifiers"][0])], code=second.key,
                                line=second.number, other=first.key, otherLine=first.number))
    return findings


def row_of_pair(p, one, two, check):
    for row in check.content.relations:
        if row["from"] != one.key or row["to"] != two.key or row["kind"] not in p["kinds"]:
            continue
        if row["indicator"] != p["indicator"] or not in_force(row["start"], row["end"], one.date):
            continue
        if row["setting"] in ("", TABLE_OF_SETTING[check.order.setting]):
            return row
    return None


def pair(p, lines, check):
    findings = []
    for first, second in pairs_of(lines):
        if in_sets(first.key, p.get("except", []), check) or in_sets(second.key, p.get("except", []), check):
            continue
        modifiers = p.get("modifiers", [])
        if carries(first, modifiers) or carries(second, modifiers):
            continue
        for one, two in ((first, second), (second, first)):
            row = row_of_pair(p, one, two, check)
            if row is None:
                continue
            fix = [add_modifier(two, modifiers[0])] if modifiers else [remove_line(two)]
            findings.append(finding([one, two], fix, code=one.key, line=one.number, other=two.key,
                                    otherLine=two.number, value=row["note"]))
            break
    return findings


def not_together(p, lines, check):
    findings = []
    for line in lines:
        if not in_sets(line.key, p["codes"], check):
            continue
        others = [other for other in lines if other is not line and in_sets(other.key, p["others"], check)]
        if not others:
            continue
        other = others[0]
        fix = [remove_line(line)]
        if p.get("modifiers"):
            modified = other if p.get("modified", "codes") == "others" else line
            if carries(modified, p["modifiers"]):
                continue
            fix = [add_modifier(modified, p["modifiers"][0])]
        findings.append(finding([line, other], fix, code=line.key, line=line.number, other=other.key,
                                otherLine=other.number))
    return findings


def alone(p, lines, check):
    others = [line for line in lines
              if in_sets(line.key, p["others"], check) and not in_sets(line.key, p["codes"], check)]
    if not others:
        return []
    return [finding([line, *others], [remove_line(line)], code=line.key, line=line.number, other=others[0].key,
                    otherLine=others[0].number)
            for line in lines if in_sets(line.key, p["codes"], check)]


def units_of_time(minutes, first, threshold, step):
    units = 0
    while minutes >= first + threshold + units * step:
        units += 1
    return units


def hours(p, lines, check):
    bases = [line for line in lines if short_key(line.key) in p["base"]]
    hour_lines = [line for line in lines if line.key == long_key(p["hour"])]
    if not bases or any(line.minutes is None for line in bases):
        return []
    if any(line.minutes is not None for line in hour_lines):
        return []
    due = {line.number: units_of_time(line.minutes, p["first"], p["threshold"], p["step"]) for line in bases}
    expected = sum(due.values())
    given = sum(line.units for line in hour_lines)
    concerned, fix = [], []
    if p["when"] == "more" and given > expected:
        concerned = bases + hour_lines
        if expected == 0:
            fix = [remove_line(line) for line in hour_lines]
        else:
            fix = [set_units(hour_lines[0], expected)] + [remove_line(line) for line in hour_lines[1:]]
    if p["when"] == "fewer" and given < expected:
        concerned = [line for line in bases if due[line.number] > 0] + hour_lines
        if hour_lines:
            fix = [set_units(hour_lines[0], hour_lines[0].units + expected - given)]
        else:
            fix = [{"action": "add-line", "code": p["hour"], "units": expected}]
    if not concerned:
        return []
    return [finding(concerned, fix, code=p["hour"], other=bases[0].key, expected=expected, units=given)]


def same_drug(p, lines, check):
    findings = []
    for later in lines:
        for earlier in lines[:lines.index(later)]:
            if not later.drug_key or later.drug_key != earlier.drug_key:
                continue
            sides = [(in_sets(line.key, p["codes"], check), in_sets(line.key, p["others"], check))
                     for line in (earlier, later)]
            if not all(code or other for code, other in sides) or not any(code for code, _ in sides):
                continue
            if carries(earlier, p.get("modifiers", [])) or carries(later, p.get("modifiers", [])):
                continue
            findings.append(finding([earlier, later], drug=later.drug, code=later.key, line=later.number,
                                    other=earlier.key, otherLine=earlier.number))
            break
    return findings


def duplicate(p, lines, check):
    first_of = {}
    findings = []
    for line in lines:
        same = (line.key, frozenset(line.modifiers), line.access, line.drug_key)
        if same in first_of:
            first = first_of[same]
            findings.append(finding([first, line], code=line.key, line=line.number, otherLine=first.number))
        else:
            first_of[same] = line
    return findings


# -------------------------------------------------------------------------------------------------- order predicates
# Each gets the parameters, the order and the check.

def has_line_of(order, sets, check):
    return any(in_sets(line.key, sets, check) for line in order.lines)


def diagnoses_of(order, sets, check):
    return [diagnosis for diagnosis in order.diagnoses if in_sets(diagnosis, sets, check)]


def shown_diagnosis(diagnosis):
    return diagnosis.removeprefix("icd10cm|")


def diagnosis_not_first(p, order, check):
    named = diagnoses_of(order, p["diagnoses"], check)
    if not named or not has_line_of(order, p["codes"], check) or order.diagnoses[0] in named:
        return []
    return [finding([], diagnosis=shown_diagnosis(named[0]))]


def diagnosis_missing(p, order, check):
    if not has_line_of(order, p["codes"], check) or not diagnoses_of(order, p["if"], check):
        return []
    if diagnoses_of(order, p["diagnoses"], check):
        return []
    return [finding([])]


def diagnosis_alone(p, order, check):
    named = diagnoses_of(order, p["diagnoses"], check)
    if not named or diagnoses_of(order, p["needs"], check):
        return []
    return [finding([], diagnosis=shown_diagnosis(named[0]))]


def payer_unknown(p, order, check):
    name = order.payer.strip()
    return [finding([], value=name)] if name and name.lower() not in check.content.payers else []


def plan_unknown(p, order, check):
    name, payer = order.plan.strip(), order.payer.strip().lower()
    owner = check.content.plans.get(name.lower())
    if not name or (owner and (not payer or owner == check.content.payers.get(payer))):
        return []
    return [finding([], value=name)]
