using System.Globalization;
using System.Text;

namespace Pile.Format;

/// <summary>Headers of FITS files whose few cards are fixed, so that the same content has the same bytes.</summary>
/// <remarks>cfitsio would add cards of its own (comments, a repeat count). FITS 4.0, 4.2: numbers and logicals end in column 30, texts
/// begin in column 11 and have at least eight characters.</remarks>
internal static class FitsBlocks
{
    /// <summary>The length of a card.</summary>
    internal const int CardBytes = 80;

    private const int BlockBytes = 2880;

    /// <summary>Returns an empty primary header.</summary>
    internal static byte[] Primary() =>
        Header(Card("SIMPLE", true), Card("BITPIX", 8), Card("NAXIS", 0), Card("EXTEND", true));

    /// <summary>Returns the header of a table of one column of int64.</summary>
    /// <param name="column">The name of the column.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="cards">Further cards.</param>
    internal static byte[] Table(string column, int rows, params ReadOnlySpan<string> cards) => Header([Card("XTENSION", "BINTABLE"),
        Card("BITPIX", 8), Card("NAXIS", 2), Card("NAXIS1", sizeof(long)), Card("NAXIS2", rows), Card("PCOUNT", 0), Card("GCOUNT", 1),
        Card("TFIELDS", 1), Card("TTYPE1", column), Card("TFORM1", "K"), .. cards]);

    internal static string Card(string key, long value) => $"{key,-8}= {value.ToString(CultureInfo.InvariantCulture),20}";

    internal static string Card(string key, bool value) => $"{key,-8}= {(value ? "T" : "F"),20}";

    internal static string Card(string key, string value) => $"{key,-8}= '{value,-8}'";

    /// <summary>Returns the length of data with the padding of its last block.</summary>
    internal static int Padded(long bytes) => checked((int)((bytes + BlockBytes - 1) / BlockBytes * BlockBytes));

    private static byte[] Header(params ReadOnlySpan<string> cards)
    {
        byte[] header = new byte[Padded((cards.Length + 1) * CardBytes)];
        header.AsSpan().Fill((byte)' ');
        for (int i = 0; i < cards.Length; i++)
            Encoding.ASCII.GetBytes(cards[i], header.AsSpan(i * CardBytes));
        Encoding.ASCII.GetBytes("END", header.AsSpan(cards.Length * CardBytes));
        return header;
    }
}
