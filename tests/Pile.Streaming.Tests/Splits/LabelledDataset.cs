using Pile.Format;
using Pile.Reading;
using Pile.TestKit;

namespace Pile.Streaming.Tests;

/// <summary>A dataset of 400 rows with unbalanced classes, groups of different sizes, and several labels per row.</summary>
public sealed class LabelledDataset : IAsyncLifetime
{
    internal const int RowCount = 400;

    internal static readonly string[] Labels = ["l0", "l1", "l2", "l3", "l4"];

    private readonly TemporaryFolder folder = new();

    internal Dataset Dataset { get; private set; } = null!;

    internal string Folder => folder["labelled"];

    internal string PathOf(string name) => folder[name];

    internal static string Class(int i) => i % 50 == 0 ? "rare" : i % 10 < 3 ? "some" : "common";

    internal static string? Group(int i) => i % 97 == 5 ? null : $"g{(int)Math.Sqrt(i * 3)}";

    internal static string? Part(int i) => i % 40 == 7 ? null : i % 5 == 0 ? "test" : "train";

    // Rare and frequent labels, some of which go together.
    internal static bool Has(int label, int i) => label switch
    {
        0 => i % 2 == 0,
        1 => i % 7 == 0,
        2 => i % 14 == 0 || i % 33 == 1,
        3 => i % 61 == 3,
        _ => i % 3 == 0 && i % 5 != 0,
    };

    public async ValueTask InitializeAsync()
    {
        int[] ids = [.. Enumerable.Range(0, RowCount)];
        Modality common = Modality.Common;
        await OneUnitDataset.WriteAsync(Folder, OneUnitDataset.Spec("labelled", "catalogue"),
        [
            .. OneUnitDataset.Located([.. ids.Select(i => (long)i)], [.. ids.Select(i => i * 137.5 % 360)],
                [.. ids.Select(i => (i * 79 % 1700 / 10.0) - 85)]),
            Text("class", Class), Text("group", Group), Text("part", Part),
            .. Labels.Select((name, label) => new ColumnData<bool>(new ColumnSchema { Name = name, DType = DType.Bool },
                ids.Select(i => Has(label, i)).ToArray())),
            new ColumnData<float>(new ColumnSchema { Name = "value", DType = DType.Float32, Unit = "mJy", Sentinels = [-99] },
                ids.Select(i => i % 20 == 0 ? -99 : i % 30 == 1 ? float.NaN : i + 1000f).ToArray()),
            new ColumnData<short>(new ColumnSchema
            {
                Name = "pixels",
                DType = DType.Int16,
                Shape = [2, 3],
                Bands = [new() { Name = "g" }, new() { Name = "r" }],
            }, ids.SelectMany(i => Enumerable.Range(0, 6).Select(k => (short)(k < 3 ? i + k : -5 * i))).ToArray()),
        ]);
        Dataset = await Dataset.OpenAsync(Folder);

        TextColumnData Text(string name, Func<int, string?> text) =>
            TextColumnData.From(new ColumnSchema { Name = name, DType = DType.String }, [.. ids.Select(text)]);
    }

    public async ValueTask DisposeAsync()
    {
        await Dataset.DisposeAsync();
        folder.Dispose();
    }
}
