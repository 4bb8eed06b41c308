using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace Pile.Format;

/// <summary>The name, type, meaning and storage of one column of a dataset.</summary>
public sealed record ColumnSchema
{
    /// <summary>A variable length in <see cref="Shape"/>.</summary>
    public const int Ragged = -1;

    /// <summary>The number of bytes per row above which a column is heavy, if its modality does not define it.</summary>
    public const int LightRowBytesLimit = 1024;

    /// <summary>The name in the survey or the modality; must not be empty.</summary>
    public required string Name { get; init; }

    /// <summary>The type of one element.</summary>
    public required DType DType { get; init; }

    /// <summary>The shape of one row, slowest axis first; empty for a scalar, <see cref="Ragged"/> for a variable length.</summary>
    public ImmutableArray<int> Shape { get; init => field = NotDefault(value); } = [];

    /// <summary>Whether the column is stored in the index and the shards, only in the shards, or in other files.</summary>
    [JsonInclude]
    internal ColumnStorage Storage { get; init; } = ColumnStorage.Light;

    /// <summary>True to store the column only in the shards; false (the default) to store it in the index too. True also for a column whose
    /// values are in files outside the dataset.</summary>
    [JsonIgnore]
    public bool IsHeavy
    {
        get => Storage != ColumnStorage.Light;
        init => Storage = value ? ColumnStorage.Heavy : ColumnStorage.Light;
    }

    /// <summary>Whether the modality or the survey defines the column.</summary>
    [JsonInclude]
    internal ColumnRole Role { get; init; } = ColumnRole.Native;

    /// <summary>True if the modality defines the column; false if it is the survey's own.</summary>
    public bool IsStandard => Role == ColumnRole.Standard;

    /// <summary>The unit as a FITS or VO unit string; null if unknown, empty if dimensionless.</summary>
    public string? Unit { get; init; }

    /// <summary>The UCD (IVOA UCD1+).</summary>
    public string? Ucd { get; init; }

    /// <summary>A description of one line.</summary>
    public string? Description { get; init; }

    /// <summary>True if rows may have no value; the shards then have a column <c>&lt;name&gt;_isnull</c> too.</summary>
    public bool Nullable { get; init; }

    /// <summary>The length of the longest string in bytes, at least 1; 0 for other types, and if it is not yet known.</summary>
    public int StringBytes { get; init; }

    /// <summary>The padding of a ragged column's rows up to the longest of their shard.</summary>
    [JsonInclude]
    internal Padding Padding { get; init; } = Padding.Zero;

    /// <summary>The values that mark good elements; null if the column is not a mask.</summary>
    public MaskPolarity? MaskPolarity { get; init; }

    /// <summary>The codec of the pieces of a heavy column.</summary>
    public PieceCodec Codec { get; init; } = PieceCodec.None;

    /// <summary>The name in the index and in SQL, if names differ only by case; null if it is <see cref="Name"/>.</summary>
    public string? IndexName { get; init; }

    /// <summary>The properties of the bands (the first axis of an image column), in order; empty if not declared.</summary>
    public ImmutableArray<BandSchema> Bands { get; init => field = NotDefault(value); } = [];

    /// <summary>The meaning of the bits or codes of an integer mask, in the survey's words. Bands that differ define their own.</summary>
    public string? MaskBits { get; init; }

    /// <summary>The meaning of the codes of an integer column, in ascending order; empty for plain numbers.</summary>
    public ImmutableArray<CategorySchema> Categories { get; init => field = NotDefault(value); } = [];

    /// <summary>The numbers that mark missing values (-99, 9999): they are stored unchanged, and omitted from statistics.</summary>
    public ImmutableArray<double> Sentinels { get; init => field = NotDefault(value); } = [];

    /// <summary>The format of a row's bytes, for a ragged uint8 column: of complete files (<c>jpeg</c>, <c>png</c> …), or of a light
    /// column (<c>wkb</c>).</summary>
    public string? Encoding { get; init; }

    /// <summary>The time scale, reference position and zero point of a column of
    /// times. In a manifest it is null for MJD in the dataset's time scale.</summary>
    public TimeAxis? Time { get; init; }

