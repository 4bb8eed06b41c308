using Pile.Format;

namespace Pile.Hdf5;

/// <summary>The filters of a chunked dataset.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 2.0", IV.A.2.l (filter pipeline, version 1).</remarks>
internal static class FilterPipeline
{
    private const int Deflate = 1, Shuffle = 2, MaxFilters = 32;
    private const string Structure = "filter pipeline";

    /// <summary>Reads the codec that corresponds to the filters.</summary>
    /// <exception cref="Hdf5Exception">No codec corresponds to the filters.</exception>
    internal static PieceCodec Read(ObjectHeader header, FileBytes file, Hdf5ElementType type, string item)
    {
        if (!header.TryFind(MessageType.FilterPipeline, out ObjectHeader.Message message))
            return PieceCodec.None;
        StructureReader reader = new(message.Content.Span, file, Structure, message.Address, item);
        reader.Expect(1, "version");
        int count = reader.Byte();
        _ = reader.Take(6);
        if (count > MaxFilters)
            throw reader.Invalid($"{count} filters, expected at most {MaxFilters}");
        int[] ids = new int[count];
        for (int i = 0; i < count; i++)
        {
            ids[i] = reader.UInt16();
            int nameBytes = reader.UInt16();
            _ = reader.UInt16(); // whether a chunk may be stored without the filter
            int values = reader.UInt16();
            _ = reader.Take((nameBytes + 7) / 8 * 8);
            uint first = values > 0 ? reader.UInt32() : 0;
            _ = reader.Take(4 * (Math.Max(values - 1, 0) + (values % 2))); // an even number of values is stored
            if (ids[i] is Shuffle && (values is not 1 || first != type.StoredBytes))
                throw reader.Invalid($"a shuffle filter for {first} bytes, expected {type.StoredBytes}");
        }
        return ids switch
        {
            [] => PieceCodec.None,
            [Shuffle, Deflate] => PieceCodec.ShuffleDeflate,
            [Deflate] => PieceCodec.Deflate,
            [Shuffle] => PieceCodec.Shuffle,
            _ => throw reader.Unsupported($"the filters [{string.Join(", ", ids)}], expected none, 2 (shuffle), 1 (deflate) or both in "
                + "this order"),
        };
    }
}
