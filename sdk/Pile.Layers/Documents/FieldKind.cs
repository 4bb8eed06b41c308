namespace Pile.Layers;

/// <summary>What the values of a field are.</summary>
internal enum FieldKind
{
    /// <summary>One number, truth value or text.</summary>
    Scalar,

    /// <summary>A list of numbers, truth values or texts of any length.</summary>
    List,

    /// <summary>An instant in UTC, in microseconds.</summary>
    Time,

    /// <summary>One of a list of named classes.</summary>
    Label,

    /// <summary>Bytes in a pack: the value says which and where.</summary>
    Blob,

    /// <summary>The boxes of a picture: none, one or several.</summary>
    Box,
}
