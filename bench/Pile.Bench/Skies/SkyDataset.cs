using Pile.Bench.Benchmarks;
using Pile.Bench.Harness;
using Pile.Format;
using Pile.Writing.Index;

namespace Pile.Bench.Skies;

/// <summary>Writes a generated sky: only the positions of a dataset, as <c>pile build</c> writes them and a plain match reads them, or a
/// complete dataset with native columns.</summary>
internal static class SkyDataset
{
    /// <summary>Columns of a complete dataset: a float32, a float64 and an int32. It also has times, <c>mjd</c>.</summary>
    internal static readonly string[] Columns = ["g_mag", "color", "flag"];

    /// <summary>Returns the path of the positions of a dataset, which peers also read.</summary>
    internal static string PositionsOf(string dataset) => $"{dataset}/main/positions.parquet";

    /// <summary>Returns a glob of the index tiles of a complete dataset, which peers also read.</summary>
    internal static string TilesOf(string dataset) => $"{dataset}/main/index/dataset/*/*/*.parquet";

    /// <summary>Writes the positions of a side if they do not exist.</summary>
    /// <param name="folder">The folder in the repository.</param>
    /// <param name="kind">The kind of sky.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="side">a or b.</param>
    /// <returns>The dataset's folder, relative to the repository.</returns>
    internal static string Make(string folder, SkyKind kind, int rows, string side)
    {
        string name = Path.Combine(folder, $"{kind}-{rows}-{side}".ToLowerInvariant()), dataset = Path.Combine(Folders.Root, name),
            positions = PositionsOf(dataset), unfinished = $"{positions}.unfinished";
        if (File.Exists(positions))
            return name;
        Progress.Say($"  making {kind} sky, {rows:N0} rows, side {side}");
        Directory.CreateDirectory(Path.GetDirectoryName(positions)!);
        File.Delete(unfinished);
        SkyCatalogue sky = SkyCatalogue.Make(kind, rows, side);
        using (PositionsWriter writer = PositionsWriter.Create(unfinished,
            new PositionsFacts { Dataset = $"{kind} {side}", DatasetVersion = "1" }))
        {
            for (int i = 0; i < rows; i++)
                writer.Append(sky.Healpix29[i], sky.RaDeg[i], sky.DecDeg[i], sky.Ids[i]);
            writer.Complete();
        }
        File.WriteAllText(Path.Combine(dataset, DatasetPaths.Manifest), ManifestWriter.Write(ManifestOf(Path.GetFileName(name), rows)));
        File.Move(unfinished, positions);
        return name;
    }

    // Enough for a plain match, which reads the manifest and the positions.
    private static Manifest ManifestOf(string name, int rows) => new()
    {
        Name = name,
        Modality = "catalogue",
        Provenance = new Provenance
        {
            Project = "generated",
            Survey = "generated",
            Instrument = "none",
            Release = "1",
            Licence = "CC0-1.0",
            Citation = "none",
            Builder = "bench",
            BuilderVersion = "1",
        },
        Rows = rows,
        Shards = 1,
        Bytes = 1,
        Partition = new Partition(Partition.Healpix, 0),
        Columns = [new() { Name = "object_id", DType = DType.Int64 }, new() { Name = "ra", DType = DType.Float64 },
            new() { Name = "dec", DType = DType.Float64 }, new() { Name = "healpix", DType = DType.Int64 }],
        FilesSha256 = new string('0', 64),
    };

    /// <summary>Returns the path of the table of a complete dataset, whose rows are in a random order.</summary>
    internal static string TableOf(string dataset) => $"{dataset}.parquet";

    /// <summary>Writes the table of a side with <see cref="Columns"/>, and builds a dataset from it with <c>pile build</c>, if they do not
    /// exist. The parameters are those of <see cref="Make"/>.</summary>
    /// <returns>The dataset's folder, relative to the repository.</returns>
    internal static async Task<string> MakeWholeAsync(string folder, SkyKind kind, int rows, string side)
    {
        string name = Path.Combine(folder, $"{kind}-{rows}-{side}-native".ToLowerInvariant()), table = TableOf(name);
        if (Directory.Exists(Path.Combine(Folders.Root, name)) && File.Exists(Path.Combine(Folders.Root, table)))
            return name;
        SkyCatalogue sky = SkyCatalogue.Make(kind, rows, side);
        int[] rowOf = new int[rows];
        for (int row = 0; row < rows; row++)
            rowOf[sky.Ids[row]] = row;
        await ParquetInput.MakeAsync(Path.Combine(Folders.Root, table), rows,
            (first, count) => Batch(sky, rowOf.AsSpan(first, count), new Random((2 * first) + (side == "b" ? 1 : 0))));
        Progress.Say($"  making input: {name}");
        ProgramRun.Run(Folders.Program, "build", "--from", table, "--out", name, "--quiet");
        return name;
    }

    private static RowBatch Batch(SkyCatalogue sky, ReadOnlySpan<int> rows, Random random)
    {
        int count = rows.Length;
        long[] ids = new long[count];
        float[] mag = new float[count];
        double[] ra = new double[count], dec = new double[count], color = new double[count], mjd = new double[count];
        int[] flag = new int[count];
        for (int i = 0; i < count; i++)
        {
            (ids[i], ra[i], dec[i]) = (sky.Ids[rows[i]], sky.RaDeg[rows[i]], sky.DecDeg[rows[i]]);
            (mag[i], color[i], flag[i]) = (14 + (8 * random.NextSingle()), 2 * random.NextDouble(), random.Next(1 << 16));
            mjd[i] = 56_000 + (1_000 * random.NextDouble());
        }
        return new RowBatch([
            ParquetInput.Column("object_id", DType.Int64, ids),
            ParquetInput.Column("ra", DType.Float64, ra, "deg"),
            ParquetInput.Column("dec", DType.Float64, dec, "deg"),
            ParquetInput.Column(Columns[0], DType.Float32, mag, "mag"), ParquetInput.Column(Columns[1], DType.Float64, color, "mag"),
            ParquetInput.Column(Columns[2], DType.Int32, flag), ParquetInput.Column("mjd", DType.Float64, mjd, "d"),
        ]);
    }
}
