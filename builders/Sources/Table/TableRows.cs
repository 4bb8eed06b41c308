using System.Collections.Immutable;
using System.Globalization;
using Pile.Format;
using Pile.Sky;
using Pile.Tables;

namespace Pile.Builders.Sources.Table;

/// <summary>Turns the batches of one table into batches of a dataset: id and position in front, every native column behind.</summary>
internal sealed class TableRows
{
    private static readonly ModalityColumn Ra = Modality.Common.Find("ra")!, Dec = Modality.Common.Find("dec")!;

    /// <summary>Right ascensions without a unit that lie within 0 to 24 and farther apart than this are of most of the sky in hours, hardly of a strip in degrees.</summary>
    private const double PlainlyHours = 16;

    private const string ColumnsRemedy = "Name the columns as 'ra', 'dec', 'id', 'ra_unit' and 'frame' in the recipe's source (--ra, --dec, --id, --ra-unit and --frame with --from)";

    private readonly RecipeSource source;
    private readonly string unit, path;
    private readonly PositionColumns columns;
    private readonly PositionReader positions;
    private readonly ColumnSchema raSchema, decSchema;
    private readonly ImmutableArray<(string From, ColumnSchema To)> natives;
    private long nextRow, wanted, withoutPosition, withoutId;

    /// <exception cref="SchemaMismatchException">No columns can be the position; an <see cref="ArgumentException"/> says why.</exception>
    /// <exception cref="ArgumentException">The recipe names a frame that there is none of, whatever the table.</exception>
    internal TableRows(ITableReader table, RecipeSource source, SourceUnit unit, PositionOptions options)
    {
        (this.source, this.unit, path, wanted) = (source, unit.Id, table.Path, unit.WantedRows ?? long.MaxValue);
        try
        {
            columns = PositionColumns.Find(table.Columns, source.Map.TextOrNull("ra"), source.Map.TextOrNull("dec"), source.Map.TextOrNull("id"), options);
            positions = new PositionReader(table, columns, options with { OnWarning = Tell });
        }
        catch (ArgumentException e) when (e.ParamName is null)
        {
            throw Unusable(e);
        }
        if (columns.Explanation.Length > 0)
            Tell(columns.Explanation);
        if (columns.Id is null)
            Tell("no column of ids was found or named: the row's number is its object_id.");
        raSchema = Ra.With(DType.Float64, []);
        decSchema = Dec.With(DType.Float64, []);
        natives = [.. table.Columns.Where(c => !IsReplaced(c)).Select(c => (c.Name, NativeOf(c, IsParquet(table.Path) && (source.Map.Find("nested")?.AsScalar().AsBool() ?? true))))];
    }

    /// <summary>True when the rows that are wanted of this table have been given.</summary>
    internal bool AreAll => wanted == 0;

    /// <summary>The next batch as the dataset has it, up to the last row that is wanted; those behind it are not judged.</summary>
    /// <exception cref="ValueInvalidException">A row has no position on the sky, and none may be left out.</exception>
    /// <exception cref="SchemaMismatchException">The column of ids holds none.</exception>
    internal RowBatch Next(RowBatch batch)
    {
        // Numbers are read all the same, as the more there are the better they tell whether they are hours. A text that is no angle would end the reading.
        if (wanted < batch.RowCount && !source.SkipBadRows && (columns.Ra.DType is DType.String || columns.Dec.DType is DType.String))
            batch = batch.First((int)wanted);
        PositionBatch position = positions.Read(batch);
        ColumnData ids = Ids(batch);
        int end = (int)Math.Min(wanted, batch.RowCount);
        if (!source.SkipBadRows)
        {
            RequirePositions(batch, position, nextRow + end);
            RequireIds(ids, end);
        }
        RowBatch rows = new([
            ids, new ColumnData<double>(raSchema, position.WrappedRaDeg()), new ColumnData<double>(decSchema, position.DecDeg),
            .. natives.Select(n => batch[n.From].WithSchema(n.To))]);
        if (source.SkipBadRows)
        {
            HashSet<long> left = [.. position.RowsWithoutPosition, .. position.RowsOutOfRange];
            int[] kept = [.. Enumerable.Range(0, batch.RowCount).Where(i => !left.Contains(nextRow + i) && !IsMissing(ids, i)).Take(end)];
            int judged = kept.Length < end || kept is [] ? batch.RowCount : kept[^1] + 1, unplaced = left.Count(row => row < nextRow + judged);
            withoutPosition += unplaced;
            withoutId += judged - unplaced - kept.Length;
            if (kept.Length < batch.RowCount)
                rows = new RowBatch(rows.Columns.Select(c => c.Take(kept)));
        }
        else if (end < batch.RowCount)
            rows = rows.First(end);
        wanted -= rows.RowCount;
        nextRow += batch.RowCount;
        return rows;
    }

    private ColumnData Ids(RowBatch batch)
    {
        try
        {
            return ObjectIdColumn.Of(batch, columns, nextRow);
        }
        catch (ArgumentException e) when (e.ParamName is null)
        {
            throw Unusable(e);
        }
    }

    /// <summary>A fault of this one table: it is named, and may be left out for the sake of the others.</summary>
    private SchemaMismatchException Unusable(ArgumentException e) => new(path, null, e.Message.TrimEnd('.'), ColumnsRemedy, e)
    {
        IsOfCaller = (source.Map.Find("ra") ?? source.Map.Find("dec") ?? source.Map.Find("id")) is not null,
    };

