using Pile.Format;
using Pile.Reading;
using static Pile.Layers.Tests.LayerFixture;

namespace Pile.Layers.Tests;

/// <summary>Fields whose types change along a log.</summary>
public sealed class ReplayTests(LayerFixture fixture) : IClassFixture<LayerFixture>
{
    [Fact]
    public void A_type_that_represents_a_wider_type_represents_the_narrower_one()
    {
        FieldType[] types = [.. Enum.GetValues<DType>().SelectMany(d => new[] { FieldType.Of(d), FieldType.ListOf(d) }), FieldType.Time,
            FieldType.Label, FieldType.Blob, FieldType.BoxesOf(BoxMembers.None)];
        foreach (FieldType a in types)
            foreach (FieldType b in types.Where(b => Represents(b, a)))
                foreach (FieldType c in types.Where(c => Represents(c, b)))
                    Assert.True(Represents(c, a), $"{c} represents {b}, which represents {a}");
    }

    [Fact]
    public async Task A_commit_that_makes_a_field_narrower_after_its_rename_is_rejected()
    {
        LayerStore store = await LayerStore.OpenAsync(await fixture.NewLayerAsync(), null, default);
        LayerCommit set = Commit(1, "a", DType.Int32, Operation(OperationKind.AddField, "a"), Set("a")),
            rename = Commit(2, "b", DType.Int32, Operation(OperationKind.RenameField, "a", "b")),
            wider = Commit(3, "b", DType.Int64, Set("b"));

        LayerReplay replay = LayerReplay.Of(store, [], [set, rename, wider]);
        LayerInvalidException narrower = Assert.Throws<LayerInvalidException>(
            () => LayerReplay.Of(store, [], [set, rename, wider, Commit(4, "b", DType.Int32)]));
        LayerInvalidException afterRename = Assert.Throws<LayerInvalidException>(
            () => LayerReplay.Of(store, [], [set, Commit(2, "b", DType.Int16, Operation(OperationKind.RenameField, "a", "b"))]));

        Assert.Equal(2, replay.PartsOf("b").Count);
        Assert.Contains("00000004.json", narrower.Message, StringComparison.Ordinal);
        Assert.Contains("'b' became int32, which does not represent every value of int64", narrower.Message, StringComparison.Ordinal);
        Assert.Contains("'b' became int16, which does not represent every value of int32", afterRename.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sign_of_zeros_is_that_of_the_newest_patch()
    {
        string layer = await fixture.NewLayerAsync();
        await SetAsync(1.5f, 1.5);
        await SetAsync(-0f, -0.0);
        await using Dataset dataset = await Dataset.OpenAsync(fixture.Dataset, fixture.Options with { Layers = [layer] });
        await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query().Ids([new ObjectId(1)]).Columns("f", "d", "l")))
        {
            Assert.True(float.IsNegative(batch.Values<float>("f")[0]));
            Assert.All((string[])["d", "l"], name => Assert.True(double.IsNegative(((ColumnData<double>)batch[name]).Row(0)[0])));
        }

        Task SetAsync(float f, double d) => fixture.SetAsync(layer, Ids(1), Column("f", f), Column("d", d), new ColumnData<double>(
            new ColumnSchema { Name = "l", DType = DType.Float64, Shape = [ColumnSchema.Ragged] }, new[] { d }, [1]));
    }

    [Fact]
    public async Task A_layer_with_ids_of_text_is_compared_with_the_one_before_its_first_commit()
    {
        LayerStore store = await LayerStore.CreateAsync(Path.Combine(fixture.Folder, "texts"),
            new LayerManifest { Name = "texts", HasTextIds = true, Key = "texts" }.ToBytes(), null, default);
        using LayerDatabase database = new(threads: 1);
        PatchDraft patch = await new PatchStage(store, database, null).SetAsync(Batches(Text("object_id", "a"), Column("n", 1)),
            "object_id", [], new StageOptions(), default);
        LayerCommit made = await new LayerEditor(store, () => database).CommitAsync(LayerChange.Of(patch, "Ann", "x"), null, default);
        using LayerDiff diff = await LayerDiff.RunAsync(LayerSnapshot.Of(store, null), LayerSnapshot.Of(store, made), default);
        Assert.Equal([("a", "n", null, "1")], diff.Values());
    }

    private static bool Represents(FieldType wider, FieldType narrower) =>
        FieldType.TryWiden(narrower, wider, out FieldType found) && found == wider;

    private static LayerOperation Operation(OperationKind kind, string field, string to = "") =>
        new() { Kind = kind, Field = field, To = to };

    private static LayerOperation Set(string field) => new()
    {
        Kind = OperationKind.Set,
        Fields = [field],
        Patch = new string('0', 64),
        Bytes = 1,
        Rows = 1,
    };

    private static LayerCommit Commit(long number, string field, DType type, params LayerOperation[] operations) => new()
    {
        Number = number,
        Parent = new string('0', 64),
        TimeMicros = number,
        Author = "Ann",
        Message = "test",
        Program = "test",
        Nonce = new string('0', 32),
        Fields = [new LayerField { Name = field, Type = FieldType.Of(type) }],
        Operations = [.. operations],
    };
}
