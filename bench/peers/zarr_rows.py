"""Random whole-row reads of float32 (5, 96, 96) images by zarr, a chunk for each row, compressed as zarr does by itself.

zarr_rows.py versions    what it is made of
zarr_rows.py gen DIR     makes the array in DIR, of the images in DIR/../rows.npy
zarr_rows.py serve DIR   reads it, as the bench asks
"""
import hashlib
import os
import sys

import numpy as np
import zarr

import peer


def generate(folder):
    os.makedirs(folder, exist_ok=True)
    images = np.load(f"{folder}/../rows.npy", mmap_mode="r")
    zarr.save_array(f"{folder}/rows.zarr", images, chunks=(1,) + images.shape[1:])


def serve(folder):
    order = np.load(f"{folder}/../order.npy")
    images = zarr.open(f"{folder}/rows.zarr", "r")

    def read():
        total = 0.0
        for row in order:
            total += float(images[row][0, 0, 0])
        return total

    def digest():
        whole = hashlib.sha256()
        for row in order:
            whole.update(memoryview(np.ascontiguousarray(images[row])).cast("B"))
        return whole.hexdigest()

    peer.serve({"zarr": (read, peer.bits), "zarr sha256": (digest, str)})


if __name__ == "__main__":
    {"versions": lambda: peer.versions(zarr, np), "gen": generate, "serve": serve}[sys.argv[1]](*sys.argv[2:])
