using System.Globalization;
using Pile.Format;
using Pile.Publishing.Versions;
using Pile.Reading;
using Pile.Sky;
using Pile.Writing;

namespace Pile.Publishing.Copying;

/// <summary>Writes a part of a dataset as a separate dataset: the rows are read as stored, verified, and written again, so that shards,
/// index, positions and counts are consistent.</summary>
/// <remarks>Each cell is one unit of the writer: memory is bounded by the index rows
/// of the largest cell, and an interrupted part is resumed cell by cell.</remarks>
internal sealed class DatasetPart(Dataset dataset, string manifestSha256, long manifestBytes, CopyOptions options)
{
    private const int LongestList = 10;

    private readonly Manifest manifest = dataset.Manifest;
    private readonly IndexKey key = dataset.Manifest.Partition.Key;
    private readonly StoredRows stored = new(dataset);
    private readonly bool hasReferences = dataset.Manifest.Columns.Any(c => c.IsOutside);

    // The cells as the names of units, which sort as the cells do.
    private readonly string[] wanted = [.. options.Tiles, .. options.Cells.Select(NameOf)];

    private string Cells => manifest.Partition.Grid is { } grid ? $"the grid {grid}"
        : manifest.Partition.Order is { } order ? $"order {order}" : $"{manifest.Partition.Bits} bits";

    /// <summary>The selection of rows, as text for the description of the part.</summary>
    private string Selection => string.Join("; ", new[]
    {
        dataset.Saved is { } saved ? $"rows of the saved query {saved.Hash}" : null,
        wanted.Length == 0 ? null : $"cells {string.Join(", ", wanted.Order(StringComparer.Ordinal).Select(Shown))} of {Cells}",
        options.Where is { } where ? $"rows where {where.ReplaceLineEndings(" ")}" : null,
    }.OfType<string>());

    // The same dataset, in another form, if no row is left out.
    private bool HasAllRows => wanted.Length == 0 && options.Where is null && dataset.Saved is null;

    /// <summary>The specification of the part: its name, version and provenance.</summary>
    internal DatasetSpec Spec => new()
    {
        Name = manifest.Name,
        Version = HasAllRows ? manifest.Version : $"{manifest.Version}+part",
        Modality = manifest.Modality,
        Description = HasAllRows ? manifest.Description
            : $"{(manifest.Description is { } whole ? $"{whole.TrimEnd('.', ' ')}. " : "")}Part of {manifest.Name} {manifest.Version}: "
            + Selection,
        Subset = manifest.Subset,
        Provenance = manifest.Provenance,
        Frame = key.Frame,
        Grid = key.Grid,
        HasShards = !manifest.IsIndexOnly || hasReferences,
        Order = hasReferences ? null : manifest.Partition.Order, // rows become larger, and cells smaller
        Bits = hasReferences ? null : manifest.Partition.Bits,
        Codec = hasReferences ? PieceCodec.ShuffleDeflate : PieceCodec.None, // stored columns keep their codec
        SpectralMedium = manifest.SpectralMedium,
        TimeScale = manifest.Time?.Scale,
        TimeReference = manifest.Time?.Reference,
        EpochYear = manifest.EpochYear,
        MarginArcsec = manifest.MarginArcsec,
        Aliases = manifest.Aliases,
        SourceSettings = $"part {manifestSha256} {Selection}",
    };

    /// <summary>The parent's manifest, as listed among the sources in <c>files.parquet</c> of the part.</summary>
    internal SourceFile Parent =>
        new($"{Uri.EscapeDataString(manifest.Name)}-{Uri.EscapeDataString(manifest.Version)}/{DatasetPaths.Manifest}", manifestBytes,
            manifestSha256);

