using Pile.Format;
using Pile.Reading;
using static Pile.Layers.Tests.LayerFixture;

namespace Pile.Layers.Tests;

/// <summary>Commits: types of fields, conflicts between writers, damage.</summary>
public sealed class CommitTests(LayerFixture fixture) : IClassFixture<LayerFixture>
{
    [Fact]
    public async Task The_first_write_decides_the_type_and_later_values_must_be_exact()
    {
        string layer = await fixture.NewLayerAsync();
        await fixture.SetAsync(layer, Ids(1, 2), Column("n", 7, 8), Column("x", 0.5f, 1.5f));
        LayerCommit fits = await fixture.SetAsync(layer, Ids(3), Column("n", 9L), Column("x", 0.25));
        Assert.Equal("int32 float32", string.Join(' ', fits.Fields.Select(f => f.Type)));
        LayerCommit wider = await fixture.SetAsync(layer, Ids(3), Column("n", 1L << 40), Column("x", 0.1));
        Assert.Equal("int64 float64", string.Join(' ', wider.Fields.Select(f => f.Type)));
        LayerCommit whole = await fixture.SetAsync(layer, Ids(4), Column("n", 12.0));
        Assert.Equal(FieldType.Of(DType.Int64), whole.FindField("n")!.Type);

        ValueInvalidException half = await Assert.ThrowsAsync<ValueInvalidException>(
            () => fixture.SetAsync(layer, Ids(5, 6), Column("n", 1, 0.5)));
        Assert.All((string[])["row 1", "'n'", "0.5", "object_id 6", "float64", "int64"], part => Assert.Contains(part, half.Message));
        await Assert.ThrowsAsync<ValueInvalidException>(() => fixture.SetAsync(layer, Ids(5), Text("n", "7")));
        await Assert.ThrowsAsync<ValueInvalidException>(() => fixture.SetAsync(layer, Ids(5), Column("n", true)));
        await Assert.ThrowsAsync<ValueInvalidException>(() => fixture.SetAsync(layer, Ids(5), Column("x", (1L << 53) + 1)));
    }

    [Fact]
    public async Task A_type_that_is_asked_for_widens_the_field_or_is_rejected()
    {
        string layer = await fixture.NewLayerAsync();
        await fixture.SetAsync(layer, Ids(1), Column("n", 7), Text("seen", "2026-11-24"));
        Assert.Equal(DType.Int64, (await SetAsAsync("n", FieldType.Of(DType.Int64), Column("n", 8))).Element);
        Assert.Equal(DType.Int64, (await SetAsAsync("n", FieldType.Of(DType.Int16), Column("n", 9))).Element);
        ValueInvalidException other = await Assert.ThrowsAsync<ValueInvalidException>(
            () => SetAsAsync("seen", FieldType.Time, Text("seen", "2026-11-25")));
        Assert.Contains("2026-11-25 of object_id 2 (string) is not accepted as time: the field 'seen' is string", other.Message);
        Assert.Equal(DType.Float32, (await SetAsAsync("x", FieldType.Of(DType.Float32), Text("x", "0.1"))).Element);
        Assert.Equal(DType.Float32, (await SetAsAsync("x", FieldType.Of(DType.Float32), Text("x", "-inf"))).Element);
        foreach (string text in (string[])["1e39", "one"])
            await Assert.ThrowsAsync<ValueInvalidException>(() => SetAsAsync("x", FieldType.Of(DType.Float32), Text("x", text)));
        foreach (string text in (string[])["12", " 12.00 ", "1.2e1"])
            Assert.Equal(DType.Int64, (await SetAsAsync("n", FieldType.Of(DType.Int64), Text("n", text))).Element);
        foreach (string text in (string[])["12.5", "-0.4", "125e-1"])
            await Assert.ThrowsAsync<ValueInvalidException>(() => SetAsAsync("n", FieldType.Of(DType.Int64), Text("n", text)));

        async Task<FieldType> SetAsAsync(string name, FieldType type, ColumnData column)
        {
            await using LayerWorkspace open = await fixture.OpenAsync(layer);
            PatchDraft patch = await open.StageAsync(Batches(Ids(2), column), "object_id",
                new StageOptions { Types = new Dictionary<string, FieldType> { [name] = type } }, default);
            return (await open.CommitAsync(LayerChange.Of(patch, "Ann", "test"), default)).FindField(name)!.Type;
        }
    }

