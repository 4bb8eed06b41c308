namespace Pile.Fits;

/// <summary>The definition of a column to write.</summary>
/// <param name="Name">TTYPE, ASCII.</param>
/// <param name="Type">The type of the values; <see cref="FitsType.Bool"/> is written as 'L'. Writing bits and complex numbers is not
/// supported.</param>
internal sealed record FitsColumnDefinition(string Name, FitsType Type)
{
    /// <summary>The number of values per row; for text, of strings per row.</summary>
    internal int Repeat { get; init; } = 1;

    /// <summary>The maximum row length of a variable-length column, whose
    /// <see cref="Repeat"/> is 1; null for a column of fixed length.</summary>
    internal int? MaxRowLength { get; init; }

    /// <summary>True for 64-bit descriptors, which a heap above 2 GiB requires; only for variable-length columns.</summary>
    internal bool IsHeapLarge { get; init; }

    /// <summary>The length of one string in bytes; only for text.</summary>
    internal int Width { get; init; }

    /// <summary>The shape of a row's values, slowest axis first; null for a vector or scalar. Its product is
    /// <see cref="Repeat"/>.</summary>
    internal IReadOnlyList<long>? Shape { get; init; }

    /// <summary>TUNIT, ASCII, or null.</summary>
    internal string? Unit { get; init; }

    /// <summary>The comment on TTYPE, or null. Truncated to the card; characters that are not ASCII become question marks.</summary>
    internal string? Description { get; init; }

    /// <summary>TUCD, or null.</summary>
    internal string? Ucd { get; init; }

    /// <summary>TNULL of an integer column: the stored value of null, before applying TZERO.</summary>
    internal long? NullValue { get; init; }

    /// <summary>TFORM, with cfitsio's letters S, U, V and W for integers that require a TZERO.</summary>
    internal string Form => MaxRowLength is { } longest ? $"1{(IsHeapLarge ? 'Q' : 'P')}{Element[1..]}({longest})" : Element;

    private string Element => Type switch
    {
        FitsType.Bool => $"{Repeat}L",
        FitsType.UInt8 => $"{Repeat}B",
        FitsType.Int8 => $"{Repeat}S",
        FitsType.Int16 => $"{Repeat}I",
        FitsType.UInt16 => $"{Repeat}U",
        FitsType.Int32 => $"{Repeat}J",
        FitsType.UInt32 => $"{Repeat}V",
        FitsType.Int64 => $"{Repeat}K",
        FitsType.UInt64 => $"{Repeat}W",
        FitsType.Float32 => $"{Repeat}E",
        FitsType.Float64 => $"{Repeat}D",
        FitsType.Text => $"{Repeat * Width}A",
        _ => throw new ArgumentException($"Column {Name}: writing {Type} is not supported."),
    };

    /// <summary>TDIM, or null if the column does not need it.</summary>
    internal string? Dimensions
    {
        get
        {
            IEnumerable<long> shape = Shape ?? (Type is FitsType.Text && Repeat > 1 ? [Repeat] : []);
            if (Type is FitsType.Text && Repeat > 1)
                shape = shape.Append(Width);
            long[] axes = [.. shape.Reverse()];
            return axes.Length < 2 ? null : $"({string.Join(',', axes)})";
        }
    }

    /// <summary>The size of the column in a row, in bytes.</summary>
    internal int RowBytes => MaxRowLength is not null ? IsHeapLarge ? 16 : 8 : Repeat * (Type switch
    {
        FitsType.Text => Width,
        FitsType.Bool or FitsType.UInt8 or FitsType.Int8 => 1,
        FitsType.Int16 or FitsType.UInt16 => 2,
        FitsType.Int32 or FitsType.UInt32 or FitsType.Float32 => 4,
        _ => 8,
    });

    /// <summary>Checks the definition.</summary>
    /// <exception cref="ArgumentException">A count, the shape or a text is not valid.</exception>
    internal void Check()
    {
        if (Repeat < 0 || (Type is FitsType.Text && Width < 1))
            throw new ArgumentException($"Column {Name}: the repeat count {Repeat} must not be negative, and the width {Width} of text "
                + "must be at least 1.");
        if (MaxRowLength is < 0 || (MaxRowLength is not null
            && (Type is FitsType.Text || Repeat != 1 || Shape is not null || NullValue is not null)))
            throw new ArgumentException($"Column {Name}: variable-length rows must contain numbers or logicals along one axis, without a "
                + "null value.");
        if (Shape is not null && Shape.Aggregate(1L, (a, b) => a * b) != Repeat)
            throw new ArgumentException($"Column {Name}: the shape [{string.Join(", ", Shape)}] does not match {Repeat} values.");
        if (NullValue is not null && Type is < FitsType.UInt8 or > FitsType.UInt64)
            throw new ArgumentException($"Column {Name}: only integers may have a null value; the type is {Type}.");
        foreach (string? text in (string?[])[Name, Unit, Ucd])
            if (text is not null && (text.Length > 68 || text.AsSpan().ContainsAnyExceptInRange(' ', '~')))
                throw new ArgumentException($"Column {Name}: '{text}' must be ASCII of at most 68 characters.");
    }
}
