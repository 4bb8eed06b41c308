using System.Globalization;
using Pile.Drawing;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;

namespace Pile.Plotting;

/// <summary>Draws where the rows of a dataset are.</summary>
internal static class SkyFigures
{
    private const int FewCount = 200; // marks of so few positions do not hide each other
    private const double LargestFieldDeg = 50; // from the centre to the farthest row; beyond it the whole sky is drawn
    private const double SmallestHalfWidthDeg = 0.5 / 3600;
    private const int FinestOrder = 17;
    private const double WantedRowsPerCell = 3;
    private const double FieldPx = 470, SkyPx = 430; // of the drawn map, for the size of cells
    private const double SmallestCellPx = 3.5, LargestCellPx = 22;

    /// <summary>Draws the positions of rows as a map.</summary>
    /// <param name="query">The rows.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="ArgumentException">The rows have no positions, or no row matches.</exception>
    internal static async Task<(SvgFigure Figure, int Rows)> DrawAsync(Query query, CancellationToken cancellationToken)
    {
        Dataset dataset = query.Dataset;
        dataset.RequirePositions("A map");
        bool isEarth = dataset.Manifest.Frame == Manifest.Wgs84;
        (ColumnSchema Schema, double[] Values)[] columns = await ColumnValues.ReadAsync(query.Native(), isEarth ? ["lon", "lat"]
            : ["ra", "dec"],
            cancellationToken).ConfigureAwait(false);
        double[] longitudes = columns[0].Values, latitudes = columns[1].Values;
        if (longitudes.Length == 0)
            throw new ArgumentException("No row matches the selection, so there is nothing to draw.", nameof(query));
        return (Draw(dataset.Manifest.Name, longitudes, latitudes, isEarth), longitudes.Length);
    }

    /// <summary>Draws positions as a map: marks if they are few, otherwise their density.</summary>
    internal static SvgFigure Draw(string name, double[] longitudes, double[] latitudes, bool isEarth)
    {
        int n = 0;
        (double[] lon, double[] lat) = (new double[longitudes.Length], new double[longitudes.Length]);
        for (int i = 0; i < longitudes.Length; i++)
            if (double.IsFinite(longitudes[i]) && Math.Abs(latitudes[i]) <= 90)
                (lon[n], lat[n++]) = (longitudes[i], latitudes[i]);
        if (n == 0)
            throw new ArgumentException($"None of {longitudes.Length:N0} rows has a position.", nameof(longitudes));
        Span<double> lons = lon.AsSpan(0, n), lats = lat.AsSpan(0, n);
        (double centreLon, double centreLat, double radiusDeg) = Extent(lons, lats);
        bool isField = isEarth || radiusDeg <= LargestFieldDeg;
        if (n <= FewCount && isEarth)
            return ScatterPlot.Draw(lons.ToArray(), lats.ToArray(), new()
            {
                Title = name,
                XName = "Longitude, WGS 84",
                XUnit = "deg",
                YName = "Latitude",
                YUnit = "deg",
            });
        if (n <= FewCount)
        {
            SkySeries series = new(name, lon.AsMemory(0, n), lat.AsMemory(0, n));
            return isField ? LocalSkyMap.Draw([series], new() { Title = name, PlotPx = 480, WidthDeg = radiusDeg > 0 ? null : 10 / 3600.0 })
                : SkyMap.Draw([series], new() { Title = name });
        }
        double half = Math.Max(1.06 * radiusDeg, SmallestHalfWidthDeg);
        MapField field = isEarth ? EarthField(lons, lats) : isField ? new MapField.Zenithal(centreLon, centreLat, half)
            : new MapField.WholeSky();
        double pixelsPerDeg = field switch
        {
            MapField.Zenithal => FieldPx / (2 * half),
            MapField.Earth e => FieldPx / (e.EastDeg - e.WestDeg),
            _ => SkyPx / 162.0,
        };
        (int order, Dictionary<long, int> counts) = Count(lons, lats, pixelsPerDeg);
        double areaDeg2 = 360 * 360 / Math.PI / Healpix.PixelCount(order);
        // Densities span many decades in size of cell and of catalogue: counts of cells are easier to read.
        CountBar bar = new(counts.Values.Min(), counts.Values.Max());
        string note = string.Create(CultureInfo.InvariantCulture,
            $"{n:N0} rows; cells of {CellSize(areaDeg2)}, {counts.Count:N0} covered ({Area(counts.Count * areaDeg2)} deg²)");
        return DensityMap.Draw(name, note, field, (a, b) => Math.Abs(b) <= 90
            && counts.TryGetValue(Healpix.AngToPix(order, Wrapped(a), b), out int count)
            ? count : 0, bar, "rows per cell");
    }

