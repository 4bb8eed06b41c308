"""All pairs of two catalogues within a radius by astropy's search_around_sky, from .npy files to .npy files.

astropy_pairs.py versions            what it is made of
astropy_pairs.py run DIR ARCSEC      matches the .npy columns there: a process of its own, as a user's script is
astropy_pairs.py checksum DIR        SHA-256 of the sorted ids of the pairs
"""
import sys

import astropy
import astropy.units as u
import numpy as np
import scipy
from astropy.coordinates import SkyCoord, search_around_sky

import peer

WRITTEN = "a_object_id", "b_object_id", "separation_arcsec"


def run(folder, radius_arcsec):
    ids, coordinates = {}, {}
    for name in "ab":
        ids[name] = np.load(f"{folder}/{name}_id.npy")
        coordinates[name] = SkyCoord(np.load(f"{folder}/{name}_ra.npy") * u.deg, np.load(f"{folder}/{name}_dec.npy") * u.deg)
    a, b, separation, _ = search_around_sky(coordinates["a"], coordinates["b"], float(radius_arcsec) * u.arcsec)
    for name, values in zip(WRITTEN, (ids["a"][a], ids["b"][b], separation.arcsec)):
        np.save(f"{folder}/pairs_{name}.npy", values)


def checksum(folder):
    a, b = (np.load(f"{folder}/pairs_{name}.npy") for name in WRITTEN[:2])
    sort = np.lexsort((b, a))
    print(peer.sha256(a[sort], b[sort]))


if __name__ == "__main__":
    {"versions": lambda: peer.versions(astropy, scipy, np), "run": run, "checksum": checksum}[sys.argv[1]](*sys.argv[2:])
