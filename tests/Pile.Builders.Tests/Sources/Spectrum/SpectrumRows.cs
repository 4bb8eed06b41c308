using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

/// <summary>Builds spectra by recipe, makes their files with astropy, and compares the rows with what astropy reads.</summary>
internal static class SpectrumRows
{
    /// <summary>Reads all rows of a source, whose files are in tests/data or in a folder.</summary>
    internal static async Task<RowBatch> Read(string source, string? folder = null)
    {
        List<RowBatch> batches = await BuilderRuns.Builder($"kind: spectrum\n{source}", folder)
            .ReadAllAsync(TestContext.Current.CancellationToken);
        return new RowBatch(batches[0].Columns.Select((_, i) => ColumnData.Concat([.. batches.Select(b => b.Columns[i])])));
    }

    /// <summary>Reads a source that must fail.</summary>
    internal static async Task Fails(string message, string source, string? folder = null)
    {
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => Read(source, folder));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    /// <summary>Runs a script that compares <c>columns</c> with files, which it finds as <c>fits.open(sys.argv[2])</c> and so on.</summary>
    internal static void Agrees(RowBatch rows, string judge, params string[] files) =>
        Assert.Equal("agrees", PythonColumns.Run(rows, "from astropy.io import fits\n" + judge + "\nprint('agrees')", files).Trim());

    /// <summary>Runs a script that writes files with astropy.</summary>
    internal static void Make(string script, params string[] arguments) =>
        Python.Run("import sys\nimport numpy as np\nfrom astropy.io import fits\nfrom astropy.table import Table\n" + script, arguments);

    /// <summary>Writes files of APOGEE's data model, <c>KIND-dr17-STAR.fits</c>.</summary>
    internal static void MakeApogee(TemporaryFolder folder, string kind, params string[] stars) =>
        Python.Run(File.ReadAllText(TestPaths.Data("scripts/make_apogee.py")), [folder.Path, kind, .. stars]);
}
