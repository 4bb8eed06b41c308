"""All pairs of two catalogues within a radius by astropy's search_around_sky, from .npy files to .npy files.

astropy_pairs.py versions            what it is made of
astropy_pairs.py serve DIR ARCSEC    matches the .npy columns there, as the bench asks
"""
import sys

import astropy
import astropy.units as u
import numpy as np
import scipy
from astropy.coordinates import SkyCoord, search_around_sky

import peer


def serve(folder, radius_arcsec):
    radius = float(radius_arcsec) * u.arcsec

    def match():
        ids, coordinates = {}, {}
        for name in "ab":
            ids[name] = np.load(f"{folder}/{name}_id.npy")
            coordinates[name] = SkyCoord(np.load(f"{folder}/{name}_ra.npy") * u.deg, np.load(f"{folder}/{name}_dec.npy") * u.deg)
        a, b, separation, _ = search_around_sky(coordinates["a"], coordinates["b"], radius)
        found = ids["a"][a], ids["b"][b]
        for name, values in zip(("a_object_id", "b_object_id", "separation_arcsec"), (*found, separation.arcsec)):
            np.save(f"{folder}/pairs_{name}.npy", values)
        return found

    def pairs(found):
        sort = np.lexsort((found[1], found[0]))
        return peer.sha256(found[0][sort], found[1][sort])

    peer.serve({"search_around_sky": (match, pairs)})


if __name__ == "__main__":
    {"versions": lambda: peer.versions(astropy, scipy, np), "serve": serve}[sys.argv[1]](*sys.argv[2:])
