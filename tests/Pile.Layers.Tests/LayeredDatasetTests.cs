using DuckDB.NET.Data;
using Pile.Data;
using Pile.Format;
using Pile.Reading;
using static Pile.Layers.Tests.LayerFixture;

namespace Pile.Layers.Tests;

/// <summary>The fields of layers as columns of a dataset.</summary>
public sealed class LayeredDatasetTests(LayerFixture fixture) : IClassFixture<LayerFixture>
{
    private static readonly long[] Some = [.. Enumerable.Range(0, 100).Select(i => (long)i * 3)];

    [Fact]
    public async Task Conditions_order_counts_and_rows_use_the_fields()
    {
        string layer = await fixture.NewLayerAsync();
        await fixture.SetAsync(layer, Ids(Some), Column("score", [.. Some.Select(i => i / 7.0)]), Text("note", [.. Some.Select(i =>
            $"n{i}")]));
        await using Dataset dataset = await Dataset.OpenAsync(fixture.Dataset, fixture.Options with { Layers = [layer] });
        Assert.Equal(100, await dataset.CountAsync(dataset.Query().Where("score IS NOT NULL")));
        Assert.Equal(Rows - 100, await dataset.CountAsync(dataset.Query().Where("score IS NULL")));
        Assert.Equal(Some.Count(i => i / 7.0 > 20 && i % 100 - 50 > 0),
            await dataset.CountAsync(dataset.Query().Where("score > 20 AND i8 > 0")));

        RowBatch top = await OnlyAsync(dataset.QueryAsync(dataset.Query().OrderBy("score", descending: true).Limit(3).Columns("object_id",
            "note")));
        Assert.Equal([297L, 294, 291], top.Values<long>("object_id").ToArray());
        Assert.Equal("n297", ((TextColumnData)top["note"]).Text(0));

        RowBatch all = await OnlyAsync(dataset.QueryAsync(dataset.Query().Columns("object_id", "score")));
        await using Dataset plain = await Dataset.OpenAsync(fixture.Dataset, fixture.Options);
        RowBatch unlayered = await OnlyAsync(plain.QueryAsync(plain.Query().Columns("object_id")));
        Assert.Equal(unlayered.Values<long>("object_id").ToArray(), all.Values<long>("object_id").ToArray());
        for (int i = 0; i < all.RowCount; i++)
            Assert.Equal(all.Values<long>("object_id")[i] % 3 == 0, !all["score"].IsNullAt(i));

        RowReader rows = await dataset.OpenRowsByIdAsync([297, 0, 1], dataset.Query().Columns("score", "i32"));
        Assert.Equal(297 / 7.0, rows.ReadRow(0).Values<double>("score")[0]);
        Assert.Equal(-100_000 * 297, rows.ReadRow(0).Values<int>("i32")[0]);
        Assert.True(rows.ReadRow(2)["score"].IsNullAt(0));
        RowBatch grouped = await OnlyAsync(dataset.SqlAsync("SELECT count(score) AS n, count(*) AS m, max(note) AS t FROM d WHERE i8 "
            + "IS NOT NULL"));
        Assert.Equal((100L, (long)Rows), (grouped.Values<long>("n")[0], grouped.Values<long>("m")[0]));
    }

    [Fact]
    public async Task A_connection_has_the_fields_of_layers()
    {
        string layer = await fixture.NewLayerAsync();
        await fixture.SetAsync(layer, Ids(Some), Column("score", [.. Some.Select(i => i / 7.0)]));
        await using Dataset dataset = await Dataset.OpenAsync(fixture.Dataset, fixture.Options with { Layers = [layer] });
        await using DuckDBConnection connection = await dataset.OpenConnectionAsync();
        await using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = "SELECT count(score) + count(*) FROM d WHERE coalesce(score, 0) <= $most";
        command.Parameters.Add(new DuckDBParameter("most", 1e9));
        Assert.Equal(100L + Rows, await command.ExecuteScalarAsync());
    }

