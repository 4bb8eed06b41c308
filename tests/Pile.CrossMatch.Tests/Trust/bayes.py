"""Bayes factors and probabilities of all pairs within a radius, with 40 digits, from the definitions in the papers.

argv: a file with {"a": [[ra, dec, sigma], ...], "b": [...], "radius_arcsec", "prior", "covariances": [[c11, c22, c12, east, north], ...]}.
stdout: JSON with "pairs": [[a, b, log10 B, P, p_any, p_i], ...] and "elliptical": [ln B, ...]. Rows without a positive sigma have no probability, and
rows of A with such a candidate no p_any.
"""
import json
import math
import sys

from mpmath import mp, mpf

mp.dps = 40
question = json.load(open(sys.argv[1]))
arcsec = mp.pi / (180 * 3600)
prior = mpf(question["prior"])


def direction(ra, dec):
    ra, dec = mp.radians(mpf(ra)), mp.radians(mpf(dec))
    return mp.cos(dec) * mp.cos(ra), mp.cos(dec) * mp.sin(ra), mp.sin(dec)


def separation(u, v):
    chord = mp.sqrt(sum((p - q) ** 2 for p, q in zip(u, v)))
    return 2 * mp.asin(chord / 2)


def factor(psi, sigma_a, sigma_b):  # equation 16 of Budavari and Szalay, in radians
    total = (mpf(sigma_a) * arcsec) ** 2 + (mpf(sigma_b) * arcsec) ** 2
    return 2 / total * mp.exp(-psi ** 2 / (2 * total))


b = [(direction(ra, dec), dec, ra, sigma) for ra, dec, sigma in question["b"]]
pairs = []
for i, (ra, dec, sigma_a) in enumerate(question["a"]):
    u, found = direction(ra, dec), []
    for j, (v, dec_b, ra_b, sigma_b) in enumerate(b):
        if abs(dec_b - dec) * 3600 > question["radius_arcsec"] + 1:
            continue
        psi = separation(u, v)
        if psi <= question["radius_arcsec"] * arcsec:
            known = sigma_a is not None and sigma_b is not None and sigma_a > 0 and sigma_b > 0
            found.append((j, factor(psi, sigma_a, sigma_b) if known else None))
    total = sum((bayes * prior for _, bayes in found if bayes is not None), mpf(0))
    any_partner = None if any(bayes is None for _, bayes in found) else float(total / (1 + total))
    for j, bayes in found:
        if bayes is None:
            pairs.append([i, j, None, None, None, None])
        else:
            pairs.append([i, j, float(mp.log10(bayes)), float(1 / (1 + (1 - prior) / (bayes * prior))),
                          any_partner, float(bayes * prior / total)])

elliptical = []
for c11, c22, c12, east, north in question["covariances"]:
    c = mp.matrix([[c11, c12], [c12, c22]]) * arcsec ** 2
    d = mp.matrix([east, north]) * arcsec
    chi2 = (d.T * mp.inverse(c) * d)[0]
    elliptical.append(float(mp.log(2 / mp.sqrt(mp.det(c))) - chi2 / 2))
print(json.dumps({"pairs": pairs, "elliptical": elliptical}))
