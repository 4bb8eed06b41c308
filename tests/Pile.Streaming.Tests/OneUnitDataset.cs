using System.Collections.Immutable;
using Pile.Format;
using Pile.TestKit;
using Pile.Writing;

namespace Pile.Streaming.Tests;

/// <summary>Writes datasets of a single batch of rows.</summary>
internal static class OneUnitDataset
{
    internal static DatasetSpec Spec(string name, string modality) => new()
    {
        Name = name,
        Modality = modality,
        Provenance = new()
        {
            Project = "Pile",
            Survey = "test",
            Instrument = "none",
            Release = "1",
            Licence = "CC0-1.0",
            Citation = "none",
            Builder = "test",
            BuilderVersion = "1"
        },
    };

    /// <summary>Returns the columns of integer ids and positions.</summary>
    internal static ImmutableArray<ColumnData> Located(long[] ids, double[] raDeg, double[] decDeg) =>
        [new ColumnData<long>(Common("object_id", DType.Int64), ids), .. Positions(raDeg, decDeg)];

    /// <summary>Returns the columns of text ids and positions.</summary>
    internal static ImmutableArray<ColumnData> Located(string[] ids, double[] raDeg, double[] decDeg) =>
        [TextColumnData.From(Common("object_id", DType.String), ids), .. Positions(raDeg, decDeg)];

    /// <summary>Writes rows with uncompressed square images of one band; each pixel has the row's number as its value.</summary>
    internal static Task WriteImagesAsync(TemporaryFolder folder, string name, int size, double[] raDeg)
    {
        Modality image = Modality.Get("image");
        int rows = raDeg.Length;
        return WriteAsync(folder[name], Spec(name, "image") with { Codec = PieceCodec.None },
        [
            .. Located([.. Enumerable.Range(0, rows).Select(i => (long)i)], raDeg, [.. Enumerable.Repeat(20.0, rows)]),
            new ColumnData<float>(image.Find("image_array")!.With(DType.Float32, [1, size, size]),
                Enumerable.Range(0, rows * size * size).Select(i => (float)(i / (size * size))).ToArray()),
            TextColumnData.From(image.Find("image_band")!.With(DType.String, [1]), [.. Enumerable.Repeat("r", rows)]),
        ]);
    }

    internal static async Task WriteAsync(string folder, DatasetSpec spec, ImmutableArray<ColumnData> columns)
    {
        await using DatasetWriter writer = DatasetWriter.Create(folder, spec, new WriterSettings());
        using (UnitSpill unit = writer.BeginUnit("rows", []))
        {
            unit.Append(new RowBatch(columns));
            unit.Complete();
        }
        await writer.CommitAsync(TestContext.Current.CancellationToken);
    }

    private static ImmutableArray<ColumnData> Positions(double[] raDeg, double[] decDeg) =>
        [new ColumnData<double>(Common("ra", DType.Float64), raDeg), new ColumnData<double>(Common("dec", DType.Float64), decDeg)];

    private static ColumnSchema Common(string name, DType type) => Modality.Common.Find(name)!.With(type, []);
}
