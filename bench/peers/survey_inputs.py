"""Survey files for the builders: real files of tests/data under new ids and positions, in the numbers of a small survey.

survey_inputs.py versions    what it is made of
survey_inputs.py gen DIR     makes spectra/, frames/, coadds/ and cubes/ in DIR
"""
import csv
import os
import struct
import sys

import astropy
import numpy as np
from astropy.io import fits
from astropy.wcs import WCS

import peer

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../tests/data")
SCALE = float(os.environ.get("PILE_BENCH_SCALE", 1))  # a smaller scale only shows that the bench works
FIELD_DEG = 20.0  # the objects lie in a field of this size, as those of a survey do: about forty cells of order 4

SPECTRA = max(int(2000 * SCALE), 20)
OBJECTS, OBJECTS_PER_FIELD, CUTOUT = max(int(10_000 * SCALE), 100), 100, 96
COADDS, COADD_FILES = max(int(500 * SCALE), 20), 10
CUBES, CHANNELS, SPAXELS = 10, max(int(4563 * SCALE), 24), 74

# Two real frames serve as five bands. Mirrored ones have other pixels at a place, as other bands do.
BANDS = {"b1": ("f105w", np.s_[:, :]), "b2": ("f160w", np.s_[:, :]), "b3": ("f105w", np.s_[:, ::-1]), "b4": ("f160w", np.s_[:, ::-1]),
         "b5": ("f105w", np.s_[::-1, :])}


def positions(rng, count):
    return 180 + FIELD_DEG * (rng.random(count) - 0.5), FIELD_DEG * (rng.random(count) - 0.5)


def spectra(folder):
    """The four real spec files in turn, with another id and another position in their catalogue."""
    names = "spec-0266-51602-0013", "spec-0266-51602-0031", "spec-7338-57859-0739", "spec-7339-57082-0733"
    sources = []
    for name in names:
        path = f"{DATA}/spectra/{name}.fits"
        with fits.open(path) as file:
            row, start = file[2].data.dtype.fields, file[2].fileinfo()["datLoc"]
            places = {column: start + row[column][1] for column in ("SPECOBJID", "PLUG_RA", "PLUG_DEC")}
            sources.append((open(path, "rb").read(), places, row["SPECOBJID"][0]))
    ra, dec = positions(np.random.default_rng(11), SPECTRA)
    for i in range(SPECTRA):
        original, places, kind = sources[i % len(sources)]
        made, number = bytearray(original), 10 ** 18 + i
        # SPECOBJ stores the id as text, SPALL as an unsigned integer: FITS subtracts 2**63 from it.
        identifier = str(number).rjust(kind.itemsize).encode() if kind.kind == "S" else (number - 2 ** 63).to_bytes(8, "big", signed=True)
        for column, value in ("SPECOBJID", identifier), ("PLUG_RA", struct.pack(">d", ra[i])), ("PLUG_DEC", struct.pack(">d", dec[i])):
            made[places[column]:places[column] + len(value)] = value
        with open(f"{folder}/spec-{9000 + i // 1000:04}-58000-{i % 1000 + 1:04}.fits", "wb") as file:
            file.write(made)


