using System.Collections.Immutable;
using Pile.Format;
using Pile.Sky;

namespace Pile.Reading;

/// <summary>A query over a dataset. Each method returns a new query; nothing is read before the query is executed.</summary>
/// <remarks>A row must satisfy all conditions. Without an order, rows are returned in the order of the index.</remarks>
public sealed partial class Query
{
    internal Query(Dataset dataset) => Dataset = dataset;

    /// <summary>Creates a query for the rows of a saved one.</summary>
    internal Query(Query saved) => (Dataset, Base, View, ColumnNames) = (saved.Dataset, saved, saved.View, saved.ColumnNames);

    /// <summary>The dataset to query.</summary>
    public Dataset Dataset { get; }

    internal DatasetView View { get; private set; }

    internal ImmutableArray<string> Conditions { get; private set; } = [];

    internal ImmutableArray<SearchRegion> Regions { get; private set; } = [];

    internal ImmutableArray<ObjectId>? ObjectIds { get; private set; }

    internal ImmutableArray<string>? ColumnNames { get; private set; }

    internal ImmutableArray<(string Expression, bool Descending)> Order { get; private set; } = [];

    internal long? RowLimit { get; private set; }

    /// <summary>The saved query whose rows are queried; null for all rows of the dataset.</summary>
    internal Query? Base { get; private init; }

    /// <summary>True if the order of the saved query is ignored.</summary>
    internal bool IsInIndexOrder { get; private set; }

    /// <summary>True if not all rows of the dataset are selected, in the order of the index.</summary>
    internal bool IsNarrowed => HasConditions || Base is not null;

    /// <summary>True if rows are selected, sorted or limited beyond what a saved query does.</summary>
    internal bool HasConditions =>
        !Conditions.IsEmpty || !Regions.IsEmpty || ObjectIds is not null || !Order.IsEmpty || RowLimit is not null;

    /// <summary>Returns a query that ignores the order of the saved query.</summary>
    internal Query InIndexOrder() => With(q => q.IsInIndexOrder = true);

    /// <summary>Returns a query with the same columns and view for all rows.</summary>
    public Query ColumnsOnly() => new(Dataset) { View = View, ColumnNames = ColumnNames };

    /// <summary>Returns the columns of rows opened by this query. An alias that is an expression is listed as float64.</summary>
    internal ImmutableArray<ColumnSchema> Schemas() =>
        [.. Dataset.View(View).FindAll(ColumnNames, withHeavy: true).Select(c => c.Schema(c.DType ?? DType.Float64))];

    /// <summary>Keeps rows for which an SQL condition is true.</summary>
    /// <param name="condition">One expression over light columns by their SQL names, without a subquery, such as <c>z &gt; 0.5 AND
    /// "forced.r_mag" &lt; 20</c>. It is checked when the query is executed.</param>
    /// <remarks>Comparisons with NaN follow IEEE 754: =, &lt;, &lt;=, &gt;, &gt;=, BETWEEN and IN are false, &lt;&gt; is true. NULL stays
    /// NULL.</remarks>
    public Query Where(string condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return With(q => q.Conditions = Conditions.Add(condition));
    }

    /// <summary>Keeps rows within a cone, border included. Tiles outside are not opened.</summary>
    /// <param name="raDeg">Right ascension of the centre: ICRS degrees.</param>
    /// <param name="decDeg">Declination of the centre: ICRS degrees in [-90, 90].</param>
    /// <param name="radiusDeg">Radius in degrees, 0 to 180.</param>
    /// <exception cref="ArgumentOutOfRangeException">The position or the radius is not valid.</exception>
    /// <exception cref="ArgumentException">The rows of the dataset have no positions.</exception>
    public Query Cone(double raDeg, double decDeg, double radiusDeg) => radiusDeg is >= 0 and <= 180
        ? Within(new ConeSearch(raDeg, decDeg, radiusDeg))
        : throw new ArgumentOutOfRangeException(nameof(radiusDeg), radiusDeg, "Expected a radius in degrees, 0 to 180.");

