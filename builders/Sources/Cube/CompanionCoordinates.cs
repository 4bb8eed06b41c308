using Pile.Builders.Sources.SkyImages;
using Pile.Builders.Sources.SpectralCubes;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.Cube;

/// <summary>Compares the WCS of a cube with that of its noise or mask, if this has one.</summary>
internal static class CompanionCoordinates
{
    /// <summary>Requires that the channels of both agree within half a pixel at the ends of the spectral axis, and the spaxels by
    /// <see cref="SkyAgreement"/>.</summary>
    /// <param name="cube">The cube.</param>
    /// <param name="companion">Its noise or mask, which has the same axes.</param>
    /// <param name="role">What it is, in messages.</param>
    /// <exception cref="FitsException">They do not agree.</exception>
    internal static void RequireSame(CubeFile cube, FitsHdu companion, string role)
    {
        if (companion == cube.Hdu)
            return;
        string ofCube = $"the cube in {Path.GetFileName(cube.Path)}, HDU {cube.Hdu.Label}";
        if (cube.Sky is not null
            && SkyAgreement.Difference(cube.Hdu.Header, companion.Header, cube.Axes.Width, cube.Axes.Height) is var (pixel, at, other))
            throw Unlike($"the {role} must show the sky of {ofCube}, whose {pixel} is at {at}, but its own {pixel} is at {other}");
        if (Channels(cube, companion) is var (own, found))
            throw Unlike($"the {role} must have the spectral axis of {ofCube}, which is from {own}, but its own header says {found}");

        FitsException Unlike(string finding) => new(companion.Header.Path, companion.Label,
            $"{finding}. Correct 'files', 'replace' or 'hdu' in the recipe's source, or the header of one of the two.");
    }

    /// <summary>Returns the two spectral axes if they differ.</summary>
    private static (string, string)? Channels(CubeFile cube, FitsHdu companion)
    {
        int axis = cube.Axes.Channel;
        long count = cube.Axes.ChannelCount;
        if (!cube.Spectrum.IsOfHeader || LinearAxis.Of(companion.Header, axis, count) is not { } numbers
            || LinearAxis.Of(cube.Hdu.Header, axis, count) is not { } own || own.Agrees(numbers))
            return null;
        (string, string)? difference = null;
        // The recipe may state the unit of the cube only.
        foreach (string? unit in new[] { cube.Spectrum.UnitOfRecipe, null })
            if (Values(cube, companion.Header, unit) is var (expected, found, word))
            {
                if (LinearAxis.Agree(expected, found))
                    return null;
                difference ??= (LinearAxis.Text(expected[0], expected[^1], word), LinearAxis.Text(found[0], found[^1], word));
            }
        return difference ?? ($"{own}", $"{numbers}");
    }

    private static (double[] Own, double[] Found, string? Unit)? Values(CubeFile cube, FitsHeader header, string? unit)
    {
        int axis = cube.Axes.Channel;
        try
        {
            if (cube.Spectrum.WavelengthAngstrom is { } angstrom && SpectralAxis.HasWavelengths(header, axis, unit))
                return (angstrom, SpectralAxis.Read(header, cube.Axes.Lengths, axis, unit).WavelengthAngstrom, "Å");
            if (cube.Spectrum.Native is not { } native)
                return null;
            NativeAxis found = SpectralAxis.ReadNative(header, cube.Axes.Lengths, axis, unit);
            double factor = 1;
            if (native.Unit is not null && found.Unit is not null && !FitsUnits.TryConvert(found.Unit, native.Unit, out factor))
                return null;
            return (native.Values, [.. found.Values.Select(v => v * factor)], native.Unit);
        }
        catch (PileException)
        {
            return null; // without a unit, for example
        }
    }
}
