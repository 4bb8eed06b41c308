#!/usr/bin/python3
"""Paints pictures of the open cluster NGC 188 for the training loop: examples/train-loop.sh runs it.

    paint.py FOLDER      writes bp.fits, rp.fits and targets.ecsv

The stars, their positions and their magnitudes in two bands are Gaia's (tests/data/catalog/gaia_results.fits). The pictures are SIMULATED: a Gaussian
star for each, a flat sky, and noise of both. What is learned from them, the near-infrared magnitude, is not painted: 2MASS measured it.
The same pictures each time. Needs numpy and astropy.
"""
import os
import sys

import numpy as np
from astropy.io import fits
from astropy.table import Table
from astropy.wcs import WCS

HERE = os.path.dirname(os.path.abspath(__file__))
ZERO_POINT = 27.0     # magnitude of one electron
SKY = 100.0           # electrons in a pixel, of which the mean is taken away
SIZE, SCALE, SIGMA = 2432, 1.5, 1.1   # pixels, arcsec in a pixel, pixels
HALF = 15             # pixels from a star's middle to the edge of its stamp


def paint(x, y, magnitude, random):
    picture = np.zeros((SIZE, SIZE))
    for x0, y0, flux in zip(x, y, 10 ** (0.4 * (ZERO_POINT - magnitude))):
        left, low = int(np.floor(x0)) - HALF, int(np.floor(y0)) - HALF
        xs = np.arange(max(left, 0), min(left + 2 * HALF + 2, SIZE))
        ys = np.arange(max(low, 0), min(low + 2 * HALF + 2, SIZE))
        if len(xs) and len(ys):
            star = np.exp(-0.5 * ((ys[:, None] - y0) ** 2 + (xs[None, :] - x0) ** 2) / SIGMA**2)
            picture[ys[0]:ys[-1] + 1, xs[0]:xs[-1] + 1] += flux * star / (2 * np.pi * SIGMA**2)
    return picture + random.normal(0, np.sqrt(picture + SKY))


def main(folder):
    gaia = Table.read(os.path.join(HERE, "../../tests/data/catalog/gaia_results.fits"))
    bp, rp = np.array(gaia["phot_bp_mean_mag"], float), np.array(gaia["phot_rp_mean_mag"], float)
    gaia, bp, rp = (v[(bp < 30) & (rp < 30)] for v in (gaia, bp, rp))  # 1e20 stands for none
    wcs = WCS(naxis=2)
    wcs.wcs.ctype, wcs.wcs.radesys = ["RA---TAN", "DEC--TAN"], "ICRS"
    wcs.wcs.crval, wcs.wcs.crpix, wcs.wcs.cdelt = [11.798, 85.244], [SIZE / 2 + 0.5] * 2, [-SCALE / 3600, SCALE / 3600]
    x, y = wcs.wcs_world2pix(np.array(gaia["ra"], float), np.array(gaia["dec"], float), 0)
    random = np.random.default_rng(188)
    for name, magnitude in (("bp", bp), ("rp", rp)):
        header = wcs.to_header()
        header["BUNIT"] = "electron"
        header["COMMENT"] = "simulated: stars of Gaia DR2, painted"
        fits.PrimaryHDU(paint(x, y, magnitude, random).astype(np.float32), header).writeto(os.path.join(folder, f"{name}.fits"), overwrite=True)
    on = (x > 0) & (x < SIZE - 1) & (y > 0) & (y < SIZE - 1)
    targets = Table({name: gaia[name][on] for name in ("source_id", "ra", "dec")})
    targets["ra"].unit = targets["dec"].unit = "deg"
    targets.write(os.path.join(folder, "targets.ecsv"), overwrite=True)


if __name__ == "__main__":
    main(sys.argv[1])
