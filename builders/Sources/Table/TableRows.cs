using System.Collections.Immutable;
using System.Globalization;
using Pile.Format;
using Pile.Tables;

namespace Pile.Builders.Sources.Table;

/// <summary>Turns the batches of one table into batches of a dataset: id and position in front, every native column behind.</summary>
internal sealed class TableRows
{
    private static readonly ModalityColumn Ra = Modality.Common.Find("ra")!, Dec = Modality.Common.Find("dec")!;

    private readonly RecipeSource source;
    private readonly string unit, path;
    private readonly PositionColumns columns;
    private readonly PositionReader positions;
    private readonly ColumnSchema raSchema, decSchema;
    private readonly ImmutableArray<(string From, ColumnSchema To)> natives;
    private long nextRow, skipped;
    private string? looksLikeHours;

    internal TableRows(ITableReader table, RecipeSource source, string unit, PositionOptions options)
    {
        (this.source, this.unit, path) = (source, unit, table.Path);
        columns = PositionColumns.Find(table.Columns, source.Map.TextOrNull("ra"), source.Map.TextOrNull("dec"), source.Map.TextOrNull("id"));
        positions = new PositionReader(table, columns, options with { OnWarning = Heed });
        if (columns.Explanation.Length > 0)
            Tell(columns.Explanation);
        if (columns.Id is null)
            Tell("no column of ids was found or named: the row's number is its object_id.");
        raSchema = Ra.With(DType.Float64, []);
        decSchema = Dec.With(DType.Float64, []);
        natives = [.. table.Columns.Where(c => !IsReplaced(c)).Select(c => (c.Name, NativeOf(c)))];
    }

    internal RowBatch Next(RowBatch batch)
    {
        PositionBatch position = positions.Read(batch);
        RowBatch rows = new([
            ObjectIdColumn.Of(batch, columns, nextRow), new ColumnData<double>(raSchema, position.WrappedRaDeg()), new ColumnData<double>(decSchema, position.DecDeg),
            .. natives.Select(n => batch[n.From].WithSchema(n.To))]);
        if (source.SkipBadRows && position.RowsWithoutPosition.Length + position.RowsOutOfRange.Length is > 0 and var bad)
        {
            HashSet<long> left = [.. position.RowsWithoutPosition, .. position.RowsOutOfRange];
            int[] kept = [.. Enumerable.Range(0, batch.RowCount).Where(i => !left.Contains(nextRow + i))];
            rows = new RowBatch(rows.Columns.Select(c => c.Take(kept)));
            skipped += bad;
        }
        nextRow += batch.RowCount;
        return rows;
    }

    /// <summary>Says, after the last batch, what only all rows together tell.</summary>
    internal void Complete()
    {
        positions.Complete();
        if (looksLikeHours is not null)
            throw new ValueInvalidException(path, 0, columns.Ra.Name, looksLikeHours, "plainly degrees", "Say ra_unit: hours or ra_unit: deg in the recipe (--ra-unit)");
        if (skipped > 0)
            source.OnNote?.Invoke(new SourceNote(unit, $"{skipped.ToString(CultureInfo.InvariantCulture)} rows without a position on the sky were left out.") { SkippedRows = skipped });
    }

    // A dataset is built once and used for years: what a match may only warn of stops a build.
    private void Heed(string warning)
    {
        if (warning.StartsWith("RA looks like hours", StringComparison.Ordinal))
            looksLikeHours = warning;
        else
            Tell(warning);
    }

    private void Tell(string message) => source.OnNote?.Invoke(new SourceNote(unit, message));

    /// <summary>True for a column that is the standard one to the last bit; another of that name is kept as <c>native_</c>.</summary>
    private bool IsReplaced(ColumnSchema column) =>
        (column.Name == "object_id" && column.Name == columns.Id?.Name && column.DType is (DType.Int64 or DType.String))
        || (column.Name == "ra" && column.Name == columns.Ra.Name && IsPlainDegrees(column))
        || (column.Name == "dec" && column.Name == columns.Dec.Name && IsPlainDegrees(column));

    private bool IsPlainDegrees(ColumnSchema column) =>
        column.DType == DType.Float64 && (string.IsNullOrEmpty(column.Unit) || (Units.TryConvert(column.Unit, "deg", out double factor) && factor == 1)) && source.Map.TextOrNull("ra_unit") is (null or "deg");

    /// <summary>The column as the dataset has it: under its own name, unless a standard column of that name means something else.</summary>
    private ColumnSchema NativeOf(ColumnSchema column)
    {
        ColumnSchema native = column with { Role = ColumnRole.Native };
        if (column.Name is "object_id" or "ra" or "dec" or "healpix" || column.Name.StartsWith(ColumnNames.PiecePrefix, StringComparison.Ordinal) || column.Name == ColumnNames.Healpix29)
            return native with { Name = $"native_{column.Name}" };
        if (Modality.Common.Find(column.Name) is not { } standard)
            return native;
        if (standard.DTypes.Contains(column.DType) && standard.Dims.Length == column.Shape.Length)
        {
            if (standard.Unit is not { } unit)
                return native;
            // One unit has many spellings, 'mas yr-1' and 'mas/yr'; the dataset has the format's.
            if (column.Unit is not null && Units.TryConvert(column.Unit, unit, out double factor) && factor == 1)
                return native with { Unit = unit };
        }
        Tell($"column '{column.Name}' is kept as 'native_{column.Name}': the standard one is {standard.DTypes[0].Name()}{(standard.Unit is null ? "" : $" in {standard.Unit}")}, "
            + $"this is {column.DType.Name()} {(string.IsNullOrEmpty(column.Unit) ? "without a unit" : $"in {column.Unit}")}.");
        return native with { Name = $"native_{column.Name}" };
    }
}
