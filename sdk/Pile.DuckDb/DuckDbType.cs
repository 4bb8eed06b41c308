using DuckDB.NET.Native;
using Pile.DuckDb.Native;
using static DuckDB.NET.Native.NativeMethods;

namespace Pile.DuckDb;

/// <summary>The name and type of a column or field.</summary>
internal sealed record DuckDbField(string Name, DuckDbType Type);

/// <summary>A column's type with its scale, child, length, dictionary or fields. Types with the same SQL are equal.</summary>
internal sealed class DuckDbType : IEquatable<DuckDbType>
{
    internal static readonly DuckDbType Boolean = new(DuckDbTypeId.Boolean);
    internal static readonly DuckDbType TinyInt = new(DuckDbTypeId.TinyInt);
    internal static readonly DuckDbType SmallInt = new(DuckDbTypeId.SmallInt);
    internal static readonly DuckDbType Integer = new(DuckDbTypeId.Integer);
    internal static readonly DuckDbType BigInt = new(DuckDbTypeId.BigInt);
    internal static readonly DuckDbType UTinyInt = new(DuckDbTypeId.UTinyInt);
    internal static readonly DuckDbType USmallInt = new(DuckDbTypeId.USmallInt);
    internal static readonly DuckDbType UInteger = new(DuckDbTypeId.UInteger);
    internal static readonly DuckDbType UBigInt = new(DuckDbTypeId.UBigInt);
    internal static readonly DuckDbType Float = new(DuckDbTypeId.Float);
    internal static readonly DuckDbType Double = new(DuckDbTypeId.Double);
    internal static readonly DuckDbType Varchar = new(DuckDbTypeId.Varchar);
    internal static readonly DuckDbType Blob = new(DuckDbTypeId.Blob);
    internal static readonly DuckDbType Date = new(DuckDbTypeId.Date);
    internal static readonly DuckDbType Timestamp = new(DuckDbTypeId.Timestamp);

    private const int MostDigitsOfInt64 = 18;

    private DuckDbType(DuckDbTypeId id) => Id = id;

    internal DuckDbTypeId Id { get; }

    /// <summary>The total number of digits of a DECIMAL.</summary>
    internal int DecimalWidth { get; private init; }

    /// <summary>The number of digits of a DECIMAL after the decimal point.</summary>
    internal int DecimalScale { get; private init; }

    /// <summary>True for a DECIMAL whose values are all integers that fit into int64.</summary>
    internal bool IsInt64Decimal => Id is DuckDbTypeId.Decimal && DecimalScale == 0 && DecimalWidth <= MostDigitsOfInt64;

    /// <summary>The element type of a LIST, ARRAY or MAP (for a MAP, a STRUCT of key and value); null for other types.</summary>
    internal DuckDbType? Child { get; private init; }

    /// <summary>The number of values per row of an ARRAY.</summary>
    internal int ArrayLength { get; private init; }

    /// <summary>The dictionary of an ENUM, in order.</summary>
    internal IReadOnlyList<string> EnumValues { get; private init; } = [];

    /// <summary>The fields of a STRUCT.</summary>
    internal IReadOnlyList<DuckDbField> Fields { get; private init; } = [];

    internal static DuckDbType List(DuckDbType child) => new(DuckDbTypeId.List) { Child = child };

    internal static DuckDbType Array(DuckDbType child, int length) => new(DuckDbTypeId.Array) { Child = child, ArrayLength = length };

    /// <summary>The C# type of a cell, for use in spans; null for types without one, such as DECIMAL, VARCHAR or STRUCT.</summary>
    /// <remarks>DATE is in days and TIMESTAMP in microseconds (_S, _MS, _NS: in the unit of the name) since 1970-01-01. LIST is
    /// <see cref="DuckDbListEntry"/>. ENUM is the index of its value.</remarks>
    internal Type? CellType => Id switch
    {
        DuckDbTypeId.Boolean => typeof(bool),
        DuckDbTypeId.TinyInt => typeof(sbyte),
        DuckDbTypeId.SmallInt => typeof(short),
        DuckDbTypeId.Integer or DuckDbTypeId.Date => typeof(int),
        DuckDbTypeId.BigInt or DuckDbTypeId.Timestamp or DuckDbTypeId.TimestampS or DuckDbTypeId.TimestampMs
            or DuckDbTypeId.TimestampNs or DuckDbTypeId.TimestampTz or DuckDbTypeId.Time or DuckDbTypeId.TimeNs => typeof(long),
        DuckDbTypeId.UTinyInt => typeof(byte),
        DuckDbTypeId.USmallInt => typeof(ushort),
        DuckDbTypeId.UInteger => typeof(uint),
        DuckDbTypeId.UBigInt => typeof(ulong),
        DuckDbTypeId.Float => typeof(float),
        DuckDbTypeId.Double => typeof(double),
        DuckDbTypeId.HugeInt => typeof(Int128),
        DuckDbTypeId.UHugeInt => typeof(UInt128),
        DuckDbTypeId.List or DuckDbTypeId.Map => typeof(DuckDbListEntry),
        DuckDbTypeId.Enum => EnumValues.Count switch
        {
            <= byte.MaxValue => typeof(byte),
            <= ushort.MaxValue => typeof(ushort),
            _ => typeof(uint)
        },
        _ => null,
    };

