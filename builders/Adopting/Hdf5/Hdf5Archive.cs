using System.Collections.Concurrent;
using System.Collections.Immutable;
using Pile.Builders;
using Pile.Format;
using Pile.Storage;

namespace Pile.Adopting;

/// <summary>HDF5 files of other programs: tables with rows on the first axis, a group for each object, or a file for each
/// object.</summary>
/// <remarks>Opening it reads the structure of all files and their ids. Reading a unit reads the light columns and the indexes of
/// chunks.</remarks>
internal sealed class Hdf5Archive : IArchive
{
    // Small files are joined to units, because each unit has a cost of its own.
    private const long UnitBytes = 64L << 20;
    private const string Empty = "it has no datasets with values";
    private const int UnitFiles = 512, RemoteParallelism = 16;
    private readonly ArchiveRoot root;
    private readonly FileScanner scanner;
    private readonly Hdf5Options options;
    private readonly ArchivePlan plan;
    private readonly ImmutableArray<ImmutableArray<FileScan>> units;
    private readonly ConcurrentDictionary<int, ImmutableArray<RowCost>> costs = new();
    private readonly ConcurrentDictionary<int, PositionExtent> extents = new();

    private ImmutableArray<SkippedRow> skipped = [];

    private Hdf5Archive(ArchiveRoot root, FileScanner scanner, Hdf5Options options, IReadOnlyList<FileScan> scans)
    {
        (this.root, this.scanner, this.options) = (root, scanner, options);
        FileScan[] withRows = [.. scans.Where(scan => scan.Layout is not Hdf5Layout.None)];
        plan = ArchivePlan.Create(withRows, options);
        units = Group(withRows);
        Units = [.. units.Select(files => files.Length is 1 ? files[0].File.Path : $"{files[0].File.Path} to {files[^1].File.Path}")];
        Findings = [.. scans.Where(scan => scan.Layout is Hdf5Layout.None).Select(scan => $"{scan.File.Path}: {Empty}"), .. plan.Findings];
    }

    /// <inheritdoc/>
    public DatasetFacts Facts => plan.Facts;

    /// <inheritdoc/>
    public ImmutableArray<string> Units { get; }

    /// <summary>What the user should know about the archive as a whole; the first unit reports it too.</summary>
    internal ImmutableArray<string> Findings { get; }

    /// <summary>What reading the rows of each column in the files costs, for the units that were read, ordered by name.</summary>
    internal ImmutableArray<RowCost> RowCosts => [.. costs.Values.SelectMany(unit => unit).GroupBy(cost => cost.Column)
        .Select(group => group.Aggregate((sum, cost) => sum.Plus(cost))).OrderBy(cost => cost.Column, StringComparer.Ordinal)];

    /// <summary>The extent of the positions of the units that were read, if no file states the unit of right ascension; otherwise
    /// null.</summary>
    internal PositionExtent? UndeclaredExtent => extents.IsEmpty ? null : extents.Values.Aggregate((all, extent) => all.Union(extent));

    /// <inheritdoc/>
    public string? Note => plan.AssumesMedium && Facts.SpectralMedium is { } assumed
        ? $"Wavelengths are assumed to be in {assumed}: the files do not state it." : null;

    /// <inheritdoc/>
    public string RemedyWithoutRows => "Name HDF5 files with at least one valid row";

    /// <inheritdoc/>
    /// <exception cref="RaUnitUndeclaredException">Right ascension looks like hours, and nothing states its unit.</exception>
    public void CheckAll()
    {
        if (options.Positions.RaUnit is null && UndeclaredExtent is { LooksLikeHours: true } extent)
            throw new RaUnitUndeclaredException(root.Uri, options.Positions.RaColumn, extent);
        if (options.Positions.RaUnit is null && UndeclaredExtent?.Warning(root.Uri, options.Positions.RaColumn) is { } warning)
            options.Positions.OnMessage?.Invoke(warning);
    }

