using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;
using Pile.Tables;
using Pile.Tables.Opening;

namespace Pile.CrossMatch;

/// <summary>A table as a side of a match.</summary>
public sealed partial class TableSide : MatchSide
{
    // Positions out of range are an error of the first row that is used, unless conditions leave it out.
    private const int MostOffSky = 1024;

    private readonly ITableReader table;
    private readonly PositionOptions options;
    private readonly Dictionary<string, EpochRange> epochs = [];
    private readonly Dictionary<long, (string Lon, string Lat, bool IsEquatorial)> offSky = [];
    private readonly ModalityColumn lon, lat;
    private readonly string? condition;
    private readonly ImmutableArray<(double RaDeg, double DecDeg, double RadiusDeg)> cones;
    private PositionColumns positions;
    private bool areIdsChecked, arePadded, hasReportedNotes;
    private bool? isHashed;

    private TableSide(ITableReader table, PositionColumns positions, PositionOptions options, string? condition,
        ImmutableArray<(double RaDeg, double DecDeg, double RadiusDeg)> cones, PositionFrame frame)
    {
        (this.table, this.positions, this.options, this.condition, this.cones) = (table, positions, options, condition, cones);
        Frame = frame;
        Columns = ColumnNames.WithIndexNames(table.Columns, []); // two may differ by case only
        Modality common = Modality.Get("common", frame);
        (lon, lat) = (common.Find(frame.Lon)!, common.Find(frame.Lat)!);
    }

    /// <inheritdoc/>
    public override string Name => table.Path;

    /// <inheritdoc/>
    public override ImmutableArray<ColumnSchema> Columns { get; }

    internal override PositionFrame Frame { get; }

    /// <summary>Selects the rows that meet an SQL condition over the table's columns: one expression.</summary>
    public TableSide Where(string sql)
    {
        ArgumentNullException.ThrowIfNull(sql);
        return new(table, positions, options, condition is null ? sql : $"({condition}\n) AND ({sql}\n)", cones, Frame);
    }

    /// <summary>Selects the rows within a circle on the sky, including its border. Rows without a position are not selected.</summary>
    /// <param name="raDeg">Right ascension of the centre: ICRS degrees.</param>
    /// <param name="decDeg">Declination of the centre: ICRS degrees in [-90, 90].</param>
    /// <param name="radiusDeg">Radius in degrees, 0 to 180.</param>
    /// <exception cref="ArgumentOutOfRangeException">The position or the radius is not valid.</exception>
    public TableSide Cone(double raDeg, double decDeg, double radiusDeg)
    {
        if (!double.IsFinite(raDeg))
            throw new ArgumentOutOfRangeException(nameof(raDeg), raDeg, "Expected a right ascension in degrees.");
        if (!(decDeg is >= -90 and <= 90))
            throw new ArgumentOutOfRangeException(nameof(decDeg), decDeg, "Expected a declination in degrees, -90 to 90.");
        if (!(radiusDeg is >= 0 and <= 180))
            throw new ArgumentOutOfRangeException(nameof(radiusDeg), radiusDeg, "Expected a radius in degrees, 0 to 180.");
        return new(table, positions, options, condition, cones.Add((raDeg, decDeg, radiusDeg)), Frame);
    }

    internal override string? Condition => condition;

    internal override (string Column, string Value, bool IsEquatorial)? StoredOffSky(long row, bool isLon) =>
        !offSky.TryGetValue(row, out var stored) ? null
            : isLon ? (positions.Ra.Name, stored.Lon, stored.IsEquatorial) : (positions.Dec.Name, stored.Lat, stored.IsEquatorial);

    /// <summary>The column of ids; null if ids are row numbers.</summary>
    internal string? IdColumn => positions.Id?.Name;

    internal override DType IdType => positions.Id is { DType: DType.String or DType.UInt64 } ? DType.String : DType.Int64;

    internal override string? TimeColumn =>
        Columns.FirstOrDefault(c => c.IsScalar && c.Name.Equals("mjd", StringComparison.OrdinalIgnoreCase))?.Name;

    // Epochs of the rows say more.
    internal override double? EpochYear => Frame.IsEarth || MotionColumns.FindEpochs(Columns).Ra is not null ? null
        : table.EpochOf(positions.Ra.Name) is { } year && year == table.EpochOf(positions.Dec.Name) ? CommonEpoch.Valid(year) : null;

