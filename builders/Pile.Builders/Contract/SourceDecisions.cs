using System.Collections.Immutable;

namespace Pile.Builders;

/// <summary>Decisions about how to read a source that depend on its rows.</summary>
/// <remarks>A row may show that the rows before it must be read again in a different way.</remarks>
internal sealed record SourceDecisions
{
    /// <summary>True to use the row numbers as ids, because the guessed id column has missing or repeated values.</summary>
    public bool RowNumbersAreIds { get; init; }

    /// <summary>The list columns whose lists are too long for the index.</summary>
    public ImmutableSortedSet<string> LongLists { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>The suffix of unit names, which keeps a resumed build from mixing rows that were read differently; empty without
    /// decisions.</summary>
    internal string Suffix =>
        (RowNumbersAreIds ? " (row numbers)" : "") + (LongLists.IsEmpty ? "" : $" (long lists {string.Join(", ", LongLists)})");
}
