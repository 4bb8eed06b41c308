namespace Pile.Bench.Skies;

/// <summary>The distribution of the objects of a generated sky.</summary>
internal enum SkyKind
{
    /// <summary>Uniform on the sphere.</summary>
    Uniform,

    /// <summary>Seven in ten around the equator, with a standard deviation of 0.12 in the sine of declination.</summary>
    Belt,

    /// <summary>Half in a disc of 0.3 degrees around RA 0, declination 20.</summary>
    Blob,

    /// <summary>All in one square degree.</summary>
    Square,

    /// <summary>All in a field of a hundred square degrees.</summary>
    Field,
}
