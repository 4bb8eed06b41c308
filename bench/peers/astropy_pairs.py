"""All pairs of two catalogues within a radius by astropy's search_around_sky, on coordinates that are in memory already.

astropy_pairs.py versions            what it is made of
astropy_pairs.py gen DIR             makes the catalogues, as .npy columns
astropy_pairs.py serve DIR ARCSEC    matches them, as the bench asks
"""
import os
import sys

import astropy
import astropy.units as u
import numpy as np
import scipy
from astropy.coordinates import SkyCoord, search_around_sky

import peer

ROWS, COUNTERPARTS = 1_000_000, 600_000
SCATTER_DEG = 0.3 / 3600


def generate(folder):
    """Two uniform skies; six in ten of b lie within about an arcsecond of a row of a. Rows are shuffled, ids are not row numbers."""
    os.makedirs(folder, exist_ok=True)
    rng = np.random.default_rng(4)
    ra, dec = 360 * rng.random(ROWS), np.degrees(np.arcsin(2 * rng.random(ROWS) - 1))
    b_dec = np.clip(dec[:COUNTERPARTS] + rng.normal(0, SCATTER_DEG, COUNTERPARTS), -90, 90)
    b_ra = (ra[:COUNTERPARTS] + rng.normal(0, SCATTER_DEG, COUNTERPARTS) / np.maximum(np.cos(np.radians(b_dec)), 1e-6)) % 360
    alone = ROWS - COUNTERPARTS
    b_ra, b_dec = np.append(b_ra, 360 * rng.random(alone)), np.append(b_dec, np.degrees(np.arcsin(2 * rng.random(alone) - 1)))
    for name, side_ra, side_dec in (("a", ra, dec), ("b", b_ra, b_dec)):
        rows = rng.permutation(ROWS)
        np.save(f"{folder}/{name}_id.npy", rows + 1_000_000_000)
        np.save(f"{folder}/{name}_ra.npy", side_ra[rows])
        np.save(f"{folder}/{name}_dec.npy", side_dec[rows])


def serve(folder, radius_arcsec):
    ids, coordinates = {}, {}
    for name in "ab":
        ids[name] = np.load(f"{folder}/{name}_id.npy")
        coordinates[name] = SkyCoord(np.load(f"{folder}/{name}_ra.npy") * u.deg, np.load(f"{folder}/{name}_dec.npy") * u.deg)

    radius = float(radius_arcsec) * u.arcsec

    def match():
        for side in coordinates.values():  # or astropy keeps the tree of the pass before
            side.cache.clear()
        return search_around_sky(coordinates["a"], coordinates["b"], radius)

    def pairs(found):
        a, b = ids["a"][found[0]], ids["b"][found[1]]
        sort = np.lexsort((b, a))
        return peer.sha256(a[sort], b[sort])

    peer.serve({"search_around_sky": (match, pairs)})


if __name__ == "__main__":
    {"versions": lambda: peer.versions(astropy, scipy, np), "gen": generate, "serve": serve}[sys.argv[1]](*sys.argv[2:])
