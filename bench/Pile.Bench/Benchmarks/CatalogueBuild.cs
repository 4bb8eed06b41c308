using System.Globalization;
using System.Text.Json;
using Pile.Bench.Harness;
using Pile.Format;

namespace Pile.Bench.Benchmarks;

/// <summary>A survey's catalogue out of one Parquet file, and a look at what came of it: whole processes, as people run them.</summary>
internal sealed class CatalogueBuild : IBenchmark
{
    private const int Rows = 10_000_000, Builds = 3, Looks = 11;
    private const double MostBuildSeconds = 60, MostBuildGiB = 2, MostInfoSeconds = 0.3;

    public string Name => "catalogue";

    public IReadOnlyDictionary<string, string> Prepare()
    {
        ProgramRun.RequireTime();
        Folders.RequireProgram();
        return new Dictionary<string, string>();
    }

    public async Task<Section> RunAsync()
    {
        string table = $"{Folders.Work(Name)}/catalogue.parquet", dataset = $"{Folders.Work(Name)}/dataset";
        await ParquetInput.MakeAsync(Path.Combine(Folders.Root, table), Rows, Batch);

        string[] build = ["build", "--from", table, "--out", dataset, "--quiet"], info = ["info", dataset];
        List<ProgramRun> builds = [], looks = [];
        for (int i = 0; i < Builds; i++)
        {
            if (Directory.Exists(Path.Combine(Folders.Root, dataset)))
                Directory.Delete(Path.Combine(Folders.Root, dataset), recursive: true);
            builds.Add(ProgramRun.RunWithMemory(Folders.Program, build));
            Progress.Say($"  build: {builds[^1].Seconds:0.0} s, {builds[^1].PeakBytes / (double)(1 << 30):0.00} GiB");
        }
        RequireWhole(dataset);
        for (int i = 0; i < Looks; i++)
            looks.Add(ProgramRun.Run(Folders.Program, info));

        Spread seconds = Spread.Of(builds.Select(b => b.Seconds)), look = Spread.Of(looks.Select(l => l.Seconds));
        double gib = builds.Max(b => b.PeakBytes) / (double)(1 << 30);
        return new Section(
            "A catalogue of ten million rows",
            $"A Parquet file (id, ra, dec uniform on the sky, mjd, two float columns; {Bytes(table) / 1e6:0} MB, zstd) to a dataset of {Bytes(dataset) / 1e6:0} MB. Wall time and peak resident memory of the whole process by `/usr/bin/time -v`, {Builds} builds (the largest memory of them); `pile info` {Looks} times. The dataset then passes `pile validate`.",
            [("build", $"out/pile {string.Join(' ', build)}"), ("info", $"out/pile {string.Join(' ', info)}")],
            [
                Figure.Alone("`pile build --from`, wall time", seconds.Text("0.0", " s"), $"≤ {MostBuildSeconds:0} s", seconds.Median <= MostBuildSeconds),
                Figure.Alone("`pile build --from`, peak memory", string.Create(CultureInfo.InvariantCulture, $"{gib:0.00} GiB"), $"≤ {MostBuildGiB:0} GiB", gib <= MostBuildGiB),
                Figure.Alone("`pile info`, wall time", look.Times(1000).Text("0", " ms"), $"≤ {MostInfoSeconds * 1000:0} ms", look.Median <= MostInfoSeconds),
            ]);
    }

    private static RowBatch Batch(int first, int count)
    {
        Random random = new(first);
        long[] ids = new long[count];
        double[] raDeg = new double[count], decDeg = new double[count], mjd = new double[count];
        float[] mag = new float[count], color = new float[count];
        for (int i = 0; i < count; i++)
        {
            ids[i] = 1_000_000_000_000 + first + i;
            raDeg[i] = 360 * random.NextDouble();
            decDeg[i] = double.RadiansToDegrees(Math.Asin((2 * random.NextDouble()) - 1));
            mjd[i] = 55_000 + (3_000 * random.NextDouble());
            mag[i] = 14 + (8 * random.NextSingle());
            color[i] = 2 * random.NextSingle();
        }
        return new RowBatch([
            ParquetInput.Column("id", DType.Int64, ids), ParquetInput.Column("ra", DType.Float64, raDeg, "deg"), ParquetInput.Column("dec", DType.Float64, decDeg, "deg"),
            ParquetInput.Column("mjd", DType.Float64, mjd, "d"), ParquetInput.Column("mag", DType.Float32, mag, "mag"), ParquetInput.Column("color", DType.Float32, color, "mag"),
        ]);
    }

    private static void RequireWhole(string dataset)
    {
        using JsonDocument info = JsonDocument.Parse(ProgramRun.Run(Folders.Program, "info", dataset, "--json").Output);
        long rows = info.RootElement.GetProperty("rows").GetInt64();
        if (rows != Rows)
            throw new BenchFailedException($"'{dataset}' has {rows} rows instead of {Rows}.");
        ProgramRun.Run(Folders.Program, "validate", dataset, "--quiet");
    }

    private static long Bytes(string path) => Directory.Exists(Path.Combine(Folders.Root, path))
        ? new DirectoryInfo(Path.Combine(Folders.Root, path)).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length)
        : new FileInfo(Path.Combine(Folders.Root, path)).Length;
}
