using System.Collections.Immutable;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>The arms and orders of one object.</summary>
/// <param name="Number">The number of the spectrum in its file.</param>
/// <param name="Parts">The arms with the line of each; one entry for a spectrum in one piece.</param>
/// <param name="ObjectRow">The row of the object in a table of objects.</param>
internal sealed record SpectrumParts(int Number, ImmutableArray<(SpectrumArm Arm, int Line)> Parts, int ObjectRow)
{
    /// <summary>The first arm, whose headers and table describe the object.</summary>
    internal SpectrumArm First => Parts[0].Arm;
}
