#!/usr/bin/python3
"""Writes small files with the layout of MaNGA's data model (DR17): LOGCUBE of the reduction and MAPS of the analysis pipeline.

    ./make_manga.py FOLDER PLATEIFU...

Names, order, axes, types, units and keywords of the HDUs are those of the data model; the values are random, with a seed for each cube.
The real files have 74 x 74 spaxels and more, and 4563 channels.
"""
import pathlib
import sys
import zlib

import numpy as np
from astropy.io import fits
from astropy.wcs import WCS

CHANNELS = 24
EMISSION_LINES = ["OII-3727", "OII-3729", "Hb-4862", "OIII-5008", "Ha-6564", "NII-6585"]
INDICES = [("D4000", ""), ("Hb", "Angstrom"), ("CN1", "mag")]


def sky(ra, dec, nx, ny, naxis):
    w = WCS(naxis=2)
    w.wcs.ctype = "RA---TAN", "DEC--TAN"
    w.wcs.crval, w.wcs.crpix = (ra, dec), (nx / 2 + 1, ny / 2 + 1)
    w.wcs.cd = [[-0.5 / 3600, 0], [0, 0.5 / 3600]]
    w.wcs.cunit = "deg", "deg"
    header = w.to_header()
    for old, new in (("PC1_1", "CD1_1"), ("PC2_2", "CD2_2")):
        header[new] = header.pop(old)
    header["CD1_2"], header["CD2_1"] = 0.0, 0.0
    for keyword in ("CDELT1", "CDELT2", "WCSAXES"):
        header.pop(keyword, None)
    header["WCSAXES"] = naxis
    return header


