using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;

namespace Pile.Review;

/// <summary>I008: the key of a row without a position is the hash of its id.</summary>
internal sealed class TileKeys(DatasetUnderReview dataset, IndexTile tile, bool isText) : TileRowCheck(dataset, tile)
{
    internal override ImmutableArray<string> Columns { get; } = [IndexKey.HashColumn, "object_id"];

    internal override void Check(TileChunk rows)
    {
        DuckDbVector keys = rows[IndexKey.HashColumn], ids = rows["object_id"];
        ReadOnlySpan<long> found = keys.Values<long>(), numbers = isText ? default : ids.Values<long>();
        for (int i = 0; i < rows.RowCount; i++)
        {
            if (!ids.IsValid(i))
                continue; // a missing id is a separate finding
            long expected = isText ? IndexKey.OfId(ids.Utf8(i)) : IndexKey.OfId(numbers[i]);
            if (!keys.IsValid(i) || found[i] != expected)
                Found(FindingCodes.KeyMismatch, rows.RowAt(i), IndexKey.HashColumn,
                    $"expected {expected}, the hash of the id, found {(keys.IsValid(i) ? found[i] : "nothing")}");
        }
    }
}
