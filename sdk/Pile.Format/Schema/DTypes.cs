namespace Pile.Format;

/// <summary>Names, sizes and conversions of each <see cref="DType"/>.</summary>
internal static class DTypes
{
    private static readonly string[] Names =
        ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64", "string"];

    /// <summary>Returns the name in manifests and JSON output: the name in numpy, or <c>string</c>; of an undefined type, its
    /// number.</summary>
    public static string Name(this DType type) => (uint)type < (uint)Names.Length ? Names[(int)type] : type.ToString();

    /// <summary>Finds a type by its name in manifests.</summary>
    /// <returns>False if there is no such type.</returns>
    public static bool TryParse(string name, out DType type)
    {
        int index = Array.IndexOf(Names, name);
        type = (DType)Math.Max(index, 0);
        return index >= 0;
    }

    /// <summary>Returns the size of one element in bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The type is <see cref="DType.String"/>.</exception>
    public static int ElementBytes(this DType type) => type switch
    {
        DType.Bool or DType.Int8 or DType.UInt8 => 1,
        DType.Int16 or DType.UInt16 => 2,
        DType.Int32 or DType.UInt32 or DType.Float32 => 4,
        DType.Int64 or DType.UInt64 or DType.Float64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Elements of the type string have no fixed size."),
    };

    /// <summary>Returns the DuckDB type of the index column.</summary>
    public static string SqlName(this DType type) => type switch
    {
        DType.Bool => "BOOLEAN",
        DType.Int8 => "TINYINT",
        DType.UInt8 => "UTINYINT",
        DType.Int16 => "SMALLINT",
        DType.UInt16 => "USMALLINT",
        DType.Int32 => "INTEGER",
        DType.UInt32 => "UINTEGER",
        DType.Int64 => "BIGINT",
        DType.UInt64 => "UBIGINT",
        DType.Float32 => "FLOAT",
        DType.Float64 => "DOUBLE",
        _ => "VARCHAR",
    };

    /// <summary>Returns the dtype of elements of <typeparamref name="T"/>.</summary>
    /// <exception cref="ArgumentException">No dtype corresponds to this type.</exception>
    public static DType Of<T>() where T : unmanaged => default(T) switch
    {
        bool => DType.Bool,
        sbyte => DType.Int8,
        byte => DType.UInt8,
        short => DType.Int16,
        ushort => DType.UInt16,
        int => DType.Int32,
        uint => DType.UInt32,
        long => DType.Int64,
        ulong => DType.UInt64,
        float => DType.Float32,
        double => DType.Float64,
        _ => throw new ArgumentException($"Columns do not support elements of type {typeof(T).Name}."),
    };

    /// <summary>Returns true for the two floating-point types, the only ones with NaN.</summary>
    public static bool IsFloat(this DType type) => type is DType.Float32 or DType.Float64;

    /// <summary>Returns true for the eight integer types.</summary>
    public static bool IsInteger(this DType type) => type is not (DType.Bool or DType.Float32 or DType.Float64 or DType.String);

    /// <summary>Finds the smallest type that can represent every value of
    /// two types, for example when two files of a source differ.</summary>
    /// <returns>False if no type can: text with numbers, uint64 with a signed type, 64-bit integers with floats.</returns>
    public static bool TryPromote(DType a, DType b, out DType promoted)
    {
        promoted = a;
        if (a == b)
            return true;
        if (a is DType.String or DType.Bool || b is DType.String or DType.Bool)
            return false;
        if (a.IsFloat() || b.IsFloat())
        {
            DType other = a.IsFloat() ? b : a;
            bool exactInSingle = other is DType.Float32 or DType.Int8 or DType.UInt8 or DType.Int16 or DType.UInt16;
            promoted = a != DType.Float64 && b != DType.Float64 && exactInSingle ? DType.Float32 : DType.Float64;
            return other is not (DType.Int64 or DType.UInt64);
        }
        bool signed = IsSigned(a) || IsSigned(b);
        int bytes = Math.Max(BytesAs(a, signed), BytesAs(b, signed));
        promoted = (bytes, signed) switch
        {
            (1, true) => DType.Int8,
            (1, false) => DType.UInt8,
            (2, true) => DType.Int16,
            (2, false) => DType.UInt16,
            (4, true) => DType.Int32,
            (4, false) => DType.UInt32,
            (8, true) => DType.Int64,
            (8, false) => DType.UInt64,
            _ => a,
        };
        return bytes <= 8;
    }

    private static bool IsSigned(DType type) => type is DType.Int8 or DType.Int16 or DType.Int32 or DType.Int64;

    private static int BytesAs(DType type, bool signed) => signed && !IsSigned(type) ? 2 * type.ElementBytes() : type.ElementBytes();
}