    // The reference time and the unit in a FITS header are those of all times, but only the caller knows that this column has times.
    internal override ColumnSchema RequireTime(string name) => Require(name) is { Time: null } column && table.AsTimes(name) is { } times
        ? column with { Time = times.Time, Unit = times.Unit } : Require(name);

    internal override long? RowsAtMost => table.RowCount;

    // A match is checked before it is run, so that the column would be read twice.
    internal override async Task<EpochRange?> EpochsAsync(ColumnSchema column, CancellationToken cancellationToken)
    {
        if (epochs.TryGetValue(column.Name, out EpochRange range))
            return range;
        range = EpochRange.None;
        await foreach (RowBatch batch in table.ReadAsync([column.Name], cancellationToken: cancellationToken).ConfigureAwait(false))
            range = range.With(batch.Columns[0]);
        return epochs[column.Name] = range;
    }

    // Usually the first batch decides.
    internal override async Task<bool> MayHaveOtherThanZeroAsync(ColumnSchema[] columns, CancellationToken cancellationToken)
    {
        await foreach (RowBatch batch in table.ReadAsync([.. columns.Select(c => c.Name)], cancellationToken: cancellationToken)
            .ConfigureAwait(false))
            if (batch.Columns.Any(SideValues.HasOtherThanZero))
                return true;
        return false;
    }

    // With conditions, only some of the rows are loaded, but the ids of all must be unique.
    internal override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (areIdsChecked || HasUncheckedIds || positions.Id is not { } id)
            return;
        string before = await StampAsync(cancellationToken).ConfigureAwait(false);
        List<ColumnData> ids = [];
        long row = 0;
        await foreach (RowBatch batch in table.ReadAsync([id.Name], cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            ids.Add(IdsOf(batch, row));
            row += batch.RowCount;
        }
        if (before != await StampAsync(cancellationToken).ConfigureAwait(false))
            throw new SourceUnreadableException(table.Path, "it changed during the match",
                "Repeat the match when no program writes to it");
        _ = AcceptIds(ids);
    }

    /// <summary>True if the numbers of a batch are valid until the next one is read; false for tables that always use new memory.</summary>
    internal bool Overwrites { get; set => field = value && table is TableFile { CanOverwrite: true }; }

    internal override bool HasUncheckedIds => !areIdsChecked && positions.Id is not null && condition is null && cones.IsEmpty;

    /// <inheritdoc/>
    /// <remarks>A column that was named must have unique ids; one that was found is replaced by row numbers.</remarks>
    internal override bool AcceptIds(IReadOnlyList<ColumnData> ids)
    {
        areIdsChecked = true;
        if (IdCheck.Find(ids) is not { } fault)
            return true;
        ColumnSchema id = positions.Id!;
        string blanks = arePadded ? ", without the blanks at the end, which are not part of an id" : "";
        if (positions.IsIdNamed)
            throw new ValueInvalidException(table.Path, fault.Row, id.Name, fault.Value ?? "an empty value",
                fault.Value is null ? "an id" : $"unique: an earlier row has this id{blanks}",
                "Set PositionOptions.IdColumn to a column of unique ids, or to row for row numbers");
        options.OnMessage?.Invoke($"{table.Path}: the column '{id.Name}' "
            + (fault.Value is null ? $"has no id in row {fault.Row}" : $"repeats the id {fault.Value} in row {fault.Row}{blanks}")
            + ": the row number is the id. Set PositionOptions.IdColumn to another column, or to row.");
        positions = positions with { Id = null };
        return false;
    }

    private ColumnData IdsOf(RowBatch batch, long firstRow)
    {
        arePadded |= !areIdsChecked && positions.Id is { } id && batch[id.Name] is TextColumnData text && ObjectIdColumn.IsPadded(text);
        return ObjectIdColumn.Of(batch, positions.Id, firstRow);
    }

    internal override Task<SidePlan> PlanAsync(IReadOnlyList<string> columnNames, HealpixRanges? reach,
        CancellationToken cancellationToken) =>
        Task.FromResult(new SidePlan(Name, 1, 1, table.RowCount, new FileInfo(File).Length, 1));

