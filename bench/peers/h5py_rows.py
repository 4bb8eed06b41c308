"""Random whole-row reads of float32 (5, 96, 96) images by h5py.

h5py_rows.py versions    what it is made of
h5py_rows.py gen DIR     makes the images and their HDF5 layouts
h5py_rows.py serve DIR   reads them, as the bench asks
"""
import hashlib
import os
import sys

import h5py
import numpy as np

import peer

ROWS, SHAPE = max(int(4000 * float(os.environ.get("PILE_BENCH_SCALE", 1))), 100), (5, 96, 96)  # a smaller scale only shows that the bench works
FIELD_DEG = 20.0  # the images lie in a field of this size, as those of a survey do: about forty cells of order 4


def generate(folder):
    """Gaussian sources on noise, so that they compress as images do; positions; and the order in which rows are read."""
    os.makedirs(folder, exist_ok=True)
    rng = np.random.default_rng(1)
    images = np.empty((ROWS,) + SHAPE, "f4")
    y, x = np.mgrid[:96, :96]
    for row in range(ROWS):
        source = np.exp(-((y - 48 - rng.normal()) ** 2 + (x - 48 - rng.normal()) ** 2) / (2 * rng.uniform(2, 9) ** 2))
        images[row] = rng.normal(0, 0.02, SHAPE) + source * rng.uniform(0.1, 5, (5, 1, 1))
    np.save(f"{folder}/ra.npy", 180 + FIELD_DEG * (rng.random(ROWS) - 0.5))
    np.save(f"{folder}/dec.npy", FIELD_DEG * (rng.random(ROWS) - 0.5))
    np.save(f"{folder}/order.npy", np.random.default_rng(2).permutation(ROWS).astype("i8"))
    with h5py.File(f"{folder}/rows.h5", "w") as file:
        file["contiguous"] = images
        file.create_dataset("chunk_raw", data=images, chunks=(1,) + SHAPE)
        file.create_dataset("chunk_gzip", data=images, chunks=(1,) + SHAPE, compression="gzip", compression_opts=4, shuffle=True)
    np.save(f"{folder}/rows.npy", images)


def serve(folder):
    order = np.load(f"{folder}/order.npy")
    with h5py.File(f"{folder}/rows.h5", "r") as file:

        def read(name):
            dataset, total = file[name], 0.0
            for row in order:
                total += float(dataset[row][0, 0, 0])
            return total

        def digest(name):
            dataset, whole = file[name], hashlib.sha256()
            for row in order:
                whole.update(memoryview(dataset[row]).cast("B"))
            return whole.hexdigest()

        layouts = ("contiguous", "chunk_raw", "chunk_gzip")
        peer.serve({
            **{name: (lambda name=name: read(name), peer.bits) for name in layouts},
            **{f"{name} sha256": (lambda name=name: digest(name), str) for name in layouts},
        })


if __name__ == "__main__":
    {"versions": lambda: peer.versions(h5py, np, HDF5=h5py.version.hdf5_version), "gen": generate, "serve": serve}[sys.argv[1]](*sys.argv[2:])
