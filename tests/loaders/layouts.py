"""Reads an export by the rules of its layout: the files by their pattern, the columns by name, the rows by a sorted index of their ids.

It states what the tests expect of a layout, and returns the same rows as `run_loader.py`; the tests compare both if MMU_SCRIPTS names the
loaders.
"""
import contextlib
import glob
import os
import sys

import h5py
import numpy as np

SPECTRUM = ["flux", "ivar", "lsf_sigma", "lambda", "mask"]


def spectrum(f, i):
    lists = {name: f["spectrum_" + name][i] for name in SPECTRUM}
    assert all(v.dtype == ("bool" if k == "mask" else "float32") for k, v in lists.items()) and len({v.shape for v in lists.values()}) == 1
    return lists


def floats(f, i, names):
    return {name: np.float32(f[name][i]) for name in names}


def sdss(f, i):
    row = {"spectrum": spectrum(f, i), "ZWARNING": bool(f["ZWARNING"][i]), **floats(f, i, ["VDISP", "VDISP_ERR", "Z", "Z_ERR"])}
    for name in ["SPECTROFLUX", "SPECTROFLUX_IVAR", "SPECTROSYNFLUX", "SPECTROSYNFLUX_IVAR"]:
        row.update({f"{name}_{band}": np.float32(value) for band, value in zip("UGRIZ", f[name][i], strict=True)})
    return row


def desi(f, i):
    names = ["Z", "ZERR", "EBV", *("FLUX_" + b for b in "GRZ"), *("FLUX_IVAR_" + b for b in "GRZ"), *("FIBERFLUX_" + b for b in "GRZ"),
             *("FIBERTOTFLUX_" + b for b in "GRZ")]
    assert f["spectrum_flux"].shape[1:] == (7781,)
    return {"spectrum": spectrum(f, i), "ZWARN": f["ZWARN"][i] == 0, **floats(f, i, names)}


def image(f, i, bands, has_one_mask):
    assert f["image_array"].shape[1:] == f["image_ivar"].shape[1:] == (bands, 160, 160) and f["image_mask"].dtype == bool
    assert f["image_mask"].shape[1:] == ((160, 160) if has_one_mask else (bands, 160, 160))
    mask = f["image_mask"][i]
    return {"band": [name.decode() for name in f["image_band"][i]], "flux": list(f["image_array"][i]), "ivar": list(f["image_ivar"][i]),
            "mask": [mask] * bands if has_one_mask else list(mask), "psf_fwhm": f["image_psf_fwhm"][i], "scale": f["image_scale"][i]}


def legacysurvey(f, i):
    sources = ["FLUX_G", "FLUX_R", "FLUX_I", "FLUX_Z", "TYPE", "SHAPE_R", "SHAPE_E1", "SHAPE_E2", "X", "Y"]
    assert f["image_rgb"].shape[1:] == f["blobmodel"].shape[1:] == (160, 160, 3) and f["object_mask"].shape[1:] == (160, 160)
    assert f["catalog_X"].shape[1:] == (20,) and f["TYPE"][i].decode()
    return {"image": image(f, i, 4, True), "rgb": f["image_rgb"][i], "blobmodel": f["blobmodel"][i], "object_mask": f["object_mask"][i],
            "catalog": {name: np.float32(f["catalog_" + name][i]) for name in sources},
            **floats(f, i, ["EBV", *("FLUX_" + b for b in ["G", "R", "I", "Z", "W1", "W2", "W3", "W4"]),
                            "SHAPE_R", "SHAPE_E1", "SHAPE_E2"])}


def hsc(f, i):
    names = [name for b in "grizy" for name in [
        f"a_{b}", f"{b}_extendedness_value", f"{b}_cmodel_mag", f"{b}_cmodel_magerr",
        *(f"{b}_sdssshape_{kind}shape{axes}" for kind in ["psf_", ""] for axes in ["11", "22", "12"])]]
    return {"image": image(f, i, 5, False), **floats(f, i, names)}


