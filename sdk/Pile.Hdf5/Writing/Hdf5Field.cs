using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Hdf5;

/// <summary>One field of a structure.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DType">The dtype of its elements.</param>
/// <param name="Shape">Its shape, slowest axis first; empty for a single element.</param>
/// <param name="StringBytes">The length of each text in bytes of UTF-8, padded with NUL; 0 for other types.</param>
internal sealed record Hdf5Field(string Name, DType DType, ImmutableArray<int> Shape, int StringBytes = 0)
{
    /// <summary>The size of the field.</summary>
    internal int Bytes => Shape.Aggregate(DType is DType.String ? StringBytes : DType.ElementBytes(),
        (product, length) => checked(product * length));
}
