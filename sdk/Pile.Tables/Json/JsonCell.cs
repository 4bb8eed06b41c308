namespace Pile.Tables.Json;

/// <summary>The type of a single JSON value.</summary>
internal enum JsonKind : byte
{
    Bool,

    /// <summary>A number without a fraction and an exponent.</summary>
    Integer,

    /// <summary>A number with a fraction or an exponent, or one of the words <c>NaN</c> and <c>Infinity</c>.</summary>
    Float,

    Text,
}

/// <summary>What a key contains.</summary>
internal enum JsonForm : byte
{
    Null,
    Scalar,
    Object,

    /// <summary>A list without values.</summary>
    EmptyList,

    /// <summary>A list of numbers, booleans or texts.</summary>
    Scalars,

    Objects,
}

/// <summary>A single value of a line.</summary>
/// <param name="Kind">Its type.</param>
/// <param name="Start">Its first byte, in the line or, if it has escapes, in the unescaped texts of the line.</param>
/// <param name="Length">Its length in bytes, without quotes.</param>
/// <param name="Element">Its index in a list; -1 outside of lists.</param>
/// <param name="IsUnescaped">True if the text has escapes in the line.</param>
internal record struct JsonCell(JsonKind Kind, int Start, int Length, int Element, bool IsUnescaped)
{
    /// <summary>The next value of the same key in the line; -1 after the last.</summary>
    internal int Next { get; set; } = -1;
}
