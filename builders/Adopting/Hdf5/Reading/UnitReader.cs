using Pile.Builders;
using Pile.Format;
using Pile.Hdf5;
using Pile.Storage;

namespace Pile.Adopting;

/// <summary>Reads the rows of one unit.</summary>
internal sealed class UnitReader
{
    private const int MaxRows = 65_536;
    private const long BatchBytes = 16 << 20;
    private readonly ArchiveRoot root;
    private readonly FileScanner scanner;
    private readonly ArchivePlan plan;
    private readonly ArchiveContext context;
    private readonly Hdf5Options options;
    private readonly UnitFindings findings = new();
    private readonly BatchBuilder builder;
    private readonly Dictionary<string, int> columnOf = new(StringComparer.Ordinal);

    internal UnitReader(ArchiveRoot root, FileScanner scanner, ArchivePlan plan, string unit, ArchiveContext context, Hdf5Options options)
    {
        (this.root, this.scanner, this.plan, this.context, this.options) = (root, scanner, plan, context, options);
        builder = new(root, plan, unit, context, findings, options);
        for (int i = 0; i < plan.Columns.Length; i++)
            columnOf.Add(plan.Columns[i].SourceName, i);
    }

    /// <summary>The cost of reading the rows of each column so far.</summary>
    internal IEnumerable<RowCost> Costs => builder.Costs;

    /// <summary>The extent of the positions so far, if no file states the unit of right ascension; otherwise null.</summary>
    internal PositionExtent? UndeclaredExtent => builder.UndeclaredExtent;

    /// <summary>Reads files.</summary>
    /// <exception cref="PileException">A file is missing or corrupt, or has changed.</exception>
    internal IEnumerable<RowBatch> Read(IEnumerable<FileScan> files, CancellationToken cancellationToken)
    {
        foreach (FileScan scan in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (MissingPosition(scan) is { } missing)
            {
                if (!options.SkipsBadFiles)
                    throw new SourceUnreadableException(DamagedFile.PlaceOf(root.UriOf(scan.File.Path), root), missing,
                        "Leave the file out, or skip bad rows (Hdf5Options.SkipsBadFiles)");
                context.OnSkip(new SkippedRow(scan.File.Path, null, missing));
            }
            else
            {
                using ForeignFile file = scanner.Open(scan.File);
                int number = context.AddFile(Describe(scan.File, cancellationToken));
                IEnumerable<RowBatch> batches = scan.Layout is Hdf5Layout.Table ? ReadTables(file, scan, number, cancellationToken)
                    : ReadObjects(file, scan, number, cancellationToken);
                foreach (RowBatch batch in batches)
                    yield return batch;
                if (builder.RowCount > 0 && scan.Layout is Hdf5Layout.Table)
                    yield return builder.Take();
                else if (builder.RowCount is 0)
                    builder.CompleteFile();
            }
            context.OnBytes(scan.File.Bytes);
        }
        if (builder.RowCount > 0)
            yield return builder.Take();
        builder.CompleteFile();
        findings.Report(context.OnFinding);
    }

    private IEnumerable<RowBatch> ReadTables(ForeignFile file, FileScan scan, int number, CancellationToken cancellationToken)
    {
        long before = 0;
        foreach (TablePlace table in scan.Tables)
        {
            TableColumns columns = new(file, table, plan, columnOf, builder, findings, scan.File.Path, ChecksumsOf(file));
            int rows = (int)Math.Clamp(BatchBytes / Math.Max(columns.RowBytes, 1), 1, MaxRows);
            for (long row = 0; row < table.RowCount; row += rows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int count = (int)Math.Min(rows, table.RowCount - row);
                columns.Add(row, count, number);
                for (int i = 0; i < count; i++)
                    builder.AddPlace(new(scan.File.Path, before + row + i, null));
                yield return builder.Take();
            }
            before += table.RowCount;
        }
        builder.CompleteFile();
    }

    private IEnumerable<RowBatch> ReadObjects(ForeignFile file, FileScan scan, int number, CancellationToken cancellationToken)
    {
        long row = 0;
        ObjectColumns columns = new(file, plan, columnOf, builder, findings, scan.File.Path, ChecksumsOf(file));
        foreach (ObjectParts parts in ObjectParts.List(file, scan.ObjectDepth))
        {
            columns.Add(parts, number, row);
            builder.AddPlace(new(scan.File.Path, row++, parts.Path));
            if (builder.RowCount < MaxRows && (row % 256 is not 0 || builder.Bytes < BatchBytes))
                continue;
            cancellationToken.ThrowIfCancellationRequested();
            yield return builder.Take();
        }
    }

    private string? MissingPosition(FileScan scan)
    {
        if (plan.Positions is null)
            return null;
        foreach (string name in (ReadOnlySpan<string>)[plan.Positions.Ra.Name, plan.Positions.Dec.Name])
            if (!scan.Columns.TryGetValue(name, out MergedColumn? column) || column.Usable is 0)
                return $"the file has no column '{name}' with positions";
        return null;
    }

    private ReferencedFile Describe(StoredFile stored, CancellationToken cancellationToken)
    {
        try
        {
            // A store keeps the tag of an object whose bytes were read.
            using IRandomAccessFile file = root.Store.Open(stored.Path, stored.Bytes);
            return new ReferencedFile(root.UriOf(stored.Path), stored.Bytes)
            {
                ModifiedMicros = file.ModifiedMicros,
                Sha256 = context.ComputesChecksums ? FileSha256.Of(file, cancellationToken) : null,
                ETag = file.ETag,
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new SourceUnreadableException(root.UriOf(stored.Path), e.Message.TrimEnd('.'),
                "Do not change files while they are adopted", e);
        }
    }

    private PieceChecksums? ChecksumsOf(ForeignFile file) => context.ComputesChecksums ? new(file) : null;
}
