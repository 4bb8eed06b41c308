using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Builders;

/// <summary>Decisions about how to read a source that depend on its rows.</summary>
/// <remarks>A row may show that the rows before it must be read again in a different way.</remarks>
internal sealed record SourceDecisions
{
    /// <summary>True to use the row numbers as ids, because the guessed id column has missing or repeated values.</summary>
    public bool RowNumbersAreIds { get; init; }

    /// <summary>The list columns whose lists are too long for the index.</summary>
    public ImmutableSortedSet<string> LongLists { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>The properties of documents with values of different types, which are stored as text.</summary>
    public ImmutableSortedSet<string> MixedValues { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>The types of columns of text tables, by their names in the files, which follow from all files.</summary>
    public ImmutableSortedDictionary<string, DType> TextTypes { get; init; } =
        ImmutableSortedDictionary.Create<string, DType>(StringComparer.Ordinal);

    /// <summary>The columns that have lists or objects in some files and no values in others, where they are missing.</summary>
    public ImmutableSortedSet<string> EmptyColumns { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>The properties of documents with texts that are too long for the index, which are not stored.</summary>
    public ImmutableSortedSet<string> LongTexts { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>The native columns of flux and noise whose units differ between the files, which are not stored.</summary>
    public ImmutableSortedSet<string> MixedUnits { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>The columns with the name of a companion but with other values, which are stored as <c>native_</c> columns.</summary>
    public ImmutableSortedSet<string> OtherCompanions { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>The columns of codes that their files do not name completely, which have no names.</summary>
    public ImmutableSortedSet<string> UnnamedCodes { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>The suffix of unit names, which keeps a resumed build from mixing rows that were read differently; empty without
    /// decisions.</summary>
    internal string Suffix =>
        (RowNumbersAreIds ? " (row numbers)" : "") + Named("long lists", LongLists) + Named("mixed values", MixedValues)
        + Named("types", [.. TextTypes.Select(t => $"{t.Key} {t.Value.Name()}")])
        + Named("empty columns", EmptyColumns) + Named("long texts", LongTexts) + Named("other companions", OtherCompanions)
        + Named("mixed units", MixedUnits) + Named("unnamed codes", UnnamedCodes);

    private static string Named(string what, ImmutableSortedSet<string> names) =>
        names.IsEmpty ? "" : $" ({what} {string.Join(", ", names)})";
}
