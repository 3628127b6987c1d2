"""The files of the repository, for the check scripts and content tests."""
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def files(*globs):
    """Tracked and not yet tracked, not ignored files (relative paths) that match one of the globs; all without globs."""
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard", "--", *globs],
                            check=True, capture_output=True, text=True).stdout.splitlines()
    return [pathlib.PurePosixPath(name) for name in sorted(set(listed)) if (ROOT / name).is_file()]


def sources():
    """C++ files of include/ and src/."""
    return [name for name in files("include", "src") if name.suffix in (".h", ".cc")]


def lines(name):
    return (ROOT / name).read_text(encoding="utf-8").splitlines()


def code(name):
    """(line number, line) of a C++ file with comments blanked out and strings kept."""
    text = (ROOT / name).read_text(encoding="utf-8")
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.S)

    def blank(match):
        found = match.group(0)
        return re.sub(r"[^\n]", " ", found) if found.startswith("/") else found

    return list(enumerate(pattern.sub(blank, text).splitlines(), 1))


def without_strings(line):
    return re.sub(r'"(?:\\.|[^"\\])*"', '""', line)


def finish(findings, what):
    """Prints `file:line: reason` for each finding and ends the script: 0 without findings, else 1."""
    for finding in findings:
        print(finding)
    print(f"{what}: {len(findings)} finding(s)" if findings else f"{what}: ok")
    raise SystemExit(1 if findings else 0)
