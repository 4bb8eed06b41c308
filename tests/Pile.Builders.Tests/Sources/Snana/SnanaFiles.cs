using System.Globalization;
using Pile.Builders.Sources;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Snana;

/// <summary>Made text files of SNANA, and datasets built from them.</summary>
internal static class SnanaFiles
{
    internal const string Header = """
        SURVEY: TEST
        SNID: a1
        RA: 10.5 deg  DECL: -20.25 deg
        PEAKMJD: 59001.5 +- 0.25  # at the brightest observation
        NOBS: 3
        NVAR: 5
        VARLIST: MJD FLT FIELD FLUXCAL FLUXCALERR

        """;

    internal const string Rows = """
        OBS: 59000.25 g NULL 1.5 0.25
        OBS: 59001.25 r NULL -2.5 0.5
        OBS: 59002.25 g NULL 3.5 0.75

        """;

    internal const string Complete = Header + Rows + "END:\n";

    /// <summary>Reads a made pair with astropy's columns: two objects of 3 and 2 measurements, and their separators.</summary>
    /// <param name="folder">The folder of a_HEAD.FITS and a_PHOT.FITS.</param>
    /// <param name="change">Python that changes the tables <c>head</c> and <c>phot</c>, or the headers <c>keys</c>, before they are
    /// written.</param>
    internal static void WritePair(TemporaryFolder folder, string change = "") => Python.Run($$"""
        import sys, numpy as np
        from astropy.io import fits
        from astropy.table import Table
        head = Table({'SNID': ['s1', 's2'], 'RA': [10.5, 350.25], 'DEC': [-20.25, 45.5], 'NOBS': np.array([3, 2], 'i4'),
                      'PTROBS_MIN': np.array([1, 5], 'i4'), 'PTROBS_MAX': np.array([3, 6], 'i4'), 'PEAKMJD': np.array([-9, 59001.5], 'f4'),
                      'HOSTGAL_OBJID': np.array([2**60 + 1, -9], 'i8')})
        phot = Table({'MJD': [59002.5, 59000.5, 59001.5, -777, 59003.25, 59004.25, -777], 'BAND': ['r', 'g', 'r', '-', 'g', 'g', '-'],
                      'PHOTFLAG': np.array([0, 1, 4096, 0, 0, 2, 0], 'i4'),
                      'FLUXCAL': np.array([1.1, np.nan, -3.3, 0, 5.5, 6.6, 0], 'f4'),
                      'FLUXCALERR': np.array([.1, .2, .3, 0, .5, .6, 0], 'f4')})
        keys = {'SURVEY': 'TEST', 'PHOTFILE': 'a_PHOT.FITS'}
        names = ['a_HEAD.FITS', 'a_PHOT.FITS']
        {{change}}
        for table, name in [(head, names[0]), (phot, names[1])]:
            if name is not None:
                primary = fits.PrimaryHDU()
                primary.header.update(keys)
                fits.HDUList([primary, fits.BinTableHDU(table)]).writeto(sys.argv[1] + '/' + name)
        """, folder.Path);

    internal static async Task<BuildOutcome> BuildAsync(string source, string data, string output, bool skipBadRows,
        CancellationToken cancellationToken)
    {
        string indented = source.Replace("\n", "\n  ", StringComparison.Ordinal);
        Recipe recipe = RecipeReader.Read(string.Create(CultureInfo.InvariantCulture, $$"""
            pile: 1
            name: test
            provenance: { project: p, survey: s, instrument: i, release: r }
            licence: CC0-1.0
            citation: none
            source:
              {{indented}}
            """), "test.yaml", data);
        return await BuildRun.RunAsync(recipe, SourceBuilders.All, output, new BuildSettings { SkipsBadRows = skipBadRows },
            cancellationToken);
    }
}
