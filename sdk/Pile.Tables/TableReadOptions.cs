using System.Collections.Frozen;
using Pile.Format;

namespace Pile.Tables;

/// <summary>Options for reading a table.</summary>
public sealed record TableReadOptions
{
    /// <summary>The default: any invalid row is an error.</summary>
    public static TableReadOptions Strict { get; } = new();

    /// <summary>Called for each row of a text table or VOTable that has too many or too few fields, or a value that is not of the type
    /// that the file declares, for each line of JSON Lines that is not a valid row, and for each row of a FITS or Parquet table with a
    /// value that is not of the type of its column, such as an array of booleans with missing elements; the row is then left out, and
    /// later rows move up.
    /// If null (the default), such a row is an error. It may be called twice for a row, because a text file is read once for its types and
    /// once for its values.</summary>
    public Action<ValueInvalidException>? OnBadRow { get; init; }

    /// <summary>The columns of a text or JSON Lines file whose values are read as texts, as written; the types of others follow from
    /// their values.</summary>
    internal IReadOnlySet<string> TextColumns { get; init; } = FrozenSet<string>.Empty;

    /// <summary>The columns of a JSON Lines file whose lists are read as texts, as written, such as lists of lists.</summary>
    internal IReadOnlySet<string> JsonTextColumns { get; init; } = FrozenSet<string>.Empty;

    /// <summary>The columns that the caller leaves out. Those of JSON Lines that are no columns, such as lists of different lengths, are
    /// read as texts.</summary>
    internal IReadOnlySet<string> LeftOut { get; init; } = FrozenSet<string>.Empty;

    /// <summary>The only columns that the caller keeps, so that others are left out; null for all.</summary>
    internal IReadOnlySet<string>? Kept { get; init; }

    /// <summary>The columns of a JSON Lines file that are left out if they have no values, because other files of a set have lists or
    /// objects there.</summary>
    internal IReadOnlySet<string> EmptyColumns { get; init; } = FrozenSet<string>.Empty;

    /// <summary>The types of columns of a text or JSON Lines file, which represent their values in all files of a set.</summary>
    internal IReadOnlyDictionary<string, DType> TextTypes { get; init; } = FrozenDictionary<string, DType>.Empty;
}