    [Theory]
    [InlineData("count(*)", Rows)]
    [InlineData("count(*) FILTER (score IS NULL)", Rows - 100)]
    [InlineData("count(*) FILTER (score IS NOT NULL AND other IS NULL)", 99)]
    [InlineData("count(d)", Rows)]
    [InlineData("sum(other)::BIGINT", 7)]
    [InlineData("(SELECT max(e.other) FROM d e WHERE e.object_id = 0)::BIGINT", 7)]
    [InlineData("count(*) FILTER (object_id IN (SELECT object_id FROM d WHERE score >= 0))", 100)]
    [InlineData("count(DISTINCT CASE WHEN object_id < 3 THEN COLUMNS('score') END)", 1)]
    public async Task Statements_use_the_layers_that_they_name_and_no_others(string item, long expected)
    {
        string layer = await fixture.NewLayerAsync(), second = await fixture.NewLayerAsync();
        await fixture.SetAsync(layer, Ids(Some), Column("score", [.. Some.Select(i => i / 7.0)]));
        await fixture.SetAsync(second, Ids(0), Column("other", 7));
        await using Dataset dataset = await Dataset.OpenAsync(fixture.Dataset, fixture.Options with { Layers = [layer, second] });
        RowBatch found = await OnlyAsync(dataset.SqlAsync($"SELECT DISTINCT {item} AS n FROM d"));
        Assert.Equal([expected], found.Values<long>("n").ToArray());
        RowBatch all = await OnlyAsync(dataset.SqlAsync("SELECT * FROM d"));
        Assert.Equal((Rows, 100, 1), (all.RowCount, Enumerable.Range(0, all.RowCount).Count(i => !all["score"].IsNullAt(i)),
            Enumerable.Range(0, all.RowCount).Count(i => !all["other"].IsNullAt(i))));
    }

    [Fact]
    public async Task Every_moment_of_a_layer_can_be_read()
    {
        string layer = await fixture.NewLayerAsync();
        LayerCommit one = await fixture.SetAsync(layer, Ids(5), Column("n", 1));
        LayerCommit two = await fixture.SetAsync(layer, Ids(5), Column("n", 2));
        await using (LayerWorkspace open = await fixture.OpenAsync(layer))
            await LayerTag.CreateAsync(open.Store, "v1", one, "Ann", default);
        await fixture.SetAsync(layer, Ids(5), Column("n", 3));
        foreach ((string at, int expected) in ((string, int)[])[("@1", 1), ("@v1", 1), ($"@sha256:{two.Sha256}", 2),
            ($"@sha256:{two.Sha256[..10]}", 2),
            ($"@{LayerTime.ToText(two.TimeMicros)}", 2), ($"@{LayerTime.ToText(two.TimeMicros - 1)}", 1), ("", 3)])
        {
            await using Dataset dataset = await Dataset.OpenAsync(fixture.Dataset, fixture.Options with { Layers = [layer + at] });
            RowBatch batch = await OnlyAsync(dataset.QueryAsync(dataset.Query().Ids(5).Columns("n")));
            Assert.Equal(expected, batch.Values<int>("n")[0]);
        }
        foreach (string at in (string[])["@4", "@v2", "@sha256:0123456789", "@2001-01-01"])
            await Assert.ThrowsAsync<ArgumentException>(() => Dataset.OpenAsync(fixture.Dataset, fixture.Options with
            {
                Layers =
                [layer + at]
            }));
    }

