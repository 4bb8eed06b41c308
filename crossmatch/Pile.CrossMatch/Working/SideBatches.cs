using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>Turns a side's batches into rows of its work table: position checked and indexed, errors in arcseconds, times as MJD.</summary>
internal sealed class SideBatches
{
    internal const string Id = "_pile_id", Healpix29 = "_pile_healpix29", Ra = "_pile_ra", Dec = "_pile_dec", Error = "_pile_error", Mjd = "_pile_mjd";

    private readonly MatchSide side;
    private readonly SideNeeds needs;
    private readonly ImmutableArray<string> read;
    private long firstRow, lastHealpix29 = -1;
    private ColumnData? lastId;

    /// <param name="side">The side.</param>
    /// <param name="needs">What is read.</param>
    /// <param name="first">The first batch: it tells the columns.</param>
    internal SideBatches(MatchSide side, SideNeeds needs, RowBatch first)
    {
        (this.side, this.needs, read) = (side, needs, needs.All);
        Schemas = [first.Columns[0].Schema, first.Columns[1].Schema, first.Columns[2].Schema, .. read.Select((_, i) => first.Columns[3 + i].Schema)];
        foreach (string name in needs.Errors)
            SideValues.FactorToArcsec(side, Schemas[3 + read.IndexOf(name)]); // an error now, not in the middle
        SqlNames = SideNeeds.SqlNames(Schemas.Skip(3));
        Fields = [new(Id, DuckDbColumn.TypeOf(Schemas[0].DType)), new(Healpix29, DuckDbType.BigInt), new(Ra, DuckDbType.Double), new(Dec, DuckDbType.Double),
            .. needs.Errors.IsEmpty ? (DuckDbField[])[] : [new(Error, DuckDbType.Double)], .. needs.Time is null ? (DuckDbField[])[] : [new(Mjd, DuckDbType.Double)],
            .. SqlNames.Select((name, i) => new DuckDbField(name, TypeOf(Schemas[3 + i])))];
    }

    /// <summary>Id, ra, dec, and the columns that are read.</summary>
    internal ImmutableArray<ColumnSchema> Schemas { get; }

    /// <summary>Names of the columns that are read, in the work table.</summary>
    internal string[] SqlNames { get; }

    /// <summary>The column called <c>rowid</c> under its own name, for conditions; empty if there is none.</summary>
    internal string RowIdSql => Array.FindIndex([.. Schemas.Skip(3)], s => s.SqlName.Equals(SideNeeds.RowId, StringComparison.OrdinalIgnoreCase)) is >= 0 and int at
        ? $", {DuckDbSql.Identifier(SqlNames[at])} AS {SideNeeds.RowId}" : "";

    internal IReadOnlyList<DuckDbField> Fields { get; }

    /// <summary>Rows taken.</summary>
    internal long Rows => firstRow;

    /// <summary>True as long as the rows came sorted by pixel, then by id.</summary>
    internal bool IsSorted { get; private set; } = true;

    /// <summary>The first row whose position is none on the sky.</summary>
    internal ValueInvalidException? OffSky { get; private set; }

    /// <summary>The type of a column in the work table.</summary>
    internal static DuckDbType TypeOf(ColumnSchema column) => column.IsScalar ? DuckDbColumn.TypeOf(column.DType) : DuckDbType.List(DuckDbColumn.TypeOf(column.DType));

    /// <summary>The error of a row whose position is not on the sky.</summary>
    internal ValueInvalidException OffSkyAt(long row, double raDeg, double decDeg) => raDeg is >= 0 and <= 360
        ? new(side.Name, row, "dec", decDeg.ToString("R"), "a declination from -90 to 90 degrees", "Check which column holds the declination")
        : new(side.Name, row, "ra", raDeg.ToString("R"), "a right ascension from 0 to 360 degrees", "Check the column's unit, or say it with --a-ra-unit or --b-ra-unit");