    /// <summary>Keeps rows within a geodesic distance on the earth, border included. Tiles outside are not opened.</summary>
    /// <param name="lonDeg">Longitude of the centre in degrees.</param>
    /// <param name="latDeg">Latitude of the centre: degrees in [-90, 90].</param>
    /// <param name="radiusM">The distance in metres, 0 to 20,003,932.</param>
    /// <param name="distanceM">Computes distances.</param>
    /// <exception cref="ArgumentOutOfRangeException">The position or the distance is not valid.</exception>
    /// <exception cref="ArgumentException">The rows of the dataset have no positions on the earth.</exception>
    internal Query ConeMetres(double lonDeg, double latDeg, double radiusM, GeodesicDistance distanceM)
    {
        if (!double.IsFinite(lonDeg))
            throw new ArgumentOutOfRangeException(nameof(lonDeg), lonDeg, "Expected a longitude in degrees.");
        if (!(latDeg is >= -90 and <= 90))
            throw new ArgumentOutOfRangeException(nameof(latDeg), latDeg, "Expected a latitude in degrees, -90 to 90.");
        if (!(radiusM is >= 0 and <= Earth.EarthRadius.LargestDistanceM))
            throw new ArgumentOutOfRangeException(nameof(radiusM), radiusM, "Expected a distance in metres, 0 to "
                + $"{Earth.EarthRadius.LargestDistanceM}, that of opposite poles.");
        Dataset.RequirePositions("Searching within a distance");
        return Dataset.Manifest.Frame == Manifest.Wgs84 ? Within(new GeodesicConeSearch(lonDeg, latDeg, radiusM, distanceM))
            : throw new ArgumentException($"A radius in metres needs positions on the earth ({Manifest.Wgs84}), but those of dataset "
                + $"'{Dataset.Address}' are on the sky ({Dataset.Manifest.Frame}). Specify an angle, such as 30arcsec.");
    }

    /// <summary>Keeps rows between two meridians and two parallels, borders included. Tiles outside are not opened.</summary>
    /// <param name="ra1Deg">Western border: ICRS degrees.</param>
    /// <param name="dec1Deg">Southern border: ICRS degrees.</param>
    /// <param name="ra2Deg">Eastern border: the box extends east from the western one, so 350 to 10 contains 0.</param>
    /// <param name="dec2Deg">Northern border: ICRS degrees.</param>
    /// <exception cref="ArgumentOutOfRangeException">A border is not valid, or the southern one is north of the northern one.</exception>
    /// <exception cref="ArgumentException">The rows of the dataset have no positions.</exception>
    public Query Box(double ra1Deg, double dec1Deg, double ra2Deg, double dec2Deg) =>
        Within(new BoxSearch(ra1Deg, dec1Deg, ra2Deg, dec2Deg));

    /// <summary>Keeps rows in a polygon of great circles, border included. Tiles outside are not opened.</summary>
    /// <exception cref="ArgumentException">The rows of the dataset have no positions.</exception>
    public Query Polygon(SkyPolygon polygon)
    {
        ArgumentNullException.ThrowIfNull(polygon);
        return Within(new PolygonSearch(polygon));
    }

    /// <summary>Keeps rows in a cell of a coverage map, by their stored order-29 pixel. Tiles outside are not opened.</summary>
    /// <exception cref="ArgumentException">The rows of the dataset have no positions.</exception>
    public Query Moc(Moc moc)
    {
        ArgumentNullException.ThrowIfNull(moc);
        return Within(new MocSearch(moc));
    }

