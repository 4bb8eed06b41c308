using System.Collections.Immutable;
using System.Globalization;
using Pile.Format;
using Pile.Sky;
using Pile.Tables;
using Pile.Writing;

namespace Pile.Builders.Sources.Table;

/// <summary>Turns the batches of one table into batches of a dataset: id and position in front, every native column behind.</summary>
internal sealed class TableRows
{
    private static readonly ModalityColumn Ra = Modality.Common.Find("ra")!, Dec = Modality.Common.Find("dec")!;

    /// <summary>The longest list that is stored in the index; a longer one makes its column heavy.</summary>
    private const int MostListBytes = 4096;

    private const string ColumnsRemedy =
        "Name the columns as 'ra', 'dec', 'id', 'ra_unit' and 'frame' in the recipe's source (--ra, --dec, --id, --ra-unit and --frame "
            + "with --from)";

    private readonly RecipeSource source;
    private readonly BuildContext context;
    private readonly string? idColumn;
    private readonly string unit, path;
    private readonly PositionColumns columns;
    private readonly PositionReader positions;
    private readonly BadRows bad;
    private readonly ColumnSchema raSchema, decSchema;
    private readonly ImmutableArray<(string From, ColumnSchema To)> natives;
    private readonly bool isIdGuessed;
    private readonly UnitFacts facts;
    private long nextRow, wanted;

    /// <exception cref="SchemaMismatchException">No columns can be the position; an <see cref="ArgumentException"/> says why.</exception>
    /// <exception cref="ArgumentException">The recipe names an unknown frame.</exception>
    internal TableRows(ITableReader table, RecipeSource source, SourceUnit unit, BuildContext context, PositionOptions options,
        ColumnChoice choice, BadRows bad)
    {
        (this.source, this.unit, this.context, path, this.bad) = (source, unit.Id, context, table.Path, bad);
        wanted = context.WantedRows ?? long.MaxValue;
        idColumn = context.Decisions.RowNumbersAreIds ? PositionColumns.RowNumberId : source.Map.TextOrNull("id");
        try
        {
            columns = PositionColumns.Find(table.Columns, source.Map.TextOrNull("ra"), source.Map.TextOrNull("dec"), idColumn, options);
            positions = new PositionReader(table, columns,
                options with { OnWarning = context.Report, OnBadValue = context.SkipsBadRows ? bad.Add : null });
        }
        catch (ArgumentException e) when (e.ParamName is null)
        {
            throw Unusable(e);
        }
        isIdGuessed = columns.Id is not null && idColumn is null;
        facts = new UnitFacts
        {
            Ids = columns.Id is null ? IdSource.RowNumber : isIdGuessed ? IdSource.Guessed : IdSource.Named,
            UnknownColumns = choice.UnknownIn(table),
        };
        if (columns.Explanation.Length > 0)
            context.Report(columns.Explanation);
        if (columns.Id is null && idColumn is null)
            context.Report("no column of ids was found or named: the row number, counted from 0, is the object_id.");
        raSchema = Ra.With(DType.Float64, []);
        decSchema = Dec.With(DType.Float64, []);
        bool isNested = IsParquet(table.Path) && (source.Map.Find("nested")?.AsScalar().AsBool() ?? true);
        natives = [.. table.Columns.Where(c => !IsReplaced(c) && choice.Keeps(c.Name)).Select(c => (c.Name, NativeOf(c, isNested)))];
        string?[] needed = [columns.Ra.Name, columns.Dec.Name, columns.Id?.Name, .. natives.Select(n => n.From)];
        ColumnNames = [.. table.Columns.Select(c => c.Name).Where(name => needed.Contains(name))];
    }

    /// <summary>The columns of the table that are read, in its order.</summary>
    internal IReadOnlyList<string> ColumnNames { get; }

    /// <summary>True when the rows that are wanted of this table have been given.</summary>
    internal bool AreAll => wanted == 0;

    /// <summary>The next batch as the dataset has it, up to the last row that is wanted; those behind it are not judged.</summary>
    /// <exception cref="ValueInvalidException">A row has no position or no id, and bad rows are not skipped.</exception>
    /// <exception cref="SchemaMismatchException">The column of ids cannot hold ids.</exception>
    /// <exception cref="ReadAgainException">The column that was taken for the id has gaps, or a list is too long for the index.</exception>
    internal RowBatch Next(RowBatch batch)
    {
        // Numbers are read all the same, as the more there are the better they tell whether they are hours. A text that is no angle would
        // end the reading.
        if (wanted < batch.RowCount && !context.SkipsBadRows && (columns.Ra.DType is DType.String || columns.Dec.DType is DType.String))
            batch = batch.First((int)wanted);
        RequireShortLists(batch);
        PositionBatch position = positions.Read(batch);
        ColumnData ids = Ids(batch);
        int end = (int)Math.Min(wanted, batch.RowCount);
        Judge(batch, position, ids, context.SkipsBadRows ? batch.RowCount : end);
        RowBatch rows = new([
            ids, new ColumnData<double>(raSchema, position.WrappedRaDeg()), new ColumnData<double>(decSchema, position.DecDeg),
            .. natives.Select(n => batch[n.From].WithSchema(n.To))]);
        if (bad.Any)
            rows = WithoutBadRows(rows, end);
        else if (end < batch.RowCount)
            rows = rows.First(end);
        wanted -= rows.RowCount;
        nextRow += batch.RowCount;
        return rows;
    }

