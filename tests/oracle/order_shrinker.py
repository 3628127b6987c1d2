"""Makes an order on which two checkers differ as small as it gets."""
import re


def without(items, start, count):
    return items[:start] + items[start + count:]


def smaller(order):
    """Orders with something left out, the largest steps first."""
    lines = order["lines"]
    size = len(lines) // 2
    while size:
        for start in range(0, len(lines), size):
            if size < len(lines):
                yield order | {"lines": without(lines, start, size)}
        size //= 2
    for name in order:
        if name != "lines":
            yield {other: member for other, member in order.items() if other != name}
    diagnoses = order.get("diagnosis", [])
    for index in range(len(diagnoses) if len(diagnoses) > 1 else 0):
        yield order | {"diagnosis": without(diagnoses, index, 1)}
    for index, line in enumerate(lines):
        for less in smaller_line(line):
            yield order | {"lines": [*lines[:index], less, *lines[index + 1:]]}


def smaller_line(line):
    for name in line:
        if name != "code":
            yield {other: member for other, member in line.items() if other != name}
    modifiers = line.get("modifiers", [])
    for index in range(len(modifiers) if len(modifiers) > 1 else 0):
        yield line | {"modifiers": without(modifiers, index, 1)}
    # "http://a/b|x:59:XS": the modifiers of the code, one by one
    for match in re.finditer(r":[^:|/]+", line["code"].rpartition("|")[2]):
        yield line | {"code": line["code"].removesuffix(match.group()) if line["code"].endswith(match.group())
                      else line["code"].replace(match.group(), "", 1)}


def shrink(order, differs, tries=2000):
    """The smallest order found for which `differs(order)` still holds, in at most so many tries."""
    found = True
    while found:
        found = False
        for candidate in smaller(order):
            if tries == 0:
                return order
            tries -= 1
            if differs(candidate):
                order, found = candidate, True
                break
    return order
