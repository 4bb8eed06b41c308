using System.Globalization;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;
using Pile.Writing;

namespace Pile.Publishing.Copying;

/// <summary>Makes a part of a dataset into a dataset of its own: the rows are read as the survey has them, verified, and written anew, so
/// that shards, index, positions and counts are of one piece.</summary>
/// <remarks>One unit of the writer for each cell: memory is bounded by the largest cell's index rows, and an interrupted part goes on cell
/// by cell.</remarks>
internal sealed class DatasetPart(Dataset dataset, string manifestSha256, long manifestBytes, CopyOptions options)
{
    private const int BatchRows = 1024;
    private const string HealpixColumn = "healpix";

    private readonly Manifest manifest = dataset.Manifest;

    /// <summary>Which rows, in words: stands in the part's description.</summary>
    private string Selection => string.Join("; ", new[]
    {
        options.Cells.IsDefaultOrEmpty ? null : $"cells {string.Join(", ", options.Cells.Order())} of order {manifest.Partition.Order}",
        options.Where is { } where ? $"rows where {where.ReplaceLineEndings(" ")}" : null,
    }.OfType<string>());

    /// <summary>What the part is called, and where it comes from.</summary>
    internal DatasetSpec Spec => new()
    {
        Name = manifest.Name,
        Version = $"{manifest.Version}+part",
        Modality = manifest.Modality,
        Description = $"{(manifest.Description is { } whole ? $"{whole.TrimEnd('.', ' ')}. " : "")}Part of {manifest.Name} "
            + $"{manifest.Version}: {Selection}",
        Subset = manifest.Subset,
        Provenance = manifest.Provenance,
        Order = manifest.Partition.Order,
        Codec = PieceCodec.None, // each column keeps its own
        SpectralMedium = manifest.SpectralMedium,
        TimeScale = manifest.Time?.Scale,
        TimeReference = manifest.Time?.Reference,
        EpochYear = manifest.EpochYear,
        MarginArcsec = manifest.MarginArcsec,
        Aliases = manifest.Aliases,
        SourceSettings = $"part {manifestSha256} {Selection}",
    };

    /// <summary>The parent's manifest, as <c>files.parquet</c> of the part lists it among the sources.</summary>
    internal SourceFile Parent =>
        new($"{Uri.EscapeDataString(manifest.Name)}-{Uri.EscapeDataString(manifest.Version)}/{DatasetPaths.Manifest}", manifestBytes,
            manifestSha256);

    /// <summary>Makes the part.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="replace">True to put it in the place of one that is there.</param>
    /// <param name="cancellationToken">Stops it; nothing is at the folder then.</param>
    /// <exception cref="ArgumentException">A cell has no rows, no row meets the condition, or it is no condition.</exception>
    internal async Task<BuildSummary> WriteAsync(string folder, bool replace, CancellationToken cancellationToken)
    {
        SortedDictionary<long, long> cells = await CellsAsync(cancellationToken).ConfigureAwait(false);
        long total = cells.Values.Sum(), done = 0;
        WriterSettings settings = new() { Workers = options.Workers, Resume = options.Resume, Replace = replace };
        if (options.MemoryBytes is { } memory)
            settings = settings with { MemoryBytes = memory };
        DatasetWriter writer = DatasetWriter.Create(folder, Spec, settings);
        await using (writer.ConfigureAwait(false))
        {
            SourceFile[] parent = [Parent];
            foreach ((long cell, long rows) in cells)
            {
                Report(done, total);
                string unit = cell.ToString("D19", CultureInfo.InvariantCulture);
                if (!writer.IsComplete(unit, parent))
                    using (UnitSpill spill = writer.BeginUnit(unit, parent))
                    {
                        await foreach (RowBatch batch in ReadAsync(cell, cancellationToken).ConfigureAwait(false))
                        {
                            await Task.Run(() => spill.Append(batch), cancellationToken).ConfigureAwait(false);
                            Report(done + spill.Rows, total);
                        }
                        spill.Complete();
                    }
                done += rows;
            }
            return await writer.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The rows that are asked for in each cell that has some.</summary>
    private async Task<SortedDictionary<long, long>> CellsAsync(CancellationToken cancellationToken)
    {
        SortedDictionary<long, long> cells = [];
        await foreach (RowBatch batch in dataset.QueryAsync(Asked([.. options.Cells]).Columns(HealpixColumn), cancellationToken)
            .ConfigureAwait(false))
            foreach (long cell in ((ColumnData<long>)batch.Columns[0]).Values.Span)
                cells[cell] = cells.GetValueOrDefault(cell) + 1;
        foreach (long cell in options.Where is null ? options.Cells : [])
            if (!cells.ContainsKey(cell))
                throw new ArgumentException($"Cell {cell} of dataset '{dataset.Address}' has no rows; its folders "
                    + $"'{manifest.Subset}/healpix=…' name those that have some.");
        return cells.Count > 0 ? cells
            : throw new ArgumentException(
                $"No row of dataset '{dataset.Address}' meets the condition {options.Where}: a part has one row at least.");
    }

    private async IAsyncEnumerable<RowBatch> ReadAsync(long cell,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long[] positions = await dataset.PositionsAsync(Asked([cell]), cancellationToken).ConfigureAwait(false);
        RowReader rows = await dataset.OpenRowsByPositionAsync(positions, dataset.Query().Native().Columns(Stored()),
            cancellationToken: cancellationToken).ConfigureAwait(false);
        await foreach (RowBatch batch in rows.ReadAllAsync(BatchRows, cancellationToken).ConfigureAwait(false))
            yield return batch;
    }

    /// <summary>The condition is asked of the standard view, as by other verbs; the rows are then read as they are stored.</summary>
    private Query Asked(long[] cells)
    {
        Query query = dataset.Query();
        if (cells.Length > 0)
        {
            long count = Healpix.PixelCount(manifest.Partition.Order);
            foreach (long cell in cells)
                if (cell < 0 || cell >= count)
                    throw new ArgumentException($"There is no cell {cell} at order {manifest.Partition.Order}, which has {count}, counted "
                        + "from 0.", nameof(cells));
            query = query.Moc(Moc.OfCells(cells.Select(cell => new HealpixPixel(manifest.Partition.Order, cell))));
        }
        return options.Where is { } where ? query.Where(where) : query;
    }

    /// <summary>All columns but those that the writer makes itself.</summary>
    private IEnumerable<string> Stored()
    {
        HashSet<string> made = new([HealpixColumn, .. manifest.Columns.Where(c => c.IsRagged).Select(c => ColumnNames.Shape(c.Name))],
            StringComparer.Ordinal);
        return manifest.Columns.Where(c => !made.Contains(c.Name)).Select(c => c.Name);
    }

    private void Report(long done, long total) => options.Progress?.Report(new PhaseProgress(CopyPhase.Select, done, total));
}
