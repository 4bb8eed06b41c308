using Pile.Format;
using Pile.Tables.Opening;

namespace Pile.Tables.Text;

/// <summary>What a file declares the values of a field to be.</summary>
internal enum FieldKind
{
    /// <summary>Nothing: the type follows from the values.</summary>
    Any,

    /// <summary>Text, whatever the values look like.</summary>
    Text,

    /// <summary>Numbers, also with leading zeros.</summary>
    Number,
}

/// <summary>How the records of a text file are split, and what the file declares about their fields.</summary>
internal abstract class TextLayout
{
    /// <summary>The unique names of the fields.</summary>
    internal abstract string[] Names { get; }

    /// <summary>The names in the file, which may repeat; null if they are unique.</summary>
    internal virtual IReadOnlyList<string>? NamesInFile => null;

    /// <summary>What the user should know about how the names were found; null for nothing.</summary>
    internal string? Note { get; init; }

    /// <summary>Opens the records of a file at its first row of data.</summary>
    internal abstract TextRecords OpenRows(TablePath source);

    /// <summary>Returns the column of a field: its type by the values, completed by what the file declares.</summary>
    internal virtual ColumnSchema Declare(int field, ColumnSchema byValues) => byValues;

    /// <summary>Returns the celestial frame that the file declares for a field; null for none.</summary>
    internal virtual string? FrameOf(int field) => null;

    /// <summary>Returns what the file declares the values of a field to be.</summary>
    internal virtual FieldKind KindOf(int field) => FieldKind.Any;

    /// <summary>True if the file declares texts that mean missing values.</summary>
    internal virtual bool HasMissingTexts => false;

    /// <summary>Returns whether the file declares that a text of a field means a missing value.</summary>
    internal virtual bool IsMissing(int field, ReadOnlySpan<byte> cell) => false;
}
