using System.Collections.Concurrent;
using Pile.DuckDb;
using Pile.Format;
using Pile.Writing.Commit;
using Pile.Writing.Spill;
using Pile.Writing.Staging;

namespace Pile.Writing;

/// <summary>Builds one dataset: units of rows in, a whole dataset out, or nothing.</summary>
/// <remarks>
/// Everything happens in <c>.&lt;name&gt;.pile-build/</c> beside the output, which stays for a resumed build when this one fails or is
/// stopped.
/// The same rows give the same bytes, whatever the workers, the memory, the order of units, batches and rows, the folder or the hour.
/// </remarks>
internal sealed class DatasetWriter : IAsyncDisposable
{
    private readonly DatasetSpec spec;
    private readonly WriterSettings settings;
    private readonly StagingFolder staging;
    private readonly SpillArea area;
    private readonly ProgressMeter progress;
    private readonly DuckDbDatabase database;
    private readonly Modality modality;
    private readonly ConcurrentBag<string> skipped = [];
    private bool isCommitted, isAbandoned, isDisposed;

    private DatasetWriter(DatasetSpec spec, WriterSettings settings, Modality modality, StagingFolder staging)
    {
        (this.spec, this.settings, this.modality, this.staging) = (spec, settings, modality, staging);
        area = new SpillArea(staging.SpillPath);
        progress = new ProgressMeter(settings.Progress);
        database = DuckDbDatabase.OpenInMemory(new DuckDbSettings
        {
            Threads = settings.Workers,
            MemoryLimitBytes = settings.SortBytes,
            TempDirectory = Path.Combine(staging.TempPath, "sort")
        });
        progress.Begin(BuildPhase.Extract, null);
    }

    /// <summary>True to keep the first of the rows that have one id, and to list the others in <c>skipped.csv</c>; false (the default) to
    /// fail. Set it before the commit.</summary>
    public bool SkipsRepeatedIds { get; set; }

