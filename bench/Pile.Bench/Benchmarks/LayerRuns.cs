using System.Diagnostics;
using System.Globalization;
using Pile.Bench.Harness;
using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;

namespace Pile.Bench.Benchmarks;

/// <summary>Measures layers on ten million rows, long logs, and scans of folders.</summary>
/// <remarks>Does not measure layers on an S3 server. The files of a scan are empty, and their folders are in the
/// cache of the system.</remarks>
internal sealed class LayerRuns : IBenchmark
{
    private const int Every = 10, FilesOfFolder = 100;
    private const long FirstId = 1_000_000_000_000; // of CatalogueBuild.Batch
    private const int Rounds = 5, Starts = 11;
    private const double MaxSetSeconds = 3, MaxRowSeconds = 0.15, MaxCountSeconds = 0.5, MinJoin = 1 / 1.3, MaxOpenSeconds = 2,
        MaxStateSeconds = 0.05, MinScan = 0.5;

    private const string Query = "SELECT count(*) AS n FROM d WHERE quality > 5";

    private static int Rows { get; } = (int)(10_000_000 * InputScale.Factor);

    private static int Values => Rows / Every;

    private static int Commits { get; } = (int)(10_000 * InputScale.Factor);

    private static int At => Commits - 10;

    private static int Files { get; } = (int)(1_000_000 * InputScale.Factor);

    public string Name => "layers";

    public IReadOnlyList<string> PeerScripts => [];

    public void Require() => Folders.RequireProgram();

    public async Task<Section> RunAsync()
    {
        string table = Folders.Work(Name, "rows.parquet"), values = Folders.Work(Name, "values.parquet"),
            dataset = Folders.Work(Name, "dataset"), layer = Folders.Work(Name, "layer"), row = Folders.Work(Name, "row.csv");
        await ParquetInput.MakeAsync(table, Rows, CatalogueBuild.Batch);
        await ParquetInput.MakeAsync(values, Values, Batch);
        if (!Directory.Exists(dataset))
            ProgramRun.Run(Folders.Program, ["build", "--from", table, "--out", dataset, "--quiet"]);
        await File.WriteAllTextAsync(row, string.Create(CultureInfo.InvariantCulture, $"id,quality\n{FirstId},3\n"));
        string indexed = Folders.Work(Name, "indexed"), fast = Folders.Work(Name, "indexed-layer");
        if (!Directory.Exists(indexed))
            ProgramRun.Run(Folders.Program, ["build", "--from", table, "--out", indexed, "--id-index", "--quiet"]);
        Delete(fast);
        ProgramRun.Run(Folders.Program, ["layer", "create", fast, "--of", indexed]);
        List<double> sets = [];
        for (int i = 0; i < Rounds; i++)
        {
            Delete(layer);
            ProgramRun.Run(Folders.Program, ["layer", "create", layer, "--of", dataset]);
            sets.Add(ProgramRun.Run(Folders.Program, ["layer", "set", layer, values, "--id", "id", "--message", "values"]).Seconds);
        }
        Spread set = Spread.Of(sets), one = SetRow(layer, row), oneIndexed = SetRow(fast, row);
        return new Section(
            "Layers and sources",
            string.Create(CultureInfo.InvariantCulture, $"A layer of {Values:N0} rows × 5 fields on a dataset of {Rows:N0} rows. ")
                + "`layer set` is measured as a whole process, the count as a statement over a dataset that is open and has been read, "
                + "against the same join written by hand over the index and the table of values in DuckDB. "
                + string.Create(CultureInfo.InvariantCulture, $"The log of {Commits:N0} commits sets one value each. ")
                + "A scan is compared with `find -printf`, both as whole processes.",
            [("bench", Commands.Of(Name))],
            [
                Figure.Alone(string.Create(CultureInfo.InvariantCulture, $"`layer set` of {Values:N0} rows × 5 fields from Parquet"),
                    set.Text("0.00", " s"), $"≤ {MaxSetSeconds:0} s",
                    set.Median <= MaxSetSeconds),
                Figure.Alone("`layer set` of one row", one.Times(1000).Text("0", " ms"), $"≤ {MaxRowSeconds * 1000:0} ms",
                    one.Median <= MaxRowSeconds),
                Figure.Alone("the same on a dataset with an index of ids", oneIndexed.Times(1000).Text("0", " ms"),
                    $"≤ {MaxRowSeconds * 1000:0} ms", oneIndexed.Median <= MaxRowSeconds),
                .. await CountAsync(dataset, layer, values),
                .. await OpenAsync(dataset),
                Scan(),
            ]);
    }

    private static Spread SetRow(string layer, string row) => Spread.Of([.. Enumerable.Range(0, Starts).Select(_ =>
        ProgramRun.Run(Folders.Program, ["layer", "set", layer, row, "--id", "id", "--message", "one row"]).Seconds)]);

