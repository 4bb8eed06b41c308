"""Makes tests/data/catalog/matching/*.csv.gz: name, ra and dec (degrees) of real catalogues, for matches by position.

Usage: cut_catalogues.py FOLDER_WITH_THE_SOURCES OUTPUT_FOLDER
"""
import csv, gzip, io, json, sys
import astropy.units as u
from astropy.coordinates import Angle
from astropy.table import Table

source, output = sys.argv[1:]


def write(name, rows):
    text = io.StringIO()
    text.write("name,ra,dec\n")
    for n, ra, dec in rows:
        text.write(f"{n},{float(ra)!r},{float(dec)!r}\n")
    with open(f"{output}/{name}.csv.gz", "wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as packed:
        packed.write(text.getvalue().encode())


def text(value):
    return (value.decode() if isinstance(value, bytes) else str(value)).strip().replace(",", " ")


bright = Table.read(f"{source}/brightstars.fits")
write("brightstars", zip(bright["hip"], bright["ra"], bright["dec"]))
stars = json.load(open(f"{source}/stars.6.json"))["features"]
write("stars6", ((s["id"], s["geometry"]["coordinates"][0] % 360, s["geometry"]["coordinates"][1]) for s in stars))
rc3 = Table.read(f"{source}/rc3limited.fits")
write("rc3", ((text(r["NAME"]) or text(r["PGC_NAME"]), r["RA"], r["DEC"]) for r in rc3))
atlas = Table.read(f"{source}/sdss_atlas.fits")
write("sdss_atlas", ((text(r["NAME"]), r["ORIGINAL_RA"], r["ORIGINAL_DEC"]) for r in atlas))
ngc = Table.read(f"{source}/openngc-ngc.fits")
write("ngc", (("NGC%04d" % r["ngcnum"], r["ra"], r["dec"]) for r in ngc))
with open(f"{source}/NGC.csv") as file:
    rows = [r for r in csv.DictReader(file, delimiter=";") if r["RA"] and r["Name"].startswith("NGC")]
write("openngc", ((r["Name"], Angle(r["RA"], u.hourangle).deg, Angle(r["Dec"], u.deg).deg) for r in rows))
