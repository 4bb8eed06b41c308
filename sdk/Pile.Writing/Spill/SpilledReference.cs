using Pile.DuckDb;
using Pile.Format;

namespace Pile.Writing.Spill;

/// <summary>Converts the locations of a batch to the columns of a spill.</summary>
internal static class SpilledReference
{
    /// <summary>Returns the columns in the order of <see cref="Schemas.ReferenceParts.InSpill"/>.</summary>
    internal static IEnumerable<DuckDbColumn> Columns(ReferenceColumnData data)
    {
        int rows = data.RowCount, rank = data.Schema.Shape.Length;
        ReadOnlyMemory<bool> isNull = data.IsNull;
        int[] starts = data.Starts ?? [.. Enumerable.Range(0, rows + 1)];
        yield return DuckDbColumn.Of<int>(data.Files, isNull);
        yield return DuckDbColumn.Lists<long>(starts, data.Offsets, isNull);
        yield return DuckDbColumn.Lists<int>(starts, data.StoredBytes, isNull);
        yield return DuckDbColumn.Lists<byte>(starts, data.Codecs, isNull);
        yield return data.Crcs is { } crcs ? DuckDbColumn.Lists<uint>(starts, crcs, isNull)
            : DuckDbColumn.Lists<uint>(new int[rows + 1], Array.Empty<uint>(), All(rows));
        yield return data.Chunks is { } chunks ? DuckDbColumn.Vectors<int>(rank + 1, chunks, isNull)
            : DuckDbColumn.Lists<int>(new int[rows + 1], Array.Empty<int>(), All(rows));
        yield return data.FirstElements is { } first ? DuckDbColumn.Of<long>(first, isNull)
            : DuckDbColumn.Of<long>(new long[rows], All(rows));
        yield return DuckDbColumn.Vectors<int>(rank, data.Shapes);
    }

    /// <summary>The approximate size of the locations of a batch.</summary>
    internal static long BytesOf(ReferenceColumnData data) => (24L * data.RowCount) + (34L * data.Offsets.Length);

    private static bool[] All(int rows)
    {
        bool[] all = new bool[rows];
        Array.Fill(all, true);
        return all;
    }
}
