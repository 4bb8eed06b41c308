using Pile.Builders.Sources;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

public class TableTests
{
    [Fact]
    public async Task Columns_keep_their_names_except_those_of_required_columns()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["t.csv"], "id,RA_ICRS,DE_ICRS,ra,healpix,pmra,ref_epoch\n1,100,20,06:40:00,7,3.5,J2000\n",
            TestContext.Current.CancellationToken);
        List<RowBatch> rows = await BuilderRuns.Builder("kind: table\nfiles: t.csv\nra: RA_ICRS\ndec: DE_ICRS", folder.Path)
            .ReadAllAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["object_id", "ra", "dec", "id", "RA_ICRS", "DE_ICRS", "native_ra", "native_healpix", "pmra", "ref_epoch"],
            rows[0].Columns.Select(c => c.Schema.Name));
        Assert.All(rows[0].Columns.Skip(3), c => Assert.Equal(ColumnRole.Native, c.Schema.Role));
    }

    [Theory]
    [InlineData("id,ra,dec,native_dec\n1,10:30:00,20:00:00,5\n", "native_ra", "native_dec_", "native_dec")]
    [InlineData("id,ra,dec,native_dec\n1,10.5,20,5\n", "native_dec")] // integer degrees are the same number as float64
    [InlineData("id,ra,dec,native_healpix,healpix\n1,10.5,20.5,5,20\n", "native_healpix", "native_healpix_")]
    public async Task A_column_is_not_renamed_to_another_one(string csv, params string[] names)
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["t.csv"], csv, TestContext.Current.CancellationToken);
        List<RowBatch> rows = await BuilderRuns.Builder("kind: table\nfiles: t.csv", folder.Path)
            .ReadAllAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["object_id", "ra", "dec", "id", .. names], rows[0].Columns.Select(c => c.Schema.Name));
    }

    [Theory]
    [InlineData("t.unknown", "t.unknown' does not have the extension of a table")]
    [InlineData("t.unknown#1", "t.unknown#1' does not have the extension of a table")]
    [InlineData("t.unknown#SCI", "t.unknown#SCI' does not have the extension of a table")]
    [InlineData("u.unknown#1", "no file matches 'u.unknown#1'")]
    public async Task The_error_of_a_file_with_an_unknown_extension_names_the_extension(string file, string message)
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["t.unknown"], "id,ra,dec\n1,2,3\n", TestContext.Current.CancellationToken);
        DocumentInvalidException e = await Assert.ThrowsAsync<DocumentInvalidException>(() => BuilderRuns
            .Builder($"kind: table\nfiles: '{file}'", folder.Path).ReadAllAsync(TestContext.Current.CancellationToken));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_without_rows_still_has_its_columns()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["t.ecsv"],
            "# %ECSV 1.0\n# ---\n# datatype:\n# - {name: name, datatype: string}\n# - {name: ra, datatype: float64}\n# - {name: dec, "
                + "datatype: float64}\n# - {name: mag, unit: mag, datatype: float32}\nname ra dec mag\n",
                TestContext.Current.CancellationToken);
        RowBatch only = Assert.Single(await BuilderRuns.Builder("kind: table\nfiles: t.ecsv\nid: name", folder.Path)
            .ReadAllAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, only.RowCount);
        Assert.Equal([("object_id", DType.String), ("ra", DType.Float64), ("dec", DType.Float64), ("name", DType.String),
            ("mag", DType.Float32)], only.Columns.Select(c => (c.Schema.Name, c.Schema.DType)));
    }

    [Fact]
    public async Task Rows_without_an_id_stop_the_build_or_are_skipped_and_listed()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["t.csv"], "name,ra,dec\nNGC 1,100,20\n,100,21\n  ,100,\nNGC 4,100,23\n",
            TestContext.Current.CancellationToken);
        const string Source = "kind: table\nfiles: t.csv\nid: name";
        ValueInvalidException stop = await Assert.ThrowsAsync<ValueInvalidException>(
            () => BuilderRuns.Builder(Source.Replace("t.csv", "u.csv", StringComparison.Ordinal), WithoutLineThree(folder))
                .ReadAllAsync(TestContext.Current.CancellationToken));
        Assert.Contains("u.csv, row 1, column 'name': a missing value is not an id. Set 'id' in the recipe's source", stop.Message,
            StringComparison.Ordinal);
        List<SkippedRow> skipped = [];
        List<RowBatch> rows = await BuilderRuns.Builder(Source, folder.Path, skipBadRows: true, onSkip: skipped.Add)
            .ReadAllAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["NGC 1", "NGC 4"],
            Enumerable.Range(0, rows[0].RowCount).Select(row => ((TextColumnData)rows[0]["object_id"]).Text(row)));
        Assert.Equal([(1L, "column 'name': a missing value is not an id"), (2L, "column 'dec': a missing value is not a position")],
            skipped.Select(s => (s.Row!.Value, s.Reason)));
        Assert.Equal([0L, 3L], rows[0].SourceRows.ToArray());
    }

    private static string WithoutLineThree(TemporaryFolder folder)
    {
        File.WriteAllLines(folder["u.csv"], File.ReadLines(folder["t.csv"]).Where((_, line) => line != 3));
        return folder.Path;
    }

    [Theory] // ground truth: astropy 5.2, u.Unit(unit, format="fits")**-2
    [InlineData("10**-20 Angstrom-1 cm-2 erg s-1", "10**40 Angstrom2 cm4 erg-2 s2")]
    [InlineData("10**(-20)*erg/s/cm**2/Angstrom", "10**40 erg-2 s2 cm4 Angstrom2")]
    [InlineData("erg.s**-1.cm**-2", "erg-2 s2 cm4")]
    [InlineData("1e-17 erg/cm^2/s/AA", "10**34 erg-2 cm4 s2 AA2")]
    [InlineData("nanomaggy", "nanomaggy-2")]
    [InlineData("", "")]
    [InlineData("Jy/beam", "Jy-2 beam2")]
    [InlineData("erg/(s cm2)", "erg-2 s2 cm4")]
    [InlineData("10**-17 erg/(s cm2 Angstrom)", "10**34 erg-2 s2 cm4 Angstrom2")]
    [InlineData("W / (m**2 * um)", "W-2 m4 um2")]
    [InlineData("erg/s/(cm**(2) Angstrom sr)", "erg-2 s2 cm4 Angstrom2 sr2")]
    [InlineData("(erg/s)**2 cm-2", "erg-4 s4 cm4")]
    [InlineData("sqrt(erg)/s", "(sqrt(erg)/s)**-2")]
    [InlineData("FLAM16", "(FLAM16)**-2")]
    [InlineData("1e-16 erg/s/cm2/Angstrom", "10**32 erg-2 s2 cm4 Angstrom2")]
    [InlineData("erg/(s cm2", "(erg/(s cm2)**-2")]
    [InlineData("3.631e-6 Jy", "(3.631e-6 Jy)**-2")]
    public void The_unit_of_an_inverse_variance_has_a_power_for_every_factor(string unit,
        string expected) => Assert.Equal(expected, InverseSquareUnit.Of(unit));

    [Theory] // a STRUCT of lists as HATS nests them; the file is a tile of the conformance folder
    [InlineData("", "lc")]
    [InlineData("\nnested: false", null)]
    public async Task Lists_of_a_parquet_struct_stay_a_nested_group_with_missing_rows(string option, string? group)
    {
        string folder = Path.Combine(TestPaths.Root, "format-spec/conformance/v1/valid/nested/main/index/dataset/Norder=0/Dir=0");
        List<RowBatch> rows = await BuilderRuns.Builder($"kind: table\nfiles: \"*.parquet\"\nid: object_id{option}", folder)
            .ReadAllAsync(TestContext.Current.CancellationToken);
        Assert.Equal(6, rows.Sum(r => r.RowCount));
        foreach (RowBatch batch in rows)
            for (int row = 0; row < batch.RowCount; row++)
            {
                int i = (int)Math.Max(((ColumnData<long>)batch["object_id"]).Row(row)[0] / 1_000_000_000_000, 0);
                ColumnData<double> time = (ColumnData<double>)batch["lc.time"];
                Assert.Equal(i == 4, time.IsNullAt(row));
                Assert.Equal(Enumerable.Range(0, i == 4 ? 0 : 2 * i).Select(k => 59_000.5 + k), time.Row(row).ToArray());
                Assert.Equal((group, true), (time.Schema.Nested, time.Schema.IsList));
                Assert.Equal((null, true), (batch["neighbours"].Schema.Nested, batch["neighbours"].Schema.IsList));
            }
    }

    [Fact]
    public async Task A_file_of_several_globs_is_one_unit_and_two_files_with_one_name_fail()
    {
        using TemporaryFolder folder = new();
        foreach (string name in (string[])["recipe", "t"])
            Directory.CreateDirectory(folder[name]);
        Directory.CreateDirectory(folder["recipe/t"]);
        foreach (string name in (string[])["t/a.csv", "recipe/t/a.csv", "recipe/t/b.csv"])
            await File.WriteAllTextAsync(folder[name], "id,ra,dec\n1,100,20\n", TestContext.Current.CancellationToken);
        List<SourceUnit> units = await BuilderRuns.Builder("kind: table\nfiles: [t/a.csv, \"t/*.csv\", \"**/b.csv\"]", folder["recipe"])
            .PlanAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["t/a.csv", "t/b.csv"], units.Select(u => u.Id));

        DocumentInvalidException shared = await Assert.ThrowsAsync<DocumentInvalidException>(async () =>
            await BuilderRuns.Builder("kind: table\nfiles: [t/a.csv, ../t/a.csv]", folder["recipe"])
                .PlanAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));
        Assert.Contains($"'{folder["recipe/t/a.csv"]}' and '{folder["t/a.csv"]}' would both be called 't/a.csv'", shared.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_trailing_blanks_of_ids_are_removed()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["t.csv"], "id,ra,dec\n\" a \",100,20\n\" a\",100,21\n\"a\t\",100,22\n",
            TestContext.Current.CancellationToken);
        List<RowBatch> rows = await BuilderRuns.Builder("kind: table\nfiles: t.csv", folder.Path)
            .ReadAllAsync(TestContext.Current.CancellationToken);
        TextColumnData ids = Assert.IsType<TextColumnData>(rows[0]["object_id"]);
        Assert.Equal([" a", " a", "a\t"], Enumerable.Range(0, 3).Select(row => ids.Text(row)));
    }
}
