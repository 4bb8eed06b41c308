using Pile.Format;

namespace Pile.Hdf5;

/// <summary>An attribute and its values.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DType">What the values are on disk; null for references and other kinds that Pile does not read, which have no values here.</param>
/// <param name="Shape">Their lengths; none for a single value.</param>
/// <param name="Values">The values in C order: <c>string[]</c>, <c>bool[]</c>, <c>double[]</c>, <c>ulong[]</c> for uint64, else <c>long[]</c>.</param>
internal sealed record Hdf5Attribute(string Name, DType? DType, IReadOnlyList<long> Shape, Array Values)
{
    /// <summary>The single text, or null when it is something else.</summary>
    internal string? AsText => Values is string[] { Length: 1 } texts ? texts[0] : null;

    /// <summary>The single integer, or null when it is something else.</summary>
    internal long? AsInt64 => Values is long[] { Length: 1 } numbers ? numbers[0] : null;

    /// <summary>The single floating-point number, or null when it is something else.</summary>
    internal double? AsFloat64 => Values is double[] { Length: 1 } numbers ? numbers[0] : null;

    /// <summary>The single boolean, or null when it is something else.</summary>
    internal bool? AsBool => Values is bool[] { Length: 1 } flags ? flags[0] : null;
}
