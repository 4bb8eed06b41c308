using Pile.Format;
using Pile.Hdf5;

namespace Pile.Adopting;

/// <summary>Decides whether the rows of a column can be located in the file.</summary>
internal static class PieceObstacle
{
    private const int MaxPiecesPerRow = 65_536;

    /// <summary>Returns why the rows of a column cannot be located; null if they can.</summary>
    internal static string? Of(ForeignDataset dataset, SourceField field, bool hasRows)
    {
        FieldType type = field.Type;
        if (type.Kind is FieldKind.Sequence)
            return field.IsMember ? "sequences in compounds are not adopted" : null;
        if (type.Kind is not FieldKind.Number)
            return "texts are not stored as plain bytes";
        if (type.IsWidened)
            return "Pile has no numbers of 16 bits, and values in other files cannot be converted";
        if (field.ElementsPerRow * (Int128)type.DType.ElementBytes() > int.MaxValue)
            return "a row has more than 2 GiB";
        if (dataset.Storage is not ForeignStorage.Chunked)
            return null;
        long pieces = dataset.ChunksPerRow;
        if (!hasRows)
            pieces = Product(pieces, dataset.Shape[0] is 0 ? 0 : ((dataset.Shape[0] - 1) / dataset.ChunkShape[0]) + 1);
        if (pieces > MaxPiecesPerRow)
            return $"a row is divided into {pieces} chunks, more than {MaxPiecesPerRow}; copy it with 'h5repack -l CHUNK=…'";
        if (dataset.ChunkBytes > int.MaxValue || dataset.ChunkShape.Any(length => length > int.MaxValue))
            return "its chunks have more than 2 GiB; copy it with 'h5repack -l CHUNK=…'";
        if (dataset.Filters.Count is 0)
            return field.IsMember && pieces > 1 ? "members of a compound in several chunks per row are not adopted" : null;
        if (field.IsMember)
            return "members of a compressed compound are not stored as separate bytes";
        for (uint skipped = 0; skipped < 1u << Math.Min(dataset.Filters.Count, 4); skipped++)
            if (ChunkCodec.Of(dataset.Filters, skipped, type.DType.ElementBytes()) < 0)
                return $"its filters ({string.Join(", ", dataset.Filters.Select(filter => filter.Name))}) are not applied in the order "
                    + "shuffle, deflate or lzf, fletcher32, to elements of the same size; copy it with 'h5repack -f SHUF -f GZIP=4'";
        return null;
    }

    private static long Product(long a, long b) => b is not 0 && a > long.MaxValue / b ? long.MaxValue : a * b;
}
