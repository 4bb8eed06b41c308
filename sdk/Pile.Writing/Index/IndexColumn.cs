using System.Collections.Immutable;

namespace Pile.Writing.Index;

/// <summary>A column of the index.</summary>
/// <param name="Sql">Its value and name.</param>
/// <param name="Fields">The fields of batches that it is made of.</param>
/// <param name="Cost">The work of encoding a value.</param>
internal readonly record struct IndexColumn(string Sql, ImmutableArray<int> Fields, double Cost);
