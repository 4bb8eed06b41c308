using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>Executes SQL over the indexes of datasets.</summary>
internal static class Sql
{
    /// <summary>The approximate number of rows in a batch of a result.</summary>
    private const int BatchRows = 16 * 1024;

    /// <summary>Executes one SELECT in DuckDB's SQL over the light columns of one or several datasets, and returns its rows in batches as
    /// DuckDB finds them.</summary>
    /// <param name="views">The datasets by the names that the SELECT uses: a letter or underscore, then letters, digits and underscores.
    /// Each has the light columns of its standard view under their SQL names, then <c>_healpix_29</c>.</param>
    /// <param name="select">One SELECT. It can read these views, but no file, and cannot change settings or load extensions.</param>
    /// <param name="options">Limits; null for none.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    /// <returns>Batches of about 16,000 rows; at least one, so that the columns are known even if there are no rows. Unchanged columns of a
    /// view keep unit, UCD and description. DECIMAL is returned as float64, HUGEINT as int64 (or text, see
    /// <see cref="SqlOptions.LargeIntegersAsText"/>), a list as a vector of varying length, other types as text.</returns>
    /// <exception cref="ArgumentException">The text is not one SELECT over the views, or DuckDB reports an error in it.</exception>
    /// <exception cref="DatasetInvalidException">An index is missing, truncated, or contradicts its manifest.</exception>
    /// <exception cref="ObjectDisposedException">A dataset is disposed before all rows are read.</exception>
    public static IAsyncEnumerable<RowBatch> QueryAsync(IReadOnlyDictionary<string, Dataset> views, string select,
        SqlOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(views);
        ArgumentException.ThrowIfNullOrWhiteSpace(select);
        if (options?.Limit is { } limit)
            ArgumentOutOfRangeException.ThrowIfNegative(limit, nameof(options));
        RequireNames(views, nameof(views));
        return ExecuteAsync(views, select, options ?? new(), cancellationToken);
    }

    /// <summary>Checks the names of views.</summary>
    /// <exception cref="ArgumentException">There is no dataset, or a name is not valid or not unique.</exception>
    internal static void RequireNames(IReadOnlyDictionary<string, Dataset> views, string parameter)
    {
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        foreach (string name in views.Keys)
            if (!IsName(name))
                throw new ArgumentException($"'{name}' is not a valid name for a view. A name is a letter or underscore, then letters, "
                    + "digits and underscores.", parameter);
            else if (!names.Add(name))
                throw new ArgumentException($"Two views have the name '{name}'. SQL names are not case-sensitive.", parameter);
        if (views.Count == 0)
            throw new ArgumentException("There is no dataset to query.", parameter);
    }

    /// <summary>Checks a statement that is run without the session.</summary>
    /// <param name="session">A session whose tiles are verified.</param>
    /// <param name="views">Its datasets.</param>
    /// <param name="select">One SELECT, which may contain parameters.</param>
    /// <returns>The statement to run: names of categories are replaced by their codes.</returns>
    /// <exception cref="ArgumentException">The text is not one SELECT over the views, or DuckDB reports an error in it.</exception>
    internal static string Check(SqlSession session, IReadOnlyDictionary<string, Dataset> views, string select)
    {
        SelectStatement statement = Parse(session.Connection, views, select, allowsParameters: true, out _);
        try
        {
            session.Connection.RequireSingleSelect(statement.Sql);
            return statement.Sql;
        }
        catch (DuckDbException e)
        {
            throw Translate(session, e, select, views);
        }
    }

    private static SelectStatement Parse(DuckDbConnection connection, IReadOnlyDictionary<string, Dataset> views, string select,
        bool allowsParameters, out Relation? output)
    {
        ViewSchema[] known = [.. views.Values.Select(v => v.View(DatasetView.Standard))];
        string replaced = CategoryNames.ReplaceIn(connection, select,
            [.. views.Select(v => KeyValuePair.Create(v.Key, Relation.Of(v.Value)))], out output);
        string executed = ExactNames.ReplaceIn(connection, replaced, known); // messages have the user's text
        return SelectStatement.Parse(connection, executed, [.. views.Select(v =>
            KeyValuePair.Create(v.Key, v.Value.View(DatasetView.Standard)))], allowsParameters);
    }