    private static async Task<Figure[]> CountAsync(string dataset, string layer, string values)
    {
        await using Dataset opened = await Dataset.OpenAsync(dataset, new() { Layers = [layer] });
        await using Dataset plain = await Dataset.OpenAsync(dataset);
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection peer = database.Connect();
        string join = $"SELECT count(*) FROM read_parquet('{dataset}/main/index/dataset/**/*.parquet') d "
            + $"LEFT JOIN read_parquet('{values}') v ON d.object_id = v.id WHERE v.quality > 5";
        Duel duel = Duel.Run("count by a field", () => Time(() => SqlAsync(opened).GetAwaiter().GetResult()), () => Time(() =>
            peer.Scalar<long>(join).ToString(CultureInfo.InvariantCulture)), Rounds);
        return
        [
            Figure.Of("count by a field of the layer", duel, s => string.Create(CultureInfo.InvariantCulture, $"{s * 1000:0} ms"),
                "the join by hand in DuckDB", MinJoin),
            Figure.Alone("the same, time", duel.OursSeconds.Times(1000).Text("0", " ms"), $"≤ {MaxCountSeconds * 1000:0} ms",
                duel.OursSeconds.Median <= MaxCountSeconds),
        ];
    }

    private async Task<Figure[]> OpenAsync(string dataset)
    {
        string layer = Folders.Work(Name, "log");
        if (!Directory.Exists(layer))
        {
            Progress.Say($"  making a log of {Commits:N0} commits");
            await using Dataset rows = await Dataset.OpenAsync(dataset);
            await LayerWriter.CreateAsync(layer, rows);
            await using LayerWriter writer = await LayerWriter.OpenAsync(layer, dataset);
            for (int i = 0; i < Commits; i++)
            {
                writer.Set(FirstId + i, "n", i);
                await writer.CommitAsync(string.Create(CultureInfo.InvariantCulture, $"commit {i}"));
            }
        }
        string states = Path.Combine(layer, "states"), aside = states + ".aside", cache = Folders.Work(Name, "cache");
        Directory.Move(states, aside);
        Spread without = await TimeOpenAsync(dataset, layer, cache, clears: true);
        Directory.Move(aside, states);
        Spread with = await TimeOpenAsync(dataset, layer, cache, clears: false);
        return
        [
            Figure.Alone(string.Create(CultureInfo.InvariantCulture, $"opening at commit {At:N0} of {Commits:N0}, without a state"),
                without.Text("0.00", " s"), $"≤ {MaxOpenSeconds:0} s",
                without.Median <= MaxOpenSeconds),
            Figure.Alone(string.Create(CultureInfo.InvariantCulture, $"opening at commit {At:N0} of {Commits:N0}, with its state"),
                with.Times(1000).Text("0", " ms"),
                $"≤ {MaxStateSeconds * 1000:0} ms", with.Median <= MaxStateSeconds),
        ];
    }

    private static async Task<Spread> TimeOpenAsync(string dataset, string layer, string cache, bool clears)
    {
        List<double> seconds = [];
        for (int round = -1; round < Rounds; round++)
        {
            if (clears)
                Delete(cache);
            long start = Stopwatch.GetTimestamp();
            await using Dataset opened = await Dataset.OpenAsync(dataset, new()
            {
                Layers = [string.Create(CultureInfo.InvariantCulture, $"{layer}@{At}")],
                Storage = new() { CacheFolder = cache },
            });
            if (round >= 0)
                seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return Spread.Of(seconds);
    }

    private Figure Scan()
    {
        string files = Folders.Work(Name, "files"), source = Folders.Work(Name, "source");
        if (!Directory.Exists(files))
        {
            Progress.Say($"  making {Files:N0} files");
            for (int i = 0; i < Files; i++)
            {
                string folder = Path.Combine(files, string.Create(CultureInfo.InvariantCulture, $"{i / FilesOfFolder:D5}"));
                if (i % FilesOfFolder == 0)
                    Directory.CreateDirectory(folder);
                File.Create(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"image-{i:D7}.png"))).Dispose();
            }
        }
        Duel duel = Duel.Run("scan", () =>
        {
            Delete(source);
            return new Pass(ProgramRun.Run(Folders.Program, ["scan", files, "--out", source, "--quiet"]).Seconds, "");
        }, () => new Pass(ProgramRun.Run("find", [files, "-type", "f", "-printf", "%P %s %T@\\n"]).Seconds, ""), Rounds);
        return Figure.Of(string.Create(CultureInfo.InvariantCulture, $"scan of {Files:N0} local files"), duel,
            s => string.Create(CultureInfo.InvariantCulture, $"{s:0.0} s"), "`find -printf`", MinScan);
    }

    private static async Task<string> SqlAsync(Dataset dataset)
    {
        await foreach (RowBatch batch in dataset.SqlAsync(Query))
            return string.Create(CultureInfo.InvariantCulture, $"{batch.Values<long>("n")[0]}");
        return "";
    }

    private static Pass Time(Func<string> work)
    {
        long start = Stopwatch.GetTimestamp();
        string result = work();
        return new Pass(Stopwatch.GetElapsedTime(start).TotalSeconds, result);
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private static RowBatch Batch(int first, int count)
    {
        long[] ids = new long[count], numbers = new long[count];
        int[] quality = new int[count];
        double[] score = new double[count];
        bool[] good = new bool[count];
        for (int i = 0; i < count; i++)
        {
            ids[i] = FirstId + ((first + i) * (long)Every);
            uint hash = (uint)(first + i) * 2_654_435_761u;
            (quality[i], score[i], good[i], numbers[i]) = ((int)(hash % 10), hash / 4e9, hash % 2 == 0, hash % 100_000);
        }
        return new RowBatch([ParquetInput.Column("id", DType.Int64, ids), ParquetInput.Column("quality", DType.Int32, quality),
            ParquetInput.Column("score", DType.Float64, score), ParquetInput.Column("good", DType.Bool, good),
            ParquetInput.Column("number", DType.Int64, numbers)]);
    }
}
