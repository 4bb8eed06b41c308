"""STAC items as lines of JSON, and what a loop in Python needs to read them.

scenes.py versions       what it is made of
scenes.py gen DIR        makes DIR/items.ndjson: 2.5 GB of copies of a real Sentinel-2 item
scenes.py read ITEMS     parses each item and its footprint, keeps a row of its fields in a list, and prints the number of rows
"""
import copy
import json
import os
import sys

import shapely
from shapely.geometry import shape

import peer

SCALE = float(os.environ.get("PILE_BENCH_SCALE", 1))  # a smaller scale only shows that the bench works
BYTES = int(2.5e9 * SCALE)
REAL = "tests/data/eo/stac-items/S2B_MSIL2A_20190629T212529_R043_T06VVN_20201006T080531_raster_ext.json"
PLACES = 36 * 13  # ten degrees apart


def moved(real, number):
    """A copy of the item under another id, moved to another place, and in time. The grid of its pixels, which is that of the real place, is left out."""
    item = copy.deepcopy(real)
    east, north = (number % 36) * 10.0 - real["bbox"][0] - 179, (number // 36 % 13) * 10.0 - real["bbox"][1] - 65
    item["id"] = f"{real['id']}_{number:06}"
    item["properties"]["datetime"] = f"20{18 + number % 7}-{1 + number // PLACES % 12:02}-{1 + number // 7 % 28:02}T21:25:{number % 60:02}Z"
    item["geometry"]["coordinates"] = [[[lon + east, lat + north] for lon, lat in ring] for ring in real["geometry"]["coordinates"]]
    ring = item["geometry"]["coordinates"][0]
    item["bbox"] = [min(lon for lon, _ in ring), min(lat for _, lat in ring), max(lon for lon, _ in ring), max(lat for _, lat in ring)]
    for asset in item["assets"].values():
        asset["href"] = asset["href"].replace(real["id"], item["id"])
        for key in "proj:transform", "proj:bbox":
            asset.pop(key, None)
    return item


def generate(folder):
    os.makedirs(folder, exist_ok=True)
    with open(REAL) as file:
        real = json.load(file)
    with open(f"{folder}/items.ndjson", "w") as output:
        number = written = 0
        while written < BYTES:
            written += output.write(json.dumps(moved(real, number)) + "\n")
            number += 1


def read(items):
    rows = []
    with open(items) as lines:
        for line in lines:
            item = json.loads(line)
            place = shape(item["geometry"])
            rows.append((item["id"], place.wkb, place.bounds, item["properties"], [(key, asset["href"]) for key, asset in item["assets"].items()]))
    print(len(rows))


if __name__ == "__main__":
    {"versions": lambda: peer.versions(shapely), "gen": generate, "read": read}[sys.argv[1]](*sys.argv[2:])
