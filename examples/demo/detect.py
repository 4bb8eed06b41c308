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


def muse():
    # Where ORIGIN found source 26 stands in its source file of MPDAF; the galaxy is measured: white light for the place, Hα for the redshift.
    with fits.open("../../tests/data/ifu/muse-linear.fits") as hdus:
        cube, header = hdus["DATA"].data, hdus["DATA"].header
    white = cube.mean(axis=0)
    y, x = np.unravel_index(white.argmax(), white.shape)
    near = (slice(y - 2, y + 3), slice(x - 2, x + 3))
    yy, xx = np.mgrid[near]
    cy, cx = (white[near] * yy).sum() / white[near].sum(), (white[near] * xx).sum() / white[near].sum()
    position = WCS(header).celestial.pixel_to_world(cx, cy).icrs
    air = header["CRVAL3"] + header["CDELT3"] * (np.arange(len(cube)) + 1 - header["CRPIX3"])
    spectrum = cube[(slice(None), *near)].sum(axis=(1, 2))
    line = np.abs(air - 9069.8) < 9
    flux = spectrum[line] - np.median(spectrum[np.abs(air - 9069.8) < 60])
    observed = (flux * air[line]).sum() / flux.sum()
    n = (1e4 / observed) ** 2  # Ciddor 1996, at the air wavelength: good to 1e-9 here
    z = observed * (1 + 0.05792105 / (238.0185 - n) + 0.00167917 / (57.362 - n)) / 6564.61 - 1
    table = Table({
        "name": ["UDF 26", "MUSE galaxy"],
        "ra": np.array([53.1752453, np.round(position.ra.deg, 7)]) * u.deg,
        "dec": np.array([-27.8078391, np.round(position.dec.deg, 7)]) * u.deg,
        "z": Table.MaskedColumn([0, np.round(z, 4)], mask=[True, False]),
    }, descriptions={
        "name": "ORIGIN source 26 of the MUSE UDF mosaic; the galaxy of MPDAF's test cube",
        "ra": "ICRS",
        "dec": "ICRS",
        "z": "from the centroid of Hα, as air wavelength turned to vacuum; source 26 shows no line in these channels",
    })
    table.meta["comments"] = ["measured by examples/demo/detect.py on ifu/muse-linear.fits; source 26 as lib/mpdaf/data/sdetect/origin-00026.fits of MPDAF has it"]
    table.write("muse-targets.ecsv", format="ascii.ecsv", overwrite=True)
    print("muse-targets.ecsv", table, sep="\n")


if __name__ == "__main__":
    warnings.simplefilter("ignore", FITSFixedWarning)
    decam()
    xdf()
    muse()
