"""All pairs of two catalogues by SQL, Parquet to Parquet: the best statement for it that we know, in the libduckdb that Pile itself uses.

zone_sql.py run A.parquet B.parquet RADIUS_ARCSEC OUT.parquet [THREADS [COLUMN,...]]: one match in a process of its own; prints its seconds as JSON.
    With columns, each side's are carried along, and the positions of both sides with them.
zone_sql.py request A.parquet B.parquet RADIUS_ARCSEC OUT THREADS JSON: a match with conditions, a choice and a join; OUT ends with .parquet or .csv.
    JSON: {"columns": ["mjd"], "where_a": SQL, "where": SQL over a.column, b.column and separation_arcsec, "find": "nearest" | "one-to-one", "join": "left"}
zone_sql.py versions
zone_sql.py checksum PAIRS [COLUMN,...]: pairs, sums over their ids and over what is carried along, and the sum of separations, by SQL.

The sky is cut into squares of some radii in declination and right ascension; every object of b goes into each square that its radius touches (over RA 0/360 and
round the poles as well), every object of a into one; a hash join and the haversine do the rest. Columns: object_id, ra, dec.
"""
import ctypes
import glob
import json
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LIBRARY = os.environ.get("LIBDUCKDB") or glob.glob(f"{HERE}/../../out/bin/*/libduckdb.so")[0]
RADII_PER_SQUARE = 20


class Result(ctypes.Structure):
    _fields_ = [("f", ctypes.c_uint64 * 2), ("columns", ctypes.c_void_p), ("error", ctypes.c_char_p), ("data", ctypes.c_void_p)]


class Sql:
    def __init__(self, threads):
        self.lib = ctypes.CDLL(LIBRARY)
        self.lib.duckdb_result_error.restype = ctypes.c_char_p
        self.lib.duckdb_library_version.restype = ctypes.c_char_p
        self.lib.duckdb_value_varchar.restype = ctypes.c_char_p
        self.lib.duckdb_value_varchar.argtypes = [ctypes.c_void_p, ctypes.c_uint64, ctypes.c_uint64]
        database = ctypes.c_void_p()
        self.connection = ctypes.c_void_p()
        if self.lib.duckdb_open(None, ctypes.byref(database)) or self.lib.duckdb_connect(database, ctypes.byref(self.connection)):
            raise SystemExit("no DuckDB")
        self.run(f"SET threads = {threads}")
        self.run("SET preserve_insertion_order = false")

    def run(self, sql, columns=0):
        result = Result()
        if self.lib.duckdb_query(self.connection, sql.encode(), ctypes.byref(result)):
            raise SystemExit(self.lib.duckdb_result_error(ctypes.byref(result)).decode())
        values = [self.lib.duckdb_value_varchar(ctypes.byref(result), i, 0).decode() for i in range(columns)]
        self.lib.duckdb_destroy_result(ctypes.byref(result))
        return values


