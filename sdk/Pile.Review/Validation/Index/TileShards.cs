using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;

namespace Pile.Review;

/// <summary>I005, S005, I003: every row refers to a row of a shard, that shard belongs to the row's cell, and its rows are in the order of
/// the index.</summary>
internal sealed class TileShards(DatasetUnderReview dataset, IndexTile tile) : TileRowCheck(dataset, tile)
{
    private readonly IndexKey key = dataset.Manifest.Partition.Key;
    private readonly Dictionary<int, int> lastRows = []; // by shard

    internal override ImmutableArray<string> Columns { get; } =
        [CellColumn(dataset.Manifest.Partition.Key), ColumnNames.Source, ColumnNames.SourceRow];

    // The cell follows from the key, unless it is a tile.
    private static string CellColumn(IndexKey key) => key.HasTiles ? Partition.Tile : key.Column;

    internal override void Check(TileChunk rows)
    {
        DuckDbVector index = rows[CellColumn(key)], sources = rows[ColumnNames.Source], sourceRows = rows[ColumnNames.SourceRow];
        ReadOnlySpan<long> keys = key.HasTiles ? default : index.Values<long>();
        ReadOnlySpan<int> source = sources.Values<int>(), sourceRow = sourceRows.Values<int>();
        for (int i = 0; i < rows.RowCount; i++)
        {
            if (!sources.IsValid(i) || source[i] < 0 || source[i] >= Dataset.Shards.Length)
                Found(FindingCodes.PieceInvalid, rows.RowAt(i), ColumnNames.Source,
                    $"expected the number of one of {Dataset.Shards.Length} shards, found {(sources.IsValid(i) ? source[i] : "nothing")}");
            else if (Dataset.Shards[source[i]] is { } shard)
            {
                bool isRow = sourceRows.IsValid(i) && sourceRow[i] >= 0 && sourceRow[i] < shard.Rows;
                if (!isRow)
                    Found(FindingCodes.PieceInvalid, rows.RowAt(i), ColumnNames.SourceRow,
                        $"expected one of {shard.Rows} rows of '{shard.Path}', found {(sourceRows.IsValid(i) ? sourceRow[i] : "nothing")}");
                // The folder may be that of a cell that does not exist, so that it cannot be parsed.
                if (index.IsValid(i) && shard.Path.Split('/') is [_, var folder, _]
                    && (key.HasTiles ? index.Text(i) : key.CellOf(keys[i]).ToString(CultureInfo.InvariantCulture)) is { } cell
                    && folder != (key.HasTiles ? key.FolderOf(cell) : key.FolderOf(key.CellOf(keys[i]))))
                    Found(FindingCodes.CellMismatch, rows.RowAt(i), ColumnNames.Source,
                        $"expected a shard of the cell {cell}, found '{shard.Path}'");
                else if (isRow)
                    CheckOrder(shard, source[i], sourceRow[i], rows.RowAt(i));
            }
        }
    }

    private void CheckOrder(DatasetFile shard, int source, int sourceRow, long row)
    {
        ref int last = ref CollectionsMarshal.GetValueRefOrAddDefault(lastRows, source, out bool isKnown);
        if (isKnown && sourceRow < last)
            Found(FindingCodes.IndexNotSorted, row, ColumnNames.SourceRow,
                $"expected the rows of '{shard.Path}' in the order of the index, found row {sourceRow} after row {last}");
        last = sourceRow;
    }
}