def plasticc(f, i):
    bands, quantities, samples = f["lightcurve"].shape[1:]
    assert (bands, quantities) == (6, 3)
    classes = {90: "SNIa", 67: "SNIa-91bg", 52: "SNIax", 42: "SNII", 62: "SNIbc", 95: "SLSN-I", 15: "TDE", 64: "KN", 88: "AGN", 92: "RRL"}
    lists = {name: np.float32(f["lightcurve"][i][:, k].ravel()) for k, name in enumerate(["time", "flux", "flux_err"])}
    return {"lightcurve": {"band": [band for band in "ugrizY" for _ in range(samples)], **lists}, "obj_type": classes[f["obj_type"][i]],
            **floats(f, i, ["hostgal_photoz", "hostgal_specz", "redshift"])}


def samples(f, i, names):
    return {name: np.float32(f[name][i]) for name in names}


def tess(f, i):
    return {"lightcurve": samples(f, i, ["time", "flux", "flux_err", "quality"]), **floats(f, i, ["RA", "DEC"])}


def kepler(f, i):
    return {"lightcurve": samples(f, i, ["time", "pdcsap_flux", "pdcsap_flux_err", "sap_flux", "sap_flux_err"]),
            **floats(f, i, ["ra", "dec"])}


CORRELATED = ["ra", "dec", "parallax", "pmra", "pmdec"]
GAIA = {
    "photometry": ["phot_%s_mean_%s" % (b, q) for b in ["g", "bp", "rp"] for q in ["mag", "flux", "flux_error"]]
    + ["phot_bp_rp_excess_factor", "bp_rp", "bp_g", "g_rp"],
    "astrometry": [name for q in CORRELATED for name in [q, q + "_error"]]
    + [f"{a}_{b}_corr" for k, a in enumerate(CORRELATED) for b in CORRELATED[k + 1:]],
    "radial_velocity": ["radial_velocity", "radial_velocity_error", "rv_template_fe_h", "rv_template_logg", "rv_template_teff"],
    "gspphot": [f"{q}_gspphot{end}" for q in ["ag", "azero", "distance", "ebpminrp", "logg", "mh", "teff"]
                for end in ["", "_lower", "_upper"]],
    "flags": ["ruwe"],
    "corrections": ["ecl_lat", "ecl_lon", "nu_eff_used_in_astrometry", "pseudocolour", "astrometric_params_solved", "rv_template_teff",
                    "grvs_mag"],
}


def gaia(f, i):
    assert f["coeff"].shape[1:] == f["coeff_error"].shape[1:] == (110,) and f["source_id"].dtype == np.int64
    return {"spectral_coefficients": {name: np.float32(f[name][i]) for name in ["coeff", "coeff_error"]},
            **{group: floats(f, i, names) for group, names in GAIA.items()}, "healpix": f["healpix"][i], **floats(f, i, ["ra", "dec"]),
            "object_id": f["source_id"][i]}


SPAXEL = ["flux", "ivar", "mask", "lsf", "lambda", "x", "y", "spaxel_idx", "flux_units", "lambda_units", "skycoo_x", "skycoo_y", "ellcoo_r",
          "ellcoo_rre", "ellcoo_rkpc", "ellcoo_theta", "skycoo_units", "ellcoo_r_units", "ellcoo_rre_units", "ellcoo_rkpc_units",
          "ellcoo_theta_units"]
IMAGE = ["filter", "flux", "flux_units", "psf", "psf_units", "scale", "scale_units"]
MAP = ["group", "label", "flux", "ivar", "mask", "array_units"]


class Structures:
    """The structures of a dataset, read one by one: the spaxels of a cube have a gigabyte."""

    def __init__(self, dataset, names):
        self.path, self.name, self.names, self.length = dataset.file.filename, dataset.name, names, len(dataset)
        assert len(dataset.dtype.names) == len(names)

    def __len__(self):
        return self.length

    def __getitem__(self, number):
        with h5py.File(self.path, "r") as f:
            row = f[self.name][range(self.length)[number]]
        return {name: value.decode() if isinstance(value, bytes) else value for name, value in zip(self.names, row)}


