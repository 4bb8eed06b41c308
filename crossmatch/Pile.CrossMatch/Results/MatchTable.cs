using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;
using Pile.Tables;

namespace Pile.CrossMatch;

/// <summary>The result of a match: a row for each pair, sorted by position and id of A, then by separation.</summary>
/// <remarks>Rows of A without a partner are sorted among the pairs; rows of B without a partner are at the end. Columns are joined while
/// the rows are read. Data that do not fit into memory are in a temporary folder, which is deleted when the table is disposed.</remarks>
public sealed class MatchTable : IDisposable
{
    private const int BatchRows = 65_536;
    private const string Place = "_pile_place";

    private readonly MatchWorkspace work;
    private readonly ResultRows rows;
    private readonly string filter = "", order = Place;
    private readonly long? limit;
    private readonly bool isOwner;
    private int isDisposed;

    internal MatchTable(MatchWorkspace work, ResultRows rows, MatchSummary summary, MatchDensity density,
        ImmutableArray<KeyValuePair<string, string>> record) =>
        (this.work, this.rows, RowCount, Summary, Density, Record, isOwner) = (work, rows, rows.Count, summary, density, record, true);

    private MatchTable(MatchTable whole, string filter, string order, long? limit)
    {
        (work, rows, Summary, Density, Record) = (whole.work, whole.rows, whole.Summary, whole.Density, whole.Record);
        (this.filter, this.order, this.limit) = (filter, order, limit);
        RowCount = IsInOrder ? Math.Min(rows.Count, limit ?? long.MaxValue)
            : work.Do(connection => connection.Scalar<long>($"SELECT count(*) FROM ({Sql("1 AS one")})"));
    }

    /// <summary>The counts of the match.</summary>
    public MatchSummary Summary { get; }

    /// <summary>The density of the pairs on the sky.</summary>
    internal MatchDensity Density { get; }

    /// <summary>The provenance of the match: versions, hashes, parameters and counts, as in the metadata of a written table.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Record { get; }

    /// <summary>The metadata of a written table.</summary>
    internal TableAbout About => new()
    {
        Description = "cross-match by position",
        Frame = Manifest.Icrs,
        FrameColumns = [.. Columns.Select(c => c.Name).Where(name => name is [_, '_', .. "ra" or "dec"])], // no other column has these
        Facts = Record,
    };

    /// <summary>The number of rows of the result: pairs and, depending on the join, rows without a partner.</summary>
    public long RowCount { get; }

    /// <summary>The columns of the result.</summary>
    /// <remarks><c>a_object_id, b_object_id, separation_arcsec, a_ra, a_dec, b_ra, b_dec</c>, with a time window <c>dt_days</c>, if
    /// requested <c>position_angle_deg</c>, then the additional columns. For groups: <c>a_object_id, group_id, group_size, a_ra, a_dec</c>,
    /// then the additional columns.</remarks>
    public ImmutableArray<ColumnSchema> Columns => rows.Schemas;

    /// <summary>Selects the rows that meet an SQL condition: one expression over <see cref="Columns"/>.</summary>
    /// <returns>A table of the same match, which is valid until this one is disposed.</returns>
    /// <exception cref="ArgumentException">The condition is not a valid expression, or refers to an unknown column.</exception>
    /// <exception cref="ObjectDisposedException">The match was disposed.</exception>
    public MatchTable Where(string condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        string sql = Checked(condition, SqlExpression.ParseCondition);
        return new MatchTable(this, filter.Length == 0 ? sql : $"{filter} AND {sql}", order, limit is null ? null : throw AfterLimit());
    }

    /// <summary>Sorts by an SQL expression, with null last and ties in the order of the match. A later call replaces the order.</summary>
    /// <inheritdoc cref="Where"/>
    public MatchTable OrderBy(string expression, bool descending = false)
    {
        ArgumentNullException.ThrowIfNull(expression);
        return new(this, filter, $"{Checked(expression, SqlExpression.Parse)} {(descending ? "DESC" : "ASC")} NULLS LAST, {Place}",
            limit is null ? null : throw AfterLimit());
    }

