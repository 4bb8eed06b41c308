using Pile.DuckDb;
using Pile.Format;
using Pile.Writing.Commit;
using Pile.Writing.Schemas;

namespace Pile.Writing.Index;

/// <summary>Writes the files that turn tiles into a HATS catalogue: schema, properties, list of tiles and sky maps; the index of ids;
/// the margin with the collection; and the space-time coverage.</summary>
/// <param name="root">The folder that contains the index: the dataset, or a staging folder.</param>
/// <param name="spec">The properties of the dataset.</param>
/// <param name="schema">Its columns.</param>
/// <param name="layout">The columns of the index.</param>
/// <param name="ledger">Receives the files.</param>
internal sealed class IndexFiles(string root, DatasetSpec spec, DatasetSchema schema, IndexLayout layout, FileLedger ledger)
{
    /// <summary>Writes everything but the coverage and the tiles of the index, which exist already.</summary>
    /// <param name="counts">The counts of rows.</param>
    /// <param name="maxTileRows">A tile with more rows was divided.</param>
    /// <param name="connection">A DuckDB with one thread.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    internal void Write(KeyCounts counts, int maxTileRows, DuckDbConnection connection, CancellationToken cancellationToken)
    {
        if (counts is SkyCounts sky)
            WriteHats(sky, sky.Tiles(maxTileRows), connection, cancellationToken);
    }

    /// <summary>Writes the space-time coverage of a dataset on the sky whose rows have times. Other files may be written at the same
    /// time.</summary>
    /// <param name="counts">The counts of rows.</param>
    /// <param name="maxTileRows">A tile with more rows was divided.</param>
    /// <param name="connection">A connection of this thread.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    internal void WriteCoverage(KeyCounts counts, int maxTileRows, DuckDbConnection connection, CancellationToken cancellationToken)
    {
        if (!spec.HasCoverage || counts is not SkyCounts sky
            || SpaceTimeScan.Columns(schema.Light, spec.Frame == PositionFrame.Icrs) is not { } columns)
            return;
        string[] paths = [.. sky.Tiles(maxTileRows).Select(t => Path.Combine(root, DatasetPaths.IndexTile(spec.Subset, t.Order, t.Pixel)))];
        if (SpaceTimeScan.Of(connection, paths, columns, spec.TimeScale, cancellationToken) is not { } coverage)
            return;
        string path = DatasetPaths.Coverage(spec.Subset);
        File.WriteAllBytes(Path.Combine(root, path), SpaceTimeFits.ToBytes(coverage));
        ledger.Add(path, "meta");
    }

    private void WriteHats(SkyCounts counts, IReadOnlyList<IndexTile> tiles, DuckDbConnection connection,
        CancellationToken cancellationToken)
    {
        long tileBytes = ledger.BytesOf("index");
        string index = DatasetPaths.Index(spec.Subset);
        WriteCatalogue(index, tiles, HatsFiles.IndexProperties(spec, schema, tiles, counts.Rows, tileBytes, counts.MapOrder), connection,
            cancellationToken);
        long[] map = counts.Map();
        foreach (string name in (ReadOnlySpan<string>)[HatsFiles.SkyMap, HatsFiles.PointMap])
        {
            SkyMapFits.Write(Path.Combine(root, index, name), counts.MapOrder, map);
            ledger.Add($"{index}/{name}", "meta");
        }
        if (spec.HasIdIndex && counts.Rows > 0)
        {
            string ids = DatasetPaths.Ids(spec.Subset);
            bool hasTextIds = schema.Light.First(c => c.Name == StandardColumns.ObjectId).DType == DType.String;
            IdsWriter.Write(Path.Combine(root, ids), Path.Combine(root, DatasetPaths.Positions(spec.Subset)), hasTextIds, connection,
                cancellationToken);
            ledger.Add(ids, "meta");
        }
        if (spec.MarginArcsec is not { } thresholdArcsec)
            return;
        IReadOnlyList<IndexTile> margin = new MarginWriter(root, spec.Subset, layout, ledger).Write(tiles, thresholdArcsec, connection,
            cancellationToken);
        WriteCatalogue(DatasetPaths.Margin(spec.Subset, thresholdArcsec), margin,
            HatsFiles.MarginProperties(spec, schema, margin, margin.Sum(tile => tile.Rows), ledger.BytesOf("margin")), connection,
            cancellationToken);
        ledger.AddText(DatasetPaths.Collection(spec.Subset), HatsFiles.Collection(spec));
    }

    private void WriteCatalogue(string folder, IReadOnlyList<IndexTile> tiles, string properties, DuckDbConnection connection,
        CancellationToken cancellationToken)
    {
        string path = Path.Combine(root, folder, HatsFiles.CommonMetadata);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        connection.Execute(layout.CopySchemaSql(path), cancellationToken: cancellationToken);
        ledger.Add($"{folder}/{HatsFiles.CommonMetadata}", "meta");
        ledger.AddText($"{folder}/{HatsFiles.Properties}", properties);
        ledger.AddText($"{folder}/{HatsFiles.PropertiesCopy}", properties);
        ledger.AddText($"{folder}/{HatsFiles.PartitionInfo}", HatsFiles.PartitionList(tiles));
    }
}
