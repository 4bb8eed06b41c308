namespace Pile.Tables.Text;

/// <summary>The kinds of values that a column of a text file has, from which its type follows.</summary>
[Flags]
internal enum TextKinds
{
    /// <summary>No value.</summary>
    None = 0,

    /// <summary>Text, or a number that would lose something, such as <c>007</c>.</summary>
    Text = 1,

    /// <summary>True or false.</summary>
    Bool = 2,

    /// <summary>Numbers with a fraction or an exponent, NaN and infinity.</summary>
    Float = 4,

    /// <summary>Integers.</summary>
    Integer = 8,

    /// <summary>Integers below 0.</summary>
    Negative = 16,

    /// <summary>Integers that only uint64 represents.</summary>
    Unsigned = 32,

    /// <summary>Integers that float64 does not represent.</summary>
    Inexact = 64,

    /// <summary>Elements of arrays, whose type the file declares.</summary>
    Element = 128,

    /// <summary>Missing elements of arrays.</summary>
    Missing = 256,

    /// <summary>Numbers with digits among those of <see cref="Float"/>; the others are words such as <c>nan</c>.</summary>
    Decimal = 512,

    /// <summary>Integers that neither int64 nor uint64 represents.</summary>
    Huge = 1024,
}
