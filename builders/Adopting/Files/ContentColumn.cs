using Pile.Format;

namespace Pile.Adopting;

/// <summary>Collects the locations of the contents of some files, one per row.</summary>
/// <param name="rowCount">The number of rows; rows that are not set have no content.</param>
/// <param name="hasCrcs">True if all pieces have a CRC-32C.</param>
internal sealed class ContentColumn(int rowCount, bool hasCrcs)
{
    private readonly int[] files = new int[rowCount], shapes = new int[rowCount];
    private readonly long[] offsets = new long[rowCount];
    private readonly uint[]? crcs = hasCrcs ? new uint[rowCount] : null;
    private readonly bool[] isNull = [.. Enumerable.Repeat(true, rowCount)];

    /// <summary>The numbers of the files of each row.</summary>
    internal Span<int> Files => files;

    /// <summary>Returns true if a row has content.</summary>
    internal bool Has(int row) => !isNull[row];

    /// <summary>Sets the content of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="file">The number of the file with the content.</param>
    /// <param name="offset">The offset of the first byte.</param>
    /// <param name="bytes">The number of bytes, at most <see cref="FileColumns.MaxContentBytes"/>.</param>
    /// <param name="crc">The CRC-32C of the bytes; ignored without CRCs.</param>
    internal void Set(int row, int file, long offset, long bytes, uint crc)
    {
        (files[row], offsets[row], shapes[row], isNull[row]) = (file, offset, (int)bytes, false);
        if (crcs is not null)
            crcs[row] = crc;
    }

    /// <summary>Returns the column of the first rows.</summary>
    internal ReferenceColumnData ToColumn(ColumnSchema schema, int rows)
    {
        int pieces = rows - shapes.AsSpan(0, rows).Count(0);
        int[]? starts = pieces == rows ? null : new int[rows + 1];
        int[] stored = new int[pieces];
        long[] places = new long[pieces];
        uint[]? pieceCrcs = crcs is null ? null : new uint[pieces];
        for (int row = 0, piece = 0; row < rows; row++)
        {
            if (starts is not null)
                starts[row] = piece;
            if (shapes[row] == 0)
                continue;
            (stored[piece], places[piece]) = (shapes[row], offsets[row]);
            if (pieceCrcs is not null)
                pieceCrcs[piece] = crcs![row];
            piece++;
        }
        if (starts is not null)
            starts[rows] = pieces;
        bool hasNulls = isNull.AsSpan(0, rows).Contains(true);
        return new ReferenceColumnData(schema, rows, shapes[..rows], hasNulls ? isNull.AsMemory(0, rows) : default)
        {
            Files = files[..rows],
            Starts = starts,
            Offsets = places,
            StoredBytes = stored,
            Codecs = new byte[pieces],
            Crcs = pieceCrcs,
        };
    }
}
