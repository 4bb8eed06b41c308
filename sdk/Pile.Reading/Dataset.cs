using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Pile.Format;
using Pile.Layers;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>An open dataset: its manifest, its index and its rows. Safe for concurrent use by several threads.</summary>
/// <remarks>Opening reads the manifest, and for a remote dataset the list of files if it is not in the cache. Tiles and shards are opened
/// when they are first needed. The cache stores the blocks of remote tiles that queries read; rows are read by range requests.</remarks>
public sealed partial class Dataset : IAsyncDisposable
{
    internal const int LargestManifestBytes = 64 << 20;

    private const int MostEarlyBytes = 4 << 20;

    private readonly Lock viewing = new();
    private readonly ViewSchema?[] views = new ViewSchema?[2];
    private PieceFiles? shards;
    private Task<IdIndex?>? idIndex;
    private readonly string layerFolder = "";
    private LayerDatabase? layerDatabase;
    private bool isDisposed;

    private Dataset(IFileStore store, Manifest manifest, ReadOnlySpan<byte> identity, DatasetOptions options, IForeignCatalog? foreign,
        IReadOnlyList<AttachedLayer> layers)
    {
        (Store, Manifest, Options, Layers) = (store, manifest, options, layers);
        (Catalogue, Source) = (foreign as HatsCatalog, foreign as SourceRows);
        Root = Convert.ToHexStringLower(SHA256.HashData(identity));
        if (layers.Count > 0)
            layerFolder = TemporaryPath.InSystemFolder("layer");
        Database = new IndexDatabase(store, manifest, options, foreign,
            [.. AttachedLayer.FoldersOf([.. layers], options.Storage, layerFolder)]);
    }

    /// <summary>The dataset's manifest.</summary>
    public Manifest Manifest { get; }

    /// <summary>The SHA-256 of the manifest file, in lower-case hexadecimal. It identifies every byte of the dataset: the manifest contains
    /// the SHA-256 of the list of files, and the list those of all files.</summary>
    /// <remarks>Of a HATS catalogue it is the SHA-256 of its properties and of the declared schema of its tiles, in this order. It does not
    /// cover values or the order of rows, because tiles have no checksums.</remarks>
    public string Root { get; }

    /// <summary>The folder or address that the dataset was opened at.</summary>
    public string Address => Store.Address;

    /// <summary>True if the dataset has no index, or if <see cref="DatasetOptions.IgnoreIndex"/> is set.</summary>
    /// <remarks>Rows are then located in the shards, which takes longer. Heavy values are not verified, because the index holds their
    /// checksums.</remarks>
    public bool IsWithoutIndex => Database.IsWithoutIndex;

    /// <summary>The number of requests and bytes so far, for a remote dataset, and of files outside a dataset.</summary>
    public StoreStatistics Statistics => Store.Statistics.Plus(Volatile.Read(ref mounts)?.Statistics ?? default);

    /// <summary>The number of reads of shards, or of files outside the dataset, so far, their bytes, and how many of these bytes were used
    /// for rows. Of a raster, whole blocks are used.</summary>
    public ReadStatistics Reads =>
        (references is { IsCompletedSuccessfully: true } opened ? opened.Result.Statistics : shards?.Statistics) ?? default;

    /// <summary>The session for the next SQL statement over this dataset alone.</summary>
    internal IdleSql IdleSql { get; } = new();

    internal IFileStore Store { get; }

    /// <summary>The tiles of a remote dataset; null for a folder.</summary>
    internal RemoteTiles? Remote => Database.RemoteTiles;

    /// <summary>True if tiles are verified block by block. The cache verifies the tiles of a remote dataset; tiles made from shards have
    /// just been written.</summary>
    internal bool VerifiesTiles => Options.VerifyIndex && Store.Traits.IsLocal && !IsWithoutIndex && Manifest.Foreign is null;

    /// <summary>What messages call the tiles.</summary>
    internal string IndexWords => Manifest.Foreign is null ? "the index" : "the catalogue";

