using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;
using Pile.Writing.Index;
using IndexTile = Pile.Writing.Index.IndexTile;

namespace Pile.Publishing;

/// <summary>Exports a dataset as a HATS collection: a catalogue with the payload in list columns, and its margin.</summary>
internal sealed class HatsExport(Dataset dataset, ExportOptions options)
{
    // Tiles and row groups of the size that readers load at once. A tile of a catalogue has at most a million rows.
    private const long TileBytes = 256L << 20, RowGroupBytes = 16L << 20;
    private const int MaxRowGroupRows = 122_880;

    // The rows of a tile are opened in parts, because open rows hold their light columns in memory.
    private const int OpenRows = 16_384;

    private readonly Query query = dataset.Query().Columns(dataset.View(dataset.Query().View).Columns.Select(c => c.Name));
    private readonly long rowBytes = Math.Max(dataset.Manifest.Bytes / Math.Max(dataset.Manifest.Rows, 1), 1);
    private long[]? selectedPositions; // of the rows of a saved query; positions in plans are then row numbers of the query
    private HatsTable table = null!; // set before the first tile
    private long done, total;

    internal async Task<ExportSummary> RunAsync(ExportFolder folder, CancellationToken cancellationToken)
    {
        // The types of expressions are those of opened rows.
        RowReader none = await dataset.OpenRowsByPositionAsync([], query, cancellationToken: cancellationToken).ConfigureAwait(false);
        Manifest manifest = dataset.Manifest with { Columns = [.. none.Columns.Select(c => c.Schema)] };
        table = HatsTable.Of(manifest, options.ParquetMetadata);
        CollectionProperties properties = new(manifest, table);
        int maxTileRows = (int)Math.Clamp(TileBytes / rowBytes, 1, KeyCounts.MaxTileRows);
        HatsPlan plan = await HatsPlan.MakeAsync(dataset, maxTileRows, cancellationToken).ConfigureAwait(false);
        if (dataset.Query().InIndexOrder() is { IsNarrowed: true } selected)
            selectedPositions = await dataset.PositionsAsync(selected, cancellationToken).ConfigureAwait(false);
        total = plan.Counts.Rows + plan.Margin.Sum(m => m.Tile.Rows);
        string catalogue = Path.Combine(folder.Path, properties.Catalogue), margin = Path.Combine(folder.Path, properties.Margin);

        List<(IndexTile Tile, IEnumerable<long> Positions)> primary = [];
        long first = 0;
        foreach (IndexTile tile in plan.Tiles)
        {
            primary.Add((tile, Range(first, tile.Rows)));
            first += tile.Rows;
        }
        long bytes = await WriteAsync(catalogue, primary, cancellationToken).ConfigureAwait(false);
        WriteText(catalogue, properties.OfCatalogue(plan.Tiles, maxTileRows, bytes, plan.Counts.MapOrder), plan.Tiles);
        foreach (string name in (ReadOnlySpan<string>)[HatsFiles.SkyMap, HatsFiles.PointMap])
        {
            SkyMapFits.Write(Path.Combine(catalogue, name), plan.Counts.MapOrder, plan.Counts.Map());
            DiskFlush.File(Path.Combine(catalogue, name));
        }

        long marginBytes = await WriteAsync(margin, [.. plan.Margin.Select(m => (m.Tile, (IEnumerable<long>)m.Positions))],
            cancellationToken).ConfigureAwait(false);
        IndexTile[] marginTiles = [.. plan.Margin.Select(m => m.Tile)];
        WriteText(margin, properties.OfMargin(marginTiles, marginBytes), marginTiles);
        Flushed(Path.Combine(folder.Path, HatsProperties.CollectionName), properties.OfCollection());
        return new ExportSummary(folder.OutputPath, plan.Counts.Rows, primary.Count + plan.Margin.Count, bytes + marginBytes);
    }

    /// <summary>Writes the tiles of one catalogue, and its schema.</summary>
    /// <returns>The size of the tiles.</returns>
    private async Task<long> WriteAsync(string catalogue, List<(IndexTile Tile, IEnumerable<long> Positions)> tiles,
        CancellationToken cancellationToken)
    {
        long bytes = 0;
        string schema = Path.Combine(catalogue, HatsFiles.CommonMetadata);
        Directory.CreateDirectory(Path.GetDirectoryName(schema)!);
        using (DuckDbDatabase database = OpenDatabase())
        using (DuckDbConnection connection = database.Connect())
            connection.Execute(table.CopySchemaSql(schema), cancellationToken: cancellationToken);
        DiskFlush.File(schema);
        await Parallel.ForEachAsync(tiles,
            new ParallelOptions { MaxDegreeOfParallelism = options.Workers, CancellationToken = cancellationToken },
            (tile, token) =>
            {
                string path = Path.Combine(catalogue, DatasetPaths.HatsTile("", tile.Tile.Order, tile.Tile.Pixel).TrimStart('/'));
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                Write(path, tile.Positions, token);
                Interlocked.Add(ref bytes, new FileInfo(path).Length);
                return ValueTask.CompletedTask;
            }).ConfigureAwait(false);
        return bytes;
    }

    private void Write(string path, IEnumerable<long> positions, CancellationToken cancellationToken)
    {
        // DuckDB ends a row group after the batch that fills it, and holds some batches beside it.
        int mostRows = (int)Math.Clamp(RowGroupBytes / rowBytes, 1, MaxRowGroupRows), batchRows = Math.Clamp(mostRows / 8, 1, 1024),
            rowGroupRows = mostRows / batchRows * batchRows;
        using DuckDbDatabase database = OpenDatabase();
        using DuckDbConnection connection = database.Connect();
        table.Write(connection, Batches(positions, batchRows, cancellationToken), path, rowGroupRows, cancellationToken);
        DiskFlush.File(path);
    }

    private IEnumerable<IReadOnlyList<DuckDbColumn>> Batches(IEnumerable<long> positions, int batchRows,
        CancellationToken cancellationToken)
    {
        Query sources = query.Columns(table.Sources);
        foreach (long[] part in positions.Chunk(Math.Min(OpenRows, OpenedRows.Of(dataset.Manifest))))
        {
            IEnumerable<long> wanted = selectedPositions is { } selected ? part.Select(row => selected[row]) : part;
            RowReader rows = dataset.OpenRowsByPositionAsync(wanted, sources, cancellationToken: cancellationToken).GetAwaiter()
                .GetResult();
            foreach (RowBatch batch in rows.ReadAllAsync(batchRows, cancellationToken)
                .ToBlockingEnumerable(cancellationToken))
            {
                yield return table.Bind(batch);
                options.Progress?.Report(new PhaseProgress("export", Interlocked.Add(ref done, batch.RowCount), total));
            }
        }
    }

    // The order of rows is kept with one thread.
    private static DuckDbDatabase OpenDatabase() => DuckDbDatabase.OpenInMemory(new DuckDbSettings { Threads = 1 });

    private static void WriteText(string catalogue, string properties, IReadOnlyList<IndexTile> tiles)
    {
        Flushed(Path.Combine(catalogue, HatsFiles.Properties), properties);
        Flushed(Path.Combine(catalogue, HatsFiles.PropertiesCopy), properties);
        Flushed(Path.Combine(catalogue, HatsFiles.PartitionInfo), HatsFiles.PartitionList(tiles));
    }

    private static void Flushed(string path, string text)
    {
        File.WriteAllText(path, text);
        DiskFlush.File(path);
    }

    private static IEnumerable<long> Range(long first, long count)
    {
        for (long i = 0; i < count; i++)
            yield return first + i;
    }
}