    /// <summary>Limits the number of rows.</summary>
    /// <returns>A table of the same match, which is valid until this one is disposed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    /// <exception cref="ObjectDisposedException">The match was disposed.</exception>
    public MatchTable First(long rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        work.RequireOpen();
        return new MatchTable(this, filter, order, Math.Min(rows, limit ?? long.MaxValue));
    }

    /// <summary>Returns true if the positions of the rows in two datasets are known: both have a file of positions of all rows, and have
    /// not changed since the match.</summary>
    /// <param name="a">The dataset that was A.</param>
    /// <param name="b">The dataset that was B.</param>
    /// <param name="cancellationToken">Cancels the comparison of the files.</param>
    /// <exception cref="ObjectDisposedException">The match was disposed.</exception>
    public Task<bool> HasPositionsInAsync(Dataset a, Dataset b, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        work.RequireOpen();
        return rows.AreOfAsync(a, b, cancellationToken);
    }

    /// <summary>Rejects datasets that are not the sides of the match: their rows with the same ids are other objects.</summary>
    /// <exception cref="ArgumentException">A dataset is another one, or has other rows than when it was matched.</exception>
    internal async Task RequireSidesAsync(Dataset a, Dataset b, CancellationToken cancellationToken)
    {
        if (await rows.FindOtherAsync(a, b, cancellationToken).ConfigureAwait(false) is not (char side, string name))
            return;
        throw new ArgumentException($"The match was made with other datasets: its side {side} is '{name}', and "
            + $"'{(side == 'A' ? a : b).Address}' has not the same rows. Give the datasets in the order of the match; match again if one "
            + "has changed.");
    }

