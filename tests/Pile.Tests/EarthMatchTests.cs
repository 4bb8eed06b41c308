using System.Diagnostics;
using System.Globalization;
using Pile.CrossMatch;
using Pile.Format;
using Pile.Reading;
using Pile.Review;
using Pile.Tables;
using Pile.TestKit;

namespace Pile.Tests;

/// <summary>Matches of places on the earth, against distances of GeographicLib between all rows.</summary>
public sealed class EarthMatchTests : IDisposable
{
    private const int Rows = 300;

    private readonly TemporaryFolder folder = new();
    private readonly (double Lon, double Lat)[] a = EarthPlaces.On(Rows, seed: 1), b = EarthPlaces.On(Rows, seed: 2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Pairs_have_the_geodesic_distance_and_the_nearest_is_the_nearest_on_the_ellipsoid()
    {
        double[] metres = Distances();
        await EarthPlaces.WriteAsync(folder["a"], a);
        await using Dataset dataset = await Dataset.OpenAsync(folder["a"], cancellationToken: Token);
        DatasetSide sideA = new(dataset);
        await using ITableReader table = await TableReader.OpenAsync(Table(b), cancellationToken: Token);
        TableSide sideB = TableSide.Create(table, new PositionOptions { Frame = "WGS84" });
        foreach (double radiusM in new[] { 0, 30_000, 400_000, 5_000_000, 20_003_932 })
        {
            (int, int)[] expected = [.. Enumerable.Range(0, Rows * Rows).Where(i => metres[i] <= radiusM)
                .Select(i => (i / Rows, i % Rows))];
            List<(int A, int B, double M)> pairs = await PairsAsync(sideA, sideB, new CrossMatchOptions { RadiusM = radiusM });
            Assert.Equal(expected, pairs.Select(p => (p.A, p.B)).Order());
            Assert.All(pairs, p => Assert.Equal(metres[(p.A * Rows) + p.B], p.M, 1e-6));
        }
        List<(int A, int B, double M)> nearest =
            await PairsAsync(sideA, sideB, new CrossMatchOptions { RadiusM = 20_003_932, Find = MatchFind.Nearest });
        Assert.Equal(Enumerable.Range(0, Rows), nearest.Select(p => p.A).Order());
        Assert.All(nearest, p => Assert.Equal(metres.AsSpan(p.A * Rows, Rows).ToArray().Min(), p.M, 1e-6));

        // A condition on the distance, and the columns of the result.
        using MatchTable far = await CrossMatcher.MatchAsync(sideA, sideB, new CrossMatchOptions
        {
            RadiusM = 400_000,
            MinRadiusM = 1000,
            Where = "distance_m > 30000 AND abs(a.lat) < 80",
            ColumnsB = ["name"],
        }, Token);
        Assert.Equal(["a_object_id", "b_object_id", "distance_m", "a_lon", "a_lat", "b_lon", "b_lat", "b_name"],
            far.Columns.Select(c => c.Name));
        Assert.Equal(Enumerable.Range(0, Rows * Rows).Count(i => metres[i] is > 30_000 and <= 400_000
            && Math.Abs(a[i / Rows].Lat) < 80), far.RowCount);
    }

    [Fact]
    public async Task Sides_on_the_sky_and_angles_are_rejected()
    {
        await EarthPlaces.WriteAsync(folder["a"], a);
        await using Dataset dataset = await Dataset.OpenAsync(folder["a"], cancellationToken: Token);
        await using ITableReader table = await TableReader.OpenAsync(Table(b), cancellationToken: Token);
        DatasetSide earth = new(dataset);
        TableSide sky = TableSide.Create(table, new PositionOptions { RaColumn = "lon", DecColumn = "lat" });
        foreach ((MatchSide other, CrossMatchOptions options, string message) in new[]
        {
            (sky, new CrossMatchOptions { RadiusM = 5 }, "two sides on the sky, or two on the earth"),
            ((MatchSide)earth, new CrossMatchOptions(), "RadiusM is required, because"),
            (earth, new CrossMatchOptions { RadiusArcsec = 5 }, "RadiusArcsec is an angle, but"),
            (earth, new CrossMatchOptions { RadiusM = -1 }, "must be in [0, 20003932]; it is -1"),
            (earth, new CrossMatchOptions { RadiusM = 5, MinRadiusM = 6 }, "MinRadiusM must be between 0 and the radius"),
            (earth, new CrossMatchOptions { RadiusM = 5, EpochYear = 2000 }, "EpochYear is for positions on the sky"),
            (earth, new CrossMatchOptions { RadiusM = 5, Errors = ErrorModel.Sigma }, "Errors is for positions on the sky"),
        })
            Assert.Contains(message, (await Assert.ThrowsAsync<ArgumentException>(() => CrossMatcher.MatchAsync(earth, other, options,
                Token))).Message, StringComparison.Ordinal);
        Assert.Contains("is a distance in metres", (await Assert.ThrowsAsync<ArgumentException>(() => CrossMatcher.MatchSelfAsync(sky,
            new CrossMatchOptions { RadiusM = 5 }, Token))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_matched_dataset_has_the_positions_of_A_and_the_distance()
    {
        await EarthPlaces.WriteAsync(folder["a"], a);
        await EarthPlaces.WriteAsync(folder["b"], b);
        await using Dataset first = await Dataset.OpenAsync(folder["a"], cancellationToken: Token),
            second = await Dataset.OpenAsync(folder["b"], cancellationToken: Token);
        using MatchTable pairs = await CrossMatcher.MatchAsync(new DatasetSide(first), new DatasetSide(second),
            new CrossMatchOptions { RadiusM = 100_000 }, Token);
        await pairs.WriteDatasetAsync(first, second, folder["both"], cancellationToken: Token);
        ValidationReport report = await DatasetValidator.ValidateAsync(folder["both"], new() { Deep = true }, Token);
        Assert.Equal("", string.Join('\n', report.Findings));
        await using Dataset both = await Dataset.OpenAsync(folder["both"], cancellationToken: Token);
        Assert.Equal(Manifest.Wgs84, both.Manifest.Frame);
        await foreach (RowBatch batch in both.QueryAsync(both.Query().Columns("lon", "lat", "distance_m", "a_lon", "a_lat"), Token))
            for (int row = 0; row < batch.RowCount; row++)
            {
                Assert.Equal(batch.Values<double>("a_lon")[row], batch.Values<double>("lon")[row]);
                Assert.InRange(batch.Values<double>("distance_m")[row], 0, 100_000);
            }
    }

    private static async Task<List<(int A, int B, double M)>> PairsAsync(MatchSide a, MatchSide b, CrossMatchOptions options)
    {
        using MatchTable pairs = await CrossMatcher.MatchAsync(a, b, options, Token);
        List<(int, int, double)> rows = [];
        await foreach (RowBatch batch in pairs.ReadAsync(Token))
            for (int row = 0; row < batch.RowCount; row++)
                rows.Add(((int)batch.Values<long>("a_object_id")[row], (int)batch.Values<long>("b_object_id")[row],
                    batch.Values<double>("distance_m")[row]));
        return rows;
    }

    private string Table((double Lon, double Lat)[] places)
    {
        File.WriteAllLines(folder["b.csv"], ["id,lon,lat,name", .. places.Select((p, i) =>
            string.Create(CultureInfo.InvariantCulture, $"{i},{(i % 2 == 0 && p.Lon < 0 ? p.Lon + 360 : p.Lon):R},{p.Lat:R},n{i}"))]);
        return folder["b.csv"];
    }

    // GeodSolve -i: "lat1 lon1 lat2 lon2" gives "azimuth1 azimuth2 distance".
    private double[] Distances()
    {
        File.WriteAllLines(folder["pairs.txt"], a.SelectMany(p => b.Select(q =>
            string.Create(CultureInfo.InvariantCulture, $"{p.Lat:R} {p.Lon:R} {q.Lat:R} {q.Lon:R}"))));
        using Process process = Process.Start(new ProcessStartInfo("GeodSolve",
            ["-i", "-p", "9", "--input-file", folder["pairs.txt"], "--output-file", folder["metres.txt"]]))!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return [.. File.ReadLines(folder["metres.txt"]).Select(line => double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture))];
    }
}