def logcube(path, plateifu, rng, nx, ny, ra, dec):
    shape = CHANNELS, ny, nx
    wave = 3621.59598486 * 10 ** (1e-4 * np.arange(CHANNELS))
    header = sky(ra, dec, nx, ny, 3)
    header.update(CTYPE3="WAVE-LOG", CUNIT3="m", CRVAL3=wave[0] * 1e-10, CRPIX3=1.0, CD3_3=wave[0] * 1e-10 * np.log(10) * 1e-4,
                  BUNIT="1E-17 erg/s/cm^2/Ang/spaxel", PLATEIFU=plateifu, MANGAID=f"1-{zlib.crc32(plateifu.encode()) % 99999}",
                  OBJRA=ra, OBJDEC=dec, IFURA=ra + 1e-5, IFUDEC=dec - 1e-5, EBVGAL=0.0271,
                  GFWHM=2.61, RFWHM=2.53, IFWHM=2.49, ZFWHM=2.47, HDUCLASS="SDSS", HDUCLAS1="CUBE", HDUCLAS2="DATA",
                  ERRDATA="IVAR", QUALDATA="MASK")
    x, y = np.meshgrid(np.arange(nx), np.arange(ny))
    covered = np.hypot(x - nx // 2, y - ny // 2) < nx / 2
    flux = np.where(covered, rng.normal(1, 0.3, shape), 0).astype("f4")
    ivar = np.where(covered, rng.uniform(5, 50, shape), 0).astype("f4")
    mask = np.where(covered, 0, 1 | 2 | 1024).astype("i4") * np.ones(shape, "i4")
    mask[3, ny // 2, nx // 2] = 1024 | 8
    ivar[3, ny // 2, nx // 2] = 0
    lsf = np.where(covered, rng.uniform(0.9, 1.4, shape), 0).astype("f4")

    def image(data, name, **keywords):
        hdu = fits.ImageHDU(data, name=name)
        hdu.header.update(keywords)
        return hdu

    hdus = [fits.PrimaryHDU(header=fits.Header({"PLATEIFU": plateifu, "OBJRA": ra, "OBJDEC": dec, "VERSDRP3": "v3_1_1", "DRP3QUAL": 0}))]
    hdus += [fits.ImageHDU(flux, header, name="FLUX"),
             image(ivar, "IVAR", HDUCLAS2="ERROR", HDUCLAS3="INVMSE", SCIDATA="FLUX", QUALDATA="MASK"),
             image(mask, "MASK", HDUCLAS2="QUALITY", HDUCLAS3="FLAG64BIT", SCIDATA="FLUX", ERRDATA="IVAR"),
             image(lsf, "LSFPOST"), image((lsf * 0.95).astype("f4"), "LSFPRE"), image(wave, "WAVE"),
             image(np.full(CHANNELS, 2000.0), "SPECRES"), image(np.full(CHANNELS, 60.0), "SPECRESD")]
    plane = sky(ra, dec, nx, ny, 2)
    for band in "GRIZ":
        picture = fits.ImageHDU(np.where(covered, rng.normal(1, 0.2, (ny, nx)), 0).astype("f4"), plane, name=f"{band}IMG")
        picture.header["BUNIT"] = "nanomaggies/pixel"
        hdus.append(picture)
    for band in "GRIZ":
        hdus.append(image(np.exp(-((x - nx // 2) ** 2 + (y - ny // 2) ** 2) / 8).astype("f4"), f"{band}PSF"))
    fits.HDUList(hdus).writeto(path, overwrite=True)


def maps(path, plateifu, rng, nx, ny, ra, dec):
    plane = sky(ra, dec, nx, ny, 2)
    hdus = [fits.PrimaryHDU(header=fits.Header({"PLATEIFU": plateifu, "DAPTYPE": "HYB10-MILESHC-MASTARSSP"}))]

    def add(name, unit, channels=None, units=None, companions=True, dtype="f8"):
        shape = (ny, nx) if channels is None else (len(channels), ny, nx)
        data = rng.normal(0, 50, shape).astype(dtype)
        hdu = fits.ImageHDU(data, plane, name=name)
        if unit:
            hdu.header["BUNIT"] = unit
        digits = len(str(len(channels or [0]))) + 1
        for i, channel in enumerate(channels or []):
            hdu.header[f"C{i + 1:0{digits}d}"] = channel
            if units and units[i]:
                hdu.header[f"U{i + 1:0{digits}d}"] = units[i]
        hdus.append(hdu)
        if companions:
            hdu.header.update(HDUCLAS2="DATA", ERRDATA=f"{name}_IVAR", QUALDATA=f"{name}_MASK")
            error = fits.ImageHDU(rng.uniform(0, 2, shape), plane, name=f"{name}_IVAR")
            error.header.update(HDUCLAS2="ERROR", HDUCLAS3="INVMSE", SCIDATA=name, QUALDATA=f"{name}_MASK")
            quality = fits.ImageHDU(np.where(rng.random(shape) < 0.1, 2 ** 30 | 64, 0).astype("i4"), plane, name=f"{name}_MASK")
            quality.header.update(HDUCLAS2="QUALITY", HDUCLAS3="FLAG32BIT", SCIDATA=name, ERRDATA=f"{name}_IVAR")
            hdus.extend([error, quality])

    add("SPX_SKYCOO", "arcsec", ["On-sky X", "On-sky Y"], companions=False)
    add("SPX_SNR", "", companions=False)
    add("BINID", "", ["Binned spectra", "Stellar continua"], companions=False, dtype="i4")
    add("STELLAR_VEL", "km/s")
    add("STELLAR_SIGMA", "km/s")
    add("EMLINE_GFLUX", "1E-17 erg/s/cm^2/spaxel", EMISSION_LINES)
    add("EMLINE_GVEL", "km/s", EMISSION_LINES)
    add("SPECINDEX", "", [name for name, _ in INDICES], [unit for _, unit in INDICES])
    fits.HDUList(hdus).writeto(path, overwrite=True)


def main(folder, *plateifus):
    for plateifu in plateifus:
        rng = np.random.default_rng(zlib.crc32(plateifu.encode()))
        size = int(rng.integers(10, 16))
        place = size, size + 1, float(rng.uniform(110, 260)), float(rng.uniform(10, 55))
        logcube(pathlib.Path(folder) / f"manga-{plateifu}-LOGCUBE.fits", plateifu, rng, *place)
        maps(pathlib.Path(folder) / f"manga-{plateifu}-MAPS-HYB10-MILESHC-MASTARSSP.fits", plateifu, rng, *place)


if __name__ == "__main__":
    main(*sys.argv[1:])
