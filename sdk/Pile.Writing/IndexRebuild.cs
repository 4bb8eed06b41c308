using System.Security.Cryptography;
using Pile.DuckDb;
using Pile.Format;
using Pile.Storage;
using Pile.Writing.Commit;
using Pile.Writing.Index;
using Pile.Writing.Index.Rebuilding;
using Pile.Writing.Schemas;
using Pile.Writing.Shards;
using Pile.Writing.Staging;

namespace Pile.Writing;

/// <summary>Rebuilds the index of a dataset, byte for byte, from its manifest and its shards.</summary>
/// <remarks>It works in <c>.&lt;name&gt;.pile-index/</c> beside the dataset. The new files are compared with <c>files.parquet</c> before
/// they replace the old ones, folder by folder by renames. After an interruption the index is the old one, the new one, or missing, but
/// never incomplete.</remarks>
internal static class IndexRebuild
{
    /// <summary>Rebuilds the index of a dataset: tiles, lists, maps, margin, positions and ids.</summary>
    /// <param name="datasetFolder">The dataset's folder.</param>
    /// <param name="settings">Workers, memory and progress; other settings are ignored. Null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the rebuild; the dataset is unchanged.</param>
    /// <exception cref="ArgumentException">The path is the address of a remote store.</exception>
    /// <exception cref="DatasetNotFoundException">There is no dataset.</exception>
    /// <exception cref="DatasetInvalidException">The list of files cannot be read, a shard is missing, or the new index differs from the
    /// list.</exception>
    /// <exception cref="ShardCorruptException">A shard contradicts the manifest.</exception>
    /// <exception cref="OutputUnwritableException">The disk reports an error, or another rebuild is running.</exception>
    public static Task<RebuildSummary> RunAsync(string datasetFolder, WriterSettings? settings = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(datasetFolder);
        settings ??= new WriterSettings();
        settings.Check();
        if (FileStore.IsRemote(datasetFolder))
            throw new ArgumentException($"The index of '{datasetFolder}' cannot be rebuilt in a remote store: run 'pile copy "
                + $"{datasetFolder} "
                + "FOLDER' and 'pile index rebuild FOLDER', then copy the folder to a new address.", nameof(datasetFolder));
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(datasetFolder)),
            manifestPath = Path.Combine(root, DatasetPaths.Manifest);
        if (!ExistingPath.IsFile(manifestPath)
            && Array.Exists(HatsProperties.FilesOfCatalogues, name => File.Exists(Path.Combine(root, name))))
            throw new ArgumentException($"'{datasetFolder}' is a HATS catalogue, whose tiles are all that it has: there are no shards from "
                + "which an index could be made.", nameof(datasetFolder));
        if (!ExistingPath.IsFile(manifestPath))
            throw new DatasetNotFoundException(datasetFolder, DatasetNotFoundException.FindingIn(root));
        RegularFile.Require(manifestPath);
        RegularFile.Require(Path.Combine(root, DatasetPaths.Files));
        Manifest manifest = ManifestReader.Read(File.ReadAllBytes(manifestPath), manifestPath);
        if (manifest.IsIndexOnly)
            throw new DatasetInvalidException(datasetFolder, "its rows are stored in the index alone, so that it cannot be made again",
                "Get the dataset again from its source, or build it again");
        return Task.Run(() => RunAsync(root, manifest, settings, cancellationToken), cancellationToken);
    }

    private static async Task<RebuildSummary> RunAsync(string root, Manifest manifest, WriterSettings settings,
        CancellationToken cancellationToken)
    {
        using RebuildFolder staging = RebuildFolder.Take(root);
        try
        {
            using DuckDbDatabase database =
                DuckDbDatabase.OpenInMemory(new DuckDbSettings
                {
                    Threads = 1,
                    MemoryLimitBytes = settings.SortBytes,
                    TempDirectory = Path.Combine(staging.Path, "temp")
                });
            using DuckDbConnection connection = database.Connect();
            List<ListedFile> listed = ListedFile.ReadAll(root, manifest.FilesSha256, connection, cancellationToken);
            string[] shards = ShardsOf(root, listed);
            IReadOnlyList<LedgerEntry> made =
                await MakeAsync(staging.Path, manifest, shards, listed, settings, database, connection, cancellationToken)
                    .ConfigureAwait(false);
            RequireAsListed(root, manifest, listed, made);
            int changed = made.Count(file => !staging.IsSame(file));
            cancellationToken.ThrowIfCancellationRequested();
            staging.Publish(PlacesOf(manifest, made));
            return new RebuildSummary(root, manifest.Rows, made.Count(file => file.Kind == "index"), made.Count,
                made.Sum(file => file.Bytes), changed);
        }
        catch (Exception e) when (WriteErrors.IsOfDisk(e))
        {
            throw WriteErrors.OfRebuild(root, e);
        }
    }

    private static string[] ShardsOf(string root, List<ListedFile> listed)
    {
        ListedFile[] shards = [.. listed.Where(file => file.Kind == "shard").OrderBy(file => file.Source)];
        LocalFolder folder = new(root);
        foreach (ListedFile listing in listed)
            if (listing.Kind != "source")
                folder.RequireInside(listing.Path);
        foreach (ListedFile shard in shards)
        {
            FileInfo file = new(Path.Combine(root, shard.Path));
            RegularFile.Require(file.FullName);
            if (!file.Exists || file.Length != shard.Bytes)
                throw new DatasetInvalidException(root,
                    $"the shard '{shard.Path}' "
                        + $"{(file.Exists ? $"has {file.Length} bytes, but '{DatasetPaths.Files}' lists {shard.Bytes}" : "is missing")}",
                        "Get it again: an index needs all shards");
        }
        return [.. shards.Select(shard => Path.Combine(root, shard.Path))];
    }

    private static async Task<IReadOnlyList<LedgerEntry>> MakeAsync(string staging, Manifest manifest, string[] shards,
        List<ListedFile> listed, WriterSettings settings, DuckDbDatabase database, DuckDbConnection connection,
        CancellationToken cancellationToken)
    {
        ProgressMeter progress = new(settings.Progress);
        DatasetSchema schema = new(manifest.Columns);
        IndexKey key = manifest.Partition.Key;
        string idsName = DatasetPaths.Ids(manifest.Subset);
        DatasetSpec spec = SpecOf(manifest) with
        {
            HasIdIndex = listed.Any(file => file.Path == idsName),
            HasCoverage = listed.Any(file => file.Path == DatasetPaths.Coverage(manifest.Subset)),
        };
        ShardRowReader reader = new(schema, key);
        progress.Begin(BuildPhase.Sort, manifest.Rows);
        KeyCounts counts = KeyCounts.For(key.HasPositions);
        foreach (string shard in shards)
        {
            long[] keys = reader.Keys(shard, cancellationToken);
            counts.Add(keys);
            progress.Add(keys.Length, 0);
        }
        IReadOnlyList<TileFile> tiles = counts.TileFiles(spec.Subset, manifest.Partition, settings.MaxTileRows);
        progress.Begin(BuildPhase.Write, counts.Rows);
        FileLedger ledger = new(staging, settings.Workers, cancellationToken);
        try
        {
            // A dataset may lack the positions file; then the rebuilt index lacks it too.
            string positionsName = DatasetPaths.Positions(spec.Subset);
            Directory.CreateDirectory(Path.Combine(staging, spec.Subset));
            using PositionsOfShards? positions = listed.Any(file => file.Path == positionsName)
                ? new PositionsOfShards(Path.Combine(staging, positionsName), schema, spec) : null;
            IndexLayout layout = LayoutOf(spec, schema, key, listed, staging, connection, cancellationToken);
            IndexWriter index = new(schema, layout, staging, ledger, settings, database);
            if (!key.HasTiles)
                index.WriteReused(tiles, token => ReadAll(reader, schema, shards, progress, token), positions, cancellationToken);
            else
            {
                using DuckDbDatabase sorting = DuckDbDatabase.OpenInMemory(new DuckDbSettings
                {
                    Threads = 1,
                    MemoryLimitBytes = settings.IndexBytes,
                    TempDirectory = Path.Combine(staging, "temp")
                });
                IndexOrder order = new(schema, layout, Path.Combine(staging, "temp"), settings);
                using (IEnumerator<ShardRows> rows = ReadAll(reader, schema, shards, progress, cancellationToken).GetEnumerator())
                    order.Collect(rows, _ => { }, connection, cancellationToken);
                index.WriteReused(tiles, token => order.Read(sorting, token), positions, cancellationToken);
            }
            if (positions is not null)
            {
                positions.Complete();
                ledger.Add(positionsName, "meta");
            }
            progress.Begin(BuildPhase.Commit, null);
            IndexFiles others = new(staging, spec, schema, layout, ledger);
            others.Write(counts, settings.MaxTileRows, connection, cancellationToken);
            others.WriteCoverage(counts, settings.MaxTileRows, connection, cancellationToken);
        }
        finally
        {
            await ledger.WaitAsync().ConfigureAwait(false);
        }
        return await ledger.CompleteAsync().ConfigureAwait(false);
    }

    /// <summary>Returns the layout with the version of Parquet that the lost index had: the schema file of each version has other
    /// bytes.</summary>
    private static IndexLayout LayoutOf(DatasetSpec spec, DatasetSchema schema, IndexKey key, List<ListedFile> listed, string staging,
        DuckDbConnection connection, CancellationToken cancellationToken)
    {
        IndexLayout old = new(schema, key, hasShards: true, IndexLayout.OldParquetVersion);
        string name = $"{DatasetPaths.Index(spec.Subset)}/{HatsFiles.CommonMetadata}", trial = Path.Combine(staging, "trial.parquet");
        connection.Execute(old.CopySchemaSql(trial), cancellationToken: cancellationToken);
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(trial)));
        File.Delete(trial);
        return listed.Exists(file => file.Path == name && file.Sha256 == sha256) ? old : new IndexLayout(schema, key, hasShards: true);
    }

    /// <summary>Reads the rows of the shards one after the other, into the same memory.</summary>
    private static IEnumerable<ShardRows> ReadAll(ShardRowReader reader, DatasetSchema schema, string[] shards, ProgressMeter progress,
        CancellationToken cancellationToken)
    {
        ShardRows rows = new(schema);
        for (int source = 0; source < shards.Length; source++)
        {
            reader.Read(shards[source], source, rows, cancellationToken);
            progress.Add(rows.RowCount, new FileInfo(shards[source]).Length);
            if (rows.RowCount > 0)
                yield return rows;
        }
    }

    private static DatasetSpec SpecOf(Manifest manifest) => new()
    {
        Name = manifest.Name,
        Version = manifest.Version,
        Modality = manifest.Modality,
        Description = manifest.Description,
        Subset = manifest.Subset,
        Provenance = manifest.Provenance,
        Frame = manifest.Partition.Frame,
        Grid = manifest.Partition.Grid,
        Order = manifest.Partition.Order,
        Bits = manifest.Partition.Bits,
        EpochYear = manifest.EpochYear,
        TimeScale = manifest.Time?.Scale,
        MarginArcsec = manifest.MarginArcsec,
        HasCompactPositions = manifest.HasCompactPositions,
    };

    /// <summary>Returns the folders and files of the subset that make up the index.</summary>
    private static string[] PlacesOf(Manifest manifest, IReadOnlyList<LedgerEntry> made) =>
        [.. made.Select(file => string.Join('/', file.Path.Split('/').Take(2))).Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal).Where(place => place.StartsWith(manifest.Subset + "/", StringComparison.Ordinal))];

    private static void RequireAsListed(string root, Manifest manifest, List<ListedFile> listed, IReadOnlyList<LedgerEntry> made)
    {
        string[] places = PlacesOf(manifest, made);
        Dictionary<string, ListedFile> expected =
            listed.Where(file => file.Kind is "index" or "margin"
                || (file.Kind == "meta" && places.Any(place => file.Path == place
                    || file.Path.StartsWith(place + "/", StringComparison.Ordinal))))
            .ToDictionary(file => file.Path, StringComparer.Ordinal);
        string[] other = [.. made.Where(file => !expected.TryGetValue(file.Path, out ListedFile? listing) || listing.Sha256 != file.Sha256)
            .Select(file => file.Path)
            .Concat(expected.Keys.Except(made.Select(file => file.Path), StringComparer.Ordinal)).Order(StringComparer.Ordinal)];
        if (other.Length > 0)
            throw new DatasetInvalidException(root,
                $"the rebuilt index differs from '{DatasetPaths.Files}' in {other.Length} files, the first is '{other[0]}'",
                "The shards have changed, or another version of Pile wrote the index: run 'pile validate --deep' to find out. Nothing was "
                    + "replaced");
    }
}
