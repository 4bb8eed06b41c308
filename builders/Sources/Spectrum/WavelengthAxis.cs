using System.Globalization;
using System.Text.RegularExpressions;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>The wavelengths of the spectra in a file, Å.</summary>
internal sealed partial class WavelengthAxis
{
    private const string LogLinear = "LOG-LINEAR", Multispec = "MULTISPE";

    private readonly SpectrumValues? stored;
    private readonly double[]? ofHeader;
    private readonly Func<int, double[]>? ofLine;
    private readonly bool isLog10;
    private readonly WavelengthScale scale;

    private WavelengthAxis(SpectrumValues stored, ArmRecipe recipe)
    {
        (string? unit, SpectralMedium medium, bool isLog) = SpectrumUnits.OfWavelength(stored.Unit);
        if (recipe.IsLog10 is null && !isLog)
            RequireNoLogarithm(stored, $"the unit '{stored.Unit}'", stored.Unit, $"the name '{stored.Column?.Name}'", stored.Column?.Name);
        (this.stored, isLog10) = (stored, recipe.IsLog10 ?? isLog);
        scale = ScaleOf(stored, recipe, unit);
        if (medium is SpectralMedium.Undeclared && stored.DeclaredMedium is var (ofColumn, text))
            (medium, MediumText) = (ofColumn, text);
        (Medium, IsConverted) = (scale.IsReciprocal ? SpectralMedium.Vacuum : medium, scale.IsReciprocal);
    }

    private WavelengthAxis(double[] angstrom, SpectralMedium medium, bool isConverted) =>
        (ofHeader, Medium, IsConverted) = (angstrom, isConverted ? SpectralMedium.Vacuum : medium, isConverted);

    private WavelengthAxis(Func<int, double[]> ofLine, WavelengthScale scale, SpectralMedium medium) =>
        (this.ofLine, this.scale, Medium, IsConverted) =
            (ofLine, scale, scale.IsReciprocal ? SpectralMedium.Vacuum : medium, scale.IsReciprocal);

    /// <summary>The medium, if the axis declares it.</summary>
    internal SpectralMedium Medium { get; }

    /// <summary>What declares the medium, unless it is CTYPE1.</summary>
    internal string MediumText { get; } = "the unit of the wavelengths";

    /// <summary>True if the file has frequencies or other quantities, which become wavelengths in vacuum.</summary>
    internal bool IsConverted { get; }

    /// <summary>The values in the file; null if the header describes the axis.</summary>
    internal SpectrumValues? Stored => stored;

    /// <summary>True if the header has the number of valid pixels of each line, the first ones of the image.</summary>
    internal bool HasOwnLengths => ofLine is not null;

