"""A naive coder of drug administrations: what was done -> code lines.

It shares nothing with the service but the content in terminology/. Use it as a module (Coder().code(request)) or as
`python3 tests/oracle/administration_coder.py < request.json`. Request and answer are in the short form of
tests/golden/code-administration. It gives the coder's own findings, not those of CheckOrder.
"""

import csv
import datetime
import json
import pathlib
import sys

TERMINOLOGY = pathlib.Path(__file__).resolve().parents[2] / "terminology"
CLASSES = ("chemotherapy", "hormonal", "biologic", "supportive", "hydration")
ROUTES = ("iv", "ia", "sc", "im", "intralesional", "intrathecal", "intraventricular", "intrapleural", "intraperitoneal",
          "hipec", "intravesical", "intravitreal", "oral", "topical", "other")
TECHNIQUES = ("push", "infusion", "pump", "injection", "refill", "flush", "disconnect", "on-body", "limb-perfusion",
              "embolization")
CONDITIONS = ("route", "technique", "class", "purpose", "device", "approach", "pumpOwner", "payer", "concurrent",
              "lesions", "minutes")
DECIDING_ITEMS = ("approach", "device", "lesions")


class Coder:
    def __init__(self, terminology=TERMINOLOGY):
        rows = json.loads((terminology / "rules" / "administration.json").read_text(encoding="utf-8"))
        self.codes = rows["codes"]
        self.uncoded = rows["uncoded"]
        self.rules = {row["id"]: row for row in rows["rules"]}
        self.rank = {row["id"]: number for number, row in enumerate(rows["rules"])}
        self.classes = read_classes(terminology / "drugs" / "hcpcs.csv")
        self.payers = read_payers(terminology / "coverage" / "payers.json")

    def code(self, request):
        return Encounter(self, request).answer()

    def parameter(self, rule, name):
        return self.rules[rule]["parameters"][name]


