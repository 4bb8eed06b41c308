using System.Collections.Immutable;

namespace Pile.Reading;

/// <summary>The values of one column in one row.</summary>
/// <typeparam name="T">The element type.</typeparam>
/// <param name="Values">The elements, row-major.</param>
/// <param name="Shape">The row's own shape, slowest axis first; empty for a scalar.</param>
public readonly record struct RowValues<T>(ReadOnlyMemory<T> Values, ImmutableArray<int> Shape) where T : unmanaged;
