using Pile.Builders.Sources;
using Pile.Format;
using Pile.Reading;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

/// <summary>Sets of JSON Lines files whose files show different types.</summary>
public sealed class JsonLinesSetTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("null", "1.5", "float64", "1:null 2:1.5")]
    [InlineData("1.5", "null", "float64", "1:1.5 2:null")]
    [InlineData("null", "7", "int64", "1:null 2:7")]
    [InlineData("null", "18446744073709551615", "uint64", "1:null 2:18446744073709551615")]
    [InlineData("null", "true", "bool", "1:null 2:true")]
    [InlineData("null", "\"a\"", "string", "1:null 2:a")]
    [InlineData("3", "1.5", "float64", "1:3.0 2:1.5")]
    [InlineData("null", "[1, 2]", "int64 list", "1:null 2:[1, 2]")]
    [InlineData("[]", "[1, 2]", "int64 list", "1:[] 2:[1, 2]")]
    [InlineData("[1]", "[1.5, 2]", "float64 list", "1:[1.0] 2:[1.5, 2.0]")]
    [InlineData("[]", "[\"a\"]", "string list", "1:[] 2:[a]")]
    public async Task A_column_without_values_in_one_file_has_the_type_of_the_other_files(string first, string second, string type,
        string values)
    {
        await BuildAsync(Line(1, first), Line(2, second), """{"id": 3, "ra": 3, "dec": 3}""" + "\n");
        await using Dataset dataset = await Dataset.OpenAsync(folder["out"], cancellationToken: Token);
        ColumnSchema column = dataset.Manifest.Column("m")!;
        Assert.Equal((type, true), ($"{column.DType.Name()}{Shape(column)}", column.Nullable));
        List<string> rows = [];
        await foreach (RowBatch batch in Sql.QueryAsync(new Dictionary<string, Dataset> { ["d"] = dataset },
            "SELECT id || ':' || ifnull(m::VARCHAR, 'null') AS t FROM d ORDER BY id", cancellationToken: Token))
            rows.AddRange(Enumerable.Range(0, batch.RowCount).Select(row => ((TextColumnData)batch["t"]).Text(row)));
        Assert.Equal(values + " 3:null", string.Join(' ', rows));
    }

    [Fact]
    public async Task A_key_without_values_is_missing_where_other_files_have_objects()
    {
        await BuildAsync(Line(1, "null"),
            Line(2, """{"a": 1, "b": [{"t": 1.5}, {"t": 2}], "c": [[1, 2], [3, 4]]}"""),
            Line(3, """{"a": null, "b": null, "c": null}"""));
        await using Dataset dataset = await Dataset.OpenAsync(folder["out"], cancellationToken: Token);
        Assert.Equal("m.a int64, m.b.t float64, m.c int64", string.Join(", ",
            dataset.Manifest.Columns.Where(c => c.Name.StartsWith('m') && !c.Name.EndsWith("_shape",
                StringComparison.Ordinal)).Select(c => $"{c.Name} {c.DType.Name()}")));
    }

    [Theory]
    [InlineData("9007199254740993", "1.5", "2.jsonl")]
    [InlineData("1", "\"a\"", "2.jsonl")]
    [InlineData("-1", "18446744073709551615", "2.jsonl")]
    public async Task Columns_without_a_common_type_are_an_error_that_names_the_cast(string first, string second, string file)
    {
        SchemaMismatchException e = await Assert.ThrowsAsync<SchemaMismatchException>(() => BuildAsync(Line(1, first), Line(2, second)));
        Assert.Contains("'cast' in the recipe's source", e.Message, StringComparison.Ordinal);
        Assert.Contains(file, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_among_integers_and_decimals_is_an_error_that_names_its_file_and_row()
    {
        ValueInvalidException e = await Assert.ThrowsAsync<ValueInvalidException>(() =>
            BuildAsync(Line(1, "1"), Line(2, "1.5"), Line(3, "7") + Line(4, "\"x\"")));
        Assert.Equal(("3.jsonl", 1, "m"), (Path.GetFileName(e.SourcePath), e.Row, e.Column));
        Assert.Contains("cast: { m: string }", e.Message, StringComparison.Ordinal);
    }

    private static string Line(int id, string value) => $$"""{"id": {{id}}, "ra": {{id}}, "dec": {{id}}, "m": {{value}}}""" + "\n";

    private static string Shape(ColumnSchema column) => column.IsScalar ? "" : column.IsRagged ? " list"
        : $" [{string.Join(", ", column.Shape)}]";

    private async Task BuildAsync(params string[] files)
    {
        for (int i = 0; i < files.Length; i++)
            await File.WriteAllTextAsync(folder[$"{i + 1}.jsonl"], files[i], Token);
        Recipe recipe = RecipeReader.Read("""
            pile: 1
            name: t
            provenance: { project: p, survey: s, instrument: i, release: r }
            licence: CC0-1.0
            citation: none
            source: { kind: table, files: "*.jsonl" }
            """, "test.yaml", folder.Path);
        await BuildRun.RunAsync(recipe, SourceBuilders.All, folder["out"], cancellationToken: Token);
    }
}
