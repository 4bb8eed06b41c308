using Pile.DuckDb;
using Pile.Format;
using Pile.Writing.Index;
using Pile.Writing.Schemas;
using Pile.Writing.Spill;
using Pile.Writing.Staging;

namespace Pile.Writing.Commit;

/// <summary>Writes the dataset from the spilled units, and moves it to the output.</summary>
internal sealed class DatasetCommit(DatasetSpec given, WriterSettings settings, StagingFolder staging, SpillArea area,
    ProgressMeter progress, DuckDbDatabase database)
{
    private DatasetSpec spec = given;

    /// <summary>Rows of the list of skipped rows that belong to no complete unit.</summary>
    internal IReadOnlyCollection<string> SkippedUnits { get; init; } = [];

    /// <summary>True to skip rows whose id repeats that of an earlier row.</summary>
    internal bool SkipsRepeatedIds { get; init; }

    /// <summary>The files of the earlier version, to share those that are equal; null for a first version.</summary>
    internal EarlierFiles? Earlier { get; init; }

    /// <summary>How rows were read from their source; null to store nothing.</summary>
    internal string? SourceRecord { get; init; }

    /// <summary>Receives messages for the user; null to ignore them.</summary>
    internal Action<string>? OnMessage { get; init; }

    internal async Task<BuildSummary> RunAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<UnitRecord> units = area.Complete;
        progress.Begin(BuildPhase.Sort, units.Sum(unit => unit.Rows));
        Modality modality = Modality.Get(spec.Modality, spec.Frame, spec.Grid is not null);
        DatasetSchema schema = Merge(units, modality);
        spec = spec with
        {
            SpectralMedium = schema.SpectralMedium,
            HasCompactPositions = spec.HasCompactPositions
                ?? (spec is { HasPositions: true, HasPositionsFile: true } && schema.Heavy.IsEmpty),
        };
        RowChecks.RequireNative(spec, schema);
        RowChecks.RequireLight(spec, schema);
        AliasCheck.Require(spec.Aliases, schema, modality);
        spec = spec with { Aliases = AliasUnits.Resolve(spec.Aliases, schema) };
        IReadOnlyList<LedgerEntry> sources = FilesTable.Sources(units);
        using DuckDbConnection connection = database.Connect();
        IReadOnlyList<SpilledPart> parts = CombinedParts.Of(SpilledPart.Of(units, area), Path.Combine(staging.TempPath, "combined"),
            settings.Workers, cancellationToken);
        using SpillQuery spill = new(units, parts, spec.HasPositions, connection);
        RepeatedIds? repeats = SkipsRepeatedIds ? RepeatedIds.Skip(spill, units, schema, connection, cancellationToken) : null;
        KeyCounts counts = await CountAsync(spill, units, schema, connection, cancellationToken).ConfigureAwait(false);
        TimeSpanInfo? time = RowChecks.TimeSpan(spill, schema, spec, connection, cancellationToken);
        double? footprintDeg = RowChecks.LargestFootprint(spill, schema, connection, cancellationToken);
        if (time is null)
            schema = schema.WithTimesDeclared(spec);
        Partition partition = counts.PartitionFor(spec);
        IReadOnlyList<TileFile> tiles = counts.TileFiles(spec.Subset, partition, settings.MaxTileRows);

        progress.Begin(BuildPhase.Write, counts.Rows);
        StagingFolder.DeleteFolder(staging.DatasetPath);
        Directory.CreateDirectory(Path.Combine(staging.DatasetPath, DatasetPaths.Index(spec.Subset)));
        FileLedger ledger = new(staging.DatasetPath, settings.Workers, cancellationToken, Earlier);
        long skipped = SkippedTable.Write(Path.Combine(staging.DatasetPath, DatasetPaths.Skipped), SkippedUnits, units, area, repeats);
        if (skipped > 0)
            ledger.Add(DatasetPaths.Skipped, "meta");
        if (OriginsTable.TextOf(sources, spec.Origins) is { } origins)
            ledger.AddText(DatasetPaths.Origins, origins);
        WritePipeline pipeline = new(schema, spec, settings, partition, staging, ledger, progress);
        // The order of a margin's rows must be kept, which DuckDB guarantees with one thread only.
        using DuckDbDatabase? single = spec.MarginArcsec is null ? null
            : DuckDbDatabase.OpenInMemory(new DuckDbSettings
            {
                Threads = 1,
                MemoryLimitBytes = settings.IndexBytes,
                TempDirectory = Path.Combine(staging.TempPath, "index")
            });
        using DuckDbConnection? ordered = single?.Connect();
        try
        {
            await pipeline.RunAsync(spill, units, area, tiles, database, cancellationToken).ConfigureAwait(false);
            AliasCheck.Evaluate(spec.Aliases, [.. tiles.Select(t => Path.Combine(staging.DatasetPath, t.Path))], connection,
                cancellationToken);
            progress.Begin(BuildPhase.Commit, null);
            IndexFiles index = new(staging.DatasetPath, spec, schema, new IndexLayout(schema, partition.Key, spec.HasShards), ledger);
            await BesideAsync(other => index.WriteCoverage(counts, settings.MaxTileRows, other, cancellationToken), () =>
            {
                StatisticsTable.Write(Path.Combine(staging.DatasetPath, DatasetPaths.Statistics), pipeline.Statistics, connection);
                ledger.Add(DatasetPaths.Statistics, "meta");
                index.Write(counts, settings.MaxTileRows, ordered ?? connection, cancellationToken);
                ledger.AddText(DatasetPaths.Readme,
                    DatasetCard.Write(MakeManifest(schema, partition, counts, time, footprintDeg, pipeline.ShardCount)));
            }, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await ledger.WaitAsync().ConfigureAwait(false);
        }
        IReadOnlyList<LedgerEntry> files = await ledger.CompleteAsync().ConfigureAwait(false);

        FilesTable.Write(Path.Combine(staging.DatasetPath, DatasetPaths.Files), files, sources, SourceRecord,
            connection);
        LedgerEntry list = ledger.Hash(DatasetPaths.Files, "meta", null, null);
        Manifest manifest = MakeManifest(schema, partition, counts, time, footprintDeg, pipeline.ShardCount)
            with
        { Bytes = files.Sum(f => f.Bytes), FilesSha256 = list.Sha256 };
        string text = ManifestWriter.Write(manifest);
        // A build must not end with a dataset that cannot be opened.
        _ = ManifestReader.Read(text, Path.Combine(staging.OutputPath, DatasetPaths.Manifest));
        File.WriteAllText(Path.Combine(staging.DatasetPath, DatasetPaths.Manifest), text);
        ledger.Hash(DatasetPaths.Manifest, "meta", null, null);
        DiskFlush.Tree(staging.DatasetPath);
        cancellationToken.ThrowIfCancellationRequested();
        staging.Publish();
        return new BuildSummary(staging.OutputPath, counts.Rows, pipeline.ShardCount, tiles.Count, partition,
            manifest.Bytes)
        { Skipped = skipped, SharedShards = Earlier?.SharedShards ?? 0 };
    }

    /// <summary>Counts the rows, on one thread, while DuckDB looks for repeated ids.</summary>
    private async Task<KeyCounts> CountAsync(SpillQuery spill, IReadOnlyList<UnitRecord> units, DatasetSchema schema,
        DuckDbConnection connection, CancellationToken cancellationToken)
    {
        if (SkipsRepeatedIds)
            return KeyCounts.Of(spill, spec, schema, connection, cancellationToken);
        KeyCounts? counts = null;
        await BesideAsync(other => counts = KeyCounts.Of(spill, spec, schema, other, cancellationToken),
            () => RowChecks.RequireUniqueIds(spill, units, schema, connection, cancellationToken), cancellationToken).ConfigureAwait(false);
        return counts!;
    }

    /// <summary>Does some work on another thread, with a connection of its own, while this one does other work, whose failure is the one
    /// that is thrown if both fail.</summary>
    private async Task BesideAsync(Action<DuckDbConnection> onOtherThread, Action onThisThread, CancellationToken cancellationToken)
    {
        using DuckDbConnection other = database.Connect();
        Task running = Task.Run(() => onOtherThread(other), cancellationToken);
        try
        {
            onThisThread();
        }
        finally
        {
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await running.ConfigureAwait(false);
    }

    private DatasetSchema Merge(IReadOnlyList<UnitRecord> units, Modality modality)
    {
        SchemaMerge merge = new(spec.DeclarationsAreCompared);
        HashSet<RowLayout> merged = [];
        foreach (UnitRecord unit in units)
            foreach (RowLayout layout in unit.Layouts)
                if (merged.Add(layout))
                    merge.Add(layout.Columns, unit.Source);
        merge.RequireDeclaredTypes(spec.Native);
        foreach (string note in merge.Notes())
            OnMessage?.Invoke(note);
        return merge.Finish(spec, modality);
    }

    /// <summary>Returns the manifest, except for what depends on the list of files: its bytes and its SHA-256.</summary>
    private Manifest MakeManifest(DatasetSchema schema, Partition partition, KeyCounts counts, TimeSpanInfo? time,
        double? footprintDeg, int shards) => new()
        {
            FormatVersion = FormatVersion.For(schema.Columns, spec.IsVersioned, spec.Frame, spec.HasShards, spec.Modality,
                spec.HasCompactPositions is true),
            Name = spec.Name,
            Version = spec.Version,
            Modality = spec.Modality,
            Description = spec.Description,
            Subset = spec.Subset,
            Provenance = spec.Provenance,
            Rows = counts.Rows,
            Shards = shards,
            IsIndexOnly = !spec.HasShards,
            HasCompactPositions = spec.HasCompactPositions is true,
            Bytes = 0,
            Partition = partition,
            EpochYear = spec.EpochYear,
            Time = time,
            SpectralMedium = spec.SpectralMedium,
            SkyAreaDeg2 = (counts as SkyCounts)?.AreaDeg2,
            MarginArcsec = spec.MarginArcsec,
            FootprintRadiusMaxDeg = footprintDeg,
            Columns = schema.Columns,
            Aliases = spec.Aliases,
            FilesSha256 = "",
        };
}
