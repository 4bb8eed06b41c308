using System.Globalization;
using System.Net;
using System.Xml;

namespace Pile.Rasters;

/// <summary>GDAL's description of bands in a TIFF file: scale, offset, name and nodata.</summary>
internal static class TiffGdalMetadata
{
    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = 16 << 20,
        ConformanceLevel = ConformanceLevel.Fragment,
    };

    /// <summary>Applies the items of the tag GDAL_METADATA that have the role scale, offset or description.</summary>
    /// <exception cref="Format.SourceUnreadableException">The text is not valid XML, or a number does not parse.</exception>
    internal static void Apply(string xml, RasterBand[] bands, TiffBytes bytes)
    {
        try
        {
            using XmlReader reader = XmlReader.Create(new StringReader(xml), Settings);
            while (reader.Read())
            {
                if (reader is not { NodeType: XmlNodeType.Element, LocalName: "Item" })
                    continue;
                (string? role, string? sample) = (reader.GetAttribute("role"), reader.GetAttribute("sample"));
                if (role is not ("scale" or "offset" or "description") || !int.TryParse(sample, CultureInfo.InvariantCulture, out int band)
                    || band < 0 || band >= bands.Length)
                    continue;
                string value = reader.ReadString();
                bands[band] = role switch
                {
                    "scale" => bands[band] with { Scale = Number(value, "a scale", bytes) },
                    "offset" => bands[band] with { Offset = Number(value, "an offset", bytes) },
                    _ => bands[band] with { Name = WebUtility.HtmlDecode(value) }, // GDAL escapes names twice
                };
            }
        }
        catch (XmlException e)
        {
            throw bytes.Corrupt($"the tag {TiffTag.GdalMetadata} is not valid XML: {e.Message}");
        }
    }

    /// <summary>Parses the tag GDAL_NODATA.</summary>
    /// <returns>Null if the text is empty.</returns>
    internal static double? Nodata(string text, TiffBytes bytes) =>
        text.Trim() is { Length: > 0 } value ? Number(value, "nodata", bytes) : null;

    private static double Number(string text, string what, TiffBytes bytes) => text.Trim().ToUpperInvariant() switch
    {
        "NAN" or "-NAN" => double.NaN,
        "INF" or "+INF" => double.PositiveInfinity,
        "-INF" => double.NegativeInfinity,
        // The Windows builds of GDAL before Visual Studio 2015 wrote these; CPLStrtod reads them by their first letters.
        string old when StartsWith(old, "1.#QNAN", "-1.#QNAN", "-1.#IND") => double.NaN,
        string old when StartsWith(old, "1.#INF") => double.PositiveInfinity,
        string old when StartsWith(old, "-1.#INF") => double.NegativeInfinity,
        string value when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => number,
        _ => throw bytes.Corrupt($"the text '{text[..Math.Min(text.Length, 40)]}' is not a number, but is given as {what} "
            + "(gdal_edit.py can replace it)"),
    };

    private static bool StartsWith(string text, params ReadOnlySpan<string> starts)
    {
        foreach (string start in starts)
            if (text.StartsWith(start, StringComparison.Ordinal))
                return true;
        return false;
    }
}
