#!/usr/bin/env python3
"""Builds and runs the groups of tests; tests/run calls it when all packages are there.

Each part prints one line with its own totals and keeps its output in build/logs/<part>.log. What counts as a test:
every GoogleTest case, every ctest entry that is not GoogleTest, every check script, fuzz target and client, every case
of the conformance ratchet. A script may say "N passed, N failed" in its last line; then that many are counted. A build
that fails is one failure. The last line of all is the sum.
"""
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as xml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from server import Server  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
LOGS = BUILD / "logs"
TOTALS = re.compile(r"^(\d+) passed, (\d+) failed\b")
passed = failed = 0


def jobs():
    memory = 4
    for line in pathlib.Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            memory = int(line.split()[1]) // (1024 * 1024)
    return max(1, min(os.cpu_count() or 1, memory))


def report(part, good, bad, seconds, note=""):
    global passed, failed
    passed += good
    failed += bad
    text = f"{part}: {good} passed, {bad} failed ({seconds:.0f} s)"
    print(text + (f": {note}" if note else ""), flush=True)


def run(command, log, env=None, seconds=3600):
    """Runs a command with its output in a log; returns the exit code, 124 when its time was over."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as file:
        file.write(("$ " + " ".join(map(str, command)) + "\n").encode())
        file.flush()
        try:
            return subprocess.run(command, stdout=file, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd=ROOT,
                                  env={**os.environ, **(env or {})}, timeout=seconds, check=False).returncode
        except subprocess.TimeoutExpired:
            return 124
        except OSError as error:
            file.write(f"{error}\n".encode())
            return 127


def show_end(log, lines=40):
    for line in log.read_text(errors="replace").splitlines()[-lines:]:
        print("    " + line)


def build(preset, targets=()):
    """Configures and builds a preset; a failure is counted and shown."""
    start = time.monotonic()
    for step, command in (("configure", ["cmake", "--preset", preset]),
                          ("build", ["cmake", "--build", "--preset", preset, "--parallel", str(jobs()),
                                     *(["--target", *targets] if targets else [])])):
        log = LOGS / f"{preset}-{step}.log"
        if run(command, log) != 0:
            report(f"{preset} {step}", 0, 1, time.monotonic() - start, str(log.relative_to(ROOT)))
            show_end(log)
            return False
    print(f"{preset} build: done ({time.monotonic() - start:.0f} s)", flush=True)
    return True


def gtest_counts(folder):
    """Passed and failed cases by program, from GoogleTest's own reports."""
    counts = {}
    for file in folder.glob("*.xml"):
        root = xml.parse(file).getroot()
        bad = int(root.get("failures", 0)) + int(root.get("errors", 0))
        counts[file.stem] = (int(root.get("tests", 0)) - int(root.get("disabled", 0)) - bad, bad)
    return counts


def ctest(preset, *arguments, wrapper=(), env=None):
    start = time.monotonic()
    reports = LOGS / f"{preset}-gtest"
    shutil.rmtree(reports, ignore_errors=True)
    reports.mkdir(parents=True)
    junit = LOGS / f"{preset}-ctest.xml"
    junit.unlink(missing_ok=True)
    log = LOGS / f"{preset}-ctest.log"
    code = run([*wrapper, "ctest", "--test-dir", BUILD / preset, "--parallel", str(jobs()), "--output-on-failure",
                "--no-tests=error", "--output-junit", junit, *arguments], log,
               {"GTEST_OUTPUT": f"xml:{reports}/", **(env or {})})
    if not junit.exists():
        report(preset, 0, 1, time.monotonic() - start, f"ctest ended with {code}; {log.relative_to(ROOT)}")
        show_end(log)
        return
    counts = gtest_counts(reports)
    good = bad = 0
    names = []
    for case in xml.parse(junit).getroot().iter("testcase"):
        ok = case.get("status") == "run"
        case_good, case_bad = counts.get(case.get("name"), (1, 0) if ok else (0, 1))
        # A program can fail beside its cases: a crash, a leak, a race.
        case_bad = case_bad or (0 if ok else 1)
        good, bad = good + case_good, bad + case_bad
        if case_bad:
            names.append(case.get("name"))
    report(preset, good, bad, time.monotonic() - start, " ".join(names))
    if bad:
        show_end(log, 120)


def script(part, command, env=None, seconds=900):
    """A program that says its totals in its last line, or counts as one."""
    start = time.monotonic()
    log = LOGS / (re.sub(r"\W+", "-", part) + ".log")
    code = run(command, log, env, seconds)
    lines = log.read_text(errors="replace").strip().splitlines()
    match = TOTALS.match(lines[-1]) if lines else None
    good, bad = (int(match.group(1)), int(match.group(2))) if match else (1, 0) if code == 0 else (0, 1)
    if code != 0 and bad == 0:
        bad = 1
    report(part, good, bad, time.monotonic() - start, "" if not bad else str(log.relative_to(ROOT)))
    if bad:
        show_end(log)


def functional():
    built = build("dev")
    if built:
        ctest("dev", "--label-exclude", "long")
    for check in sorted((ROOT / "tests/checks").glob("*.py")):
        script(f"check {check.stem}", [sys.executable, check])
    if built:
        program = {"CHEMOTERM_BIN": str(BUILD / "dev/chemoterm")}
        for test in sorted((ROOT / "tests/e2e").glob("*.py")):
            script(f"e2e {test.stem}", [sys.executable, test], program)


def deploy():
    script("deploy", [sys.executable, ROOT / "tests/deploy/deploy_test.py"], seconds=3600)