def frames(folder):
    """The two real frames of the XDF and their noise, in five bands and at many places; and objects on them, some near an edge."""
    rng, rows = np.random.default_rng(12), []
    for field in range(-(-OBJECTS // OBJECTS_PER_FIELD)):
        ra, dec = (float(value[0]) for value in positions(rng, 1))
        for band, (real, order) in BANDS.items():
            for kind in "sci", "rms":
                with fits.open(f"{DATA}/images/xdf/xdf_hst_wfc3ir_60mas_{real}_{kind}.fits") as file:
                    file[0].header.update(CRVAL1=ra, CRVAL2=dec)
                    file[0].data = np.ascontiguousarray(file[0].data[order])
                    file.writeto(f"{folder}/field{field:04}-{band}-{kind}.fits")
                    wcs, width = WCS(file[0].header), file[0].header["NAXIS1"]
        # Away from whole pixels, so that rounding does not decide where a cut-out begins.
        x, y = (rng.integers(CUTOUT // 4, width - CUTOUT // 4, OBJECTS_PER_FIELD) + rng.uniform(0.05, 0.95, OBJECTS_PER_FIELD) for _ in "xy")
        sky = wcs.pixel_to_world(x, y).icrs
        rows += [(len(rows) + i, field, float(sky.ra.deg[i]), float(sky.dec.deg[i])) for i in range(OBJECTS_PER_FIELD)]
    with open(f"{folder}/objects.csv", "w", newline="") as file:
        csv.writer(file).writerows([("id", "field", "ra", "dec"), *rows[:OBJECTS]])


def coadds(folder):
    """Coadds of many targets: the real one of a target, with noise, masked pixels and pixels without a measurement."""
    rng, targets = np.random.default_rng(13), COADDS // COADD_FILES
    for number in range(COADD_FILES):
        ids = 39633345008634465 + 1000 * number + np.arange(targets)
        ra, dec = (centre + 2 * rng.random(targets) for centre in positions(rng, 1))
        name = f"main-dark-{number}"
        with fits.open(f"{DATA}/spectra/desi/coadd-4-80613-thru20210324.fits") as file:
            fits.HDUList([file[0], *(made(hdu, ids, ra, dec, rng) for hdu in file[1:])]).writeto(f"{folder}/coadd-{name}.fits")
        with fits.open(f"{DATA}/spectra/desi/redrock-4-80613-thru20210324.fits") as file:
            redshifts = repeated(file["REDSHIFTS"], ids)
            redshifts.data["Z"] = rng.uniform(0, 1.6, targets)
            fits.HDUList([file[0], redshifts]).writeto(f"{folder}/redrock-{name}.fits")


def repeated(hdu, ids):
    """The rows of a table for each target."""
    table = fits.BinTableHDU(np.repeat(hdu.data, len(ids)), hdu.header, hdu.name)
    table.data["TARGETID"] = np.tile(ids, len(hdu.data))
    return table


def made(hdu, ids, ra, dec, rng):
    if hdu.name in ("FIBERMAP", "EXP_FIBERMAP", "SCORES"):
        table = repeated(hdu, ids)
        if hdu.name == "FIBERMAP":
            table.data["TARGET_RA"], table.data["TARGET_DEC"] = ra, dec
        return table
    if hdu.name.endswith("WAVELENGTH"):
        return hdu
    values = np.repeat(hdu.data, len(ids), axis=0)
    if hdu.name.endswith("FLUX"):
        values = (values + rng.normal(0, 1, values.shape)).astype("f4")
    if hdu.name.endswith("IVAR"):
        values = np.where(rng.random(values.shape) < 0.02, 0, values * rng.uniform(0.5, 2, values.shape)).astype("f4")
    if hdu.name.endswith("MASK"):
        values = np.where(rng.random(values.shape) < 0.02, rng.integers(1, 2 ** 20, values.shape), 0).astype("u4")
    return fits.ImageHDU(values, None if hdu.name.endswith("MASK") else hdu.header, name=hdu.name)


def cubes(folder):
    """Cubes of the largest bundles of MaNGA, with their maps: the values are random, the layout is that of the data model."""
    sys.path.insert(0, f"{DATA}/scripts")
    import make_manga
    make_manga.CHANNELS = CHANNELS
    for number in range(CUBES):
        rng, plateifu = np.random.default_rng(number), f"{8000 + number}-12701"
        place = SPAXELS, SPAXELS, float(rng.uniform(110, 260)), float(rng.uniform(10, 55))
        make_manga.logcube(f"{folder}/manga-{plateifu}-LOGCUBE.fits", plateifu, rng, *place)
        make_manga.maps(f"{folder}/manga-{plateifu}-MAPS-HYB10-MILESHC-MASTARSSP.fits", plateifu, rng, *place)


def generate(folder):
    for part in spectra, frames, coadds, cubes:
        os.makedirs(f"{folder}/{part.__name__}")
        part(f"{folder}/{part.__name__}")


if __name__ == "__main__":
    {"versions": lambda: peer.versions(astropy, np), "gen": generate}[sys.argv[1]](*sys.argv[2:])