    internal override async IAsyncEnumerable<RowBatch> ReadAsync(IReadOnlyList<string> columnNames, HealpixRanges? reach,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string[] wanted = [.. ((string[])[positions.Ra.Name, positions.Dec.Name,
            .. positions.Id is null ? [] : (string[])[positions.Id.Name], .. columnNames]).Distinct()];
        PositionReader reader = PositionReader.Create(table, positions, options);
        reader.KeepsIncomplete = true;
        long row = 0;
        bool isEmpty = true;
        await foreach (RowBatch batch in (Overwrites && table is TableFile file ? file.ReadOverwritingAsync(wanted, cancellationToken)
            : table.ReadAsync(wanted, cancellationToken: cancellationToken)).ConfigureAwait(false))
        {
            isEmpty = false;
            yield return Read(reader, batch, columnNames, row);
            row += batch.RowCount;
        }
        if (isEmpty)
            yield return Read(reader,
                new RowBatch(wanted.Select(n => Require(n)).Select(c => ColumnTypes.Of(c.DType).Collector(c).Finish(c))), columnNames, 0);
        reader.Complete();
        foreach (string note in hasReportedNotes ? [] : ITableNotes.Of(table))
            options.OnMessage?.Invoke($"{table.Path}: {note}");
        hasReportedNotes = true;
    }

    private RowBatch Read(PositionReader reader, RowBatch batch, IReadOnlyList<string> columnNames, long firstRow)
    {
        PositionBatch position = reader.Read(batch);
        (ReadOnlyMemory<bool> hasNoLon, ReadOnlyMemory<bool> hasNoLat) = MissingIn(batch, position, firstRow, reader.Frame);
        RowBatch rows = new([
            IdsOf(batch, firstRow), new ColumnData<double>(lon.With(DType.Float64, []),
                Frame.IsEarth ? Lons(position) : position.WrappedRaDeg(), batch.RowCount, hasNoLon),
            new ColumnData<double>(lat.With(DType.Float64, []), position.DecDeg, batch.RowCount, hasNoLat),
            .. columnNames.Select(n => batch[n].WithSchema(batch[n].Schema with
            {
                Name = Own.Contains(n) ? $"{n}_" : n,
                IndexName = Own.Contains(n) ? null : Require(n).IndexName,
            }))]);
        if (cones.IsEmpty)
        {
            foreach (long outside in position.RowsOutOfRange.Take(MostOffSky - offSky.Count))
                offSky[outside] = (Written(positions.Ra, position.RaDeg, (int)(outside - firstRow)),
                    Written(positions.Dec, position.DecDeg, (int)(outside - firstRow)), Frame.IsEarth || reader.Frame.IsEquatorial);
            return rows;
        }
        double[] ra = position.RaDeg.ToArray(), dec = position.DecDeg.ToArray();
        int[] within = [.. Enumerable.Range(0, rows.RowCount)
            .Where(row => cones.All(c => Separation.Arcsec(c.RaDeg, c.DecDeg, ra[row], dec[row]) <= c.RadiusDeg * 3600))];
        return new RowBatch(rows.Columns.Select(c => c.Take(within)));

        string Written(ColumnSchema column, ReadOnlyMemory<double> degrees, int row) =>
            PositionFault.Written(batch[column.Name], row, degrees.Span[row]);
    }

    // In arrays of positions, a missing value is NaN, which is another value of a table. Converted coordinates depend on both.
    private (ReadOnlyMemory<bool> OfLon, ReadOnlyMemory<bool> OfLat) MissingIn(RowBatch batch, PositionBatch position, long firstRow,
        SkyFrame frame)
    {
        if (position.RowsWithoutPosition.IsEmpty)
            return default;
        bool[] ofLon = new bool[batch.RowCount], ofLat = new bool[batch.RowCount];
        foreach (int row in position.RowsWithoutPosition.Select(row => (int)(row - firstRow)))
        {
            (ofLon[row], ofLat[row]) = (IsMissing(batch[positions.Ra.Name], row), IsMissing(batch[positions.Dec.Name], row));
            if (frame != SkyFrame.Icrs)
                ofLon[row] = ofLat[row] = ofLon[row] || ofLat[row];
        }
        return (ofLon.Contains(true) ? ofLon : default(ReadOnlyMemory<bool>), ofLat.Contains(true) ? ofLat : default(ReadOnlyMemory<bool>));

        static bool IsMissing(ColumnData column, int row) =>
            column.IsNullAt(row) || (column is TextColumnData texts && string.IsNullOrWhiteSpace(texts.Text(row)));
    }

    // Longitudes from 0 to 360 degrees are those of a dataset from -180 on.
    private static ReadOnlyMemory<double> Lons(PositionBatch position)
    {
        double[] lons = position.RaDeg.ToArray();
        foreach (ref double lonDeg in lons.AsSpan())
            if (lonDeg is >= 180 and <= 360)
                lonDeg -= 360;
        return lons;
    }
}
