using System.Collections.Concurrent;
using Pile.Codecs;
using Pile.DuckDb;
using Pile.Format;
using Pile.Writing.Commit;
using Pile.Writing.Spill;
using Pile.Writing.Staging;

namespace Pile.Writing;

/// <summary>Builds one dataset from units of rows. The output is either complete or missing.</summary>
/// <remarks>
/// A build works in <c>.&lt;name&gt;.pile-build/</c> beside the output. If it fails or is stopped, the folder remains for a resumed build.
/// The same rows give the same bytes, regardless of the workers, the memory, the order of units, batches and rows, the folder and the time.
/// </remarks>
internal sealed class DatasetWriter : IAsyncDisposable
{
    private readonly DatasetSpec spec;
    private readonly WriterSettings settings;
    private readonly StagingFolder staging;
    private readonly SpillArea area;
    private readonly ProgressMeter progress;
    private readonly Task<DuckDbDatabase> database;
    private readonly PieceEncoders encoders = new();
    private readonly Modality modality;
    private readonly ConcurrentBag<string> skipped = [];
    private bool isCommitted, isAbandoned, isDisposed;

    private DatasetWriter(DatasetSpec spec, WriterSettings settings, Modality modality, StagingFolder staging,
        Task<DuckDbDatabase> database)
    {
        (this.spec, this.settings, this.modality, this.staging, this.database) = (spec, settings, modality, staging, database);
        area = new SpillArea(staging.SpillPath, isTask: settings.Task is not null);
        progress = new ProgressMeter(settings.Progress);
        progress.Begin(BuildPhase.Extract, null);
    }

    /// <summary>True to keep the first of several rows with the same id, and to list the others in <c>skipped.csv</c>; false (the default)
    /// to fail. Set it before the commit.</summary>
    public bool SkipsRepeatedIds { get; set; }

    /// <summary>The files of the earlier version, to share those that are equal; null (the default) for a first version. Set it before the
    /// commit.</summary>
    public EarlierFiles? Earlier { get; set; }

    /// <summary>How rows were read from their source, which the list of files stores for later versions; null (the default) to store
    /// nothing. Set it before the commit.</summary>
    public string? SourceRecord { get; set; }

    /// <summary>Receives messages for the user about the columns of the dataset; null to ignore them.</summary>
    public Action<string>? OnMessage { get; set; }

