"""Survey files to HDF5 files by HEALPix pixel with astropy, healpy and h5py, as the builders of the Multimodal Universe do it, in one process.

survey_builds.py versions                what it is made of
survey_builds.py run KIND INPUT OUT      exports the spectra, frames or coadds of survey_inputs.py to OUT/healpix=N/001-of-001.hdf5
survey_builds.py checksum KIND FOLDER    SHA-256 of values by id, and means of what is computed, of an export or of the shards of a dataset
survey_builds.py cube FITS FOLDER ID NPY SHA-256 of the flux of a cube in its file, in the shards of a dataset, and as it was read; fails where they differ
"""
import glob
import hashlib
import os
import sys

import astropy
import h5py
import healpy
import numpy as np
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.nddata.utils import Cutout2D
from astropy.table import Table
from astropy.wcs import WCS

import peer
from coadd_arms import join_arms

NSIDE, CUTOUT, BANDS, PSF_ARCSEC = 16, 96, ("b1", "b2", "b3", "b4", "b5"), 0.15


def pixels(ra, dec):
    return healpy.ang2pix(NSIDE, ra, dec, lonlat=True, nest=True)


def write(folder, pixel, columns, **images):
    """Writes the rows of a pixel; images are compressed row by row."""
    os.makedirs(f"{folder}/healpix={pixel}")
    columns["healpix"] = np.full(len(columns["ra"]), pixel)
    with h5py.File(f"{folder}/healpix={pixel}/001-of-001.hdf5", "w") as file:
        for name, values in columns.items():
            file.create_dataset(name, data=np.char.encode(values, "utf-8") if values.dtype.kind == "U" else values)
        for name, values in images.items():
            file.create_dataset(name, data=values, chunks=(1, *values.shape[1:]), compression="lzf")


def write_by_pixel(folder, columns):
    of_row = pixels(columns["ra"], columns["dec"])
    for pixel in np.unique(of_row):
        write(folder, pixel, {name: values[of_row == pixel] for name, values in columns.items()})


def spectrum(path):
    """The spectrum and the catalogue's row of a spec file."""
    with fits.open(path) as file:
        coadd, row, step = file[1].data, file[2].data, file[0].header.get("COEFF1", 1e-4)
        values = {name: np.array(coadd[name]) for name in ("flux", "ivar", "loglam", "wdisp", "and_mask", "or_mask", "sky", "model")}
        wave = 10 ** values["loglam"].astype("f8")
        sigma = np.where(values["wdisp"] == 0, np.nan, values["wdisp"] * step * np.log(10) * wave)
        # OBJID is five integers in SPECOBJ and text in SPALL.
        catalogue = {f"{file[2].name}_{name}" if name == "OBJID" else name: row[name][0] for name in row.names}
        return {"object_id": str(catalogue.pop("SPECOBJID")).strip(), "ra": catalogue["PLUG_RA"], "dec": catalogue["PLUG_DEC"]}, {
            "spectrum_flux": values.pop("flux"), "spectrum_ivar": values.pop("ivar"), "spectrum_lambda": wave.astype("f4"),
            "spectrum_lsf_sigma": sigma.astype("f4"), **values}, catalogue


def padded(name, rows, length):
    """Spectra of different lengths as one array."""
    fill = {"spectrum_ivar": {"constant_values": 0}, "spectrum_lambda": {"constant_values": -1}, "spectrum_mask": {"constant_values": True}}.get(name)
    return np.stack([np.pad(row, (0, length - len(row)), **({"mode": "edge"} if fill is None else fill)) for row in rows])


def run_spectra(source, folder):
    objects = [spectrum(path) for path in sorted(glob.glob(f"{source}/spec-*.fits"))]
    of_row = pixels(np.array([o["ra"] for o, _, _ in objects]), np.array([o["dec"] for o, _, _ in objects]))
    for pixel in np.unique(of_row):
        group = [objects[i] for i in np.flatnonzero(of_row == pixel)]
        length = max(len(values["spectrum_flux"]) for _, values, _ in group)
        for _, values, _ in group:
            values["spectrum_mask"] = (values["and_mask"] != 0) | ~(values["spectrum_ivar"] > 1e-6)
        columns = {name: np.array([o[name] for o, _, _ in group]) for name in group[0][0]}
        columns |= {name: padded(name, [values[name] for _, values, _ in group], length) for name in group[0][1]}
        for name in dict.fromkeys(name for _, _, catalogue in group for name in catalogue):
            missing = np.zeros_like(next(catalogue[name] for _, _, catalogue in group if name in catalogue))
            columns[name] = np.array([catalogue.get(name, missing) for _, _, catalogue in group])
        write(folder, pixel, columns)


