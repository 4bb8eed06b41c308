using System.Runtime.InteropServices;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>The pieces of one heavy column, for every row of a reader.</summary>
internal sealed class PieceTable
{
    private readonly List<Piece> pieces = [];
    private List<int>? starts; // null while every row has one piece
    private HashSet<int>? nulls;
    private int rowCount;

    /// <summary>Returns a table of rows that have no piece.</summary>
    internal static PieceTable WithoutPieces(int rowCount, Func<int, bool> isNull)
    {
        PieceTable table = new() { starts = [0], rowCount = rowCount };
        for (int row = 0; row < rowCount; row++)
        {
            table.starts.Add(0);
            if (isNull(row))
                (table.nulls ??= []).Add(row);
        }
        return table;
    }

    /// <summary>Returns the pieces of a row, in row-major order of the chunks.</summary>
    internal ReadOnlySpan<Piece> Of(int row)
    {
        ReadOnlySpan<Piece> all = CollectionsMarshal.AsSpan(pieces);
        return starts is null ? all.Slice(row, 1) : all[starts[row]..starts[row + 1]];
    }

    /// <summary>Returns whether a row has no value, because the index has no piece of it.</summary>
    internal bool IsNull(int row) => nulls is not null && nulls.Contains(row);

    /// <summary>Appends the four columns of a chunk. A piece without a CRC-32C is unverified if <paramref name="mayBeUnverified"/> is true;
    /// otherwise its row has no value.</summary>
    internal void Append(DuckDbVector offsets, DuckDbVector sizes, DuckDbVector codecs, DuckDbVector crcs,
        bool mayBeUnverified = false)
    {
        bool isList = offsets.Type.Id == DuckDbTypeId.List;
        ReadOnlySpan<DuckDbListEntry> entries = isList ? offsets.Values<DuckDbListEntry>() : default;
        ReadOnlySpan<DuckDbListEntry> sizeEntries = isList ? sizes.Values<DuckDbListEntry>() : default;
        ReadOnlySpan<DuckDbListEntry> codecEntries = isList ? codecs.Values<DuckDbListEntry>() : default;
        ReadOnlySpan<DuckDbListEntry> crcEntries = isList ? crcs.Values<DuckDbListEntry>() : default;
        ReadOnlySpan<long> offset = isList ? offsets.Child.Values<long>() : offsets.Values<long>();
        ReadOnlySpan<int> size = isList ? sizes.Child.Values<int>() : sizes.Values<int>();
        ReadOnlySpan<byte> codec = isList ? codecs.Child.Values<byte>() : codecs.Values<byte>();
        ReadOnlySpan<uint> crc = isList ? crcs.Child.Values<uint>() : crcs.Values<uint>();
        if (isList)
            starts ??= [0];
        for (int row = 0; row < offsets.RowCount; row++, rowCount++)
        {
            bool hasCrc = crcs.IsValid(row);
            bool isValid = offsets.IsValid(row) && sizes.IsValid(row) && codecs.IsValid(row) && (hasCrc || mayBeUnverified);
            if (!isValid)
                (nulls ??= []).Add(rowCount);
            if (!isList)
                pieces.Add(isValid ? new Piece(offset[row], size[row], hasCrc ? crc[row] : 0, (PieceCodec)codec[row], !hasCrc) : default);
            else
            {
                if (isValid && (sizeEntries[row].Length != entries[row].Length || codecEntries[row].Length != entries[row].Length
                    || (hasCrc && crcEntries[row].Length != entries[row].Length)))
                    throw new FormatException("the lists of a row's pieces differ in length");
                for (int i = 0; isValid && i < entries[row].Length; i++)
                    pieces.Add(new Piece(offset[(int)entries[row].Offset + i], size[(int)sizeEntries[row].Offset + i],
                        hasCrc ? crc[(int)crcEntries[row].Offset + i] : 0, (PieceCodec)codec[(int)codecEntries[row].Offset + i], !hasCrc));
                starts!.Add(pieces.Count);
            }
        }
    }
}