    private RowBatch WithoutBadRows(RowBatch rows, int end)
    {
        int[] kept = [.. Enumerable.Range(0, rows.RowCount).Where(i => !bad.Contains(nextRow + i)).Take(end)];
        int judged = kept.Length < end || kept is [] ? rows.RowCount : kept[^1] + 1;
        long[] fileRows = bad.Skip(nextRow, judged, kept);
        IEnumerable<ColumnData> columnsOf = kept.Length < rows.RowCount ? rows.Columns.Select(c => c.Take(kept)) : rows.Columns;
        if (columns.Id is null)
            columnsOf = columnsOf.Select((c, i) => i == 0 ? new ColumnData<long>(c.Schema, fileRows, fileRows.Length) : c);
        return new RowBatch(columnsOf) { SourceRows = fileRows };
    }

    /// <summary>Finds the rows without a position on the sky or without an id: the first is an error, unless bad rows are
    /// skipped.</summary>
    private void Judge(RowBatch batch, PositionBatch position, ColumnData ids, int end)
    {
        foreach (long row in position.RowsWithoutPosition)
            if (row < nextRow + end)
                Reject(Missing(batch, row));
        foreach (long row in position.RowsOutOfRange)
            if (row < nextRow + end)
                Reject(OutOfRange(batch, position, row));
        for (int row = 0; row < end && columns.Id is not null; row++)
            if (IsMissing(ids, row))
            {
                if (isIdGuessed)
                    throw ReadAgainException.WithRowNumbers($"{unit}, row {nextRow + row}",
                        $"the column '{columns.Id.Name}' was taken for the id, but has no value here");
                Reject(new ValueInvalidException(path, nextRow + row, columns.Id.Name, "a missing value", "an id",
                    "Name another column as 'id' in the recipe's source (--id with --from), ask for row numbers with --id row, or skip "
                        + "such rows with --on-error skip"));
            }
    }

    private void Reject(ValueInvalidException fault)
    {
        if (!context.SkipsBadRows)
            throw fault;
        bad.Add(fault);
    }

    /// <summary>Has the source read again with a column heavy, if one of its lists is too long for the index.</summary>
    private void RequireShortLists(RowBatch batch)
    {
        foreach ((string name, ColumnSchema native) in natives)
            if (native is { IsList: true, Nested: null } && native.DType is not DType.String)
                for (int row = 0; row < batch.RowCount; row++)
                    if (batch[name].RowBytes(row).Length > MostListBytes)
                        throw new ReadAgainException($"{unit}, row {nextRow + row}, column '{name}': a list of "
                            + $"{batch[name].RowBytes(row).Length} bytes is longer than {MostListBytes}; the column is stored in the "
                            + "shards alone.",
                            decisions => decisions with { LongLists = decisions.LongLists.Add(name) });
    }

    private ColumnData Ids(RowBatch batch)
    {
        try
        {
            return ObjectIdColumn.Of(batch, columns, nextRow);
        }
        catch (ArgumentException e) when (e.ParamName is null)
        {
            throw isIdGuessed && batch[columns.Id!.Name].IsNull.Span.Contains(true)
                ? ReadAgainException.WithRowNumbers(unit,
                    $"the column '{columns.Id!.Name}' was taken for the id, but holds {columns.Id.DType.Name()} and has gaps")
                    : Unusable(e);
        }
    }

    /// <summary>A fault of this one table: it is named, and may be left out for the sake of the others.</summary>
    private SchemaMismatchException Unusable(ArgumentException e) => new(path, null, e.Message.TrimEnd('.'), ColumnsRemedy, e)
    {
        IsOfCaller = (source.Map.Find("ra") ?? source.Map.Find("dec") ?? source.Map.Find("id")) is not null,
    };

    private const string PositionRemedy = "Correct it, or skip such rows with --on-error skip";

    private ValueInvalidException Missing(RowBatch batch, long row) =>
        new(path, row, IsMissing(batch[columns.Ra.Name], (int)(row - nextRow)) ? columns.Ra.Name : columns.Dec.Name, "a missing value",
            "a position", PositionRemedy);

