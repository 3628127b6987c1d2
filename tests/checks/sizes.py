#!/usr/bin/env python3
"""Warns of files over 500 lines and functions over 60; never fails."""
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tree  # noqa: E402

FILE_LINES, FUNCTION_LINES = 500, 60
# With Google style a function's body opens at the end of a line that starts in column 0 (or 2, in a class) and closes
# with a brace alone in the same column.
OPENS = re.compile(r"^(\s{0,2})[\w:~<>&*\[\](), ]*\)[\w\s&>\-:<]*\{$")


def long_functions(name):
    text = tree.lines(name)
    for number, line in enumerate(text):
        match = OPENS.match(line)
        if not match or re.match(r"\s*(namespace|if|for|while|switch|struct|class|enum)\b", line):
            continue
        for end in range(number + 1, len(text)):
            if text[end].startswith(match.group(1) + "}"):
                if end - number + 1 > FUNCTION_LINES:
                    yield number + 1, end - number + 1
                break


warnings = []
for file in tree.files("include", "src", "tests"):
    if file.suffix not in (".h", ".cc", ".py"):
        continue
    length = len(tree.lines(file))
    if length > FILE_LINES:
        warnings.append(f"{file}:1: warning: {length} lines, more than {FILE_LINES}")
    if file.suffix != ".py":
        warnings += [f"{file}:{number}: warning: a function of {size} lines" for number, size in long_functions(file)]
print("\n".join(warnings + [f"sizes: {len(warnings)} warning(s)"]))
