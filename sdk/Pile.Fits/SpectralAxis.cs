using System.Globalization;
using Pile.Fits.Native;

namespace Pile.Fits;

/// <summary>The medium of wavelengths, as declared by a file.</summary>
internal enum SpectralMedium
{
    /// <summary>The file declares no medium.</summary>
    Undeclared,

    /// <summary>Vacuum: WAVE, and wavelengths converted from frequencies and velocities.</summary>
    Vacuum,

    /// <summary>Air: AWAV.</summary>
    Air,
}

/// <summary>The wavelengths of a cube's channels, computed by wcslib: FITS WCS paper III (Greisen et al. 2006, A&amp;A 446, 747).</summary>
internal sealed partial class SpectralAxis
{
    // Paper III, table 1, and AIPS's FELO. APOS and similar types are not spectral axes.
    private static readonly string[] Types = ["WAVE", "AWAV", "FREQ", "ENER", "WAVN", "VRAD", "VOPT", "ZOPT", "VELO", "BETA", "FELO"];
    private const double AngstromPerMetre = 1e10;

    private SpectralAxis(int axis, string type, SpectralMedium medium, double[] wavelengthAngstrom) =>
        (Axis, Type, Medium, WavelengthAngstrom) = (axis, type, medium, wavelengthAngstrom);

    /// <summary>The image axis of the channels, from 0.</summary>
    internal int Axis { get; }

    /// <summary>CTYPE of the header; empty if it is missing.</summary>
    internal string Type { get; }

    /// <summary>Air or vacuum, if CTYPE declares it.</summary>
    internal SpectralMedium Medium { get; }

    /// <summary>The wavelengths of all channels, in the order of the file (possibly descending): Å, positive, strictly monotonic.</summary>
    internal double[] WavelengthAngstrom { get; }

    /// <summary>Finds the only axis that is neither celestial nor of length 1.</summary>
    /// <param name="header">The image's header.</param>
    /// <param name="axes">The lengths of its axes, the fastest first.</param>
    /// <param name="sky">Its celestial WCS.</param>
    /// <returns>The axis, from 0.</returns>
    /// <exception cref="FitsException">There is no such axis, or more than one.</exception>
    internal static int AxisOf(FitsHeader header, IReadOnlyList<long> axes, Wcs sky) => AxisOf(header, axes, sky.XAxis, sky.YAxis);

    /// <summary>Finds the only axis of a cube that is neither x nor y nor of length 1.</summary>
    /// <inheritdoc cref="AxisOf(FitsHeader, IReadOnlyList{long}, Wcs)"/>
    internal static int AxisOf(FitsHeader header, IReadOnlyList<long> axes, int xAxis, int yAxis)
    {
        int[] others = [.. Enumerable.Range(0, axes.Count).Where(i => i != xAxis && i != yAxis)];
        int[] candidates = Array.FindAll(others, i => IsSpectral(TypeOf(header, i))) is { Length: 1 } named ? named
            : Array.FindAll(others, i => axes[i] > 1);
        if (candidates is not [int axis])
            throw new FitsException(header.Path, header.Hdu,
                $"a cube must have one axis besides the celestial ones, found axes [{string.Join(", ", axes)}] of types "
                    + $"[{string.Join(", ", Enumerable.Range(0, axes.Count).Select(i => TypeOf(header, i)))}]. Specify another HDU, or "
                    + "omit this file.");
        foreach (int third in others)
            if (third != axis && axes[third] > 1)
                throw new FitsException(header.Path, header.Hdu,
                    $"axis {third + 1} ({TypeOf(header, third)}) has {axes[third]} pixels besides the celestial and spectral axes. Extract "
                        + "one of them first.");
        return axis;
    }

