using System.Collections.Immutable;

namespace Pile.Builders;

/// <summary>How a source is read where its rows decide it: a row may show that those before it must be read again.</summary>
internal sealed record SourceDecisions
{
    /// <summary>True to take the row numbers as ids, because the column that was taken for the id has gaps or repeats.</summary>
    public bool RowNumbersAreIds { get; init; }

    /// <summary>The columns of lists that are too long for the index.</summary>
    public ImmutableSortedSet<string> LongLists { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>What the names of units end in, so that a resumed build does not mix rows that were read differently; empty if nothing is
    /// decided.</summary>
    internal string Suffix =>
        (RowNumbersAreIds ? " (row numbers)" : "") + (LongLists.IsEmpty ? "" : $" (long lists {string.Join(", ", LongLists)})");
}
