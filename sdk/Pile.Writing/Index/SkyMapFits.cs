using System.Buffers.Binary;
using Pile.Format;
using Pile.Sky;

namespace Pile.Writing.Index;

/// <summary>Writes a map of counts as FITS, as HATS does: an empty primary HDU, then a table with one column of int64 and a row for each
/// pixel.</summary>
/// <remarks>The map is always complete (IMPLICIT), which every reader of HEALPix maps supports.</remarks>
internal static class SkyMapFits
{
    /// <summary>Writes the map.</summary>
    /// <param name="path">The file.</param>
    /// <param name="order">HEALPix order of the pixels.</param>
    /// <param name="counts">The number of rows in each pixel, NESTED; 12·4^order values.</param>
    internal static void Write(string path, int order, ReadOnlySpan<long> counts)
    {
        if (counts.Length != Healpix.PixelCount(order))
            throw new ArgumentException($"Order {order} has {Healpix.PixelCount(order)} pixels, found {counts.Length} counts.",
                nameof(counts));
        byte[] primary = FitsBlocks.Primary(), table = FitsBlocks.Table("T", counts.Length, FitsBlocks.Card("PIXTYPE", "HEALPIX"),
            FitsBlocks.Card("ORDERING", "NESTED"), FitsBlocks.Card("COORDSYS", "CEL"), FitsBlocks.Card("EXTNAME", "xtension"),
            FitsBlocks.Card("NSIDE", 1L << order), FitsBlocks.Card("FIRSTPIX", 0), FitsBlocks.Card("LASTPIX", counts.Length - 1),
            FitsBlocks.Card("INDXSCHM", "IMPLICIT"), FitsBlocks.Card("OBJECT", "FULLSKY"), FitsBlocks.Card("CREATOR", "Pile"));
        byte[] data = new byte[FitsBlocks.Padded((long)counts.Length * sizeof(long))];
        for (int i = 0; i < counts.Length; i++)
            BinaryPrimitives.WriteInt64BigEndian(data.AsSpan(i * sizeof(long)), counts[i]);
        using FileStream file = new(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        file.Write(primary);
        file.Write(table);
        file.Write(data);
    }
}
