using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;
using Pile.Storage;
using Pile.Tables;
using Pile.Tables.Opening;

namespace Pile.CrossMatch;

/// <summary>A table as a side of a match.</summary>
public sealed class TableSide : MatchSide
{
    // Positions out of range are an error of the first row that is used, unless conditions leave it out.
    private const int MostOffSky = 1024;

    private static readonly string[] LonNames = ["lon", "longitude", "lng", "long", "decimallongitude"],
        LatNames = ["lat", "latitude", "decimallatitude"];

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

    /// <summary>Creates a side for a table, which the caller must dispose after the match.</summary>
    /// <param name="table">The table.</param>
    /// <param name="options">The columns of positions and ids, their unit and frame; null to find them. A missing or duplicate id, or
    /// ids that are not integers or text, are an error in a named column; a column that was found is then replaced by row numbers.</param>
    /// <exception cref="ArgumentException">A column is missing or ambiguous, and the message lists the columns; or the named column of ids
    /// does not have integers or text.</exception>
    public static TableSide Create(ITableReader table, PositionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        options ??= new PositionOptions();
        PositionFrame frame = PositionFrame.Icrs;
        if (options.Frame?.Equals(Manifest.Wgs84, StringComparison.OrdinalIgnoreCase) == true)
            (frame, options) = (PositionFrame.Wgs84, OfEarth(table, options));
        PositionColumns found = FindColumns(table.Columns, options);
        if (found.Explanation.Length > 0)
            options.OnMessage?.Invoke($"{table.Path}: {found.Explanation}");
        if (found.Id is { } id && !ObjectIdColumn.CanBe(id))
        {
            if (found.IsIdNamed)
                throw new ArgumentException($"Ids must be integers or text; column '{id.Name}' contains {ObjectIdColumn.TypeOf(id)}. Set "
                    + "PositionOptions.IdColumn to another column, or to row for row numbers.");
            options.OnMessage?.Invoke($"{table.Path}: the column '{id.Name}' contains {ObjectIdColumn.TypeOf(id)}, not integers or text: "
                + "the row number is the id. Set PositionOptions.IdColumn to another column, or to row.");
            found = found with { Id = null };
        }
        else if (found.Id is null && !found.IsIdNamed)
            options.OnMessage?.Invoke($"{table.Path}: {(found.SeveralIds is [] ? "no id column was found"
                : $"several columns could be the id ({string.Join(", ", found.SeveralIds)})")}; the row number is the id. Set "
                + "PositionOptions.IdColumn to choose one.");
        return new TableSide(WithoutShadowed(table, found, options, frame), found, options, null, [], frame);
    }

    // A table may have columns with the names of a match's ids and positions that are not its ids and positions.
    private static ITableReader WithoutShadowed(ITableReader table, PositionColumns found, PositionOptions options, PositionFrame frame)
    {
        HashSet<string> taken = new(table.Columns.Select(c => c.Name), StringComparer.OrdinalIgnoreCase);
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        foreach (string own in new[] { "object_id", frame.Lon, frame.Lat })
            if (own != found.Ra.Name && own != found.Dec.Name && own != found.Id?.Name && table.Columns.Any(c => c.Name == own))
                names.Add(own, ColumnNames.Free(ColumnNames.Native(own), taken));
        if (names.Count == 0)
            return table;
        string renamed = string.Join(", ", names.Select(n => $"its column '{n.Key}' is '{n.Value}' in the match"));
        options.OnMessage?.Invoke($"{table.Path}: {renamed}, because '{(found.Id is { } id ? $"{id.Name}', '" : "")}{found.Ra.Name}' "
            + $"and '{found.Dec.Name}' are its {(found.Id is null ? "" : "id and ")}position.");
        return new RenamedTable(table, names);
    }

    // Longitude and latitude in degrees are read as they are, under the names of the options.
    private static PositionOptions OfEarth(ITableReader table, PositionOptions options) => options with
    {
        Frame = null,
        RaColumn = options.RaColumn ?? Named(table, LonNames, "longitudes", "RaColumn"),
        DecColumn = options.DecColumn ?? Named(table, LatNames, "latitudes", "DecColumn"),
        RaUnit = options.RaUnit ?? RaUnit.Degrees,
    };

    private static string Named(ITableReader table, string[] names, string what, string option) =>
        table.Columns.FirstOrDefault(c => c.IsScalar && names.Contains(c.Name, StringComparer.OrdinalIgnoreCase))?.Name
            ?? throw new ArgumentException($"no column of {what} was found (looked for {string.Join(", ", names)}). Set "
                + $"PositionOptions.{option} to one of {string.Join(", ", table.Columns.Take(40).Select(c => c.Name))}.");

    /// <summary>Finds the columns of the given frame, or those of right ascension and declination if the frame is given for them.</summary>
    private static PositionColumns FindColumns(ImmutableArray<ColumnSchema> columns, PositionOptions options)
    {
        try
        {
            return PositionColumns.Find(columns, options);
        }
        catch (ArgumentException inFrame) when (options.Frame is not null && inFrame.ParamName is null)
        {
            try
            {
                return PositionColumns.Find(columns, options with { Frame = null });
            }
            catch (ArgumentException)
            {
                throw inFrame;
            }
        }
    }

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
        : table.EpochOf(positions.Ra.Name) is { } year && year == table.EpochOf(positions.Dec.Name) ? year : null;

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

    private string File => TableReader.FileOf(table.Path);

    internal override bool HasFile(string realPath) => InputFiles.IsSame(File, realPath);

    internal override async Task<SideIdentity> IdentifyAsync(bool asOpened, CancellationToken cancellationToken) =>
        new("table", Path.GetFileName(table.Path), null, null, Selection, await StampAsync(cancellationToken).ConfigureAwait(false));

    internal override SideIdentity IdentityAsRead(SideIdentity before) => before with { Selection = Selection };

    private string Selection => string.Join("; ",
        ((string?[])[condition is null ? null : $"where {condition}",
            .. cones.Select(c => string.Create(CultureInfo.InvariantCulture, $"cone {c.RaDeg:R},{c.DecDeg:R},{c.RadiusDeg:R}")),
            $"{Frame.Lon} {positions.Ra.Name}",
            $"{Frame.Lat} {positions.Dec.Name}", positions.Id is null ? "id row number" : $"id {positions.Id.Name}",
            options.RaUnit is { } unit ? $"ra unit {unit}" : null, options.Frame is { } frame ? $"frame {frame}" : null])
        .OfType<string>());

    // Not its time or inode, which differ between copies of the table.
    internal override async Task<string> ContentAsync(CancellationToken cancellationToken)
    {
        using FileStream bytes = new(File, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, cancellationToken).ConfigureAwait(false));
    }

    // If a file was just changed, another change may not change its time, so its content is compared.
    private async Task<string> StampAsync(CancellationToken cancellationToken)
    {
        FileStamp stamp = FileStamp.Of(File);
        isHashed ??= stamp.IsRecent;
        string facts = string.Create(CultureInfo.InvariantCulture, $"{stamp.Bytes} {stamp.Inode} {stamp.Modified} {stamp.Changed}");
        if (!isHashed.Value)
            return facts;
        using FileStream bytes = new(File, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
        return $"{facts} {Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, cancellationToken).ConfigureAwait(false))}";
    }

    internal override Task<SidePlan> PlanAsync(IReadOnlyList<string> columnNames, HealpixRanges? reach,
        CancellationToken cancellationToken) =>
        Task.FromResult(new SidePlan(Name, 1, 1, table.RowCount, new FileInfo(File).Length, 1));

    internal override async IAsyncEnumerable<RowBatch> ReadAsync(IReadOnlyList<string> columnNames, HealpixRanges? reach,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string[] wanted = [.. ((string[])[positions.Ra.Name, positions.Dec.Name,
            .. positions.Id is null ? [] : (string[])[positions.Id.Name], .. columnNames]).Distinct()];
        PositionReader reader = new(table, positions, options) { KeepsIncomplete = true };
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
        RowBatch rows = new([
            IdsOf(batch, firstRow), new ColumnData<double>(lon.With(DType.Float64, []),
                Frame.IsEarth ? Lons(position) : position.WrappedRaDeg(), batch.RowCount),
            new ColumnData<double>(lat.With(DType.Float64, []), position.DecDeg, batch.RowCount),
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
