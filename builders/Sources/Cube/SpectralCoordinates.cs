using System.Globalization;
using Pile.Builders.Sources.SpectralCubes;
using Pile.Fits;

namespace Pile.Builders.Sources.Cube;

/// <summary>The coordinates of a cube's channels: wavelengths, and the axis of the file if that is of another quantity.</summary>
/// <param name="WavelengthAngstrom">The wavelengths in the order of the file, Å; null if they are not defined.</param>
/// <param name="Medium">The medium of the wavelengths.</param>
/// <param name="Native">Velocities, frequencies …; null for wavelengths.</param>
/// <param name="Origin">Where the wavelengths are, for messages.</param>
internal sealed record SpectralCoordinates(double[]? WavelengthAngstrom, SpectralMedium Medium, NativeAxis? Native, string Origin)
{
    /// <summary>True if the recipe decides the medium, because the file does not declare it or contradicts itself.</summary>
    internal bool IsMediumOfRecipe { get; init; }

    /// <summary>True if the header of the cube describes the axis, without a table.</summary>
    internal bool IsOfHeader { get; init; }

    /// <summary>The unit that the recipe states for the axis of the WCS; null for that of the file.</summary>
    internal string? UnitOfRecipe { get; init; }

    /// <summary>Reads the coordinates: from the HDU that the recipe names, the table of a <c>-TAB</c> axis, an HDU named WAVE, or the
    /// WCS.</summary>
    /// <exception cref="Format.PileException">The wavelengths are not valid, or neither file nor recipe declares their medium.</exception>
    internal static SpectralCoordinates Read(WcsCubeRecipe recipe, FitsFile file, FitsHeader header, long[] axes, int axis)
    {
        FitsHeader primary = file.Hdu(0).Header;
        if (recipe.Wavelengths is null && Table(header, axis) is not null)
            RequireRows(header, axes[axis], axis);
        if ((recipe.Wavelengths ?? Table(header, axis) ?? Named(file, recipe, axes[axis])) is { } place)
        {
            SpectralAxis stored = WavelengthHdu.Read(file, place, header, axis, axes[axis]);
            DeclaredMedium ofStored = DeclaredMedium.OfCube(recipe.Medium, stored, header, primary);
            return new(stored.WavelengthAngstrom, ofStored.Medium, null, $"HDU '{place.Hdu}'") { IsMediumOfRecipe = ofStored.IsOfRecipe };
        }
        SpectralAxis.RequireSeparable(header, axes, axis);
        SpectralAxis.RequireNoLogarithm(header, axis);
        string origin = $"CTYPE{axis + 1} = '{header.GetText($"CTYPE{axis + 1}")?.Trim()}'";
        string? unit = recipe.WavelengthUnit;
        NativeAxis? native = SpectralAxis.IsWavelength(header, axis, unit) ? null : SpectralAxis.ReadNative(header, axes, axis, unit);
        if (!SpectralAxis.HasWavelengths(header, axis, unit))
            return new(null, SpectralMedium.Vacuum, native, origin) { UnitOfRecipe = unit, IsOfHeader = true };
        SpectralAxis spectrum = SpectralAxis.Read(header, axes, axis, unit);
        DeclaredMedium declared = DeclaredMedium.OfCube(recipe.Medium, spectrum, header, primary);
        return new(spectrum.WavelengthAngstrom, declared.Medium, native, origin)
        {
            IsMediumOfRecipe = declared.IsOfRecipe,
            UnitOfRecipe = unit,
            IsOfHeader = true,
        };
    }

    // Paper III, §6.1: the coordinates of the WCS are rows of the table, between which values are interpolated.
    private static void RequireRows(FitsHeader header, long channelCount, int axis)
    {
        const double LargestShift = 1e-3;
        (string matrix, double step) = SpectralAxis.StepIn(header, axis);
        double rowStep = matrix == "CD" ? step : step * (header.GetFloat64($"CDELT{axis + 1}") ?? 1);
        double first = (header.GetFloat64($"CRVAL{axis + 1}") ?? 0) + ((1 - (header.GetFloat64($"CRPIX{axis + 1}") ?? 0)) * rowStep);
        if (!(Math.Abs(first - 1) < LargestShift && Math.Abs(rowStep - 1) * channelCount < LargestShift))
            throw new FitsException(header.Path, header.Hdu, string.Create(CultureInfo.InvariantCulture,
                $"CTYPE{axis + 1} = '{header.GetText($"CTYPE{axis + 1}")?.Trim()}': channel 1 is row {first:R} of its table, and the step "
                    + $"is {rowStep:R} rows, which is not supported. Write the wavelengths of the channels to an HDU, and name it in "
                    + $"'wavelength'"));
    }

    // Paper III, §6: PSi_0 is the table, PSi_1 the column of the coordinates, PSi_2 that of an index.
    private static WavelengthPlace? Table(FitsHeader header, int axis) =>
        header.GetText($"CTYPE{axis + 1}")?.Trim().EndsWith("-TAB", StringComparison.OrdinalIgnoreCase) == true
            && header.GetText($"PS{axis + 1}_0")?.Trim() is { Length: > 0 } table && !header.Contains($"PS{axis + 1}_2")
            ? new(table, header.GetText($"PS{axis + 1}_1")?.Trim(), header.GetText($"CUNIT{axis + 1}")?.Trim()) : null;

    private static WavelengthPlace? Named(FitsFile file, WcsCubeRecipe recipe, long channelCount)
    {
        foreach (FitsHdu hdu in file.Hdus)
            if (hdu.Kind is FitsHduKind.Image && hdu.Name.ToUpperInvariant() is "WAVE" or "WAVELENGTH" or "LAMBDA"
                && hdu.Axes.Count > 0 && hdu.Axes.Aggregate(1L, (product, length) => product * length) == channelCount
                && (recipe.WavelengthUnit ?? hdu.Image().Unit) is { } unit)
                return new(hdu.Name, null, unit);
        return null;
    }
}
