"""Cloud-optimized GeoTIFFs and STAC items, random reads of chips by rasterio, and an index of chips by a loop over shapely and pyproj.

chips.py versions            what it is made of
chips.py gen DIR             makes scenes of three bands, their items, and copies of a real Sentinel-2 item
chips.py serve DIR           reads chips, as the bench asks
chips.py build ITEMS CHIPS   computes the footprint of each chip of the items, as stacchip does, and prints their number
"""
import concurrent.futures
import copy
import json
import os
import shutil
import sys
import threading

import numpy as np
import pyproj
import rasterio
import rasterio.shutil
import shapely
from rasterio.windows import Window
from shapely.geometry import box
from shapely.ops import transform

import peer

SCALE = float(os.environ.get("PILE_BENCH_SCALE", 1))  # a smaller scale only shows that the bench works
SCENES, PIXELS, SIZE, BANDS = max(int(12 * SCALE), 2), 7680, 256, ["red", "green", "nir"]
ITEMS, SEARCHED = max(int(1000 * SCALE), 2), max(int(5670 * SCALE), 2)  # of 1,764 chips each: 10 million are searched
THREADS = os.cpu_count()
REAL = "tests/data/eo/stac-items/S2A_28QCH_20200714_0_L2A.json"
ZONE = "EPSG:32628"


def footprint(west, north, pixels):
    size = 10.0 * pixels
    lon, lat = pyproj.Transformer.from_crs(ZONE, "EPSG:4326", always_xy=True).transform(
        [west, west, west + size, west + size, west], [north, north - size, north - size, north, north])
    return {"type": "Polygon", "coordinates": [[list(p) for p in zip(lon, lat)]]}, [min(lon), min(lat), max(lon), max(lat)]


def generate(folder):
    rng = np.random.default_rng(1)
    os.makedirs(f"{folder}/scenes")
    y, x = np.mgrid[0:PIXELS, 0:PIXELS].astype("f4")
    for number, band in enumerate(BANDS):
        values = 3000 + 1200 * np.sin(x / (97 + number)) * np.cos(y / 131) + rng.normal(0, 12, (PIXELS, PIXELS))
        with rasterio.open(f"{folder}/plain.tif", "w", driver="GTiff", dtype="uint16", count=1, height=PIXELS, width=PIXELS, crs=ZONE,
                           nodata=0, transform=rasterio.Affine(10, 0, 399960, 0, -10, 4000020)) as file:
            file.write(values.astype("uint16"), 1)
        rasterio.shutil.copy(f"{folder}/plain.tif", f"{folder}/scenes/000_{band}.tif", driver="COG", COMPRESS="DEFLATE", PREDICTOR="2",
                             BLOCKSIZE="1024", OVERVIEWS="NONE")
        for scene in range(1, SCENES):
            shutil.copy(f"{folder}/scenes/000_{band}.tif", f"{folder}/scenes/{scene:03}_{band}.tif")
    os.remove(f"{folder}/plain.tif")
    geometry, bounds = footprint(399960, 4000020, PIXELS)
    with open(f"{folder}/scenes.ndjson", "w") as output:
        for scene in range(SCENES):
            assets = {band: {"href": f"scenes/{scene:03}_{band}.tif", "roles": ["data"],
                             "type": "image/tiff; application=geotiff; profile=cloud-optimized"} for band in BANDS}
            output.write(json.dumps({"type": "Feature", "stac_version": "1.0.0", "id": f"{scene:03}", "geometry": geometry, "bbox": bounds,
                                     "properties": {"datetime": "2020-07-14T11:00:00Z"}, "links": [], "assets": assets}) + "\n")
    with open(REAL) as file:
        real = json.load(file)
    for name, count in (("items", ITEMS), ("searched", SEARCHED)):
        with open(f"{folder}/{name}.ndjson", "w") as output:
            for number in range(count):
                output.write(json.dumps(moved(real, number), separators=(",", ":")) + "\n")


def moved(real, number):
    """A copy of the item under another id, moved by multiples of 60 km in the zone, and in time."""
    item = copy.deepcopy(real)
    east, north = (number % 6 - 1) * 60000.0, (number // 6 % 100 - 30) * 60000.0
    item["id"], item["links"] = f"{real['id']}_{number:04}", []
    item["properties"]["datetime"] = f"20{20 + number % 5}-{1 + number // 5 % 12:02}-{1 + number // 60 % 28:02}T11:55:52Z"
    item["geometry"], item["bbox"] = footprint(300000 + east, 2300040 + north, 10980)
    for asset in item["assets"].values():
        if "proj:transform" in asset:
            asset["proj:transform"][2] += east
            asset["proj:transform"][5] += north
        asset["href"] = asset["href"].replace(real["id"], item["id"])
    return item


def serve(folder):
    orders = {name: np.load(f"{folder}/{name}.npy").reshape(-1, 3).tolist() for name in ("random", "index")}
    paths = [[f"{folder}/scenes/{scene:03}_{band}.tif" for band in BANDS] for scene in range(SCENES)]
    local = threading.local()

    def window(x, y):
        return Window(x * SIZE, y * SIZE, SIZE, SIZE)

    def opened(chip):
        scene, x, y = chip
        pixels = []
        for path in paths[scene]:
            with rasterio.open(path) as file:
                pixels.append(file.read(1, window=window(x, y)))
        return np.stack(pixels)

    def kept(chip):
        scene, x, y = chip
        if not hasattr(local, "files"):
            local.files = {}
        pixels = []
        for path in paths[scene]:
            if path not in local.files:
                local.files[path] = rasterio.open(path)
            pixels.append(local.files[path].read(1, window=window(x, y)))
        return np.stack(pixels)

    def run(read, order):
        # Neighbours in the order are read by the same thread.
        parts = [order[i * len(order) // THREADS:(i + 1) * len(order) // THREADS] for i in range(THREADS)]

        def part(chips):
            return sum(int(read(chip)[:, 0, 0].sum()) for chip in chips)

        with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
            return sum(pool.map(part, parts))

    passes = {f"{how.__name__} {name}": (lambda how=how, order=order: run(how, order), str)
              for how in (opened, kept) for name, order in orders.items()}
    passes["pixels"] = (lambda: [kept(chip) for chip in orders["random"][:300]], lambda chips: peer.sha256(*chips))
    peer.serve(passes)


def build(items, chips):
    """The loop of stacchip's indexer: a polygon for each chip, transformed point by point, in lists that become a table."""
    size = int(chips)
    index = {name: [] for name in ("chipid", "item", "date", "x", "y", "cloud", "nodata", "geometry")}
    with open(items) as lines:
        for line in lines:
            item = json.loads(line)
            asset = item["assets"]["B02"]
            (rows, columns), (a, _, c, _, e, f) = asset["proj:shape"], asset["proj:transform"][:6]
            project = pyproj.Transformer.from_crs(f"EPSG:{item['properties']['proj:epsg']}", "EPSG:4326", always_xy=True).transform
            for y in range(rows // size):
                for x in range(columns // size):
                    west, north = c + x * size * a, f + y * size * e
                    place = transform(project, box(west, north + size * e, west + size * a, north))
                    for name, value in zip(index, (f"{item['id']}-{x}-{y}", item["id"], item["properties"]["datetime"], x, y, 0.0, 0.0,
                                                   place.wkb)):
                        index[name].append(value)
    print(len(index["chipid"]))


if __name__ == "__main__":
    {"versions": lambda: peer.versions(rasterio, np, shapely, pyproj, GDAL=rasterio.__gdal_version__), "gen": generate, "serve": serve,
     "build": build}[sys.argv[1]](*sys.argv[2:])
