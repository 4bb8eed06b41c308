using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;
using Pile.TestKit;
using static Pile.Layers.Tests.LayerFixture;

namespace Pile.Layers.Tests;

/// <summary>Validation of layers and sources: damage anywhere is a finding, and an intact one has none.</summary>
public sealed class LayerValidationTests(LayerFixture fixture) : IClassFixture<LayerFixture>
{
    [Fact]
    public async Task A_flipped_bit_anywhere_in_a_layer_is_detected()
    {
        string layer = await MakeAsync();
        Assert.DoesNotContain(await FindingsAsync(layer), f => f.Severity == FindingSeverity.Error);
        Random random = new(5);
        foreach (string file in Directory.EnumerateFiles(layer, "*", SearchOption.AllDirectories).Order())
        {
            byte[] bytes = File.ReadAllBytes(file);
            foreach (int at in (int[])[0, bytes.Length - 1, .. Enumerable.Range(0, 4).Select(_ => random.Next(bytes.Length))])
            {
                byte[] changed = [.. bytes];
                changed[at] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(file, changed);
                Assert.Contains(await FindingsAsync(layer), f => f.Severity == FindingSeverity.Error);
            }
            File.WriteAllBytes(file, bytes);
        }
        Assert.Empty(await FindingsAsync(layer));
    }

    [Theory]
    [InlineData("commits/00000002.json", "L002")]
    [InlineData("data", "L003")]
    [InlineData("blobs", "L004")]
    [InlineData("states", "L006")]
    public async Task A_missing_file_is_a_finding_of_its_kind(string place, string code)
    {
        string layer = await MakeAsync(), path = Path.Combine(layer, place);
        File.Delete(File.Exists(path) ? path : Directory.EnumerateFiles(path).Order().First(f => !f.EndsWith(".json")));
        Assert.Contains(await FindingsAsync(layer), f => f.Code == code && f.Severity == FindingSeverity.Error);
    }

    [Fact]
    public async Task Files_that_no_commit_needs_are_warnings_unless_the_log_is_damaged()
    {
        string layer = await MakeAsync();
        File.WriteAllText(Path.Combine(layer, "data", new string('a', 64) + ".parquet"), "left by a writer that was killed");
        Finding only = Assert.Single(await FindingsAsync(layer));
        Assert.Equal(("L007", FindingSeverity.Warning), (only.Code, only.Severity));
        File.Delete(Path.Combine(layer, "commits", "00000001.json"));
        Assert.DoesNotContain(await FindingsAsync(layer), f => f.Code == "L007");
    }

