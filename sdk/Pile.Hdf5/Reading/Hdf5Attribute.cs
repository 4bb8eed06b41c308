using Pile.Format;

namespace Pile.Hdf5;

/// <summary>An attribute and its values.</summary>
/// <param name="Name">The name.</param>
/// <param name="DType">The type of the values in the file.</param>
/// <param name="Shape">One length; empty for a scalar.</param>
/// <param name="Values">The values: <c>string[]</c>, <c>bool[]</c>, <c>double[]</c>, <c>ulong[]</c> for uint64, else <c>long[]</c>.</param>
internal sealed record Hdf5Attribute(string Name, DType DType, IReadOnlyList<long> Shape, Array Values)
{
    /// <summary>The value if it is a single text; otherwise null.</summary>
    internal string? AsText => Values is string[] { Length: 1 } texts ? texts[0] : null;
}
