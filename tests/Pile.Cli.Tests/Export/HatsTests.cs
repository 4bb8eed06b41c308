using System.Text.Json;
using Pile.DuckDb;
using Pile.TestKit;

namespace Pile.Cli.Tests.Export;

/// <summary><c>pile export --format hats</c>.</summary>
public sealed class HatsTests(BuiltDatasets built) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_collection_is_valid_and_reported()
    {
        JsonElement report = PileProgram.RunToJson("export", built.Spectra, "--format", "hats", "--out", folder["hats"]);
        Assert.Equal((2, 1), (report.GetProperty("rows").GetInt32(), report.GetProperty("files").GetInt32()));
        Assert.False(report.TryGetProperty("layout", out _));
        ProgramResult valid = PileProgram.Run("validate", folder["hats"]);
        Assert.Equal(0, valid.ExitCode);
        Assert.Contains("valid: 2 rows, 0 errors, 0 warnings", valid.Output, StringComparison.Ordinal);
        string fingerprint = Fingerprint.Of(folder["hats"]);
        Assert.Equal(0, PileProgram.Run("export", built.Spectra, "--format", "hats", "--out", folder["hats"], "--replace", "--workers", "1")
            .ExitCode);
        Assert.Equal(fingerprint, Fingerprint.Of(folder["hats"]));
        Assert.Contains("--layout applies to the format mmu only", PileProgram.RunToError(2, "export", built.Spectra, "--format", "hats",
            "--layout", "sdss", "--out", folder["x"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Units_ucds_and_descriptions_are_in_all_files_and_return_with_a_copy()
    {
        File.WriteAllText(folder["t.ecsv"], """
            # %ECSV 1.0
            # ---
            # datatype:
            # - {name: id, datatype: int64}
            # - {name: ra, unit: deg, datatype: float64}
            # - {name: dec, unit: deg, datatype: float64}
            # - {name: flux, unit: mJy, datatype: float64, description: the <total> flux}
            # - {name: pm, unit: mas / yr, datatype: float32}
            # - {name: names, datatype: string, subtype: 'string[null]'}
            # schema: astropy-2.0
            id ra dec flux pm names
            1 10 20 1.5 2 "[""a"",""b c""]"
            2 11 20 2.5 3 "[]"
            """);
        Succeeds("build", "--from", folder["t.ecsv"], "--name", "t", "--out", folder["t"]);
        Succeeds("export", folder["t"], "--format", "hats", "--out", folder["hats"]);
        string[] files = [.. Directory.EnumerateFiles(folder["hats/t/dataset"], "*", SearchOption.AllDirectories)];
        Assert.Equal(["_common_metadata", "Npix=4.parquet"], files.Select(Path.GetFileName).Order(StringComparer.Ordinal).Reverse());
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        foreach (string file in files)
        {
            using DuckDbResult result = connection.Query($"SELECT decode(value) FROM parquet_kv_metadata('{file}') "
                + "WHERE decode(key) = 'IVOA.VOTable-Parquet.content'", cancellationToken: TestContext.Current.CancellationToken);
            Assert.True(result.TryNextChunk(out DuckDbChunk? chunk));
            File.WriteAllText(folder["t.vot"], chunk[0].Text(0));
            Assert.Equal("mJy|the <total> flux|mas / yr|deg|pos.eq.ra;meta.main", Python.Run("""
                import sys
                from astropy.table import Table
                t = Table.read(sys.argv[1], format='votable')
                print(t['flux'].unit, t['flux'].description, t['pm'].unit, t['ra'].unit, t['ra'].meta['ucd'], sep='|')
                """, folder["t.vot"]).Trim());
        }
        Succeeds("copy", folder["hats"], folder["copy"]);
        Assert.Equal(Columns("t"), Columns("copy"));

        string[] Columns(string dataset) => [.. PileProgram.RunToJson("info", folder[dataset], "--json").GetProperty("columns")
            .EnumerateArray().Select(c => string.Join(' ', new[] { "name", "dtype", "shape", "unit", "ucd", "description" }
                .Select(key => c.TryGetProperty(key, out JsonElement value) ? value.GetRawText() : "")))];
    }

    private static void Succeeds(params string[] arguments)
    {
        ProgramResult result = PileProgram.Run(arguments);
        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
    }
}
