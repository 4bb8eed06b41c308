#!/usr/bin/env bash
# Builds seven datasets from files in tests/data, matches them, reads matched rows, and draws a page: what `make demo` runs.
# Every command is printed as a person would type it. The result stands in out/demo, and replaces that of an earlier run.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=out/demo
rm -rf "$out" && mkdir -p "$out"

say() { printf '\n# %s\n' "$*" | tee -a "$out/commands.txt"; }
run() { printf '%s\n' "$*" >> "$out/commands.txt"; printf '$ %s\n' "$*"; "$@"; }
show() { if command -v column > /dev/null; then head -n 8 "$1" | column -s, -t; else head -n 8 "$1"; fi; }

say "Build: a recipe says where the files are, and whose"
for name in decam xdf dss sdss muse gaia landsat; do
    run out/pile build examples/demo/$name.yaml --out $out/$name
done
run out/pile info $out/decam

say "Match by position: datasets or tables, on either side"
run out/pile crossmatch $out/decam examples/demo/decam-targets.ecsv --radius 1 --columns b.detection_snr --out $out/decam-targets.csv
show $out/decam-targets.csv
run out/pile crossmatch $out/dss tests/data/same-object/hd219829/HD_219829_query_results.ecsv --b-id source_id --radius 1 --columns b.phot_g_mean_mag,b.parallax,b.pmra,b.pmdec --out $out/dss-gaia.csv
show $out/dss-gaia.csv
run out/pile crossmatch $out/sdss $out/sdss --radius 2 --columns a.MJD,b.MJD,a.z,b.z --out $out/sdss-sdss.csv
show $out/sdss-sdss.csv
run out/pile crossmatch $out/gaia tests/data/catalog/2MASS_results.fits --b-id _2MASS --radius 1 --find nearest --join left --columns a.phot_g_mean_mag,a.bp_rp,b.Jmag,b.Kmag --out $out/gaia-2mass.parquet
run out/pile query $out/gaia --cone 11.798,85.244,2arcmin --columns object_id,ra,dec,phot_g_mean_mag,bp_rp --sort phot_g_mean_mag --limit 5

run out/pile query $out/muse --columns object_id,ra,dec,z,aperture_radius_arcsec,aperture_method,aperture_valid_fraction,cube_file

say "Find scenes of the earth by region, time and clouds"
run out/pile query $out/landsat --footprint "POLYGON ((-75 0.5, -74 0.5, -74 1.2, -75 1.2, -75 0.5))" --time 2019-12-01/2019-12-31 --columns object_id,lon,lat,nodata_fraction,cloud_fraction,clear_fraction

say "Read matched rows, of either side, into files of their own"
run out/pile read $out/decam --matches $out/decam-targets.csv --side a --columns image_array --format png --rgb z,r,g --out $out/rows/decam
run out/pile read $out/dss --matches $out/dss-gaia.csv --side a --columns image_array --format fits --out $out/rows/dss
run out/pile read $out/sdss --matches $out/sdss-sdss.csv --side b --columns spectrum_flux --format fits --out $out/rows/sdss

say "Draw the page: examples/DemoPage, C# over the SDK"
run dotnet examples/DemoPage/bin/${CONFIGURATION:-Release}/net10.0/DemoPage.dll $out tests/data/catalog/2MASS_results.fits
rm "$out/commands.txt"
printf '\nOpen %s/index.html\n' "$out"
