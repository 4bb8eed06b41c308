using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Pile.Format;
using Pile.Reading;
using Pile.Storage;

namespace Pile.Review;

/// <summary>Validates datasets against SCHEMA.md and reports all violations.</summary>
public static class DatasetValidator
{
    /// <summary>Validates a dataset in a folder or at a remote address. A folder without a manifest may be a HATS catalogue or
    /// collection.</summary>
    /// <param name="path">The folder, <c>s3://bucket/prefix</c> or <c>http(s)://…</c>. A remote dataset is validated through copies in the
    /// cache; its shards are fetched only if the validation is deep. A web server does not list its files, so files that the dataset does
    /// not list remain undetected there.</param>
    /// <param name="options">Options; null for the manifest, sizes and the index only.</param>
    /// <param name="cancellationToken">Cancels the validation.</param>
    /// <returns>All findings. Bad data is a finding, never an exception; one damaged file does not hide findings in others.</returns>
    /// <exception cref="ArgumentException">The path is empty or not a folder, an option is out of range, or the address is that of a remote
    /// HATS catalogue.</exception>
    /// <exception cref="DatasetNotFoundException">The folder does not exist, or the address has no manifest.</exception>
    /// <exception cref="StoreException">A remote store fails or denies access, or the cache is full.</exception>
    /// <exception cref="NativeLibraryMissingException">libduckdb is not on this machine.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<ValidationReport> ValidateAsync(string path, ValidationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        options ??= new ValidationOptions();
        RequirePositive(options.Workers, nameof(ValidationOptions.Workers));
        RequirePositive(options.MaxFindingsPerCode, nameof(ValidationOptions.MaxFindingsPerCode));
        IFileStore store = FileStore.For(path, options.Storage);
        using RemoteFolder? remote = store.Traits.IsLocal ? null
            : await RemoteFolder.OpenAsync(store, cancellationToken).ConfigureAwait(false);
        string root = remote?.Root ?? store.LocalRoot;
        if (!ExistingPath.IsFolder(root))
            throw new DatasetNotFoundException(path, DatasetNotFoundException.FindingIn(root));