def sanitizers():
    if build("asan"):
        ctest("asan", "--label-exclude", "long",
              env={"ASAN_OPTIONS": "detect_stack_use_after_return=1:strict_string_checks=1",
                   "UBSAN_OPTIONS": "print_stacktrace=1", "CHEMOTERM_ORACLE_CASES": "1000"})
    if build("tsan"):
        # Its shadow memory does not stand the wide address randomisation of newer kernels. Faulty content is read by
        # one thread, for minutes.
        ctest("tsan", "--label-exclude", "long|fault", wrapper=["setarch", "--addr-no-randomize"],
              env={"TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1", "CHEMOTERM_ORACLE_CASES": "200"})


def fuzz_one(target):
    folder = BUILD / "fuzz-run" / target.name
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "corpus").mkdir(parents=True)
    seeds = ROOT / "tests/fuzz/corpus" / target.name
    if seeds.is_dir():
        shutil.copytree(seeds, folder / "corpus", dirs_exist_ok=True)
    seconds = int(os.environ.get("FUZZ_SECONDS", "45"))
    start = time.monotonic()
    log = LOGS / f"fuzz-{target.name}.log"
    code = run([target, f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2560", "-print_final_stats=1",
                f"-artifact_prefix={folder}/", folder / "corpus"], log, seconds=seconds * 3 + 300)
    return target.name, code, time.monotonic() - start, log


def fuzz():
    names = sorted(path.stem for path in (ROOT / "tests/fuzz").glob("*_fuzz.cc"))
    # The program too: no header is precompiled here, as for users, so that a missing #include shows.
    if not build("fuzz", [*names, "chemoterm"]):
        return
    targets = sorted(path for path in (BUILD / "fuzz").rglob("*")
                     if path.name in names and path.is_file() and os.access(path, os.X_OK))
    if not targets:
        report("fuzz", 0, 1, 0, "no fuzz target was built")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for name, code, seconds, log in pool.map(fuzz_one, targets):
            report(f"fuzz {name}", int(code == 0), int(code != 0), seconds,
                   "" if code == 0 else str(log.relative_to(ROOT)))
            if code != 0:
                show_end(log)


def clients():
    if not build("dev"):
        return
    runs = [path for path in sorted((ROOT / "tests/clients").glob("*/run")) if os.access(path, os.X_OK)]
    if not runs:
        report("clients", 0, 1, 0, "tests/clients holds none")
    for path in runs:
        script(f"client {path.parent.name}", [path], {"CHEMOTERM_BIN": str(BUILD / "dev/chemoterm")}, 1800)


def bench():
    if not build("bench", ["chemoterm", "engine_bench", "value_set_bench", "search_bench", "filter_bench", "order_bench", "grpc_echo", "grpc_load"]):
        return
    before = failed
    script("bench", [ROOT / "tests/bench/run"], seconds=1800)
    if failed == before:
        show_end(LOGS / "bench.log")  # a failure is shown already


def verdicts(version, folder, tests, txrun):
    """The verdict of each case, by name; None when the suite did not run."""
    log = LOGS / f"conformance-{version}.log"
    with Server("--content", str(ROOT / "terminology"), log=LOGS / f"conformance-{version}-server.log") as server:
        run([sys.executable, txrun, "--tests", tests, "--tx", f"{server.url}/{version}", "--mode", "general", "--mode", "tx.fhir.org",
             "--output", folder, "--jobs", str(jobs())], log, seconds=1800)
    table = folder / "verdicts.tsv"
    if not table.exists():
        show_end(log)
        return None
    return {line.split("\t")[0]: line.split("\t")[1] for line in table.read_text().splitlines() if "\t" in line}


def conformance():
    tests, txrun = os.environ.get("CHEMOTERM_HL7_TESTS"), os.environ.get("CHEMOTERM_TXRUN")
    if not tests or not txrun:
        print("conformance: skipped; CHEMOTERM_HL7_TESTS and CHEMOTERM_TXRUN name the HL7 suite and its runner")
        return
    if not build("dev", ["chemoterm"]):
        return
    for version in ("r4", "r5"):
        start = time.monotonic()
        folder = LOGS / f"conformance-{version}"
        shutil.rmtree(folder, ignore_errors=True)
        try:
            found = verdicts(version, folder, tests, txrun)
        except RuntimeError as error:
            print(error)
            found = None
        ratchet = ROOT / f"tests/conformance/passing-{version}.txt"
        listed = [line for line in ratchet.read_text().split("\n") if line and not line.startswith("#")] \
            if ratchet.exists() else []
        if found is None:
            report(f"conformance {version}", 0, max(1, len(listed)), time.monotonic() - start, "the suite did not run")
            continue
        lost = [name for name in listed if found.get(name) != "pass"]
        new = sorted(name for name, verdict in found.items() if verdict == "pass" and name not in set(listed))
        for name in lost:
            print(f"    {name}: {found.get(name, 'is not in the suite any more')}, but {ratchet.relative_to(ROOT)} lists it")
        for name in new:
            print(f"    {name}: passes now; add it to {ratchet.relative_to(ROOT)}")
        report(f"conformance {version}", len(listed) - len(lost), len(lost), time.monotonic() - start,
               f"{sum(v == 'pass' for v in found.values())} of {len(found)} cases pass")


GROUPS = {"functional": functional, "deploy": deploy, "sanitizers": sanitizers, "fuzz": fuzz, "clients": clients, "bench": bench,
          "conformance": conformance}


def main(names):
    unknown = [name for name in names if name not in GROUPS]
    if unknown:
        print(f"unknown group {' '.join(unknown)}; known: {' '.join(GROUPS)}", file=sys.stderr)
        return 2
    LOGS.mkdir(parents=True, exist_ok=True)
    for name in names or ["functional"]:
        GROUPS[name]()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
