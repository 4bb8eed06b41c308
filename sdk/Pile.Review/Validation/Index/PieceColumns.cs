using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;

namespace Pile.Review;

/// <summary>The pieces of a heavy column in a chunk of a tile: one number per row, or a list.</summary>
internal readonly ref struct PieceColumns
{
    private readonly DuckDbVector offsets, sizes, codecs, crcs;
    private readonly bool isList, isMixed;
    private readonly ReadOnlySpan<DuckDbListEntry> offsetAt, sizeAt, codecAt, crcAt;
    private readonly ReadOnlySpan<long> offset;
    private readonly ReadOnlySpan<int> size;
    private readonly ReadOnlySpan<byte> codec;
    private readonly ReadOnlySpan<uint> crc;

    private PieceColumns(DuckDbVector offsets, DuckDbVector sizes, DuckDbVector codecs, DuckDbVector crcs)
    {
        this.offsets = offsets;
        this.sizes = sizes;
        this.codecs = codecs;
        this.crcs = crcs;
        isList = IsList(offsets);
        isMixed = IsList(sizes) != isList || IsList(codecs) != isList || IsList(crcs) != isList;
        if (isMixed)
            return;
        if (isList)
        {
            offsetAt = offsets.Values<DuckDbListEntry>();
            sizeAt = sizes.Values<DuckDbListEntry>();
            codecAt = codecs.Values<DuckDbListEntry>();
            crcAt = crcs.Values<DuckDbListEntry>();
        }
        offset = (isList ? offsets.Child : offsets).Values<long>();
        size = (isList ? sizes.Child : sizes).Values<int>();
        codec = (isList ? codecs.Child : codecs).Values<byte>();
        crc = (isList ? crcs.Child : crcs).Values<uint>();
    }

    internal static PieceColumns Of(TileChunk rows, ColumnSchema heavy) => new(rows[ColumnNames.PieceOffset(heavy.SqlName)],
        rows[ColumnNames.PieceSize(heavy.SqlName)],
        rows[ColumnNames.PieceCodec(heavy.SqlName)], rows[ColumnNames.PieceCrc32C(heavy.SqlName)]);

    /// <summary>Counts the pieces of a row; -1 if it has no value.</summary>
    /// <param name="row">The row in the chunk.</param>
    /// <param name="count">The number of pieces.</param>
    /// <param name="malformed">The error if the method returns false.</param>
    internal bool TryRow(int row, out int count, out string? malformed)
    {
        (count, malformed) = (-1, null);
        int valid = (offsets.IsValid(row) ? 1 : 0) + (sizes.IsValid(row) ? 1 : 0) + (codecs.IsValid(row) ? 1 : 0)
            + (crcs.IsValid(row) ? 1 : 0);
        if (isMixed)
            malformed = "expected offset, size, codec and CRC all as numbers or all as lists, found both";
        else if (valid is not (0 or 4))
            malformed = $"expected offset, size, codec and CRC all to be there or all to be missing, found {valid} of 4";
        else if (valid == 4 && !isList)
            count = 1;
        else if (valid == 4)
        {
            long length = offsetAt[row].Length;
            if (sizeAt[row].Length != length || codecAt[row].Length != length || crcAt[row].Length != length)
                malformed = $"expected lists of equal length, found {length}, {sizeAt[row].Length}, {codecAt[row].Length} and "
                    + $"{crcAt[row].Length}";
            else if (!AllValid(row, (int)length))
                malformed = "expected lists without gaps, found a missing value in one";
            else
                count = (int)length;
        }
        return malformed is null;
    }

    /// <summary>Returns a piece of a row that <see cref="TryRow"/> has counted.</summary>
    internal Piece this[int row, int part] => isList
        ? new(offset[(int)offsetAt[row].Offset + part], size[(int)sizeAt[row].Offset + part], crc[(int)crcAt[row].Offset + part],
            (PieceCodec)codec[(int)codecAt[row].Offset + part])
        : new(offset[row], size[row], crc[row], (PieceCodec)codec[row]);

    private bool AllValid(int row, int length)
    {
        for (int part = 0; part < length; part++)
            if (!offsets.Child.IsValid((int)offsetAt[row].Offset + part) || !sizes.Child.IsValid((int)sizeAt[row].Offset + part)
                || !codecs.Child.IsValid((int)codecAt[row].Offset + part) || !crcs.Child.IsValid((int)crcAt[row].Offset + part))
                return false;
        return true;
    }

    private static bool IsList(DuckDbVector vector) => vector.Type.Id == DuckDbTypeId.List;
}
