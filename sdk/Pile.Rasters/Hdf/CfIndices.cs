namespace Pile.Rasters;

/// <summary>Recognizes coordinates that only number the pixels, as those of swaths do.</summary>
/// <remarks>Source: "NetCDF Climate and Forecast (CF) Metadata Conventions 1.11", 5.2 (two-dimensional coordinate variables).</remarks>
internal static class CfIndices
{
    /// <summary>Returns whether coordinates number the pixels from 0 or 1: they have no unit, and nothing says that they are those of an
    /// axis but perhaps the names x and y.</summary>
    /// <param name="coordinates">The coordinates of a dimension.</param>
    /// <param name="hasPositions">True if the variable has positions in two dimensions. The names x and y then say nothing.</param>
    /// <param name="most">The number of coordinates to read.</param>
    internal static bool AreIndices(HdfVariable? coordinates, bool hasPositions, long most)
    {
        if (coordinates is null || coordinates.Text("units") is not (null or "1") || coordinates.Text("axis") is not null
            || coordinates.Text("standard_name") is not null
            || !(CfAxes.Of(coordinates) is CfAxis.Other || (hasPositions && coordinates.Name is "x" or "y" or "X" or "Y"))
            || coordinates.Values(most) is not [0 or 1, ..] values)
            return false;
        for (int i = 1; i < values.Length; i++)
            if (!values[i].Equals(values[0] + i))
                return false;
        return true;
    }

    /// <summary>Returns the longitude and latitude of each pixel that the attribute <c>coordinates</c> names; null without such
    /// variables.</summary>
    internal static (HdfVariable Lon, HdfVariable Lat)? PositionsOf(HdfVariables variables, HdfVariable variable)
    {
        HdfVariable[] named = [.. (variable.Text("coordinates") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(name => variables.Find(variable, name)).OfType<HdfVariable>().Where(other => other.Dataset.Shape.Count >= 2)];
        return Array.Find(named, other => CfAxes.Of(other) is CfAxis.X) is { } lon
            && Array.Find(named, other => CfAxes.Of(other) is CfAxis.Y) is { } lat ? (lon, lat) : null;
    }
}
