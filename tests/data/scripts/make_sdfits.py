"""Writes a small SDFITS file with the columns of the Green Bank Telescope's (gbtdocs: "SDFITS"; Garwood 2000, ASP Conf. 216, 243).

make_sdfits.py FILE     four rows: two beams of two scans with 64 channels; invented numbers
"""
import sys

import numpy as np
from astropy.io import fits

CHANNELS, ROWS = 64, 4
beam, scan = np.array([0, 1, 0, 1]), np.array([24, 24, 25, 25])
counts = (2.9e7 + 1e5 * np.sin(np.arange(CHANNELS) / 9.0) + 1e3 * np.arange(ROWS)[:, None]).astype("f4")
counts[:, 0] = np.nan

TEXTS = {"OBJECT": "3C 454.3", "CTYPE1": "FREQ-OBS", "CTYPE2": "RA", "CTYPE3": "DEC", "TUNIT7": "Counts", "TDIM7": "(64,1,1,1)",
         "VELDEF": "RADI-LSR", "RADESYS": "FK5", "FRONTEND": "Rcvr68_92", "BACKEND": "VEGAS", "TELESCOP": "NRAO_GBT", "SIG": "T", "CAL": "F",
         "PROJID": "TEST_220105"}
NUMBERS = {"CRPIX1": 33.0, "CDELT1": -1464843.75, "CRVAL2": 343.49, "CRVAL3": 16.148, "VFRAME": 18093.25, "RVSYS": 0.0,
           "RESTFREQ": 77e9, "EXPOSURE": 29.73, "EQUINOX": 2000.0, "ZEROCHAN": np.nan}

columns = [fits.Column(name, f"{len(text)}A", array=[text] * ROWS) for name, text in TEXTS.items()]
columns += [fits.Column(name, "D", array=np.full(ROWS, value)) for name, value in NUMBERS.items()]
columns += [fits.Column("DATE-OBS", "22A", array=[f"2022-01-05T21:{48 + s - 24}:49.00" for s in scan]),
            fits.Column("CRVAL1", "D", array=76995352488.0 + 1e6 * (scan - 24)), fits.Column("SCAN", "J", array=scan),
            fits.Column("FDNUM", "I", array=beam), fits.Column("IFNUM", "I", array=np.zeros(ROWS)),
            fits.Column("PLNUM", "I", array=np.zeros(ROWS)), fits.Column("INT", "J", array=np.zeros(ROWS))]
columns.insert(6, fits.Column("DATA", f"{CHANNELS}E", array=counts))
table = fits.BinTableHDU.from_columns(columns, name="SINGLE DISH")
fits.HDUList([fits.PrimaryHDU(), table]).writeto(sys.argv[1], overwrite=True)
