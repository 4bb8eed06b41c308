using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>The columns of the batches of a loaded side, and their names in conditions.</summary>
internal sealed class SideBatches
{
    internal const string Id = "_pile_id", Ra = "_pile_ra", Dec = "_pile_dec";

    private readonly MatchSide side;
    private readonly string[] sqlNames;
    private readonly int[] errorColumns = [];
    private readonly ErrorRows? errors;
    private readonly (TimeColumn Column, int At)[] textTimes;

    /// <param name="side">The side.</param>
    /// <param name="needs">The columns to read.</param>
    /// <param name="first">The first batch, which defines the columns.</param>
    internal SideBatches(MatchSide side, SideNeeds needs, RowBatch first)
    {
        this.side = side;
        Schemas = [.. first.Columns.Take(3 + needs.All.Length).Select(c => c.Schema)];
        if (needs.Errors is { Read.IsEmpty: false } errors)
        {
            errorColumns = [.. errors.Read.Select(name => 3 + needs.All.IndexOf(name))];
            this.errors = new ErrorRows(side, errors, name => Schemas[3 + needs.All.IndexOf(name)]);
        }
        textTimes = needs.Time is not { IsHeavy: false } time ? []
            : [.. new[] { time.Start, time.End }.OfType<TimeColumn>().Select(column => (column, 3 + needs.All.IndexOf(column.Name)))
                .Where(column => Schemas[column.Item2].DType == DType.String)];
        sqlNames = SideNeeds.SqlNames(side.Frame, Schemas.Skip(3));
        Fields = [new(Id, DuckDbColumn.TypeOf(Schemas[0].DType)), new(Ra, DuckDbType.Double), new(Dec, DuckDbType.Double),
            .. sqlNames.Select((name, i) => new DuckDbField(name, TypeOf(Schemas[3 + i])))];
    }

    /// <summary>Id, ra, dec, and the columns that are read.</summary>
    internal ImmutableArray<ColumnSchema> Schemas { get; private set; }

    /// <summary>Replaces the ids by those of another column.</summary>
    internal void ReplaceIds(ColumnSchema schema) => Schemas = Schemas.SetItem(0, schema);

    /// <summary>The SQL that gives a column <c>rowid</c> its own name in conditions; empty without such a column.</summary>
    internal string RowIdSql => Array.FindIndex([.. Schemas.Skip(3)],
        s => s.SqlName.Equals(SideNeeds.RowId, StringComparison.OrdinalIgnoreCase)) is >= 0 and int at
        ? $", {DuckDbSql.Identifier(sqlNames[at])} AS {SideNeeds.RowId}" : "";

    /// <summary>The same columns in DuckDB.</summary>
    internal IReadOnlyList<DuckDbField> Fields { get; }

    /// <summary>Returns the type of a column in DuckDB.</summary>
    internal static DuckDbType TypeOf(ColumnSchema column) =>
        column.IsScalar ? DuckDbColumn.TypeOf(column.DType) : DuckDbType.List(DuckDbColumn.TypeOf(column.DType));

    /// <summary>Requires that positions are in range, or missing.</summary>
    /// <param name="batch">Some rows.</param>
    /// <param name="rows">The rows to check; null for all.</param>
    /// <param name="firstRow">The row of the side that is first in the batch.</param>
    /// <exception cref="ValueInvalidException">A position is out of range.</exception>
    internal void RequireOnSky(RowBatch batch, int[]? rows, long firstRow)
    {
        ColumnData<double> ra = (ColumnData<double>)batch.Columns[1], dec = (ColumnData<double>)batch.Columns[2];
        ReadOnlySpan<double> raDeg = ra.Values.Span, decDeg = dec.Values.Span;
        (double least, double end) = (side.Frame.MinLonDeg, side.Frame.EndLonDeg);
        for (int i = 0; i < (rows?.Length ?? batch.RowCount); i++)
        {
            int row = rows is null ? i : rows[i];
            if (raDeg[row] >= least && raDeg[row] <= end && decDeg[row] is >= -90 and <= 90)
                continue;
            if (!ra.IsNullAt(row) && !dec.IsNullAt(row) && !double.IsNaN(raDeg[row]) && !double.IsNaN(decDeg[row]))
                throw OffSky(firstRow + row, raDeg[row], decDeg[row]);
        }
    }

    /// <summary>Requires that errors are not negative or contradictory.</summary>
    /// <inheritdoc cref="RequireOnSky"/>
    /// <exception cref="ValueInvalidException">An error is not valid.</exception>
    internal void RequireErrors(RowBatch batch, int[]? rows, long firstRow)
    {
        if (errors is null)
            return;
        errors.Read(batch.RowCount, (int column, Span<double> values) =>
            SideValues.Numbers(batch.Columns[errorColumns[column]], 0, values));
        HashSet<int>? used = rows is null || rows.Length == batch.RowCount ? null : [.. rows];
        errors.Require(batch.RowCount, firstRow, used is null ? null : used.Contains);
    }

    /// <summary>Requires that times as text are times.</summary>
    /// <inheritdoc cref="RequireOnSky"/>
    /// <exception cref="ValueInvalidException">A text is not a time.</exception>
    internal void RequireTimes(RowBatch batch, int[]? rows, long firstRow)
    {
        foreach ((TimeColumn column, int at) in textTimes)
            for (int i = 0; i < (rows?.Length ?? batch.RowCount); i++)
                column.Require((TextColumnData)batch.Columns[at], rows?[i] ?? i, side.Name, firstRow + (rows?[i] ?? i));
    }

    private bool IsLon(double lonDeg) => lonDeg >= side.Frame.MinLonDeg && lonDeg <= side.Frame.EndLonDeg;

    private ValueInvalidException OffSky(long row, double lonDeg, double latDeg)
    {
        bool isLon = !IsLon(lonDeg);
        if (side.StoredOffSky(row, isLon) is not var (column, value, isEquatorial))
            return OffSkyAsRead(row, lonDeg, latDeg);
        return new(side.Name, row, column, value, isLon
            ? $"{(isEquatorial ? side.Frame.LonWords : "a longitude")} from {side.Frame.MinLonDeg} to {side.Frame.EndLonDeg} degrees"
            : $"{(isEquatorial ? side.Frame.LatWords : "a latitude")} from -90 to 90 degrees",
            isLon ? "Check the unit of the column, or set PositionOptions.RaUnit" : "Check the column and its unit");
    }

    private ValueInvalidException OffSkyAsRead(long row, double lonDeg, double latDeg) => IsLon(lonDeg)
        ? new(side.Name, row, side.Frame.Lat, latDeg.ToString("R"), $"{side.Frame.LatWords} from -90 to 90 degrees",
            $"Check the column of {(side.Frame.IsEarth ? "latitude" : "declination")}")
        : new(side.Name, row, side.Frame.Lon, lonDeg.ToString("R"),
            $"{side.Frame.LonWords} from {side.Frame.MinLonDeg} to {side.Frame.EndLonDeg} degrees",
            "Check the unit of the column, or set PositionOptions.RaUnit");
}
