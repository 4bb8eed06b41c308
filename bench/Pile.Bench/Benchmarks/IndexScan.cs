using System.Diagnostics;
using Pile.Bench.Harness;
using Pile.Format;
using Pile.Reading;

namespace Pile.Bench.Benchmarks;

/// <summary>Measures reading ids and positions of every row of a catalogue through DuckDB into arrays, for example for a plot of a
/// survey.</summary>
/// <remarks>Does not measure cold files: the tiles are in the system's cache after the first pass.</remarks>
internal sealed class IndexScan : IBenchmark
{
    private const int Rows = 10_000_000, Rounds = 11;
    private const double MaxSeconds = 0.35;

    public string Name => "scan";

    public IReadOnlyList<string> PeerScripts => [];

    public void Require() => Folders.RequireProgram();

    public async Task<Section> RunAsync()
    {
        string table = $"{Folders.Work(Name)}/positions.parquet", dataset = $"{Folders.Work(Name)}/dataset";
        if (!Directory.Exists(Path.Combine(Folders.Root, dataset)))
        {
            await ParquetInput.MakeAsync(Path.Combine(Folders.Root, table), Rows, Batch);
            Progress.Say($"  making input: {dataset}");
            ProgramRun.Run(Folders.Program, ["build", "--from", table, "--out", dataset, "--quiet"]);
        }
        await using Dataset opened = await Dataset.OpenAsync(Path.Combine(Folders.Root, dataset));
        double expected = await ScanAsync(opened, null);
        List<double> seconds = [];
        for (int round = 0; round < Rounds; round++)
        {
            double sum = await ScanAsync(opened, seconds);
            if (sum != expected)
                throw new BenchFailedException($"two scans of '{dataset}' differ: the sums of their coordinates are {sum} and {expected}.");
        }
        Spread spread = Spread.Of(seconds);
        Progress.Say($"  scan: {spread.Text("0.000", " s")}");
        return new Section(
            "Ids and positions of ten million rows",
            $"`Dataset.QueryAsync` of `object_id`, `ra` and `dec` of all {Rows:N0} rows of an index, batch by batch, every value added up; "
                + $"all cores, in one process, warm files; {Rounds} rounds.",
            [("ours", Commands.Of(Name))],
            [Figure.Alone("scan of 3 columns", spread.Text("0.000", " s"), $"≤ {MaxSeconds:0.00} s", spread.Median <= MaxSeconds)]);
    }

    private static async Task<double> ScanAsync(Dataset dataset, List<double>? times)
    {
        long start = Stopwatch.GetTimestamp();
        long rows = 0;
        double sum = 0;
        await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query().Columns("object_id", "ra", "dec")))
        {
            rows += batch.RowCount;
            foreach (long id in ((ColumnData<long>)batch.Columns[0]).Values.Span)
                sum += id;
            for (int column = 1; column <= 2; column++)
                foreach (double degrees in ((ColumnData<double>)batch.Columns[column]).Values.Span)
                    sum += degrees;
        }
        times?.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        return rows == Rows ? sum : throw new BenchFailedException($"the scan returned {rows} rows instead of {Rows}.");
    }

    private static RowBatch Batch(int first, int count)
    {
        Random random = new(first);
        long[] ids = new long[count];
        double[] raDeg = new double[count], decDeg = new double[count];
        for (int i = 0; i < count; i++)
        {
            ids[i] = 1_000_000_000_000 + first + i;
            raDeg[i] = 360 * random.NextDouble();
            decDeg[i] = double.RadiansToDegrees(Math.Asin((2 * random.NextDouble()) - 1));
        }
        return new RowBatch([ParquetInput.Column("id", DType.Int64, ids), ParquetInput.Column("ra", DType.Float64, raDeg, "deg"),
            ParquetInput.Column("dec", DType.Float64, decDeg, "deg")]);
    }
}
