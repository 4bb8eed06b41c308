using Pile.Bench.Harness;
using Pile.Format;
using Pile.Writing;

namespace Pile.Bench.Benchmarks;

/// <summary>Builds Pile datasets of the pixels in the peer's HDF5 file. The id of a row is its number.</summary>
internal static class ImageDatasets
{
    private const int BatchRows = 100;

    private static readonly string[] Bands = ["g", "r", "i", "z", "y"];

    /// <summary>Builds a dataset, and replaces that of an earlier run, which an older writer may have written.</summary>
    internal static async Task BuildAsync(string benchmark, string name, PieceCodec codec)
    {
        Progress.Say($"  building {Folders.Work(benchmark)}/{name}");
        await using DatasetWriter writer = DatasetWriter.Create(Folders.Work(benchmark, name), Spec(name, codec),
            new WriterSettings { Replace = true });
        using (UnitSpill unit = writer.BeginUnit("rows", []))
        {
            foreach (RowBatch batch in Batches(benchmark))
                unit.Append(batch);
            unit.Complete();
        }
        await writer.CommitAsync();
    }

    /// <summary>Returns the specification of such a dataset.</summary>
    internal static DatasetSpec Spec(string name, PieceCodec codec) => new()
    {
        Name = name,
        Modality = "image",
        Codec = codec,
        Provenance = new()
        {
            Project = "Pile",
            Survey = "bench",
            Instrument = "none",
            Release = "1",
            Licence = "CC0-1.0",
            Citation = "none",
            Builder = "bench",
            BuilderVersion = "1",
        },
    };

    private static IEnumerable<RowBatch> Batches(string benchmark)
    {
        double[] raDeg = NpyFile.ReadAll<double>(Folders.Work(benchmark, "ra.npy"), "<f8"),
            decDeg = NpyFile.ReadAll<double>(Folders.Work(benchmark, "dec.npy"), "<f8");
        using NpyFile pixels = new(Folders.Work(benchmark, "rows.npy"), "<f4");
        Modality image = Modality.Get("image"), common = Modality.Common;
        ColumnSchema id = common.Find("object_id")!.With(DType.Int64, []), ra = common.Find("ra")!.With(DType.Float64, []),
            dec = common.Find("dec")!.With(DType.Float64, []);
        ColumnSchema array = image.Find("image_array")!.With(DType.Float32, [5, 96, 96]),
            band = image.Find("image_band")!.With(DType.String, [5]);
        for (int first = 0; first < raDeg.Length; first += BatchRows)
        {
            int count = Math.Min(BatchRows, raDeg.Length - first);
            float[] values = new float[count * array.ElementsPerRow];
            pixels.Read<float>((long)first * array.ElementsPerRow, values);
            yield return new RowBatch([
                new ColumnData<long>(id, Enumerable.Range(first, count).Select(i => (long)i).ToArray()),
                new ColumnData<double>(ra, raDeg.AsMemory(first, count)),
                new ColumnData<double>(dec, decDeg.AsMemory(first, count)),
                new ColumnData<float>(array, values),
                TextColumnData.From(band, [.. Enumerable.Repeat(Bands, count).SelectMany(b => b)]),
            ]);
        }
    }
}
