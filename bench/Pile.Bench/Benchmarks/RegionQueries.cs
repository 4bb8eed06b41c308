using System.Diagnostics;
using System.Globalization;
using Pile.Bench.Harness;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;

namespace Pile.Bench.Benchmarks;

/// <summary>Measures searches of small regions of the sky in a large open catalogue, as a web page or notebook does repeatedly.</summary>
/// <remarks>Does not measure the first query, which reads the list of files, or a cold disk.</remarks>
internal sealed class RegionQueries : IBenchmark
{
    private const int Rows = 10_000_000, Warming = 30, Queries = 200, Vertices = 1000;
    private const double MaxConeMs = 20, MaxPolygonMs = 100;

    public string Name => "queries";

    public IReadOnlyList<string> PeerScripts => [];

    public void Require() => Folders.RequireProgram();

    public async Task<Section> RunAsync()
    {
        string table = $"{Folders.Work(Name)}/catalogue.parquet", dataset = $"{Folders.Work(Name)}/dataset";
        await ParquetInput.MakeAsync(Path.Combine(Folders.Root, table), Rows, CatalogueBuild.Batch);
        string[] build = ["build", "--from", table, "--out", dataset, "--quiet"];
        if (!File.Exists(Path.Combine(Folders.Root, dataset, "pile.yaml")))
            ProgramRun.Run(Folders.Program, build);
        await using Dataset opened = await Dataset.OpenAsync(Path.Combine(Folders.Root, dataset));

        List<Figure> figures = [];
        foreach ((string name, double radiusDeg) in ((string, double)[])[("1″", 1 / 3600.0), ("1′", 1 / 60.0), ("0.1°", 0.1), ("1°", 1)])
            figures.Add(await MeasureAsync($"cone of {name}", MaxConeMs,
                (raDeg, decDeg) => opened.Query().Cone(raDeg, decDeg, radiusDeg)));
        figures.Add(await MeasureAsync($"polygon of {Vertices:N0} vertices, 1° in radius, made and searched", MaxPolygonMs,
            (raDeg, decDeg) => opened.Query().Polygon(Star(raDeg, decDeg))));
        return new Section(
            "Regions of a catalogue of ten million rows",
            $"The catalogue of `catalogue` (uniform on the sky; {(await opened.FilesAsync()).Tiles.Length} tiles), opened once in one "
                + $"process with a warm file cache. Positions at random; each query returns all six columns of its rows. {Queries} queries "
                + $"after {Warming} that do not count.",
            [("build", $"out/pile {string.Join(' ', build)}"), ("queries", Commands.Of(Name))],
            figures);

        async Task<Figure> MeasureAsync(string what, double maxMs, Func<double, double, Query> at)
        {
            Random random = new(20250301);
            List<double> seconds = [];
            long rows = 0;
            for (int i = -Warming; i < Queries; i++)
            {
                (double raDeg, double decDeg) = (360 * random.NextDouble(),
                    double.RadiansToDegrees(Math.Asin((2 * random.NextDouble()) - 1)));
                long start = Stopwatch.GetTimestamp();
                await foreach (RowBatch batch in opened.QueryAsync(at(raDeg, decDeg)))
                    rows += batch.RowCount;
                if (i >= 0)
                    seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
            Spread spread = Spread.Of(seconds).Times(1000);
            Progress.Say($"  {what}: {spread.Median:0.0} ms, {rows / (double)(Queries + Warming):0.#} rows");
            return Figure.Alone(string.Create(CultureInfo.InvariantCulture, $"{what} ({rows / (double)(Queries + Warming):0.#} rows)"),
                spread.Text("0.0", " ms"), $"≤ {maxMs:0} ms", spread.Median <= maxMs);
        }
    }

    /// <summary>Returns a star-shaped polygon, so that many edges are near any meridian.</summary>
    private static SkyPolygon Star(double raDeg, double decDeg)
    {
        // Created around the north pole and then rotated to its position, to avoid distortion near the real pole.
        double tilt = double.DegreesToRadians(90 - decDeg);
        return SkyPolygon.Of(Enumerable.Range(0, Vertices).Select(i =>
        {
            double azimuth = Math.Tau * i / Vertices, radius = double.DegreesToRadians(0.8 + (0.2 * Math.Sin(0.9 * i)));
            (double x, double y, double z) = (Math.Sin(radius) * Math.Cos(azimuth), Math.Sin(radius) * Math.Sin(azimuth), Math.Cos(radius));
            (double across, double up) = ((x * Math.Cos(tilt)) + (z * Math.Sin(tilt)), (z * Math.Cos(tilt)) - (x * Math.Sin(tilt)));
            return (raDeg + double.RadiansToDegrees(Math.Atan2(y, across)), double.RadiansToDegrees(Math.Asin(Math.Clamp(up, -1, 1))));
        }));
    }
}