    [Fact]
    public async Task Lists_labels_and_times_are_columns_with_their_meaning()
    {
        string layer = await fixture.NewLayerAsync();
        await using (LayerWorkspace open = await fixture.OpenAsync(layer))
        {
            ColumnData list = new ColumnData<float>(new ColumnSchema { Name = "v", DType = DType.Float32, Shape = [ColumnSchema.Ragged] },
                new float[] { 1, 2, 3 }, [2, 1]);
            PatchDraft patch = await open.StageAsync(Batches(Ids(1, 2), list, Text("kind", "star", "galaxy"), Text("seen",
                "2026-01-01T12:00Z", null)),
                "object_id", new StageOptions
                {
                    Types = new Dictionary<string, FieldType> { ["kind"] = FieldType.Label, ["seen"] = FieldType.Time },
                }, default);
            await open.CommitAsync(LayerChange.Of(patch, "Ann", "x"), default);
        }
        await fixture.SetAsync(layer, Ids(3), Text("kind", "comet"));
        await using Dataset dataset = await Dataset.OpenAsync(fixture.Dataset, fixture.Options with { Layers = [$"r={layer}"] });
        RowBatch rows = await OnlyAsync(dataset.QueryAsync(dataset.Query().Where("r_kind IS NOT NULL").OrderBy("object_id")
            .Columns("object_id", "r_v", "r_kind", "r_seen")));
        Assert.Equal([1, 0, 2], rows.Values<int>("r_kind").ToArray());
        Assert.Equal(["galaxy", "star", "comet"], rows["r_kind"].Schema.Categories.Select(c => c.Name));
        Assert.Equal([1f, 2f], ((ColumnData<float>)rows["r_v"]).Row(0).ToArray());
        Assert.Equal(61041.5, rows.Values<double>("r_seen")[0]); // astropy: Time('2026-01-01T12:00').mjd
        Assert.Equal(("UTC", "d"), (rows["r_seen"].Schema.Time!.Scale, rows["r_seen"].Schema.Unit));
        Assert.True(rows["r_seen"].IsNullAt(1));
    }

    [Fact]
    public async Task A_layer_of_another_dataset_names_both_roots()
    {
        string layer = await fixture.NewLayerAsync(), yaml = Path.Combine(layer, "layer.yaml"), text = await File.ReadAllTextAsync(yaml);
        string root = text[(text.IndexOf("root: ", StringComparison.Ordinal) + 6)..].TrimStart('"')[..64], other = new('a', 64);
        string changed = text[..text.IndexOf("crc32c", StringComparison.Ordinal)].Replace(root, other, StringComparison.Ordinal);
        await File.WriteAllTextAsync(yaml, changed + ManifestChecksum.LineFor(changed));
        LayerInvalidException e = await Assert.ThrowsAsync<LayerInvalidException>(
            () => Dataset.OpenAsync(fixture.Dataset, fixture.Options with { Layers = [layer] }));
        Assert.Contains(root, e.Message);
        Assert.Contains(other, e.Message);
    }

    [Fact]
    public async Task Two_layers_need_different_names()
    {
        string a = await fixture.NewLayerAsync(), b = await fixture.NewLayerAsync();
        await fixture.SetAsync(a, Ids(1), Column("n", 1));
        await fixture.SetAsync(b, Ids(1), Column("n", 2));
        await Assert.ThrowsAsync<ArgumentException>(() => Dataset.OpenAsync(fixture.Dataset, fixture.Options with { Layers = [a, b] }));
        await using Dataset dataset = await Dataset.OpenAsync(fixture.Dataset, fixture.Options with { Layers = [a, $"b={b}"] });
        Assert.Equal(1, await dataset.CountAsync(dataset.Query().Where("n + 1 = b_n")));
        string taken = await fixture.NewLayerAsync();
        await fixture.SetAsync(taken, Ids(1), Column("I8", 1));
        await Assert.ThrowsAsync<ArgumentException>(() => Dataset.OpenAsync(fixture.Dataset, fixture.Options with { Layers = [taken] }));
    }

    [Fact]
    public async Task Forgotten_values_are_gone_and_the_error_says_who_forgot_them()
    {
        string layer = await fixture.NewLayerAsync();
        await fixture.SetAsync(layer, Ids(1, 2), Column("n", 1, 2));
        await fixture.SetAsync(layer, Ids(2), Column("n", 3));
        LayerStore store = await LayerStore.OpenAsync(layer, null, default);
        using LayerDatabase database = new();
        await LayerForget.RunAsync(store, [2], "Eve", "licence", () => database, default);
        await using (Dataset dataset = await Dataset.OpenAsync(fixture.Dataset, fixture.Options with { Layers = [layer] }))
            Assert.Equal(1, await dataset.CountAsync(dataset.Query().Where("n = 2")));
        LayerInvalidException e = await Assert.ThrowsAsync<LayerInvalidException>(
            () => Dataset.OpenAsync(fixture.Dataset, fixture.Options with { Layers = [$"{layer}@2"] }));
        Assert.All((string[])["Eve", "licence", "commit 3"], part => Assert.Contains(part, e.Message));
    }