    /// <summary>The source that is read as a dataset; null for a dataset.</summary>
    internal SourceRows? Source { get; }

    /// <summary>The HATS catalogue that is read as a dataset; null for a dataset of this format.</summary>
    internal HatsCatalog? Catalogue { get; }

    internal DatasetOptions Options { get; }

    internal IndexDatabase Database { get; }

    /// <summary>The layers whose fields are columns.</summary>
    internal IReadOnlyList<AttachedLayer> Layers { get; }

    /// <summary>Opens a dataset, or a HATS catalogue or collection as it is.</summary>
    /// <param name="pathOrUri">The dataset's folder, <c>s3://bucket/prefix</c>, <c>http(s)://…</c>, the member of a collection,
    /// <c>…/collection.yaml#name</c>, or a saved query, <c>….query.yaml</c>, which selects rows of its dataset.</param>
    /// <param name="options">Resources and storage settings; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <exception cref="ArgumentException">No store supports the address, or an option is out of range.</exception>
    /// <exception cref="DatasetNotFoundException">There is no manifest.</exception>
    /// <exception cref="DatasetInvalidException">The dataset of a saved query has another root than it recorded.</exception>
    /// <exception cref="PileException">The manifest is not valid.</exception>
    /// <exception cref="VersionNotSupportedException">The dataset is of a newer major version of the format.</exception>
    /// <exception cref="StoreException">A remote store cannot be reached or denies access, or the cache's budget is smaller than one tile
    /// of the index.</exception>
    public static async Task<Dataset> OpenAsync(string pathOrUri, DatasetOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pathOrUri);
        options ??= new DatasetOptions();
        options.Check();
        if (SavedQueryFile.IsAddress(pathOrUri))
            return await OpenSavedAsync(pathOrUri, options, cancellationToken).ConfigureAwait(false);
        if (SavedQueryFile.IsPin(pathOrUri))
            throw new ArgumentException($"'{pathOrUri}' is a pin, which names a query, a split and an order. Stream it ('pile stream', "
                + "StreamSource.OpenPinAsync), or check it ('pile verify').", nameof(pathOrUri));
        string address = pathOrUri;
        pathOrUri = await DatasetCollection.ResolveAsync(pathOrUri, options.Storage, cancellationToken).ConfigureAwait(false);
        IFileStore store = FileStore.For(pathOrUri, options.Storage);
        byte[] yaml;
        // Every remote dataset needs its list: both files take one round trip.
        (store as IRemoteFileStore)?.BeginCopy(DatasetPaths.Files, MostEarlyBytes, cancellationToken);
        try
        {
            yaml = await store.ReadAllAsync(DatasetPaths.Manifest, LargestManifestBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FileNotFoundException or StoreException { Fault: StoreFault.Denied })
        {
            // To somebody who may not list a bucket, S3 denies a file that is missing.
            bool isDenied = e is StoreException;
            if (await HatsCatalog.TryOpenAsync(store, options, isDenied, cancellationToken).ConfigureAwait(false) is { } catalogue)
                return await OpenLayeredAsync(store, catalogue.Manifest, catalogue.Identity, options, catalogue, cancellationToken)
                    .ConfigureAwait(false);
            if (isDenied)
                throw; // a source needs a list of its files
            if (await SourceRows.TryOpenAsync(pathOrUri, options, cancellationToken).ConfigureAwait(false) is { } source)
                return await OpenLayeredAsync(source.Store, source.Manifest, source.Identity, options, source, cancellationToken)
                    .ConfigureAwait(false);
            string finding = !store.Traits.IsLocal ? DatasetNotFoundException.NoManifest
                : DatasetNotFoundException.FindingIn(store.LocalRoot);
            throw address == pathOrUri ? new DatasetNotFoundException(pathOrUri, finding)
                : DatasetCollection.MissingMember(address, pathOrUri, finding);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new DatasetInvalidException(pathOrUri, $"the manifest cannot be read: {e.Message}",
                "Check the file's permissions, or get the dataset again", e);
        }
        if (options.IdColumn is not null)
            throw HasOwnIds(options.IdColumn, pathOrUri);
        Manifest manifest = ManifestReader.Read(yaml, Path.Combine(pathOrUri, DatasetPaths.Manifest));
        return await OpenLayeredAsync(store, manifest, yaml, options, null, cancellationToken).ConfigureAwait(false);
    }