    /// <summary>Reads the rows with their positions in the datasets, in at least one batch.</summary>
    /// <exception cref="InvalidOperationException">The positions are unknown, see <see cref="HasPositionsInAsync"/>.</exception>
    internal async IAsyncEnumerable<PositionedRows> ReadWithPositionsAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        work.RequireOpen();
        if (!rows.AreOfDatasets)
            throw new InvalidOperationException(
                "Only a match of datasets with 'positions.parquet' has positions of rows. Read rows by their ids.");
        if (IsInOrder)
        {
            foreach (PositionedRows batch in rows.Batches(limit ?? long.MaxValue, cancellationToken))
            {
                yield return batch;
                work.RequireOpen();
            }
            yield break;
        }
        ColumnSchema row = new() { Name = "row", DType = DType.Int64 };
        await foreach (ColumnData[] batch in ReadTableAsync([.. Columns, row with { Name = MatchColumns.RowA },
            row with { Name = MatchColumns.RowB }],
            $"{Select}, m.{MatchColumns.RowA}, m.{MatchColumns.RowB}", cancellationToken).ConfigureAwait(false))
            yield return new PositionedRows(new RowBatch(batch[..^2]), ((ColumnData<long>)batch[^2]).Values,
                ((ColumnData<long>)batch[^1]).Values);
    }

    /// <summary>Reads the rows in batches: at least one, so that the columns are known without rows.</summary>
    public async IAsyncEnumerable<RowBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        work.RequireOpen();
        if (IsInOrder)
        {
            foreach (RowBatch batch in rows.WithoutPositions(limit ?? long.MaxValue, cancellationToken))
            {
                yield return batch;
                work.RequireOpen();
            }
            yield break;
        }
        await foreach (ColumnData[] batch in ReadTableAsync(Columns, Select, cancellationToken).ConfigureAwait(false))
            yield return new RowBatch(batch);
    }

    /// <summary>Enumerates the rows one by one: <c>foreach (MatchPair pair in matches)</c>.</summary>
    /// <exception cref="InvalidOperationException">The rows are groups or lists of partners, or the match has more than two
    /// sides.</exception>
    public IEnumerator<MatchPair> GetEnumerator()
    {
        if (!Columns.Any(c => c.IsScalar && MatchColumns.SeparationNames.Contains(c.Name)))
            throw new InvalidOperationException((rows.AreNested ? "Nested rows are rows of A, not pairs."
                : Columns.Any(c => c.Name == "group_id") ? "Rows with their groups are not pairs."
                : "Rows of a match of several sides are combinations of a row of each, not pairs.") + " Read them with ReadAsync.");
        return ReadAsync().ToBlockingEnumerable().SelectMany(MatchPair.Of).GetEnumerator();
    }

    /// <summary>Releases the match and deletes its temporary folder. Reading that is in progress then throws
    /// <see cref="ObjectDisposedException"/> instead of returning the next batch.</summary>
    public void Dispose()
    {
        if (!isOwner || Interlocked.Exchange(ref isDisposed, 1) != 0)
            return;
        work.Close();
        rows.Dispose();
        work.Dispose();
    }

    // No table is needed if rows are neither filtered nor sorted.
    private bool IsInOrder => filter.Length == 0 && order == Place;

    // DuckDB takes a column that it sorts by from the keys, which do not have the sign of zeros.
    private string Select => string.Join(", ", Columns.Select(c =>
        order != Place && c.IsScalar && c.DType.IsFloat() ? $"-(-m.{DuckDbSql.Identifier(c.Name)})" : $"m.{DuckDbSql.Identifier(c.Name)}"));

    private static string From => $"SELECT *, rowid AS {Place} FROM {MatchColumns.ResultTable}";

    private async IAsyncEnumerable<ColumnData[]> ReadTableAsync(ImmutableArray<ColumnSchema> schemas, string select,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using DuckDbConnection connection = work.Connect();
        using DuckDbResult result = await Task.Run(() => Guard(() => connection.Query(Sql(select), cancellationToken: cancellationToken)),
            cancellationToken).ConfigureAwait(false);
        ColumnCollector[] collectors = [.. schemas.Select(s => ColumnTypes.Of(s.DType).Collector(s))];
        bool isFirst = true, goesOn = true;
        while (goesOn)
        {
            int count = 0;
            await Task.Run(() => Guard(() =>
            {
                while (count < BatchRows && (goesOn = result.TryNextChunk(out DuckDbChunk? chunk)))
                {
                    for (int i = 0; i < collectors.Length; i++)
                        collectors[i].Append(chunk![i]);
                    count += chunk!.RowCount;
                }
                return true;
            }), cancellationToken).ConfigureAwait(false);
            if (isFirst || count > 0)
                yield return [.. collectors.Select((c, i) => c.Finish(schemas[i]))];
            work.RequireOpen();
            isFirst = false;
        }
    }

    private string Sql(string select) =>
        $"SELECT {select} FROM ({From}) AS m{(filter.Length == 0 ? "" : $" WHERE {filter}")} ORDER BY "
            + $"{order}{(limit is { } rows ? FormattableString.Invariant($" LIMIT {rows}") : "")}";

    private string Checked(string expression, Func<DuckDbConnection, string, SqlExpression> parse) => work.Do(connection =>
    {
        if (rows.AreNested)
            throw new InvalidOperationException("Rows with lists of partners cannot be filtered or sorted. Set CrossMatchOptions.Where.");
        SqlExpression parsed = parse(connection, expression);
        rows.MakeTable(connection);
        try
        {
            using DuckDbResult result = connection.Query($"SELECT {parsed.Sql} FROM ({From}) AS m LIMIT 0");
            return parsed.Sql;
        }
        catch (DuckDbException e) when (SqlMistake.Is(e))
        {
            throw new ArgumentException($"'{expression}': {e.Reason}. The match has {string.Join(", ", Columns.Select(c => c.Name))}.", e);
        }
    });

    private static InvalidOperationException AfterLimit() => new("Where and OrderBy must be called before First.");

    private T Guard<T>(Func<T> read)
    {
        try
        {
            return work.Read(read);
        }
        catch (DuckDbException e)
        {
            throw work.Translate(e);
        }
    }
}
