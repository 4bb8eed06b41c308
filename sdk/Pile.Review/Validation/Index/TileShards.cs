using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;

namespace Pile.Review;

/// <summary>I005, S005: every row refers to a row of a shard, and that shard belongs to the row's cell.</summary>
internal sealed class TileShards(DatasetUnderReview dataset, IndexTile tile) : TileRowCheck(dataset, tile)
{
    private readonly int cellShift = 2 * (Healpix.MaxOrder - dataset.Manifest.Partition.Order);

    internal override ImmutableArray<string> Columns { get; } = [ColumnNames.Healpix29, ColumnNames.Source, ColumnNames.SourceRow];

    internal override void Check(TileChunk rows)
    {
        DuckDbVector index = rows[ColumnNames.Healpix29], sources = rows[ColumnNames.Source], sourceRows = rows[ColumnNames.SourceRow];
        ReadOnlySpan<long> pixels = index.Values<long>();
        ReadOnlySpan<int> source = sources.Values<int>(), sourceRow = sourceRows.Values<int>();
        for (int i = 0; i < rows.RowCount; i++)
        {
            if (!sources.IsValid(i) || source[i] < 0 || source[i] >= Dataset.Shards.Length)
                Found(FindingCodes.PieceInvalid, rows.RowAt(i), ColumnNames.Source,
                    $"expected the number of one of {Dataset.Shards.Length} shards, found {(sources.IsValid(i) ? source[i] : "nothing")}");
            else if (Dataset.Shards[source[i]] is { } shard)
            {
                if (!sourceRows.IsValid(i) || sourceRow[i] < 0 || sourceRow[i] >= shard.Rows)
                    Found(FindingCodes.PieceInvalid, rows.RowAt(i), ColumnNames.SourceRow,
                        $"expected one of {shard.Rows} rows of '{shard.Path}', found {(sourceRows.IsValid(i) ? sourceRow[i] : "nothing")}");
                if (index.IsValid(i) && ShardPath.TryParse(Dataset.Manifest.Subset, shard.Path, out ShardPath place)
                    && place.Pixel != pixels[i] >> cellShift)
                    Found(FindingCodes.CellMismatch, rows.RowAt(i), ColumnNames.Source,
                        $"expected a shard of the cell {pixels[i] >> cellShift}, found '{shard.Path}'");
            }
        }
    }
}