    /// <summary>The group of a nested column. Ragged columns of one group have lists
    /// of the same length in each row, and are one STRUCT in the index.</summary>
    /// <remarks>The column's name is <c>&lt;group&gt;.&lt;member&gt;</c>.</remarks>
    public string? Nested { get; init; }

    /// <summary>True to make a ragged column of one axis light; such columns are heavy by default.</summary>
    public bool IsList { get; init; }

    /// <summary>The number of elements of the longest row of a ragged light column; 0 if it is not yet known.</summary>
    /// <remarks>While a dataset is written, the largest number of pieces of a row of a column in other files.</remarks>
    public int Longest { get; init; }

    /// <summary><c>vacuum</c> or <c>air</c>, for a column of wavelengths.
    /// In a manifest it is null if the dataset's medium applies.</summary>
    public string? SpectralMedium { get; init; }

    /// <summary>The SQL of the values over the columns of a tile, for a catalogue of another program; null if a tile has the column under
    /// <see cref="SqlName"/>. Not part of a manifest.</summary>
    internal string? TileSql { get; init; }

    /// <summary>True if the texts are JSON, which formats of JSON write as such. Not part of a manifest.</summary>
    internal bool IsJson { get; init; }

    /// <summary>The name in the index and in SQL.</summary>
    public string SqlName => IndexName ?? Name;

    /// <summary>True if rows may differ in shape.</summary>
    public bool IsRagged => Shape.Contains(Ragged);

    /// <summary>True for rows of bytes in the index, such as geometries: BLOB in SQL, where other lists are LIST.</summary>
    internal bool IsBytes => Encoding is not null && Storage == ColumnStorage.Light;

    /// <summary>True if the values are in files outside the dataset.</summary>
    internal bool IsOutside => Storage is ColumnStorage.Reference or ColumnStorage.Window;

    /// <summary>True if a row has a single element.</summary>
    public bool IsScalar => Shape.IsEmpty;

    /// <summary>The member's name within <see cref="Nested"/>.</summary>
    /// <exception cref="InvalidOperationException">The column is not in a group.</exception>
    public string NestedMember => Nested is { } group && Name.StartsWith(group + ".", StringComparison.Ordinal)
        ? Name[(group.Length + 1)..] : throw new InvalidOperationException($"Column '{Name}' is not a member of the group '{Nested}'.");

    /// <summary>The number of elements of one row.</summary>
    /// <exception cref="InvalidOperationException">The column is ragged.</exception>
    /// <exception cref="OverflowException">The number exceeds the largest array; manifests with such columns are rejected.</exception>
    public int ElementsPerRow
    {
        get
        {
            if (IsRagged)
                throw new InvalidOperationException($"Column '{Name}' is ragged: its rows differ in length.");
            return TryElements(out int count) ? count
                : throw new OverflowException(
                    $"Column '{Name}': a row of [{string.Join(", ", Shape)}] has more than {int.MaxValue} elements.");
        }
    }

    /// <summary>Computes the number of elements of one row, with a length of 1 for ragged axes.</summary>
    /// <returns>False if it exceeds <see cref="int.MaxValue"/>.</returns>
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

    /// <summary>Returns name, type and shape, for messages and debuggers.</summary>
    /// <remarks>The generated ToString of a record would read properties that throw for some columns.</remarks>
    public override string ToString() =>
        $"{Name}: {DType.Name()}{(IsScalar ? "" : $"[{string.Join(", ", Shape.Select(n => n == Ragged ? "*" : $"{n}"))}]")}";

    private static ImmutableArray<T> NotDefault<T>(ImmutableArray<T> value, [CallerMemberName] string property = "") =>
        !value.IsDefault ? value : throw new ArgumentNullException(property,
            $"ColumnSchema.{property} is a default array, which has no length. Set it to [], or do not set it.");

    /// <summary>Returns the default storage of a column that no modality defines:
    /// heavy above 1 KiB per row, with two dimensions or more, or ragged.</summary>
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
