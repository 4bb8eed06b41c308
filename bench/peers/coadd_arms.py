"""The arms of DESI coadds joined on one grid, and the width of the line-spread function, in numpy: the same rules as the builder desi-spectrum."""
import numpy as np

ARMS, TOLERANCE_ANGSTROM, LEAST_SHARE_OF_PEAK = "BRZ", 1e-4, 0.1


def grid_of(file):
    """The common grid, and where each arm begins on it."""
    wave, starts = file[f"{ARMS[0]}_WAVELENGTH"].data, [0]
    for arm in ARMS[1:]:
        more = file[f"{arm}_WAVELENGTH"].data
        starts.append(int(np.searchsorted(wave, more[0] - TOLERANCE_ANGSTROM)))
        wave = np.concatenate([wave, more[len(wave) - starts[-1]:]])
    return wave, starts


def lsf_sigma_pixels(profiles):
    """The width of a Gaussian by a weighted parabola through the logarithm of the diagonals (Guo 2011). Shape [target, diagonal, pixel]."""
    x = np.arange(profiles.shape[1]) - profiles.shape[1] // 2
    with np.errstate(all="ignore"):
        relative = profiles / profiles.max(axis=1, keepdims=True).astype("f8")
        used = relative > LEAST_SHARE_OF_PEAK
        relative = np.where(used, relative, 1)
        weight = np.where(used, relative ** 2, 0)
        log = weight * np.log(relative)
        s0, s1, s2, s3, s4 = (np.einsum("tdp,d->tp", weight, x.astype("f8") ** power) for power in range(5))
        t0, t1, t2 = (np.einsum("tdp,d->tp", log, x.astype("f8") ** power) for power in range(3))
        curvature = (s0 * (s2 * t2 - s3 * t1) - s1 * (s1 * t2 - s2 * t1) + t0 * (s1 * s3 - s2 * s2)) / (
            s0 * (s2 * s4 - s3 * s3) - s1 * (s1 * s4 - s2 * s3) + s2 * (s1 * s3 - s2 * s2))
        return np.where((used.sum(axis=1) >= 3) & (curvature < 0), np.sqrt(-0.5 / curvature), np.nan)


def join_arms(file):
    """Flux, inverse variance, mask and line-spread function of all targets: where two arms overlap, weighted by inverse variance."""
    wave, starts = grid_of(file)
    rows, diagonals = file["B_RESOLUTION"].data.shape[:2]
    flux, ivar, mask = (np.zeros((rows, len(wave)), kind) for kind in ("f4", "f4", "u4"))
    profiles, filled = np.zeros((rows, diagonals, len(wave)), "f4"), 0
    for arm, start in zip(ARMS, starts):
        new = {name: file[f"{arm}_{name}"].data for name in ("FLUX", "IVAR", "MASK", "RESOLUTION")}
        both, end = slice(start, filled), start + new["FLUX"].shape[1]
        only, overlap = slice(filled, end), filled - start
        for values, name in (flux, "FLUX"), (ivar, "IVAR"), (mask, "MASK"), (profiles, "RESOLUTION"):
            values[..., only] = new[name][..., max(overlap, 0):]
        if overlap > 0:
            f, i, m, r = (new[name][..., :overlap] for name in ("FLUX", "IVAR", "MASK", "RESOLUTION"))
            old, more = np.maximum(ivar[:, both], 0).astype("f8"), np.maximum(i, 0).astype("f8")
            total = old + more
            share = np.divide(old, total, out=np.full_like(total, 0.5), where=total > 0)
            profiles[..., both] = share[:, None] * profiles[..., both] + (1 - share[:, None]) * r
            old, more = np.where(mask[:, both] == 0, old, 0), np.where(m == 0, more, 0)
            total = old + more
            flux[:, both] = np.divide(old * flux[:, both] + more * f, total, out=flux[:, both].astype("f8"), where=total > 0)
            ivar[:, both] = total
            mask[:, both] &= m.astype("u4")
        filled = end
    return {
        "spectrum_flux": flux, "spectrum_ivar": ivar, "spectrum_lambda": np.tile(wave.astype("f4"), (rows, 1)),
        "spectrum_mask": (mask != 0) | ~(ivar > 0), "spectrum_lsf_sigma": (lsf_sigma_pixels(profiles) * np.gradient(wave)).astype("f4"),
        "mask_bits": mask,
    }