    private static async IAsyncEnumerable<RowBatch> ExecuteAsync(IReadOnlyDictionary<string, Dataset> views, string select,
        SqlOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        SqlSession session = await Task.Run(() => SqlSession.OpenAsync(views, options, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        bool isFirst = true, hasMore = true;
        try
        {
            ImmutableArray<ColumnSchema> schemas = default;
            using DuckDbResult result = await Task.Run(() => Execute(session, views, select, options, out schemas, cancellationToken),
                CancellationToken.None).ConfigureAwait(false);
            ColumnCollector[] collectors = [.. schemas.Select(s => ColumnTypes.Of(s.DType).Collector(s))];
            while (hasMore)
            {
                foreach (Dataset dataset in views.Values)
                    dataset.RequireOpen();
                RowBatch batch = await Task.Run(() =>
                {
                    hasMore = Gather(session, result, collectors, select, views);
                    return new RowBatch(collectors.Select((c, i) => c.Finish(schemas[i])));
                }, CancellationToken.None).ConfigureAwait(false);
                if (isFirst || batch.RowCount > 0)
                    yield return batch;
                isFirst = false;
            }
        }
        finally
        {
            session.End(isComplete: !hasMore);
        }
    }

    private static DuckDbResult Execute(SqlSession session, IReadOnlyDictionary<string, Dataset> views, string select, SqlOptions options,
        out ImmutableArray<ColumnSchema> schemas, CancellationToken cancellationToken)
    {
        DuckDbConnection connection = session.Connection;
        SelectStatement statement = Parse(connection, views, select, allowsParameters: false, out Relation? output);
        string source = $"(\n{statement.Sql}\n)";
        session.OmitLayers(statement.Columns, cancellationToken);
        try
        {
            connection.RequireSingleSelect(statement.Sql);
            DuckDbField[] fields;
            using (DuckDbResult described = connection.Query($"SELECT * FROM {source} LIMIT 0", cancellationToken: cancellationToken))
                fields = [.. described.Columns];
            session.Verify($"SELECT * FROM {source}", cancellationToken);
            session.Report($"SELECT * FROM {source}", cancellationToken);
            source += options.Limit is null ? "" : $" LIMIT {options.Limit}";
            string?[] beyond = new string?[fields.Length];
            if (fields.Any(f => LargeIntegers.Are(f.Type)))
                (source, beyond) = LargeIntegers.Keep(connection, source, fields, cancellationToken);
            if (!options.LargeIntegersAsText && Array.FindIndex(beyond, b => b is not null) is >= 0 and var large)
                throw new ArgumentException($"'{SqlTree.Shorten(select)}': column '{fields[large].Name}' contains integers outside int64, "
                    + $"such as {beyond[large]}. Cast the column to VARCHAR (its digits) or to DOUBLE (rounded).");
            string items = string.Join(", ",
                fields.Select((f, i) => $"{(beyond[i] is null ? SqlColumn.Convert(f.Type, $"#{i + 1}") : $"#{i + 1}::VARCHAR")} AS "
                    + $"{DuckDbSql.Identifier(f.Name)}"));
            DuckDbResult result = connection.Query($"SELECT {items} FROM {source}", cancellationToken: cancellationToken);
            schemas = [.. result.Columns.Select(
                (c, i) => WithCategories(SqlColumn.Schema(fields[i].Name, c.Type,
                    SourceOf(statement.Sources.Find(i, c.Name), c.Type, views)) with
                {
                    IsJson = SqlColumn.IsJson(fields[i].Type)
                }, output, i, fields.Length))];
            return result;
        }
        catch (DuckDbException e)
        {
            throw Translate(session, e, select, views);
        }
    }

    // Those of a column of WITH, a subquery or a set operation too.
    private static ColumnSchema WithCategories(ColumnSchema column, Relation? output, int index, int count) =>
        output is not { IsComplete: true } known || known.Columns.Length != count ? column
            : column with { Categories = column.DType.IsInteger() ? known.Columns[index].Schema?.Categories ?? [] : [] };

    private static ColumnSchema? SourceOf((IEnumerable<string> Views, string Column)? source, DuckDbType found,
        IReadOnlyDictionary<string, Dataset> views)
    {
        if (source is not { } known)
            return null;
        foreach (string name in known.Views)
        {
            Dataset dataset = views.First(v => v.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
            if (dataset.View(DatasetView.Standard).FindOrNull(known.Column) is { IsHeavy: false } column)
                return column.Schema(column.DType ?? found.Id.ToDType() ?? DType.Float64);
        }
        return null;
    }

    private static bool Gather(SqlSession session, DuckDbResult result, ColumnCollector[] collectors, string select,
        IReadOnlyDictionary<string, Dataset> views)
    {
        try
        {
            for (int gathered = 0; gathered < BatchRows;)
            {
                if (!result.TryNextChunk(out DuckDbChunk? chunk))
                {
                    session.RequireUnchanged();
                    return false;
                }
                for (int i = 0; i < collectors.Length; i++)
                    collectors[i].Append(chunk[i]);
                gathered += chunk.RowCount;
            }
            return true;
        }
        catch (DuckDbException e)
        {
            throw Translate(session, e, select, views);
        }
    }

    /// <summary>Translates an error into an exception about the SQL, the limits or the datasets.</summary>
    private static Exception Translate(SqlSession session, DuckDbException e, string select, IReadOnlyDictionary<string, Dataset> views)
    {
        bool isRejected = e.Type.IsBeforeReading() || e.Error.StartsWith("One SELECT is expected", StringComparison.Ordinal);
        if (!isRejected)
            session.VerifyEverything();
        if (session.FindMisfit(e) is { } misfit)
            return misfit;
        string error = DuckDbException.WithoutKind(string.Join(' ',
            e.Error.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .TakeWhile(l => !l.StartsWith("LINE ", StringComparison.Ordinal))));
        if (SqlHint.UnknownColumn(e.Error) is not null && error.IndexOf('!', StringComparison.Ordinal) is > 0 and int end)
            error = $"{e.Reason}.{error[(end + 1)..]}"; // and the candidates
        error = SqlHint.OfExtension(e.Error) ?? error;
        if (e.Type == DuckDbErrorType.OutOfMemory)
            return new MemoryLimitException($"'{SqlTree.Shorten(select)}' exceeds the memory limit. Raise the limit, or select less. "
                + $"DuckDB reports: {error.Split(" Possible solutions")[0]}", e);
        if (isRejected || e.Type.IsOfExpression() || e.Type is DuckDbErrorType.Permission or DuckDbErrorType.NotImplemented
            || e.Error.StartsWith("Invalid Error", StringComparison.Ordinal))
            return new ArgumentException($"'{SqlTree.Shorten(select)}': {error}{SqlHint.Of(select, e.Error)}{HeavyHint(e.Error, views)}"
                + GroupHint(e.Error, views), e);
        return new DatasetInvalidException(views.Values.First().Address, $"the index cannot be queried: {error}",
            "Run 'pile validate' for all findings, then get the dataset again", e);
    }

    private static string HeavyHint(string error, IReadOnlyDictionary<string, Dataset> views) =>
        SqlHint.UnknownColumn(error) is { } name
            && views.Values.Any(d => d.View(DatasetView.Standard).FindOrNull(name) is { IsHeavy: true })
            ? $" ('{name}' is a heavy column, but SQL reads the index only: select object_id, then read the rows with 'pile read' or "
                + "Dataset.OpenRowsByIdAsync)" : "";

    private static string GroupHint(string error, IReadOnlyDictionary<string, Dataset> views) =>
        SqlHint.UnknownColumn(error) is { } name && views.Values
            .Select(d => SimilarNames.OfGroup(name,
                d.View(DatasetView.Standard).Columns.Where(c => !c.IsHeavy).Select(c => c.SqlName)))
            .FirstOrDefault(m => m.Count > 0) is { } members
            ? $" ('{name}' is a group of columns: {string.Join(", ", members.Select(DuckDbSql.Identifier))})" : "";

    private static bool IsName(string name) => name.Length > 0 && !char.IsAsciiDigit(name[0])
        && name.All(c => c == '_' || char.IsAsciiLetterOrDigit(c));
}
