using System.Collections.Immutable;
using System.Text.Json.Serialization;

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
    [JsonInclude]
    internal ColumnStorage Storage { get; init; } = ColumnStorage.Light;

    /// <summary>True to store the column in the shards alone; false (the default) to store it in the index too.</summary>
    [JsonIgnore]
    public bool IsHeavy
    {
        get => Storage == ColumnStorage.Heavy;
        init => Storage = value ? ColumnStorage.Heavy : ColumnStorage.Light;
    }

    /// <summary>Whether the modality defines it or the survey does.</summary>
    [JsonInclude]
    internal ColumnRole Role { get; init; } = ColumnRole.Native;

    /// <summary>True if the modality defines the column; false if it is the survey's own.</summary>
    public bool IsStandard => Role == ColumnRole.Standard;

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
    [JsonInclude]
    internal Padding Padding { get; init; } = Padding.Zero;

    /// <summary>Which boolean (or, for integer masks, which kind of value) marks a good element; null when it is no mask.</summary>
    public MaskPolarity? MaskPolarity { get; init; }

    /// <summary>How pieces of a heavy column are stored.</summary>
    public PieceCodec Codec { get; init; } = PieceCodec.None;

    /// <summary>The name in the index and in SQL, where names that differ by case alone would collide; null when it is
    /// <see cref="Name"/>.</summary>
    public string? IndexName { get; init; }

    /// <summary>What holds for single bands (the first axis of an image column), in order; empty when nothing is declared.</summary>
    public ImmutableArray<BandSchema> Bands { get; init; } = [];

    /// <summary>What the bits or codes of an integer mask mean, in the survey's words; bands that differ say it themselves.</summary>
    public string? MaskBits { get; init; }

    /// <summary>What the codes of an integer column stand for, in ascending order; empty when it holds plain numbers.</summary>
    public ImmutableArray<CategorySchema> Categories { get; init; } = [];

    /// <summary>Numbers that the survey writes where it has none (-99, 9999): kept as they are, and left out of statistics.</summary>
    public ImmutableArray<double> Sentinels { get; init; } = [];

    /// <summary>What a row's bytes are, for a ragged uint8 column that holds whole files: <c>jpeg</c>, <c>png</c> …</summary>
    public string? Encoding { get; init; }

    /// <summary>The time scale, reference position and zero point of a column of times. In a manifest it is null for MJD in the dataset's
    /// time scale.</summary>
    public TimeAxis? Time { get; init; }

    /// <summary>The group of a nested column: ragged columns of one group have lists of one length in each row, and are one STRUCT in the
    /// index.</summary>
    /// <remarks>The column's name is <c>&lt;group&gt;.&lt;member&gt;</c>.</remarks>
    public string? Nested { get; init; }

    /// <summary>True to have a ragged column of one axis light, which are heavy otherwise; how it is stored then stands in
    /// <see cref="Storage"/>.</summary>
    public bool IsList { get; init; }

    /// <summary>Elements of the longest row of a ragged light column; 0 while it is not known.</summary>
    public int Longest { get; init; }

    /// <summary><c>vacuum</c> or <c>air</c>, for a column of wavelengths. In a manifest it is null where the dataset's medium
    /// applies.</summary>
    public string? SpectralMedium { get; init; }

    /// <summary>The name in the index and in SQL.</summary>
    public string SqlName => IndexName ?? Name;

    /// <summary>True when the rows differ in shape.</summary>
    public bool IsRagged => Shape.Contains(Ragged);

    /// <summary>True when a row holds one element.</summary>
    public bool IsScalar => Shape.IsEmpty;

    /// <summary>The member's name within <see cref="Nested"/>.</summary>
    /// <exception cref="InvalidOperationException">The column is in no group.</exception>
    public string NestedMember => Nested is { } group && Name.StartsWith(group + ".", StringComparison.Ordinal)
        ? Name[(group.Length + 1)..] : throw new InvalidOperationException($"Column '{Name}' is no member of the group '{Nested}'.");

    /// <summary>Elements of one row.</summary>
    /// <exception cref="InvalidOperationException">The column is ragged: the rows differ.</exception>
    /// <exception cref="OverflowException">They are more than an array can hold; manifests with such columns are not read.</exception>
    public int ElementsPerRow
    {
        get
        {
            if (IsRagged)
                throw new InvalidOperationException($"Column '{Name}' is ragged: its rows differ in length.");
            return TryElements(out int count) ? count
                : throw new OverflowException(
                    $"Column '{Name}': a row of [{string.Join(", ", Shape)}] has more elements than can be counted.");
        }
    }

    /// <summary>Elements of one row, ragged axes counted as one.</summary>
    /// <returns>False when they are more than <see cref="int.MaxValue"/>.</returns>
    internal bool TryElements(out int count)
    {
        long product = 1;
        foreach (int length in Shape)
            if (length == 0)
                product = 0;
        foreach (int length in Shape)
            product = length == Ragged || product > int.MaxValue ? product : product * length;
        count = (int)Math.Min(product, int.MaxValue);
        return product <= int.MaxValue;
    }

    /// <summary>Name, type and shape: for messages and debuggers. What a record prints by itself would ask for properties that not every
    /// column has.</summary>
    public override string ToString() =>
        $"{Name}: {DType.Name()}{(IsScalar ? "" : $"[{string.Join(", ", Shape.Select(n => n == Ragged ? "*" : $"{n}"))}]")}";

    /// <summary>Heavy or light, for a column whose modality does not say: more than 1 KiB a row, two dimensions or more, or
    /// ragged.</summary>
    internal static ColumnStorage StorageFor(DType type, ReadOnlySpan<int> shape, int stringBytes = 1)
    {
        if (shape.Length == 0)
            return ColumnStorage.Light;
        long bytes = type == DType.String ? Math.Max(stringBytes, 1) : type.ElementBytes();
        foreach (int length in shape)
            bytes = length == Ragged ? long.MaxValue : length == 0 ? 0 : bytes > long.MaxValue / length ? long.MaxValue : bytes * length;
        return type != DType.String && (shape.Length > 1 || bytes > LightRowBytesLimit) ? ColumnStorage.Heavy : ColumnStorage.Light;
    }
}
