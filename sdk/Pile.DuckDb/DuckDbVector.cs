using System.Runtime.CompilerServices;
using System.Text;
using static DuckDB.NET.Native.NativeMethods;

namespace Pile.DuckDb;

/// <summary>One column of a chunk, or the values inside a LIST, ARRAY or STRUCT column, read from DuckDB's memory.</summary>
internal readonly unsafe ref struct DuckDbVector
{
    private const int StringCellBytes = 16;
    private const int InlineBytes = 12;

    private readonly nint vector;
    private readonly byte* data;
    private readonly ulong* validity;
    private readonly string name;

    internal DuckDbVector(nint vector, DuckDbType type, int rowCount, string name)
    {
        (this.vector, Type, RowCount, this.name) = (vector, type, rowCount, name);
        data = (byte*)Vectors.DuckDBVectorGetData(vector);
        validity = Vectors.DuckDBVectorGetValidity(vector);
    }

    internal DuckDbType Type { get; }

    internal int RowCount { get; }

    /// <summary>True if no row can be NULL, which allows a fast path.</summary>
    internal bool AllValid => validity is null;

    /// <summary>One bit per row, lowest first, 1 for a value, 0 for NULL; empty if <see cref="AllValid"/>.</summary>
    internal ReadOnlySpan<ulong> Validity => validity is null ? default : new(validity, (RowCount + 63) / 64);

    internal bool IsValid(int row)
    {
        ThrowIfOutside(row);
        return validity is null || (validity[row >> 6] >> (row & 63) & 1) != 0;
    }

    /// <summary>Returns the cells without copying, shape [<see cref="RowCount"/>]; the cell of a NULL row is undefined.</summary>
    /// <typeparam name="T">Exactly the cell type: see <see cref="DuckDbType.CellType"/>.</typeparam>
    /// <exception cref="DuckDbException">The column's cells have a different type: a DECIMAL is not a double.</exception>
    internal ReadOnlySpan<T> Values<T>() where T : unmanaged
    {
        Type.RequireCell<T>(name);
        return new(data, RowCount);
    }

    /// <summary>Returns the bytes of a VARCHAR without copying; empty if NULL.</summary>
    internal ReadOnlySpan<byte> Utf8(int row)
    {
        Require(DuckDbTypeId.Varchar);
        return Bytes(row);
    }

    /// <summary>Returns the bytes of a BLOB without copying; empty if NULL.</summary>
    internal ReadOnlySpan<byte> Blob(int row)
    {
        Require(DuckDbTypeId.Blob);
        return Bytes(row);
    }

    /// <summary>Returns a VARCHAR or ENUM cell as a string; null if NULL.</summary>
    internal string? Text(int row)
    {
        if (!IsValid(row))
            return null;
        if (Type.Id is not DuckDbTypeId.Enum)
            return Encoding.UTF8.GetString(Utf8(row));
        uint index = Type.EnumValues.Count switch
        {
            <= byte.MaxValue => data[row],
            <= ushort.MaxValue => ((ushort*)data)[row],
            _ => ((uint*)data)[row],
        };
        return Type.EnumValues[(int)index];
    }

    /// <summary>Returns one cell, as a string or by its cell type; for results of a few rows.</summary>
    internal T Value<T>(int row)
    {
        if (!IsValid(row))
            throw new DuckDbException("duckdb_vector_get_validity", $"Column '{name}', row {row} is NULL.");
        if (typeof(T) == typeof(string))
            return (T)(object)Text(row)!;
        Type.RequireCell(typeof(T), name);
        return Unsafe.ReadUnaligned<T>(data + (long)row * Unsafe.SizeOf<T>());
    }

    /// <summary>The inner values: of a LIST all values that <see cref="DuckDbListEntry"/>
    /// cells refer to, of an ARRAY rows × length.</summary>
    internal DuckDbVector Child => Type.Id switch
    {
        DuckDbTypeId.List or DuckDbTypeId.Map =>
            new(Vectors.DuckDBListVectorGetChild(vector), Type.Child!, checked((int)Vectors.DuckDBListVectorGetSize(vector)), name),
        DuckDbTypeId.Array => new(Vectors.DuckDBArrayVectorGetChild(vector), Type.Child!, checked(RowCount * Type.ArrayLength), name),
        _ => throw Mismatch("LIST or ARRAY"),
    };

    /// <summary>Returns one field of a STRUCT.</summary>
    internal DuckDbVector Field(int index)
    {
        Require(DuckDbTypeId.Struct);
        DuckDbField field = Type.Fields[index];
        return new(Vectors.DuckDBStructVectorGetChild(vector, index), field.Type, RowCount, $"{name}.{field.Name}");
    }

    private ReadOnlySpan<byte> Bytes(int row)
    {
        if (!IsValid(row))
            return default;
        byte* cell = data + (long)row * StringCellBytes;
        int length = *(int*)cell;
        return new(length <= InlineBytes ? cell + sizeof(int) : *(byte**)(cell + 8), length);
    }

    private void ThrowIfOutside(int row) => ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)RowCount, nameof(row));

    private void Require(DuckDbTypeId id)
    {
        if (Type.Id != id)
            throw Mismatch(id.ToString().ToUpperInvariant());
    }

    private DuckDbException Mismatch(string expected) =>
        new("duckdb_vector_get_data", $"Column '{name}' has the type {Type}; expected {expected}. Cast it in the SQL.");
}
