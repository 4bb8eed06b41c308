"""Random chips of cloud-optimized GeoTIFFs in an object store, by rasterio through GDAL's /vsis3.

chips_s3.py versions                          what it is made of
chips_s3.py serve DIR PREFIX ENDPOINT         reads the chips of DIR/order.npy below s3://PREFIX, as the bench asks

The settings are those that GDAL's and rasterio's documentation recommend for cloud-optimized files.
"""
import concurrent.futures
import os
import sys
import threading

import numpy as np
import rasterio
from rasterio.windows import Window

import peer

SIZE, BANDS, CHECKED = 256, ["red", "green", "nir"], 60
SETTINGS = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".tif", "GDAL_INGESTED_BYTES_AT_OPEN": "32768",
    "GDAL_HTTP_MERGE_CONSECUTIVE_RANGES": "YES", "GDAL_HTTP_MULTIPLEX": "YES", "GDAL_HTTP_VERSION": "2", "VSI_CACHE": "TRUE",
    "VSI_CACHE_SIZE": "5000000", "CPL_VSIL_CURL_CACHE_SIZE": "200000000",
}


def serve(folder, prefix, endpoint):
    os.environ.update(SETTINGS, AWS_S3_ENDPOINT=endpoint, AWS_HTTPS="NO", AWS_VIRTUAL_HOSTING="FALSE", AWS_REGION="us-east-1")
    order = np.load(f"{folder}/order.npy").reshape(-1, 3).tolist()
    local = threading.local()

    def paths(scene):
        return [f"/vsis3/{prefix}/{scene:03}_{band}.tif" for band in BANDS]

    def opened(chip):
        scene, x, y = chip
        pixels = []
        for path in paths(scene):
            with rasterio.open(path) as file:
                pixels.append(file.read(1, window=Window(x * SIZE, y * SIZE, SIZE, SIZE)))
        return np.stack(pixels)

    def kept(chip):
        scene, x, y = chip
        if not hasattr(local, "files"):
            local.files = {}
        pixels = []
        for path in paths(scene):
            if path not in local.files:
                local.files[path] = rasterio.open(path)
            pixels.append(local.files[path].read(1, window=Window(x * SIZE, y * SIZE, SIZE, SIZE)))
        return np.stack(pixels)

    def run(read, threads):
        # Neighbours in the order are read by the same thread.
        parts = [order[i * len(order) // threads:(i + 1) * len(order) // threads] for i in range(threads)]

        def part(chips):
            return sum(int(read(chip)[:, 0, 0].sum()) for chip in chips)

        with concurrent.futures.ThreadPoolExecutor(threads) as pool:
            return sum(pool.map(part, parts))

    passes = {f"{how.__name__} {threads}": (lambda how=how, threads=threads: run(how, threads), str)
              for how in (opened, kept) for threads in (2, 16)}
    passes["pixels"] = (lambda: [opened(chip) for chip in order[:CHECKED]], lambda chips: peer.sha256(*chips))
    peer.serve(passes)


if __name__ == "__main__":
    {"versions": lambda: peer.versions(rasterio, np, GDAL=rasterio.__gdal_version__), "serve": serve}[sys.argv[1]](*sys.argv[2:])
