using Pile.Format;

namespace Pile.Tables;

/// <summary>How a table is read.</summary>
public sealed record TableReadOptions
{
    /// <summary>Reads every value as it should be, or fails.</summary>
    public static TableReadOptions Strict { get; } = new();

    /// <summary>Called for each row of a text table that has too many or too few fields; the row is then left out, and later rows move up.
    /// Null (the default): such a row is an error. It may be called twice for a row, as the file is read once for its types and once for
    /// its values.</summary>
    public Action<ValueInvalidException>? OnBadRow { get; init; }
}
