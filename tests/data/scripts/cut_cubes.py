#!/usr/bin/python3
"""Cuts the cubes of tests/data/ifu out of the published files; values and headers are theirs, with the reference pixels moved.

    ./cut_cubes.py FOLDER_OF_THE_PUBLISHED_FILES TARGET
"""
import pathlib
import sys

from astropy.io import fits

# published file, cut file, channels, rows, columns
CUTS = [
    ("subcub_mosaic.fits", "muse-udf-26.fits", slice(0, 160), slice(0, 30), slice(0, 30)),
    ("CUBE.fits", "muse-linear.fits", slice(1320, 1595), slice(0, 10), slice(2, 18)),
    ("Test_simcube.fits", "kinms-vrad.fits", slice(0, 25), slice(24, 40), slice(22, 42)),
]

source, target = map(pathlib.Path, sys.argv[1:])
for name, cut, *window in CUTS:
    with fits.open(next(source.rglob(name))) as published:
        kept = [hdu for hdu in published if hdu.data is None or hdu.data.ndim == 3]
        for hdu in kept:
            if hdu.data is None:
                continue
            hdu.data = hdu.data[tuple(window)].copy()
            for axis, part in zip((3, 2, 1), window):
                hdu.header[f"CRPIX{axis}"] -= part.start
            hdu.header["HISTORY"] = f"cut by tests/data/scripts/cut_cubes.py out of {name}: channels {window[0].start} to {window[0].stop - 1}, from 0"
        fits.HDUList(kept).writeto(target / cut, overwrite=True, output_verify="silentfix")
