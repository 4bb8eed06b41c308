using System.Globalization;
using System.Runtime.CompilerServices;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

public sealed partial class Dataset
{
    /// <summary>The approximate number of rows in a batch of a query's result. A column of eight bytes per value stays below 85,000 bytes,
    /// where .NET's large object heap begins: with 16,384 rows a scan takes a fifth longer.</summary>
    internal const int BatchRows = 5 * 2048;

    /// <summary>Creates a query for all rows and all light columns, which its methods narrow. If the dataset was opened through a saved
    /// query, its rows, order and columns are the default, and further conditions are added to it.</summary>
    public Query Query() => savedRows is null ? new(this) : new(savedRows);

    /// <summary>Executes a query for light columns and returns its rows in batches, as DuckDB finds them.</summary>
    /// <returns>Batches of about 10,000 rows in the query's order. There is at least one batch, so the columns are known even if there are
    /// no rows.</returns>
    /// <exception cref="ArgumentException">The query refers to an unknown column, or a condition is not a valid SQL expression; thrown
    /// before the first batch.</exception>
    /// <exception cref="DatasetInvalidException">The index contradicts the manifest, or cannot be read.</exception>
    public async IAsyncEnumerable<RowBatch> QueryAsync(Query query, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        RequireOwn(query);
        if (query.ColumnNames is { IsEmpty: true })
            throw new ArgumentException("The query selects no columns. List at least one in Query.Columns, or do not call it to get all "
                + "light columns. CountAsync counts rows.", nameof(query));
        if (await FilesAsync(cancellationToken).ConfigureAwait(false) is var files && TileScan.Suits(query, files))
        {
            await using TileScan scan = await TileScan.BeginAsync(query, files, BatchRows, cancellationToken).ConfigureAwait(false);
            await foreach (RowBatch batch in scan.BatchesAsync(cancellationToken).ConfigureAwait(false))
                yield return batch;
            yield break;
        }
        IndexQuery indexQuery = await IndexQuery.OfAsync(query, isWithHeavy: false, cancellationToken).ConfigureAwait(false);
        using IndexResult result = await Task.Run(() => indexQuery.ExecuteAsync(null, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        bool isFirst = true, hasMore = true;
        while (hasMore)
        {
            RowBatch batch = await Task.Run(() =>
            {
                hasMore = result.Gather(BatchRows);
                return new RowBatch(result.Take());
            }, cancellationToken).ConfigureAwait(false);
            if (isFirst || batch.RowCount > 0)
                yield return batch;
            isFirst = false;
        }
    }

    /// <summary>Executes one SELECT in DuckDB's SQL over the light columns; the table is called <c>d</c>.</summary>
    /// <param name="select">One SELECT, such as <c>SELECT band, count(*) FROM d GROUP BY band</c>.</param>
    /// <param name="limit">The maximum number of rows; null for all.</param>
    /// <param name="cancellationToken">Interrupts DuckDB.</param>
    /// <returns>Batches of about 16,000 rows; at least one, so that the columns are known even if there are no rows. Unchanged columns keep
    /// unit, UCD and description. DECIMAL is returned as float64, HUGEINT as int64, a list as a vector of varying length, other types as
    /// text.</returns>
    /// <remarks>The table has the light columns of the standard view and the fields of layers under their SQL names, then the key of the
    /// index, which is <c>_healpix_29</c> for rows with positions. It has all rows, or those of the saved query that the dataset was opened
    /// through. There is no other table: the SELECT reads no file, changes no setting and loads no extension. It is executed when the first
    /// batch is requested, which then throws.</remarks>
    /// <exception cref="ArgumentException">The text is empty or not one SELECT over the table, it refers to an unknown column, a column of
    /// the result has integers outside int64, or DuckDB reports another error in it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    /// <exception cref="DatasetInvalidException">An index is missing, truncated, damaged, or contradicts its manifest.</exception>
    /// <exception cref="PileException">The statement exceeds <see cref="DatasetOptions.QueryMemoryBytes"/>, or a store
    /// fails.</exception>
    /// <exception cref="ObjectDisposedException">The dataset is disposed before all rows are read.</exception>
    public IAsyncEnumerable<RowBatch> SqlAsync(string select, long? limit = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit ?? 0, nameof(limit));
        return Sql.QueryAsync(new Dictionary<string, Dataset> { ["d"] = this }, select,
            new SqlOptions { Limit = limit, Threads = Options.Threads, MemoryBytes = Options.QueryMemoryBytes }, cancellationToken);
    }

    /// <summary>Counts the rows of a query; its order and limit are ignored. It may select heavy columns, which are not read.</summary>
    /// <exception cref="ArgumentException">The query refers to an unknown column, or a condition is not a valid SQL
    /// expression.</exception>
    public async Task<long> CountAsync(Query query, CancellationToken cancellationToken = default)
    {
        RequireOwn(query);
        IndexQuery indexQuery = await IndexQuery.OfAsync(WithoutColumns(query), isWithHeavy: false, cancellationToken)
            .ConfigureAwait(false);
        return await Task.Run(() => indexQuery.CountAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Returns the positions of a query's rows in the index, in the query's order. They serve to open rows later, or to divide
    /// them among processes. It may select heavy columns, which are not read.</summary>
    /// <exception cref="ArgumentException">The query refers to an unknown column, or a condition is not a valid SQL
    /// expression.</exception>
    public async Task<long[]> PositionsAsync(Query query, CancellationToken cancellationToken = default)
    {
        RequireOwn(query);
        IndexQuery indexQuery = await IndexQuery.OfAsync(WithoutColumns(query), isWithHeavy: false, cancellationToken)
            .ConfigureAwait(false);
        return await Task.Run(() => indexQuery.PositionsAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    // Checks the selected columns, though none of them is read.
    private static Query WithoutColumns(Query query)
    {
        query.Dataset.View(query.View).FindAll(query.ColumnNames, withHeavy: true);
        return query.Columns();
    }

    /// <summary>Plans a query without executing it: the tiles and columns that it reads.</summary>
    internal async Task<QueryPlan> PlanAsync(Query query, CancellationToken cancellationToken = default)
    {
        RequireOwn(query);
        return (await IndexQuery.OfAsync(query, isWithHeavy: true, cancellationToken).ConfigureAwait(false)).Plan();
    }

    /// <summary>Opens the rows of a query, in its order, for random access to heavy and light columns. The locations of their pieces are
    /// looked up once, here.</summary>
    /// <param name="query">The rows and columns, heavy ones included; without <see cref="Reading.Query.Columns"/> all columns.</param>
    /// <param name="options">How the rows are read.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <returns>A reader, to be used only while the dataset is open. It holds about 30 bytes per row and heavy column, and the light
    /// columns.</returns>
    /// <exception cref="ArgumentException">The query refers to an unknown column, or a condition is not a valid SQL expression.</exception>
    public async Task<RowReader> OpenRowsAsync(Query query, RowReaderOptions? options = null, CancellationToken cancellationToken = default)
    {
        RequireOwn(query);
        return await Task.Run(() => RowResolver.ResolveAsync(query, RowKeys.None, options ?? new(), cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Opens rows by their ids, in the given order; duplicates are allowed.</summary>
    /// <param name="ids">Ids of the dataset's type.</param>
    /// <param name="query">Columns and view; null for all columns. Must not have conditions.</param>
    /// <param name="options">How the rows are read.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <exception cref="ArgumentException">An id has the wrong type, or no row has it.</exception>
    public async Task<RowReader> OpenRowsByIdAsync(IEnumerable<ObjectId> ids, Query? query = null, RowReaderOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ObjectId[] requested = [.. ids];
        RequireKind(requested);
        Query columns = RequireColumnsOnly(query);
        return await Task.Run(() => RowResolver.ResolveAsync(columns, RowKeys.Of(requested), options ?? new(), cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens rows by their index positions, in the given order; duplicates are allowed.</summary>
    /// <param name="positions">Row numbers in the order of the index, from 0.</param>
    /// <param name="query">Columns and view; null for all columns. Must not have conditions.</param>
    /// <param name="options">How the rows are read.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <exception cref="ArgumentOutOfRangeException">A position is negative, or not below the number of rows.</exception>
    public async Task<RowReader> OpenRowsByPositionAsync(IEnumerable<long> positions, Query? query = null, RowReaderOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(positions);
        long[] requested = [.. positions];
        foreach (long position in requested)
            if (position < 0 || position >= Manifest.Rows)
                throw new ArgumentOutOfRangeException(nameof(positions), position,
                    $"Dataset '{Address}' has {Manifest.Rows} rows, counted from 0.");
        Query columns = RequireColumnsOnly(query).ColumnsOnly(); // whatever a saved query selects
        return await Task.Run(() => RowResolver.ResolveAsync(columns, RowKeys.Of(requested), options ?? new(), cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Parses an id of the dataset's type: an integer or text.</summary>
    /// <exception cref="ArgumentException">The dataset's ids are integers and the text is not one, or the text is empty.</exception>
    public ObjectId ParseId(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return IdsAreText ? new ObjectId(text)
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? new ObjectId(number)
            : throw new ArgumentException($"'{ShownText.Of(text)}' is not a valid id of dataset '{Address}': its ids are 64-bit integers.",
                nameof(text));
    }

    internal bool IdsAreText => (Manifest.Column("object_id")
        ?? throw new DatasetInvalidException(Address, "the column 'object_id' is missing", "Run 'pile validate' for all findings")).DType
        == DType.String;

    internal void RequireKind(ReadOnlySpan<ObjectId> ids)
    {
        bool isText = IdsAreText;
        foreach (ObjectId id in ids)
            if (id.IsText != isText)
                throw new ArgumentException($"The ids of dataset '{Address}' are {(isText ? "text" : "64-bit integers")}; '{id}' is "
                    + $"{(isText ? "a number" : "text")}.", nameof(ids));
    }

    internal static DuckDbColumn ToColumn(ReadOnlySpan<ObjectId> ids, DType type)
    {
        if (type == DType.String)
        {
            string[] texts = new string[ids.Length];
            for (int i = 0; i < ids.Length; i++)
                texts[i] = ids[i].Text;
            return DuckDbColumn.Text(texts);
        }
        long[] numbers = new long[ids.Length];
        for (int i = 0; i < ids.Length; i++)
            numbers[i] = ids[i].Number;
        return DuckDbColumn.Of<long>(numbers);
    }

    private void RequireOwn(Query query)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Dataset != this)
            throw new ArgumentException("The query was made for another dataset.", nameof(query));
    }

    private Query RequireColumnsOnly(Query? query)
    {
        query ??= Query();
        RequireOwn(query);
        return query.HasConditions
            ? throw new ArgumentException("Rows are selected by id or position here: the query must set columns and view only.",
                nameof(query))
            : query;
    }
}
