"""Writes what healpy says about positions, pixels, neighbours and discs, for the tests of Pile.Sky.

    make_vectors.py FOLDER POINTS SEED

Every file is a plain little-endian array. The same seed gives the same files.
"""
import os
import sys

import healpy as hp
import numpy as np

folder, point_count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rng = np.random.default_rng(seed)


def write(name, array, dtype):
    np.ascontiguousarray(array, dtype=dtype).tofile(os.path.join(folder, name))


def uniform(count):
    return rng.uniform(0, 360, count), np.degrees(np.arcsin(rng.uniform(-1, 1, count)))


def some_pixels(order, count):
    """Random pixels, and those at the corners and along the edges of the base faces."""
    nside = 2 ** order
    if 12 * nside * nside <= count:
        return np.arange(12 * nside * nside)
    along = np.concatenate([[0, nside - 1], rng.integers(0, nside, 40)])
    last, zero = np.full(along.size, nside - 1), np.zeros(along.size, dtype=np.int64)
    edges = [hp.xyf2pix(nside, x, y, np.full(along.size, face), nest=True)
             for face in range(12) for x, y in ((along, zero), (along, last), (zero, along), (last, along))]
    return np.concatenate([rng.integers(0, 12 * nside * nside, count), *edges])


def pathological():
    """Positions where rounding decides: poles, the meridian 0, the transition between the zones, corners, edges and centres of pixels."""
    ra, dec = [], []

    def add(r, d):
        r, d = np.broadcast_arrays(np.asarray(r, dtype=float), np.asarray(d, dtype=float))
        ra.append(r.ravel())
        dec.append(d.ravel())

    special_ra = np.array([0.0, -0.0, 360.0, np.nextafter(360, 0), np.nextafter(360, 400), -1e-17, -1e-12, -1e-6, 360 + 1e-9, 1e-300, 45, 90, 135,
                           180, 225, 270, 315, -45, -90, -360, 720, 1080.25, -1234.5, 1e5, 1e7, -1e7, 1e15, np.nextafter(90, 0), np.nextafter(90, 91)])
    transition = np.degrees(np.arcsin(2 / 3))
    ulps = transition + np.arange(-40, 41) * np.spacing(transition)
    near_pole = 90 - 10.0 ** -np.arange(-1, 15)
    special_dec = np.concatenate([[90, -90, 0, -0.0, 1e-300, np.nextafter(90, 0), -np.nextafter(90, 0)], ulps, -ulps, near_pole, -near_pole,
                                  transition - 10.0 ** -np.arange(1, 13)])
    add(special_ra[:, None], special_dec[None, :])
    count = 20000
    sign = rng.choice([-1, 1], count)
    add(rng.uniform(0, 360, count), sign * (90 - rng.uniform(0, 1e-6, count)))
    add(rng.uniform(0, 360, count), sign * (90 - 10 ** rng.uniform(-12, 1, count)))
    add(rng.uniform(0, 360, count), sign * (90 - np.degrees(0.01 + rng.uniform(-1e-6, 1e-6, count))))
    add(rng.uniform(-720, 720, count), sign * (transition + rng.uniform(-1e-9, 1e-9, count)))
    add(rng.uniform(-1e-9, 1e-9, count) + 90 * rng.integers(-4, 9, count), np.degrees(np.arcsin(rng.uniform(-1, 1, count))))
    add(rng.choice([-1, 1], count) * 10 ** rng.uniform(2, 17, count), np.degrees(np.arcsin(rng.uniform(-1, 1, count))))
    for order in (0, 1, 2, 3, 6, 10, 16, 22, 27, 29):
        nside = 2 ** order
        pixels = some_pixels(order, 500)
        corners = np.concatenate([hp.boundaries(nside, p, step=2, nest=True) for p in rng.permutation(pixels)[:200]], axis=1)
        r, d = hp.vec2ang(corners.T, lonlat=True)
        for shift in (0, -1, 1):
            add(r, np.clip(d + shift * np.spacing(d), -90, 90))
            add(r + shift * np.spacing(r), d)
        add(*hp.pix2ang(nside, pixels, nest=True, lonlat=True))
    return np.concatenate(ra), np.concatenate(dec)


# Positions to pixels: all at order 29, the first of them at every order.
hard_ra, hard_dec = pathological()
easy_ra, easy_dec = uniform(point_count)
ra, dec = np.concatenate([hard_ra, easy_ra]), np.concatenate([hard_dec, easy_dec])
write("ra.f64", ra, "<f8")
write("dec.f64", dec, "<f8")
few = hard_ra.size + 20000
for order in range(29):
    write(f"pixels-{order}.i64", hp.ang2pix(2 ** order, ra[:few], dec[:few], nest=True, lonlat=True), "<i8")
write("pixels-29.i64", hp.ang2pix(2 ** 29, ra, dec, nest=True, lonlat=True), "<i8")

# Pixels to centres and neighbours.
for order in range(30):
    pixels = some_pixels(order, 3072)
    centre_ra, centre_dec = hp.pix2ang(2 ** order, pixels, nest=True, lonlat=True)
    write(f"centres-{order}.i64", pixels, "<i8")
    write(f"centres-{order}-ra.f64", centre_ra, "<f8")
    write(f"centres-{order}-dec.f64", centre_dec, "<f8")
    write(f"neighbours-{order}.i64", hp.get_all_neighbours(2 ** order, pixels, nest=True).T, "<i8")

# Discs: order, then the numbers of pixels by three rules, then the pixels.
places = [(0, 90), (123, -90), (0, 0), (359.999, 41.8103), (45, 0), (90, 41.8103149), (10, 89.9), (200, -89.99)]
discs, lists = [], []
for i in range(240):
    if i < 80:
        disc_ra, disc_dec = places[i % len(places)]
    else:
        disc_ra, disc_dec = (float(a[0]) for a in uniform(1))
    order = int(rng.integers(0, 11))
    radius = float(min(180.0, 10 ** rng.uniform(-1.5, 1.4) * 60 / 2 ** order))
    centre, nside, radius_rad = hp.ang2vec(disc_ra, disc_dec, lonlat=True), 2 ** order, np.radians(radius)
    found = [hp.query_disc(nside, centre, radius_rad, inclusive=False, nest=True),
             hp.query_disc(nside, centre, radius_rad, inclusive=True, fact=16, nest=True),
             hp.query_disc(nside, centre, radius_rad, inclusive=True, fact=4, nest=True)]
    discs.append((disc_ra, disc_dec, radius))
    lists.append(np.concatenate([[order, *(f.size for f in found)], *found]))
write("discs.f64", np.array(discs), "<f8")
write("discs.i64", np.concatenate(lists), "<i8")