    /// <summary>Returns the type that corresponds to a C# type.</summary>
    /// <exception cref="ArgumentException">DuckDB has no such type.</exception>
    internal static DuckDbType Of<T>() where T : unmanaged =>
        System.Array.Find([Boolean, TinyInt, SmallInt, Integer, BigInt, UTinyInt, USmallInt, UInteger, UBigInt, Float, Double],
            type => type.CellType == typeof(T))
        ?? throw new ArgumentException($"DuckDB has no scalar type for {typeof(T).Name}.", nameof(T));

    internal void RequireCell<T>(string column) where T : unmanaged => RequireCell(typeof(T), column);

    internal void RequireCell(Type requested, string column)
    {
        if (CellType != requested)
            throw new DuckDbException("duckdb_vector_get_data",
                $"Column '{column}' has the type {this}; its cells are not {requested.Name}. "
                + (CellType is { } cell ? $"Read {cell.Name}, or cast it in the SQL." : "Cast it in the SQL, for example ::DOUBLE."));
    }

    internal static DuckDbType From(DuckDBLogicalType type)
    {
        DuckDbTypeId id = (DuckDbTypeId)(int)LogicalType.DuckDBGetTypeId(type);
        switch (id)
        {
            case DuckDbTypeId.Decimal:
                return new(id)
                {
                    DecimalWidth = LogicalType.DuckDBDecimalWidth(type),
                    DecimalScale = LogicalType.DuckDBDecimalScale(type),
                };
            case DuckDbTypeId.List or DuckDbTypeId.Map: // a MAP is stored as a list of (key, value)
                return new(id) { Child = FromOwned(LogicalType.DuckDBListTypeChildType(type)) };
            case DuckDbTypeId.Array:
                return new(id)
                {
                    Child = FromOwned(LogicalType.DuckDBArrayTypeChildType(type)),
                    ArrayLength = (int)LogicalType.DuckDBArrayVectorGetSize(type), // of a type, despite the name
                };
            case DuckDbTypeId.Enum:
                var values = new string[LogicalType.DuckDBEnumDictionarySize(type)];
                for (int i = 0; i < values.Length; i++)
                    values[i] = LogicalType.DuckDBEnumDictionaryValue(type, i);
                return new(id) { EnumValues = values };
            case DuckDbTypeId.Struct:
                var fields = new DuckDbField[(int)LogicalType.DuckDBStructTypeChildCount(type)];
                for (int i = 0; i < fields.Length; i++)
                    fields[i] = new(LogicalType.DuckDBStructTypeChildName(type, i),
                        FromOwned(LogicalType.DuckDBStructTypeChildType(type, i)));
                return new(id) { Fields = fields };
            default:
                return new(id);
        }
    }

    /// <summary>Creates DuckDB's own object for the type of a column to write.</summary>
    internal DuckDBLogicalType ToNative()
    {
        if (Id is not (DuckDbTypeId.List or DuckDbTypeId.Array))
            return Id is DuckDbTypeId.Decimal or DuckDbTypeId.Enum or DuckDbTypeId.Struct or DuckDbTypeId.Map or DuckDbTypeId.Union
                ? throw new ArgumentException($"Writing columns of type {this} is not supported.")
                : LiveHandles.Add(LogicalType.DuckDBCreateLogicalType((DuckDBType)(int)Id));
        using DuckDBLogicalType child = Child!.ToNative();
        return LiveHandles.Add(Id is DuckDbTypeId.List ? LogicalType.DuckDBCreateListType(child)
            : DuckDbNative.CreateArrayType(child, (ulong)ArrayLength));
    }

    /// <summary>Returns the type in SQL.</summary>
    public override string ToString() => Id switch
    {
        DuckDbTypeId.Decimal => $"DECIMAL({DecimalWidth},{DecimalScale})",
        DuckDbTypeId.List => $"{Child}[]",
        DuckDbTypeId.Array => $"{Child}[{ArrayLength}]",
        DuckDbTypeId.Map => $"MAP({string.Join(", ", Child!.Fields.Select(f => f.Type))})",
        DuckDbTypeId.Enum => $"ENUM({string.Join(", ", EnumValues.Select(DuckDbSql.Literal))})",
        DuckDbTypeId.Struct => $"STRUCT({string.Join(", ", Fields.Select(f => $"{DuckDbSql.Identifier(f.Name)} {f.Type}"))})",
        DuckDbTypeId.TimestampS or DuckDbTypeId.TimestampMs or DuckDbTypeId.TimestampNs =>
            $"TIMESTAMP_{Id.ToString()[9..].ToUpperInvariant()}",
        DuckDbTypeId.TimestampTz => "TIMESTAMP WITH TIME ZONE",
        DuckDbTypeId.TimeTz => "TIME WITH TIME ZONE",
        DuckDbTypeId.TimeNs => "TIME_NS",
        DuckDbTypeId.SqlNull => "\"NULL\"",
        _ => Id.ToString().ToUpperInvariant(),
    };

    public bool Equals(DuckDbType? other) => other is not null && Id == other.Id && ToString() == other.ToString();

    public override bool Equals(object? obj) => Equals(obj as DuckDbType);

    public override int GetHashCode() => Id.GetHashCode();

    private static DuckDbType FromOwned(DuckDBLogicalType type)
    {
        using (LiveHandles.Add(type))
            return From(type);
    }
}
