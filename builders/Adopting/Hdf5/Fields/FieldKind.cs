namespace Pile.Adopting;

/// <summary>How the elements of a field become values of a column.</summary>
internal enum FieldKind
{
    /// <summary>Numbers or booleans of fixed size.</summary>
    Number,

    /// <summary>Texts of fixed size.</summary>
    Text,

    /// <summary>Texts in the global heap.</summary>
    VariableText,

    /// <summary>Sequences of numbers in the global heap.</summary>
    Sequence,
}
