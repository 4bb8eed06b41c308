using Pile.Bench.Benchmarks;
using Pile.Bench.Harness;
using Pile.Format;
using Pile.Writing.Index;

namespace Pile.Bench.Skies;

/// <summary>A generated sky on disk: the positions of a dataset as <c>pile build</c> writes them, which a plain match reads, and no more of
/// it; or a whole dataset, with columns to carry along.</summary>
internal static class SkyDataset
{
    /// <summary>The native columns of a whole dataset: a float32, a float64 and an int32.</summary>
    internal static readonly string[] Columns = ["g_mag", "color", "flag"];

    /// <summary>Where the positions of a dataset are; peers read the same file.</summary>
    internal static string PositionsOf(string dataset) => $"{dataset}/main/positions.parquet";

    /// <summary>Where the tiles of a whole dataset's index are; peers read the same files.</summary>
    internal static string TilesOf(string dataset) => $"{dataset}/main/index/dataset/*/*/*.parquet";

    /// <summary>Writes a side unless an earlier run has.</summary>
    /// <param name="folder">Where, in the repository.</param>
    /// <param name="kind">Which sky.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="side">a or b.</param>
    /// <returns>The dataset's folder, as commands name it.</returns>
    internal static string Make(string folder, SkyKind kind, int rows, string side)
    {
        string name = Path.Combine(folder, $"{kind}-{rows}-{side}".ToLowerInvariant()), dataset = Path.Combine(Folders.Root, name),
            positions = PositionsOf(dataset), unfinished = $"{positions}.unfinished";
        if (File.Exists(positions))
            return name;
        Progress.Say($"  making {kind} sky, {rows:N0} rows, side {side}");
        Directory.CreateDirectory(Path.GetDirectoryName(positions)!);
        File.Delete(unfinished);
        SkyCatalogue sky = SkyCatalogue.Make(kind, rows, isB: side == "b");
        using (PositionsWriter writer = PositionsWriter.Create(unfinished,
            new PositionsFacts { Dataset = $"{kind} {side}", DatasetVersion = "1" }))
        {
            for (int i = 0; i < rows; i++)
                writer.Append(sky.Healpix29[i], sky.RaDeg[i], sky.DecDeg[i], sky.Ids[i]);
            writer.Complete();
        }
        File.WriteAllText(Path.Combine(dataset, "pile.yaml"), "# The positions of a generated sky: enough for a plain match.\n");
        File.Move(unfinished, positions);
        return name;
    }

    /// <summary>Builds a side with <see cref="Columns"/> by <c>pile build</c>, unless an earlier run has. Parameters as of
    /// <see cref="Make"/>.</summary>
    /// <returns>The dataset's folder, as commands name it.</returns>
    internal static async Task<string> MakeWholeAsync(string folder, SkyKind kind, int rows, string side)
    {
        string name = Path.Combine(folder, $"{kind}-{rows}-{side}-columns".ToLowerInvariant()), table = $"{name}.parquet";
        if (Directory.Exists(Path.Combine(Folders.Root, name)))
            return name;
        SkyCatalogue sky = SkyCatalogue.Make(kind, rows, isB: side == "b");
        await ParquetInput.MakeAsync(Path.Combine(Folders.Root, table), rows, (first, count) => Batch(sky, first, count));
        Progress.Say($"  making input: {name}");
        ProgramRun.Run(Folders.Program, "build", "--from", table, "--out", name, "--quiet");
        File.Delete(Path.Combine(Folders.Root, table));
        return name;
    }

    private static RowBatch Batch(SkyCatalogue sky, int first, int count)
    {
        Random random = new(first);
        float[] mag = new float[count];
        double[] color = new double[count];
        int[] flag = new int[count];
        for (int i = 0; i < count; i++)
            (mag[i], color[i], flag[i]) = (14 + (8 * random.NextSingle()), 2 * random.NextDouble(), random.Next(1 << 16));
        return new RowBatch([
            ParquetInput.Column("object_id", DType.Int64, sky.Ids[first..(first + count)]),
            ParquetInput.Column("ra", DType.Float64, sky.RaDeg[first..(first + count)], "deg"),
            ParquetInput.Column("dec", DType.Float64, sky.DecDeg[first..(first + count)], "deg"),
            ParquetInput.Column(Columns[0], DType.Float32, mag, "mag"), ParquetInput.Column(Columns[1], DType.Float64, color, "mag"),
            ParquetInput.Column(Columns[2], DType.Int32, flag),
        ]);
    }
}
