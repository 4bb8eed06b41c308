#!/usr/bin/env bash
# Builds eleven datasets from files in tests/data, matches them, reads matched rows, and draws a page: what `make demo` runs.
# Every command is printed as a person would type it. The result stands in out/demo, and replaces that of an earlier run.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=out/demo gaia_rows=tests/data/same-object/hd219829/HD_219829_query_results.ecsv
rm -rf "$out" && mkdir -p "$out"

say() { printf '\n# %s\n' "$*" | tee -a "$out/commands.txt"; }
quoted() { for word; do case $word in *[!A-Za-z0-9_./:=,+-]*) printf '"%s" ' "$word" ;; *) printf '%s ' "$word" ;; esac; done; }
run() { local line; line=$(quoted "$@"); printf '%s\n' "${line% }" >> "$out/commands.txt"; printf '$ %s\n' "${line% }"; "$@"; }
show() { if command -v column > /dev/null; then head -n 8 "$1" | column -s, -t; else head -n 8 "$1"; fi; }

say "Build: a recipe says where the files are, and whose"
for name in cube muse lightcurves sdss decam xdf dss kepler gaia landsat; do
    run out/pile build examples/demo/$name.yaml --out $out/$name
done
run out/pile info $out/decam

say "Match by position: datasets or tables, on either side"
run out/pile crossmatch $out/decam examples/demo/decam-targets.ecsv --radius 1 --columns b.detection_snr --out $out/decam-targets.csv
show $out/decam-targets.csv
run out/pile crossmatch $out/dss $gaia_rows --b-id source_id --radius 1 --columns b.phot_g_mean_mag,b.parallax,b.pmra,b.pmdec \
    --out $out/dss-gaia.csv
show $out/dss-gaia.csv
run out/pile crossmatch $out/sdss $out/sdss --radius 2 --columns a.MJD,b.MJD,a.z,b.z --out $out/sdss-sdss.csv
show $out/sdss-sdss.csv
run out/pile crossmatch $out/gaia tests/data/catalog/2MASS_results.fits --b-id _2MASS --radius 1 --find nearest --join left \
    --columns a.phot_g_mean_mag,a.bp_rp,b.Jmag,b.Kmag --out $out/gaia-2mass.parquet
run out/pile query $out/gaia --cone 11.798,85.244,2arcmin --columns object_id,ra,dec,phot_g_mean_mag,bp_rp --sort phot_g_mean_mag --limit 5

run out/pile query $out/muse --columns object_id,ra,dec,z,aperture_radius_arcsec,aperture_method,aperture_valid_fraction,cube_file

run out/pile crossmatch $out/muse $out/lightcurves --radius 1 --columns a.z --out $out/muse-lightcurves.csv
show $out/muse-lightcurves.csv
run out/pile build examples/demo/pairs.yaml --out $out/pairs

say "Find scenes of the earth by region, time and clouds"
run out/pile query $out/landsat --footprint "POLYGON ((-75 0.5, -74 0.5, -74 1.2, -75 1.2, -75 0.5))" --time 2019-12-01/2019-12-31 \
    --columns object_id,lon,lat,nodata_fraction,cloud_fraction,clear_fraction

say "Read matched rows, of either side, into files of their own"
run out/pile read $out/decam --matches $out/decam-targets.csv --side a --columns image_array --format png --rgb z,r,g --out $out/rows/decam
run out/pile read $out/dss --matches $out/dss-gaia.csv --side a --columns image_array --format fits --out $out/rows/dss
run out/pile read $out/sdss --matches $out/sdss-sdss.csv --side b --columns spectrum_flux --format fits --out $out/rows/sdss

say "Draw pictures: rows of a match, columns against each other, maps"
mkdir -p $out/pictures
run out/pile plot $out/muse --matches $out/muse-lightcurves.csv --side a --columns image_array --interpolate \
    --out $out/pictures/galaxy-image.svg
run out/pile plot $out/muse --matches $out/muse-lightcurves.csv --side a --columns spectrum_flux --width 440 \
    --out $out/pictures/galaxy-spectrum.svg
run out/pile plot $out/muse --matches $out/muse-lightcurves.csv --with $out/lightcurves --interpolate \
    --out $out/pictures/galaxy-pair.svg
run out/pile plot $out/lightcurves --matches $out/muse-lightcurves.csv --side b --width 440 --out $out/pictures/galaxy-lightcurve.svg
run out/pile plot $out/cube --id muse-linear --out $out/pictures/galaxy-cube.svg
run out/pile plot $out/sdss --where "z > 0.4" --smooth 9 --width 620 --out $out/pictures/quasar.svg
run out/pile plot $out/sdss --where "z < 0.4" --width 620 --out $out/pictures/star.svg
run out/pile plot $out/lightcurves --id "generated pulsating star" --period 0.5427 --width 620 --out $out/pictures/pulsating.svg
run out/pile plot $out/kepler --id 11442793 --period 59.73667 --width 620 --out $out/pictures/kepler.svg
run out/pile plot $out/decam --id 1 --rgb z,r,g --weights 1,1.8,4 --out $out/pictures/decam.svg
run out/pile plot $out/xdf --id 2 --out $out/pictures/xdf.svg
run out/pile plot $out/dss --sort "abs(pmra) desc" --limit 1 --overlay $gaia_rows --out $out/pictures/moving-star.svg
run out/pile plot $out/gaia --x bp_rp --y phot_g_mean_mag --out $out/pictures/ngc188-cmd.svg
run out/pile plot $out/gaia --where "abs(pmra) < 15 and abs(pmdec) < 15" --x pmra --y pmdec --out $out/pictures/ngc188-motion.svg
run out/pile plot $out/pairs --x separation_arcsec --out $out/pictures/ngc188-separation.svg
run out/pile plot $out/pairs --x dra --y ddec --out $out/pictures/ngc188-offset.svg
run out/pile plot $out/gaia --sky --out $out/pictures/ngc188-sky.svg
run out/pile plot $out/landsat --limit 1 --band red --out $out/pictures/landsat.svg
run out/pile review $out/sdss --out $out/review-sdss.html

say "Draw the page: examples/DemoPage, C# over the SDK"
run dotnet examples/DemoPage/bin/${CONFIGURATION:-Release}/net10.0/DemoPage.dll $out tests/data/catalog/2MASS_results.fits
rm "$out/commands.txt"
printf '\nOpen %s/index.html\n' "$out"
