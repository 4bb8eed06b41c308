using System.Collections.Immutable;
using System.Globalization;
using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;

namespace Pile.Review;

/// <summary>I002, C006, C007, C009: the light values of a tile agree with their columns. Values are not missing and have the declared
/// number, texts have the declared length, codes have names, and lengths agree with their companions.</summary>
internal static class TileValues
{
    /// <summary>A rule of a light column, with SQL that is true for rows that violate it.</summary>
    private readonly record struct Rule(ColumnSchema Column, string Broken, string Message, string Code = FindingCodes.IndexSchemaMismatch);

    internal static void Check(DatasetUnderReview dataset, IndexTile tile, ImmutableHashSet<string> columns, DuckDbConnection connection,
        CancellationToken cancellationToken)
    {
        PositionFrame? frame = dataset.Manifest.Partition.Frame;
        Rule[] rules = [.. dataset.Light.Where(c => columns.Contains(c.SqlName)).SelectMany(c => RulesOf(c, frame)),
            .. RulesBetween(dataset, columns)];
        if (rules.Length == 0)
            return;
        // The number of the first row that violates each rule, and the number of such rows, in one pass over the columns. CASE instead of
        // FILTER: for each FILTER, DuckDB has buffers of the arguments of all, which were 300 MiB per worker for a dataset of SDSS.
        string items = string.Join(", ",
            rules.Select(r => $"coalesce(min(CASE WHEN {r.Broken} THEN {ParquetSql.RowNumber} END), -1)::BIGINT, "
                + $"count(CASE WHEN {r.Broken} THEN 1 END)::BIGINT"));
        using DuckDbResult result = connection.Query($"SELECT {items} FROM "
            + $"{ParquetSql.ReadNumbered(dataset, dataset.FullPath(tile.File.Path))}", cancellationToken: cancellationToken);
        if (!result.TryNextChunk(out DuckDbChunk? chunk))
            return;
        for (int i = 0; i < rules.Length; i++)
            if (chunk.Values<long>((2 * i) + 1)[0] is > 0 and var count)
                dataset.Log.Error(rules[i].Code, tile.File.Path, $"{rules[i].Message} in {count} rows, first in this one",
                    chunk.Values<long>(2 * i)[0], rules[i].Column.Name);
    }

    private static string Length(ColumnSchema column) =>
        $"{(column.IsBytes ? "octet_length" : "len")}({DuckDbSql.TileColumn(column)})";

    private static IEnumerable<Rule> RulesOf(ColumnSchema column, PositionFrame? frame)
    {
        string name = DuckDbSql.TileColumn(column);
        bool isChecked = column.Role == ColumnRole.Standard
            && (column.Name is "healpix" or IndexKey.HashColumn || frame?.IsCoordinate(column.Name) == true);
        if (!column.Nullable && !isChecked) // these have separate codes
            yield return new Rule(column, $"{name} IS NULL", "expected a value, as the column is not nullable, found none");
        if (!column.IsScalar && !column.IsRagged)
            yield return new Rule(column, $"len({name}) <> {column.ElementsPerRow.ToString(CultureInfo.InvariantCulture)}",
                $"expected {column.ElementsPerRow} values, found another number");
        if (!column.IsScalar && !column.IsBytes)
            yield return new Rule(column, $"list_count({name}) <> len({name})", "expected no gaps within a row, found some");
        if (column is { DType: DType.String, IsScalar: true })
            yield return new Rule(column, $"strlen({name}) > {column.StringBytes.ToString(CultureInfo.InvariantCulture)}",
                $"expected at most {column.StringBytes} bytes, found more");
        else if (column.DType == DType.String)
            yield return new Rule(column, $"list_max(list_transform({name}, lambda x: strlen(x))) > "
                + $"{column.StringBytes.ToString(CultureInfo.InvariantCulture)}",
                $"expected texts of at most {column.StringBytes} bytes, found longer ones");
        if (column is { IsRagged: true, Longest: var longest })
            yield return new Rule(column, $"{Length(column)} > {longest.ToString(CultureInfo.InvariantCulture)}",
                $"expected at most {longest} values according to 'longest', found more");
        if (!column.Categories.IsEmpty && column.DType.IsInteger())
        {
            string codes = string.Join(", ", column.Categories.Select(c => c.Code.ToString(CultureInfo.InvariantCulture)));
            yield return new Rule(column, column.IsScalar ? $"{name} NOT IN ({codes})"
                : $"len(list_filter({name}, lambda x: x NOT IN ({codes}))) > 0",
                "expected codes that 'categories' lists, found another", FindingCodes.CategoryUnknown);
        }
    }

