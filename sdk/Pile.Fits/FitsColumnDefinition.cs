namespace Pile.Fits;

/// <summary>A column to be written.</summary>
/// <param name="Name">TTYPE, ASCII.</param>
/// <param name="Type">Type of the values; <see cref="FitsType.Bool"/> is written as 'L'. Bits and complex are not written.</param>
internal sealed record FitsColumnDefinition(string Name, FitsType Type)
{
    /// <summary>Values per row; of text, strings per row.</summary>
    internal int Repeat { get; init; } = 1;

    /// <summary>The longest row of a column whose rows differ in length; null for one of fixed length. Then <see cref="Repeat"/> is
    /// 1.</summary>
    internal int? LongestRow { get; init; }

    /// <summary>True for 64-bit descriptors, which a heap beyond 2 GiB needs; only where rows differ in length.</summary>
    internal bool IsHeapLarge { get; init; }

    /// <summary>Bytes of one string; for text alone.</summary>
    internal int Width { get; init; }

    /// <summary>Shape of a row's values, slowest axis first; null for a vector or scalar. Its product is <see cref="Repeat"/>.</summary>
    internal IReadOnlyList<long>? Shape { get; init; }

    /// <summary>TUNIT, ASCII, or null.</summary>
    internal string? Unit { get; init; }

    /// <summary>The comment on TTYPE, or null. Cut at the card's end; characters that are not ASCII become question marks.</summary>
    internal string? Description { get; init; }

    /// <summary>TUCD, or null.</summary>
    internal string? Ucd { get; init; }

    /// <summary>TNULL of an integer column: the stored value that means null, before TZERO.</summary>
    internal long? NullValue { get; init; }

    /// <summary>TFORM, in cfitsio's letters: S, U, V and W stand for the integers that need a TZERO.</summary>
    internal string Form => LongestRow is { } longest ? $"1{(IsHeapLarge ? 'Q' : 'P')}{Element[1..]}({longest})" : Element;

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
        _ => throw new ArgumentException($"Column {Name}: {Type} is not written."),
    };

    /// <summary>TDIM, or null if the column needs none.</summary>
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

    /// <summary>Bytes of the column in a row.</summary>
    internal int RowBytes => LongestRow is not null ? IsHeapLarge ? 16 : 8 : Repeat * (Type switch
    {
        FitsType.Text => Width,
        FitsType.Bool or FitsType.UInt8 or FitsType.Int8 => 1,
        FitsType.Int16 or FitsType.UInt16 => 2,
        FitsType.Int32 or FitsType.UInt32 or FitsType.Float32 => 4,
        _ => 8,
    });

    /// <summary>Checks what a caller can get wrong.</summary>
    /// <exception cref="ArgumentException">A count, the shape or a text does not fit.</exception>
    internal void Check()
    {
        if (Repeat < 0 || (Type is FitsType.Text && Width < 1))
            throw new ArgumentException($"Column {Name}: repeat {Repeat}, width {Width}.");
        if (LongestRow is < 0 || (LongestRow is not null
            && (Type is FitsType.Text || Repeat != 1 || Shape is not null || NullValue is not null)))
            throw new ArgumentException($"Column {Name}: rows of differing length hold numbers or logicals along one axis, without a null "
                + "value.");
        if (Shape is not null && Shape.Aggregate(1L, (a, b) => a * b) != Repeat)
            throw new ArgumentException($"Column {Name}: shape [{string.Join(", ", Shape)}] does not hold {Repeat} values.");
        if (NullValue is not null && Type is < FitsType.UInt8 or > FitsType.UInt64)
            throw new ArgumentException($"Column {Name}: only integers have a null value, not {Type}.");
        foreach (string? text in (string?[])[Name, Unit, Ucd])
            if (text is not null && (text.Length > 68 || text.AsSpan().ContainsAnyExceptInRange(' ', '~')))
                throw new ArgumentException($"Column {Name}: '{text}' should be at most 68 characters of ASCII.");
    }
}
