using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Tables;

/// <summary>An SQL condition on the rows of a table, evaluated batch by batch.</summary>
/// <remarks>Comparisons treat NaN as IEEE 754 does. A row for which the condition is NULL does not meet it.</remarks>
internal sealed class RowCondition : IDisposable
{
    private const string Place = "_pile_place";

    private readonly string text;
    private readonly DuckDbDatabase database;
    private readonly DuckDbConnection connection;
    private readonly ImmutableArray<ColumnSchema> all, used;
    private readonly string condition;

    /// <summary>Parses a condition and binds it to the columns of a table.</summary>
    /// <param name="text">The condition, for example <c>mag &lt; 20 AND class = 'STAR'</c>.</param>
    /// <param name="columns">The columns of the table.</param>
    /// <exception cref="ArgumentException">It is not a condition, or refers to an unknown column.</exception>
    internal RowCondition(string text, ImmutableArray<ColumnSchema> columns)
    {
        (this.text, all) = (text, columns);
        database = DuckDbDatabase.OpenInMemory(new DuckDbSettings { Threads = 1 });
        try
        {
            database.LockDown();
            connection = database.Connect();
            SqlExpression expression = SqlExpression.ParseCondition(connection, text);
            if (expression.FindVolatile(name => columns.Any(c => IsNamed(c, name))) is { } changing)
                throw new ArgumentException($"'{text}': {changing} has another value in each run");
            condition = expression.Sql;
            used = [.. columns.Where(c => expression.Names.Any(name => IsNamed(c, name)))];
            if (used.GroupBy(c => c.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Skip(1).Any()) is { } same)
                throw new ArgumentException($"'{text}': the columns {string.Join(" and ", same.Select(c => $"'{c.Name}'"))} differ only in "
                    + "case, which SQL ignores. Rename one of them");
            Test(EmptyBatch.Of(used), CancellationToken.None);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The columns to which the condition refers.</summary>
    internal IEnumerable<string> ColumnNames => used.Select(c => c.Name);

    /// <summary>Returns for each row whether it meets the condition.</summary>
    /// <param name="batch">Rows with at least the columns of <see cref="ColumnNames"/>.</param>
    /// <param name="cancellationToken">Interrupts DuckDB.</param>
    /// <param name="firstRow">The number of the first row, for messages.</param>
    /// <exception cref="ArgumentException">The condition cannot be evaluated.</exception>
    internal bool[] Test(RowBatch batch, CancellationToken cancellationToken, long firstRow = 0)
    {
        bool[] meets = new bool[batch.RowCount];
        int[] places = [.. Enumerable.Range(0, batch.RowCount)];
        try
        {
            Take(condition, place => meets[place] = true);
        }
        catch (DuckDbException e)
        {
            long row = -1;
            if (batch.RowCount > 0) // a hash is never null
                Take($"TRY(hash({condition})) IS NULL LIMIT 1", place => row = firstRow + place);
            throw new ArgumentException($"'{text}'{(row < 0 ? "" : FormattableString.Invariant($", row {row}"))}: "
                + $"{Reason(e)}{SqlHint.Of(text, e.Error)}", e);
        }
        return meets;

        void Take(string where, Action<int> take)
        {
            using DuckDbBatches rows = new([new(Place, DuckDbType.Integer), .. used.Select((c, i) => new DuckDbField(Field(i), TypeOf(c)))],
                [[DuckDbColumn.Of<int>(places), .. used.Select(c => DuckDbColumn.Of(batch[c.Name]))]]);
            using DuckDbScan scan = connection.Scan(rows);
            string names = string.Concat(used.Select((c, i) => $", {Field(i)} AS {DuckDbSql.Identifier(c.Name)}"));
            using DuckDbResult result = connection.Query($"SELECT {Place} FROM (SELECT {Place}{names} FROM {scan.Sql}) WHERE {where}",
                cancellationToken: cancellationToken);
            foreach (DuckDbChunk chunk in result.Chunks())
                foreach (int place in chunk.Values<int>(0))
                    take(place);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        connection?.Dispose();
        database.Dispose();
    }

    private static string Field(int i) => $"_pile_{i}";

    private static bool IsNamed(ColumnSchema column, string name) => column.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static DuckDbType TypeOf(ColumnSchema column) =>
        column.IsScalar ? DuckDbColumn.TypeOf(column.DType) : DuckDbType.List(DuckDbColumn.TypeOf(column.DType));

    private string Reason(DuckDbException e) => SqlHint.UnknownColumn(e.Error) is { } name
        ? $"{e.Reason}. {SimilarNames.Hint(name, all.Select(c => c.Name))}" : e.Reason;
}
