using Pile.Bench.Benchmarks;
using Pile.Bench.Harness;
using Pile.Format;

namespace Pile.Bench.Skies;

/// <summary>Builds datasets of generated skies, with ids and positions alone or with native columns.</summary>
internal static class SkyDataset
{
    /// <summary>Native columns: a float32, a float64 and an int32. A dataset with them also has times, <c>mjd</c>.</summary>
    internal static readonly string[] Columns = ["g_mag", "color", "flag"];

    /// <summary>Returns the path of the positions of a dataset, which peers also read.</summary>
    internal static string PositionsOf(string dataset) => $"{dataset}/main/positions.parquet";

    /// <summary>Returns a glob of the index tiles of a dataset, which peers also read.</summary>
    internal static string TilesOf(string dataset) => $"{dataset}/main/index/dataset/*/*/*.parquet";

    /// <summary>Returns the path of the table of a dataset, whose rows are in a random order.</summary>
    internal static string TableOf(string dataset) => $"{dataset}.parquet";

    /// <summary>Writes the table of a side, and builds a dataset from it with <c>pile build</c>, if they do not exist.</summary>
    /// <param name="folder">The folder in the repository.</param>
    /// <param name="kind">The kind of sky.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="side">a or b.</param>
    /// <param name="withColumns">True for <see cref="Columns"/> and times, and to keep the table.</param>
    /// <returns>The dataset's folder, relative to the repository.</returns>
    internal static async Task<string> MakeAsync(string folder, SkyKind kind, int rows, string side, bool withColumns)
    {
        string name = Path.Combine(folder, $"{kind}-{rows}-{side}{(withColumns ? "-native" : "")}".ToLowerInvariant()),
            table = TableOf(name);
        if (Directory.Exists(Path.Combine(Folders.Root, name)) && (!withColumns || File.Exists(Path.Combine(Folders.Root, table))))
            return name;
        SkyCatalogue sky = SkyCatalogue.Make(kind, rows, side);
        int[] rowOf = new int[rows];
        for (int row = 0; row < rows; row++)
            rowOf[sky.Ids[row]] = row;
        await ParquetInput.MakeAsync(Path.Combine(Folders.Root, table), rows, (first, count) =>
        {
            ColumnData[] positions = Positions(sky, rowOf.AsSpan(first, count));
            return new RowBatch(withColumns ? [.. positions, .. Native(count, new Random((2 * first) + (side == "b" ? 1 : 0)))]
                : positions);
        });
        Progress.Say($"  building {name}");
        ProgramRun.Run(Folders.Program, "build", "--from", table, "--out", name, "--quiet");
        if (!withColumns)
            File.Delete(Path.Combine(Folders.Root, table));
        return name;
    }

    private static ColumnData[] Positions(SkyCatalogue sky, ReadOnlySpan<int> rows)
    {
        long[] ids = new long[rows.Length];
        double[] ra = new double[rows.Length], dec = new double[rows.Length];
        for (int i = 0; i < rows.Length; i++)
            (ids[i], ra[i], dec[i]) = (sky.Ids[rows[i]], sky.RaDeg[rows[i]], sky.DecDeg[rows[i]]);
        return [ParquetInput.Column("object_id", DType.Int64, ids), ParquetInput.Column("ra", DType.Float64, ra, "deg"),
            ParquetInput.Column("dec", DType.Float64, dec, "deg")];
    }

    private static ColumnData[] Native(int count, Random random)
    {
        float[] mag = new float[count];
        double[] color = new double[count], mjd = new double[count];
        int[] flag = new int[count];
        for (int i = 0; i < count; i++)
        {
            (mag[i], color[i], flag[i]) = (14 + (8 * random.NextSingle()), 2 * random.NextDouble(), random.Next(1 << 16));
            mjd[i] = 56_000 + (1_000 * random.NextDouble());
        }
        return [ParquetInput.Column(Columns[0], DType.Float32, mag, "mag"), ParquetInput.Column(Columns[1], DType.Float64, color, "mag"),
            ParquetInput.Column(Columns[2], DType.Int32, flag), ParquetInput.Column("mjd", DType.Float64, mjd, "d")];
    }
}