    /// <summary>Opens an archive: reads the structure of its files, in parallel.</summary>
    /// <param name="root">The place of the files.</param>
    /// <param name="files">The files, with their sizes.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="PileException">A file is missing, unreadable or corrupt; no file has rows; or an option does not fit the
    /// files.</exception>
    internal static async Task<Hdf5Archive> OpenAsync(ArchiveRoot root, IEnumerable<StoredFile> files, Hdf5Options? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new();
        StoredFile[] sorted = [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)];
        FileScanner reader = new(root);
        FileScan?[] scans = new FileScan?[sorted.Length];
        PileException?[] faults = new PileException?[sorted.Length];
        int parallelism = options.Parallelism > 0 ? options.Parallelism : root.Store is LocalFolder ? Environment.ProcessorCount
            : RemoteParallelism;
        await ScanAsync([.. Enumerable.Range(0, sorted.Length)]).ConfigureAwait(false);
        List<(int Index, FileScan Example)> again = LayoutAgreement.ToRescan(scans);
        await ScanAsync([.. again.Select(file => file.Index)]).ConfigureAwait(false);
        foreach ((int i, FileScan example) in again)
            if (scans[i] is { } scan)
                scans[i] = scan with { Findings = [.. scan.Findings, LayoutAgreement.FindingOf(scan, example)] };
        if (faults.FirstOrDefault(fault => fault is not null) is { } first
            && (!options.SkipsBadFiles || Array.TrueForAll(scans, scan => scan is null)))
            throw DamagedFile.Report(ArchiveRanges.Report(first), root);
        if (Array.TrueForAll(scans, scan => scan?.Layout is null or Hdf5Layout.None))
            throw new SourceUnreadableException(sorted.Length is 0 ? root.Uri : DamagedFile.PlaceOf(root.UriOf(sorted[0].Path), root),
                sorted.Length is 0
                ? "there are no HDF5 files" : Empty, "Name files with rows on the first axis of their datasets, a group for each object, "
                + "or a file for each object");
        LayoutAgreement.Check(scans.OfType<FileScan>(), root);
        Hdf5Archive archive = new(root, reader, options, [.. scans.OfType<FileScan>()])
        {
            skipped = [.. sorted.Zip(faults).Where(file => file.Second is not null)
                .Select(file => new SkippedRow(file.First.Path, null, file.Second!.Message))],
        };
        if (archive.plan.Columns.Any(column => column.IsReference)) // otherwise, all values are stored in the index
            await ArchiveRanges.RequireAsync(root.Store, archive.units[0][0].File.Path, archive.units[0][0].File.Bytes, cancellationToken)
                .ConfigureAwait(false);
        return archive;

        async Task ScanAsync(int[] numbers)
        {
            int firstFault = int.MaxValue;
            await Parallel.ForAsync(0, numbers.Length, new ParallelOptions
            {
                MaxDegreeOfParallelism = parallelism,
                CancellationToken = cancellationToken,
            }, (number, _) =>
            {
                int i = numbers[number];
                if (!options.SkipsBadFiles && i > Volatile.Read(ref firstFault))
                    return ValueTask.CompletedTask; // files before it are still read, so that the first error in their order is reported
                try
                {
                    scans[i] = reader.Scan(sorted[i], readsIds: options.Positions.IdColumn is null, scans[i]?.OtherLayout);
                }
                catch (PileException e)
                {
                    (scans[i], faults[i]) = (null, e);
                    for (int known = Volatile.Read(ref firstFault); i < known; known = Volatile.Read(ref firstFault))
                        if (Interlocked.CompareExchange(ref firstFault, i, known) == known)
                            break;
                }
                return ValueTask.CompletedTask;
            }).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public IEnumerable<RowBatch> Read(int unit, ArchiveContext context, CancellationToken cancellationToken)
    {
        if (unit is 0)
        {
            foreach (string finding in Findings)
                context.OnFinding(finding);
            foreach (SkippedRow file in skipped)
                context.OnSkip(file);
        }
        UnitReader reader = new(root, scanner, plan, Units[unit], context, options);
        foreach (RowBatch batch in DamagedFile.Reporting(reader.Read(units[unit], cancellationToken), root))
            yield return batch;
        costs[unit] = [.. reader.Costs];
        if (reader.UndeclaredExtent is { } extent)
            extents[unit] = extent;
    }

    private static ImmutableArray<ImmutableArray<FileScan>> Group(FileScan[] scans)
    {
        ImmutableArray<ImmutableArray<FileScan>>.Builder groups = ImmutableArray.CreateBuilder<ImmutableArray<FileScan>>();
        List<FileScan> current = [];
        long bytes = 0;
        foreach (FileScan scan in scans)
        {
            if (current.Count > 0 && (bytes + scan.File.Bytes > UnitBytes || current.Count == UnitFiles))
            {
                groups.Add([.. current]);
                (current, bytes) = ([], 0);
            }
            current.Add(scan);
            bytes += scan.File.Bytes;
        }
        if (current.Count > 0)
            groups.Add([.. current]);
        return groups.ToImmutable();
    }
}