    [Fact]
    public async Task A_writer_commits_all_of_its_values_or_none()
    {
        string layer = await fixture.NewLayerAsync();
        await using (LayerWriter discarded = await LayerWriter.OpenAsync(layer))
            discarded.Set(1, "score", 0.5);
        Assert.False(Directory.Exists(Path.Combine(layer, "commits")));
        await using LayerWriter writer = await LayerWriter.OpenAsync(layer);
        writer.Set(1, "score", 0.5);
        writer.Set(2, "score", null);
        writer.Set(7, "flag", true);
        Assert.Equal(1, await writer.CommitAsync("checked"));
        writer.Set(1, "score", 1.5);
        writer.Set(100_000, "score", 1.5);
        await Assert.ThrowsAsync<ArgumentException>(() => writer.CommitAsync("a row that is not there"));
        Assert.Equal(1, writer.Commit);
        writer.AllowMissing = true;
        Assert.Equal(2, await writer.CommitAsync("again"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.CommitAsync("nothing"));
        Assert.Throws<ArgumentException>(() => writer.Set(1, "score", DateTime.MinValue));
        await using Dataset dataset = await Dataset.OpenAsync(fixture.Dataset, fixture.Options with { Layers = [layer] });
        Assert.Equal(2, await dataset.CountAsync(dataset.Query().Where("score = 1.5 OR flag")));
    }

    [Theory]
    [InlineData("time", "2026-01-01")]
    [InlineData("label", "star")]
    [InlineData("box", "[[1, 2, 3, 4]]")]
    [InlineData("string", "x")]
    [InlineData("int8", 5)]
    [InlineData("bool", true)]
    [InlineData("blob", null)]
    public async Task A_writer_takes_the_values_of_any_type_away(string type, object? value)
    {
        string layer = await fixture.NewLayerAsync();
        await using LayerWriter writer = await LayerWriter.OpenAsync(layer);
        writer.DeclareType("f", type);
        writer.Set(1, "f", null);
        await writer.CommitAsync("no value yet");
        writer.Set(1, "f", value ?? new byte[] { 1, 2 });
        writer.Set(2, "f", value ?? new byte[] { 3 });
        await writer.CommitAsync("set");
        await using LayerWriter other = await LayerWriter.OpenAsync(layer);
        other.Set(1, "f", null);
        await other.CommitAsync("taken away");
        await using Dataset dataset = await Dataset.OpenAsync(fixture.Dataset, fixture.Options with { Layers = [layer] });
        Assert.Equal(1, await dataset.CountAsync(dataset.Query().Where($"{(type == "box" ? "f.x" : "f")} IS NOT NULL")));
        Assert.Empty((await LayerValidation.RunAsync(await LayerStore.OpenAsync(layer, null, default), default)).Findings);
    }

    [Theory]
    [InlineData("object_id", "the id of a row is not a field")]
    [InlineData("_pile_row", "names with '_pile_' at their start are reserved")]
    public async Task A_writer_rejects_a_name_that_fields_must_not_have(string field, string reason)
    {
        await using LayerWriter writer = await LayerWriter.OpenAsync(await fixture.NewLayerAsync());
        Assert.StartsWith($"A field must not have the name '{field}': {reason}. Choose another name.",
            Assert.Throws<ArgumentException>(() => writer.Set(1, field, 1)).Message, StringComparison.Ordinal);
    }

    private static async Task<RowBatch> OnlyAsync(IAsyncEnumerable<RowBatch> batches)
    {
        List<RowBatch> all = [];
        await foreach (RowBatch batch in batches)
            all.Add(batch);
        return Assert.Single(all);
    }
}