    /// <summary>Counts rows in cells that are visible on the map, and have some rows each where possible.</summary>
    private static (int Order, Dictionary<long, int> Counts) Count(ReadOnlySpan<double> lon, ReadOnlySpan<double> lat, double pixelsPerDeg)
    {
        int finest = 0;
        while (finest < FinestOrder && CellDeg(finest + 1) * pixelsPerDeg >= SmallestCellPx)
            finest++;
        double[] wrapped = new double[lon.Length];
        for (int i = 0; i < wrapped.Length; i++)
            wrapped[i] = Wrapped(lon[i]);
        long[] pixels = new long[lon.Length];
        Healpix.AngToPix(finest, wrapped, lat, pixels);
        Dictionary<long, int> counts = [];
        foreach (long pixel in pixels)
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, pixel, out _)++;
        int order = finest;
        while (order > 0 && pixels.Length < WantedRowsPerCell * counts.Count && CellDeg(order - 1) * pixelsPerDeg <= LargestCellPx)
        {
            order--;
            counts = counts.GroupBy(c => c.Key >> 2).ToDictionary(g => g.Key, g => g.Sum(c => c.Value));
        }
        return (order, counts);
    }

    private static (double Lon, double Lat, double RadiusDeg) Extent(ReadOnlySpan<double> lon, ReadOnlySpan<double> lat)
    {
        const double RadPerDeg = Math.PI / 180;
        double x = 0, y = 0, z = 0;
        for (int i = 0; i < lon.Length; i++)
        {
            (double sinLon, double cosLon) = Math.SinCos(lon[i] * RadPerDeg);
            (double sinLat, double cosLat) = Math.SinCos(lat[i] * RadPerDeg);
            (x, y, z) = (x + (cosLat * cosLon), y + (cosLat * sinLon), z + sinLat);
        }
        (double centreLon, double centreLat) = (Wrapped(Math.Atan2(y, x) / RadPerDeg),
            Math.Atan2(z, Math.Sqrt((x * x) + (y * y))) / RadPerDeg);
        double radius = 0;
        for (int i = 0; i < lon.Length; i++)
            radius = Math.Max(radius, Separation.Arcsec(centreLon, centreLat, lon[i], lat[i]));
        return (centreLon, centreLat, radius / 3600);
    }

    private static MapField.Earth EarthField(ReadOnlySpan<double> lon, ReadOnlySpan<double> lat)
    {
        (double west, double east, double south, double north) = (180, -180, 90, -90);
        for (int i = 0; i < lon.Length; i++)
            (west, east, south, north) = (Math.Min(west, lon[i]), Math.Max(east, lon[i]), Math.Min(south, lat[i]), Math.Max(north, lat[i]));
        double margin = Math.Max(0.08 * Math.Max(east - west, north - south), 0.05);
        return new(Math.Max(west - margin, -180), Math.Min(east + margin, 180), Math.Max(south - margin, -90),
            Math.Min(north + margin, 90));
    }

    private static double CellDeg(int order) => Math.Sqrt(360 * 360 / Math.PI / Healpix.PixelCount(order));

    private static string CellSize(double areaDeg2) => Math.Sqrt(areaDeg2) is var side && side >= 1
        ? FormattableString.Invariant($"{side:0.#}°")
        : side >= 1 / 60.0 ? FormattableString.Invariant($"{side * 60:0.#}′") : FormattableString.Invariant($"{side * 3600:0.#}″");

    private static string Area(double deg2) => deg2.ToString(deg2 >= 100 ? "N0" : "G3", CultureInfo.InvariantCulture);

    private static double Wrapped(double degrees) => degrees - (360 * Math.Floor(degrees / 360));
}
