"""All pairs of two catalogues by STILTS; the bench runs STILTS itself, this makes its input and reads its output.

stilts_pairs.py versions
stilts_pairs.py gen DIR        FITS files of the .npy columns, where they are missing
stilts_pairs.py checksum DIR   SHA-256 of the sorted ids of pairs_stilts.fits, which it removes
"""
import os
import subprocess
import sys

import astropy
import numpy as np
from astropy.io import fits

import peer


def versions():
    told = subprocess.run(["stilts", "-version"], capture_output=True, text=True).stdout
    peer.versions(astropy, stilts=next((line.split()[-1] for line in told.splitlines() if "STILTS version" in line), "unknown"))


def generate(folder):
    for side in "ab":
        path = f"{folder}/{side}.fits"
        if not os.path.exists(path):
            columns = [fits.Column(name=name, format=kind, array=np.load(f"{folder}/{side}_{name}.npy")) for name, kind in (("id", "K"), ("ra", "D"), ("dec", "D"))]
            fits.BinTableHDU.from_columns(columns).writeto(path)


def checksum(folder):
    path = f"{folder}/pairs_stilts.fits"
    with fits.open(path) as file:
        a, b = file[1].data["id_1"].astype("<i8"), file[1].data["id_2"].astype("<i8")
        sort = np.lexsort((b, a))
        print(peer.sha256(a[sort], b[sort]))
    os.remove(path)


if __name__ == "__main__":
    {"versions": versions, "gen": generate, "checksum": checksum}[sys.argv[1]](*sys.argv[2:])
