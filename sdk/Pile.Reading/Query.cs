using System.Collections.Immutable;
using Pile.Format;
using Pile.Sky;

namespace Pile.Reading;

/// <summary>A question to the index of a dataset. Every method gives a new query; nothing is read before an answer is asked for.</summary>
/// <remarks>Conditions add up: a row must meet all of them. Without an order, rows come in the order of the index.</remarks>
public sealed record Query
{
    internal Query(Dataset dataset) => Dataset = dataset;

    /// <summary>The dataset that is asked.</summary>
    public Dataset Dataset { get; }

    internal DatasetView View { get; private init; }

    internal ImmutableArray<string> Conditions { get; private init; } = [];

    internal ImmutableArray<SearchRegion> Regions { get; private init; } = [];

    internal ImmutableArray<ObjectId>? ObjectIds { get; private init; }

    internal ImmutableArray<string>? ColumnNames { get; private init; }

    internal ImmutableArray<(string Expression, bool Descending)> Order { get; private init; } = [];

    internal long? RowLimit { get; private init; }

    internal bool IsNarrowed => !Conditions.IsEmpty || !Regions.IsEmpty || ObjectIds is not null || !Order.IsEmpty || RowLimit is not null;

    /// <summary>The same columns and view, of all rows.</summary>
    public Query ColumnsOnly() => new(Dataset) { View = View, ColumnNames = ColumnNames };

    /// <summary>The columns that rows opened by this query have; the type of an alias that is an expression is taken for float64.</summary>
    internal ImmutableArray<ColumnSchema> Schemas() =>
        [.. Dataset.View(View).FindAll(ColumnNames, withHeavy: true).Select(c => c.Schema(c.DType ?? DType.Float64))];

    /// <summary>Only rows for which an SQL condition is true.</summary>
    /// <param name="condition">One expression over light columns by their names in SQL, without a SELECT in it:
    /// <c>z &gt; 0.5 AND "forced.r_mag" &lt; 20</c>. It is checked to be that, and only that, when the query runs.</param>
    /// <remarks>Comparisons with NaN follow IEEE 754: =, &lt;, &lt;=, &gt;, &gt;=, BETWEEN and IN are false, &lt;&gt; is true. NULL stays
    /// NULL.</remarks>
    public Query Where(string condition) => this with { Conditions = Conditions.Add(condition) };

    /// <summary>Only rows within a circle on the sky, its border included. Tiles that it does not touch are not opened.</summary>
    /// <param name="raDeg">Right ascension of the centre: ICRS degrees.</param>
    /// <param name="decDeg">Declination of the centre: ICRS degrees in [-90, 90].</param>
    /// <param name="radiusDeg">Radius in degrees, zero or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The position or the radius is not valid.</exception>
    public Query Cone(double raDeg, double decDeg, double radiusDeg) =>
        this with { Regions = Regions.Add(new ConeSearch(raDeg, decDeg, radiusDeg)) };

    /// <summary>Only rows between two meridians and two parallels, borders included. Tiles outside are not opened.</summary>
    /// <param name="ra1Deg">Western border: ICRS degrees.</param>
    /// <param name="dec1Deg">Southern border: ICRS degrees.</param>
    /// <param name="ra2Deg">Eastern border: the box runs east from the western one, so 350 to 10 goes through 0.</param>
    /// <param name="dec2Deg">Northern border: ICRS degrees.</param>
    /// <exception cref="ArgumentOutOfRangeException">A border is not valid, or the southern one is north of the northern one.</exception>
    public Query Box(double ra1Deg, double dec1Deg, double ra2Deg,
        double dec2Deg) => this with { Regions = Regions.Add(new BoxSearch(ra1Deg, dec1Deg, ra2Deg, dec2Deg)) };

    /// <summary>Only rows in a polygon of great circles, border included. Tiles that it does not touch are not opened.</summary>
    public Query Polygon(SkyPolygon polygon) => this with { Regions = Regions.Add(new PolygonSearch(polygon)) };

    /// <summary>Only rows in a cell of a coverage map, by their stored order-29 index. Tiles without a cell are not opened.</summary>
    public Query Moc(Moc moc) => this with { Regions = Regions.Add(new MocSearch(moc)) };

    /// <summary>Only rows near these pixels matter: tiles and row groups without them are not read, rows elsewhere may come all the
    /// same.</summary>
    internal Query Within(HealpixRanges pixels) => this with { Regions = Regions.Add(new PixelSearch(pixels)) };

    /// <summary>Only rows of these observations; ids that there are none of are passed over.</summary>
    /// <exception cref="ArgumentException">An id is not of the dataset's kind.</exception>
    public Query Ids(params IEnumerable<ObjectId> ids)
    {
        ImmutableArray<ObjectId> asked = [.. ids];
        Dataset.RequireKind(asked.AsSpan());
        return this with { ObjectIds = asked };
    }

    /// <summary>Only these columns, in this order; without it all light columns of the view.</summary>
    /// <param name="names">Names as the view shows them, or as SQL knows them.</param>
    public Query Columns(params IEnumerable<string> names) => this with { ColumnNames = [.. names] };

    /// <summary>Sorts by a column or an SQL expression; a second call sorts within equals of the first. Null comes last, ties in the order
    /// of the index.</summary>
    public Query OrderBy(string columnOrExpression, bool descending = false) =>
        this with { Order = Order.Add((columnOrExpression, descending)) };

    /// <summary>No more than so many rows.</summary>
    public Query Limit(long rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        return this with { RowLimit = rows };
    }

    /// <summary>Columns under the survey's own names, without aliases; also in conditions.</summary>
    public Query Native() => this with { View = DatasetView.Native };
}
