using System.Collections.Immutable;
using System.Globalization;
using Pile.Format;
using Pile.Sky;
using Pile.Tables;
using Pile.Writing;

namespace Pile.Builders.Sources.Table;

/// <summary>Converts the batches of one table to batches of a dataset: first id and position, then the native columns.</summary>
internal sealed class TableRows
{
    private static readonly ModalityColumn Ra = Modality.Common.Find("ra")!, Dec = Modality.Common.Find("dec")!;

    /// <summary>The maximum size of a list in the index. A column with a longer list becomes heavy.</summary>
    private const int MaxListBytes = 4096;

    private const string ColumnsRemedy =
        "Set 'ra', 'dec', 'id', 'ra_unit' and 'frame' in the recipe's source";

    private readonly RecipeSource source;
    private readonly BuildContext context;
    private readonly string? idColumn;
    private readonly string unit, path;
    private readonly PositionColumns columns;
    private readonly PositionReader positions;
    private readonly BadRows bad;
    private readonly ColumnSchema raSchema, decSchema;
    private readonly ImmutableArray<(string From, ColumnSchema To)> natives;
    private readonly bool isIdGuessed, isNested;
    private readonly UnitFacts facts;
    private long nextRow, wanted;

    /// <exception cref="SchemaMismatchException">There are no columns of positions; an inner <see cref="ArgumentException"/> has the
    /// reason.</exception>
    /// <exception cref="ArgumentException">The recipe names an unknown frame.</exception>
    internal TableRows(ITableReader table, RecipeSource source, SourceUnit unit, BuildContext context, PositionOptions options,
        ColumnChoice choice, BadRows bad)
    {
        (this.source, this.unit, this.context, path, this.bad) = (source, unit.Id, context, table.Path, bad);
        wanted = context.WantedRows ?? long.MaxValue;
        idColumn = context.Decisions.RowNumbersAreIds ? PositionColumns.RowNumberId : options.IdColumn;
        try
        {
            columns = PositionColumns.Find(table.Columns, options with { IdColumn = idColumn });
            positions = new PositionReader(table, columns,
                options with { OnMessage = context.Report, OnBadValue = context.SkipsBadRows ? bad.Add : null });
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
            context.Report("no id column was found or named; the row number, counted from 0, is the object_id.");
        raSchema = Ra.With(DType.Float64, []);
        decSchema = Dec.With(DType.Float64, []);
        isNested = source.Map.Find("nested")?.AsScalar().AsBool() ?? true;
        natives = [.. table.Columns.Where(c => !IsReplaced(c) && choice.Keeps(c.Name)).Select(c => (c.Name, NativeOf(c)))];
        string?[] needed = [columns.Ra.Name, columns.Dec.Name, columns.Id?.Name, .. natives.Select(n => n.From)];
        ColumnNames = [.. table.Columns.Select(c => c.Name).Where(name => needed.Contains(name))];
    }

    /// <summary>The columns of the table that are read, in the order of the table.</summary>
    internal IReadOnlyList<string> ColumnNames { get; }

    /// <summary>True if all wanted rows of this table were returned.</summary>
    internal bool AreAll => wanted == 0;

    /// <summary>Converts the next batch, up to the last wanted row. Later rows are not checked.</summary>
    /// <exception cref="ValueInvalidException">A row has no position or no id, and bad rows are not skipped.</exception>
    /// <exception cref="SchemaMismatchException">The type of the id column is unsupported.</exception>
    /// <exception cref="ReadAgainException">The guessed id column has missing values, or a list is too long for the index.</exception>
    internal RowBatch Next(RowBatch batch)
    {
        // Numeric positions after the last wanted row are read too, because more positions show better whether they are in hours. A text
        // that is not an angle would be an error.
        if (wanted < batch.RowCount && !context.SkipsBadRows && (columns.Ra.DType is DType.String || columns.Dec.DType is DType.String))
            batch = batch.First((int)wanted);
        RequireShortLists(batch);
        PositionBatch position = positions.Read(batch);
        ColumnData ids = Ids(batch);
        int end = (int)Math.Min(wanted, batch.RowCount);
        Check(batch, position, ids, context.SkipsBadRows ? batch.RowCount : end);
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
        int checkedRows = kept.Length < end || kept is [] ? rows.RowCount : kept[^1] + 1;
        long[] fileRows = bad.Skip(nextRow, checkedRows, kept);
        IEnumerable<ColumnData> columnsOf = kept.Length < rows.RowCount ? rows.Columns.Select(c => c.Take(kept)) : rows.Columns;
        if (columns.Id is null)
            columnsOf = columnsOf.Select((c, i) => i == 0 ? new ColumnData<long>(c.Schema, fileRows, fileRows.Length) : c);
        return new RowBatch(columnsOf) { SourceRows = fileRows };
    }

    /// <summary>Checks positions and ids. The first bad row is an error, unless bad rows are skipped.</summary>
    private void Check(RowBatch batch, PositionBatch position, ColumnData ids, int end)
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
                        $"the column '{columns.Id.Name}' was used as the id, but has no value here");
                Reject(new ValueInvalidException(path, nextRow + row, columns.Id.Name, "a missing value", "an id",
                    "Set 'id' in the recipe's source to another column, or to row for row numbers, or skip bad rows "
                        + "(BuildSettings.SkipsBadRows)"));
            }
    }

    private void Reject(ValueInvalidException fault)
    {
        if (!context.SkipsBadRows)
            throw fault;
        bad.Add(fault);
    }

    /// <summary>Requests that the source is read again with a heavy column if one of its lists is too long for the index.</summary>
    private void RequireShortLists(RowBatch batch)
    {
        foreach ((string name, ColumnSchema native) in natives)
            if (native is { IsList: true, Nested: null } && native.DType is not DType.String)
                for (int row = 0; row < batch.RowCount; row++)
                    if (batch[name].RowBytes(row).Length > MaxListBytes)
                        throw new ReadAgainException($"{unit}, row {nextRow + row}, column '{name}': a list of "
                            + $"{batch[name].RowBytes(row).Length} bytes is longer than {MaxListBytes}; the column is stored only in the "
                            + "shards.",
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
                    $"the column '{columns.Id!.Name}' was used as the id, but has type {columns.Id.DType.Name()} and missing values")
                    : Unusable(e);
        }
    }

    /// <summary>Creates the error of an unusable table, which is skipped if unreadable files are skipped.</summary>
    private SchemaMismatchException Unusable(ArgumentException e) => new(path, null, e.Message.TrimEnd('.'), ColumnsRemedy, e)
    {
        IsOfCaller = (source.Map.Find("ra") ?? source.Map.Find("dec") ?? source.Map.Find("id")) is not null,
    };

    private const string PositionRemedy = "Correct the value, or skip bad rows (BuildSettings.SkipsBadRows)";

    private ValueInvalidException Missing(RowBatch batch, long row) =>
        new(path, row, IsMissing(batch[columns.Ra.Name], (int)(row - nextRow)) ? columns.Ra.Name : columns.Dec.Name, "a missing value",
            "a position", PositionRemedy);

    /// <summary>Creates the error of a position out of range, with the columns and values of the table.</summary>
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

    /// <summary>Formats an angle as in the file, and also in degrees if that is a different number.</summary>
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

    /// <summary>Reports the facts and warnings that depend on all rows. Called after the last batch.</summary>
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

    /// <summary>Returns true for a column that is identical to the standard column. Other columns of that name are kept as
    /// <c>native_</c>.</summary>
    /// <remarks>The writer computes the index column of a HATS catalogue from the positions.</remarks>
    private bool IsReplaced(ColumnSchema column) =>
        column is { Name: Format.ColumnNames.Healpix29, DType: DType.Int64 or DType.UInt64, IsScalar: true }
        || (column.Name == "object_id" && column.Name == columns.Id?.Name && column.DType is (DType.Int64 or DType.String))
        || (column.Name == "ra" && column.Name == columns.Ra.Name && IsPlainDegrees(column))
        || (column.Name == "dec" && column.Name == columns.Dec.Name && IsPlainDegrees(column));

    private bool IsPlainDegrees(ColumnSchema column) =>
        positions.Frame == SkyFrame.Icrs && column.DType == DType.Float64
            && (string.IsNullOrEmpty(column.Unit) || (Units.TryConvert(column.Unit, "deg", out double factor) && factor == 1))
            && source.Map.TextOrNull("ra_unit") is (null or "deg");

    /// <summary>Returns the Parquet STRUCT or the list of objects that contains a list; null for a separate list.</summary>
    private string? GroupOf(ColumnSchema column) =>
        !isNested ? null
        : !path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase) ? column.Nested
        : column.Shape is [ColumnSchema.Ragged] && column.Name.LastIndexOf('.') is > 0 and var dot && dot < column.Name.Length - 1
            ? column.Name[..dot] : null;

    /// <summary>Returns the schema of a column in the dataset. The column keeps its name, unless every dataset has a column of that
    /// name.</summary>
    /// <remarks>Lists of different lengths are stored in the index, unless one is longer than 4,096 bytes. Lists of one STRUCT or
    /// of one list of objects, named <c>group.member</c> in the table, stay a group. A text column is as wide as its widest value, because
    /// the width that a table declares is often in characters.</remarks>
    private ColumnSchema NativeOf(ColumnSchema column)
    {
        bool isList = column.Shape is [ColumnSchema.Ragged] && !context.Decisions.LongLists.Contains(column.Name);
        ColumnSchema native = column with
        {
            Role = ColumnRole.Native,
            StringBytes = 0,
            IsList = isList,
            Nested = GroupOf(column),
        };
        return column.Name is "object_id" or "ra" or "dec" or "healpix"
            || column.Name.StartsWith(Format.ColumnNames.PiecePrefix, StringComparison.Ordinal)
            || column.Name == Format.ColumnNames.Healpix29
            ? native with { Name = $"native_{column.Name}" } : native;
    }
}
