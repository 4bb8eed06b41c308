using System.Globalization;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests.Errors;

/// <summary>Tables with errors in the conventions of surveys, written by astropy, and the pairs that numpy finds by the Mahalanobis
/// distance on the sphere.</summary>
/// <remarks>The covariance of B is turned as a tensor in space by the rotation that moves B to A, and offsets are separations and position
/// angles of astropy; Pile computes with bearings at both ends.</remarks>
public sealed class EllipseTables : IDisposable
{
    internal const double Sigma = 3;

    // The spread of partners is that of the errors, so that pairs are inside and outside of the limit.
    private const string Script = """
        import sys, numpy as np, astropy.units as u
        from astropy.coordinates import SkyCoord
        from astropy.table import Table
        from astropy.io.votable import from_table, writeto
        out, psc = sys.argv[1:3]
        rng = np.random.default_rng(42)
        K = 3.0
        def axes(ra, dec):
            ra, dec = np.radians(ra), np.radians(dec)
            p = np.stack([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)], -1)
            e = np.stack([-np.sin(ra), np.cos(ra), 0 * ra], -1)
            return p, e, np.cross(p, e)
        def ellipse(major, minor, pa):
            s, c = np.sin(np.radians(pa)), np.cos(np.radians(pa))
            v = np.stack([np.stack([s, c], -1), np.stack([c, -s], -1)], -1)
            return v @ (np.stack([major**2, minor**2], -1)[..., None] * np.swapaxes(v, -1, -2))
        def axis(east, north, corr=0.0):
            m = np.zeros(np.shape(east) + (2, 2))
            m[..., 0, 0], m[..., 1, 1] = east**2, north**2
            m[..., 0, 1] = m[..., 1, 0] = corr * east * north
            return m
        def chi2(raA, decA, covA, raB, decB, covB):
            A, B = SkyCoord(raA[:, None] * u.deg, decA[:, None] * u.deg), SkyCoord(raB * u.deg, decB * u.deg)
            s, pa = A.separation(B).arcsec, A.position_angle(B).rad
            d = np.stack([s * np.sin(pa), s * np.cos(pa)], -1)
            (pA, eA, nA), (pB, eB, nB) = axes(raA, decA), axes(raB, decB)
            pA, eA, nA = pA[:, None], eA[:, None], nA[:, None]
            k = np.cross(pB, pA)
            cos = np.sum(pA * pB, -1)[..., None]
            turn = lambda v: v * cos + np.cross(k, v) + k * np.sum(k * v, -1)[..., None] / (1 + cos)
            e, n = turn(np.broadcast_to(eB, k.shape)), turn(np.broadcast_to(nB, k.shape))
            dot = lambda v, w: np.sum(v * w, -1)
            M = np.stack([np.stack([dot(e, eA), dot(n, eA)], -1), np.stack([dot(e, nA), dot(n, nA)], -1)], -2)
            C = covA[:, None] + M @ covB @ np.swapaxes(M, -1, -2)
            return np.einsum('...i,...ij,...j', d, np.linalg.inv(C), d)
        def positions(n):
            dec = np.degrees(np.arcsin(rng.uniform(-1, 1, n)))
            dec[: n // 3] = np.sign(rng.uniform(-1, 1, n // 3)) * (90 - 10 ** rng.uniform(-4, 0.5, n // 3))
            ra = rng.uniform(0, 360, n)
            ra[::4] = rng.uniform(-0.01, 0.01, len(ra[::4])) % 360
            return ra, dec
        def near(ra, dec, cov, times=1):
            c = SkyCoord(np.repeat(ra, times) * u.deg, np.repeat(dec, times) * u.deg)
            L = np.linalg.cholesky(np.repeat(cov, times, 0))
            d = np.einsum('nij,nj->ni', L, rng.normal(0, 2.0, (len(c), 2)))
            moved = c.directional_offset_by(np.arctan2(d[:, 0], d[:, 1]) * u.rad, np.hypot(d[:, 0], d[:, 1]) * u.arcsec)
            return moved.ra.deg, moved.dec.deg
        def write(name, a, b, value):
            value = np.where(np.isnan(value), np.inf, value)
            assert not np.any(np.abs(value / K**2 - 1) < 1e-7), 'a pair is too close to the limit'
            pairs = np.argwhere(value <= K**2)
            # As many pairs are decided by the shape as by the size: no circle finds the same.
            assert 20 < len(pairs) < value.size
            np.savetxt(f'{out}/{name}.txt', pairs, fmt='%d')
        n = 300
        ra, dec = positions(n)
        # Fermi: 95 % ellipses of arcminutes to degrees; a partner with the same error everywhere.
        major = 10 ** rng.uniform(-2, 0.3, n); minor = major * rng.uniform(0.1, 1, n); pa = rng.uniform(-90, 90, n)
        k95, k68 = np.sqrt(-2 * np.log(0.05)), np.sqrt(-2 * np.log(1 - 0.6827))
        assert abs(k95 - 2.4477) < 1e-4 and abs(k68 - 1.515) < 1e-3
        fermi = ellipse(major / k95 * 3600, minor / k95 * 3600, pa)
        raB, decB = near(ra, dec, fermi, 3)
        major[::17], minor[::17], pa[::17] = np.nan, np.nan, np.nan
        fermi = ellipse(major / k95 * 3600, minor / k95 * 3600, pa)
        Table({'Source_Name': [f'4FGL {i}' for i in range(n)], 'RAJ2000': ra * u.deg, 'DEJ2000': dec * u.deg,
            'Conf_68_SemiMajor': 5 * major * u.deg, 'Conf_68_SemiMinor': 5 * minor * u.deg, 'Conf_68_PosAng': pa * u.deg,
            'Conf_95_SemiMajor': major * u.deg, 'Conf_95_SemiMinor': minor * u.deg,
            'Conf_95_PosAng': pa * u.deg}).write(f'{out}/fermi.fits')
        agn = Table({'name': [f'agn {i}' for i in range(3 * n)], 'RAJ2000': raB * u.deg, 'DEJ2000': decB * u.deg})
        agn.write(f'{out}/agn.vot', format='votable')
        write('fermi', ra, raB, chi2(ra, dec, fermi, raB, decB, axis(0.1 + 0 * raB, 0.1 + 0 * raB)))
        wide = ellipse(5 * major / k68 * 3600, 5 * minor / k68 * 3600, pa)
        write('fermi68', ra, raB, chi2(ra, dec, wide, raB, decB, axis(0.1 + 0 * raB, 0.1 + 0 * raB)))
        # Gaia in mas with correlations, and 2MASS ellipses in arcsec; floors of 0.05 and 0.2 arcsec.
        ea, ed, corr = 10 ** rng.uniform(1, 3, n), 10 ** rng.uniform(1, 3, n), rng.uniform(-1, 1, n)
        gaia = axis(ea / 1000, ed / 1000, corr)
        raG, decG = near(ra, dec, gaia)
        Table({'source_id': np.arange(n), 'ra': raG * u.deg, 'dec': decG * u.deg, 'ra_error': ea * u.mas, 'dec_error': ed * u.mas,
            'ra_dec_corr': corr.astype('f4')}).write(f'{out}/gaia.fits')
        gaia = axis(ea / 1000, ed / 1000, corr.astype('f4').astype(float))
        Table({'source_id': np.arange(n), 'ra': raG, 'dec': decG, 'ra_error': ea, 'dec_error': ed,
            'ra_dec_corr': corr.astype('f4').astype(float)}).write(f'{out}/gaia.csv')
        major, minor, pa = rng.uniform(0.3, 0.6, n), rng.uniform(0.05, 0.3, n), rng.integers(0, 180, n).astype(float)
        mass = ellipse(major, minor, pa)
        Table({'designation': [str(i) for i in range(n)], 'ra': ra * u.deg, 'dec': dec * u.deg, 'err_maj': major * u.arcsec,
            'err_min': minor * u.arcsec, 'err_ang': pa * u.deg}).write(f'{out}/2mass.vot', format='votable')
        write('gaia-2mass', raG, ra, chi2(raG, decG, gaia, ra, dec, mass))
        write('floors', raG, ra, chi2(raG, decG, gaia + axis(0.05, 0.05), ra, dec, mass + axis(0.2, 0.2)))
        # Legacy Survey: inverse variances in 1/deg², of RA without cos(dec). 0 is missing.
        ivar_ra, ivar_dec = 10 ** rng.uniform(6.5, 8, n), 10 ** rng.uniform(6.5, 8, n)
        ivar_ra[::23] = 0
        with np.errstate(divide='ignore'):
            legacy = axis(np.cos(np.radians(dec)) * 3600 / np.sqrt(ivar_ra), 3600 / np.sqrt(ivar_dec))
        legacy[::23] = np.nan
        Table({'TARGETID': np.arange(n), 'RA': ra, 'DEC': dec, 'RA_IVAR': ivar_ra, 'DEC_IVAR': ivar_dec}).write(f'{out}/legacy.fits')
        write('legacy', ra, raG, chi2(ra, dec, legacy, raG, decG, gaia))
        # Real ellipses of 2MASS by VizieR, against the same positions moved by one to three standard deviations.
        t = Table.read(psc)
        real = ellipse(np.array(t['errMaj'], float), np.array(t['errMin'], float), np.array(t['errPA'], float))
        raR, decR = np.array(t['RAJ2000'], float), np.array(t['DEJ2000'], float)
        raS, decS = near(raR, decR, real)
        Table({'id': np.arange(len(t)), 'ra': raS, 'dec': decS}).write(f'{out}/moved.csv')
        write('psc', raR, raS, chi2(raR, decR, real, raS, decS, axis(0.01 + 0 * raS, 0.01 + 0 * raS)))
        """;

    private readonly TemporaryFolder folder = new();

    public EllipseTables() => Python.Run(Script, folder.Path, TestPaths.Data("catalog/2mass-psc.vot"));

    public void Dispose() => folder.Dispose();

    /// <summary>The path of a table.</summary>
    internal string Table(string name) => name == "psc.vot" ? TestPaths.Data("catalog/2mass-psc.vot") : folder[name];

    /// <summary>The pairs of rows that numpy found.</summary>
    internal List<(long A, long B)> Pairs(string name) => [.. File.ReadAllLines(folder[$"{name}.txt"]).Select(line => line.Split(' '))
        .Select(f => (long.Parse(f[0], CultureInfo.InvariantCulture), long.Parse(f[1], CultureInfo.InvariantCulture))).Order()];
}
