using System.Collections.Immutable;
using Pile.Format;
using Pile.Sky;
using Pile.Tables;
using Pile.Tables.Ecsv;
using Pile.Tables.Opening;
using Pile.Tables.Text;
using Pile.Writing;

namespace Pile.Builders.Sources.Table;

/// <summary>Converts the batches of one table to batches of a dataset: first id and position, then the native columns.</summary>
internal sealed class TableRows
{
    private static readonly ModalityColumn Ra = Modality.Common.Find("ra")!, Dec = Modality.Common.Find("dec")!;

    /// <summary>The maximum size of a list in the index. A column with a longer list becomes heavy.</summary>
    private const int MaxListBytes = 4096;

    private const string ColumnsRemedy =
        "Set 'ra', 'dec', 'id', 'ra_unit' and 'frame' in the recipe's source, or 'partition: hash' for a table without positions";

    private readonly TableSource source;
    private readonly BuildContext context;
    private readonly RowFilter? filter;
    private readonly string? idColumn;
    private readonly string unit, path;
    private readonly PositionColumns? columns; // null if the rows have no positions
    private readonly PositionReader? positions;
    private readonly ColumnSchema? id; // null if row numbers are the ids
    private readonly BadRows bad;
    private readonly CompanionColumns companions;
    private readonly ColumnSchema raSchema, decSchema;
    private readonly ImmutableArray<(string From, ColumnSchema To)> natives;
    private readonly bool isIdGuessed;
    private readonly UnitFacts facts;
    private long nextRow, wanted;

