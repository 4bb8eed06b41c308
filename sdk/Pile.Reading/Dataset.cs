using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Pile.DuckDb;
using Pile.Format;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>An open dataset: its manifest, its index and its rows. Safe for concurrent use by several threads.</summary>
/// <remarks>Opening reads the manifest, and for a remote dataset the list of files if it is not in the cache. Tiles and shards are opened
/// when they are first needed. The cache stores the blocks of remote tiles that queries read; rows are read by range requests.</remarks>
public sealed class Dataset : IAsyncDisposable
{
    internal const int LargestManifestBytes = 64 << 20;

    /// <summary>The approximate number of rows in a batch of a query's result. A column of eight bytes per value stays below 85,000 bytes,
    /// where .NET's large object heap begins: with 16,384 rows a scan takes a fifth longer.</summary>
    internal const int BatchRows = 5 * 2048;

    private readonly Lock viewing = new();
    private readonly ViewSchema?[] views = new ViewSchema?[2];
    private ShardFiles? shards;
    private Task<IdIndex?>? idIndex;
    private bool isDisposed;

    private Dataset(IFileStore store, Manifest manifest, DatasetOptions options)
    {
        (Store, Manifest, Options) = (store, manifest, options);
        Database = new IndexDatabase(store, manifest, options);
    }

    /// <summary>The dataset's manifest.</summary>
    public Manifest Manifest { get; }

    /// <summary>The folder or address that the dataset was opened at.</summary>
    public string Address => Store.Address;

    /// <summary>True if the dataset has no index, or if <see cref="DatasetOptions.IgnoreIndex"/> is set.</summary>
    /// <remarks>Rows are then located in the shards, which takes longer. Heavy values are not verified, because the index holds their
    /// checksums.</remarks>
    public bool IsWithoutIndex => Database.IsWithoutIndex;

    /// <summary>The number of requests and bytes so far, for a remote dataset.</summary>
    public StoreStatistics Statistics => Store.Statistics;

    /// <summary>The number of reads of shards so far, their bytes, and how many of these bytes were used for rows.</summary>
    public ReadStatistics Reads => shards?.Statistics ?? default;

    internal IFileStore Store { get; }

    /// <summary>The tiles of a remote dataset; null for a folder.</summary>
    internal RemoteTiles? Remote => Database.RemoteTiles;

    /// <summary>True if tiles are verified block by block. The cache verifies the tiles of a remote dataset; tiles made from shards have
    /// just been written.</summary>
    internal bool VerifiesTiles => Options.VerifyIndex && Store.Traits.IsLocal && !IsWithoutIndex;

    internal DatasetOptions Options { get; }

    internal IndexDatabase Database { get; }