    [Fact]
    public async Task Codes_of_labels_are_not_taken_for_new_classes()
    {
        string layer = await fixture.NewLayerAsync();
        await using LayerWorkspace open = await fixture.OpenAsync(layer);
        StageOptions label = new() { Types = new Dictionary<string, FieldType> { ["kind"] = FieldType.Label } };
        await CommitAsync(label, Ids(1, 2), Text("kind", "star", "galaxy"));
        ValueInvalidException code = await Assert.ThrowsAsync<ValueInvalidException>(
            () => CommitAsync(new StageOptions(), Ids(2, 3), Text("kind", "star", "1")));
        Assert.Contains("row 1, column 'kind': 1 of object_id 3 is not the name of a class of 'kind': it is the code of 'star'",
            code.Message);
        LayerCommit year = await CommitAsync(new StageOptions(), Ids(3), Text("kind", "1971")),
            asked = await CommitAsync(label, Ids(3), Text("kind", "1"));
        Assert.Equal(["galaxy", "star", "1971"], year.Fields[0].Categories);
        Assert.Equal(["galaxy", "star", "1971", "1"], asked.Fields[0].Categories);
        ValueInvalidException both = await Assert.ThrowsAsync<ValueInvalidException>(
            () => CommitAsync(new StageOptions(), Ids(4), Text("kind", "1")));
        Assert.Contains("1 of object_id 4 is not clearly the name of a class of 'kind': it is the code of 'star', too", both.Message);
        await CommitAsync(new StageOptions(), Ids(4, 5), Text("kind", "1", "star")); // not only codes
        await CommitAsync(new StageOptions { HasTypedTexts = true }, Ids(4), Text("kind", "1"));

        async Task<LayerCommit> CommitAsync(StageOptions options, params ColumnData[] columns) => await open.CommitAsync(
            LayerChange.Of(await open.StageAsync(Batches(columns), "object_id", options, default), "Ann", "test"), default);
    }

