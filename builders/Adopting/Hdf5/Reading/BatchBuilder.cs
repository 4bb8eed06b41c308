using Pile.Builders;
using Pile.Format;
using Pile.Tables;

namespace Pile.Adopting;

/// <summary>Collects the rows of a unit, and makes batches of them: ids and positions first, then the other columns.</summary>
internal sealed class BatchBuilder
{
    private static readonly ModalityColumn ObjectId = Modality.Common.Find("object_id")!;
    private const string OrSkip = ", or skip bad rows (Hdf5Options.SkipsBadFiles)", Remedy = "Correct the file" + OrSkip;

    private static readonly ColumnSchema TextId = ObjectId.With(DType.String, []);
    private static readonly ColumnSchema Ra = Modality.Common.Find("ra")!.With(DType.Float64, []);
    private static readonly ColumnSchema Dec = Modality.Common.Find("dec")!.With(DType.Float64, []);
    private readonly ArchiveRoot root;
    private readonly ArchivePlan plan;
    private readonly ArchiveContext context;
    private readonly UnitFindings findings;
    private readonly PositionReader? positions;
    private readonly bool skipsBadRows;
    private readonly Dictionary<int, string> badRows = [];
    private readonly HealpixCheck? healpix;
    private readonly int healpixColumn = -1, idColumn = -1;
    private readonly Dictionary<string, RowCost> costs = new(StringComparer.Ordinal);
    private readonly List<RowPlace> places = [];
    private long rowsBefore;

    /// <param name="root">The place of the files.</param>
    /// <param name="plan">The plan of the archive.</param>
    /// <param name="unit">The name of the unit.</param>
    /// <param name="context">Receives findings and skipped rows.</param>
    /// <param name="findings">Receives findings that may be repeated.</param>
    /// <param name="options">The options.</param>
    internal BatchBuilder(ArchiveRoot root, ArchivePlan plan, string unit, ArchiveContext context, UnitFindings findings,
        Hdf5Options options)
    {
        (this.root, this.plan, this.context, this.findings, skipsBadRows) = (root, plan, context, findings, options.SkipsBadFiles);
        Lights = [.. plan.Columns.Select(column => column.IsReference ? null : new LightBuilder(column))];
        References = [.. plan.Columns.Select(column => column.IsReference
            ? new ReferenceBuilder(column, context.ComputesChecksums) : null)];
        for (int i = 0; i < plan.Columns.Length; i++)
        {
            if (plan.Columns[i].SourceName == plan.Ids.Column)
                idColumn = i;
            if (plan.Columns[i].Output?.Name == OutputNames.SourceHealpix && plan.Columns[i].SourceName == "healpix")
                healpixColumn = i;
        }
        if (plan.Positions is null)
            return;
        healpix = healpixColumn < 0 ? null : new(findings);
        PositionOptions named = options.Positions with
        {
            OnMessage = message => findings.Add(message.TrimEnd('.'), "all rows"),
            OnBadValue = bad => badRows[(int)(bad.Row - rowsBefore)] = skipsBadRows ? bad.Finding
                : throw BadRow(places[(int)(bad.Row - rowsBefore)], bad.Finding, Remedy),
        };
        positions = PositionReader.Create(new ColumnList(unit, plan), plan.Positions, named);
    }

    /// <summary>The builders of light columns, in the order of the plan; null for the others.</summary>
    internal LightBuilder?[] Lights { get; }

    /// <summary>The builders of columns that remain in the files, in the order of the plan; null for the others.</summary>
    internal ReferenceBuilder?[] References { get; }

    /// <summary>The extent of the positions so far, if no file states the unit of right ascension; otherwise null.</summary>
    internal PositionExtent? UndeclaredExtent => positions?.UndeclaredExtent;

    /// <summary>The number of rows that are collected.</summary>
    internal int RowCount => places.Count;

    /// <summary>The cost of reading the rows of each column so far.</summary>
    internal IEnumerable<RowCost> Costs => costs.Values;

    /// <summary>The size of the collected rows in memory, roughly.</summary>
    internal long Bytes => Lights.Sum(light => (long)(light?.Bytes ?? 0)) + References.Sum(column => 24L * (column?.PieceCount ?? 0));

    /// <summary>Adds the place of a row, whose values are added to the builders.</summary>
    internal void AddPlace(RowPlace place) => places.Add(place);

    /// <summary>Reports rows, whose places are added later, with values that cannot be read.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="rowsBefore">The number of rows of the batch before them.</param>
    /// <param name="damage">What is wrong.</param>
    /// <param name="remedy">What to do about it; null to get the file again.</param>
    /// <exception cref="SourceUnreadableException">Bad rows are not skipped.</exception>
    internal void AddDamaged(RowPlace first, int rowCount, int rowsBefore, string damage, string? remedy = null)
    {
        if (!skipsBadRows)
            throw BadRow(first, damage, (remedy ?? "Get the file again") + OrSkip);
        for (int row = 0; row < rowCount; row++)
            badRows.TryAdd(rowsBefore + row, damage);
    }

    /// <summary>Ends a file.</summary>
    internal void CompleteFile() => healpix?.Complete();