def cutouts(source, objects):
    """Cut-outs of objects and their inverse variance in all bands, and the scale of the pixels."""
    shape = len(objects), len(BANDS), CUTOUT, CUTOUT
    flux, ivar, scale = np.empty(shape, "f4"), np.empty(shape, "f4"), np.empty(shape[:2], "f4")
    for field in np.unique(objects["field"]):
        rows = np.flatnonzero(objects["field"] == field)
        sky = SkyCoord(objects["ra"][rows], objects["dec"][rows], unit="deg")
        for band, name in enumerate(BANDS):
            with fits.open(f"{source}/field{field:04}-{name}-sci.fits") as image, fits.open(f"{source}/field{field:04}-{name}-rms.fits") as noise:
                wcs, weight = WCS(image[0].header), (1 / noise[0].data.astype("f8") ** 2).astype("f4")
                scale[rows, band] = np.sqrt(abs(np.linalg.det(wcs.pixel_scale_matrix))) * 3600
                for row, x, y in zip(rows, *wcs.world_to_pixel(sky)):
                    for values, into in (image[0].data, flux), (weight, ivar):
                        into[row, band] = Cutout2D(values, (x, y), CUTOUT, wcs=wcs, mode="partial", fill_value=0).data
    return flux, ivar, scale


def run_frames(source, folder):
    objects = Table.read(f"{source}/objects.csv")
    of_row = pixels(objects["ra"], objects["dec"])
    for pixel in np.unique(of_row):
        group = objects[of_row == pixel]
        flux, ivar, scale = cutouts(source, group)
        write(folder, pixel, {
            "object_id": np.array(group["id"]), "ra": np.array(group["ra"]), "dec": np.array(group["dec"]), "field": np.array(group["field"]),
            "image_band": np.tile(BANDS, (len(group), 1)), "image_scale": scale, "image_psf_fwhm": np.full(scale.shape, PSF_ARCSEC, "f4"),
        }, image_array=flux, image_ivar=ivar, image_mask=ivar > 0)


def run_coadds(source, folder):
    files = []
    for path in sorted(glob.glob(f"{source}/coadd-*.fits")):
        with fits.open(path) as file, fits.open(path.replace("coadd-", "redrock-")) as redrock:
            targets, redshifts = file["FIBERMAP"].data, redrock["REDSHIFTS"].data
            order = np.argsort(redshifts["TARGETID"])
            redshifts = redshifts[order[np.searchsorted(redshifts["TARGETID"], targets["TARGETID"], sorter=order)]]
            native = {name: np.array(table[name]) for table in (redshifts, file["SCORES"].data, targets) for name in table.names}
            files.append({"object_id": native.pop("TARGETID"), "ra": native["TARGET_RA"], "dec": native["TARGET_DEC"], **join_arms(file), **native})
    write_by_pixel(folder, {name: np.concatenate([columns[name] for columns in files]) for name in files[0]})


EXACT = {"spectra": ("spectrum_flux", "spectrum_ivar", "spectrum_mask"), "frames": ("image_array", "image_ivar", "image_mask")}
EXACT["coadds"] = EXACT["spectra"]
COMPUTED = {"spectra": ("spectrum_lambda", "spectrum_lsf_sigma"), "frames": ("image_scale",), "coadds": ("spectrum_lambda", "spectrum_lsf_sigma")}
BLOCK = 64


def checksum(kind, folder):
    digests, means = {}, {name: [] for name in COMPUTED[kind]}
    for path in sorted(glob.glob(f"{folder}/**/*.hdf5", recursive=True)):
        with h5py.File(path, "r") as file:
            for first in range(0, len(file["object_id"]), BLOCK):
                block = {name: file[name][first:first + BLOCK] for name in ("object_id", *EXACT[kind], *COMPUTED[kind])}
                shape = file.get(f"{EXACT[kind][0]}_shape")
                for row, number in enumerate(block["object_id"]):
                    length = shape[first + row, 0] if shape else np.count_nonzero(block[COMPUTED[kind][0]][row] > 0) if "lambda" in COMPUTED[kind][0] else None
                    digests[int(number)] = peer.sha256(*(np.ascontiguousarray(block[name][row][:length]) for name in EXACT[kind]))
                    for name in COMPUTED[kind]:
                        means[name].append(np.nanmean(block[name][row][:length], dtype="f8"))
    whole = hashlib.sha256(repr(sorted(digests.items())).encode()).hexdigest()
    # Rounded, because the last bits of logarithms and powers depend on the library.
    print(len(digests), whole, *(f"{name} {np.mean(values):.5g}" for name, values in means.items()))


def cube(path, folder, name, read):
    for shard in glob.glob(f"{folder}/**/*.hdf5", recursive=True):
        with h5py.File(shard, "r") as file:
            rows = [row for row, number in enumerate(file["object_id"]) if number.decode() == name]
            for row in rows:
                stored = file["cube_flux"][row]
                if "cube_flux_shape" in file:
                    stored = stored[tuple(slice(length) for length in file["cube_flux_shape"][row])]
    with fits.open(path) as source:
        values = source["FLUX"].data.astype("<f4")
    found = [peer.sha256(np.ascontiguousarray(array)) for array in (values, stored, np.load(read))]
    if len(set(found)) != 1:
        raise SystemExit(f"The flux of cube {name} differs: {found[0]} in {path}, {found[1]} in {folder}, {found[2]} in {read}")
    print(found[0])


if __name__ == "__main__":
    verbs = {
        "versions": lambda: peer.versions(astropy, h5py, healpy, np, HDF5=h5py.version.hdf5_version),
        "run": lambda kind, *folders: {"spectra": run_spectra, "frames": run_frames, "coadds": run_coadds}[kind](*folders),
        "checksum": checksum,
        "cube": cube,
    }
    verbs[sys.argv[1]](*sys.argv[2:])
