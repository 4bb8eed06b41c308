using System.Globalization;
using Pile.Format;
using Pile.Reading;
using Pile.TestKit;

namespace Pile.Tests;

/// <summary>Datasets of places on the earth, against healpy and a search of all rows.</summary>
public sealed class EarthTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Places_are_found_by_cone_and_box_across_180_degrees_and_at_the_poles()
    {
        (double Lon, double Lat)[] places = EarthPlaces.On(4000, seed: 3);
        await EarthPlaces.WriteAsync(folder["d"], places);
        string[][] healpy = [.. Python.Run("""
            import sys, healpy, numpy as np
            lon, lat = np.loadtxt(sys.argv[1], delimiter=",").T
            print("\n".join(str(p) for p in healpy.ang2pix(8, lon % 360, lat, nest=True, lonlat=True)))
            """, Table(places)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(','))];
        await using Dataset dataset = await Dataset.OpenAsync(folder["d"], cancellationToken: Token);
        List<(long Id, double Lon, double Lat, long Pixel)> rows = [];
        await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query().Columns("object_id", "lon", "lat", "healpix"), Token))
            for (int i = 0; i < batch.RowCount; i++)
                rows.Add((batch.Values<long>("object_id")[i], batch.Values<double>("lon")[i], batch.Values<double>("lat")[i],
                    batch.Values<long>("healpix")[i]));
        Assert.Equal(places.Length, rows.Count);
        Assert.All(rows, r => Assert.Equal((places[r.Id].Lon == 180 ? -180 : places[r.Id].Lon, places[r.Id].Lat), (r.Lon, r.Lat)));
        Assert.All(rows, r => Assert.Equal(healpy[r.Id][0], r.Pixel.ToString(CultureInfo.InvariantCulture)));

        foreach ((double lon, double lat, double radiusDeg) in new[]
            { (180, 0, 3), (-179.9, 10, 12), (0, 89, 5), (45, -90, 20), (-0.1, 51, 2.5) })
            Assert.Equal(rows.Where(r => Distance(lon, lat, r.Lon, r.Lat) <= radiusDeg).Select(r => r.Id).Order(),
                await IdsAsync(dataset, dataset.Query().Cone(lon, lat, radiusDeg)));
        foreach ((double west, double south, double east, double north) in
            new[] { (170.0, -20.0, -170.0, 20.0), (-30, -5, 30, 5), (-180, 60, 180, 90), (175, -10, 185, 10) })
            Assert.Equal(rows.Where(r => r.Lat >= south && r.Lat <= north && IsBetween(r.Lon, west, east)).Select(r => r.Id).Order(),
                await IdsAsync(dataset, dataset.Query().Box(west, south, east, north)));
    }

    [Fact]
    public async Task A_longitude_outside_its_range_is_an_error()
    {
        ValueInvalidException e = await Assert.ThrowsAsync<ValueInvalidException>(() =>
            EarthPlaces.WriteAsync(folder["d"], [(0, 0), (190, 5)]));
        Assert.Contains("row 1, column 'lon': 190", e.Message, StringComparison.Ordinal);
        Assert.Contains("a longitude in degrees, -180 to 180", e.Message, StringComparison.Ordinal);
    }

    private string Table((double Lon, double Lat)[] places)
    {
        File.WriteAllLines(folder["places.csv"], places.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Lon:R},{p.Lat:R}")));
        return folder["places.csv"];
    }

    private static async Task<IEnumerable<long>> IdsAsync(Dataset dataset, Query query)
    {
        List<long> ids = [];
        await foreach (RowBatch batch in dataset.QueryAsync(query.Columns("object_id"), Token))
            ids.AddRange(batch.Values<long>("object_id"));
        return ids.Order();
    }

    private static bool IsBetween(double lon, double west, double east) =>
        east - west >= 360 || Wrap(lon - west) <= Wrap(east - west);

    private static double Wrap(double deg) => deg - (360 * Math.Floor(deg / 360));

    private static double Distance(double lon1, double lat1, double lon2, double lat2) =>
        Sky.Separation.Arcsec(lon1, lat1, lon2, lat2) / 3600;
}