def manga(path):
    """Yields the objects of a file, which has a group for each."""
    with h5py.File(path, "r") as f:
        for key, group in f.items():
            spaxels = group["spaxels"]
            assert spaxels.shape == (9216,) and spaxels.dtype["flux"] == np.dtype(("<f4", (4563,))) and spaxels.chunks == (1,)
            assert group["object_id"].asstr()[()] == key and group["healpix"][()] == int(path.split("healpix=")[1].split("/")[0])
            yield {"object_id": key, "z": np.float32(group["z"][()]), "spaxel_size": np.float32(group["spaxel_size"][()]),
                   "spaxel_size_units": group["spaxel_size_unit"].asstr()[()], "spaxels": Structures(spaxels, SPAXEL),
                   "images": Structures(group["images"], IMAGE), "maps": Structures(group["maps"], MAP)}


LAYOUTS = {
    "sdss": (["{sdss,segue1,segue2,boss,eboss}/healpix=*/*.hdf5"], sdss),
    "desi": (["dr1_main/healpix=*/*.hdf5"], desi),
    "legacysurvey": (["dr10_south_21/healpix=*/*.hdf5"], legacysurvey),
    "hsc": (["pdr3_dud_22.5/healpix=*/*.hdf5"], hsc),
    "plasticc": (["data/healpix=*/train*.hdf5"], plasticc),
    "tess": (["spoc/*/healpix=*/*.hdf5"], tess),
    "kepler": (["data/healpix=*/*.hdf5"], kepler),
    "gaia": (["gaia/healpix=*/*.hdf5"], gaia),
    "manga": (["manga/healpix=*/*.hdf5"], manga),
}


def expand(pattern):
    if "{" not in pattern:
        return [pattern]
    start, end = pattern.index("{"), pattern.index("}")
    return [pattern[:start] + choice + pattern[end + 1:] for choice in pattern[start + 1:end].split(",")]


def files_of(name, folder):
    return sorted(path for pattern in LAYOUTS[name][0] for p in expand(pattern) for path in glob.glob(os.path.join(folder, p)))


def examples(name, folder):
    """Yields each row of an export. Every file has the pixel of its folder and an index of unique ids."""
    import healpy
    read = LAYOUTS[name][1]
    for path in files_of(name, folder):
        if name == "manga":
            yield from read(path)
            continue
        with h5py.File(path, "r") as f:
            ids, pixels = f["object_id"][:], f["healpix"][:]
            assert pixels.dtype == np.int64 and set(pixels) == {int(path.split("healpix=")[1].split("/")[0])}, path
            assert np.array_equal(pixels, healpy.ang2pix(16, f["ra"][:], f["dec"][:], nest=True, lonlat=True)), path
            assert len(set(ids)) == len(ids) and all(len(f[column]) == len(ids) for column in f), path
            order = np.argsort(ids)
            for key in ids:
                i = order[np.searchsorted(ids[order], key)]
                assert ids[i] == key
                yield {"object_id": str(key) if name != "tess" or not isinstance(key, bytes) else key.decode(), **read(f, i)}


def rows(name, folder):
    """Returns the rows by id, read by the rules of the layout, and if MMU_SCRIPTS is set by the unmodified loader, which must agree."""
    ours = {row["object_id"]: row for row in examples(name, folder)}
    if os.environ.get("MMU_SCRIPTS"):
        import run_loader
        with contextlib.redirect_stdout(sys.stderr):  # some loaders print the names of files
            loaded = {row["object_id"]: row for _, row in run_loader.examples(name, folder)}
        assert loaded.keys() == ours.keys(), (list(loaded)[:3], list(ours)[:3])
        for key in ours:
            compare(loaded[key], ours[key], key)
    return ours


def compare(loaded, ours, where):
    if loaded is None:
        return  # the loader of MaNGA yields the units of maps under a name that its features lack
    if isinstance(loaded, dict):
        assert loaded.keys() == ours.keys(), (where, loaded.keys() ^ ours.keys())
        for name in loaded:
            compare(loaded[name], ours[name], f"{where}.{name}")
    elif isinstance(loaded, list):
        assert len(loaded) == len(ours), where
        for k, (a, b) in enumerate(zip(loaded, ours)):
            compare(a, b, f"{where}[{k}]")
    elif isinstance(loaded, str):
        assert loaded == ours, (where, loaded, ours)
    else:
        np.testing.assert_array_equal(np.squeeze(loaded), np.squeeze(ours), where)
