using Pile.Bench.Benchmarks;
using Pile.Bench.Harness;
using Pile.Format;

namespace Pile.Bench.Skies;

/// <summary>Datasets of a generated sky whose rows have errors, proper motions and times.</summary>
internal static class ErrorSky
{
    /// <summary>Builds the dataset of a side, a to d, if it does not exist.</summary>
    /// <returns>The dataset's folder, relative to the repository.</returns>
    internal static async Task<string> MakeAsync(string folder, int rows, string side)
    {
        string name = Path.Combine(folder, $"errors-{rows}-{side}"), table = $"{name}.parquet";
        if (Directory.Exists(Path.Combine(Folders.Root, name)))
            return name;
        SkyCatalogue sky = SkyCatalogue.Make(SkyKind.Uniform, rows, side);
        await ParquetInput.MakeAsync(Path.Combine(Folders.Root, table), rows,
            (first, count) => Batch(sky, first, count, new Random((4 * first) + side[0])));
        Progress.Say($"  making input: {name}");
        ProgramRun.Run(Folders.Program, "build", "--from", table, "--out", name, "--quiet");
        File.Delete(Path.Combine(Folders.Root, table));
        return name;
    }

    // Errors of 0.1 to 0.5 arcsec; proper motions of some ten mas a year.
    private static RowBatch Batch(SkyCatalogue sky, int first, int count, Random random)
    {
        float[] error = new float[count], major = new float[count], minor = new float[count], angleDeg = new float[count];
        double[] pmRa = new double[count], pmDec = new double[count], mjd = new double[count];
        for (int i = 0; i < count; i++)
        {
            error[i] = 0.1f + (0.4f * random.NextSingle());
            (major[i], minor[i], angleDeg[i]) = (error[i], error[i] * (0.3f + (0.7f * random.NextSingle())), 180 * random.NextSingle());
            (pmRa[i], pmDec[i]) = (40 * (random.NextDouble() - 0.5), 40 * (random.NextDouble() - 0.5));
            mjd[i] = 56_000 + (1_000 * random.NextDouble());
        }
        return new RowBatch([
            ParquetInput.Column("object_id", DType.Int64, sky.Ids[first..(first + count)]),
            ParquetInput.Column("ra", DType.Float64, sky.RaDeg[first..(first + count)], "deg"),
            ParquetInput.Column("dec", DType.Float64, sky.DecDeg[first..(first + count)], "deg"),
            ParquetInput.Column("error", DType.Float32, error, "arcsec"),
            ParquetInput.Column("major", DType.Float32, major, "arcsec"),
            ParquetInput.Column("minor", DType.Float32, minor, "arcsec"),
            ParquetInput.Column("angle", DType.Float32, angleDeg, "deg"),
            ParquetInput.Column("pmra", DType.Float64, pmRa, "mas/yr"),
            ParquetInput.Column("pmdec", DType.Float64, pmDec, "mas/yr"),
            ParquetInput.Column("mjd", DType.Float64, mjd, "d"),
        ]);
    }
}