    [Fact]
    public async Task Rows_of_a_source_are_removed_and_unknown_ones_are_rejected_with_similar_names()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["files"]);
        foreach (string name in (string[])["one.txt", "two.txt", "three.txt"])
            File.WriteAllText(folder["files/" + name], name);
        await SourceScan.RunAsync(folder["files"], folder["source"], new ScanOptions { Author = "Ann" }, default);
        await using (LayerWorkspace open = await LayerWorkspace.OpenAsync(folder["source"], null, fixture.Options, default))
        {
            ArgumentException unknown = await Assert.ThrowsAsync<ArgumentException>(
                () => open.StageRemovalAsync([new ObjectId("twoo.txt")], new StageOptions(), default));
            Assert.Contains("'two.txt'", unknown.Message);
            PatchDraft patch = await open.StageRemovalAsync([new ObjectId("two.txt")], new StageOptions(), default);
            await open.CommitAsync(new LayerChange
            {
                Steps = [(new LayerOperation { Kind = OperationKind.RemoveRows }, patch)],
                Author = "Ann",
                Message = "not a picture",
            }, default);
        }
        Assert.Equal(["one.txt", "three.txt"], await PathsAsync(folder["source"]));
        Assert.Equal(["one.txt", "three.txt", "two.txt"], await PathsAsync(folder["source"] + "@1"));
        Assert.Empty(await FindingsAsync(folder["source"]));
        await using LayerWorkspace layer = await fixture.OpenAsync(await fixture.NewLayerAsync());
        Assert.Contains("whose rows never change", (await Assert.ThrowsAsync<ArgumentException>(
            () => layer.StageRemovalAsync([new ObjectId(1)], new StageOptions(), default))).Message);
    }

    [Fact]
    public async Task Columns_of_other_types_ids_out_of_order_and_labels_without_category_are_findings()
    {
        string layer = await fixture.NewLayerAsync(), path = Path.Combine(layer, LayerPaths.Commit(1));
        LayerCommit good;
        await using (LayerWorkspace open = await fixture.OpenAsync(layer))
            good = await open.CommitAsync(LayerChange.Of(await open.StageAsync(Batches(Ids(1, 2, 3), Column<short>("n", 1, 2, 3),
                Text("kind", "star", null, "galaxy")), "object_id", new StageOptions
                {
                    Types = new Dictionary<string, FieldType> { ["kind"] = FieldType.Label },
                }, default), "Ann", "one"), default);
        Assert.Empty(await FindingsAsync(layer));
        LayerField n = good.FindField("n")!, kind = good.FindField("kind")!;

        await RequireAsync(good with { Fields = [n with { Type = FieldType.Of(DType.Int32) }, kind] },
            "its column 'n' is SMALLINT; expected INTEGER");
        await RequireAsync(good with { Fields = [n, kind with { Type = FieldType.Time, Categories = [] }] },
            "its column 'kind' is VARCHAR; expected TIMESTAMP");
        await RequireAsync(good with { Fields = [n, kind with { Categories = ["galaxy"] }] },
            "'star' of object_id 1 is not a category of 'kind'");
        LayerOperation set = good.Operations.Single(o => o.HasPatch);
        using LayerDatabase database = new();
        string sorted = Path.Combine(layer, LayerPaths.Patch(set.Patch)), unsorted = database.NewFile();
        database.Connection.Execute($"COPY (SELECT * FROM read_parquet({DuckDbSql.Literal(sorted)}) ORDER BY object_id DESC) TO "
            + $"{DuckDbSql.Literal(unsorted)} (FORMAT parquet)");
        PatchDraft draft = PatchStage.Of(unsorted, set.Rows, []);
        File.Copy(unsorted, Path.Combine(layer, LayerPaths.Patch(draft.Sha256)));
        await RequireAsync(good with
        {
            Operations = [.. good.Operations.Select(o => o.HasPatch ? o with { Patch = draft.Sha256, Bytes = draft.Bytes } : o)],
        }, "its ids are not in ascending order");

        async Task RequireAsync(LayerCommit commit, string message)
        {
            File.WriteAllBytes(path, commit.ToBytes());
            Assert.Contains(await FindingsAsync(layer), f => f.Code == LayerFindingCodes.Patch
                && f.Message.Contains(message, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Values_that_are_set_again_replace_a_damaged_patch_and_pack()
    {
        string layer = await MakeAsync(), file = Path.Combine(fixture.Folder, Guid.NewGuid().ToString("N"));
        File.WriteAllBytes(file, [1, 2, 3, 4, 5]);
        string pack = Directory.EnumerateFiles(Path.Combine(layer, "blobs")).Single();
        File.WriteAllBytes(pack, [1, 2, 3, 4, 6]);
        string[] patches = Directory.GetFiles(Path.Combine(layer, "data"));
        Array.ForEach(patches, p => File.WriteAllBytes(p, File.ReadAllBytes(p)[..^1]));
        await using LayerWorkspace open = await fixture.OpenAsync(layer);
        await open.CommitAsync(LayerChange.Of(await open.StageAsync(Batches(Ids(2), Text("thumb", file)), "object_id",
            new StageOptions(), default), "Ann", "again"), default);
        Assert.DoesNotContain(await FindingsAsync(layer), f => f.Code == LayerFindingCodes.Pack);
        Assert.Single(await FindingsAsync(layer), f => f.Code == LayerFindingCodes.Patch); // that of the first commit
    }

    [Theory]
    [InlineData("2026-11-24T20:29:04.179100Z")]
    [InlineData("9999-12-31T23:59:59.999999Z")]
    [InlineData("0001-01-01T00:00:00.000001Z")]
    public void Times_are_written_as_they_are_read(string text)
    {
        Assert.True(LayerTime.TryParse(text, out long micros));
        Assert.Equal(text, LayerTime.ToText(micros));
    }

    [Fact]
    public async Task Bytes_that_a_writer_sets_are_read_back()
    {
        string layer = await fixture.NewLayerAsync();
        byte[] png = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0, 0, 0, 13], other = [1, 2, 3];
        await using (LayerWriter writer = await LayerWriter.OpenAsync(layer, fixture.Dataset))
        {
            writer.Set(7, "thumb", png);
            writer.Set(7, "score", 1.5);
            writer.Set(8, "thumb", other);
            writer.Set(8, "score", null);
            await writer.CommitAsync("pictures");
            writer.Set(9, "thumb", other);
            writer.Set(8, "thumb", "text");
            await Assert.ThrowsAsync<ArgumentException>(() => writer.CommitAsync("mixed"));
        }
        await using Dataset dataset = await Dataset.OpenAsync(fixture.Dataset, fixture.Options with { Layers = [layer] });
        Assert.Equal(1, await dataset.CountAsync(dataset.Query().Where("thumb->>'encoding' = 'image/png' AND score = 1.5")));
        BlobReference[] blobs = [BlobReference.Parse(await ThumbAsync(dataset, 7), layer),
            BlobReference.Parse(await ThumbAsync(dataset, 8), layer)];
        byte[][] read = new byte[2][];
        await new BlobReader(await LayerSnapshot.OpenAsync(LayerReference.Parse(layer), null, default)).ReadAsync(blobs, (i, bytes) =>
        {
            read[i] = bytes.ToArray();
            return Task.CompletedTask;
        }, default);
        Assert.Equal([png, other], read);
    }

    [Fact]
    public async Task Types_that_a_writer_declares_are_those_of_its_fields()
    {
        string layer = await fixture.NewLayerAsync();
        await using (LayerWriter writer = await LayerWriter.OpenAsync(layer, fixture.Dataset))
        {
            foreach ((string field, string type) in ((string, string)[])
                [("kind", "label"), ("seen", "time"), ("cells", "box"), ("n", "int16"), ("later", "label")])
                writer.DeclareType(field, type);
            writer.Set(7, "kind", "star");
            writer.Set(8, "kind", "galaxy");
            writer.Set(7, "seen", "2026-11-24T12:00:00Z");
            writer.Set(7, "cells", "[[1, 2, 3, 4]]");
            writer.Set(7, "n", 5);
            await writer.CommitAsync("typed");
            writer.Set(7, "n", 70000);
            await Assert.ThrowsAsync<ValueInvalidException>(() => writer.CommitAsync("too large"));
            Assert.Contains("list<", Assert.Throws<ArgumentException>(() => writer.DeclareType("n", "int12")).Message);
        }
        await using Dataset dataset = await Dataset.OpenAsync(fixture.Dataset, fixture.Options with { Layers = [layer] });
        Assert.Equal(1, await dataset.CountAsync(dataset.Query()
            .Where("kind = 'star' AND seen = 61368.5 AND cells.width[1] = 3 AND n = 5")));
    }

    [Fact]
    public async Task A_statement_compares_labels_by_name()
    {
        string layer = await fixture.NewLayerAsync();
        await using (LayerWorkspace open = await fixture.OpenAsync(layer))
            await open.CommitAsync(LayerChange.Of(await open.StageAsync(Batches(Ids(1, 2, 3), Text("kind", "star", "galaxy", "star")),
                "object_id", new StageOptions { Types = new Dictionary<string, FieldType> { ["kind"] = FieldType.Label } }, default),
                "Ann", "classes"), default);
        await using Dataset dataset = await Dataset.OpenAsync(fixture.Dataset, fixture.Options with { Layers = [layer] });
        Assert.Equal(new long[] { 2, 1, 3, 2 }, new[] { await SqlAsync("SELECT count(*) FROM d WHERE kind = 'star'"),
            await SqlAsync("SELECT count(*) FROM (SELECT * FROM d WHERE i8 IS NOT NULL OR true) AS t WHERE 'galaxy' = t.kind"),
            await SqlAsync("SELECT count(*) FILTER (kind IN ('star', 'galaxy')) FROM d"),
            await SqlAsync("SELECT count(*) FROM d WHERE kind = 1") });
        // The alias has another meaning than the column.
        Assert.Equal(3, await SqlAsync("SELECT count(*) FROM (SELECT 'x' || kind AS kind FROM d) WHERE kind = 'x0' OR kind = 'x1'"));
        Assert.Contains("is not a category of 'kind'", (await Assert.ThrowsAsync<ArgumentException>(
            () => SqlAsync("SELECT count(*) FROM d WHERE kind = 'sta'"))).Message);

        async Task<long> SqlAsync(string select)
        {
            await foreach (RowBatch batch in dataset.SqlAsync(select))
                return ((ColumnData<long>)batch.Columns[0]).Values.Span[0];
            return -1;
        }
    }

    private async Task<string> MakeAsync()
    {
        string layer = await fixture.NewLayerAsync(), file = Path.Combine(fixture.Folder, Guid.NewGuid().ToString("N"));
        await fixture.SetAsync(layer, Ids(1, 2, 3), Column("n", 1, 2, 3), Text("note", "a", null, "c"));
        File.WriteAllBytes(file, [1, 2, 3, 4, 5]);
        await using LayerWorkspace open = await fixture.OpenAsync(layer);
        await open.CommitAsync(LayerChange.Of(await open.StageAsync(Batches(Ids(2), Text("thumb", file)), "object_id",
            new StageOptions { Types = new Dictionary<string, FieldType> { ["thumb"] = FieldType.Blob } }, default), "Ann", "two"),
            default);
        LayerOperation rename = new() { Kind = OperationKind.RenameField, Field = "n", To = "m" };
        await open.CommitAsync(LayerChange.Of(rename, "Bob", "three"), default);
        await open.WriteStateAsync(default);
        await LayerTag.CreateAsync(open.Store, "v1", open.Head!, "Bob", default);
        return layer;
    }

    private static async Task<IReadOnlyList<Finding>> FindingsAsync(string layer)
    {
        try
        {
            return (await LayerValidation.RunAsync(await LayerStore.OpenAsync(layer, null, default), default)).Findings;
        }
        catch (Exception e) when (e is LayerInvalidException or DocumentInvalidException or VersionNotSupportedException)
        {
            return [new Finding(LayerFindingCodes.Manifest, FindingSeverity.Error, LayerPaths.Manifest, null, null, e.Message)];
        }
    }

    private async Task<string[]> PathsAsync(string source)
    {
        List<string> paths = [];
        await using Dataset dataset = await Dataset.OpenAsync(source, fixture.Options);
        await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query().Columns("object_id")))
            for (int i = 0; i < batch.RowCount; i++)
                paths.Add(((TextColumnData)batch.Columns[0]).Text(i)!);
        return [.. paths];
    }

    private static async Task<string> ThumbAsync(Dataset dataset, long id)
    {
        await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query().Ids(id).Columns("thumb")))
            return ((TextColumnData)batch.Columns[0]).Text(0)!;
        return "";
    }
}