    [Fact]
    public async Task Wrong_tables_are_rejected_and_nothing_is_written()
    {
        string layer = await fixture.NewLayerAsync();
        ArgumentException unknown = await Assert.ThrowsAsync<ArgumentException>(
            () => fixture.SetAsync(layer, Ids(1, 5000, 6000), Column("n", 1, 2, 3)));
        Assert.Contains("2 ids", unknown.Message);
        Assert.Contains("'5000', '6000'", unknown.Message);
        ValueInvalidException twice = await Assert.ThrowsAsync<ValueInvalidException>(
            () => fixture.SetAsync(layer, Ids(4, 9, 4), Column("n", 1, 2, 3)));
        Assert.Contains("row 2: the id 4", twice.Message);
        await Assert.ThrowsAsync<ArgumentException>(() => fixture.SetAsync(layer, Ids(1)));
        await Assert.ThrowsAsync<ArgumentException>(() => fixture.SetAsync(layer, Column("id", 1L), Column("n", 1)));
        await Assert.ThrowsAsync<ArgumentException>(() => fixture.SetAsync(layer, Ids(1), Column("_pile_row", 1)));
        Assert.Equal(["layer.yaml"], Directory.GetFiles(layer, "*", SearchOption.AllDirectories).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_writer_that_lost_the_race_goes_behind_unless_both_set_one_value()
    {
        string layer = await fixture.NewLayerAsync();
        await using LayerWorkspace ann = await fixture.OpenAsync(layer), ben = await fixture.OpenAsync(layer),
            cid = await fixture.OpenAsync(layer);
        await CommitAsync(ann, "Ann", Ids(1, 2), Column("n", 1, 2));
        LayerCommit behind = await CommitAsync(ben, "Ben", Ids(3), Column("n", 3L << 33));
        Assert.Equal((2, "int64"), (behind.Number, behind.Fields[0].Type.ToString()));
        PatchDraft patch = await cid.StageAsync(Batches(Ids(2), Column("n", 9)), "object_id", new StageOptions(), default);
        LayerConflictException conflict = await Assert.ThrowsAsync<LayerConflictException>(
            () => cid.CommitAsync(LayerChange.Of(patch, "Cid", "x"), default));
        Assert.All((string[])["'n'", "object_id 2", "Ann", "Cid", "commit 1"], part => Assert.Contains(part, conflict.Message));
        LayerCommit last = await cid.CommitAsync(LayerChange.Of(patch, "Cid", "x") with { LastWins = true }, default);
        Assert.True(last.LastWins);
        Assert.Equal([1, 9, 3L << 33], (await ValuesAsync(layer)).Values.Order());
    }

    [Fact]
    public async Task A_clock_that_runs_back_does_not_make_an_older_commit()
    {
        string layer = await fixture.NewLayerAsync();
        LayerCommit first = await fixture.SetAsync(layer, Ids(1), Column("n", 1));
        await using LayerWorkspace open = await fixture.OpenAsync(layer);
        PatchDraft patch = await open.StageAsync(Batches(Ids(1), Column("n", 2)), "object_id", new StageOptions(), default);
        LayerCommit second = await open.CommitAsync(LayerChange.Of(patch, "Ann", "x") with { TimeMicros = first.TimeMicros - 1_000_000 },
            default);
        Assert.Equal(first.TimeMicros + 1, second.TimeMicros);
    }

    [Fact]
    public async Task A_state_is_stored_after_64_commits_and_replaces_them()
    {
        string layer = await fixture.NewLayerAsync();
        await using (LayerWorkspace open = await fixture.OpenAsync(layer))
            for (int i = 1; i <= StateFiles.CommitsBetween + 2; i++)
                await CommitAsync(open, "Ann", Ids(i), Column("n", (long)i));
        Assert.Equal(["00000064.json"], Directory.GetFiles(Path.Combine(layer, "states"), "*.json").Select(Path.GetFileName));
        LayerStore store = await LayerStore.OpenAsync(layer, null, default);
        LayerCommit third = await store.ReadCommitAsync(3, default);
        string patch = Path.Combine(layer, LayerPaths.Patch(third.Operations[^1].Patch));
        File.Move(patch, patch + ".away");
        Assert.Equal(StateFiles.CommitsBetween + 2, (await ValuesAsync(layer)).Count);
        await Assert.ThrowsAsync<LayerInvalidException>(() => ValuesAsync($"{layer}@5"));
        File.Move(patch + ".away", patch);
        string state = Directory.GetFiles(Path.Combine(layer, "states"), "*.parquet").Single();
        File.Move(state, state + ".away");
        LayerInvalidException missing = await Assert.ThrowsAsync<LayerInvalidException>(() => ValuesAsync($"{layer}@65"));
        File.WriteAllBytes(state, [1, 2, 3]);
        LayerInvalidException changed = await Assert.ThrowsAsync<LayerInvalidException>(() => ValuesAsync($"{layer}@65"));
        Assert.All([missing, changed], e => Assert.EndsWith("Delete the folder 'states': it is derived from the log.", e.Message,
            StringComparison.Ordinal));
        Directory.Delete(Path.Combine(layer, "states"), recursive: true);
        Assert.Equal(5, (await ValuesAsync($"{layer}@5")).Count);
        Assert.Equal(StateFiles.CommitsBetween + 1, (await ValuesAsync($"{layer}@65")).Count);
    }

    [Fact]
    public async Task One_changed_bit_anywhere_is_detected()
    {
        string layer = await fixture.NewLayerAsync();
        await fixture.SetAsync(layer, Ids(1, 2, 3), Column("n", 1, 2, 3), Text("t", "a", null, "c"));
        await using (LayerWorkspace open = await fixture.OpenAsync(layer))
        {
            await open.WriteStateAsync(default);
            await LayerTag.CreateAsync(open.Store, "v1", open.Head!, "Ann", default);
        }
        await fixture.SetAsync(layer, Ids(2), Column("n", 5));
        Random random = new(1);
        foreach (string file in Directory.GetFiles(layer, "*", SearchOption.AllDirectories))
        {
            byte[] bytes = await File.ReadAllBytesAsync(file);
            for (int i = 0; i < 4; i++)
            {
                byte[] changed = [.. bytes];
                changed[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                await File.WriteAllBytesAsync(file, changed);
                await Assert.ThrowsAnyAsync<PileException>(async () =>
                    await LayerVerification.RunAsync(await LayerStore.OpenAsync(layer, null, default), default));
            }
            await File.WriteAllBytesAsync(file, bytes);
        }
        await LayerVerification.RunAsync(await LayerStore.OpenAsync(layer, null, default), default);
        string patch = Directory.GetFiles(Path.Combine(layer, "data"))[0];
        File.Delete(patch);
        await Assert.ThrowsAsync<LayerInvalidException>(async () =>
            await LayerVerification.RunAsync(await LayerStore.OpenAsync(layer, null, default), default));
    }

    [Theory]
    [InlineData("{\"a\":1.5}")]
    [InlineData("{\"a\":1e3}")]
    [InlineData("{\"a\":null}")]
    [InlineData("{\"b\":1,\"a\":1}")]
    [InlineData("{\"a\":1,\"a\":1}")]
    [InlineData("{\"a\": 1}")]
    [InlineData("{\"a\":\"\\u0041\"}")]
    [InlineData("{\"a\":99999999999999999999}")]
    [InlineData("{\"a\":[[[[[[[[[1]]]]]]]]]}")]
    [InlineData("[1]")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    [InlineData("")]
    public void Json_with_another_spelling_is_rejected(string json) => Assert.DoesNotContain("crc32c", Assert.Throws<FormatException>(
        () => CanonicalJson.Read(System.Text.Encoding.UTF8.GetBytes(json), finding => new FormatException(finding))).Message);

    [Theory]
    [InlineData("notes", "", "notes", null)]
    [InlineData("r=notes@v1", "r_", "notes", "v1")]
    [InlineData("s3://b/a@x/notes@17", "", "s3://b/a@x/notes", "17")]
    [InlineData("a@b/notes", "", "a@b/notes", null)]
    [InlineData("x=s3://b/n@2026-11-01T12:00Z", "x_", "s3://b/n", "2026-11-01T12:00Z")]
    public void A_layer_is_named_with_prefix_address_and_commit(string text, string prefix, string address, string? at) =>
        Assert.Equal(new LayerReference(prefix, address, at), LayerReference.Parse(text));

    [Fact]
    public async Task A_name_that_a_reference_would_take_for_a_commit_is_rejected_before_anything_is_written()
    {
        string layer = await fixture.NewLayerAsync(), wrong = $"{layer}@v1", inside = Path.Combine($"{layer}@v1", "notes");
        Assert.Contains("Choose a name without '@'", (await Assert.ThrowsAsync<ArgumentException>(() => fixture.NewLayerAsync(wrong)))
            .Message);
        await Assert.ThrowsAsync<ArgumentException>(() => fixture.NewLayerAsync(wrong + "/"));
        LayerSnapshot snapshot = await LayerSnapshot.OpenAsync(LayerReference.Parse(layer), null, default);
        await Assert.ThrowsAsync<ArgumentException>(() => LayerFork.RunAsync(snapshot, wrong, null, default));
        Assert.False(Directory.Exists(wrong));
        await fixture.NewLayerAsync(inside);
        await using Dataset dataset = await Dataset.OpenAsync(fixture.Dataset, fixture.Options with { Layers = [inside] });
    }

    private static async Task<LayerCommit> CommitAsync(LayerWorkspace layer, string author, params ColumnData[] columns) =>
        await layer.CommitAsync(LayerChange.Of(await layer.StageAsync(Batches(columns), "object_id", new StageOptions(), default), author,
            "x"),
            default);

    private async Task<Dictionary<long, long>> ValuesAsync(string layer)
    {
        await using Dataset dataset = await Dataset.OpenAsync(fixture.Dataset, fixture.Options with { Layers = [layer] });
        Dictionary<long, long> values = [];
        await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query().Where("n IS NOT NULL").Columns("object_id", "n")))
            for (int i = 0; i < batch.RowCount; i++)
                values[batch.Values<long>("object_id")[i]] = batch.Values<long>("n")[i];
        return values;
    }
}
