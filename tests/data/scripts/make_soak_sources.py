#!/usr/bin/python3
"""Writes source files that tests/Pile.Soak damages, in formats of which tests/data has no small file without compression.

    ./make_soak_sources.py FOLDER DATA

The values are those of the files in DATA (tests/data). astropy writes the tables as text.
"""
import gzip
import json
import pathlib
import sys

import numpy as np
from astropy.io import fits
from astropy.table import Table

folder, data = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])

stars = Table.read(data / "catalog/gaia_results.fits")[:40]
stars = stars["source_id", "ra", "dec", "parallax", "pmra", "pmdec", "phot_g_mean_mag"]
stars["phot_g_mean_mag"] = stars["phot_g_mean_mag"].astype("f8").round(6)  # astropy writes no float32 to machine-readable tables
stars["name"] = [f"star {i}" for i in range(len(stars))]
for name, form in (("gaia.tsv", "ascii.tab"), ("gaia.txt", "ascii.basic"), ("gaia.tbl", "ascii.ipac"), ("gaia.mrt", "ascii.mrt")):
    stars.write(folder / name, format=form)
rows = [dict(zip(stars.colnames, map(np.ndarray.item, map(np.asarray, star)))) for star in stars]
for i, row in enumerate(rows):
    row.update({"flags": {"good": i % 2 == 0}, "epochs": [{"mjd": 59000.5 + j, "mag": None if j == 2 else 20.0 + j} for j in range(i % 4)]})
(folder / "gaia.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))

for name, source in (("XShooter_XQ100.fits", "spectra/XShooter_XQ100.fits.gz"), ("plasticc.csv", "lightcurves/plasticc_lightcurves.csv.gz")):
    (folder / name).write_bytes(gzip.decompress((data / source).read_bytes()))

(folder / "moc.txt").write_text("0/3 3/100-140 145 5/1 29/12345\n")
(folder / "moc.json").write_text('{"0": [3], "3": [100, 101, 145], "29": [12345]}\n')

# The layout of spPlate: the real fluxes with a noise, a mask and a table of the objects, which the small file lacks.
with fits.open(data / "spectra/spPlate-4055-55359-0020.fits") as plate:
    flux = plate[0].data[:6]
    objects = Table({"FIBERID": np.arange(1, 7), "RA": 230 + np.arange(6) * 0.1, "DEC": 1 - np.arange(6) * 0.1})
    fits.HDUList([fits.PrimaryHDU(flux, plate[0].header), fits.ImageHDU(np.abs(flux) + 1, name="IVAR"),
                  fits.ImageHDU(np.arange(flux.size, dtype="i4").reshape(flux.shape) % 7, name="ANDMASK"),
                  fits.BinTableHDU(objects, name="PLUGMAP")]).writeto(folder / "spPlate.fits")