    internal DuckDbColumn[] Convert(RowBatch batch)
    {
        int rows = batch.RowCount;
        ColumnData<double> ra = (ColumnData<double>)batch.Columns[1], dec = (ColumnData<double>)batch.Columns[2];
        long[] healpix29 = new long[rows];
        bool[] isOff = new bool[rows];
        double[] raDeg = new double[rows], decDeg = new double[rows];
        for (int row = 0; row < rows; row++)
        {
            isOff[row] = !HasPosition(ra, dec, row);
            (raDeg[row], decDeg[row]) = isOff[row] ? (0, 0) : (ra.Values.Span[row] == 360 ? 0 : ra.Values.Span[row], dec.Values.Span[row]);
        }
        Healpix.AngToPix(Healpix.MaxOrder, raDeg, decDeg, healpix29);
        if (IsSorted)
            CheckOrder(batch.Columns[0], healpix29, isOff);
        firstRow += rows;
        return [DuckDbColumn.Of(batch.Columns[0]), DuckDbColumn.Of<long>(healpix29, isOff), DuckDbColumn.Of(batch.Columns[1]), DuckDbColumn.Of(batch.Columns[2]),
            .. needs.Errors.IsEmpty ? (DuckDbColumn[])[] : [Errors(batch)], .. needs.Time is null ? (DuckDbColumn[])[] : [Times(batch.Columns[3 + read.IndexOf(needs.Time)])],
            .. Enumerable.Range(3, read.Length).Select(i => DuckDbColumn.Of(batch.Columns[i]))];
    }

    private bool HasPosition(ColumnData<double> ra, ColumnData<double> dec, int row)
    {
        double raDeg = ra.Values.Span[row], decDeg = dec.Values.Span[row];
        if (ra.IsNullAt(row) || dec.IsNullAt(row) || double.IsNaN(raDeg) || double.IsNaN(decDeg))
            return false;
        if (raDeg is >= 0 and <= 360 && decDeg is >= -90 and <= 90)
            return true;
        OffSky ??= OffSkyAt(firstRow + row, raDeg, decDeg);
        return false;
    }

    private void CheckOrder(ColumnData id, long[] healpix29, bool[] isOff)
    {
        for (int row = 0; row < healpix29.Length && IsSorted; row++)
        {
            int order = isOff[row] || lastHealpix29 == long.MaxValue ? isOff[row] && lastHealpix29 < long.MaxValue ? -1 : 1 : lastHealpix29.CompareTo(healpix29[row]);
            if (order == 0)
                order = row > 0 ? Compare(id, row - 1, id, row) : Compare(lastId!, lastId!.RowCount - 1, id, row);
            IsSorted = order < 0;
            lastHealpix29 = isOff[row] ? long.MaxValue : healpix29[row];
        }
        if (healpix29.Length > 0)
            lastId = id;
    }

    private static int Compare(ColumnData left, int leftRow, ColumnData right, int rightRow) => (left, right) switch
    {
        _ when left.IsNullAt(leftRow) || right.IsNullAt(rightRow) => 1,
        (ColumnData<long> l, ColumnData<long> r) => l.Values.Span[leftRow].CompareTo(r.Values.Span[rightRow]),
        (TextColumnData l, TextColumnData r) => l.Element(leftRow).SequenceCompareTo(r.Element(rightRow)),
        _ => 1,
    };

    private DuckDbColumn Errors(RowBatch batch)
    {
        ColumnData[] columns = [.. needs.Errors.Select(name => batch.Columns[3 + read.IndexOf(name)])];
        double[] errors = new double[batch.RowCount];
        SideValues.Errors([.. columns.Select(c => SideValues.FactorToArcsec(side, c.Schema))],
            (column, destination) => SideValues.Numbers(columns[column], 0, destination), errors);
        return NullWhereNaN(errors);
    }

    private static DuckDbColumn Times(ColumnData times)
    {
        double[] mjd = new double[times.RowCount];
        SideValues.Mjd(times, 0, mjd);
        return NullWhereNaN(mjd);
    }

    private static DuckDbColumn NullWhereNaN(double[] values)
    {
        bool[] isNull = new bool[values.Length];
        for (int row = 0; row < values.Length; row++)
            isNull[row] = double.IsNaN(values[row]);
        return DuckDbColumn.Of<double>(values, isNull);
    }
}
