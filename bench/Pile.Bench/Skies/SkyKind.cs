namespace Pile.Bench.Skies;

/// <summary>How the objects of a generated sky lie.</summary>
internal enum SkyKind
{
    /// <summary>Everywhere alike.</summary>
    Uniform,

    /// <summary>Seven in ten about the equator, with a standard deviation of 0.12 in the sine of declination.</summary>
    Belt,

    /// <summary>Half of them in a disc of 0.3 degrees about RA 0, declination 20.</summary>
    Blob,

    /// <summary>All in one square degree.</summary>
    Square,

    /// <summary>All in a field of a hundred square degrees.</summary>
    Field,
}
