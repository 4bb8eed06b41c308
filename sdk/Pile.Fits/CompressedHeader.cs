using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Pile.Fits;

/// <summary>Reconstructs the header of an image from the header of its table of compressed tiles (FITS 4.0 §10.1).</summary>
/// <remarks>cfitsio reconstructs headers with a file in memory, and fails if a card of the image, such as BSCALE, precedes the table's
/// TTYPE1, as in files of DESI.</remarks>
internal static partial class CompressedHeader
{
    /// <summary>Matches cards that describe the table or the compression. The corresponding cards of the image are written anew.</summary>
    [GeneratedRegex("^(XTENSION|BITPIX|NAXIS[0-9]*|PCOUNT|GCOUNT|TFIELDS|THEAP|T(TYPE|FORM|UNIT|DIM|DISP|NULL|SCAL|ZERO)[0-9]+"
        + "|CHECKSUM|DATASUM|END|Z(IMAGE|TENSION|SIMPLE|EXTEND|BLOCKED|BITPIX|NAXIS[0-9]*|PCOUNT|GCOUNT|TILE[0-9]+|CMPTYPE|NAME[0-9]+"
        + "|VAL[0-9]+|QUANTIZ|DITHER0|MASKCMP|HECKSUM|DATASUM|BLANK|SCALE|ZERO))$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex TableCard();

    /// <summary>Returns the cards of the image, 80 characters each.</summary>
    /// <exception cref="FitsException">ZBITPIX, ZNAXIS or a ZNAXISn is not an integer.</exception>
    internal static string ImageText(FitsHeader stored)
    {
        StringBuilder text = new("XTENSION= 'IMAGE   '".PadRight(FitsCard.Bytes));
        Append("BITPIX", stored.GetInt64("ZBITPIX"));
        long axes = stored.GetInt64("ZNAXIS") ?? 0;
        Append("NAXIS", axes);
        for (int axis = 1; axis <= axes; axis++)
            Append($"NAXIS{axis}", stored.GetInt64($"ZNAXIS{axis}"));
        Append("PCOUNT", stored.GetInt64("ZPCOUNT") ?? 0);
        Append("GCOUNT", stored.GetInt64("ZGCOUNT") ?? 1);
        for (int at = 0; at + FitsCard.Bytes <= stored.Text.Length; at += FitsCard.Bytes)
            if (!TableCard().IsMatch(stored.Text.AsSpan(at, 8).TrimEnd()))
                text.Append(stored.Text, at, FitsCard.Bytes);
        return text.Append("END".PadRight(FitsCard.Bytes)).ToString();

        void Append(string keyword, long? value) =>
            text.Append(string.Create(CultureInfo.InvariantCulture, $"{keyword,-8}= {value,20}").PadRight(FitsCard.Bytes));
    }
}