    /// <summary>Computes the wavelengths along an axis.</summary>
    /// <param name="header">The image's header.</param>
    /// <param name="axes">The lengths of its axes, the fastest first.</param>
    /// <param name="axis">The axis, from 0.</param>
    /// <param name="unit">The unit of CRVAL and CDELT, whatever CUNIT is; null for CUNIT, or without it that of the standard
    /// (SI).</param>
    /// <exception cref="FitsException">The header is incomplete or inconsistent, or the wavelengths of pixels differ; the message names
    /// the keyword.</exception>
    internal static SpectralAxis Read(FitsHeader header, IReadOnlyList<long> axes, int axis, string? unit = null)
    {
        RequireSeparable(header, axes, axis);
        string type = TypeOf(header, axis);
        string? declared = unit is null ? UnitOf(header, axis, null) : null;
        string cards = CardsOf(header, axis, type, unit);
        if (header.Find($"CRVAL{axis + 1}") is null)
            throw Failed(header, $"CRVAL{axis + 1} is missing, so the wavelengths of its {axes[axis]} channels are unknown",
                "Specify the HDU that contains them");
        if (type.Length >= 8 && type[4..].StartsWith("-TAB", StringComparison.Ordinal))
            throw Failed(header, $"CTYPE{axis + 1} = {type}: its wavelengths are stored in a table", "Specify the HDU of the table");

        bool isLinear = !IsSpectral(type);
        SpectralMedium medium = MediumOf(type);
        medium = !isLinear && medium is SpectralMedium.Undeclared ? SpectralMedium.Vacuum : medium;
        double toAngstrom = isLinear ? FactorOf(header, axis, type, declared ?? unit) : AngstromPerMetre;
        bool isWavelength = isLinear || MediumOf(type) is not SpectralMedium.Undeclared;
        if (!isWavelength && NeedsRest(type) && !HasRest(header))
            throw Failed(header,
                $"CTYPE{axis + 1} = {type} is not a wavelength, and RESTFRQ and RESTWAV, which convert it to one, are missing",
                "Add the rest frequency of the line to the header, or omit this file");

        if (!isWavelength && StepOfMatrix(header, axes.Count, axis + 1) is { } step)
            cards = Replaced(cards, FitsCard.Real($"CDELT{axis + 1}", step), name => name == $"CDELT{axis + 1}" || IsOfMatrix(name));

        double[] wavelengths = new double[axes[axis]];
        using (WcsHandle handle = OpenNative(header, cards, axis, type, declared))
        {
            if (!isWavelength && !IsEnergy(type) && !IsLogarithmic(type))
                ToWavelength(header, handle, type);
            Convert(header, handle, wavelengths);
            if (IsEnergy(type))
                OfEnergy(wavelengths, FitsUnits.Normalize(declared ?? unit ?? "J"));
            else if (!isWavelength && IsLogarithmic(type))
                OfType(wavelengths, type, header);
        }
        for (int i = 0; i < wavelengths.Length; i++)
            wavelengths[i] *= toAngstrom;
        if (isWavelength && !isLinear && declared is null && unit is null && wavelengths[0] >= AngstromPerMetre)
            throw Failed(header, string.Create(CultureInfo.InvariantCulture,
                $"CUNIT{axis + 1} is missing; in the standard's unit, metres, its {type} would begin at "
                + $"{wavelengths[0] / AngstromPerMetre:R} m"), UnitRemedy(type));
        Check(header, axis, wavelengths);
        return new(axis, type, medium, wavelengths);
    }

    private static string Replaced(string cards, FitsCard by, Predicate<string> isReplaced) =>
        by.Format()[0] + string.Concat(cards.Chunk(FitsCard.Bytes).Select(card => new string(card))
            .Where(card => !isReplaced(card[..8].TrimEnd())));

    /// <summary>Creates the axis of a cube from wavelengths that are stored in another HDU.</summary>
    /// <param name="header">The cube's header.</param>
    /// <param name="axis">The axis, from 0.</param>
    /// <param name="wavelengths">One for each channel.</param>
    /// <param name="toAngstrom">The factor that converts them to Å.</param>
    /// <exception cref="FitsException">A wavelength is not valid.</exception>
    internal static SpectralAxis FromValues(FitsHeader header, int axis, ReadOnlySpan<double> wavelengths, double toAngstrom)
    {
        double[] angstrom = new double[wavelengths.Length];
        for (int i = 0; i < angstrom.Length; i++)
            angstrom[i] = wavelengths[i] * toAngstrom;
        Check(header, axis, angstrom);
        return new(axis, TypeOf(header, axis), MediumOf(TypeOf(header, axis)), angstrom);
    }

    /// <summary>Returns the medium of unconverted wavelengths by their type.</summary>
    internal static SpectralMedium MediumOf(string type) => !IsSpectral(type) ? SpectralMedium.Undeclared
        : type.StartsWith("AWAV", StringComparison.Ordinal) ? SpectralMedium.Air
            : type.StartsWith("WAVE", StringComparison.Ordinal) ? SpectralMedium.Vacuum : SpectralMedium.Undeclared;

    /// <summary>Rejects invalid wavelengths.</summary>
    private static void Check(FitsHeader header, int axis, double[] wavelengths)
    {
        bool isDescending = wavelengths.Length > 1 && wavelengths[1] < wavelengths[0];
        for (int i = 0; i < wavelengths.Length; i++)
            if (!(wavelengths[i] > 0) || !double.IsFinite(wavelengths[i])
                || (i > 0 && (isDescending ? wavelengths[i] >= wavelengths[i - 1] : wavelengths[i] <= wavelengths[i - 1])))
                throw Failed(header, string.Create(CultureInfo.InvariantCulture,
                    $"channel {i} of axis {axis + 1} has the wavelength {wavelengths[i]:R} "
                    + $"Å{(i > 0 ? $" after {wavelengths[i - 1]:R}" : "")}"),
                    "Correct CRVAL, CDELT and CTYPE, or specify the HDU that contains the wavelengths");
    }

    /// <summary>Returns whether CTYPE is that of a spectral axis (paper III, table 1), with or without an algorithm such as
    /// <c>-LOG</c>.</summary>
    internal static bool IsSpectral(string type) => type.Length >= 4 && Types.Contains(type[..4]) && (type.Length == 4 || type[4] == '-');

    private static string TypeOf(FitsHeader header, int axis) => header.GetText($"CTYPE{axis + 1}")?.Trim().ToUpperInvariant() ?? "";

    private static FitsException Failed(FitsHeader header, string finding,
        string remedy) => new(header.Path, header.Hdu, $"{finding}. {remedy}.");
}
