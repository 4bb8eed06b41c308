using System.Text;
using Pile.Fits.Native;

namespace Pile.Fits;

internal sealed partial class SpectralAxis
{
    private static bool IsEnergy(string type) => type.StartsWith("ENER", StringComparison.Ordinal);

    /// <summary>Converts energies to wavelengths in metres. wcslib would use Planck's constant of 1986.</summary>
    /// <param name="energies">Energies, which wcslib has converted from the unit to J.</param>
    /// <param name="unit">The unit.</param>
    private static void OfEnergy(double[] energies, string unit)
    {
        double correction = FitsUnits.TryConvertByWcslib(unit, "J", out double ofWcslib)
            && FitsUnits.TryConvert(unit, "J", out double joule) ? joule / ofWcslib : 1;
        for (int i = 0; i < energies.Length; i++)
            energies[i] = UnitConstants.PlanckTimesLightSpeed / (energies[i] * correction);
    }

    private static bool IsOfMatrix(string keyword) => keyword.StartsWith("CD", StringComparison.Ordinal) && keyword.Contains('_');

    /// <summary>Returns the step of an axis that a CD matrix defines without other axes; otherwise null.</summary>
    /// <remarks>wcslib's conversion to another spectral type changes CDELT only, which a CD matrix replaces.</remarks>
    /// <param name="header">The header.</param>
    /// <param name="axes">The number of axes.</param>
    /// <param name="axis">The axis, from 1.</param>
    private static double? StepOfMatrix(FitsHeader header, int axes, int axis)
    {
        for (int other = 1; other <= axes; other++)
            if (other != axis && (Element(axis, other) is not (null or 0) || Element(other, axis) is not (null or 0)))
                return null;
        return Element(axis, axis);

        double? Element(int row, int column) => header.GetFloat64($"CD{row}_{column}");
    }

    private static unsafe void ToWavelength(FitsHeader header, WcsHandle handle, string type)
    {
        byte* wanted = stackalloc byte[16];
        new Span<byte>(wanted, 16).Clear();
        Encoding.ASCII.GetBytes("WAVE-???", new Span<byte>(wanted, 16));
        int axis = 0; // the only one; wcssptr counts from 0
        lock (WcsNative.SetUp)
        {
            Wcs.Check(header, WcsNative.TranslateSpectral(handle, ref axis, wanted),
                $"has a spectral axis {type} that cannot be converted to wavelengths", handle);
            Wcs.Check(header, WcsNative.Set(handle), "is inconsistent", handle);
        }
    }

    private static unsafe void Convert(FitsHeader header, WcsHandle handle, double[] world)
    {
        int n = world.Length;
        double[] pixels = new double[n], intermediate = new double[n], phi = new double[n], theta = new double[n];
        int[] statuses = new int[n];
        for (int i = 0; i < n; i++)
            pixels[i] = i + 1;
        int status;
        fixed (double* from = pixels, between = intermediate, a = phi, b = theta, to = world)
        fixed (int* each = statuses)
            status = WcsNative.PixelToWorld(handle, n, 1, from, between, a, b, to, each);
        if (status is not (0 or WcsNative.InvalidPixel or WcsNative.InvalidWorld))
            Wcs.Check(header, status, "cannot convert channels", handle);
        for (int i = 0; i < n; i++)
            if (statuses[i] != 0)
                world[i] = double.NaN;
    }
}