    /// <summary>Returns the rows that were collected.</summary>
    /// <exception cref="PileException">A position, a text or a piece is not valid, and such rows are not skipped.</exception>
    internal RowBatch Take()
    {
        int count = places.Count;
        ColumnData[] columns = new ColumnData[plan.Columns.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            PlannedColumn column = plan.Columns[i];
            if (References[i] is { } reference)
            {
                (columns[i], RowCost cost) = reference.Take();
                CheckPieces(reference);
                costs[column.Name] = costs.TryGetValue(column.Name, out RowCost? known) ? known.Plus(cost) : cost;
                continue;
            }
            columns[i] = Lights[i]!.Take();
            CheckTexts(Lights[i]!);
        }
        PositionBatch? position = positions?.Read(new(columns.Where(column => plan.Positions!.Names.Contains(column.Schema.Name))));
        List<ColumnData> all = [Ids(columns)];
        if (position is not null)
            all.AddRange([new ColumnData<double>(Ra, position.WrappedRaDeg()), new ColumnData<double>(Dec, position.DecDeg)]);
        for (int i = 0; i < columns.Length; i++)
            if (plan.Columns[i].Output is { } output)
                all.Add(columns[i].WithSchema(output));
        int[] kept = position is null && badRows.Count is 0 ? [.. Enumerable.Range(0, count)] : Check(columns, position);
        long[] sourceRows = [.. kept.Select(row => rowsBefore + row)];
        places.Clear();
        badRows.Clear();
        rowsBefore += count;
        return new(kept.Length == count ? all : all.Select(column => column.Take(kept))) { SourceRows = sourceRows };
    }

    private ColumnData Ids(ColumnData[] columns) => plan.Ids.Origin switch
    {
        IdOrigin.Column => ObjectIdColumn.Of(columns[idColumn]),
        IdOrigin.Name => TextColumnData.From(TextId, [.. places.Select(place => place.Name)]),
        _ => TextColumnData.From(TextId, [.. places.Select(place => place.Id)]),
    };

    private void CheckPieces(ReferenceBuilder reference)
    {
        foreach ((int row, (string damage, string remedy)) in reference.TakeDamages())
            badRows.TryAdd(row, skipsBadRows ? damage : throw BadRow(places[row], damage, $"{remedy}{OrSkip}"));
    }

    private SourceUnreadableException BadRow(RowPlace place, string finding, string remedy) => new(string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"{PlaceOf(place)}, row {place.Row}"), finding, remedy);

    private void CheckTexts(LightBuilder light)
    {
        foreach ((int row, string text) in light.TakeTextsWithNul())
        {
            ValueInvalidException fault = new(PlaceOf(places[row]), places[row].Row, light.Name,
                $"'{text.Replace("\0", "\\0", StringComparison.Ordinal)}'", "text without NUL", Remedy);
            if (!skipsBadRows)
                throw fault;
            badRows.TryAdd(row, fault.Finding);
        }
    }

    private string PlaceOf(RowPlace place) => DamagedFile.PlaceOf(root.UriOf(place.File), root);

    private void RequirePositions(ColumnData[] columns, PositionBatch position)
    {
        long bad = position.RowsWithoutPosition.Concat(position.RowsOutOfRange).DefaultIfEmpty(-1).Min();
        if (bad < 0)
            return;
        RowPlace place = places[(int)(bad - rowsBefore)];
        RowBatch batch = new(columns.Where(column => plan.Positions!.Names.Contains(column.Schema.Name)));
        long first = place.Row - (bad - rowsBefore);
        throw position.RowsOutOfRange.Contains(bad)
            ? PositionFault.OutOfRange(PlaceOf(place), plan.Positions!, batch, position, place.Row, first, Remedy)
            : PositionFault.Missing(PlaceOf(place), plan.Positions!, batch, place.Row, first, Remedy);
    }

    /// <summary>Skips bad rows and those without a valid position, and compares the others with the pixels of the files.</summary>
    /// <exception cref="ValueInvalidException">A position is not valid, and such rows are not skipped.</exception>
    private int[] Check(ColumnData[] columns, PositionBatch? position)
    {
        if (!skipsBadRows && position is not null)
            RequirePositions(columns, position);
        foreach (long row in position?.RowsWithoutPosition ?? [])
            badRows.TryAdd((int)(row - rowsBefore), "the position is missing");
        ReadOnlySpan<double> ra = position is null ? [] : position.RaDeg.Span, dec = position is null ? [] : position.DecDeg.Span;
        foreach (long row in position?.RowsOutOfRange ?? [])
            badRows[(int)(row - rowsBefore)] = string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"the position ({ra[(int)(row - rowsBefore)]}, {dec[(int)(row - rowsBefore)]}) is out of range");
        List<int> kept = new(places.Count);
        ColumnData? pixels = healpix is null ? null : columns[healpixColumn];
        for (int row = 0; row < places.Count; row++)
        {
            RowPlace place = places[row];
            if (badRows.TryGetValue(row, out string? reason))
            {
                context.OnSkip(new SkippedRow(place.File, place.Row, reason));
                continue;
            }
            kept.Add(row);
            if (pixels is not null && !pixels.IsNullAt(row))
                healpix!.Add(PixelOf(pixels, row), ra[row], dec[row], place.File, place.Group is { Length: > 0 } group ? group
                    : place.Row.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        return [.. kept];
    }

    private static long PixelOf(ColumnData pixels, int row) => pixels switch
    {
        ColumnData<long> c => c.Values.Span[row],
        ColumnData<int> c => c.Values.Span[row],
        ColumnData<uint> c => c.Values.Span[row],
        ColumnData<short> c => c.Values.Span[row],
        ColumnData<ushort> c => c.Values.Span[row],
        ColumnData<ulong> c => (long)Math.Min(c.Values.Span[row], long.MaxValue),
        ColumnData<byte> c => c.Values.Span[row],
        ColumnData<sbyte> c => c.Values.Span[row],
        _ => -1,
    };
}
