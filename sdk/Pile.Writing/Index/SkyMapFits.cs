using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Pile.Sky;

namespace Pile.Writing.Index;

/// <summary>Writes a map of counts as FITS, as HATS does: an empty primary HDU, then a table with one column of int64 and a row for each
/// pixel.</summary>
/// <remarks>The few fixed cards are written here, because cfitsio would add others (comments, a repeat count). The map is always complete
/// (IMPLICIT), which every reader of HEALPix maps supports.</remarks>
internal static class SkyMapFits
{
    private const int BlockBytes = 2880, CardBytes = 80;

    /// <summary>Writes the map.</summary>
    /// <param name="path">The file.</param>
    /// <param name="order">HEALPix order of the pixels.</param>
    /// <param name="counts">The number of rows in each pixel, NESTED; 12·4^order values.</param>
    internal static void Write(string path, int order, ReadOnlySpan<long> counts)
    {
        if (counts.Length != Healpix.PixelCount(order))
            throw new ArgumentException($"Order {order} has {Healpix.PixelCount(order)} pixels, found {counts.Length} counts.",
                nameof(counts));
        byte[] primary = Header(Card("SIMPLE", true), Card("BITPIX", 8), Card("NAXIS", 0), Card("EXTEND", true));
        byte[] table = Header(Card("XTENSION", "BINTABLE"), Card("BITPIX", 8), Card("NAXIS", 2), Card("NAXIS1", sizeof(long)),
            Card("NAXIS2", counts.Length),
            Card("PCOUNT", 0), Card("GCOUNT", 1), Card("TFIELDS", 1), Card("TTYPE1", "T"), Card("TFORM1", "K"),
            Card("PIXTYPE", "HEALPIX"), Card("ORDERING", "NESTED"), Card("COORDSYS", "CEL"), Card("EXTNAME", "xtension"),
            Card("NSIDE", 1L << order), Card("FIRSTPIX", 0), Card("LASTPIX", counts.Length - 1), Card("INDXSCHM", "IMPLICIT"),
            Card("OBJECT", "FULLSKY"), Card("CREATOR", "Pile"));
        byte[] data = new byte[Padded((long)counts.Length * sizeof(long))];
        for (int i = 0; i < counts.Length; i++)
            BinaryPrimitives.WriteInt64BigEndian(data.AsSpan(i * sizeof(long)), counts[i]);
        using FileStream file = new(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        file.Write(primary);
        file.Write(table);
        file.Write(data);
    }

    private static byte[] Header(params ReadOnlySpan<string> cards)
    {
        byte[] header = new byte[Padded((cards.Length + 1) * CardBytes)];
        header.AsSpan().Fill((byte)' ');
        for (int i = 0; i < cards.Length; i++)
            Encoding.ASCII.GetBytes(cards[i], header.AsSpan(i * CardBytes));
        Encoding.ASCII.GetBytes("END", header.AsSpan(cards.Length * CardBytes));
        return header;
    }

    // FITS 4.0, 4.2: numbers and logicals end in column 30, texts begin in column 11 and have at least eight characters.
    private static string Card(string key, long value) => $"{key,-8}= {value.ToString(CultureInfo.InvariantCulture),20}";

    private static string Card(string key, bool value) => $"{key,-8}= {(value ? "T" : "F"),20}";

    private static string Card(string key, string value) => $"{key,-8}= '{value,-8}'";

    private static int Padded(long bytes) => checked((int)((bytes + BlockBytes - 1) / BlockBytes * BlockBytes));
}
