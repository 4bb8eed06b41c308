namespace Pile.Rasters;

/// <summary>What the coordinates of a dimension are.</summary>
internal enum CfAxis
{
    /// <summary>None of these.</summary>
    Other,

    /// <summary>Time.</summary>
    Time,

    /// <summary>The direction of columns: an easting or a longitude.</summary>
    X,

    /// <summary>The direction of rows: a northing or a latitude.</summary>
    Y,
}
