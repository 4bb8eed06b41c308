using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Unicode;
using DuckDB.NET.Native;
using Pile.Format;
using static DuckDB.NET.Native.NativeMethods;

namespace Pile.DuckDb;

/// <summary>Writes one column of a chunk: each method writes rows from the first, at most
/// <see cref="DuckDbChunkWriter.Capacity"/>.</summary>
internal readonly unsafe ref struct DuckDbVectorWriter
{
    private const int StringCellBytes = 16;
    private const int InlineBytes = 12, PrefixBytes = 4;

    private readonly nint vector;
    private readonly byte* data;
    private readonly string name;

    internal DuckDbVectorWriter(nint vector, DuckDbType type, string name)
    {
        (this.vector, Type, this.name) = (vector, type, name);
        data = (byte*)Vectors.DuckDBVectorGetData(vector);
    }

    internal DuckDbType Type { get; }

    /// <summary>Returns the column's cells for writing; shape [<see cref="DuckDbChunkWriter.Capacity"/>].</summary>
    /// <exception cref="DuckDbException">The column's cells have a different type.</exception>
    internal Span<T> Values<T>() where T : unmanaged
    {
        Type.RequireCell<T>(name);
        return new(data, DuckDbChunkWriter.Capacity);
    }

    /// <summary>Writes cells, shape [n].</summary>
    /// <exception cref="DuckDbException">The column's cells have a different type.</exception>
    internal void Write<T>(ReadOnlySpan<T> values) where T : unmanaged => values.CopyTo(Values<T>());

    /// <summary>Writes concatenated VARCHAR or BLOB cells.</summary>
    /// <param name="offsets">The start of each cell in <paramref name="bytes"/> and the end of the last; shape [n + 1].</param>
    /// <param name="bytes">The bytes of all cells, UTF-8 for a VARCHAR.</param>
    /// <param name="isPinned">True if the bytes remain where they are until the next chunk is requested.</param>
    /// <exception cref="ArgumentException">A VARCHAR's bytes are not UTF-8.</exception>
    internal void WriteUtf8(ReadOnlySpan<int> offsets, ReadOnlySpan<byte> bytes, bool isPinned)
    {
        for (int row = 0; row < offsets.Length - 1; row++)
            SetBytes(row, bytes[offsets[row]..offsets[row + 1]], isPinned);
    }

    /// <summary>Writes one VARCHAR or BLOB cell.</summary>
    /// <param name="row">The row of the chunk.</param>
    /// <param name="bytes">The bytes, UTF-8 for a VARCHAR.</param>
    /// <param name="isPinned">True if the bytes remain where they are until the next chunk is requested. Otherwise DuckDB copies them,
    /// and ends the process if its memory limit does not allow it.</param>
    /// <exception cref="ArgumentException">A VARCHAR's bytes are not UTF-8.</exception>
    internal void SetBytes(int row, ReadOnlySpan<byte> bytes, bool isPinned = false)
    {
        ThrowIfOutside(row);
        if (Type.Id is DuckDbTypeId.Varchar)
        {
            if (!Utf8.IsValid(bytes))
                throw new ArgumentException($"Column '{name}', row {row} of the chunk: the bytes are not UTF-8.", nameof(bytes));
        }
        else if (Type.Id is not DuckDbTypeId.Blob)
            throw Mismatch("VARCHAR or BLOB");

        if (bytes.Length > InlineBytes && !isPinned)
        {
            Copy(vector, (ulong)row, bytes);
            return;
        }
        // duckdb_string_t of duckdb.h: the length, then a short text itself, or the first four bytes and the address of a long one.
        byte* cell = data + ((long)row * StringCellBytes);
        new Span<byte>(cell, StringCellBytes).Clear();
        *(int*)cell = bytes.Length;
        if (bytes.Length <= InlineBytes)
        {
            bytes.CopyTo(new Span<byte>(cell + sizeof(int), InlineBytes));
            return;
        }
        bytes[..PrefixBytes].CopyTo(new Span<byte>(cell + sizeof(int), PrefixBytes));
        *(void**)(cell + sizeof(int) + PrefixBytes) = Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes));
    }

    /// <summary>Writes LIST cells of variable length.</summary>
    /// <param name="offsets">The start of each cell's values in <paramref name="values"/> and the end of the last; shape [n + 1].</param>
    /// <param name="values">The values of all cells.</param>
    internal void WriteLists<T>(ReadOnlySpan<int> offsets, ReadOnlySpan<T> values) where T : unmanaged
    {
        int first = offsets[0];
        ReadOnlySpan<T> used = values[first..offsets[^1]];
        Span<DuckDbListEntry> entries = Values<DuckDbListEntry>();
        if (offsets.Length - 1 > entries.Length)
            throw new ArgumentException($"{offsets.Length - 1} rows exceed the {entries.Length} rows of a chunk.", nameof(offsets));
        Type.Child!.RequireCell<T>(name);

        Reserve(used.Length);
        if (!used.IsEmpty)
            used.CopyTo(new Span<T>(Vectors.DuckDBVectorGetData(Vectors.DuckDBListVectorGetChild(vector)), used.Length));
        for (int row = 0; row < offsets.Length - 1; row++)
        {
            int length = offsets[row + 1] - offsets[row];
            ArgumentOutOfRangeException.ThrowIfNegative(length, nameof(offsets));
            entries[row] = new(offsets[row] - first, length);
        }
    }

    /// <summary>Writes LIST cells without their values, one after the other.</summary>
    /// <param name="lengths">The number of values of each cell.</param>
    internal void BeginLists(ReadOnlySpan<int> lengths)
    {
        Span<DuckDbListEntry> entries = Values<DuckDbListEntry>();
        long total = 0;
        for (int row = 0; row < lengths.Length; row++)
        {
            entries[row] = new(total, lengths[row]);
            total += lengths[row];
        }
        Reserve(total);
    }

    /// <summary>Returns the values of all LIST cells for writing, whose places are those of <see cref="BeginLists"/>.</summary>
    /// <exception cref="DuckDbException">The values have a different type.</exception>
    internal Span<T> ListValues<T>() where T : unmanaged
    {
        Type.Child!.RequireCell<T>(name);
        return new(Vectors.DuckDBVectorGetData(Vectors.DuckDBListVectorGetChild(vector)), (int)Vectors.DuckDBListVectorGetSize(vector));
    }

    /// <summary>Writes the texts of LIST cells, whose places are those of <see cref="BeginLists"/>.</summary>
    /// <param name="row">The row of the chunk.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="textRow">The row of these.</param>
    internal void SetTextList(int row, TextColumnData texts, int textRow)
    {
        if (Type.Child!.Id is not DuckDbTypeId.Varchar)
            throw Mismatch("a LIST of VARCHAR");
        nint child = Vectors.DuckDBListVectorGetChild(vector);
        ulong place = (ulong)Values<DuckDbListEntry>()[row].Offset;
        for (int i = 0; i < texts.ElementsOf(textRow); i++)
        {
            Copy(child, place + (ulong)i, texts.Element(textRow, i));
        }
    }

    /// <summary>Writes LIST or ARRAY cells of the same length.</summary>
    /// <param name="length">The number of values per cell; for an ARRAY its own length.</param>
    /// <param name="values">The values of all cells, shape [n, length].</param>
    internal void WriteVectors<T>(int length, ReadOnlySpan<T> values) where T : unmanaged
    {
        int rowCount = length == 0 ? 0 : values.Length / length;
        if (rowCount * length != values.Length || rowCount > DuckDbChunkWriter.Capacity)
            throw new ArgumentException($"The number of values, {values.Length}, must be a multiple of the cell length, {length}, and fit "
                + "a chunk.", nameof(values));

        if (Type.Id is DuckDbTypeId.Array && Type.ArrayLength == length)
        {
            Type.Child!.RequireCell<T>(name);
            values.CopyTo(new Span<T>(Vectors.DuckDBVectorGetData(Vectors.DuckDBArrayVectorGetChild(vector)), values.Length));
            return;
        }
        if (Type.Id is not DuckDbTypeId.List)
            throw Mismatch($"a LIST or an ARRAY of {length}");

        Span<int> offsets = stackalloc int[DuckDbChunkWriter.Capacity + 1];
        for (int row = 0; row <= rowCount; row++)
            offsets[row] = row * length;
        WriteLists(offsets[..(rowCount + 1)], values);
    }

    /// <summary>Writes LIST cells that contain lists, one level for each axis.</summary>
    /// <param name="rank">The number of axes.</param>
    /// <param name="shapes">The shape of each cell, slowest axis first; shape [n, rank].</param>
    /// <param name="values">The values of all cells, row-major.</param>
    internal void WriteNestedLists<T>(int rank, ReadOnlySpan<int> shapes, ReadOnlySpan<T> values) where T : unmanaged
    {
        int rowCount = shapes.Length / rank;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rowCount, DuckDbChunkWriter.Capacity, nameof(shapes));
        nint lists = vector;
        DuckDbType type = Type;
        for (int axis = 0; axis < rank; axis++, lists = Vectors.DuckDBListVectorGetChild(lists), type = type.Child!)
        {
            long total = 0;
            for (int row = 0; row < rowCount; row++)
                total += Product(shapes.Slice(row * rank, axis + 1));
            if (Vectors.DuckDBListVectorReserve(lists, (ulong)total) is not DuckDBState.Success
                || Vectors.DuckDBListVectorSetSize(lists, (ulong)total) is not DuckDBState.Success)
                throw new DuckDbException("duckdb_list_vector_reserve",
                    $"Column '{name}': no memory could be allocated for {total} list values.");
            DuckDbListEntry* entry = (DuckDbListEntry*)Vectors.DuckDBVectorGetData(lists);
            long offset = 0;
            for (int row = 0; row < rowCount; row++)
            {
                int length = shapes[(row * rank) + axis];
                for (long list = Product(shapes.Slice(row * rank, axis)); list > 0; list--, offset += length)
                    *entry++ = new(offset, length);
            }
            if (axis == rank - 1 && total != values.Length)
                throw new ArgumentException($"The shapes have {total} elements, but {values.Length} values were given.", nameof(values));
        }
        type.RequireCell<T>(name);
        if (!values.IsEmpty)
            values.CopyTo(new Span<T>(Vectors.DuckDBVectorGetData(lists), values.Length));

        static long Product(ReadOnlySpan<int> lengths)
        {
            long product = 1;
            foreach (int length in lengths)
                product *= length;
            return product;
        }
    }

    /// <summary>Makes one row NULL; the contents of its cell are ignored.</summary>
    internal void SetNull(int row)
    {
        ThrowIfOutside(row);
        ClearBit(WritableValidity(), row);
    }

    /// <summary>Makes the rows NULL whose mask is true, shape [n].</summary>
    internal void SetNulls(ReadOnlySpan<bool> isNull)
    {
        if (!isNull.Contains(true))
            return; // without a mask, readers use their fast path
        ThrowIfOutside(isNull.Length - 1);
        ulong* validity = WritableValidity();
        for (int row = 0; row < isNull.Length; row++)
            if (isNull[row])
                ClearBit(validity, row);
    }

    // DuckDB copies the bytes, and does not check that they are UTF-8.
    private static void Copy(nint vector, ulong row, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
            Vectors.DuckDBUnsafeVectorAssignStringElementLength(vector, row, start, bytes.Length);
    }

    private void Reserve(long valueCount)
    {
        if (Vectors.DuckDBListVectorReserve(vector, (ulong)valueCount) is not DuckDBState.Success
            || Vectors.DuckDBListVectorSetSize(vector, (ulong)valueCount) is not DuckDBState.Success)
            throw new DuckDbException("duckdb_list_vector_reserve",
                $"Column '{name}': no memory could be allocated for {valueCount} list values.");
    }

    private ulong* WritableValidity()
    {
        Vectors.DuckDBVectorEnsureValidityWritable(vector);
        return Vectors.DuckDBVectorGetValidity(vector);
    }

    private void ClearBit(ulong* validity, int row)
    {
        validity[row >> 6] &= ~(1UL << (row & 63));
        if (Type.Id is DuckDbTypeId.Varchar or DuckDbTypeId.Blob)
            new Span<byte>(data + (long)row * StringCellBytes, StringCellBytes).Clear(); // no stale pointer remains
    }

    private static void ThrowIfOutside(int row) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)DuckDbChunkWriter.Capacity, nameof(row));

    private DuckDbException Mismatch(string given) =>
        new("duckdb_vector_get_data", $"Column '{name}' has the type {Type}, which does not accept {given} cells.");
}
