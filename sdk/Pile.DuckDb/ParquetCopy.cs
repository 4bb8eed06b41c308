namespace Pile.DuckDb;

/// <summary>Writes batches to Parquet files that keep the sign of zeros.</summary>
/// <remarks>The dictionaries of DuckDB's Parquet writer compare values, so that 0.0 and -0.0 are one entry: the one that comes first.
/// A file with a negative zero is therefore written without dictionaries. All others are written as they always were.</remarks>
internal static class ParquetCopy
{
    /// <summary>An option of <c>COPY</c> that keeps the sign of zeros.</summary>
    internal const string WithoutDictionaries = ", DICTIONARY_SIZE_LIMIT 0";

    /// <summary>Returns the option for a column, or a file of columns; empty if ordinary options keep all values.</summary>
    internal static string OptionFor(bool hasNegativeZero) => hasNegativeZero ? WithoutDictionaries : "";

    /// <summary>Returns the option for the result of a query.</summary>
    internal static string OptionFor(DuckDbConnection connection, string query, CancellationToken cancellationToken = default)
    {
        string[] tests;
        using (DuckDbResult result = connection.Query($"SELECT * FROM ({query}) LIMIT 0", cancellationToken: cancellationToken))
            tests = [.. result.Columns.Select(column => TestSql(DuckDbSql.Identifier(column.Name), column.Type)).OfType<string>()];
        return OptionFor(tests.Length > 0 && connection.Scalar<bool>(
            $"SELECT coalesce(bool_or({string.Join(" OR ", tests)}), false) FROM ({query})", cancellationToken: cancellationToken));
    }

    /// <summary>Writes a file.</summary>
    /// <param name="connection">A connection that keeps the order of rows.</param>
    /// <param name="columns">The schema of every batch.</param>
    /// <param name="batches">The batches, which are read once.</param>
    /// <param name="select">The columns of the file, in SQL over those of the batches.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">The options of <c>COPY</c> after the format, each with a comma before it.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    /// <returns>True if the file has a negative zero, and no dictionaries.</returns>
    internal static bool Write(DuckDbConnection connection, IReadOnlyList<DuckDbField> columns,
        IEnumerable<IReadOnlyList<DuckDbColumn>> batches, string select, string path, string options,
        CancellationToken cancellationToken = default)
    {
        using ZeroBatches all = new(batches);
        string earlier = "";
        if (!StartsWithNegativeZero())
        {
            using (DuckDbBatches ordinary = new(columns, all.UntilNegativeZero()))
            using (DuckDbScan scan = connection.Scan(ordinary))
                Copy(scan, "", "");
            if (all.IsComplete)
                return false;
            earlier = path + ".earlier";
            File.Move(path, earlier, overwrite: true);
        }
        try
        {
            // The rows that are written have no negative zero, so the file still has all their values.
            using DuckDbBatches rest = new(columns, all.Rest());
            using DuckDbScan scan = connection.Scan(rest);
            Copy(scan, earlier.Length == 0 ? ""
                : $"SELECT * FROM read_parquet({DuckDbSql.Literal(earlier)}, hive_partitioning = false) UNION ALL ", WithoutDictionaries);
        }
        finally
        {
            if (earlier.Length > 0)
                File.Delete(earlier);
        }
        return true;

        bool StartsWithNegativeZero()
        {
            try
            {
                return all.NextHasNegativeZero();
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested) // it precedes the batches' own exception, as in a statement
            {
                throw new OperationCanceledException(cancellationToken);
            }
        }

        void Copy(DuckDbScan scan, string before, string option) =>
            connection.Execute($"COPY ({before}SELECT {select} FROM {scan.Sql}) TO {DuckDbSql.Literal(path)} (FORMAT parquet"
                + $"{options}{option})", cancellationToken: cancellationToken);
    }

    /// <summary>Returns SQL that is true if a value has a negative zero; null for types without one.</summary>
    private static string? TestSql(string value, DuckDbType type, int depth = 0)
    {
        string element = $"e{depth}";
        if (type.Id is DuckDbTypeId.Float or DuckDbTypeId.Double)
            return $"coalesce({value} = 0 AND signbit({value}), false)";
        if (type.Id is DuckDbTypeId.List or DuckDbTypeId.Array)
            return TestSql(element, type.Child!, depth + 1) is { } test
                ? $"coalesce(list_bool_or(list_transform({value}, lambda {element}: {test})), false)" : null;
        string[] members = [.. type.Fields.Select(f => TestSql($"({value}).{DuckDbSql.Identifier(f.Name)}", f.Type, depth))
            .OfType<string>()];
        return members.Length > 0 ? $"({string.Join(" OR ", members)})" : null;
    }

    /// <summary>Batches in two parts: those before the first negative zero, and the others.</summary>
    private sealed class ZeroBatches(IEnumerable<IReadOnlyList<DuckDbColumn>> batches) : IDisposable
    {
        private readonly IEnumerator<IReadOnlyList<DuckDbColumn>> next = batches.GetEnumerator();
        private bool hasNext, isRead;

        internal bool IsComplete => isRead && !hasNext;

        internal bool NextHasNegativeZero()
        {
            Read();
            return hasNext && next.Current.Any(column => column.HasNegativeZero);
        }

        internal IEnumerable<IReadOnlyList<DuckDbColumn>> UntilNegativeZero()
        {
            for (; hasNext && !NextHasNegativeZero(); isRead = false, Read())
                yield return next.Current;
        }

        internal IEnumerable<IReadOnlyList<DuckDbColumn>> Rest()
        {
            for (; hasNext; isRead = false, Read())
                yield return next.Current;
        }

        public void Dispose() => next.Dispose();

        private void Read()
        {
            if (!isRead)
                (hasNext, isRead) = (next.MoveNext(), true);
        }
    }
}
