#!/usr/bin/python3
"""Makes lightcurves.csv: two generated light curves, because none of the objects of the demo has a real one that may be passed on.

    examples/demo/generate.py

A pulsating star in g and r with a period of 0.5427 days, observed on 60 nights, and a transient at the position of the MUSE galaxy.
"""
import math
import pathlib
import random

random.seed(188)
rows = []
for night in range(60):
    mjd = 58000 + night * 2.97 + 0.31 * random.random()
    for band, mean, amplitude in (("g", 820, 310), ("r", 990, 210)):
        time = mjd + (0.01 if band == "r" else 0)
        phase = (time / 0.5427) % 1
        shape = math.exp(-4 * phase) + 0.35 * math.cos(2 * math.pi * phase)
        rows.append(("generated pulsating star", time, band, mean + amplitude * (shape - 0.25) + random.gauss(0, 14), 14))
for night in range(34):
    mjd = 58010 + night * 3.4 + 0.4 * random.random()
    age = mjd - 58042
    for band, peak, fall in (("g", 410, 19), ("r", 360, 30), ("i", 260, 41)):
        flux = peak * math.exp(-age / fall) / (1 + math.exp(-age / 3.2)) * 1.25 if age > -40 else 0
        rows.append(("generated transient", mjd, band, min(flux, 2 * peak) + random.gauss(0, 11), 11))
folder = pathlib.Path(__file__).parent
with open(folder / "lightcurves.csv", "w") as out:
    out.write("object_id,mjd,passband,flux,flux_err\n")
    out.writelines(f"{name},{mjd:.5f},{band},{flux:.2f},{error}\n" for name, mjd, band, flux, error in rows)
with open(folder / "lightcurve-targets.csv", "w") as out:
    out.write("object_id,ra,dec\ngenerated pulsating star,11.79,85.25\ngenerated transient,20.0017788,-30.0000331\n")
