#!/usr/bin/python3
"""Writes small files with the layout of the data model of APOGEE (SDSS DR17) and of Milky Way Mapper (SDSS-V DR19).

    ./make_apogee.py FOLDER KIND NAME...

KIND is apStar, aspcapStar, apVisit, mwmStar or mwmVisit; each NAME is that of a star. HDUs, axes, types, units and keywords are those of the
data model; the values are random, with a seed for each name. The real files have 8575 pixels (apStar, aspcapStar, mwmStar) and three
detectors of 4096 or 2048 pixels (apVisit). mwmVisit describes its wavelengths in the header, mwmStar also has them in a column.
"""
import pathlib
import sys
import zlib

import numpy as np
from astropy.io import fits

PIXELS, DETECTOR, VISITS = 60, 40, 3
FLUX_UNIT = "(10^-17 erg/s/cm^2/Ang)"


def primary(name, rng, **more):
    header = fits.Header()
    header.update(OBJID=name, RA=float(rng.uniform(0, 360)), DEC=float(rng.uniform(-60, 60)), APRED="dr17", **more)
    return fits.PrimaryHDU(header=header)


def image(data, bunit, axis=None):
    hdu = fits.ImageHDU(data)
    hdu.header.update(axis or {})
    if bunit:
        hdu.header["BUNIT"] = bunit
    return hdu


def values(rng, shape):
    flux = rng.normal(100, 10, shape).astype("f4")
    error = rng.uniform(1, 3, shape).astype("f4")
    mask = np.where(rng.random(shape) < 0.2, 2 ** rng.integers(0, 15, shape), 0).astype("i2")
    bad = (mask & 64) != 0
    error[bad] = 1e10  # BADERR
    flux[..., 3] = np.nan
    return flux, error, mask


def ap_star(name, rng):
    lines = (VISITS + 2, PIXELS)  # two combinations, then the visits
    flux, error, mask = values(rng, lines)
    axis = dict(CRVAL1=4.179, CDELT1=6e-6, CRPIX1=1, CTYPE1="LOG-LINEAR")
    hdus = [primary(name, rng, NVISITS=VISITS, **axis, **{"DC-FLAG": 1}), image(flux, f"Flux {FLUX_UNIT}", axis),
            image(error, f"Err {FLUX_UNIT}", axis), image(mask, "Pixel bitmask", axis)]
    for unit in ("Sky", "Sky error", "Telluric", "Telluric error", "LSF coefficients"):
        hdus.append(image(rng.random(lines).astype("f4"), f"{unit} {FLUX_UNIT}" if "Sky" in unit else unit, axis))
    return hdus


def aspcap_star(name, rng):
    flux, error, _ = values(rng, PIXELS)
    axis = dict(CRVAL1=4.179, CDELT1=6e-6, CRPIX1=1, CTYPE1="LOG-LINEAR")
    return [primary(name, rng), *(image(a, "", axis) for a in (flux / 100, error / 100, flux / 99))]


def ap_visit(name, rng):
    flux, error, mask = values(rng, (3, DETECTOR))
    # Red, green, blue; the wavelengths of each descend, and there are gaps between them.
    wave = np.array([16952 - 0.3 * np.arange(DETECTOR), 16433 - 0.25 * np.arange(DETECTOR), 15808 - 0.2 * np.arange(DETECTOR)])
    axis = dict(CTYPE1="Pixel", CTYPE2="Chip")
    return [primary(name, rng, JD=2457000.5, MJD5=57000), image(flux, f"Flux {FLUX_UNIT}", axis),
            image(error, f"Flux Error {FLUX_UNIT}", axis), image(mask, "Flag Mask (bitwise)", axis),
            image(wave, "Wavelength (Ang)", axis)]


def mwm(name, rng, rows, has_wavelength):
    hdus = [primary(name, rng, V_ASTRA="0.6.0", SDSS_ID=zlib.crc32(name.encode()) % 99999)]
    for extension, crval, cdelt, count in (("BOSS/APO", 3.5523, 1e-4, 1), ("BOSS/LCO", 3.5523, 1e-4, 0),
                                           ("APOGEE/APO", 4.179, 6e-6, rows), ("APOGEE/LCO", 4.179, 6e-6, 0)):
        flux, error, mask = values(rng, (count, PIXELS))
        wave = np.tile(10 ** (crval + cdelt * np.arange(PIXELS)), (count, 1))
        array = f"{PIXELS}E"
        columns = [fits.Column("sdss_id", "K", array=np.full(count, hdus[0].header["SDSS_ID"])),
                   fits.Column("telescope", "6A", array=["apo25m"] * count), fits.Column("mjd", "J", array=59800 + np.arange(count)),
                   fits.Column("snr", "E", array=rng.uniform(10, 99, count))]
        if has_wavelength:
            columns.append(fits.Column("wavelength", array, array=wave.astype("f4")))
        columns += [fits.Column("flux", array, array=flux), fits.Column("ivar", array, array=error ** -2),
                    fits.Column("pixel_flags", f"{PIXELS}J", array=mask)]
        hdu = fits.BinTableHDU.from_columns(columns, name=extension)
        hdu.header.update(CRVAL=crval, CDELT=cdelt, CTYPE="LOG-LINEAR", CUNIT="Angstrom (Vacuum)", CRPIX=1, NPIXELS=PIXELS)
        hdu.header["DC-FLAG"] = 1
        hdus.append(hdu)
    return hdus


KINDS = {"apStar": ap_star, "aspcapStar": aspcap_star, "apVisit": ap_visit,
         "mwmStar": lambda name, rng: mwm(name, rng, 1, True), "mwmVisit": lambda name, rng: mwm(name, rng, VISITS, False)}
folder, kind = pathlib.Path(sys.argv[1]), sys.argv[2]
for star in sys.argv[3:]:
    fits.HDUList(KINDS[kind](star, np.random.default_rng(zlib.crc32(star.encode())))).writeto(folder / f"{kind}-dr17-{star}.fits", overwrite=True)
