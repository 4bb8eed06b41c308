"""Prints random SQL conditions over the columns x, y (DOUBLE), f (FLOAT), i (INTEGER) and t (VARCHAR), and their values by numpy.

The first line holds the rows as JSON. Each further line holds a condition, a tab, and one letter for each row: T, F, or N for NULL.
"""
import json
import random
import sys

import numpy as np

NAN, INF = float("nan"), float("inf")
VALUES = [None, NAN, INF, -INF, -1.5, 0.0, 2.0, 3.0]
TEXTS = [None, "nan", "a", "b"]
ROWS = [{"x": x, "y": y, "f": VALUES[(3 * n + n // 8) % 8], "i": [None, -1, 0, 2, 3][n % 5], "t": TEXTS[n % 4]}
        for n, (x, y) in enumerate((x, y) for x in VALUES for y in VALUES)]
COMPARE = {"=": np.equal, "<>": np.not_equal, "!=": np.not_equal, "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}
rng = random.Random(int(sys.argv[1]))


def compare(operator, a, b):
    return None if a is None or b is None else bool(COMPARE[operator](np.float64(a), np.float64(b)))


def negate(a):
    return None if a is None else not a


def all_of(values):
    values = list(values)
    return False if False in values else None if None in values else True


def any_of(values):
    return negate(all_of(negate(v) for v in values))


def compare_rows(operator, a, b):
    """As SQL:2016, 8.2: rows are equal if all elements are, and ordered by the first that differs."""
    if operator in ("=", "<>", "!="):
        return (all_of if operator == "=" else any_of)(compare(operator, u, v) for u, v in zip(a, b))
    if len(a) == 1:
        return compare(operator, a[0], b[0])
    return any_of([compare(operator[0], a[0], b[0]), all_of([compare("=", a[0], b[0]), compare_rows(operator, a[1:], b[1:])])])


def number(depth):
    """SQL of a number, and a function from a row to its value."""
    kind = rng.randrange(4 if depth == 0 else 9)
    if kind < 3:
        column = rng.choice("xxyyfi")
        return column, lambda row: row[column]
    if kind == 3:
        sql, value = rng.choice([("2", 2.0), ("-1.5", -1.5), ("0", 0.0), ("'nan'::DOUBLE", NAN), ("'-inf'::FLOAT", -INF), ("NULL::DOUBLE", None), ("NULL", None)])
        return sql, lambda row: value
    a, of_a = number(depth - 1)
    b, of_b = number(depth - 1)
    if kind == 4:
        return f"abs({a}::DOUBLE)", lambda row: None if of_a(row) is None else abs(of_a(row))
    if kind == 5:
        return f"({a}::DOUBLE + {b})", lambda row: None if of_a(row) is None or of_b(row) is None else float(np.float64(of_a(row)) + np.float64(of_b(row)))
    if kind == 6:
        c, of_c = condition(depth - 1)
        return f"CASE WHEN {c} THEN {a}::DOUBLE ELSE {b} END", lambda row: of_a(row) if of_c(row) else of_b(row)
    if kind == 7:
        return f"CASE {a} WHEN {b} THEN 2 ELSE {b}::DOUBLE END", lambda row: 2.0 if compare("=", of_a(row), of_b(row)) else of_b(row)
    return f"coalesce({a}, {b}::DOUBLE)", lambda row: of_b(row) if of_a(row) is None else of_a(row)


def condition(depth):
    """SQL of a condition, and a function from a row to True, False or None."""
    kind = rng.randrange(6 if depth == 0 else 10)
    if kind >= 6:
        a, of_a = condition(depth - 1)
        b, of_b = condition(depth - 1)
        if kind == 6:
            return f"({a} AND {b})", lambda row: all_of([of_a(row), of_b(row)])
        if kind == 7:
            return f"({a} OR {b})", lambda row: any_of([of_a(row), of_b(row)])
        if kind == 8:
            return f"(NOT {a})", lambda row: negate(of_a(row))
        return f"({a} IS NOT TRUE)", lambda row: of_a(row) is not True
    if kind == 5:
        text = rng.choice(["nan", "a"])
        return rng.choice([
            (f"(t = '{text}')", lambda row: None if row["t"] is None else row["t"] == text),
            (f"(t IN ('{text}', 'b'))", lambda row: None if row["t"] is None else row["t"] in (text, "b")),
            ("(x < ' NaN')", lambda row: compare("<", row["x"], NAN)),
            ("(f IN ('nan', '2'))", lambda row: compare("=", row["f"], 2)),
            ("(y IN [2, 'nan'::DOUBLE])", lambda row: compare("=", row["y"], 2)),
            ("(NOT /* not */ ((NOT x = 2)::INT > y))", lambda row: negate(compare(">", negate(compare("=", row["x"], 2)), row["y"]))),
            ("(NOT -- not\r not ((NOT (x < y))))", lambda row: negate(compare("<", row["x"], row["y"]))),
            ("(len(list_filter([x, y], lambda v: v > 0)) > 1)", lambda row: all(compare(">", row[c], 0) is True for c in "xy")),
        ])
    (a, of_a), (b, of_b), (c, of_c) = number(depth - 1 if depth else 0), number(depth - 1 if depth else 0), number(0)
    no = rng.choice([False, True])
    if kind == 3:
        value = lambda row: all_of([compare(">=", of_a(row), of_b(row)), compare("<=", of_a(row), of_c(row))])
        return f"({a} {'NOT ' if no else ''}BETWEEN {b} AND {c})", (lambda row: negate(value(row))) if no else value
    if kind == 4:
        value = lambda row: any_of([compare("=", of_a(row), of_b(row)), compare("=", of_a(row), of_c(row))])
        return f"({a} {'NOT ' if no else ''}IN ({b}, {c}))", (lambda row: negate(value(row))) if no else value
    operator = rng.choice(list(COMPARE))
    if rng.randrange(4) == 0:
        d, of_d = number(0)
        return f"(({a}, {c}) {operator} ({b}, {d}))", lambda row: compare_rows(operator, [of_a(row), of_c(row)], [of_b(row), of_d(row)])
    if rng.randrange(8) == 0:
        value = lambda row: all_of([compare_rows(">=", [of_a(row), row["x"]], [of_b(row), row["y"]]),
                                    compare_rows("<=", [of_a(row), row["x"]], [of_c(row), row["f"]])])
        return f"(({a}, x) {'NOT ' if no else ''}BETWEEN ({b}, y) AND ({c}, f))", (lambda row: negate(value(row))) if no else value
    if rng.randrange(8) == 0:
        value = lambda row: any_of(compare_rows("=", [of_a(row), row["x"]], other) for other in ([of_b(row), 2], [of_c(row), row["f"]]))
        return f"(({a}, x) {'NOT ' if no else ''}IN (({b}, 2), ({c}, f)))", (lambda row: negate(value(row))) if no else value
    return f"({a} {operator} {b})", lambda row: compare(operator, of_a(row), of_b(row))


with np.errstate(invalid="ignore"):
    print(json.dumps([{k: str(v) if isinstance(v, float) else v for k, v in row.items()} for row in ROWS]))
    for _ in range(int(sys.argv[2])):
        sql, value = condition(rng.randrange(4))
        print(sql, "".join({True: "T", False: "F", None: "N"}[value(row)] for row in ROWS), sep="\t")
