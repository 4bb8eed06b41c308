using System.Globalization;
using Pile.Bench.Harness;
using Pile.Format;
using Pile.Reading;
using Pile.Tables;

namespace Pile.Bench.Benchmarks;

/// <summary>Measures <c>pile build</c> of a catalogue from one Parquet file, and <c>pile info</c>, as whole processes.</summary>
internal sealed class CatalogueBuild : IBenchmark
{
    private const int Rows = 10_000_000, Builds = 3, Looks = 11;
    private const double MaxBuildSeconds = 30, MaxBuildGiB = 1.5, MaxInfoSeconds = 0.3;

    private static readonly string[] Others = ["ra", "dec", "mjd", "mag", "color"];

    public string Name => "catalogue";

    public IReadOnlyList<string> PeerScripts => [];

    public void Require()
    {
        ProgramRun.RequireTime();
        Folders.RequireProgram();
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
        await RequireSameRowsAsync(table, dataset);
        for (int i = 0; i < Looks; i++)
            looks.Add(ProgramRun.Run(Folders.Program, info));

        Spread seconds = Spread.Of(builds.Select(b => b.Seconds)), look = Spread.Of(looks.Select(l => l.Seconds));
        double gib = builds.Max(b => b.PeakBytes) / (double)(1 << 30);
        return new Section(
            "A catalogue of ten million rows",
            $"A Parquet file (id, ra, dec uniform on the sky, mjd, two float columns; {Bytes(table) / 1e6:0} MB, zstd) to a dataset of "
                + $"{Bytes(dataset) / 1e6:0} MB. Wall time and peak resident memory of the whole process by `/usr/bin/time -v`, {Builds} "
                + $"builds (the largest memory of them); `pile info` {Looks} times. Every value of the dataset is then compared with the "
                + "table, by sums over hashed rows.",
            [("build", $"out/pile {string.Join(' ', build)}"), ("info", $"out/pile {string.Join(' ', info)}")],
            [
                Figure.Alone("`pile build --from`, wall time", seconds.Text("0.0", " s"), $"≤ {MaxBuildSeconds:0} s",
                    seconds.Median <= MaxBuildSeconds),
                Figure.Alone("`pile build --from`, peak memory", string.Create(CultureInfo.InvariantCulture, $"{gib:0.00} GiB"),
                    $"≤ {MaxBuildGiB:0.#} GiB", gib <= MaxBuildGiB),
                Figure.Alone("`pile info`, wall time", look.Times(1000).Text("0", " ms"), $"≤ {MaxInfoSeconds * 1000:0} ms",
                    look.Median <= MaxInfoSeconds),
            ]);
    }

    internal static RowBatch Batch(int first, int count)
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
            ParquetInput.Column("id", DType.Int64, ids), ParquetInput.Column("ra", DType.Float64, raDeg, "deg"),
            ParquetInput.Column("dec", DType.Float64, decDeg, "deg"),
            ParquetInput.Column("mjd", DType.Float64, mjd, "d"), ParquetInput.Column("mag", DType.Float32, mag, "mag"),
            ParquetInput.Column("color", DType.Float32, color, "mag"),
        ]);
    }

    // Input and dataset store the rows in different orders, so that sums over hashed rows are compared.
    private static async Task RequireSameRowsAsync(string table, string dataset)
    {
        await using ITableReader input = TableReader.Open(Path.Combine(Folders.Root, table));
        await using Dataset built = await Dataset.OpenAsync(Path.Combine(Folders.Root, dataset));
        (long inputRows, ulong inputSum) = await SumAsync(input.ReadAsync(["id", .. Others]), "id");
        (long rows, ulong sum) = await SumAsync(built.QueryAsync(built.Query().Columns(["object_id", .. Others])), "object_id");
        if (rows != inputRows || sum != inputSum)
            throw new BenchFailedException(
                $"'{dataset}' does not contain the rows of '{table}': {rows} rows with sum {sum:x16} instead of {inputRows} with "
                    + $"{inputSum:x16}.");
    }

    private static async Task<(long Rows, ulong Sum)> SumAsync(IAsyncEnumerable<RowBatch> batches, string idName)
    {
        long rows = 0;
        ulong sum = 0;
        await foreach (RowBatch batch in batches)
        {
            ColumnData<long> id = (ColumnData<long>)batch[idName];
            ColumnData<double>[] doubles = [(ColumnData<double>)batch["ra"], (ColumnData<double>)batch["dec"],
                (ColumnData<double>)batch["mjd"]];
            ColumnData<float>[] floats = [(ColumnData<float>)batch["mag"], (ColumnData<float>)batch["color"]];
            for (int row = 0; row < batch.RowCount; row++)
            {
                ulong mixed = Mix((ulong)id.Values.Span[row]);
                foreach (ColumnData<double> column in doubles)
                    mixed = Mix(mixed ^ BitConverter.DoubleToUInt64Bits(column.Values.Span[row]));
                foreach (ColumnData<float> column in floats)
                    mixed = Mix(mixed ^ BitConverter.SingleToUInt32Bits(column.Values.Span[row]));
                sum += mixed;
            }
            rows += batch.RowCount;
        }
        return (rows, sum);
    }

    // Folded Fibonacci hashing: every bit of a row changes the sum.
    private static ulong Mix(ulong value)
    {
        value *= 0x9E3779B97F4A7C15;
        return value ^ (value >> 32);
    }

    private static long Bytes(string path) => Directory.Exists(Path.Combine(Folders.Root, path))
        ? new DirectoryInfo(Path.Combine(Folders.Root, path)).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length)
        : new FileInfo(Path.Combine(Folders.Root, path)).Length;
}
