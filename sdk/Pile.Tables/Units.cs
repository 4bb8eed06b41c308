using Pile.Fits;

namespace Pile.Tables;

/// <summary>Unit strings as the catalogues write them.</summary>
public static class Units
{
    /// <summary>Finds the factor between two units, for example 1/3600000 from <c>mas</c> to <c>deg</c>.</summary>
    /// <param name="from">The unit that values have, a FITS or VO unit string (<c>erg/s/cm**2</c>, <c>10**-17 erg.s-1.cm-2</c>, <c>mas.yr-1</c>).</param>
    /// <param name="to">The unit that they shall have.</param>
    /// <param name="factor">What to multiply by; NaN when there is none.</param>
    /// <returns>False when one of them is unknown (<c>nanomaggy</c> is to FITS), they differ in kind, or more than a factor lies between them. Equal texts are always the same unit.</returns>
    /// <exception cref="Format.NativeLibraryMissingException">wcslib is not on this machine.</exception>
    public static bool TryConvert(string from, string to, out double factor)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        return FitsUnits.TryConvert(from, to, out factor);
    }
}
