using Pile.DuckDb;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>Checks conditions against the columns of the sides before rows are read, by binding them to empty tables in DuckDB.</summary>
internal static class ConditionCheck
{
    /// <summary>Checks a condition on pairs.</summary>
    /// <param name="connection">A connection.</param>
    /// <param name="where">The condition.</param>
    /// <param name="a">One side.</param>
    /// <param name="namesA">The columns of that side to which the condition may refer.</param>
    /// <param name="b">The other side.</param>
    /// <param name="namesB">The columns of the other side to which the condition may refer.</param>
    /// <exception cref="ArgumentException">The condition refers to unknown columns, or compares incompatible types.</exception>
    internal static void Bind(DuckDbConnection connection, SqlExpression where, MatchSide a, IEnumerable<string> namesA, MatchSide b,
        IEnumerable<string> namesB)
    {
        using DuckDbBatches batchesA = EmptyRows(a, namesA), batchesB = EmptyRows(b, namesB);
        using DuckDbScan rowsA = connection.Scan(batchesA), rowsB = connection.Scan(batchesB);
        string separation = MatchColumns.SeparationName(a.Frame);
        Try(connection, where.Text, $"(SELECT 0::DOUBLE AS {separation}) AS _pile_pair "
            + $"JOIN {Untyped(a, namesA, rowsA)} AS a {On(batchesA)} "
            + $"JOIN {Untyped(b, namesB, rowsB)} AS b {On(batchesB)} WHERE {where.Sql}", [a, b]);

        // After USING, the name without a side is that of the first table.
        string On(DuckDbBatches side) => side.Columns.Any(c => c.Name.Equals(separation, StringComparison.OrdinalIgnoreCase))
            ? $"USING ({separation})" : "ON true";
    }

    /// <summary>Checks a condition on the rows of one side.</summary>
    /// <exception cref="ArgumentException">The condition refers to unknown columns, or compares incompatible types.</exception>
    internal static void Bind(DuckDbConnection connection, string condition, MatchSide side, IEnumerable<string> names)
    {
        using DuckDbBatches batches = EmptyRows(side, names);
        using DuckDbScan rows = connection.Scan(batches);
        Try(connection, condition, $"{Untyped(side, names, rows)} AS rows WHERE {side.ParseCondition(connection, condition).Sql}", [side]);
    }

    // The columns of a text table without rows are text because nothing says otherwise: NULL can be used as any type.
    private static string Untyped(MatchSide side, IEnumerable<string> names, DuckDbScan rows)
    {
        ColumnSchema[] columns = [.. names.Select(side.Require)];
        string[] texts = side.RowsAtMost != 0 ? [] : [.. SqlNames(side, columns)
            .Where((_, i) => columns[i].IsScalar && columns[i].DType == DType.String)
            .Select(name => $"NULL AS {DuckDbSql.Identifier(name)}")];
        return texts.Length == 0 ? rows.Sql : $"(SELECT * REPLACE ({string.Join(", ", texts)}) FROM {rows.Sql})";
    }

    private static DuckDbBatches EmptyRows(MatchSide side, IEnumerable<string> names)
    {
        ColumnSchema[] columns = [.. names.Select(side.Require)];
        string[] sqlNames = SqlNames(side, columns);
        return new DuckDbBatches([new("object_id", DuckDbColumn.TypeOf(side.IdType)), new(side.Frame.Lon, DuckDbType.Double),
            new(side.Frame.Lat, DuckDbType.Double), .. columns.Select((c, i) => new DuckDbField(sqlNames[i], SideBatches.TypeOf(c)))], []);
    }

    private static string[] SqlNames(MatchSide side, ColumnSchema[] columns)
    {
        string[] sqlNames = SideNeeds.SqlNames(side.Frame, columns);
        if (Array.FindIndex(columns, c => c.SqlName.Equals(SideNeeds.RowId, StringComparison.OrdinalIgnoreCase)) is >= 0 and int at)
            sqlNames[at] = SideNeeds.RowId; // these tables have no row numbers, which a column of that name would hide
        return sqlNames;
    }

    private static void Try(DuckDbConnection connection, string condition, string sql, MatchSide[] sides)
    {
        try
        {
            using DuckDbResult result = connection.Query($"SELECT 1 FROM {sql} LIMIT 0");
        }
        catch (DuckDbException e) when (SqlMistake.Is(e))
        {
            throw SqlMistake.Of(condition, e, sides);
        }
    }
}
