using System.Globalization;
using System.Text;

namespace Pile.Format;

/// <summary>Reads the size of the first image of a FITS file: of the primary HDU, or of an extension in the bytes at hand if that one has
/// no data. A compressed image (ZIMAGE) has the size of its pixels. Source: FITS 4.0, sections 3.3, 4.4 and 10.1.</summary>
internal static class FitsPictureHeader
{
    private const int CardBytes = 80, BlockBytes = 2880;

    internal static PictureSize? Read(ReadOnlySpan<byte> head, bool isComplete)
    {
        for (long start = 0; start < head.Length;)
        {
            if (TryCards(head[(int)start..], out Dictionary<string, string> cards, out int bytes) is false)
                return isComplete ? throw new HeaderFaultException("is a FITS file that ends in a header") : null;
            bool isImage = start == 0 || cards.GetValueOrDefault("XTENSION", "").Contains("IMAGE", StringComparison.Ordinal),
                isCompressed = cards.GetValueOrDefault("ZIMAGE") == "T";
            string prefix = isCompressed ? "ZNAXIS" : "NAXIS";
            long axes = Number(cards, prefix) ?? 0;
            if (axes is < 0 or > 999)
                throw new HeaderFaultException($"has a FITS header with {prefix} = {axes}");
            if ((isImage || isCompressed) && axes >= 2)
                return PictureHeader.Checked(Number(cards, prefix + "1") ?? 0, Number(cards, prefix + "2") ?? 0,
                    Product(cards, prefix, 3, axes), "FITS");
            long elements = (Number(cards, "NAXIS") ?? 0) is > 0 and var n ? Product(cards, "NAXIS", 1, n) : 0;
            long data = Math.Abs(Number(cards, "BITPIX") ?? 8) / 8 * (Number(cards, "GCOUNT") ?? 1)
                * (elements + (elements > 0 ? Number(cards, "PCOUNT") ?? 0 : 0));
            if (data is < 0 or > long.MaxValue - BlockBytes)
                return null;
            start += bytes + ((data + BlockBytes - 1) / BlockBytes * BlockBytes);
            if (start < 0)
                return null;
        }
        return null; // a table, or the image is further behind
    }

    private static bool TryCards(ReadOnlySpan<byte> header, out Dictionary<string, string> cards, out int bytes)
    {
        cards = new(StringComparer.Ordinal);
        for (int at = 0; at + CardBytes <= header.Length; at += CardBytes)
        {
            ReadOnlySpan<byte> card = header.Slice(at, CardBytes);
            if (card.StartsWith("END     "u8))
            {
                bytes = (at + BlockBytes) / BlockBytes * BlockBytes;
                return true;
            }
            if (card[8] == '=')
                cards.TryAdd(Encoding.ASCII.GetString(card[..8]).TrimEnd(), Encoding.ASCII.GetString(card[10..]).Split('/')[0].Trim());
        }
        bytes = 0;
        return false;
    }

    private static long? Number(Dictionary<string, string> cards, string key) =>
        cards.TryGetValue(key, out string? text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out long number) ? number : null;

    private static long Product(Dictionary<string, string> cards, string prefix, int first, long last)
    {
        long product = 1;
        for (int axis = first; axis <= last; axis++)
        {
            long length = Number(cards, prefix + axis.ToString(CultureInfo.InvariantCulture)) ?? 0;
            product = length is < 0 or > int.MaxValue || product > int.MaxValue
                ? throw new HeaderFaultException($"has a FITS header with {prefix}{axis} = {length}") : product * length;
        }
        return product;
    }
}
