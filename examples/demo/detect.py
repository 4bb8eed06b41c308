#!/usr/bin/python3
"""Measures the target lists of the demo on its own images; they are committed beside it, so `make demo` does not need this.

    cd examples/demo && ./detect.py

A source is a peak of the smoothed image above so many sigma of the smoothed noise, the highest within a radius.
Its position is the flux-weighted centroid about the peak. Needs numpy and astropy.
"""
import warnings

import numpy as np
from astropy import units as u
from astropy.convolution import Gaussian2DKernel, convolve
from astropy.io import fits
from astropy.table import Table
from astropy.wcs import WCS, FITSFixedWarning

DATA = "../../tests/data/images/"


def image(path):
    with fits.open(DATA + path) as hdus:
        hdu = next(h for h in hdus if h.data is not None)
        return hdu.data.astype(float), WCS(hdu.header)


def detect(flux, sigma, wcs, fwhm, threshold, radius, border, most):
    """fwhm, radius and border in pixels; threshold in sigma; sigma a number or an image."""
    kernel = Gaussian2DKernel(fwhm / 2.3548)
    smooth = convolve(flux, kernel, boundary="extend")
    noise = np.sqrt(convolve(np.broadcast_to(sigma**2, flux.shape), Gaussian2DKernel(fwhm / 2.3548, x_size=kernel.shape[1], y_size=kernel.shape[0]),
                             boundary="extend") * (kernel.array**2).sum() / kernel.array.sum()**2)
    snr = smooth / noise
    rows, (height, width) = [], flux.shape
    for y in range(border, height - border):
        for x in range(border, width - border):
            if snr[y, x] < threshold:
                continue
            y0, x0 = max(y - radius, 0), max(x - radius, 0)
            if snr[y, x] < snr[y0:y + radius + 1, x0:x + radius + 1].max():
                continue
            near = (slice(y - 2, y + 3), slice(x - 2, x + 3))
            weight, (yy, xx) = np.clip(smooth[near], 0, None), np.mgrid[near]
            cy, cx = (weight * yy).sum() / weight.sum(), (weight * xx).sum() / weight.sum()
            rows.append((snr[y, x], cx, cy))
    rows = sorted(rows, reverse=True)[:most]
    position = wcs.pixel_to_world([r[1] for r in rows], [r[2] for r in rows]).icrs
    return Table({
        "id": np.arange(1, len(rows) + 1),
        "ra": np.round(position.ra.deg, 7) * u.deg,
        "dec": np.round(position.dec.deg, 7) * u.deg,
        "detection_snr": np.round([r[0] for r in rows], 1),
        "detection_x": np.round([r[1] for r in rows], 2) * u.pix,
        "detection_y": np.round([r[2] for r in rows], 2) * u.pix,
    }, descriptions={
        "id": "rank by signal-to-noise",
        "ra": "ICRS, centroid of 5 x 5 pixels",
        "dec": "ICRS, centroid of 5 x 5 pixels",
        "detection_snr": "signal-to-noise of the peak of the smoothed image",
        "detection_x": "column from 0",
        "detection_y": "row from 0",
    })


def write(table, path, measured_on):
    table.meta["comments"] = [f"measured by examples/demo/detect.py on {measured_on}"]
    table.write(path, format="ascii.ecsv", overwrite=True)
    print(path, len(table), table["ra", "dec", "detection_snr", "detection_x", "detection_y"], sep="\n")


def decam():
    # z has the best seeing, in which the faint neighbour stands apart.
    name = "legacypipe-testcase3/c4d_150412_073257_ooi_z_ls9.N11.fits"
    flux, wcs = image(name)
    flux -= np.median(flux)
    weight, _ = image(name.replace("_ooi_", "_oow_"))
    write(detect(flux, 1 / np.sqrt(weight), wcs, fwhm=2.7, threshold=5, radius=4, border=3, most=10), "decam-targets.ecsv", name)


def xdf():
    name = "xdf/xdf_hst_wfc3ir_60mas_f160w_sci.fits"
    flux, wcs = image(name)
    rms, _ = image(name.replace("_sci", "_rms"))
    write(detect(flux, rms, wcs, fwhm=3.0, threshold=12, radius=8, border=10, most=12), "xdf-targets.ecsv", name)


if __name__ == "__main__":
    warnings.simplefilter("ignore", FITSFixedWarning)
    decam()
    xdf()