    /// <summary>Returns the rules between columns of a row: the lengths of axes that they share, of lists and their companions, and of a
    /// nested group.</summary>
    private static IEnumerable<Rule> RulesBetween(DatasetUnderReview dataset, ImmutableHashSet<string> columns)
    {
        Modality modality = ManifestModality.Of(dataset.Manifest);
        Dictionary<(string, string), (ColumnSchema Column, string Length)> axes = [];
        foreach (ColumnSchema column in dataset.Manifest.Columns)
        {
            if (column is { Storage: ColumnStorage.Light, IsRagged: true } && ShapeOf(column) is { } own
                && columns.Contains(column.SqlName))
                yield return new Rule(column, $"{own}[1] <> coalesce({Length(column)}, 0)",
                    $"expected the number of values according to '{ColumnNames.Shape(column.Name)}', found another number",
                    FindingCodes.ShapeMismatch);
            if (modality.Find(column.Name) is not { } definition || definition.Dims.Length != column.Shape.Length)
                continue;
            string group = modality.GroupOf(column.Name);
            for (int axis = 0; axis < definition.Dims.Length; axis++)
            {
                string? length = column.Shape[axis] != ColumnSchema.Ragged ? column.Shape[axis].ToString(CultureInfo.InvariantCulture)
                    : ShapeOf(column) is { } shape ? $"nullif({shape}, {Nothing(column)})[{axis + 1}]" : null;
                if (length is not null && !axes.TryAdd((group, definition.Dims[axis]), (column, length))
                    && axes[(group, definition.Dims[axis])] is var first)
                    yield return new Rule(column, $"{length} <> {first.Length}",
                        $"expected the length of axis '{definition.Dims[axis]}' that '{first.Column.Name}' has, found another",
                        FindingCodes.ShapeMismatch);
            }
        }
        foreach (ColumnSchema column in dataset.Light.Where(c => columns.Contains(c.SqlName) && !c.IsScalar))
            if (modality.Find(column.Name) is { LengthsOf: { } axis }
                && axes.TryGetValue((modality.GroupOf(column.Name), axis), out var longest))
                yield return new Rule(column,
                    $"list_max({DuckDbSql.TileColumn(column)}) > {longest.Length} OR list_min({DuckDbSql.TileColumn(column)}) < 0",
                    $"expected lengths along axis '{axis}' of '{longest.Column.Name}', found another number", FindingCodes.ShapeMismatch);
        foreach (IGrouping<string, ColumnSchema> group in dataset.Light.Where(c => c.Nested is not null && columns.Contains(c.SqlName))
            .GroupBy(c => c.Nested!))
            foreach (ColumnSchema member in group.Skip(1))
                yield return new Rule(member, $"({DuckDbSql.TileColumn(member)} IS NULL) <> ({DuckDbSql.TileColumn(group.First())} IS "
                    + $"NULL) OR len({DuckDbSql.TileColumn(member)}) <> len({DuckDbSql.TileColumn(group.First())})",
                    $"expected a list as long as '{group.First().Name}' of the same nested group has, found another",
                    FindingCodes.NestedMismatch);

        string? ShapeOf(ColumnSchema column) => dataset.Manifest.Column(ColumnNames.Shape(column.Name)) is { } shape
            && columns.Contains(shape.SqlName) ? DuckDbSql.TileColumn(shape) : null;

        // The ragged axes of a row without a value have length 0: nothing to compare.
        static string Nothing(ColumnSchema column)
        {
            IEnumerable<string> lengths = column.Shape
                .Select(n => n == ColumnSchema.Ragged ? "0" : n.ToString(CultureInfo.InvariantCulture));
            return $"[{string.Join(", ", lengths)}]::BIGINT[]";
        }
    }
}