    /// <summary>Keeps rows whose stored order-29 pixel and time are in an element of a space-time coverage map. Tiles outside are not
    /// opened.</summary>
    /// <remarks>Such a query cannot be saved.</remarks>
    /// <exception cref="ArgumentException">Rows have no positions on the sky, no times, or times of an unknown scale.</exception>
    public Query SpaceTime(SpaceTimeMoc map)
    {
        ArgumentNullException.ThrowIfNull(map);
        Dataset.RequireSky("A search by a space-time coverage map");
        return Dataset.Manifest is { Foreign: null, Time: { } time } manifest && manifest.Column("mjd") is not null
            && TimeScales.Name(time.Scale) is { } scale ? Within(new SpaceTimeSearch(map, scale))
            : throw new ArgumentException("A search by a space-time coverage map needs the column 'mjd' in a known time scale, but "
                + $"dataset '{Dataset.Address}' {(Dataset.Manifest.Time is { } other ? $"has times in {other.Scale}" : "has no times")}.");
    }

    /// <summary>Skips tiles and row groups that do not touch these pixels. Rows outside the pixels may still be returned.</summary>
    internal Query Within(HealpixRanges pixels) => Within(new PixelSearch(pixels));

    /// <summary>Keeps rows with these ids; unknown ids are ignored.</summary>
    /// <exception cref="ArgumentException">An id has the wrong type.</exception>
    public Query Ids(params IEnumerable<ObjectId> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ImmutableArray<ObjectId> requested = [.. ids];
        Dataset.RequireKind(requested.AsSpan());
        return With(q => q.ObjectIds = requested);
    }

    /// <summary>Selects columns, in this order; without it a query returns all light columns of the view.</summary>
    /// <param name="names">Names in the view, or SQL names.</param>
    public Query Columns(params IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        ImmutableArray<string> requested = [.. names];
        if (requested.Contains(null!))
            throw new ArgumentNullException(nameof(names), "The name of a column is null.");
        return With(q => q.ColumnNames = requested);
    }

    /// <summary>Keeps rows whose footprints intersect a region of the earth, or are within it. Tiles outside are not opened.</summary>
    /// <param name="region">The region in longitude and latitude (WGS 84), as WKT or GeoJSON: a polygon or several. Its edges are
    /// straight in these coordinates. One over more than 180 degrees of longitude is an error, unless the GeoJSON has a <c>bbox</c>, which
    /// says whether it crosses 180.</param>
    /// <param name="isWithin">True for footprints within the region; false (the default) for those that intersect it.</param>
    /// <exception cref="ArgumentException">The region is not a polygon, or the rows have no footprints.</exception>
    public Query Footprint(string region, bool isWithin = false)
    {
        ArgumentNullException.ThrowIfNull(region);
        if (Dataset.Manifest is not { Frame: Manifest.Wgs84, FootprintRadiusMaxDeg: { } radiusDeg })
            throw new ArgumentException($"A search of footprints needs rows with footprints on the earth, but those of dataset "
                + $"'{Dataset.Address}' have none.");
        try
        {
            return Within(new FootprintSearch(Earth.Footprint.FromRegion(region), isWithin, radiusDeg));
        }
        catch (FormatException e)
        {
            throw new ArgumentException($"The region is not a polygon in WKT or GeoJSON: {e.Message}", nameof(region), e);
        }
    }

