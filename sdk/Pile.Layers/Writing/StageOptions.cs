using Pile.Format;

namespace Pile.Layers;

/// <summary>How a table becomes a patch.</summary>
internal sealed record StageOptions
{
    /// <summary>The types that the caller asks for, by field.</summary>
    internal IReadOnlyDictionary<string, FieldType> Types { get; init; } = new Dictionary<string, FieldType>();

    /// <summary>The columns whose numbers are texts, as they are written, because float64 might round them, and the types that they have
    /// as numbers.</summary>
    internal IReadOnlyDictionary<string, FieldType> NumbersAsTexts { get; init; } = new Dictionary<string, FieldType>();

    /// <summary>True if the values are those of a program, in which a text is never a number.</summary>
    internal bool HasTypedTexts { get; init; }

    /// <summary>Returns what the table declares of a column of times, by its name; null for the declaration in the schema of the
    /// column.</summary>
    internal Func<string, TimeAxis?>? TimesOf { get; init; }

    /// <summary>Returns whether two texts are the same unit.</summary>
    internal Func<string, string, bool> AreSameUnits { get; init; } = FieldUnits.ByText;

    /// <summary>True to leave out rows that the dataset does not have; false to reject the table.</summary>
    internal bool AllowMissing { get; init; }

    /// <summary>The table, for messages and the commit; empty if the values are not from a file.</summary>
    internal string SourceName { get; init; } = "";

    /// <summary>The folder that must have the files of blobs, and to which their paths are relative; null for files anywhere, with paths
    /// relative to the working folder, because a program chose them.</summary>
    internal string? BlobFolder { get; init; }

    /// <summary>Another folder that may have files of blobs; null if all must be in <see cref="BlobFolder"/>.</summary>
    internal string? FurtherBlobFolder { get; init; }

    internal string SourceSha256 { get; init; } = "";
}