    /// <summary>Opens a dataset.</summary>
    /// <param name="pathOrUri">The dataset's folder, <c>s3://bucket/prefix</c> or <c>http(s)://…</c>.</param>
    /// <param name="options">Resources and storage settings; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <exception cref="ArgumentException">No store supports the address.</exception>
    /// <exception cref="DatasetNotFoundException">There is no manifest.</exception>
    /// <exception cref="DocumentInvalidException">The manifest is not valid.</exception>
    /// <exception cref="VersionNotSupportedException">The dataset is of a newer major version of the format.</exception>
    /// <exception cref="StoreException">A remote store cannot be reached or denies access, or the cache's budget is smaller than one tile
    /// of the index.</exception>
    public static async Task<Dataset> OpenAsync(string pathOrUri, DatasetOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new DatasetOptions();
        IFileStore store = FileStore.For(pathOrUri, options.Storage);
        byte[] yaml;
        try
        {
            yaml = await store.ReadAllAsync(DatasetPaths.Manifest, LargestManifestBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (FileNotFoundException)
        {
            throw new DatasetNotFoundException(pathOrUri,
                !store.Traits.IsLocal ? DatasetNotFoundException.NoManifest : DatasetNotFoundException.FindingIn(store.LocalRoot));
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new DatasetInvalidException(pathOrUri, $"the manifest cannot be read: {e.Message}",
                "Check the file's permissions, or get the dataset again", e);
        }
        Manifest manifest = ManifestReader.Read(yaml, Path.Combine(pathOrUri, DatasetPaths.Manifest));
        Dataset dataset = new(store, manifest, options);
        if (!store.Traits.IsLocal)
            await dataset.RequireCacheSpaceAsync(cancellationToken).ConfigureAwait(false);
        return dataset;
    }

    /// <summary>Returns the columns of a view: the stored ones in the manifest's order, then the aliases. An alias that is an expression is
    /// listed as float64 here; a query result has its actual type.</summary>
    /// <exception cref="DatasetInvalidException">An alias contradicts the columns.</exception>
    internal ImmutableArray<ColumnSchema> ColumnsOf(DatasetView view) =>
        [.. View(view).Columns.Select(c => c.Schema(c.DType ?? DType.Float64))];

    /// <summary>Creates a query for all rows and all light columns, which its methods narrow.</summary>
    public Query Query() => new(this);

    /// <summary>Returns every file of the dataset. The list is read once and checked against the manifest.</summary>
    /// <exception cref="DatasetInvalidException">The list is missing, differs from the manifest's checksum, or contains a path outside the
    /// dataset.</exception>
    internal ValueTask<FileList> FilesAsync(CancellationToken cancellationToken = default) => Database.FilesAsync(cancellationToken);

    /// <summary>Returns summary statistics of each column: counts, extremes, moments.</summary>
    /// <returns>One entry per column in the manifest's order; empty if the dataset has no statistics.</returns>
    /// <exception cref="DatasetInvalidException">The file is damaged or missing.</exception>
    public async Task<ImmutableArray<ColumnStatistics>> StatisticsAsync(CancellationToken cancellationToken = default)
    {
        FileList list = await FilesAsync(cancellationToken).ConfigureAwait(false);
        if (list.Files.FirstOrDefault(f => f.Path == DatasetPaths.Statistics) is not { } file)
            return [];
        try
        {
            using LocalCopy copy = await Store.LocalPathAsync(file.Path,
                new KnownFile(file.Bytes, file.Sha256.Length > 0 ? file.Sha256 : null), cancellationToken).ConfigureAwait(false);
            if (Options.VerifyIndex && file.Sha256.Length > 0)
                await FileDigest.RequireAsync(copy.Path, file.Sha256, cancellationToken).ConfigureAwait(false);
            using DuckDbConnection connection = Database.Connect();
            return await Task.Run(() => StatisticsFile.Read(connection, copy.Path, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or FormatException
            or DuckDbException)
        {
            throw new DatasetInvalidException(Address, $"'{DatasetPaths.Statistics}' cannot be read: {e.Message.Split('\n')[0]}",
                "Get the dataset again, or run 'pile validate' for all findings", e);
        }
    }

    /// <summary>Executes a query for light columns and returns its rows in batches, as DuckDB finds them.</summary>
    /// <returns>Batches of about 10,000 rows in the query's order. There is at least one batch, so the columns are known even if there are
    /// no rows.</returns>
    /// <exception cref="ArgumentException">The query refers to an unknown column, or a condition is not a valid SQL expression; thrown
    /// before the first batch.</exception>
    /// <exception cref="DatasetInvalidException">The index contradicts the manifest, or cannot be read.</exception>
    public async IAsyncEnumerable<RowBatch> QueryAsync(Query query, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        RequireOwn(query);
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

    /// <summary>Executes one SELECT in DuckDB's SQL over the light columns; the table is called <c>d</c>. <see cref="Sql.QueryAsync"/>
    /// queries several datasets at once.</summary>
    /// <param name="select">One SELECT , such as <c>SELECT band, count(*) FROM d GROUP BY band</c>.</param>
    /// <param name="limit">The maximum number of rows; null for all.</param>
    /// <param name="cancellationToken">Interrupts DuckDB.</param>
    /// <inheritdoc cref="Sql.QueryAsync"/>
    public IAsyncEnumerable<RowBatch> SqlAsync(string select, long? limit = null, CancellationToken cancellationToken = default) =>
        Sql.QueryAsync(new Dictionary<string, Dataset> { ["d"] = this }, select,
            new SqlOptions { Limit = limit, Threads = Options.Threads, MemoryBytes = Options.QueryMemoryBytes }, cancellationToken);

    /// <summary>Counts the rows of a query; its order and limit are ignored.</summary>
    /// <exception cref="ArgumentException">A condition is not a valid SQL expression, or refers to an unknown column.</exception>
    public async Task<long> CountAsync(Query query, CancellationToken cancellationToken = default)
    {
        RequireOwn(query);
        IndexQuery indexQuery = await IndexQuery.OfAsync(query, isWithHeavy: false, cancellationToken).ConfigureAwait(false);
        return await Task.Run(() => indexQuery.CountAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Returns the positions of a query's rows in the index, in the query's order. They serve to open rows later, or to divide
    /// them among processes.</summary>
    /// <exception cref="ArgumentException">A condition is not a valid SQL expression, or refers to an unknown column.</exception>
    public async Task<long[]> PositionsAsync(Query query, CancellationToken cancellationToken = default)
    {
        RequireOwn(query);
        IndexQuery indexQuery = await IndexQuery.OfAsync(query.Columns(), isWithHeavy: false, cancellationToken).ConfigureAwait(false);
        return await Task.Run(() => indexQuery.PositionsAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Plans a query without executing it: the tiles that it opens, and its SQL statement.</summary>
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
        long[] requested = [.. positions];
        foreach (long position in requested)
            if (position < 0 || position >= Manifest.Rows)
                throw new ArgumentOutOfRangeException(nameof(positions), position,
                    $"Dataset '{Address}' has {Manifest.Rows} rows, counted from 0.");
        Query columns = RequireColumnsOnly(query);
        return await Task.Run(() => RowResolver.ResolveAsync(columns, RowKeys.Of(requested), options ?? new(), cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Parses an id of the dataset's type: an integer or text.</summary>
    /// <exception cref="ArgumentException">The dataset's ids are integers and the text is not one, or the text is empty.</exception>
    public ObjectId ParseId(string text) => IdsAreText
        ? new ObjectId(text)
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? new ObjectId(number)
            : throw new ArgumentException($"'{text}' is not a valid id of dataset '{Address}': its ids are 64-bit integers.", nameof(text));

    /// <summary>Closes every file.</summary>
    public ValueTask DisposeAsync()
    {
        lock (viewing)
        {
            isDisposed = true;
            shards?.Dispose();
            if (idIndex is not null)
                _ = CloseAsync(idIndex);
        }
        Database.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task CloseAsync(Task<IdIndex?> opening)
    {
        await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (opening.IsCompletedSuccessfully)
            opening.Result?.Dispose();
    }

    // Otherwise a cache that is too small for one tile would fail much later, at some query.
    private async Task RequireCacheSpaceAsync(CancellationToken cancellationToken)
    {
        try
        {
            FileList list = await FilesAsync(cancellationToken).ConfigureAwait(false);
            if (list.Tiles.MaxBy(t => t.File.Bytes) is { } largest)
                Store.RequireFitsCache(largest.File.Path, largest.File.Bytes);
        }
        catch
        {
            await DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    internal ViewSchema View(DatasetView view)
    {
        lock (viewing)
            return views[(int)view] ??= new ViewSchema(Address, Manifest, view);
    }

    internal ShardFiles Shards(FileList files)
    {
        lock (viewing)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            return shards ??= new ShardFiles(Store, files.Shards, Options.MaxOpenShards);
        }
    }

    /// <summary>Returns the index of ids; null if the dataset has none. It is opened once.</summary>
    /// <exception cref="PileException">The index is damaged, or the store fails.</exception>
    internal Task<IdIndex?> IdIndexAsync(CancellationToken cancellationToken)
    {
        lock (viewing)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            if (idIndex is null or { IsFaulted: true })
                idIndex = Task.Run(() => IdIndex.TryOpenAsync(this), CancellationToken.None);
            return idIndex.WaitAsync(cancellationToken);
        }
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
        if (query.Dataset != this)
            throw new ArgumentException("The query was made for another dataset.", nameof(query));
    }

    private Query RequireColumnsOnly(Query? query)
    {
        query ??= Query();
        RequireOwn(query);
        return query.IsNarrowed
            ? throw new ArgumentException("Rows are selected by id or position here: the query must set columns and view only.",
                nameof(query))
            : query;
    }
}
