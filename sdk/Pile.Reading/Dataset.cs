using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Pile.DuckDb;
using Pile.Format;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>A dataset that is open for reading: its manifest, its index, its rows. Safe for use by many threads.</summary>
/// <remarks>Opening reads the manifest, and of a remote dataset the list of files if the cache does not have it; tiles and shards are
/// opened when they are first needed. Of a remote dataset the cache gets the blocks of tiles that queries read; rows are read by range
/// requests.</remarks>
public sealed class Dataset : IAsyncDisposable
{
    internal const int LargestManifestBytes = 64 << 20;

    /// <summary>Rows of one batch of a query's answer, about. A column of eight bytes a value stays below 85,000 bytes, where .NET's large
    /// objects begin: with 16,384 rows a scan takes a fifth longer.</summary>
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

    /// <summary>What the dataset says of itself.</summary>
    public Manifest Manifest { get; }

    /// <summary>The folder or address it was opened at.</summary>
    public string Address => Store.Address;

    /// <summary>True where the dataset has no index, or it is not to be used: rows are looked up in the shards, which takes longer; and
    /// heavy values are not verified, as the index has their checksums.</summary>
    public bool IsWithoutIndex => Database.IsWithoutIndex;

    /// <summary>Requests and bytes so far, where the dataset is remote.</summary>
    public StoreStatistics Statistics => Store.Statistics;

    /// <summary>Reads of shards so far, and how many of their bytes rows were made of.</summary>
    public ReadStatistics Reads => shards?.Statistics ?? default;

    internal IFileStore Store { get; }

    /// <summary>The tiles of a remote dataset; null for a folder.</summary>
    internal RemoteTiles? Remote => Database.RemoteTiles;

    /// <summary>True if tiles are verified block by block; the cache verifies those of a remote dataset, and those made of shards have just
    /// been written.</summary>
    internal bool VerifiesTiles => Options.VerifyIndex && Store.Traits.IsLocal && !IsWithoutIndex;

    internal DatasetOptions Options { get; }

    internal IndexDatabase Database { get; }