    private static ArgumentException HasOwnIds(string idColumn, string address) => new($"DatasetOptions.IdColumn is '{idColumn}', but "
        + $"'{address}' is a dataset that has its own ids. Set it only for a HATS catalogue.");

    private static async Task<Dataset> OpenLayeredAsync(IFileStore store, Manifest manifest, byte[] identity, DatasetOptions options,
        IForeignCatalog? foreign, CancellationToken cancellationToken)
    {
        AttachedLayer[] layers = options.Layers.Count == 0 ? []
            : await AttachedLayer.OpenAsync(options.Layers, options, cancellationToken).ConfigureAwait(false);
        Dataset dataset = new(store, manifest, identity, options, foreign, layers);
        if (foreign is null && !store.Traits.IsLocal)
            await dataset.RequireCacheSpaceAsync(cancellationToken).ConfigureAwait(false);
        if (dataset.Layers.Count > 0)
            await dataset.LoadLayersAsync(cancellationToken).ConfigureAwait(false);
        return dataset;
    }

    /// <summary>The manifest with the fields of the layers as columns.</summary>
    internal Manifest LayeredManifest => Layers.Count == 0 ? Manifest : Manifest with
    {
        Columns = [.. Manifest.Columns, .. Layers.SelectMany(l => l.Snapshot.Fields.SelectMany(f => f.ToColumns(l.Snapshot.Prefix)))],
    };

    /// <summary>Returns whether a folder contains the dataset, or is its own; false for a remote one.</summary>
    internal bool IsIn(string folder) => Store.Traits.IsLocal && IsIn(Store.LocalRoot, folder);

    /// <summary>Returns whether a folder contains the dataset in another folder, or is that folder.</summary>
    internal static bool IsIn(string datasetFolder, string folder) =>
        RealPath.IsBelow(Path.Combine(Path.GetFullPath(datasetFolder), DatasetPaths.Manifest), Path.GetFullPath(folder));

    /// <summary>Identifies each layer at its commit, and the prefix of its columns.</summary>
    internal IEnumerable<string> LayerIdentities => Layers.Select(l => $"layer {l.Snapshot.Prefix}{l.Snapshot.Sha256}");

