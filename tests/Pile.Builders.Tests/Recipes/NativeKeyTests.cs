using Pile.Builders.Sources;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Recipes;

/// <summary>Declarations of native columns in a recipe are stored in the dataset, in the shards and in the statistics.</summary>
public sealed class NativeKeyTests : IDisposable
{
    private const string Table = "id,ra,dec,obj_type,mag\n1,10,20,0,17.5\n2,11,21,1,-99\n3,12,22,0,18.5\n";
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Categories_and_sentinels_reach_manifest_shards_and_statistics()
    {
        await BuildAsync("""
            native:
              obj_type: { categories: { 1: galaxy, 0: star }, ucd: src.class, description: class }
              mag: { sentinels: [-99], unit: mag }
            columns: { class: { native: obj_type } }
            """);
        Manifest manifest = ManifestReader.Read(await File.ReadAllTextAsync(Path.Combine(folder["out"], "pile.yaml"),
            TestContext.Current.CancellationToken), "pile.yaml");
        ColumnSchema type = manifest.Column("obj_type")!, mag = manifest.Column("mag")!;
        Assert.Equal([new CategorySchema(0, "star"), new CategorySchema(1, "galaxy")], type.Categories);
        Assert.Equal(("src.class", "class"), (type.Ucd, type.Description));
        Assert.Equal([-99.0], mag.Sentinels);
        Assert.Equal("mag", mag.Unit);
        Assert.Equal("[0, 1] ['star', 'galaxy'] [-99.0] [17.5, -99.0, 18.5] 2 1 18.0", Python.Run("""
            import glob, sys, h5py, numpy as np, os
            values = {}
            for f in glob.glob(sys.argv[1] + '/main/*/*.hdf5'):
                h = h5py.File(f)
                values.update(zip(h['object_id'][:].tolist(), h['mag'][:].tolist()))
            t = lambda v: v.decode() if isinstance(v, bytes) else v
            a, m = h['obj_type'].attrs, h['mag'].attrs
            print(list(a['category_code']), [t(n) for n in a['category_name']], m['sentinels'].tolist(),
                  [values[i] for i in (1, 2, 3)], sys.argv[2])
            """, [folder["out"], await StatisticsOfMagAsync()]).Trim());
    }

    [Theory]
    [InlineData("native: { obj_type: { categories: { 0: star } } }",
        "row 1, column 'obj_type': the code 1 is not one of the 1 codes of its categories")]
    [InlineData("native: { mag: { categories: { 0: star } } }", "column 'mag': categories need a column of integer codes, found float64")]
    [InlineData("native: { obj_type: { categories: { 0: star, 1: galaxy, 7: star } } }", "the codes 0 and 7 have the same name 'star'")]
    [InlineData("native: { magg: { sentinels: [-99] } }", "column 'magg': there is no such column; the columns are")]
    public async Task A_declaration_that_contradicts_the_column_is_rejected(string native, string message) =>
        Assert.Contains(message, (await Assert.ThrowsAnyAsync<PileException>(() => BuildAsync(native))).Message, StringComparison.Ordinal);

    [Fact] // neighbours of the sentinels are the same numbers in float64
    public async Task Sentinels_of_64_bits_are_compared_exactly()
    {
        await BuildAsync("native: { n: { sentinels: [-9223372036854775808, 1152921504606846976] } }", """
            id,ra,dec,n
            1,10,20,-9223372036854775808
            2,11,21,-9223372036854775807
            3,12,22,1152921504606846976
            4,13,23,1152921504606846977
            5,14,24,7

            """);
        await using Pile.Reading.Dataset dataset = await Pile.Reading.Dataset.OpenAsync(folder["out"],
            cancellationToken: TestContext.Current.CancellationToken);
        ColumnStatistics found = (await dataset.StatisticsAsync(TestContext.Current.CancellationToken)).Single(s => s.Column == "n");
        Assert.Equal((3, 2, "-9223372036854775807", "1152921504606846977"), (found.Count, found.Skipped, found.MinText, found.MaxText));
    }

    [Fact]
    public async Task A_sentinel_that_float64_would_round_is_rejected() => Assert.Contains(
        "the sentinel 999999999999999999 is not a number of float64, which is 1000000000000000000",
        (await Assert.ThrowsAnyAsync<PileException>(() => BuildAsync("native: { mag: { sentinels: [999999999999999999] } }"))).Message,
        StringComparison.Ordinal);

    [Fact]
    public async Task A_declaration_of_a_dataset_without_native_columns_says_so()
    {
        SchemaMismatchException error = await Assert.ThrowsAsync<SchemaMismatchException>(() => BuildAsync(
            "native: { mag: { unit: Jy } }", "id,ra,dec\n1,100,20\n", "n.csv", ", exclude: [id, ra, dec]"));
        Assert.Contains("column 'mag': there is no such column; the dataset has no native columns. Leave it out", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_unit_that_contradicts_the_file_is_rejected()
    {
        string ecsv = "# %ECSV 1.0\n# ---\n# datatype:\n# - {name: id, datatype: int64}\n# - {name: ra, datatype: float64, unit: deg}\n# - "
            + "{name: dec, datatype: float64, unit: deg}\n# - {name: mag, datatype: float64, unit: mag}\nid ra dec mag\n1 100 20 3\n";
        SchemaMismatchException error =
            await Assert.ThrowsAsync<SchemaMismatchException>(() => BuildAsync("native: { mag: { unit: Jy } }", ecsv, "t.ecsv"));
        Assert.Contains("its unit is 'mag' in the source and 'Jy' in the recipe", error.Message, StringComparison.Ordinal);
    }

    private async Task<string> StatisticsOfMagAsync()
    {
        await using Pile.Tables.ITableReader table =
            await Pile.Tables.TableReader.OpenAsync(Path.Combine(folder["out"], "statistics.parquet"),
                cancellationToken: TestContext.Current.CancellationToken);
        await foreach (RowBatch batch in table.ReadAsync(cancellationToken: TestContext.Current.CancellationToken))
            for (int row = 0; row < batch.RowCount; row++)
                if (((TextColumnData)batch["column"]).Text(row) == "mag")
                    return string.Create(System.Globalization.CultureInfo.InvariantCulture,
                        $"{((ColumnData<long>)batch["count"]).Values.Span[row]} {((ColumnData<long>)batch["skipped"]).Values.Span[row]} "
                            + $"{((ColumnData<double>)batch["mean"]).Values.Span[row]:0.0}");
        return "no such row";
    }

    private async Task BuildAsync(string native, string table = Table, string name = "t.csv", string keys = "")
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        await File.WriteAllTextAsync(folder[name], table, token);
        await File.WriteAllTextAsync(folder["recipe.yaml"], $$"""
            pile: 1
            name: test
            provenance: { project: p, survey: s, instrument: i, release: r }
            licence: CC0-1.0
            citation: none
            source: { kind: table, files: {{name}}, ra_unit: deg{{keys}} }
            {{native}}
            """, token);
        Recipe recipe = RecipeReader.ReadFile(folder["recipe.yaml"]);
        await BuildRun.RunAsync(recipe, SourceBuilders.All, folder["out"], new BuildSettings(), token);
    }
}
