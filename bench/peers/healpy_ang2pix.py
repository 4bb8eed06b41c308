"""Pixel numbers of positions by healpy, NESTED, order 29.

healpy_ang2pix.py versions    what it is made of
healpy_ang2pix.py gen DIR     makes the positions, uniform on the sky
healpy_ang2pix.py serve DIR   converts them, as the bench asks
"""
import os
import sys

import healpy
import numpy as np

import peer

POINTS, NSIDE = 4_000_000, 2 ** 29


def generate(folder):
    os.makedirs(folder, exist_ok=True)
    rng = np.random.default_rng(3)
    np.save(f"{folder}/ra.npy", 360 * rng.random(POINTS))
    np.save(f"{folder}/dec.npy", np.degrees(np.arcsin(2 * rng.random(POINTS) - 1)))


def serve(folder):
    ra, dec = np.load(f"{folder}/ra.npy"), np.load(f"{folder}/dec.npy")
    peer.serve({
        "ang2pix": (lambda: healpy.ang2pix(NSIDE, ra, dec, nest=True, lonlat=True), peer.sha256),
    })


if __name__ == "__main__":
    {"versions": lambda: peer.versions(healpy, np), "gen": generate, "serve": serve}[sys.argv[1]](*sys.argv[2:])