    /// <summary>Begins a build, or resumes one that was interrupted.</summary>
    /// <param name="outputFolder">The folder of the dataset; must not exist unless <see cref="WriterSettings.Replace"/> is set.</param>
    /// <param name="spec">The properties of the dataset.</param>
    /// <param name="settings">How to build it.</param>
    /// <exception cref="ArgumentException">The spec is contradictory, or a setting is out of range.</exception>
    /// <exception cref="OutputExistsException">The output exists already.</exception>
    /// <exception cref="OutputUnwritableException">Another build is writing there, or the disk reports an error.</exception>
    public static DatasetWriter Create(string outputFolder, DatasetSpec spec, WriterSettings settings)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputFolder);
        settings.Check();
        Modality defined = CheckSpec(spec);
        StagingFolder taken = StagingFolder.Take(outputFolder, spec, settings);
        // Loading DuckDB takes as long as reading the first rows, so both are done together. Other libraries cannot be loaded meanwhile:
        // the folder needs that of SHA-256, and so do the first rows.
        Task<DuckDbDatabase> opening = Task.Run(() => DuckDbDatabase.OpenInMemory(new DuckDbSettings
        {
            Threads = settings.Workers,
            MemoryLimitBytes = settings.SortBytes,
            TempDirectory = Path.Combine(StagingFolder.TempPathOf(outputFolder, settings.Task), "sort"),
        }));
        try
        {
            return new DatasetWriter(spec, settings, defined, taken, opening);
        }
        catch (Exception e)
        {
            Close(opening);
            taken.Dispose();
            if (WriteErrors.IsOfDisk(e))
                throw WriteErrors.At(taken.Path, e);
            throw;
        }
    }

    /// <summary>Returns whether a unit is complete because the resumed build has read it, so that it need not be read again.</summary>
    /// <remarks>Units of the resumed build for which this is not called, and which are not begun again, are left out.</remarks>
    /// <param name="unitId">The unit.</param>
    /// <param name="files">Its current files, which must equal those that were read; null to skip this check.</param>
    public bool IsComplete(string unitId, IReadOnlyList<SourceFile>? files = null)
    {
        bool isComplete = area.Find(unitId) is { SkipReason: null } record && (files is null || files.SequenceEqual(record.Files));
        if (isComplete)
            area.Claim(unitId);
        return isComplete;
    }

    /// <summary>Returns the files of units of the resumed build that are not part of this one because the source does not have them any
    /// more, in ordinal order.</summary>
    /// <param name="files">The files of the source, by their names in the dataset.</param>
    public IReadOnlyList<string> FilesOutside(IReadOnlySet<string> files) => [.. area.Unclaimed.SelectMany(unit => unit.Files)
        .Select(file => file.Uri).Where(uri => !files.Contains(uri)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Returns why a task has skipped a unit as a whole; null if none did, or if its files have changed.</summary>
    /// <param name="unitId">The unit.</param>
    /// <param name="files">Its current files.</param>
    public string? SkipReasonOf(string unitId, IReadOnlyList<SourceFile> files) =>
        area.Find(unitId) is { SkipReason: { } reason } record && files.SequenceEqual(record.Files) ? reason : null;

    /// <summary>Records for the build that completes the tasks that a unit is skipped as a whole.</summary>
    /// <param name="unitId">The unit.</param>
    /// <param name="files">Its files.</param>
    /// <param name="reason">Why it is skipped.</param>
    public void SkipUnit(string unitId, IReadOnlyList<SourceFile> files, string reason)
    {
        area.Begin(unitId);
        area.Keep(new UnitRecord(unitId, files) { SkipReason = reason });
    }

    /// <summary>Returns the number of rows of a complete unit's source that were skipped.</summary>
    /// <param name="unitId">The unit.</param>
    public long SkippedRowsOf(string unitId) => area.Find(unitId)?.SkippedRows ?? 0;

    /// <summary>Returns the number of rows of a complete unit.</summary>
    /// <param name="unitId">The unit.</param>
    public long RowsOf(string unitId) => area.Find(unitId)?.Rows ?? 0;

    /// <summary>Returns the facts about the whole source of a complete unit; null if there is no such unit.</summary>
    /// <param name="unitId">The unit.</param>
    public UnitFacts? FactsOf(string unitId) => area.Find(unitId)?.Facts;

    /// <summary>Lists a file, or a row of a file that belongs to no unit, as skipped. May be called from any thread.</summary>
    /// <param name="file">The file, by its name in the dataset.</param>
    /// <param name="row">The row, from 0; null for the whole file.</param>
    /// <param name="reason">Why it is skipped.</param>
    public void Skip(string file, long? row, string reason) => skipped.Add(SkippedRows.Line(file, row, reason));

    /// <summary>Begins a unit. Several units may be open at the same time, each filled by one thread.</summary>
    /// <param name="unitId">Its name, unique in the source and the same on every machine. Where the order of units matters, as for
    /// descriptions of columns, it is that of their names.</param>
    /// <param name="files">The source files of its rows, which are listed in <c>files.parquet</c>.</param>
    /// <exception cref="ArgumentException">The unit was begun before, or the name of a file is an absolute path.</exception>
    /// <exception cref="OutputUnwritableException">The staging folder cannot be written.</exception>
    public UnitSpill BeginUnit(string unitId, IReadOnlyList<SourceFile> files)
    {
        ObjectDisposedException.ThrowIf(isDisposed || isCommitted, this);
        ArgumentException.ThrowIfNullOrEmpty(unitId);
        foreach (SourceFile file in files)
            if (file.Uri.Length == 0 || Path.IsPathRooted(file.Uri) || file.Uri.Split('/').Contains(".."))
                throw new ArgumentException($"The source '{file.Uri}' has an absolute path or one with '..'; use a name relative to its "
                    + "source.",
                    nameof(files));
        try
        {
            return new UnitSpill(area, modality, spec, settings, encoders, progress, database, unitId, [.. files]);
        }
        catch (Exception e) when (WriteErrors.IsOfDisk(e))
        {
            throw WriteErrors.At(staging.SpillPath, e);
        }
    }

    /// <summary>Sorts all complete units, writes shards, index, lists and manifest, flushes them, and renames the folder to the
    /// output.</summary>
    /// <exception cref="InvalidOperationException">A unit is still open.</exception>
    /// <exception cref="SchemaMismatchException">Units contradict each other or the modality.</exception>
    /// <exception cref="ValueInvalidException">Two rows have the same id, and repeated ids are not skipped.</exception>
    /// <exception cref="OutputUnwritableException">The disk is full or reports an error; the output is unchanged.</exception>
    /// <exception cref="MemoryLimitException"><see cref="WriterSettings.MemoryBytes"/> is too little for these rows.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the output is unchanged, and a resumed build need not read the units
    /// again.</exception>
    public async Task<BuildSummary> CommitAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(isDisposed || isCommitted, this);
        if (area.OpenCount is > 0 and var open)
            throw new InvalidOperationException($"{open} units are still open: complete or dispose them first.");
        try
        {
            DuckDbDatabase opened = await database.ConfigureAwait(false);
            area.DropUnclaimed();
            area.Dispose(); // all units are complete, and are read from now on
            DatasetCommit commit = new(spec, settings, staging, area, progress, opened)
            {
                SkippedUnits = skipped,
                SkipsRepeatedIds = SkipsRepeatedIds,
                Earlier = Earlier,
                SourceRecord = SourceRecord,
                OnMessage = OnMessage,
            };
            BuildSummary summary = await Task.Run(() => commit.RunAsync(cancellationToken), CancellationToken.None).ConfigureAwait(false);
            isCommitted = true;
            return summary;
        }
        catch (Exception e) when (WriteErrors.IsOfDisk(e))
        {
            throw WriteErrors.At(staging.Path, e);
        }
        catch (DuckDbException e) when (e.Type == DuckDbErrorType.OutOfMemory)
        {
            throw new MemoryLimitException($"Sorting the rows exceeds the memory limit ({e.Error.Split('\n')[0].TrimEnd('.')}). Raise the "
                + "limit: WriterSettings.MemoryBytes.", e);
        }
    }

    /// <summary>Abandons the build, for callers that never resume one: its staging folder is deleted at the end.</summary>
    public void Abandon() => isAbandoned = true;

    /// <summary>Ends the build. If it is not committed, the staging folder remains for a resumed build, unless it was abandoned.</summary>
    public ValueTask DisposeAsync()
    {
        if (isDisposed)
            return ValueTask.CompletedTask;
        isDisposed = true;
        Close(database);
        area.Dispose();
        if (isAbandoned && !isCommitted)
            staging.Discard();
        else
            staging.DiscardWithoutUnits();
        staging.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void Close(Task<DuckDbDatabase> database)
    {
        Task.WaitAny([database]);
        if (database.IsCompletedSuccessfully)
            database.Result.Dispose();
    }

    private static Modality CheckSpec(DatasetSpec spec)
    {
        Modality defined = Modality.Get(spec.Modality, spec.Frame, spec.Grid is not null);
        if (spec.Grid is not null && (spec.Frame?.IsEarth != true || spec.Order is not null))
            throw new ArgumentException($"The grid {spec.Grid} needs rows on the earth, and takes the place of an order of cells.",
                nameof(spec));
        if (!spec.HasPositions
            && (spec.Order is not null || spec.MarginArcsec is not null || spec.EpochYear is not null || spec.HasIdIndex))
            throw new ArgumentException("An order, a margin, an epoch of positions and an index of ids need rows with positions; this "
                + "dataset has none, and finds ids by their hash.", nameof(spec));
        if (!spec.HasPositionsFile && spec.HasIdIndex)
            throw new ArgumentException("An index of ids is made from the file of positions, which is not to be written.", nameof(spec));
        if (spec.HasCompactPositions is true && !(spec.HasPositions && spec.HasPositionsFile))
            throw new ArgumentException("Compact positions need rows with positions and a file of them.", nameof(spec));
        if (spec.Bits is not null && (spec.HasPositions || spec.Bits is < 0 or > Partition.MaxBits))
            throw new ArgumentException($"`Bits` must be from 0 to {Partition.MaxBits}, and is for rows without positions; it is "
                + $"{spec.Bits}.", nameof(spec));
        if (spec.Order is < 0 or > 29)
            throw new ArgumentException($"`Order` must be from 0 to 29; it is {spec.Order}.", nameof(spec));
        if (spec.TargetShardBytes < 1)
            throw new ArgumentException($"`TargetShardBytes` must be at least 1; it is {spec.TargetShardBytes}.", nameof(spec));
        if (spec.Codec is not (PieceCodec.None or PieceCodec.ShuffleDeflate))
            throw new ArgumentException($"`Codec` must be {PieceCodec.None} or {PieceCodec.ShuffleDeflate}; it is {spec.Codec}.",
                nameof(spec));
        if (spec.SpectralMedium is not (null or "vacuum" or "air"))
            throw new ArgumentException($"`SpectralMedium` must be 'vacuum' or 'air'; it is '{spec.SpectralMedium}'.", nameof(spec));
        if (spec.EpochYear is { } year && !(Math.Abs(year) <= Manifest.MaxEpochYear))
            throw new ArgumentException(
                $"`EpochYear` must be from {-Manifest.MaxEpochYear} to {Manifest.MaxEpochYear}; it is {year}.", nameof(spec));
        TimeWords.Require($"The dataset '{spec.Name}'", "mjd", spec.TimeScale, spec.TimeReference);
        if (spec.MarginArcsec is { } margin && !(margin > 0 && margin <= Manifest.MaxMarginArcsec))
            throw new ArgumentException($"`MarginArcsec` must be in (0, {Manifest.MaxMarginArcsec}]; it is {margin}.",
                nameof(spec));
        if (ColumnNames.ToFileName(spec.Subset) != spec.Subset || spec.Subset.Length == 0)
            throw new ArgumentException($"`Subset` must consist of letters, digits, '-', '_' and '.'; it is '{spec.Subset}'.",
                nameof(spec));
        if (spec.Native.CountBy(c => c.Name, StringComparer.Ordinal).FirstOrDefault(c => c.Value > 1).Key is { } twice)
            throw new ArgumentException($"The column '{twice}' is declared twice.", nameof(spec));
        foreach (AliasSchema alias in spec.Aliases)
            if ((alias.Native is null) == (alias.Expression is null))
                throw new ArgumentException($"The alias '{alias.Name}' needs either a native column or an expression.", nameof(spec));
            else if (!double.IsFinite(alias.Scale) || alias.Scale == 0)
                throw new ArgumentException(
                    $"The alias '{alias.Name}' has the factor {alias.Scale}: expected a finite number other than 0.", nameof(spec));
        return defined;
    }
}
