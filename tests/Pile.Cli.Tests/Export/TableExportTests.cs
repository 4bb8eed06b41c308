using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Export;

/// <summary><c>pile export --format fits</c> and <c>parquet</c>.</summary>
public sealed class TableExportTests(BuiltDatasets built) : IDisposable
{
    // The fluxes of all exported rows by their ids, against those of the original files.
    private const string Check = """
        import sys, glob
        import numpy as np
        from astropy.io import fits
        from astropy.table import Table
        originals = {}
        for path in glob.glob(sys.argv[2] + '/spec-0266-*.fits'):
            with fits.open(path) as f:
                originals[str(f['SPECOBJ'].data['SPECOBJID'][0]).strip()] = f['COADD'].data['flux'].copy()
        rows = 0
        for path in sorted(glob.glob(sys.argv[1] + '/*.fits')):
            for row in fits.getdata(path, 1):
                assert np.array_equal(row['spectrum_flux'], originals[str(row['object_id']).strip()]), row['object_id']
                rows += 1
        t = Table.read(path)
        print(rows, len(glob.glob(sys.argv[1] + '/*.fits')), len(t.colnames), t['ra'].unit)
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_FITS_table_has_all_rows_and_columns()
    {
        JsonElement report = PileProgram.RunToJson("export", built.Spectra, "--format", "fits", "--out", folder["one"]);
        Assert.Equal((2, 1), (report.GetProperty("rows").GetInt32(), report.GetProperty("files").GetInt32()));
        JsonElement row = PileProgram.RunToJson("query", built.Spectra, "--json", "--limit", "1")[0];
        string[] found = Python.Run(Check, folder["one"], TestPaths.Data("spectra")).Trim().Split(' ');
        Assert.Equal(["2", "1", "deg"], [found[0], found[1], found[3]]);
        // A query lists the shapes of heavy columns in place of the columns.
        Assert.Equal(row.EnumerateObject().Count(), int.Parse(found[2], System.Globalization.CultureInfo.InvariantCulture));

        report = PileProgram.RunToJson("export", built.Spectra, "--format", "fits", "--out", folder["two"], "--rows", "1", "--columns",
            "object_id,ra,spectrum_flux");
        Assert.Equal(2, report.GetProperty("files").GetInt32());
        Assert.Equal("2 2 3 deg", Python.Run(Check, folder["two"], TestPaths.Data("spectra")).Trim());
    }

    [Fact]
    public void A_Parquet_table_of_an_empty_dataset_has_its_columns()
    {
        File.WriteAllText(folder["t.csv"], "id,ra,dec,mag\n");
        Assert.Equal(0, PileProgram.Run("build", "--from", folder["t.csv"], "--out", folder["d"], "--name", "t").ExitCode);
        Assert.Equal(0, PileProgram.Run("export", folder["d"], "--format", "parquet", "--out", folder["out"]).ExitCode);
        Assert.Equal(0, PileProgram.Run("build", "--from", folder["out/t.parquet"], "--out", folder["again"]).ExitCode);
        Assert.Contains("mag", PileProgram.Run("info", folder["again"]).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_FITS_cannot_hold_is_an_error_that_names_the_output_and_not_a_temporary_file()
    {
        File.WriteAllText(folder["t.csv"], "id,ra,dec,name\n1,10,20,Ångström\n");
        Assert.Equal(0, PileProgram.Run("build", "--from", folder["t.csv"], "--out", folder["d"]).ExitCode);
        Assert.StartsWith($"pile: {folder["out/d.fits"]}, row 0, column 'name': 'Ångström' is not ASCII text",
            PileProgram.RunToError(1, "export", folder["d"], "--format", "fits", "--out", folder["out"]), StringComparison.Ordinal);
        Assert.StartsWith("pile: standard output, row 0, column 'name'",
            PileProgram.RunToError(1, "query", folder["d"], "--out", "-", "--format", "fits"), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["out"]));
    }

    [Fact]
    public void An_unknown_column_is_named() => Assert.Contains("no column 'nope'", PileProgram.RunToError(2, "export", built.Spectra,
        "--format", "parquet", "--columns", "nope", "--out", folder["x"]), StringComparison.Ordinal);
}