    /// <summary>Names a position outside of the sky by the table's own columns and values.</summary>
    private ValueInvalidException OutOfRange(RowBatch batch, PositionBatch position, long outside)
    {
        int row = (int)(outside - nextRow);
        double raDeg = position.RaDeg.Span[row], decDeg = position.DecDeg.Span[row];
        return Math.Abs(decDeg) > 90
            ? new ValueInvalidException(path, outside, columns.Dec.Name, Written(batch[columns.Dec.Name], row, decDeg),
                "a declination in degrees, -90 to 90", PositionRemedy)
            : new ValueInvalidException(path, outside, columns.Ra.Name, Written(batch[columns.Ra.Name], row, raDeg),
                "a right ascension in degrees, 0 to 360", PositionRemedy);
    }

    /// <summary>An angle as it stands in the file, and in degrees where that is another number.</summary>
    private static string Written(ColumnData column, int row, double degrees)
    {
        string read = degrees.ToString(CultureInfo.InvariantCulture), written = column switch
        {
            TextColumnData text => $"'{text.Text(row).Trim()}'",
            ColumnData<double> c => c.Values.Span[row].ToString(CultureInfo.InvariantCulture),
            ColumnData<float> c => c.Values.Span[row].ToString(CultureInfo.InvariantCulture),
            ColumnData<long> c => c.Values.Span[row].ToString(CultureInfo.InvariantCulture),
            ColumnData<int> c => c.Values.Span[row].ToString(CultureInfo.InvariantCulture),
            _ => read,
        };
        return written.Trim('\'') == read ? written : $"{written} ({read} degrees)";
    }

    private static bool IsMissing(ColumnData column, int row) => column.IsNullAt(row) || column switch
    {
        ColumnData<double> c => double.IsNaN(c.Values.Span[row]),
        ColumnData<float> c => float.IsNaN(c.Values.Span[row]),
        TextColumnData text => string.IsNullOrWhiteSpace(text.Text(row)),
        _ => false,
    };

    /// <summary>Reports, after the last batch, what only all rows together tell.</summary>
    internal void Complete()
    {
        bad.Complete(areAllRead: wanted > 0);
        context.OnFacts?.Invoke(facts with
        {
            SourceRows = facts.Ids is IdSource.RowNumber ? nextRow + bad.LinesBefore : 0,
            UndeclaredRa = columns.Ra.Name,
            UndeclaredExtent = positions.UndeclaredExtent,
        });
    }

    /// <summary>True for a column that is the standard one to the last bit; another of that name is kept as <c>native_</c>.</summary>
    /// <remarks>The index of a HATS catalogue is the key of the dataset's own index, which the writer makes of the position.</remarks>
    private bool IsReplaced(ColumnSchema column) =>
        column is { Name: Format.ColumnNames.Healpix29, DType: DType.Int64 or DType.UInt64, IsScalar: true }
        || (column.Name == "object_id" && column.Name == columns.Id?.Name && column.DType is (DType.Int64 or DType.String))
        || (column.Name == "ra" && column.Name == columns.Ra.Name && IsPlainDegrees(column))
        || (column.Name == "dec" && column.Name == columns.Dec.Name && IsPlainDegrees(column));

    private bool IsPlainDegrees(ColumnSchema column) =>
        positions.Frame == SkyFrame.Icrs && column.DType == DType.Float64
            && (string.IsNullOrEmpty(column.Unit) || (Units.TryConvert(column.Unit, "deg", out double factor) && factor == 1))
            && source.Map.TextOrNull("ra_unit") is (null or "deg");

    private static bool IsParquet(string path) => path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase);

    /// <summary>The STRUCT that a list of Parquet was in; null for a list by itself.</summary>
    private static string? GroupOf(ColumnSchema column) =>
        column.Shape is [ColumnSchema.Ragged] && column.Name.LastIndexOf('.') is > 0 and var dot && dot < column.Name.Length - 1
            ? column.Name[..dot] : null;

    /// <summary>The column as the dataset has it: under its own name, unless a column that every dataset has is called so.</summary>
    /// <remarks>Lists of differing length stay in the index, as tables have them, unless one is longer than 4,096 bytes; those of one
    /// STRUCT, which tables call <c>group.member</c>, stay together. A text
    /// column is as wide as its widest value: the width that a table declares is often in characters.</remarks>
    private ColumnSchema NativeOf(ColumnSchema column, bool isNested)
    {
        bool isList = column.Shape is [ColumnSchema.Ragged] && !context.Decisions.LongLists.Contains(column.Name);
        ColumnSchema native = column with
        {
            Role = ColumnRole.Native,
            StringBytes = 0,
            IsList = isList,
            Nested = isNested ? GroupOf(column) : null
        };
        return column.Name is "object_id" or "ra" or "dec" or "healpix"
            || column.Name.StartsWith(Format.ColumnNames.PiecePrefix, StringComparison.Ordinal)
            || column.Name == Format.ColumnNames.Healpix29
            ? native with { Name = $"native_{column.Name}" } : native;
    }
}