    /// <summary>Writes the part.</summary>
    /// <param name="folder">The output folder.</param>
    /// <param name="replace">True to replace an existing part.</param>
    /// <param name="cancellationToken">Cancels the write; the folder then does not exist.</param>
    /// <exception cref="ArgumentException">A cell has no rows, no row meets the condition, or the condition is not valid; or the dataset
    /// refers to other files, and is not to be materialized.</exception>
    internal async Task<BuildSummary> WriteAsync(string folder, bool replace, CancellationToken cancellationToken)
    {
        if (hasReferences && !options.Materialize)
            throw new ArgumentException($"The values of dataset '{dataset.Address}' are in files outside it: a part of it stores them. "
                + "Set CopyOptions.Materialize, or copy the whole dataset, which stays over these files.");
        RequireCells();
        SortedDictionary<string, long> cells = await CellsAsync(cancellationToken).ConfigureAwait(false);
        long total = cells.Values.Sum(), done = 0;
        WriterSettings settings = new() { Workers = options.Workers, Resume = options.Resume, Replace = replace };
        if (options.MemoryBytes is { } memory)
            settings = settings with { MemoryBytes = memory };
        FileList files = await dataset.FilesAsync(cancellationToken).ConfigureAwait(false);
        bool hasIdIndex = files.Files.Any(file => file.Path == DatasetPaths.Ids(manifest.Subset)),
            hasPositions = files.Files.Any(file => file.Path == DatasetPaths.Positions(manifest.Subset));
        DatasetWriter writer = DatasetWriter.Create(folder,
            Spec with
            {
                HasIdIndex = hasIdIndex,
                HasCoverage = files.Files.Any(file => file.Path == DatasetPaths.Coverage(manifest.Subset)),
                HasPositionsFile = hasPositions,
                HasCompactPositions = hasPositions && manifest.HasCompactPositions,
            },
            settings);
        await using (writer.ConfigureAwait(false))
        {
            if (HasAllRows)
                foreach ((string file, long? row, string reason) in await SkippedList.ReadAsync(dataset, files, cancellationToken)
                    .ConfigureAwait(false))
                    writer.Skip(file, row, reason);
            SourceFile[] parent = [Parent];
            foreach ((string unit, long rows) in cells)
            {
                Report(done, total);
                if (!writer.IsComplete(unit, parent))
                    using (UnitSpill spill = writer.BeginUnit(unit, parent))
                    {
                        long[] positions = await dataset.PositionsAsync(Selected([unit]), cancellationToken).ConfigureAwait(false);
                        await foreach (RowBatch batch in stored.ReadAsync(positions, cancellationToken).ConfigureAwait(false))
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

    /// <summary>Counts the selected rows of each cell that has some.</summary>
    private async Task<SortedDictionary<string, long>> CellsAsync(CancellationToken cancellationToken)
    {
        SortedDictionary<string, long> cells = await CountAsync(wanted, cancellationToken).ConfigureAwait(false);
        foreach (string cell in options.Where is null && dataset.Saved is null ? wanted : [])
            if (!cells.ContainsKey(cell))
                throw new ArgumentException($"Cell {Shown(cell)} of dataset '{dataset.Address}' has no rows. The cells with rows are "
                    + (manifest.IsIndexOnly ? ListOf([.. (await CountAsync([], cancellationToken).ConfigureAwait(false)).Keys])
                        : $"listed by its folders '{manifest.Subset}/{key.StoredColumn}=…'") + ".");
        return cells.Count > 0 ? cells
            : throw new ArgumentException(
                $"No row of dataset '{dataset.Address}' is in the part: {Selection}. A part must have at least one row.");
    }

    private string ListOf(string[] cells) => string.Join(", ", cells.Take(LongestList).Select(Shown))
        + (cells.Length > LongestList ? $" and {cells.Length - LongestList} others" : "");

    private async Task<SortedDictionary<string, long>> CountAsync(string[] names, CancellationToken cancellationToken)
    {
        SortedDictionary<string, long> cells = new(StringComparer.Ordinal);
        Query selected = Selected(names).Columns(key.StoredColumn);
        await foreach (RowBatch batch in dataset.QueryAsync(selected, cancellationToken).ConfigureAwait(false))
            if (batch.Columns[0] is TextColumnData tiles)
                for (int row = 0; row < tiles.RowCount; row++)
                    Count(tiles.Text(row));
            else
                foreach (IGrouping<long, long> same in ((ColumnData<long>)batch.Columns[0]).Values.ToArray().GroupBy(key.CellOfStored))
                    Count(NameOf(same.Key), same.Count());
        return cells;

        void Count(string cell, int rows = 1) => cells[cell] = cells.GetValueOrDefault(cell) + rows;
    }

    /// <summary>Checks that the cells are given as those of the dataset are named.</summary>
    private void RequireCells()
    {
        if (key.Grid is not { } grid)
        {
            if (!options.Tiles.IsDefaultOrEmpty)
                throw new ArgumentException($"The cells of dataset '{dataset.Address}' are numbers, of {Cells}; found "
                    + $"'{options.Tiles[0]}'.");
            return;
        }
        if (!options.Cells.IsDefaultOrEmpty)
            throw new ArgumentException($"The cells of dataset '{dataset.Address}' are tiles of the grid {grid}, such as "
                + $"{grid.ExampleKey}; found {options.Cells[0]}.");
        foreach (string tile in options.Tiles)
            if (!grid.IsKey(tile))
                throw new ArgumentException($"'{tile}' is not a tile of the grid {grid}. Expected a name such as {grid.ExampleKey}.");
    }

    private static string NameOf(long cell) => cell.ToString("D19", CultureInfo.InvariantCulture);

    private string Shown(string cell) => key.HasTiles ? cell : long.Parse(cell, CultureInfo.InvariantCulture).ToString();

    /// <summary>Returns the query for the selected rows. The condition applies to
    /// the standard view; the rows are then read as they are stored.</summary>
    private Query Selected(string[] names)
    {
        Query query = dataset.Query().InIndexOrder();
        if (key.HasTiles && names.Length > 0)
            query = query.Where($"{key.StoredColumn} IN ({string.Join(", ", names.Select(name => $"'{name}'"))})");
        else if (names.Length > 0)
        {
            long[] cells = [.. names.Select(name => long.Parse(name, CultureInfo.InvariantCulture))];
            long count = key.CellCount;
            foreach (long cell in cells)
                if (cell < 0 || cell >= count)
                    throw new ArgumentException($"There is no cell {cell} of {Cells}. Expected a number from 0 "
                        + $"to {count - 1}.");
            query = manifest.Partition.Order is { } order
                ? query.Moc(Moc.OfCells(cells.Select(cell => new HealpixPixel(order, cell))))
                : query.Where(string.Join(" OR ", cells.Select(key.KeysOf)
                    .Select(keys => $"{key.Column} >= {keys.Start} AND {key.Column} < {keys.End}")));
        }
        return options.Where is { } where ? query.Where(where) : query;
    }

    private void Report(long done, long total) => options.Progress?.Report(new PhaseProgress(CopyPhase.Select, done, total));
}