    private async Task LoadLayersAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (AttachedLayer layer in Layers)
                await layer.LoadAsync(this, () => layerDatabase ??= new LayerDatabase(layerFolder, Options.Threads,
                    Options.QueryMemoryBytes),
                    cancellationToken).ConfigureAwait(false);
            View(DatasetView.Standard); // reports fields with the names of columns
        }
        catch
        {
            await DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Returns the columns of a view: the stored ones in the manifest's order, then the aliases. An alias that is an expression is
    /// listed as float64 here; a query result has its actual type.</summary>
    /// <exception cref="DatasetInvalidException">An alias contradicts the columns.</exception>
    internal ImmutableArray<ColumnSchema> ColumnsOf(DatasetView view) =>
        [.. View(view).Columns.Select(c => c.Schema(c.DType ?? DType.Float64))];

    /// <summary>Returns every file of the dataset. The list is read once and checked against the manifest.</summary>
    /// <exception cref="DatasetInvalidException">The list is missing, differs from the manifest's checksum, or contains a path outside the
    /// dataset.</exception>
    internal ValueTask<FileList> FilesAsync(CancellationToken cancellationToken = default) => Database.FilesAsync(cancellationToken);

    /// <summary>Returns the SHA-256 of the content, in lower-case hexadecimal: that of the output of <c>sha256sum</c> for shards and tiles
    /// by path. Unlike <see cref="Root"/> it does not depend on names, provenance or the order of the source. Null for a HATS catalogue
    /// or a source, whose files have no checksums.</summary>
    /// <exception cref="DatasetInvalidException">The list of files is missing or differs from the manifest's checksum.</exception>
    internal async Task<string?> ContentHashAsync(CancellationToken cancellationToken = default)
    {
        if (Manifest.Foreign is not null)
            return null;
        FileList list = await FilesAsync(cancellationToken).ConfigureAwait(false);
        IEnumerable<string> lines = list.Files.Where(f => f.Kind is DatasetFileKind.Shard or DatasetFileKind.Index)
            .OrderBy(f => f.Path, StringComparer.Ordinal).Select(f => $"{f.Sha256}  {f.Path}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
    }

    /// <summary>Returns summary statistics of each column: counts, extremes, moments.</summary>
    /// <returns>One entry per column in the manifest's order; empty if the dataset has no statistics.</returns>
    /// <exception cref="DatasetInvalidException">The file is damaged or missing.</exception>
    public async Task<ImmutableArray<ColumnStatistics>> StatisticsAsync(CancellationToken cancellationToken = default)
    {
        FileList list = await FilesAsync(cancellationToken).ConfigureAwait(false);
        if (list.Files.FirstOrDefault(f => f.Path == DatasetPaths.Statistics) is not { } file)
            return [];
        return await ReadMetaAsync(file, StatisticsFile.Read, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Rejects a dataset whose rows have no positions.</summary>
    /// <param name="what">What needs positions, as the start of a sentence.</param>
    /// <param name="remedy">What to do instead.</param>
    /// <exception cref="ArgumentException">The rows of the dataset have no positions.</exception>
    internal void RequirePositions(string what, string remedy = "Select rows by id or by a condition.")
    {
        if (!Manifest.Partition.Key.HasPositions)
            throw new ArgumentException($"{what} needs rows with positions, but those of dataset '{Address}' have none: they are sorted by "
                + $"a hash of their id. {remedy}");
    }

    /// <summary>Rejects a dataset whose rows have no positions on the sky.</summary>
    /// <inheritdoc cref="RequirePositions"/>
    internal void RequireSky(string what, string remedy = "Select rows by id or by a condition.")
    {
        RequirePositions(what, remedy);
        if (Manifest.Frame != Manifest.Icrs)
            throw new ArgumentException($"{what} needs positions on the sky ({Manifest.Icrs}), but those of dataset '{Address}' are on the "
                + $"earth ({Manifest.Frame}).");
    }

    /// <summary>Closes every file, and ends what reads have left unfinished.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (viewing)
        {
            if (isDisposed)
                return;
            isDisposed = true;
            running = [.. shared];
        }
        this.ReportReads();
        await EndSharedAsync(running).ConfigureAwait(false);
        shards?.Dispose();
        Close(references);
        Close(idIndex);
        IdleSql.Dispose();
        Database.Dispose();
        layerDatabase?.Dispose();
        Source?.Dispose();
        closing.Dispose();
    }

    /// <summary>Rejects a dataset that was disposed, where nothing is read yet.</summary>
    /// <exception cref="ObjectDisposedException">The dataset was disposed.</exception>
    internal void RequireOpen() => ObjectDisposedException.ThrowIf(isDisposed, this);

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
            return views[(int)view] ??= new ViewSchema(Address, Manifest, view, Layers);
    }

    internal PieceFiles Shards(FileList files)
    {
        lock (viewing)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            return shards ??= new PieceFiles(new ShardSources(Store, files.Shards), Options.MaxOpenShards);
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
                idIndex = BeginShared(token => IdIndex.TryOpenAsync(this, token));
            return idIndex.WaitAsync(cancellationToken);
        }
    }
}