    /// <summary>Keeps rows whose time overlaps an interval.</summary>
    /// <param name="interval">An instant, a day, month or year, or a range <c>A/B</c> of these (ISO 8601 or MJD, UTC); an end may be
    /// <c>..</c>. A day, month or year ends before the next begins; an instant that ends a range belongs to it, and the
    /// end of a row belongs to the row unless it is midnight, the end of a day.</param>
    /// <remarks>If one of <c>mjd</c> and <c>mjd_end</c> is missing (null or NaN), the other is both; if the end is before the start, they
    /// are exchanged. Times in TAI, TT, TDB and GPS are compared in their scale. An MJD in UTC is that of SOFA and astropy: the fraction of
    /// a day with a leap second is that of 86,401 s, so that 23:59:60.5 on 2016-12-31 is 57753 + 86400.5/86401. Light times between
    /// reference positions are not corrected.</remarks>
    /// <exception cref="ArgumentException">The text is not an interval, or the scale of the rows' times is another or
    /// unknown.</exception>
    public Query During(string interval)
    {
        ArgumentNullException.ThrowIfNull(interval);
        TimeAxis? time = Dataset.Manifest.Column("mjd") is { } times
            ? Dataset.Manifest.Time is { } ofRows ? new TimeAxis(ofRows.Scale) : times.Time : null;
        string? scale = time is { ZeroMjd: 0 } ? TimeScales.Name(time.Scale) : null;
        if (TimeScales.FromUtc(scale, 0) is null)
            throw new ArgumentException("A search by time needs the column 'mjd' as MJD in UTC, TAI, TT, TDB or GPS, but dataset "
                + $"'{Dataset.Address}' " + (time is { ZeroMjd: not 0 } ? $"has times from MJD {time.ZeroMjd:R} on"
                : time is not null ? $"has times in {time.Scale}"
                : Dataset.Manifest.Column("mjd") is not null ? "declares no time scale for it"
                : Dataset.Manifest.Columns.FirstOrDefault(c => c.Name.Equals("mjd", StringComparison.OrdinalIgnoreCase)) is { } other
                ? $"calls it '{other.Name}'; rename it when the dataset is built" : "has no such column")
                + ". Compare numbers in a condition instead, for example  mjd >= 58000 AND mjd < 58001");
        try
        {
            UtcRange wanted = UtcRange.Parse(interval);
            // A missing time is NULL or NaN, which is the greatest number in SQL. The rule is that of coverage (SCHEMA.md, S6.22).
            (string from, string end) = Dataset.Manifest.Column("mjd_end") is null ? ("mjd", "mjd")
                : ("least(mjd, mjd_end)", "greatest(nullif(mjd, 'nan'::DOUBLE), nullif(mjd_end, 'nan'::DOUBLE))");
            string start = Number(wanted.StartMjd);
            // The end of a row at midnight is that of its last day, with or without a time: mjd_end does not state which.
            bool mayEndDay = wanted.StartMjd.Equals(Math.Floor(wanted.StartMjd));
            return Where($"{from} {(wanted.IncludesEnd ? "<=" : "<")} {Number(wanted.EndMjd)} AND "
                + (mayEndDay ? $"({end} > {start} OR ({end} = {start} AND {from} = {start}))" : $"{end} >= {start}"));
        }
        catch (FormatException e)
        {
            throw new ArgumentException(e.Message, nameof(interval), e);
        }

        string Number(double utcMjd) =>
            $"'{TimeScales.FromUtc(scale, utcMjd)!.Value.ToString("R", System.Globalization.CultureInfo.InvariantCulture)}'::DOUBLE";
    }

    /// <summary>Sorts by a column or an SQL expression; a further call breaks ties of the first. Nulls are last; remaining ties are in the
    /// order of the index.</summary>
    public Query OrderBy(string columnOrExpression, bool descending = false)
    {
        ArgumentNullException.ThrowIfNull(columnOrExpression);
        return With(q => q.Order = Order.Add((columnOrExpression, descending)));
    }

    /// <summary>Limits the number of rows.</summary>
    public Query Limit(long rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        return With(q => q.RowLimit = rows);
    }

    /// <summary>Uses the survey's own column names, without aliases, also in conditions.</summary>
    public Query Native() => With(q => q.View = DatasetView.Native);

    private Query Within(SearchRegion region)
    {
        Dataset.RequirePositions("Searching a region of the sky");
        return With(q => q.Regions = Regions.Add(region));
    }

    private Query With(Action<Query> change)
    {
        Query copy = (Query)MemberwiseClone();
        change(copy);
        return copy;
    }
}