    /// <summary>IRAF's description of an axis: <c>wtype=linear label=Wavelength units=Angstroms</c>.</summary>
    [GeneratedRegex(@"wtype=(?<type>\S+)(.*units=(?<unit>\S+))?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Iraf();

    /// <summary>Finds the wavelengths.</summary>
    /// <param name="flux">The flux.</param>
    /// <param name="stored">The wavelengths in the file; null if the header of the flux describes them.</param>
    /// <param name="recipe">Unit and scale.</param>
    /// <exception cref="PileException">The axis is unknown, or its unit is.</exception>
    internal static WavelengthAxis Of(SpectrumValues flux, SpectrumValues? stored, ArmRecipe recipe)
    {
        if (stored is not null)
            return new(stored, recipe);
        if (recipe.Axis is { } columns)
            return OfColumns(flux, new(flux, columns, recipe.WavelengthUnit), recipe);
        if (flux.Column is { } column)
            // SDSS-V describes the axis of a column of arrays with keywords without a number.
            return !flux.IsPerSample && !column.IsVariableLength && flux.Hdu.Header.Contains("CRVAL")
                ? OfKeywords(flux, recipe, "", column.Repeat)
                : throw flux.Unlike($"HDU {flux.Hdu.Label} is a table, and the recipe does not name the column of the wavelengths. Set "
                    + "'wavelength: { column: … }'");
        string type = flux.Hdu.Header.GetText("CTYPE1")?.Trim().ToUpperInvariant() ?? "";
        if (type.Length > 0
            && type is not ("LINEAR" or LogLinear or "LAMBDA" or "PIXEL" or Multispec or "WAVELENGTH" or "ANGSTROM"))
        {
            if (recipe.IsLog10 is null && !SpectralAxis.IsSpectral(type) && flux.Hdu.Header.GetInt64("DC-FLAG") != 1)
                RequireNoLogarithm(flux, $"CTYPE1 = '{type}'", type);
            return OfType(flux, recipe, type);
        }
        return OfKeywords(flux, recipe, "1", flux.Axes[0]);
    }

    // A type of FITS without an algorithm has wavelengths in CRVAL and CDELT, one with an algorithm (WAVE-LOG) says itself how they
    // follow from the pixels, and any other type says neither.
    private static WavelengthAxis OfType(SpectrumValues flux, ArmRecipe recipe, string type)
    {
        bool isOfFits = SpectralAxis.IsSpectral(type), isMarkedLog = flux.Hdu.Header.GetInt64("DC-FLAG") == 1;
        if (isOfFits && type.Length > 4 && recipe.IsLog10 is { } stated)
            throw flux.Unlike($"HDU {flux.Hdu.Label}: CTYPE1 = '{type}' says how wavelengths follow from the pixels (FITS WCS paper III: "
                + $"CRVAL1 is not a logarithm), but 'wavelength.scale' of the recipe says {(stated ? "log10" : "linear")}. Remove "
                + "'wavelength.scale', or correct CTYPE1");
        if (isOfFits && type.Length == 4 && recipe.IsLog10 is null && isMarkedLog)
            throw flux.Unlike($"HDU {flux.Hdu.Label}: CTYPE1 = '{type}' says that CRVAL1 and CDELT1 are not logarithms, but DC-FLAG = 1 "
                + "says that they are those of base 10. Set 'wavelength: { scale: linear }' or 'log10' in the recipe's source");
        if (recipe.IsLog10 ?? (!isOfFits && isMarkedLog))
            return OfKeywords(flux, recipe, "1", flux.Axes[0], SpectralAxis.MediumOf(type));
        SpectralAxis axis = SpectralAxis.Read(flux.Hdu.Header, flux.Axes, 0, recipe.WavelengthUnit);
        return new(axis.WavelengthAngstrom, axis.Medium, isConverted: isOfFits && SpectralAxis.MediumOf(type) is SpectralMedium.Undeclared);
    }

    /// <summary>Returns the wavelengths of a spectrum, in the order of the file.</summary>
    internal double[] Read(int spectrum)
    {
        if (ofHeader is not null)
            return ofHeader;
        double[] values = ofLine is not null ? ofLine(spectrum) : stored!.Read(spectrum);
        for (int i = 0; i < values.Length; i++)
            values[i] = scale.ToAngstrom(isLog10 ? Math.Pow(10, values[i]) : values[i]);
        return values;
    }

    // DC-FLAG = 1 marks log10 (IRAF's onedspec, also SDSS), and so does LOG-LINEAR of SDSS; SDSS has COEFF0 and COEFF1 instead in some
    // files.
    private static WavelengthAxis OfKeywords(SpectrumValues flux, ArmRecipe recipe, string axis, long pixels,
        SpectralMedium ofType = SpectralMedium.Undeclared)
    {
        FitsHeader header = flux.Hdu.Header;
        Match iraf = Iraf().Match(header.GetText("WAT1_001") ?? "");
        if (iraf.Groups["type"].Value.StartsWith("multispec", StringComparison.Ordinal)
            || header.GetText("CTYPE1")?.Trim().Equals(Multispec, StringComparison.OrdinalIgnoreCase) == true)
            return OfLines(flux, recipe, iraf);
        if (flux.Column is null)
            SpectralAxis.RequireSeparable(header, flux.Axes, 0);
        bool isOfSdss = header.GetFloat64($"CRVAL{axis}") is null && header.GetFloat64("COEFF0") is not null;
        if ((header.GetFloat64($"CRVAL{axis}") ?? header.GetFloat64("COEFF0")) is not { } start
            || (header.GetFloat64("CD1_1") ?? (header.GetFloat64($"CDELT{axis}") * (header.GetFloat64("PC1_1") ?? 1))
                ?? header.GetFloat64("COEFF1")) is not { } step
            || step == 0)
            throw flux.Unlike($"HDU {flux.Hdu.Label} has no CRVAL{axis} with {(axis.Length > 0 ? "CD1_1 or " : "")}CDELT{axis}, "
                + "so that its wavelengths are unknown. Set 'wavelength: { hdu: … }'");
        // The default of FITS (4.0, section 8.2) is 0. Keywords without a number are SDSS's own.
        double reference = isOfSdss ? 1 : header.GetFloat64($"CRPIX{axis}") ?? (axis.Length > 0 ? 0 : 1);
        bool isMarkedLog = isOfSdss || header.GetInt64("DC-FLAG") == 1
            || LogLinear.Equals(header.GetText($"CTYPE{axis}")?.Trim(), StringComparison.OrdinalIgnoreCase);
        string? stated = header.GetText($"CUNIT{axis}")?.Trim() is { Length: > 0 } declared
            && !declared.Equals("pixel", StringComparison.Ordinal) ? declared
            : iraf.Groups["unit"] is { Success: true } word ? word.Value : null;
        (string? unit, SpectralMedium medium, bool isUnitLog) = SpectrumUnits.OfWavelength(stated);
        if (recipe.IsLog10 is null && !isMarkedLog && !isUnitLog)
            RequireNoLogarithm(flux, $"the unit '{stated}'", stated);
        medium = ofType is SpectralMedium.Undeclared ? medium : ofType;
        bool isLog = recipe.IsLog10 ?? (isMarkedLog || isUnitLog);
        WavelengthScale toAngstrom = ScaleOf(flux, recipe, unit);
        double[] angstrom = new double[pixels];
        for (int i = 0; i < angstrom.Length; i++)
        {
            double value = start + ((i + 1 - reference) * step);
            angstrom[i] = toAngstrom.ToAngstrom(isLog ? Math.Pow(10, value) : value);
        }
        return new(angstrom, medium, toAngstrom.IsReciprocal);
    }

    // Read as wavelengths, logarithms would be some Å.
    private static void RequireNoLogarithm(SpectrumValues values, string what, string? word, string other = "", string? otherWord = null)
    {
        if (SpectralAxis.NamesLogarithm(word) || SpectralAxis.NamesLogarithm(otherWord))
            throw values.Unlike($"{values.Place}: {(SpectralAxis.NamesLogarithm(word) ? what : other)} says that the wavelengths are "
                + "logarithms. Set 'wavelength: { scale: log10 }', or 'linear' if they are not; natural logarithms are not read");
    }

    private static WavelengthAxis OfLines(SpectrumValues flux, ArmRecipe recipe, Match iraf)
    {
        if (recipe.IsLog10 is not null)
            throw flux.Unlike($"HDU {flux.Hdu.Label} has a wavelength function of IRAF for each line (multispec), which says itself "
                + "whether it is logarithmic. Remove 'wavelength: { scale: … }'");
        IrafMultispec multispec = new(flux);
        (string? unit, SpectralMedium medium, _) =
            SpectrumUnits.OfWavelength(iraf.Groups["unit"] is { Success: true } word ? word.Value : null);
        return new(spectrum => multispec.Read(flux.RowOf(spectrum)), ScaleOf(flux, recipe, unit), medium);
    }

    private static WavelengthAxis OfColumns(SpectrumValues flux, ColumnAxis axis, ArmRecipe recipe)
    {
        (string? unit, SpectralMedium medium, _) = SpectrumUnits.OfWavelength(axis.Unit);
        return new(axis.Read, ScaleOf(flux, recipe, unit), medium);
    }

    private static WavelengthScale ScaleOf(SpectrumValues values, ArmRecipe recipe, string? ofFile)
    {
        string unit = recipe.WavelengthUnit ?? ofFile ?? throw values.Unlike(
            $"HDU {values.Hdu.Label}: the wavelengths have no unit. Set 'wavelength: {{ unit: Angstrom }}'");
        return WavelengthScale.Of(unit) ?? throw values.Unlike(
            $"HDU {values.Hdu.Label}: '{unit}' is not a unit of wavelength, frequency, energy or wave number"
                + UnitReading.Suggestion(unit, "wavelength: { unit: … }", reading => WavelengthScale.Of(reading) is not null)
                + ". Set 'wavelength: { unit: … }'");
    }

    /// <summary>Checks that wavelengths are positive and strictly monotonic.</summary>
    /// <returns>True if they descend.</returns>
    /// <exception cref="SchemaMismatchException">They are not.</exception>
    internal bool IsDescending(SpectrumValues flux, string spectrum, double[] angstrom)
    {
        bool isDescending = angstrom.Length > 1 && angstrom[1] < angstrom[0];
        for (int i = 0; i < angstrom.Length; i++)
            if (!(angstrom[i] > 0) || !double.IsFinite(angstrom[i])
                || (i > 0 && (isDescending ? angstrom[i] >= angstrom[i - 1] : angstrom[i] <= angstrom[i - 1])))
                throw flux.UnlikeOfOne(string.Create(CultureInfo.InvariantCulture,
                    $"{spectrum}: wavelengths must be positive and increase or decrease throughout, "
                        + $"found {angstrom[i]:0.####} Å at {i}{(i > 0 ? $" after {angstrom[i - 1]:0.####} Å" : "")}"),
                    isShared: ofHeader is not null || stored is { Count: 1 });
        return isDescending;
    }
}
