using System.Diagnostics;
using System.Globalization;
using Pile.Bench.Harness;
using Pile.Builders;
using Pile.Builders.Sources;
using Pile.Format;
using Pile.Writing;

namespace Pile.Bench.Benchmarks;

/// <summary>Measures the time that <c>statistics.parquet</c> adds to a build: the same rows are built alternately with and without it, in
/// one process.</summary>
/// <remarks>Does not measure the start of the program, or the time that statistics save later.</remarks>
internal sealed class StatisticsCost : IBenchmark
{
    private const int CatalogueRows = 10_000_000, CatalogueRounds = 3, ImageRows = 2000, ImageRounds = 7, BatchRows = 100;
    private const double MaxShare = 0.1;

    private static readonly string[] Bands = ["g", "r", "i", "z", "y"];

    public string Name => "statistics";

    public IReadOnlyList<string> PeerScripts => [];

    public async Task<Section> RunAsync()
    {
        string table = Folders.Work(Name, "catalogue.parquet");
        await ParquetInput.MakeAsync(table, CatalogueRows, CatalogueBuild.Batch);
        RowBatch[] images = [.. Images()];
        List<Figure> figures =
        [
            await CompareAsync("a catalogue of 10,000,000 rows out of Parquet", CatalogueRounds,
                settings => BuildCatalogueAsync(table, settings)),
            await CompareAsync("2,000 rows of float32 5×96×96, codec none", ImageRounds,
                settings => BuildImagesAsync(images, PieceCodec.None, settings)),
            await CompareAsync("2,000 rows of float32 5×96×96, shuffle + deflate", ImageRounds,
                settings => BuildImagesAsync(images, PieceCodec.ShuffleDeflate, settings)),
        ];
        return new Section(
            "What statistics cost a build",
            $"Builds in one process, in turn with statistics and without, after one of each that does not count; {CatalogueRounds} rounds "
                + $"of the catalogue, {ImageRounds} of the images, whose rows come from memory. The share is of the time without; the "
                + "median over the rounds.",
            [("ours", Commands.Of(Name))],
            figures);
    }

    private async Task<Figure> CompareAsync(string what, int rounds, Func<WriterSettings, Task> build)
    {
        List<(double Wall, double Cpu)> with = [], without = [];
        for (int round = -1; round < rounds; round++)
        {
            // The order alternates, because the first build is affected by the one before.
            bool isWithFirst = round % 2 == 0;
            (double Wall, double Cpu) first = await TimeAsync(build, isWithFirst), second = await TimeAsync(build, !isWithFirst);
            if (round < 0)
                continue;
            with.Add(isWithFirst ? first : second);
            without.Add(isWithFirst ? second : first);
        }
        Spread share = Spread.Of(with.Zip(without, (w, o) => (w.Wall / o.Wall) - 1)),
            cpu = Spread.Of(with.Zip(without, (w, o) => (w.Cpu / o.Cpu) - 1));
        string text = string.Create(CultureInfo.InvariantCulture,
            $"{share.Times(100).Text("0.0", " %")}, {Spread.Of(with.Select(t => t.Wall)).Median:0.00} s with and "
                + $"{Spread.Of(without.Select(t => t.Wall)).Median:0.00} s without; of processor time {cpu.Times(100).Text("0.0", " %")}");
        Progress.Say($"  {what}: {text}");
        return Figure.Alone(what, text, $"≤ {MaxShare * 100:0} %", share.Median <= MaxShare);
    }

    private static async Task<(double Wall, double Cpu)> TimeAsync(Func<WriterSettings, Task> build, bool gathersStatistics)
    {
        GC.Collect();
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        await build(new WriterSettings { Replace = true, GathersStatistics = gathersStatistics });
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
    }

    private async Task BuildCatalogueAsync(string table, WriterSettings settings)
    {
        Recipe recipe = RecipeReader.Read($$"""
            pile: 1
            name: catalogue
            provenance: { project: Pile, survey: bench, instrument: none, release: "1" }
            licence: CC0-1.0
            citation: none
            source: { kind: table, files: {{Path.GetFileName(table)}} }
            """, "bench", Path.GetDirectoryName(table)!);
        await BuildRun.RunAsync(recipe, SourceBuilders.All, Folders.Work(Name, "catalogue"), new BuildSettings { Writer = settings });
    }

    private async Task BuildImagesAsync(RowBatch[] images, PieceCodec codec, WriterSettings settings)
    {
        await using DatasetWriter writer = DatasetWriter.Create(Folders.Work(Name, "images"),
            ImageDatasets.Spec("images", codec), settings);
        using (UnitSpill unit = writer.BeginUnit("rows", []))
        {
            foreach (RowBatch batch in images)
                unit.Append(batch);
            unit.Complete();
        }
        await writer.CommitAsync();
    }

    // Noise in steps of 1/64, which is typical for stored pixels; deflate compresses it to about a third.
    private static IEnumerable<RowBatch> Images()
    {
        Random random = new(7);
        Modality image = Modality.Get("image"), common = Modality.Common;
        ColumnSchema id = common.Find("object_id")!.With(DType.Int64, []), ra = common.Find("ra")!.With(DType.Float64, []),
            dec = common.Find("dec")!.With(DType.Float64, []);
        ColumnSchema array = image.Find("image_array")!.With(DType.Float32, [5, 96, 96]),
            band = image.Find("image_band")!.With(DType.String, [5]);
        for (int first = 0; first < ImageRows; first += BatchRows)
        {
            float[] pixels = new float[BatchRows * array.ElementsPerRow];
            for (int i = 0; i < pixels.Length; i++)
                pixels[i] = MathF.Round(64 * (random.NextSingle() + random.NextSingle() + random.NextSingle())) / 64;
            yield return new RowBatch([
                new ColumnData<long>(id, Enumerable.Range(first, BatchRows).Select(i => (long)i).ToArray()),
                new ColumnData<double>(ra, Enumerable.Range(0, BatchRows).Select(_ => 360 * random.NextDouble()).ToArray()),
                new ColumnData<double>(dec, Enumerable.Range(0, BatchRows)
                    .Select(_ => double.RadiansToDegrees(Math.Asin((2 * random.NextDouble()) - 1))).ToArray()),
                new ColumnData<float>(array, pixels),
                TextColumnData.From(band, [.. Enumerable.Repeat(Bands, BatchRows).SelectMany(b => b)]),
            ]);
        }
    }
}