    /// <summary>Names the first row without a position by the table's own columns and values.</summary>
    private void RequirePositions(RowBatch batch, PositionBatch position, long endRow)
    {
        const string Remedy = "Correct it, or leave such rows out with --on-error skip";
        if (position.RowsWithoutPosition is [var missing, ..] && missing < endRow)
            throw new ValueInvalidException(path, missing, IsMissing(batch[columns.Ra.Name], (int)(missing - nextRow)) ? columns.Ra.Name : columns.Dec.Name, "a missing value", "a position", Remedy);
        if (position.RowsOutOfRange is [var outside, ..] && outside < endRow)
        {
            double raDeg = position.RaDeg.Span[(int)(outside - nextRow)], decDeg = position.DecDeg.Span[(int)(outside - nextRow)];
            throw Math.Abs(decDeg) > 90
                ? new ValueInvalidException(path, outside, columns.Dec.Name, Written(batch[columns.Dec.Name], (int)(outside - nextRow), decDeg), "a declination in degrees, -90 to 90", Remedy)
                : new ValueInvalidException(path, outside, columns.Ra.Name, Written(batch[columns.Ra.Name], (int)(outside - nextRow), raDeg), "a right ascension in degrees, 0 to 360", Remedy);
        }
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

    /// <summary>Names the first row without an id by the table's own column.</summary>
    private void RequireIds(ColumnData ids, int end)
    {
        for (int row = 0; row < end; row++)
            if (IsMissing(ids, row))
                throw new ValueInvalidException(path, nextRow + row, columns.Id!.Name, "a missing value", "an id",
                    "Name another column as 'id' in the recipe's source (--id with --from), or leave such rows out with --on-error skip");
    }

    private static bool IsMissing(ColumnData column, int row) => column.IsNullAt(row) || column switch
    {
        ColumnData<double> c => double.IsNaN(c.Values.Span[row]),
        ColumnData<float> c => float.IsNaN(c.Values.Span[row]),
        TextColumnData text => string.IsNullOrWhiteSpace(text.Text(row)),
        _ => false,
    };

    /// <summary>Says, after the last batch, what only all rows together tell.</summary>
    internal void Complete()
    {
        // A dataset is built once and used for years: what a match only warns of stops a build, unless a survey of few degrees in width is as likely.
        if (positions.UndeclaredHours is (var least, var greatest) && greatest - least > PlainlyHours)
            throw new SchemaMismatchException(path, columns.Ra.Name, string.Create(CultureInfo.InvariantCulture, $"right ascension looks like hours: its values lie between {least:0.####} and {greatest:0.####}, and no unit is given"),
                "Say which it is: --ra-unit hours or --ra-unit deg (ra_unit in a recipe's source)");
        positions.Complete();
        TellLeftOut(withoutPosition, "a position on the sky");
        TellLeftOut(withoutId, "an id");
    }

    private void TellLeftOut(long rows, string what)
    {
        if (rows > 0)
            source.OnNote?.Invoke(new SourceNote(unit, $"{rows.ToString(CultureInfo.InvariantCulture)} {(rows == 1 ? "row" : "rows")} without {what} {(rows == 1 ? "was" : "were")} left out.") { SkippedRows = rows });
    }

    private void Tell(string message) => source.OnNote?.Invoke(new SourceNote(unit, message));

    /// <summary>True for a column that is the standard one to the last bit; another of that name is kept as <c>native_</c>.</summary>
    private bool IsReplaced(ColumnSchema column) =>
        (column.Name == "object_id" && column.Name == columns.Id?.Name && column.DType is (DType.Int64 or DType.String))
        || (column.Name == "ra" && column.Name == columns.Ra.Name && IsPlainDegrees(column))
        || (column.Name == "dec" && column.Name == columns.Dec.Name && IsPlainDegrees(column));

    private bool IsPlainDegrees(ColumnSchema column) =>
        positions.Frame == SkyFrame.Icrs && column.DType == DType.Float64 && (string.IsNullOrEmpty(column.Unit) || (Units.TryConvert(column.Unit, "deg", out double factor) && factor == 1)) && source.Map.TextOrNull("ra_unit") is (null or "deg");

    private static bool IsParquet(string path) => path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase);

    /// <summary>The STRUCT that a list of Parquet was in; null for a list by itself.</summary>
    private static string? GroupOf(ColumnSchema column) =>
        column.Shape is [ColumnSchema.Ragged] && column.Name.LastIndexOf('.') is > 0 and var dot && dot < column.Name.Length - 1 ? column.Name[..dot] : null;

    /// <summary>The column as the dataset has it: under its own name, unless a column that every dataset has is called so.</summary>
    /// <remarks>Lists of differing length stay in the index, as tables have them; those of one STRUCT, which tables call <c>group.member</c>, stay together. A text
    /// column is as wide as its widest value: the width that a table declares is often in characters.</remarks>
    private static ColumnSchema NativeOf(ColumnSchema column, bool isNested)
    {
        ColumnSchema native = column with { Role = ColumnRole.Native, StringBytes = 0, IsList = column.Shape is [ColumnSchema.Ragged], Nested = isNested ? GroupOf(column) : null };
        return column.Name is "object_id" or "ra" or "dec" or "healpix" || column.Name.StartsWith(ColumnNames.PiecePrefix, StringComparison.Ordinal) || column.Name == ColumnNames.Healpix29
            ? native with { Name = $"native_{column.Name}" } : native;
    }
}