class Encounter:
    """One request: a list of administrations and what has become of each."""

    def __init__(self, coder, request):
        self.coder = coder
        self.lines = []
        self.not_coded = []
        self.findings = []
        payer = request.get("payer", "").strip().lower()
        self.items = [self.read(number, given, coder.payers.get(payer, ""))
                      for number, given in enumerate(request["administrations"], start=1)]
        self.link()

    # Reading.

    def read(self, number, given, payer):
        item = dict(given)
        item["number"] = number
        item["payer"] = payer
        if item["route"] not in ROUTES:
            raise ValueError(f"administration {number}: no route {item['route']!r}")
        item["key"] = item.get("drug", "").strip().lower() or f"#{number}"
        item["access"] = item.get("access", "").strip().lower()
        item["class"] = item.get("class") or self.coder.classes.get(item.get("drug", ""), "")
        if item["class"] and item["class"] not in CLASSES:
            raise ValueError(f"administration {number}: no class {item['class']!r}")
        if "technique" not in item:
            item["technique"] = "infusion" if item["route"] in ("iv", "ia", "hipec") else "injection"
        if item["technique"] not in TECHNIQUES:
            raise ValueError(f"administration {number}: no technique {item['technique']!r}")
        if item["route"] in ("iv", "ia") and item["technique"] == "injection":
            item["technique"] = "push"
        item["given-technique"] = item["technique"]
        item["from"] = moment(item.get("start"))
        item["to"] = moment(item.get("stop"))
        item["backwards"] = bool(item["from"] and item["to"] and item["to"] < item["from"])
        item["minutes"] = item.get("minutes")
        item["minutes-given"] = item["minutes"] is not None
        if item["minutes"] is None and item["from"] and item["to"] and not item["backwards"]:
            item["minutes"] = int((item["to"] - item["from"]).total_seconds() // 60)
        if not item["minutes"]:
            item["minutes"] = None
        if not item.get("lesions"):
            item["lesions"] = None
        return item

    def link(self):
        """concurrentWith holds in both directions."""
        for item in self.items:
            item["links"] = set()
        for item in self.items:
            other = item.get("concurrentWith")
            if other is None:
                continue
            if other == item["number"] or not 1 <= other <= len(self.items):
                raise ValueError(f"administration {item['number']}: concurrentWith {other} is no other administration")
            item["links"].add(other)
            self.items[other - 1]["links"].add(item["number"])
        for item in self.items:
            item["concurrent"] = bool(item["links"])

    # The steps.

    def answer(self):
        self.check_overlaps()
        left = self.leave_out_other_encounters(self.items)
        here = left
        left = [item for item in left if self.times_hold(item)]
        left = [item for item in left if not self.is_outside(item, here)]
        left = [item for item in left if self.class_known(item)]
        left = [item for item in left if self.time_known(item)]
        self.add_lesions(left)
        left = [item for item in left if self.has_row(item)]
        for item in left:
            self.findings_of_coded(item)
        veins = [item for item in left if item["route"] == "iv" and item["technique"] in ("infusion", "push")]
        self.code_veins(veins)
        self.code_rest([item for item in left if item not in veins])
        rank = self.coder.rank
        for line in self.lines:
            line["rules"] = sorted(set(line["rules"]), key=lambda rule: rank[rule])
        self.not_coded.sort(key=lambda entry: entry["administration"])
        self.findings.sort(key=lambda finding: (finding["administrations"], rank[finding["rule"]]))
        return {"lines": self.lines, "uncoded": self.not_coded, "findings": self.findings}

    def find(self, rule, *numbers):
        self.findings.append({"rule": rule, "severity": self.coder.rules[rule]["severity"],
                              "administrations": sorted(numbers)})

    def leave(self, item, rule, reason=None, likely=()):
        self.not_coded.append({"administration": item["number"], "reason": reason or self.coder.rules[rule]["title"],
                               "rule": rule, "likely": list(likely)})

    def check_overlaps(self):
        drips = [item for item in self.items
                 if item["route"] in ("iv", "ia") and item["technique"] == "infusion"
                 and item["from"] and item["to"] and not item["backwards"]]
        for index, one in enumerate(drips):
            for two in drips[index + 1:]:
                same_access = one["access"] == two["access"] or not one["access"] or not two["access"]
                linked = two["number"] in one["links"] or bool(one["links"] & two["links"])
                overlap = one["from"] < two["to"] and two["from"] < one["to"]
                if one["route"] == two["route"] and one["key"] != two["key"] and same_access and overlap and not linked:
                    self.find("overlapping-times", one["number"], two["number"])

    def leave_out_other_encounters(self, items):
        timed = sorted((item for item in items if item["from"]), key=lambda item: (item["from"], item["number"]))
        if not timed:
            return items
        gap = datetime.timedelta(minutes=self.coder.parameter("another-encounter", "gap-minutes"))
        day = timed[0]["start"][:10]
        end = timed[0]["from"]
        out = set()
        for item in timed:
            if out or (item["start"][:10] != day and item["from"] - end > gap):
                out.add(item["number"])
                continue
            end = max(end, item["from"])
            if item["technique"] != "pump" and not item["backwards"]:
                if item["to"]:
                    end = max(end, item["to"])
                elif item["minutes"]:
                    end = max(end, item["from"] + datetime.timedelta(minutes=item["minutes"]))
        for item in items:
            if item["number"] in out:
                self.find("another-encounter", item["number"])
                self.leave(item, "another-encounter")
        return [item for item in items if item["number"] not in out]

    def times_hold(self, item):
        if item["backwards"]:
            self.find("clock-backwards", item["number"])
            self.leave(item, "clock-backwards")
            return False
        techniques = self.coder.parameter("over-a-day", "techniques")
        limit = self.coder.parameter("over-a-day", "max-minutes")
        if item["technique"] in techniques and (item["minutes"] or 0) > limit:
            self.find("over-a-day", item["number"])
            self.leave(item, "over-a-day")
            return False
        return True

    def is_outside(self, item, here):
        timeless = (item["route"] in ("iv", "ia", "hipec") and item["technique"] == "infusion"
                    and item["minutes"] is None)
        if timeless:
            self.find("running-time-unknown", item["number"])
        for row in self.coder.uncoded:
            if fits(row, item):
                self.leave(item, row["rule"], row["reason"], row["likely"])
                return True
        if item["technique"] == "flush":
            beside = self.coder.parameter("flush-only", "beside-routes")
            if any(other["technique"] != "flush" and other["route"] not in beside for other in here):
                only_disconnect = all(other["technique"] in ("flush", "disconnect") or other["route"] in beside
                                      for other in here)
                self.leave(item, "flush-included", likely=["96523"] if only_disconnect else [])
                return True
        if item["technique"] == "refill" and any(other["technique"] == "pump" for other in here):
            self.leave(item, "refill-with-start")
            return True
        return False

    def class_known(self, item):
        if item["technique"] in ("refill", "flush") or item["class"]:
            return True
        self.find("class-unknown", item["number"])
        self.leave(item, "class-unknown")
        return False

    def time_known(self, item):
        if item["route"] in ("iv", "ia") and item["technique"] == "pump":
            planned = item.get("plannedMinutes") or item["minutes"]
            if planned is None:
                self.find("no-planned-time", item["number"])
                self.leave(item, "no-planned-time")
                return False
            if planned <= self.coder.parameter("prolonged-pump", "over-minutes"):
                item["technique"] = "infusion"
                if item["minutes"] is None:
                    self.find("running-time-unknown", item["number"])
                else:
                    self.find("pump-too-short", item["number"])
        if item["route"] in ("iv", "ia", "hipec") and item["technique"] == "infusion" and item["minutes"] is None:
            self.leave(item, "running-time-unknown")
            return False
        return True

    def add_lesions(self, items):
        counted = [item for item in items if item["route"] == "intralesional" and item["lesions"]]
        total = sum(item["lesions"] for item in counted)
        for item in counted:
            item["lesions"] = total

    def has_row(self, item):
        """Whether some row of codes names this administration, in whatever role."""
        if any(fits(row, item) for row in self.coder.codes):
            return True
        for missing in DECIDING_ITEMS:
            if item.get(missing):
                continue
            likely = []
            for row in self.coder.codes:
                others = {name: value for name, value in row.items() if name != missing}
                if missing in row and fits(others, item) and row["code"] not in likely:
                    likely.append(row["code"])
            if likely:
                self.find("item-missing", item["number"])
                self.leave(item, "item-missing", likely=likely)
                return False
        self.leave(item, "nothing-fits")
        return False

    def findings_of_coded(self, item):
        if (item["from"] and item["to"] and item["given-technique"] != "pump"
                and item["start"][:10] != item["stop"][:10]):
            self.find("past-midnight", item["number"])
        if (item["route"] in ("iv", "ia") and item["technique"] == "push"
                and (item["minutes"] or 0) > self.coder.parameter("short-infusion", "max-minutes")):
            self.find("long-push", item["number"])
        for rule in self.coder.rules.values():
            if "when" in rule and fits(rule["when"], item):
                self.find(rule["id"], item["number"])

    # Services: all of one drug by one route and access.

    def services(self, items):
        groups = {}
        for item in items:
            groups.setdefault((item["access"], item["key"]), []).append(item)
        return [self.service(members) for members in groups.values()]

    def service(self, members):
        drips = [item for item in members if item["technique"] == "infusion"]
        pushes = [item for item in members if item["technique"] != "infusion"]
        service = {"numbers": [item["number"] for item in members], "first": members[0]["number"],
                   "drips": [item["number"] for item in drips], "main": any(item.get("mainReason") for item in members),
                   "access": members[0]["access"], "item": dict(members[0]), "rules": [], "minutes": None,
                   "links": set().union(*(item["links"] for item in drips))}
        if drips:
            service["minutes"] = running_minutes(drips)
            service["item"]["technique"] = "infusion"
            if service["minutes"] <= self.coder.parameter("short-infusion", "max-minutes"):
                service["item"]["technique"] = "push"
                service["rules"].append("short-infusion")
            if any(item["given-technique"] == "pump" for item in drips):
                service["rules"].append("pump-too-short")
        if len(drips) > 1:
            service["rules"].append("interrupted")
            self.find("interrupted", *service["drips"])
        if pushes and len(members) > 1:
            service["rules"].append("one-drug-one-service")
        if any((item["minutes"] or 0) > self.coder.parameter("short-infusion", "max-minutes") for item in pushes) \
                and pushes[0]["route"] in ("iv", "ia"):
            service["rules"].append("long-push")
        service["kind"] = service["item"]["technique"]
        return service

    def row(self, role, item):
        return next((row for row in self.coder.codes if row["role"] == role and fits(row, item)), None)

    def put(self, row, services, units=None, rules=(), modifiers=()):
        numbers = sorted({number for service in services for number in service["numbers"]})
        cited = [row["rule"], *rules]
        for service in services:
            cited.extend(service["rules"])
        return {"code": row["code"], "modifiers": list(modifiers), "units": len(services) if units is None else units,
                "administrations": numbers, "rules": cited}

    def hours_line(self, services):
        """The line of the hours beyond the first that these services earn, or none."""
        earned = [(service, self.hours(service["minutes"], "extra-hours")) for service in services]
        earned = [(service, hours) for service, hours in earned if hours]
        if not earned:
            return []
        row = self.row("hour", earned[0][0]["item"])
        numbers = sorted(number for service, _ in earned for number in service["drips"])
        rules = [row["rule"]]
        if any(len(service["drips"]) > 1 for service, _ in earned):
            rules.append("interrupted")
        return [{"code": row["code"], "modifiers": [], "units": sum(hours for _, hours in earned),
                 "administrations": numbers, "rules": rules}]

    def hours(self, minutes, rule):
        first = self.coder.parameter(rule, "first")
        threshold = self.coder.parameter(rule, "threshold")
        step = self.coder.parameter(rule, "step")
        if minutes < first + threshold:
            return 0
        return (minutes - first - threshold) // step + 1

    # Veins: one initial service for each access.

    def code_veins(self, items):
        named = [item["access"] for item in items if item["access"]]
        for item in items:
            item["access"] = item["access"] or (named[0] if named else "")
        sites = {}
        for service in self.services(items):
            sites.setdefault(service["access"], []).append(service)

        def site_rank(services):
            drips = [service for service in services if service["kind"] == "infusion"]
            return (not drips, not any(service["main"] for service in drips or services),
                    min(service["first"] for service in services))

        for number, services in enumerate(sorted(sites.values(), key=site_rank)):
            self.code_site(services, second=number > 0)

    def code_site(self, services, second):
        drips = [service for service in services if service["kind"] == "infusion"]
        leading = min(drips or services, key=lambda service: (not service["main"], service["first"]))
        rules, modifiers = [], []
        if second:
            rules, modifiers = ["second-site"], [self.coder.parameter("second-site", "modifier")]
            self.find("second-site", *leading["numbers"])
        alone = []
        concurrent = []
        for service in [leading] * bool(drips) + [service for service in drips if service is not leading]:
            if any(service["links"] & set(other["drips"]) for other in alone):
                concurrent.append(service)
                self.find("concurrent-infusion", *service["drips"])
            else:
                alone.append(service)
        self.lines.append(self.put(self.row("initial", leading["item"]), [leading], 1, rules, modifiers))
        self.lines.extend(self.hours_line(alone))
        further = []
        for role, group in (("sequential", [service for service in alone if service is not leading]),
                            ("sequential", [service for service in services
                                            if service["kind"] == "push" and service is not leading]),
                            ("concurrent", concurrent)):
            if group:
                further.append(self.put(self.row(role, group[0]["item"]), group))
        self.lines.extend(sorted(further, key=lambda line: line["administrations"]))

    # All else.

    def code_rest(self, items):
        blocks = []
        arteries = [item for item in items if item["route"] == "ia" and item["technique"] in ("infusion", "push")]
        arterial = self.services(arteries)
        drips = [service for service in arterial if service["kind"] == "infusion"]
        pushes = [service for service in arterial if service["kind"] == "push"]
        if drips:
            blocks.append([self.put(self.row("each", drips[0]["item"]), drips), *self.hours_line(drips)])
        if pushes:
            blocks.append([self.put(self.row("session", pushes[0]["item"]), pushes, 1)])
        perfusion = [item for item in items if item["route"] == "hipec"]
        if perfusion:
            blocks.append(self.code_hipec(perfusion))
        by_code = {}
        for item in items:
            if item in arteries or item in perfusion:
                continue
            row = next(row for row in self.coder.codes if fits(row, item))
            by_code.setdefault(row["code"], (row, []))[1].append(item)
        for row, members in by_code.values():
            drugs = {}
            for item in members:
                drugs.setdefault(item["key"], []).append(item)
            services = []
            for same in drugs.values():
                several = row["role"] == "each" and len(same) > 1
                services.append({"numbers": [item["number"] for item in same],
                                 "rules": ["one-drug-one-service"] if several else []})
            counted = row["role"] in ("each", "start", "unlisted")
            blocks.append([self.put(row, services, len(services) if counted else 1)])
        for block in sorted((block for block in blocks if block), key=lambda block: block[0]["administrations"]):
            self.lines.extend(block)

    def code_hipec(self, items):
        minutes = running_minutes(items)
        service = {"numbers": [item["number"] for item in items], "rules": []}
        if minutes < self.coder.parameter("hipec-first", "min-minutes"):
            self.find("hipec-under-half-hour", *service["numbers"])
            for item in items:
                self.leave(item, "hipec-under-half-hour")
            return []
        lines = [self.put(self.row("first-time", items[0]), [service], 1)]
        further = self.hours(minutes, "hipec-further")
        if further:
            lines.append(self.put(self.row("further-time", items[0]), [service], further))
        return lines


def fits(row, item):
    """Whether an administration meets every condition of a row; "" in a list stands for an item that is not given."""
    for name in CONDITIONS:
        if name not in row:
            continue
        value = item.get(name)
        if name in ("lesions", "minutes"):
            low, high = row[name]
            if value is None or value < low or (high is not None and value > high):
                return False
        elif ("" if value is None else value) not in row[name]:
            return False
    return True


def running_minutes(drips):
    """The time in which at least one of the drips ran; where times are not known of all, the sum of the minutes."""
    if any(drip["minutes-given"] or not drip["from"] or not drip["to"] for drip in drips):
        return sum(drip["minutes"] for drip in drips)
    total = datetime.timedelta()
    end = None
    for drip in sorted(drips, key=lambda drip: drip["from"]):
        begin = drip["from"] if end is None else max(drip["from"], end)
        if drip["to"] > begin:
            total += drip["to"] - begin
        end = drip["to"] if end is None else max(end, drip["to"])
    return int(total.total_seconds() // 60)


def moment(text):
    """A dateTime with a time; a date alone is none."""
    if not text or "T" not in text:
        return None
    value = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return value if value.tzinfo else value.replace(tzinfo=datetime.timezone.utc)


def read_classes(path):
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {f"{row['system']}|{row['code']}": row["class"] for row in csv.DictReader(file)}


def read_payers(path):
    payers = {}
    for payer in json.loads(path.read_text(encoding="utf-8"))["payers"]:
        for name in (payer["slug"], payer["name"], *payer.get("aliases", ())):
            payers.setdefault(name.strip().lower(), payer["slug"])
    return payers


if __name__ == "__main__":
    json.dump(Coder().code(json.load(sys.stdin)), sys.stdout, indent=2)
    print()
