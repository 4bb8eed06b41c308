using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.LightCurve;

/// <summary>The units of fluxes and errors, which are not converted.</summary>
internal static class SampleUnits
{
    private const double Tolerance = 1e-12; // of equal units in different words

    /// <summary>Returns the unit of a column of standard errors: that of the flux unless the file declares one.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="column">The column of errors, for messages.</param>
    /// <param name="unit">The unit that the file declares.</param>
    /// <param name="ofFlux">The unit of the flux.</param>
    /// <exception cref="SchemaMismatchException">Both are known and differ.</exception>
    internal static string? OfErrors(string path, string column, string? unit, string? ofFlux) => string.IsNullOrEmpty(unit) ? ofFlux
        : string.IsNullOrEmpty(ofFlux) || unit == ofFlux || !FitsUnits.IsKnown(unit) || !FitsUnits.IsKnown(ofFlux)
            || (FitsUnits.TryConvert(unit, ofFlux, out double factor) && Math.Abs(factor - 1) < Tolerance) ? unit
        : throw new SchemaMismatchException(path, column, $"its unit is '{unit}', but that of the flux is '{ofFlux}', which standard "
            + "errors must have", "Choose another column, or convert the values; fluxes and errors are not converted");
}
