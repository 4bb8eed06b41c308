using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>The wavelengths of an image in IRAF's format multispec, which has a function of the pixel for each line.</summary>
/// <remarks>F. Valdes 1993, "The IRAF/NOAO Spectral World Coordinate Systems", sections 3 and 5: the attributes <c>specN</c> of physical
/// line N in the keywords WAT2_nnn, and the LTM and LTV keywords, with which physical pixels follow from those of an image that is a
/// section of another one.</remarks>
internal sealed partial class IrafMultispec
{
    /// <summary>The characters of the value of a WAT keyword. FITS removes blanks at its end, which may be those between two
    /// numbers.</summary>
    private const int CardCharacters = 68;

    private readonly SpectrumValues flux;
    private readonly Dictionary<int, string> fieldsOfLine = [];

    /// <summary>Reads the attributes of the lines.</summary>
    /// <param name="flux">The image.</param>
    internal IrafMultispec(SpectrumValues flux)
    {
        this.flux = flux;
        StringBuilder attributes = new();
        for (int number = 1; Header.GetText(string.Create(CultureInfo.InvariantCulture, $"WAT2_{number:D3}")) is { } text; number++)
            attributes.Append(text.PadRight(CardCharacters));
        foreach (Match match in Attribute().Matches(attributes.ToString()))
            if (int.TryParse(match.Groups["line"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int line))
                fieldsOfLine[line] = match.Groups["fields"].Value;
    }

    private FitsHeader Header => flux.Hdu.Header;

    [GeneratedRegex("""spec(?<line>[0-9]+)\s*=\s*"(?<fields>[^"]*)"?""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Attribute();

    /// <summary>Returns the wavelengths of the valid pixels of a line, the first ones, in the unit of the file.</summary>
    /// <param name="line">The line of the image, from 0.</param>
    /// <exception cref="SchemaMismatchException">The line has no wavelengths, or its attribute is invalid.</exception>
    internal double[] Read(int line)
    {
        int physical = PhysicalLine(line);
        if (!fieldsOfLine.TryGetValue(physical, out string? fields))
            throw Fault(line, $"the keywords WAT2_nnn have no 'spec{physical}'");
        IrafDispersion dispersion;
        try
        {
            dispersion = IrafDispersion.Parse(fields);
        }
        catch (FormatException e)
        {
            throw Fault(line, $"spec{physical} in the keywords WAT2_nnn: {e.Message}");
        }
        double scale = Header.GetFloat64("LTM1_1") ?? 1, offset = Header.GetFloat64("LTV1") ?? 0;
        List<double> wavelengths = [];
        for (long pixel = 1; pixel <= flux.Axes[0]; pixel++)
        {
            double at = (pixel - offset) / scale;
            if (at > dispersion.Pixels + 0.5)
                break;
            wavelengths.Add(dispersion.At(at));
        }
        return wavelengths is [] ? throw Fault(line, $"spec{physical} in the keywords WAT2_nnn: it has no valid pixels") : [.. wavelengths];
    }

    private SchemaMismatchException Fault(int line, string finding) =>
        flux.UnlikeOfOne(string.Create(CultureInfo.InvariantCulture, $"HDU {flux.Hdu.Label}, line {line} (from 0): {finding}"),
            isShared: false);

    /// <summary>Returns the line of the original image, from 1. WAXMAP01 has it if the image is a single line.</summary>
    private int PhysicalLine(int line)
    {
        if (flux.Axes.Count == 1)
            return Header.GetText("WAXMAP01")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, "0", var before, ..]
                && int.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out int skipped) ? skipped + 1 : 1;
        double physical = ((line % flux.Axes[1]) + 1 - (Header.GetFloat64("LTV2") ?? 0)) / (Header.GetFloat64("LTM2_2") ?? 1);
        return (int)Math.Round(Math.Clamp(physical, int.MinValue, int.MaxValue));
    }
}