        FindingLog log = new(options.MaxFindingsPerCode, remote?.Root, store.Address);
        if (!File.Exists(Path.Combine(root, DatasetPaths.Manifest)) && HatsChecker.IsHats(root))
            return Report(await Task.Run(() => HatsChecker.Check(root, log, cancellationToken), cancellationToken).ConfigureAwait(false),
                log);
        Manifest? manifest = await ManifestCheck.ReadAsync(root, log, cancellationToken).ConfigureAwait(false);
        if (manifest is null)
            DiskFiles.CheckListing(root, ".", log); // it may exist in a folder that cannot be listed
        else
        {
            ManifestRules.Check(manifest, log);
            ColumnsCheck.Check(manifest, log);
            using ReviewDatabases databases = new(options.Workers, options.MemoryBytes, remote is null ? [root] : [root, store.LocalRoot]);
            await Task.Run(() => CheckFiles(new DatasetUnderReview(root, manifest, options, log, databases) { Remote = remote }, store,
                cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        return Report(manifest?.Rows ?? 0, log);
    }

    private static void RequirePositive(int value, string option)
    {
        if (value < 1)
            throw new ArgumentException($"ValidationOptions.{option} must be at least 1; it is {value}.");
    }

    private static ValidationReport Report(long rows, FindingLog log)
    {
        ImmutableArray<Finding> findings = log.Findings;
        return new ValidationReport
        {
            IsValid = findings.All(f => f.Severity != FindingSeverity.Error),
            Rows = rows,
            Findings = findings,
            Counts = log.Counts,
        };
    }

    private static void CheckFiles(DatasetUnderReview dataset, IFileStore store, CancellationToken cancellationToken)
    {
        AliasesCheck aliases = new(dataset);
        aliases.CheckNames();
        dataset.Disk = dataset.Remote?.ListAsync(cancellationToken).GetAwaiter().GetResult()
            ?? DiskFiles.Read(dataset.Root, dataset.Log, cancellationToken);
        if (!FileListCheck.Read(dataset, cancellationToken))
            return;
        if (dataset.Remote is { } remote)
            dataset.Disk = remote.FetchAsync(dataset, cancellationToken).GetAwaiter().GetResult();
        PresenceCheck.Check(dataset);
        CountsCheck.Check(dataset);
        ImmutableArray<DatasetFile> hashed = [.. dataset.Files.Where(f => f.Kind is not DatasetFileKind.Source)];
        ProgressMeter progress = new(dataset.Options,
            dataset.Options.Deep ? hashed.AddRange(dataset.Tiles.Select(t => t.File)) : [.. dataset.Tiles.Select(t => t.File)]);
        SourcesCheck? sources = SourcesCheck.Read(dataset, store, cancellationToken);
        if (dataset.Options.Deep)
            sources?.ReadHeaders(cancellationToken);
        ImmutableArray<CheckedTile> tiles = CheckTiles(dataset, aliases, progress, cancellationToken);
        if (sources is not null)
            CheckSources(dataset, sources, cancellationToken);
        if (dataset.Manifest.Partition.Key.HasPositions)
            CheckHats(dataset, tiles, cancellationToken);
        else
            HashTilesCheck.Check(dataset, tiles, cancellationToken);
        IdentifiersCheck.Check(dataset, tiles, cancellationToken);
        TextListsCheck.Check(dataset, cancellationToken);
        StatisticsCheck? statistics = StatisticsCheck.Read(dataset, cancellationToken);
        if (dataset.Options.Deep)
        {
            SpanCheck.Check(dataset, cancellationToken);
            SkyMapCheck.Check(dataset, cancellationToken);
            SortedRowsCheck.Check(dataset, cancellationToken);
            CoverageCheck.Check(dataset, cancellationToken);
        }
        if (dataset.Options.Deep)
            InParallel(dataset, hashed, file =>
            {
                using IDisposable? copy = dataset.Remote?.Hold(dataset, file, cancellationToken);
                FileHash.Check(dataset, file, cancellationToken);
                if (file.Kind == DatasetFileKind.Shard)
                    new ShardCheck(dataset, file, tiles, statistics).Check(cancellationToken);
                progress.Done();
            }, cancellationToken);
        if (dataset.Options.Deep && dataset.Manifest.IsIndexOnly && statistics is not null)
            InParallel(dataset, Enumerable.Range(0, tiles.Length),
                i => statistics.Take(i, TileStatistics.Of(dataset, tiles[i], cancellationToken)), cancellationToken);
        if (dataset.Options.Deep && sources is not null && !dataset.Log.HasErrors && !sources.HasUncheckedPlaces)
            ReferencedValuesCheck.CheckAsync(dataset, cancellationToken).GetAwaiter().GetResult();
        if (dataset.Options.Deep)
            statistics?.Compare();
    }

    private static void CheckSources(DatasetUnderReview dataset, SourcesCheck sources, CancellationToken cancellationToken)
    {
        const int AtOnce = 1024;
        InParallel(dataset, Enumerable.Range(0, (sources.Count + AtOnce - 1) / AtOnce),
            i => sources.CheckFiles(i * AtOnce, Math.Min(AtOnce, sources.Count - (i * AtOnce)), cancellationToken), cancellationToken);
        sources.ReportDenied();
    }

    private static ImmutableArray<CheckedTile> CheckTiles(DatasetUnderReview dataset, AliasesCheck aliases, ProgressMeter progress,
        CancellationToken cancellationToken)
    {
        TileCheck check = new(dataset, new IndexSchema(dataset.Manifest, dataset.Light, dataset.Heavy));
        check.CheckCommonMetadata();
        CheckedTile?[] tiles = new CheckedTile?[dataset.Tiles.Length];
        InParallel(dataset, Enumerable.Range(0, tiles.Length), i =>
        {
            tiles[i] = check.Check(dataset.Tiles[i], cancellationToken);
            if (tiles[i] is { } tile)
                aliases.CheckRows(tile, cancellationToken);
            progress.Done();
        }, cancellationToken);
        return [.. tiles.OfType<CheckedTile>()];
    }

    private static void CheckHats(DatasetUnderReview dataset, ImmutableArray<CheckedTile> tiles, CancellationToken cancellationToken)
    {
        string index = DatasetPaths.Index(dataset.Manifest.Subset);
        if (dataset.Disk.IsUnknown($"{index}/dataset"))
            return;
        Dictionary<string, long> rows = tiles.ToDictionary(t => HatsTilePath.Of(t.Tile.Pixel), t => t.Rows, StringComparer.Ordinal);
        HatsCatalogCheck check = new(dataset.FullPath(index), index + "/", dataset.Log, dataset.Databases)
        {
            PileFrame = dataset.Manifest.Partition.Frame,
            RowsOfTile = tile => rows.TryGetValue(tile, out long found) ? found : null,
        };
        check.Check(cancellationToken);
        if (dataset.Manifest.MarginArcsec is { } margin)
            new HatsCollectionCheck(dataset.FullPath(dataset.Manifest.Subset), dataset.Manifest.Subset + "/", dataset.Log,
                dataset.Databases)
            {
                Primary = check,
                MarginArcsec = margin,
                IsWithMarginRows = dataset.Options.Deep,
            }.Check(cancellationToken);
    }

    private static void InParallel<T>(DatasetUnderReview dataset, IEnumerable<T> items, Action<T> body, CancellationToken cancellationToken)
    {
        try
        {
            Parallel.ForEach(items, new ParallelOptions
            {
                MaxDegreeOfParallelism = dataset.Options.Workers,
                CancellationToken = cancellationToken
            }, body);
        }
        catch (AggregateException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]); // for example a missing library, which is reported once
        }
    }
}
