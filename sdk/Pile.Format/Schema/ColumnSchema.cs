using System.Collections.Immutable;

namespace Pile.Format;

/// <summary>One column of a dataset: what it is called, what it holds, how it is stored.</summary>
public sealed record ColumnSchema
{
    /// <summary>A length in <see cref="Shape"/> that differs from row to row.</summary>
    public const int Ragged = -1;

    /// <summary>More bytes a row than this make a column heavy, if its modality does not say.</summary>
    public const int LightRowBytesLimit = 1024;

    /// <summary>The name as the survey or the modality has it; any text but the empty one.</summary>
    public required string Name { get; init; }

    /// <summary>The type of one element.</summary>
    public required DType DType { get; init; }

    /// <summary>The shape of one row, slowest axis first; empty for a scalar, <see cref="Ragged"/> where rows differ.</summary>
    public ImmutableArray<int> Shape { get; init; } = [];

    /// <summary>Where it is kept: in the index and the shards, or in the shards alone.</summary>
    public ColumnStorage Storage { get; init; } = ColumnStorage.Light;

    /// <summary>Whether the modality defines it or the survey does.</summary>
    public ColumnRole Role { get; init; } = ColumnRole.Native;

    /// <summary>The unit as a FITS or VO unit string; null when none is known, empty when there is none.</summary>
    public string? Unit { get; init; }

    /// <summary>The UCD (IVOA UCD1+).</summary>
    public string? Ucd { get; init; }

    /// <summary>One line of prose.</summary>
    public string? Description { get; init; }

    /// <summary>True when rows may lack a value; then <c>&lt;name&gt;_isnull</c> stands beside it in the shards.</summary>
    public bool Nullable { get; init; }

    /// <summary>Bytes of the widest string, at least 1; 0 for other types, and while it is not known.</summary>
    public int StringBytes { get; init; }

    /// <summary>What fills a ragged column's rows up to the longest of their shard.</summary>
    public Padding Padding { get; init; } = Padding.Zero;

    /// <summary>Which boolean (or, for integer masks, which kind of value) marks a good element; null when it is no mask.</summary>
    public MaskPolarity? MaskPolarity { get; init; }

    /// <summary>How pieces of a heavy column are stored.</summary>
    public PieceCodec Codec { get; init; } = PieceCodec.None;

    /// <summary>The name in the index and in SQL, where names that differ by case alone would collide; null when it is <see cref="Name"/>.</summary>
    public string? IndexName { get; init; }

    /// <summary>What holds for single bands (the first axis of an image column), in order; empty when nothing is declared.</summary>
    public ImmutableArray<BandSchema> Bands { get; init; } = [];

    /// <summary>The name in the index and in SQL.</summary>
    public string SqlName => IndexName ?? Name;

    /// <summary>True when the rows differ in shape.</summary>
    public bool IsRagged => Shape.Contains(Ragged);

    /// <summary>True when a row holds one element.</summary>
    public bool IsScalar => Shape.IsEmpty;

    /// <summary>Elements of one row.</summary>
    /// <exception cref="InvalidOperationException">The column is ragged: the rows differ.</exception>
    public int ElementsPerRow
    {
        get
        {
            long count = 1;
            foreach (int length in Shape)
                count = length == Ragged ? throw new InvalidOperationException($"Column '{Name}' is ragged: its rows differ in length.") : count * length;
            return checked((int)count);
        }
    }

    /// <summary>Heavy or light, for a column whose modality does not say: more than 1 KiB a row, two dimensions or more, or ragged.</summary>
    public static ColumnStorage StorageFor(DType type, ReadOnlySpan<int> shape, int stringBytes = 1)
    {
        if (shape.Length == 0)
            return ColumnStorage.Light;
        long bytes = type == DType.String ? Math.Max(stringBytes, 1) : type.ElementBytes();
        foreach (int length in shape)
            bytes = length == Ragged ? long.MaxValue : length == 0 ? 0 : bytes > long.MaxValue / length ? long.MaxValue : bytes * length;
        return type != DType.String && (shape.Length > 1 || bytes > LightRowBytesLimit) ? ColumnStorage.Heavy : ColumnStorage.Light;
    }
}
