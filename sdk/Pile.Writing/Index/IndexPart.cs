using System.Collections.Immutable;

namespace Pile.Writing.Index;

/// <summary>Consecutive columns of the index, which are encoded by one thread.</summary>
/// <param name="Fields">The fields of batches that they are made of.</param>
/// <param name="Select">The columns, in SQL.</param>
internal sealed record IndexPart(ImmutableArray<int> Fields, string Select);