    /// <summary>Begins a build, or takes up one that was interrupted.</summary>
    /// <param name="outputFolder">Where the dataset will be; it must not exist unless the settings say that it may be replaced.</param>
    /// <param name="spec">What the dataset is.</param>
    /// <param name="settings">How to build it.</param>
    /// <exception cref="ArgumentException">The spec contradicts itself, or a setting is out of range.</exception>
    /// <exception cref="OutputExistsException">There is something at the output already.</exception>
    /// <exception cref="OutputUnwritableException">Another build is writing there, or the disk refuses.</exception>
    public static DatasetWriter Create(string outputFolder, DatasetSpec spec, WriterSettings settings)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputFolder);
        settings.Check();
        Modality defined = CheckSpec(spec);
        StagingFolder taken = StagingFolder.Take(outputFolder, spec, settings);
        try
        {
            return new DatasetWriter(spec, settings, defined, taken);
        }
        catch (Exception e) when (WriteErrors.IsOfDisk(e))
        {
            taken.Dispose();
            throw WriteErrors.At(taken.Path, e);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>True when a unit is whole already, from the build that this one resumes: it need not be read again.</summary>
    /// <remarks>Units of that build which are neither found so nor begun again are left out.</remarks>
    /// <param name="unitId">The unit.</param>
    /// <param name="files">Its files as they are now; given, they must be those that were read then.</param>
    public bool IsComplete(string unitId, IReadOnlyList<SourceFile>? files = null)
    {
        bool isComplete = area.Find(unitId) is { } record && (files is null || files.SequenceEqual(record.Files));
        if (isComplete)
            area.Claim(unitId);
        return isComplete;
    }

    /// <summary>Returns the number of rows of a complete unit's source that were skipped.</summary>
    /// <param name="unitId">The unit.</param>
    public long SkippedRowsOf(string unitId) => area.Find(unitId)?.SkippedRows ?? 0;

    /// <summary>Returns the number of rows of a complete unit.</summary>
    /// <param name="unitId">The unit.</param>
    public long RowsOf(string unitId) => area.Find(unitId)?.Rows ?? 0;

    /// <summary>Returns what the whole source of a complete unit told; null if there is no such unit.</summary>
    /// <param name="unitId">The unit.</param>
    public UnitFacts? FactsOf(string unitId) => area.Find(unitId)?.Facts;

    /// <summary>Lists a file, or a row of a file that belongs to no unit, as skipped. May be called from any thread.</summary>
    /// <param name="file">The file, as the dataset names it.</param>
    /// <param name="row">The row, from 0; null for the whole file.</param>
    /// <param name="reason">Why it is skipped.</param>
    public void Skip(string file, long? row, string reason) => skipped.Add(SkippedRows.Line(file, row, reason));

    /// <summary>Begins a unit. Several may be open at once, each filled by one thread.</summary>
    /// <param name="unitId">Its name, unique in the source and the same on every machine. Names settle which unit comes first where that
    /// matters: for descriptions of columns.</param>
    /// <param name="files">The source files that its rows come from; they are listed in <c>files.parquet</c>.</param>
    /// <exception cref="ArgumentException">The unit was begun before, or a file's name is a path of this machine.</exception>
    /// <exception cref="OutputUnwritableException">The staging folder cannot be written.</exception>
    public UnitSpill BeginUnit(string unitId, IReadOnlyList<SourceFile> files)
    {
        ObjectDisposedException.ThrowIf(isDisposed || isCommitted, this);
        ArgumentException.ThrowIfNullOrEmpty(unitId);
        foreach (SourceFile file in files)
            if (file.Uri.Length == 0 || Path.IsPathRooted(file.Uri) || file.Uri.Split('/').Contains(".."))
                throw new ArgumentException($"The source '{file.Uri}' is named by a path of this machine; name it relative to its source.",
                    nameof(files));
        try
        {
            return new UnitSpill(area, modality, spec, progress, database, unitId, [.. files]);
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
    /// <exception cref="ValueInvalidException">Two rows have one id, and repeated ids are not skipped.</exception>
    /// <exception cref="OutputUnwritableException">The disk is full, or refuses; the output is as it was.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the output is as it was, and a resumed build need not read the units
    /// again.</exception>
    public async Task<BuildSummary> CommitAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(isDisposed || isCommitted, this);
        if (area.OpenCount is > 0 and var open)
            throw new InvalidOperationException($"{open} units are still open: complete or dispose them first.");
        try
        {
            area.DropUnclaimed();
            DatasetCommit commit = new(spec, settings, staging, area, progress, database)
            {
                SkippedUnits = skipped,
                SkipsRepeatedIds = SkipsRepeatedIds
            };
            BuildSummary summary = await Task.Run(() => commit.RunAsync(cancellationToken), CancellationToken.None).ConfigureAwait(false);
            isCommitted = true;
            return summary;
        }
        catch (Exception e) when (WriteErrors.IsOfDisk(e))
        {
            throw WriteErrors.At(staging.Path, e);
        }
    }

    /// <summary>Gives the build up, for callers that never resume one: when it ends, its staging folder goes.</summary>
    public void Abandon() => isAbandoned = true;

    /// <summary>Ends the build. What was not committed stays in the staging folder for a resumed build, unless it was given up.</summary>
    public ValueTask DisposeAsync()
    {
        if (isDisposed)
            return ValueTask.CompletedTask;
        isDisposed = true;
        database.Dispose();
        if (isAbandoned && !isCommitted)
            staging.Discard();
        else
            staging.DiscardWithoutUnits();
        staging.Dispose();
        return ValueTask.CompletedTask;
    }

    private static Modality CheckSpec(DatasetSpec spec)
    {
        Modality defined = Modality.Get(spec.Modality);
        if (spec.Order is < 0 or > 29)
            throw new ArgumentException($"The order of cells is {spec.Order}; HEALPix has 0 to 29.", nameof(spec));
        if (spec.TargetShardBytes < 1)
            throw new ArgumentException($"Shards of {spec.TargetShardBytes} bytes cannot be.", nameof(spec));
        if (spec.Codec is not (PieceCodec.None or PieceCodec.ShuffleDeflate))
            throw new ArgumentException($"Shards are written without filters or with shuffle and deflate, not as {spec.Codec}.",
                nameof(spec));
        if (spec.SpectralMedium is not (null or "vacuum" or "air"))
            throw new ArgumentException($"The spectral medium is 'vacuum' or 'air', not '{spec.SpectralMedium}'.", nameof(spec));
        if (spec.EpochYear is { } year && !(Math.Abs(year) <= Manifest.MostEpochYear))
            throw new ArgumentException(
                $"`EpochYear` must be from {-Manifest.MostEpochYear} to {Manifest.MostEpochYear}; it is {year}.", nameof(spec));
        TimeWords.Require($"The dataset '{spec.Name}'", "mjd", spec.TimeScale, spec.TimeReference);
        if (spec.MarginArcsec is { } margin && !(margin > 0 && margin <= Manifest.MostMarginArcsec))
            throw new ArgumentException($"A margin of {margin} arcseconds cannot be: above 0, and up to {Manifest.MostMarginArcsec}.",
                nameof(spec));
        if (ColumnNames.ToFileName(spec.Subset) != spec.Subset || spec.Subset.Length == 0)
            throw new ArgumentException($"The subset '{spec.Subset}' is no folder's name: letters, digits, '-', '_' and '.'.",
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
