"""All pairs of two catalogues within a radius by astropy's search_around_sky, on coordinates that are in memory already.

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
    {"versions": lambda: peer.versions(astropy, scipy, np), "serve": serve}[sys.argv[1]](*sys.argv[2:])
