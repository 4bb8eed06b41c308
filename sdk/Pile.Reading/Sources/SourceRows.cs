using System.Collections.Immutable;
using System.Globalization;
using Pile.DuckDb;
using Pile.Format;
using Pile.Layers;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>A source as of a commit that is read as a dataset: each file is a row, in the order of their paths.</summary>
internal sealed class SourceRows : IForeignCatalog, IDisposable
{
    private readonly LayerDatabase database;
    private readonly LayerState state;

    private SourceRows(LayerSnapshot snapshot, LayerScan? scan, LayerState state, LayerDatabase database, long bytes)
    {
        (Snapshot, Scan, this.state, this.database) = (snapshot, scan, state, database);
        Store = new LocalFolder(Path.GetDirectoryName(state.Path)!)
        {
            Address = string.Create(CultureInfo.InvariantCulture, $"{snapshot.Store.Address.TrimEnd('/')}@{snapshot.Number}"),
        };
        Manifest = ManifestOf(snapshot, state, bytes);
    }

    /// <summary>The source at its commit.</summary>
    internal LayerSnapshot Snapshot { get; }

    /// <summary>What the last scan says; null before the first one.</summary>
    internal LayerScan? Scan { get; }

    /// <summary>True while a scan runs, and after one that was interrupted.</summary>
    internal bool IsPartial => Scan is not { IsComplete: true };

    /// <summary>The number of files and folders that the last scan could not list or read.</summary>
    internal long Skipped => Scan?.Skipped ?? 0;

    /// <summary>The commit of a Git repository whose files are listed; empty for a folder or bucket.</summary>
    internal string Revision => Scan?.Revision ?? "";

    /// <summary>The folder of the rows. Its address is that of the source, with the commit.</summary>
    internal IFileStore Store { get; }

    /// <inheritdoc/>
    public Manifest Manifest { get; }

    /// <inheritdoc/>
    public byte[] Identity => Snapshot.Commit?.ToBytes() ?? Snapshot.Store.Manifest.ToBytes();

    /// <summary>Opens a source, <c>ADDRESS[@AT]</c>.</summary>
    /// <returns>Null if there is no layer at the address.</returns>
    /// <exception cref="DatasetNotFoundException">It is a layer of a dataset.</exception>
    /// <exception cref="ArgumentException">There is no such commit.</exception>
    internal static async Task<SourceRows?> TryOpenAsync(string address, DatasetOptions options, CancellationToken cancellationToken)
    {
        LayerReference newest = new("", address, null);
        if (await TryOpenStoreAsync(newest, options, cancellationToken).ConfigureAwait(false) is not { } opened)
        {
            if (!address.Contains('@', StringComparison.Ordinal) || LayerReference.Parse(address) is not { At: not null } reference
                || await TryOpenStoreAsync(reference, options, cancellationToken).ConfigureAwait(false) is not { } earlier)
                return null;
            opened = earlier;
        }
        (LayerStore store, string? at) = opened;
        if (store.Manifest.SourceAddress is null)
            throw new DatasetNotFoundException(address, $"it is a layer of dataset '{store.Manifest.DatasetName}'. Open the "
                + $"dataset with the layer: DATASET --layer {address}");
        LayerCommit? commit = await store.ResolveAsync(at, cancellationToken).ConfigureAwait(false);
        LayerSnapshot snapshot = LayerSnapshot.Of(store, commit, isNewest: at is null);
        LayerScan? scan = await SourcePlace.LastScanAsync(store, commit, cancellationToken).ConfigureAwait(false);
        LayerDatabase work = new(null, options.Threads, options.QueryMemoryBytes);
        try
        {
            LayerState found = await Task.Run(() => snapshot.StateAsync(() => work, options.Storage, null, cancellationToken),
                cancellationToken).ConfigureAwait(false);
            bool hasSize = snapshot.Fields.Any(f => f.Name == SourceFields.Size && f.Type == FieldType.Of(DType.Int64));
            long bytes = !hasSize ? 0 : work.Connection.Scalar<long>($"SELECT coalesce(sum({SourceFields.Size}), 0)::BIGINT FROM "
                + $"read_parquet({DuckDbSql.Literal(found.Path)}, hive_partitioning = false)", cancellationToken: cancellationToken);
            SourceRows rows = new(snapshot, scan, found, work, bytes);
            if (rows.IsPartial)
                options.OnMessage?.Invoke(string.Create(CultureInfo.InvariantCulture, $"source '{store.Address}' is partial as of commit "
                    + $"{snapshot.Number}, with {found.Rows} files: a scan is under way, or was interrupted (scan again to continue)"));
            else if (at is null)
                options.OnMessage?.Invoke($"source '{store.Address}' is read as of commit {snapshot.Number}");
            return rows;
        }
        catch
        {
            work.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<FileList> FilesAsync(CancellationToken cancellationToken)
    {
        DatasetFile file = new(Path.GetFileName(state.Path), DatasetFileKind.Index, -1, state.Rows, new FileInfo(state.Path).Length, "");
        return Task.FromResult(FileList.OfTiles([new IndexTile(file, null, 0)]));
    }

    public void Dispose() => database.Dispose();

    private static async Task<(LayerStore Store, string? At)?> TryOpenStoreAsync(LayerReference reference, DatasetOptions options,
        CancellationToken cancellationToken)
    {
        try
        {
            return (await LayerStore.OpenAsync(reference.Address, options.Storage, cancellationToken).ConfigureAwait(false), reference.At);
        }
        catch (LayerNotFoundException)
        {
            return null;
        }
    }

    private static Manifest ManifestOf(LayerSnapshot snapshot, LayerState state, long bytes)
    {
        LayerManifest layer = snapshot.Store.Manifest;
        string name = string.Concat(layer.Name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_'));
        ImmutableArray<ColumnSchema> columns = [new ColumnSchema
        {
            Name = LayerPaths.ObjectId,
            DType = DType.String,
            Role = ColumnRole.Standard,
            Ucd = "meta.id;meta.file",
            Description = "the path of the file below the address of the source",
        }, .. snapshot.Fields.SelectMany(f => f.ToColumns("")).Select(c => c with
        {
            TileSql = c.Nested is null ? null : DuckDbSql.Identifier(c.Name), // a state has no STRUCT, but a column for each member
        })];
        return new Manifest
        {
            Name = name.Length > 0 ? name : "source",
            Version = snapshot.Number.ToString(CultureInfo.InvariantCulture),
            Modality = Modality.OfFiles,
            Description = $"files of {SourcePlace.AddressOf(snapshot.Store)}",
            Provenance = new Provenance
            {
                Project = name,
                Survey = name,
                Instrument = "unknown",
                Release = "unknown",
                Licence = "unknown",
                Citation = "unknown",
                Builder = "pile scan",
                BuilderVersion = snapshot.Commit?.Program ?? "unknown",
            },
            Rows = state.Rows,
            Shards = 0,
            IsIndexOnly = true,
            Bytes = bytes,
            Partition = new Partition(Partition.Hash, Bits: 0),
            Columns = columns,
            Aliases = columns.Any(c => c.Name.Equals("path", StringComparison.OrdinalIgnoreCase)) ? []
                : [new AliasSchema { Name = "path", Native = LayerPaths.ObjectId, Description = "the path of the file" }],
            FilesSha256 = "",
            Foreign = new ForeignIndex("", null),
        };
    }
}
