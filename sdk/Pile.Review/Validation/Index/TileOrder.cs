using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;

namespace Pile.Review;

/// <summary>I003: rows are sorted by (key, <c>object_id</c>); text ids by their UTF-8 bytes.</summary>
internal sealed class TileOrder(DatasetUnderReview dataset, IndexTile tile, bool isText) : TileRowCheck(dataset, tile)
{
    private readonly string key = dataset.Manifest.Partition.Key.Column;
    private long lastKey = long.MinValue, lastNumber;
    private byte[] lastText = [];
    private int lastLength;

    internal override ImmutableArray<string> Columns { get; } = [dataset.Manifest.Partition.Key.Column, "object_id"];

    internal override void Check(TileChunk rows)
    {
        DuckDbVector index = rows[key], ids = rows["object_id"];
        ReadOnlySpan<long> keys = index.Values<long>();
        ReadOnlySpan<long> numbers = isText ? default : ids.Values<long>();
        for (int i = 0; i < rows.RowCount; i++)
        {
            if (!index.IsValid(i) || !ids.IsValid(i))
                continue; // missing values are separate findings
            ReadOnlySpan<byte> text = isText ? ids.Utf8(i) : default;
            int order = keys[i].CompareTo(lastKey);
            if (order == 0)
                order = isText ? text.SequenceCompareTo(lastText.AsSpan(0, lastLength)) : numbers[i].CompareTo(lastNumber);
            if (order < 0)
                Found(FindingCodes.IndexNotSorted, rows.RowAt(i), key,
                    $"expected rows by {key} and object_id, found {keys[i]} after "
                        + $"{lastKey}{(keys[i] == lastKey ? " with a smaller id" : "")}");
            lastKey = keys[i];
            if (isText)
                Keep(text);
            else
                lastNumber = numbers[i];
        }
    }

    private void Keep(ReadOnlySpan<byte> text)
    {
        if (lastText.Length < text.Length)
            lastText = new byte[2 * text.Length];
        text.CopyTo(lastText);
        lastLength = text.Length;
    }
}
