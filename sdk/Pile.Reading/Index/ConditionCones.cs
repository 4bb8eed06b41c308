using Pile.DuckDb;

namespace Pile.Reading;

/// <summary>Finds the region of the sky of a condition that calls <c>in_cone</c> for the positions of rows, so that tiles outside of it are
/// not read.</summary>
internal static class ConditionCones
{
    private const double WholeSkyArcsec = 180 * 3600.0;

    /// <summary>Returns the pixels of the cones of a condition; the condition itself selects the rows.</summary>
    internal static IEnumerable<PixelSearch> Of(SqlExpression condition, ViewSchema view, Format.PositionFrame? frame)
    {
        foreach (ConeCondition cone in condition.Cones)
            if (frame is not null && cone.RadiusArcsec < WholeSkyArcsec && IsStored(view, cone.Ra, frame.Lon)
                && IsStored(view, cone.Dec, frame.Lat))
                yield return new PixelSearch(new ConeSearch(cone.CentreRaDeg, cone.CentreDecDeg, cone.RadiusArcsec / 3600).Coverage);
    }

    private static bool IsStored(ViewSchema view, string name, string column) =>
        view.FindOrNull(name) is { Alias: null, Layer: null, Stored: { } stored } && stored.Name == column;
}
