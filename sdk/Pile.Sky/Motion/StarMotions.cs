namespace Pile.Sky;

/// <summary>The motions of stars, one value per star.</summary>
/// <param name="pmRaCosDecMasPerYr">Proper motions in right ascension, with the cosine of the declination.</param>
/// <param name="pmDecMasPerYr">Proper motions in declination.</param>
/// <param name="parallaxMas">Parallaxes; NaN, zero or negative if they are not measured.</param>
/// <param name="radialVelocityKmPerS">Radial velocities; NaN if they are not measured.</param>
internal readonly ref struct StarMotions(ReadOnlySpan<double> pmRaCosDecMasPerYr, ReadOnlySpan<double> pmDecMasPerYr,
    ReadOnlySpan<double> parallaxMas, ReadOnlySpan<double> radialVelocityKmPerS)
{
    internal ReadOnlySpan<double> PmRaCosDecMasPerYr { get; } = pmRaCosDecMasPerYr;

    internal ReadOnlySpan<double> PmDecMasPerYr { get; } = pmDecMasPerYr;

    internal ReadOnlySpan<double> ParallaxMas { get; } = parallaxMas;

    internal ReadOnlySpan<double> RadialVelocityKmPerS { get; } = radialVelocityKmPerS;

    /// <summary>The motions of the stars from a row on.</summary>
    internal StarMotions From(int row) =>
        new(PmRaCosDecMasPerYr[row..], PmDecMasPerYr[row..], ParallaxMas[row..], RadialVelocityKmPerS[row..]);
}