    /// <exception cref="SchemaMismatchException">There are no columns of positions, and an inner <see cref="ArgumentException"/> has the
    /// reason; or the named column of ids does not have integers or text.</exception>
    /// <exception cref="ReadAgainException">The guessed column of ids does not have integers or text.</exception>
    /// <exception cref="ArgumentException">The recipe names an unknown frame.</exception>
    internal TableRows(OpenTable open, TableSource source, SourceUnit unit, BuildContext context, BadRows bad)
    {
        ITableReader table = open.Rows;
        (this.source, this.unit, this.context, path, this.bad, filter) = (source, unit.Id, context, table.Path, bad, open.Filter);
        PositionOptions options = source.Positions;
        string explanation;
        wanted = context.WantedRows ?? long.MaxValue;
        idColumn = context.Decisions.RowNumbersAreIds ? PositionColumns.RowNumberId : options.IdColumn;
        try
        {
            if (source.HasPositions)
            {
                columns = PositionColumns.Find(table, options with { IdColumn = idColumn });
                (id, explanation) = (columns.Id, columns.Explanation);
                positions = new PositionReader(table, columns,
                    options with { OnMessage = context.Report, OnBadValue = context.SkipsBadRows || filter is not null ? bad.Add : null });
            }
            else
                (id, explanation) = PositionColumns.FindId(table.Columns, idColumn);
        }
        catch (ArgumentException e) when (e.ParamName is null)
        {
            throw Unusable(e);
        }
        isIdGuessed = id is not null && idColumn is null;
        if (id is not null && !ObjectIdColumn.CanBe(id))
            throw isIdGuessed ? ReadAgainException.WithRowNumbers(unit.Id,
                    $"the column '{id.Name}' was used as the id, but contains {ObjectIdColumn.TypeOf(id)}, not integers or text")
                : new SchemaMismatchException(path, id.Name,
                    $"ids must be integers or text; the column contains {ObjectIdColumn.TypeOf(id)}",
                    "Set 'id' in the recipe's source to another column, or to row for row numbers")
                { IsOfCaller = true };
        facts = new UnitFacts
        {
            Ids = id is null ? IdSource.RowNumber : isIdGuessed ? IdSource.Guessed : IdSource.Named,
            UnknownColumns = open.UnknownColumns,
        };
        if (explanation.Length > 0)
            context.Report(explanation);
        if (id is null && idColumn is null)
            context.Report($"{(columns is { SeveralIds: [_, ..] several }
                ? $"several columns could be the id ({string.Join(", ", several)})"
                : "no id column was found or named")}; the row number, counted from 0, is the object_id.");
        if (table.Columns.FirstOrDefault(c => IsIndexColumn(c) && open.Keeps(c.Name)) is { } computed)
            context.Report($"the column '{computed.Name}' is left out, because the index has its own, computed from the positions.");
        raSchema = Ra.With(DType.Float64, []);
        decSchema = Dec.With(DType.Float64, []);
        HashSet<string> taken = [.. table.Columns.Select(c => c.Name)];
        ImmutableArray<TextKinds?> kinds = table switch { TextTable t => t.Kinds, EcsvTable t => t.Kinds, _ => [] };
        ColumnSchema[] stored = [.. table.Columns.Where((c, i) =>
            !IsReplaced(c, hasNoValues: i < kinds.Length && kinds[i] is TextKinds.None) && open.Keeps(c.Name))];
        companions = new CompanionColumns(stored, context.Decisions);
        foreach ((string name, string owner) in companions.Renamed)
            context.Report($"the column '{name}' has the name that the dataset needs for the missing values of '{owner}'; it is stored as "
                + $"'{Format.ColumnNames.Native(name)}'.");
        natives = [.. stored.Where(c => !companions.LeftOut.Contains(c.Name)).Select(c => (c.Name, NativeOf(c, taken)))];
        string?[] needed = [columns?.Ra.Name, columns?.Dec.Name, id?.Name, .. natives.Select(n => n.From), .. companions.LeftOut,
            .. filter?.ColumnNames ?? []];
        ColumnNames = [.. table.Columns.Select(c => c.Name).Where(name => needed.Contains(name))];
    }

    /// <summary>The column of the ids; null if row numbers are the ids.</summary>
    internal string? IdColumn => id?.Name;

    /// <summary>True for the columns <c>ra</c> and <c>dec</c> of the positions, which become the standard columns in any type.</summary>
    internal bool IsStandardPosition(string column) =>
        column is "ra" or "dec" && (column == columns?.Ra.Name || column == columns?.Dec.Name);

    /// <summary>The columns of the table that are read, in the order of the table.</summary>
    internal IReadOnlyList<string> ColumnNames { get; }

    /// <summary>True if all wanted rows of this table were returned.</summary>
    internal bool AreAll => wanted == 0;

    /// <summary>Converts the next batch, up to the last wanted row. Later rows are not checked.</summary>
    /// <exception cref="ValueInvalidException">A row has no position or no id, and bad rows are not skipped.</exception>
    /// <exception cref="SchemaMismatchException">The filter cannot be evaluated.</exception>
    /// <exception cref="ReadAgainException">The guessed id column has missing values, or a list is too long for the index.</exception>
    internal RowBatch Next(RowBatch batch, CancellationToken cancellationToken)
    {
        // Numeric positions after the last wanted row are read too, because more positions show better whether they are in hours. A text
        // that is not an angle would be an error.
        if (wanted < batch.RowCount && !context.SkipsBadRows && filter is null
            && (columns is null || columns.Ra.DType is DType.String || columns.Dec.DType is DType.String))
            batch = batch.First((int)wanted);
        bool[]? isKept = filter?.Test(batch, cancellationToken);
        int end = EndOfWanted(batch, isKept);
        RequireShortLists(batch, isKept);
        companions.Require(batch, unit, nextRow);
        PositionBatch? position = positions?.Read(batch);
        if (isKept is not null)
            bad.Drop(nextRow, isKept, end);
        ColumnData ids = ObjectIdColumn.Of(batch, id, nextRow);
        Check(batch, position, ids, isKept, context.SkipsBadRows ? batch.RowCount : end);
        RowBatch rows = new([
            ids,
            .. position is null ? (ReadOnlySpan<ColumnData>)[]
                : [new ColumnData<double>(raSchema, position.WrappedRaDeg()), new ColumnData<double>(decSchema, position.DecDeg)],
            .. natives.Select(n => batch[n.From].WithSchema(n.To))]);
        if (bad.Any || isKept is not null || context.SkipsBadRows) // the writer may skip further rows, by their numbers
            rows = Chosen(rows, isKept);
        else if (end < batch.RowCount)
            rows = rows.First(end);
        RequireNames(rows);
        wanted -= rows.RowCount;
        nextRow += batch.RowCount;
        return rows;
    }

    /// <summary>Returns the number of rows of a batch up to the last wanted one, if all rows that meet the filter are good.</summary>
    private int EndOfWanted(RowBatch batch, bool[]? isKept)
    {
        int end = (int)Math.Min(wanted, batch.RowCount);
        if (isKept is null || end == batch.RowCount)
            return end;
        end = 0;
        for (long kept = 0; end < isKept.Length && kept < wanted; end++)
            kept += isKept[end] ? 1 : 0;
        return end;
    }

    /// <summary>Returns the rows that meet the filter and are good, up to the last wanted one.</summary>
    private RowBatch Chosen(RowBatch rows, bool[]? isKept)
    {
        int limit = (int)Math.Min(wanted, rows.RowCount);
        int[] kept = [.. Enumerable.Range(0, rows.RowCount).Where(i => isKept?[i] != false && !bad.Contains(nextRow + i)).Take(limit)];
        int checkedRows = kept.Length < limit || kept is [] ? rows.RowCount : kept[^1] + 1;
        long[] fileRows = bad.Skip(nextRow, checkedRows, kept);
        IEnumerable<ColumnData> columnsOf = kept.Length < rows.RowCount ? rows.Columns.Select(c => c.Take(kept)) : rows.Columns;
        if (id is null)
            columnsOf = columnsOf.Select((c, i) => i == 0 ? new ColumnData<long>(c.Schema, fileRows, fileRows.Length) : c);
        return new RowBatch(columnsOf) { SourceRows = fileRows };
    }

    /// <summary>Checks positions and ids. The first bad row is an error, unless bad rows are skipped.</summary>
    private void Check(RowBatch batch, PositionBatch? position, ColumnData ids, bool[]? isKept, int end)
    {
        foreach (long row in position?.RowsWithoutPosition ?? [])
            if (IsChecked((int)(row - nextRow)))
                Reject(PositionFault.Missing(path, columns!, batch, row, nextRow));
        foreach (long row in position?.RowsOutOfRange ?? [])
            if (IsChecked((int)(row - nextRow)))
                Reject(PositionFault.OutOfRange(path, columns!, batch, position!, row, nextRow));
        for (int row = 0; row < end && id is not null; row++)
            if (IsChecked(row) && PositionFault.IsMissing(ids, row))
            {
                if (isIdGuessed)
                    throw ReadAgainException.WithRowNumbers($"{unit}, row {nextRow + row}",
                        $"the column '{id.Name}' was used as the id, but has no value here");
                Reject(new ValueInvalidException(path, nextRow + row, id.Name, "a missing value", "an id",
                    "Set 'id' in the recipe's source to another column, or to row for row numbers, or skip bad rows "
                        + "(BuildSettings.SkipsBadRows)"));
            }

        bool IsChecked(int row) => row < end && isKept?[row] != false;
    }

    private void Reject(ValueInvalidException fault)
    {
        if (!context.SkipsBadRows)
            throw fault;
        bad.Add(fault);
    }

    /// <summary>Requests that the source is read again with a heavy column if one of its lists is too long for the index.</summary>
    private void RequireShortLists(RowBatch batch, bool[]? isKept)
    {
        foreach ((string name, ColumnSchema native) in natives)
            if (native is { IsList: true, Nested: null } && native.DType is not DType.String)
                for (int row = 0; row < batch.RowCount; row++)
                    if (isKept?[row] != false && batch[name].RowBytes(row).Length > MaxListBytes)
                        throw new ReadAgainException($"{unit}, row {nextRow + row}, column '{name}': a list of "
                            + $"{batch[name].RowBytes(row).Length} bytes is longer than {MaxListBytes}; the column is stored only in the "
                            + "shards.",
                            decisions => decisions with { LongLists = decisions.LongLists.Add(name) });
    }

    /// <summary>Requests that the source is read again without the names of a column's codes if the file does not name all of
    /// them.</summary>
    private void RequireNames(RowBatch rows)
    {
        foreach ((string name, ColumnSchema native) in natives)
            if (!native.Categories.IsEmpty && UnnamedCode.In(rows[native.Name]) is (_, var code))
                throw new ReadAgainException($"{unit}, column '{name}': the file names {native.Categories.Length} codes, but not the code "
                    + $"{code}; its names are not used. The recipe can name all codes: native: {{ {name}: {{ categories: … }} }}.",
                    decisions => decisions with { UnnamedCodes = decisions.UnnamedCodes.Add(name) });
    }

    /// <summary>Creates the error of an unusable table, which is skipped if unreadable files are skipped.</summary>
    private SchemaMismatchException Unusable(ArgumentException e) => new(path, null, e.Message.TrimEnd('.'), ColumnsRemedy, e)
    {
        IsOfCaller = (source.Recipe.Map.Find("ra") ?? source.Recipe.Map.Find("dec") ?? source.Recipe.Map.Find("id")) is not null,
    };

    /// <summary>Reports the facts and warnings that depend on all rows. Called after the last batch.</summary>
    /// <param name="textKinds">The kinds of values of the columns of a text table.</param>
    internal void Complete(ImmutableArray<string> textKinds)
    {
        bad.Complete(areAllRead: wanted > 0);
        foreach (string name in companions.LeftOut) // not earlier: a later row may have other values than the companion
            context.Report($"the column '{name}' is left out, because the dataset has its own, computed from the values.");
        context.OnFacts?.Invoke(facts with
        {
            SourceRows = facts.Ids is IdSource.RowNumber ? nextRow + bad.LinesBefore : 0,
            PropertyKinds = textKinds,
            UndeclaredRa = columns?.Ra.Name,
            UndeclaredExtent = positions?.UndeclaredExtent,
        });
    }

    /// <summary>Returns true for a column that is identical to the standard column. Other columns of that name are kept as
    /// <c>native_</c>.</summary>
    private bool IsReplaced(ColumnSchema column, bool hasNoValues) => IsIndexColumn(column)
        || (column.Name == "object_id" && column.Name == id?.Name && column.DType is (DType.Int64 or DType.String))
        || (column.Name == "ra" && column.Name == columns?.Ra.Name && (hasNoValues || IsPlainDegrees(column)))
        || (column.Name == "dec" && column.Name == columns?.Dec.Name && (hasNoValues || IsPlainDegrees(column)));

    // The writer computes the index column of a HATS catalogue from the positions.
    private static bool IsIndexColumn(ColumnSchema column) =>
        column is { Name: Format.ColumnNames.Healpix29, DType: DType.Int64 or DType.UInt64, IsScalar: true };

    // Degrees are exact as float64 if they are integers; a text table has these where all values of a file happen to be whole.
    private bool IsPlainDegrees(ColumnSchema column) =>
        positions!.Frame == SkyFrame.Icrs && (column.DType == DType.Float64 || column.DType.IsInteger())
            && (string.IsNullOrEmpty(column.Unit) || (Units.TryConvert(column.Unit, "deg", out double factor) && factor == 1))
            && source.Recipe.Map.TextOrNull("ra_unit") is (null or "deg");

    /// <summary>Returns the STRUCT of Parquet or Arrow, or the list of objects, that contains a list; null for a separate list.</summary>
    private string? GroupOf(ColumnSchema column) =>
        !source.KeepsStructs ? null
        : TablePath.FormatOf(path) is not (TableFormat.Parquet or TableFormat.Arrow) ? column.Nested
        : column.Shape is [ColumnSchema.Ragged] && column.Name.LastIndexOf('.') is > 0 and var dot && dot < column.Name.Length - 1
            ? column.Name[..dot] : null;

    /// <summary>Returns the schema of a column in the dataset. The column keeps its name, unless every dataset has a column of that
    /// name.</summary>
    /// <remarks>Lists of different lengths are stored in the index, unless one is longer than 4,096 bytes. Lists of one STRUCT or
    /// of one list of objects, named <c>group.member</c> in the table, stay a group. A text column is as wide as its widest value, because
    /// the width that a table declares is often in characters.</remarks>
    private ColumnSchema NativeOf(ColumnSchema column, HashSet<string> taken)
    {
        bool isList = column.Shape is [ColumnSchema.Ragged] && !context.Decisions.LongLists.Contains(column.Name);
        ColumnSchema native = column with
        {
            Role = ColumnRole.Native,
            StringBytes = 0,
            IsList = isList,
            Nested = GroupOf(column),
            Categories = context.Decisions.UnnamedCodes.Contains(column.Name) ? [] : column.Categories,
        };
        bool isOfPile = column.Name == "object_id" || (columns is null ? column.Name == IndexKey.HashColumn
                : column.Name is "ra" or "dec" or "healpix")
            || column.Name.StartsWith(Format.ColumnNames.PiecePrefix, StringComparison.Ordinal)
            || column.Name == Format.ColumnNames.Healpix29 || companions.Contains(column.Name);
        return isOfPile ? native with { Name = Format.ColumnNames.Free(Format.ColumnNames.Native(column.Name), taken) } : native;
    }
}
