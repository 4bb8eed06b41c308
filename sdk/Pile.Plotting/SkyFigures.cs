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
    private const int ChunkRows = 1 << 16;
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
        (double[] lon, double[] lat, int n) = Placed(longitudes, latitudes);
        if (n == 0)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"None of {longitudes.Length:N0} rows has a position."), nameof(longitudes));
        Span<double> lons = lon.AsSpan(0, n), lats = lat.AsSpan(0, n);
        (double centreLon, double centreLat, double radiusDeg) = Extent(lon.AsMemory(0, n), lat.AsMemory(0, n));
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
        (int order, Dictionary<long, int> counts) = Count(lon.AsMemory(0, n), lat.AsMemory(0, n), pixelsPerDeg);
        double areaDeg2 = 360 * 360 / Math.PI / Healpix.PixelCount(order);
        // Densities span many decades in size of cell and of catalogue: counts of cells are easier to read.
        CountBar bar = new(counts.Values.Min(), counts.Values.Max());
        string note = string.Create(CultureInfo.InvariantCulture,
            $"{CountText.Of(n, "row")}; cells of {CellSize(areaDeg2)}, {counts.Count:N0} covered ({Area(counts.Count * areaDeg2)} deg²)");
        return DensityMap.Draw(name, note, field, (a, b) => Math.Abs(b) <= 90
            && counts.TryGetValue(Healpix.AngToPix(order, Wrapped(a), b), out int count)
            ? count : 0, bar, "rows per cell");
    }

    /// <summary>Counts rows in cells that are visible on the map, and have some rows each where possible.</summary>
    private static (int Order, Dictionary<long, int> Counts) Count(ReadOnlyMemory<double> lon, ReadOnlyMemory<double> lat,
        double pixelsPerDeg)
    {
        int finest = 0;
        while (finest < FinestOrder && CellDeg(finest + 1) * pixelsPerDeg >= SmallestCellPx)
            finest++;
        Dictionary<long, int> counts = [];
        void Add(long[] pixels)
        {
            lock (counts)
                foreach (long pixel in pixels)
                    System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, pixel, out _)++;
        }
        InChunks(lon.Length, (_, start, count) =>
        {
            double[] wrapped = new double[count];
            for (int i = 0; i < count; i++)
                wrapped[i] = Wrapped(lon.Span[start + i]);
            long[] pixels = new long[count];
            Healpix.AngToPix(finest, wrapped, lat.Span.Slice(start, count), pixels);
            Add(pixels);
        });
        int order = finest;
        while (order > 0 && lon.Length < WantedRowsPerCell * counts.Count && CellDeg(order - 1) * pixelsPerDeg <= LargestCellPx)
        {
            order--;
            counts = counts.GroupBy(c => c.Key >> 2).ToDictionary(g => g.Key, g => g.Sum(c => c.Value));
        }
        return (order, counts);
    }

    private static (double Lon, double Lat, double RadiusDeg) Extent(ReadOnlyMemory<double> lon, ReadOnlyMemory<double> lat)
    {
        const double RadPerDeg = Math.PI / 180;
        (double X, double Y, double Z)[] sums = new (double, double, double)[Chunks(lon.Length)];
        InChunks(lon.Length, (chunk, start, count) =>
        {
            (double x, double y, double z) = (0, 0, 0);
            for (int i = start; i < start + count; i++)
            {
                (double sinLon, double cosLon) = Math.SinCos(lon.Span[i] * RadPerDeg);
                (double sinLat, double cosLat) = Math.SinCos(lat.Span[i] * RadPerDeg);
                (x, y, z) = (x + (cosLat * cosLon), y + (cosLat * sinLon), z + sinLat);
            }
            sums[chunk] = (x, y, z);
        });
        (double x, double y, double z) = (sums.Sum(s => s.X), sums.Sum(s => s.Y), sums.Sum(s => s.Z));
        (double centreLon, double centreLat) = (Wrapped(Math.Atan2(y, x) / RadPerDeg),
            Math.Atan2(z, Math.Sqrt((x * x) + (y * y))) / RadPerDeg);
        double[] radii = new double[Chunks(lon.Length)];
        InChunks(lon.Length, (chunk, start, count) =>
        {
            double radius = 0;
            for (int i = start; i < start + count; i++)
                radius = Math.Max(radius, Separation.Arcsec(centreLon, centreLat, lon.Span[i], lat.Span[i]));
            radii[chunk] = radius;
        });
        return (centreLon, centreLat, radii.Max() / 3600);
    }

    // Without missing positions, which are rare, nothing is copied.
    private static (double[] Lon, double[] Lat, int Count) Placed(double[] longitudes, double[] latitudes)
    {
        bool IsPlaced(int i) => double.IsFinite(longitudes[i]) && Math.Abs(latitudes[i]) <= 90;
        int n = 0;
        while (n < longitudes.Length && IsPlaced(n))
            n++;
        if (n == longitudes.Length)
            return (longitudes, latitudes, n);
        (double[] lon, double[] lat) = (new double[longitudes.Length], new double[longitudes.Length]);
        n = 0;
        for (int i = 0; i < longitudes.Length; i++)
            if (IsPlaced(i))
                (lon[n], lat[n++]) = (longitudes[i], latitudes[i]);
        return (lon, lat, n);
    }

    private static int Chunks(int count) => (count + ChunkRows - 1) / ChunkRows;

    // Chunks do not depend on the number of threads, so that sums are the same on every machine.
    private static void InChunks(int count, Action<int, int, int> body) => Parallel.For(0, Chunks(count), chunk =>
        body(chunk, chunk * ChunkRows, Math.Min(ChunkRows, count - (chunk * ChunkRows))));

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
