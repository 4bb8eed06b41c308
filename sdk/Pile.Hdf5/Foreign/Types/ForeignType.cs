namespace Pile.Hdf5;

/// <summary>The type of the elements of a dataset or attribute.</summary>
internal sealed class ForeignType
{
    /// <summary>The class of the type.</summary>
    internal required ForeignTypeKind Kind { get; init; }

    /// <summary>The size of an element in the file, in bytes; for texts and sequences of variable length, of the reference to it.</summary>
    internal required int Bytes { get; init; }

    /// <summary>True for numbers whose most significant byte is first.</summary>
    internal bool IsBigEndian { get; init; }

    /// <summary>True for integers with a sign.</summary>
    internal bool IsSigned { get; init; }

    /// <summary>True for texts that are declared as UTF-8; others are declared as ASCII.</summary>
    internal bool IsUtf8 { get; init; }

    /// <summary>The byte after a text that is shorter than its type: NUL or a space.</summary>
    internal char Padding { get; init; }

    /// <summary>True for texts of fixed size that end at the first NUL, as in C; in others, only NULs at the end are padding.</summary>
    internal bool IsTerminated { get; init; }

    /// <summary>The tag of an opaque type; empty for other types.</summary>
    internal string Tag { get; init; } = "";

    /// <summary>The type of the elements of an array or sequence, or of the values of an enumeration.</summary>
    internal ForeignType? Base { get; init; }

    /// <summary>The lengths of the dimensions of an array.</summary>
    internal int[] Dimensions { get; init; } = [];

    /// <summary>The members of a compound, in the order of their offsets.</summary>
    internal ForeignMember[] Members { get; init; } = [];

    /// <summary>The names and values of an enumeration; values have the encoding of <see cref="Base"/>.</summary>
    internal (string Name, ReadOnlyMemory<byte> Value)[] Names { get; init; } = [];

    /// <summary>Why values of this type cannot be read into a buffer; null if they can.</summary>
    internal string? Obstacle { get; init; }

    /// <summary>True if the stored bytes differ from those in memory: big-endian numbers, or compounds with unused bytes.</summary>
    internal bool IsConverted { get; init; }

    /// <summary>True for texts and sequences of variable length, which are stored in the global heap.</summary>
    internal bool IsVariable => Kind is ForeignTypeKind.Sequence or ForeignTypeKind.VariableText;

    /// <summary>Describes the type, such as <c>int32</c>, <c>float64 (big-endian)</c> or <c>text[8]</c>.</summary>
    public override string ToString() => Kind switch
    {
        ForeignTypeKind.Integer => $"{(IsSigned ? "int" : "uint")}{8 * Bytes}{Order}",
        ForeignTypeKind.Float => $"float{8 * Bytes}{Order}",
        ForeignTypeKind.Text => $"text[{Bytes}]",
        ForeignTypeKind.VariableText => "variable text",
        ForeignTypeKind.BitField => $"bits{8 * Bytes}{Order}",
        ForeignTypeKind.Opaque => $"opaque[{Bytes}]",
        ForeignTypeKind.Compound => $"compound[{Bytes}]{{{string.Join(", ", Members.Select(m => $"{m.Name}@{m.Offset} {m.Type}"))}}}",
        ForeignTypeKind.Reference => "reference",
        ForeignTypeKind.Enumeration => $"enumeration of {Base}",
        ForeignTypeKind.Sequence => $"sequence of {Base}",
        ForeignTypeKind.Array => $"array[{string.Join(", ", Dimensions)}] of {Base}",
        ForeignTypeKind.Time => "time",
        _ => Kind.ToString().ToLowerInvariant(),
    };

    private string Order => IsBigEndian && Bytes > 1 ? " (big-endian)" : "";
}

/// <summary>A member of a compound type.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Offset">The offset of its first byte.</param>
/// <param name="Type">Its type.</param>
internal sealed record ForeignMember(string Name, int Offset, ForeignType Type);