    /// <summary>Opens a dataset.</summary>
    /// <param name="pathOrUri">The dataset's folder, <c>s3://bucket/prefix</c> or <c>http(s)://…</c>.</param>
    /// <param name="options">What it may use of the machine.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentException">There is no store for such an address.</exception>
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
            await dataset.RequireRoomAsync(cancellationToken).ConfigureAwait(false);
        return dataset;
    }

    /// <summary>The columns of a view: the stored ones in the manifest's order, then the aliases. The type of an alias that is an
    /// expression is taken for float64 here; an answer has its own.</summary>
    /// <exception cref="DatasetInvalidException">An alias contradicts the columns.</exception>
    internal ImmutableArray<ColumnSchema> ColumnsOf(DatasetView view) =>
        [.. View(view).Columns.Select(c => c.Schema(c.DType ?? DType.Float64))];

    /// <summary>A query for all rows and all light columns, to be narrowed.</summary>
    public Query Query() => new(this);

    /// <summary>Every file of the dataset; read once and checked against the manifest.</summary>
    /// <exception cref="DatasetInvalidException">The list is missing, is not the one of the manifest, or names a path outside the
    /// dataset.</exception>
    internal ValueTask<FileList> FilesAsync(CancellationToken cancellationToken = default) => Database.FilesAsync(cancellationToken);

    /// <summary>What all values of each column are together: counts, extremes, moments.</summary>
    /// <returns>A line for each column in the manifest's order; none where the dataset has no statistics.</returns>
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

    /// <summary>Answers a query with light columns, batch by batch while DuckDB finds them.</summary>
    /// <returns>Batches of some 10,000 rows in the query's order; at least one, so that the columns are known where there are no
    /// rows.</returns>
    /// <exception cref="ArgumentException">The query names a column that there is not, or a condition is no expression; found before the
    /// first batch.</exception>
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
        IndexQuestion question = await IndexQuestion.OfAsync(query, isWithHeavy: false, cancellationToken).ConfigureAwait(false);
        using IndexAnswer answer = await Task.Run(() => question.AskAsync(null, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        bool isFirst = true, goesOn = true;
        while (goesOn)
        {
            RowBatch batch = await Task.Run(() =>
            {
                goesOn = answer.Gather(BatchRows);
                return new RowBatch(answer.Take());
            }, cancellationToken).ConfigureAwait(false);
            if (isFirst || batch.RowCount > 0)
                yield return batch;
            isFirst = false;
        }
    }

    /// <summary>Answers one SELECT of DuckDB's SQL over the light columns, which it calls <c>d</c>. <see cref="Sql.QueryAsync"/> asks
    /// several datasets at once.</summary>
    /// <param name="select">One SELECT and nothing else, such as <c>SELECT band, count(*) FROM d GROUP BY band</c>.</param>
    /// <param name="limit">No more than so many rows; null: all.</param>
    /// <param name="cancellationToken">Interrupts DuckDB.</param>
    /// <inheritdoc cref="Sql.QueryAsync"/>
    public IAsyncEnumerable<RowBatch> SqlAsync(string select, long? limit = null, CancellationToken cancellationToken = default) =>
        Sql.QueryAsync(new Dictionary<string, Dataset> { ["d"] = this }, select,
            new SqlOptions { Limit = limit, Threads = Options.Threads, MemoryBytes = Options.QueryMemoryBytes }, cancellationToken);

    /// <summary>Counts the rows of a query; its order and limit have no say.</summary>
    /// <exception cref="ArgumentException">A condition is no expression, or names a column that there is not.</exception>
    public async Task<long> CountAsync(Query query, CancellationToken cancellationToken = default)
    {
        RequireOwn(query);
        IndexQuestion question = await IndexQuestion.OfAsync(query, isWithHeavy: false, cancellationToken).ConfigureAwait(false);
        return await Task.Run(() => question.CountAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Finds where a query's rows stand in the index, in the query's order: what rows are opened by later, or shared
    /// out.</summary>
    /// <exception cref="ArgumentException">A condition is no expression, or names a column that there is not.</exception>
    public async Task<long[]> PositionsAsync(Query query, CancellationToken cancellationToken = default)
    {
        RequireOwn(query);
        IndexQuestion question = await IndexQuestion.OfAsync(query.Columns(), isWithHeavy: false, cancellationToken).ConfigureAwait(false);
        return await Task.Run(() => question.PositionsAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says how a query will be answered: which tiles are opened, and what DuckDB is asked.</summary>
    internal async Task<QueryPlan> PlanAsync(Query query, CancellationToken cancellationToken = default)
    {
        RequireOwn(query);
        return (await IndexQuestion.OfAsync(query, isWithHeavy: true, cancellationToken).ConfigureAwait(false)).Plan();
    }

    /// <summary>Opens the rows of a query, in its order, for reading of heavy and light columns at random. Where their pieces lie is looked
    /// up once, here.</summary>
    /// <param name="query">Which rows and which columns, heavy ones included; without <see cref="Reading.Query.Columns"/> all of
    /// them.</param>
    /// <param name="options">How they are read.</param>
    /// <param name="cancellationToken">Interrupts the look-up.</param>
    /// <returns>A reader that lives no longer than the dataset. It holds about 30 bytes for each row and heavy column, and the light
    /// columns.</returns>
    /// <exception cref="ArgumentException">The query names a column that there is not, or a condition is no expression.</exception>
    public async Task<RowReader> OpenRowsAsync(Query query, RowReaderOptions? options = null, CancellationToken cancellationToken = default)
    {
        RequireOwn(query);
        return await Task.Run(() => RowResolver.ResolveAsync(query, RowKeys.None, options ?? new(), cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Opens rows by their ids, in the order given; an id may stand there twice.</summary>
    /// <param name="ids">Ids of the dataset's kind.</param>
    /// <param name="query">Columns and view; null for all columns. Conditions have no place here.</param>
    /// <param name="options">How they are read.</param>
    /// <param name="cancellationToken">Interrupts the look-up.</param>
    /// <exception cref="ArgumentException">An id is not of the dataset's kind, or there is no row of it.</exception>
    public async Task<RowReader> OpenRowsByIdAsync(IEnumerable<ObjectId> ids, Query? query = null, RowReaderOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ObjectId[] asked = [.. ids];
        RequireKind(asked);
        Query columns = RequireColumnsOnly(query);
        return await Task.Run(() => RowResolver.ResolveAsync(columns, RowKeys.Of(asked), options ?? new(), cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens rows by their index positions, in the order given; a position may stand there twice.</summary>
    /// <param name="positions">Numbers of rows in the order of the index, from 0.</param>
    /// <param name="query">Columns and view; null for all columns. Conditions have no place here.</param>
    /// <param name="options">How they are read.</param>
    /// <param name="cancellationToken">Interrupts the look-up.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no row at a position.</exception>
    public async Task<RowReader> OpenRowsByPositionAsync(IEnumerable<long> positions, Query? query = null, RowReaderOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        long[] asked = [.. positions];
        foreach (long position in asked)
            if (position < 0 || position >= Manifest.Rows)
                throw new ArgumentOutOfRangeException(nameof(positions), position,
                    $"Dataset '{Address}' has {Manifest.Rows} rows, counted from 0.");
        Query columns = RequireColumnsOnly(query);
        return await Task.Run(() => RowResolver.ResolveAsync(columns, RowKeys.Of(asked), options ?? new(), cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads an id out of text, as the dataset has ids: a number or text.</summary>
    /// <exception cref="ArgumentException">The dataset's ids are integers, and the text is none; or it is empty.</exception>
    public ObjectId ParseId(string text) => IdsAreText
        ? new ObjectId(text)
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? new ObjectId(number)
            : throw new ArgumentException($"'{text}' is no id of dataset '{Address}': its ids are 64-bit integers.", nameof(text));

    /// <summary>Closes every file.</summary>
    public ValueTask DisposeAsync()
    {
        lock (viewing)
        {
            isDisposed = true;
            shards?.Dispose();
            _ = idIndex?.ContinueWith(static opened => opened.Result?.Dispose(), CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
        Database.Dispose();
        return ValueTask.CompletedTask;
    }

    // A cache that cannot take one tile would fail at some query, much later.
    private async Task RequireRoomAsync(CancellationToken cancellationToken)
    {
        try
        {
            FileList list = await FilesAsync(cancellationToken).ConfigureAwait(false);
            if (list.Tiles.MaxBy(t => t.File.Bytes) is { } largest)
                Store.RequireRoomFor(largest.File.Path, largest.File.Bytes);
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
            ? throw new ArgumentException("Rows are named by id or position here: the query may choose columns and view, and nothing else.",
                nameof(query))
            : query;
    }
}