def near(a, b, radius_arcsec, columns, where_a=None):
    """WITH ... near: the pairs of objects whose squares meet, with the haversine of their separation, and the columns of either side."""
    reach = radius_arcsec / 3600 * 1.0001                        # degrees; a little more than the radius, for rounding
    around = int(360 * 3600 // (RADII_PER_SQUARE * radius_arcsec))  # squares in a full circle
    side = 360 / around
    carried = "".join(f', "{c}"' for c in columns if c not in ("ra", "dec"))  # of either side, through every step
    of_pair = "".join(f""", {s}."{c}" AS {s}_{c}""" for s in "ab" for c in columns)
    return f"""
          WITH reaching AS MATERIALIZED (
            SELECT object_id, ra, "dec"{carried},
                   floor(("dec" - {reach} + 90) / {side})::BIGINT AS z_first, floor(("dec" + {reach} + 90) / {side})::BIGINT AS z_last,
                   floor((ra - reach_ra) / {side})::BIGINT AS k_first, floor((ra + reach_ra) / {side})::BIGINT AS k_last
            FROM (SELECT object_id, ra, "dec"{carried}, least(179.9, {reach} / greatest(1e-9, cos(radians(abs("dec") + {reach})))) AS reach_ra FROM read_parquet('{b}'))),
          zones AS (
            SELECT object_id, ra, "dec"{carried}, k_first, k_last, z_first AS z FROM reaching
            UNION ALL SELECT object_id, ra, "dec"{carried}, k_first, k_last, z_last FROM reaching WHERE z_last <> z_first),
          b AS (
            SELECT object_id, ra, "dec"{carried}, z * {around} + (k_first + {around}) % {around} AS square FROM zones
            UNION ALL SELECT object_id, ra, "dec"{carried}, z * {around} + k % {around}
              FROM (SELECT object_id, ra, "dec"{carried}, z, unnest(range(k_first + 1 + {around}, k_last + 1 + {around})) AS k FROM zones WHERE k_last > k_first)),
          a AS (
            SELECT object_id, ra, "dec"{carried}, floor(("dec" + 90) / {side})::BIGINT * {around} + floor(ra / {side})::BIGINT % {around} AS square
            FROM read_parquet('{a}'){f" WHERE {where_a}" if where_a else ""}),
          near AS (
            SELECT a.object_id AS a_object_id, b.object_id AS b_object_id,
                   pow(sin(radians(a."dec" - b."dec") / 2), 2) + cos(radians(a."dec")) * cos(radians(b."dec")) * pow(sin(radians(a.ra - b.ra) / 2), 2) AS haversine{of_pair}
            FROM a JOIN b ON a.square = b.square WHERE abs(a."dec" - b."dec") <= {reach})"""


def pairs_within(radius_arcsec, columns):
    """SELECT of the pairs within the radius."""
    written = "".join(f", {s}_{c}" for s in "ab" for c in columns)
    return f"""
          SELECT a_object_id, b_object_id, 2 * degrees(asin(sqrt(haversine))) * 3600 AS separation_arcsec{written}
          FROM near WHERE haversine <= pow(sin(radians({radius_arcsec} / 3600) / 2), 2)"""


def statement(a, b, radius_arcsec, out, columns):
    columns = ["ra", "dec", *columns] if columns else []
    return f"COPY ({near(a, b, radius_arcsec, columns)} {pairs_within(radius_arcsec, columns)}) TO '{out}' (FORMAT parquet)"


def requested(a, b, radius_arcsec, out, request):
    """The same, for any request: its columns go through every step, and the choice and the join follow."""
    columns, where = request.get("columns", []), request.get("where")
    pairs = f"""{near(a, b, radius_arcsec, columns, request.get("where_a"))},
          pairs AS ({pairs_within(radius_arcsec, columns)}),
          kept AS (SELECT * FROM pairs{f" WHERE {where}" if where else ""})"""
    kept = "kept"
    if request.get("find"):
        pairs += ", nearest AS (SELECT a_object_id, arg_min(b_object_id, separation_arcsec) AS b_object_id, min(separation_arcsec) AS separation_arcsec FROM kept GROUP BY a_object_id)"
        kept = "nearest"
    if request.get("find") == "one-to-one":
        pairs += ", best AS (SELECT arg_min(a_object_id, separation_arcsec) AS a_object_id, b_object_id, min(separation_arcsec) AS separation_arcsec FROM nearest GROUP BY b_object_id)"
        kept = "best"
    result = f"SELECT * FROM {kept}"
    if request.get("join") == "left":
        result = f"SELECT a.object_id AS a_object_id, b_object_id, separation_arcsec FROM read_parquet('{a}') a LEFT JOIN {kept} ON a.object_id = a_object_id"
    return f"COPY ({pairs} {result}) TO '{out}' (FORMAT {'csv' if out.endswith('.csv') else 'parquet'})"


def main():
    if sys.argv[1] == "versions":
        print(json.dumps({"duckdb": ctypes.c_char_p(Sql(1).lib.duckdb_library_version()).value.decode()}))
    elif sys.argv[1] == "checksum":
        columns = sys.argv[3].split(",") if len(sys.argv) > 3 else []
        carried = "".join(f", {s}_{c}" for s in "ab" for c in ["ra", "dec", *columns]) if columns else ""
        pairs, ids, separations = Sql(2).run(f"""SELECT count(*), sum(hash(a_object_id, b_object_id{carried})::HUGEINT), round(sum(separation_arcsec), 3) FROM '{sys.argv[2]}'""", 3)
        print(json.dumps({"pairs": int(pairs), "ids": ids, "separations": separations}))
    elif sys.argv[1] == "request":
        a, b, radius, out, threads, request = sys.argv[2:]
        sql = Sql(threads)
        start = time.perf_counter()
        sql.run(requested(a, b, float(radius), out, json.loads(request)))
        print(json.dumps({"seconds": time.perf_counter() - start}), flush=True)
        os._exit(0)
    else:
        a, b, radius, out = sys.argv[2:6]
        sql = Sql(sys.argv[6] if len(sys.argv) > 6 else 2)
        start = time.perf_counter()
        sql.run(statement(a, b, float(radius), out, sys.argv[7].split(",") if len(sys.argv) > 7 else []))
        print(json.dumps({"seconds": time.perf_counter() - start}), flush=True)
        os._exit(0)  # as a program would end: without giving memory back piece by piece


main()
