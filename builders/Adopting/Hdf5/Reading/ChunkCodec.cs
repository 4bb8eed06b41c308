using Pile.Format;
using Pile.Hdf5;

namespace Pile.Adopting;

/// <summary>The codec of chunks that a pipeline of HDF5 filters has written.</summary>
internal static class ChunkCodec
{
    /// <summary>Returns the codec of a chunk, with the bits of <see cref="PieceCodecs"/> except the byte order; -1 if no codec
    /// corresponds to its filters.</summary>
    /// <param name="filters">The filters in the order in which they were applied.</param>
    /// <param name="skipped">The filters that were not applied: bit 0 for the first one.</param>
    /// <param name="elementBytes">The size of an element of the column.</param>
    internal static int Of(IReadOnlyList<ForeignFilter> filters, uint skipped, int elementBytes)
    {
        (bool isShuffled, int checksum, PieceCodec? compression) = (false, 0, null);
        for (int i = 0; i < filters.Count; i++)
        {
            if ((skipped >> i & 1) is not 0)
                continue;
            ForeignFilter filter = filters[i];
            if (checksum is not 0)
                return -1; // the checksum is that of the stored bytes only if no filter follows
            switch (filter.Id)
            {
                case ForeignFilter.Fletcher32:
                    checksum = PieceCodecs.Fletcher32;
                    break;
                case ForeignFilter.Shuffle when filter.Values is [1]:
                    break; // the bytes do not change
                case ForeignFilter.Shuffle when !isShuffled && compression is null && filter.Values is [var bytes] && bytes == elementBytes:
                    isShuffled = true;
                    break;
                case ForeignFilter.Deflate when compression is null:
                    compression = PieceCodec.Deflate;
                    break;
                case ForeignFilter.Lzf when compression is null:
                    compression = PieceCodec.Lzf;
                    break;
                default:
                    return -1;
            }
        }
        PieceCodec codec = (compression, isShuffled) switch
        {
            (PieceCodec.Deflate, true) => PieceCodec.ShuffleDeflate,
            (PieceCodec.Lzf, true) => PieceCodec.ShuffleLzf,
            (null, true) => PieceCodec.Shuffle,
            ({ } only, false) => only,
            _ => PieceCodec.None,
        };
        return (int)codec | checksum;
    }
}
