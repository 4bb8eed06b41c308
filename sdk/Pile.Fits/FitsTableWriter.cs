using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using Pile.Fits.Native;

namespace Pile.Fits;

/// <summary>Writes a binary table: columns by ranges of rows, in any order.</summary>
internal sealed class FitsTableWriter
{
    private readonly FitsWriter writer;
    private readonly FitsFileHandle handle;
    private readonly IReadOnlyList<FitsColumnDefinition> columns;
    private readonly long? rowCount;
    private readonly int hduNumber;
    private readonly int rowBytes;
    private long appended;

    internal FitsTableWriter(FitsWriter writer, FitsFileHandle handle, IReadOnlyList<FitsColumnDefinition> columns, long? rowCount,
        int hduNumber) =>
        (this.writer, this.handle, this.columns, this.rowCount, this.hduNumber, rowBytes) =
            (writer, handle, columns, rowCount, hduNumber, columns.Sum(c => c.RowBytes));

    /// <summary>Writes rows of a column of numbers or logicals.</summary>
    /// <typeparam name="T">The column's own type.</typeparam>
    /// <param name="column">The column, from 0.</param>
    /// <param name="firstRow">The first row, from 0.</param>
    /// <param name="values">Complete rows, shape [rows, Repeat].</param>
    /// <param name="isNull">Which values are null, same shape; or empty. Nulls are written as TNULL, NaN or an undefined logical.</param>
    /// <exception cref="ArgumentException">The type, the range or a length is
    /// not valid, or an integer column with nulls has no null value.</exception>
    /// <exception cref="FitsException">Writing fails.</exception>
    internal unsafe void Write<T>(int column, long firstRow, ReadOnlySpan<T> values, ReadOnlySpan<bool> isNull = default)
        where T : unmanaged
    {
        FitsColumnDefinition definition = CheckRows(column, firstRow, values.Length, isNull.Length);
        if (!FitsValues.CanReadAs<T>(definition.Type) || Unsafe.SizeOf<T>() * definition.Repeat != definition.RowBytes)
            throw new ArgumentException($"Column {definition.Name} requires {definition.Type}, found {typeof(T).Name}.", nameof(values));
        ReadOnlySpan<T> written = isNull.Contains(true) && typeof(T) != typeof(bool) ? WithNulls(definition, values, isNull) : values;
        int status = 0;
        fixed (T* first = written)
            if (!written.IsEmpty)
                FitsNative.WriteColumn(handle, TypeCode(definition.Type), column + 1, firstRow + 1, 1, written.Length, first, ref status);
        if (typeof(T) == typeof(bool))
            for (int i = 0; i < isNull.Length; i++)
                if (isNull[i])
                    FitsNative.WriteNulls(handle, column + 1, firstRow + 1 + (i / definition.Repeat), (i % definition.Repeat) + 1, 1,
                        ref status);
        writer.Check(status, $"rows from {firstRow} of column {definition.Name} cannot be written");
    }

    /// <summary>Writes a row of a variable-length column; a row that is not written is empty.</summary>
    /// <typeparam name="T">The column's own type.</typeparam>
    /// <param name="column">The column, from 0.</param>
    /// <param name="row">The row, from 0.</param>
    /// <param name="values">The values of the row.</param>
    /// <exception cref="ArgumentException">The column has a fixed length, or the type or the length is not valid.</exception>
    /// <exception cref="FitsException">Writing fails.</exception>
    internal unsafe void WriteRow<T>(int column, long row, ReadOnlySpan<T> values) where T : unmanaged
    {
        writer.CheckCurrent(hduNumber);
        FitsColumnDefinition definition = columns[column];
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)row, (ulong)(rowCount ?? long.MaxValue), nameof(row));
        if (definition.MaxRowLength is not { } longest || values.Length > longest || !FitsValues.CanReadAs<T>(definition.Type))
            throw new ArgumentException($"Column {definition.Name} does not accept rows of {values.Length} values of type "
                + $"{typeof(T).Name}.",
                nameof(values));
        if (values.IsEmpty)
            return;
        int status = 0;
        fixed (T* first = values)
            FitsNative.WriteColumn(handle, TypeCode(definition.Type), column + 1, row + 1, 1, values.Length, first, ref status);
        writer.Check(status, $"row {row} of column {definition.Name} cannot be written");
    }

    /// <summary>Writes rows of a text column.</summary>
    /// <param name="column">The column, from 0.</param>
    /// <param name="firstRow">The first row, from 0.</param>
    /// <param name="values">Complete rows, shape [rows, Repeat].</param>
    /// <exception cref="ArgumentException">The column is not text, or the range is not valid.</exception>
    /// <exception cref="FitsException">A string is longer than the column, or not ASCII: nothing is truncated or replaced.</exception>
    internal unsafe void WriteText(int column, long firstRow, ReadOnlySpan<string> values)
    {
        FitsColumnDefinition definition = CheckRows(column, firstRow, values.Length, 0);
        if (definition.Type is not FitsType.Text)
            throw new ArgumentException($"Column {definition.Name} requires {definition.Type}, found text.", nameof(values));
        int offset = columns.Take(column).Sum(c => c.RowBytes);
        byte[] row = new byte[definition.RowBytes];
        int status = 0;
        for (int i = 0; i < values.Length; i += definition.Repeat)
        {
            Array.Clear(row);
            for (int j = 0; j < definition.Repeat; j++)
            {
                string value = values[i + j];
                if (value.Length > definition.Width || !Ascii.IsValid(value))
                    throw writer.Error($"row {firstRow + (i / definition.Repeat)} of column {definition.Name} has the value '{value}'; "
                        + $"FITS text must be ASCII, in this column of at most {definition.Width} characters.");
                Encoding.ASCII.GetBytes(value, row.AsSpan(j * definition.Width));
            }
            fixed (byte* bytes = row)
                FitsNative.WriteTableBytes(handle, firstRow + 1 + (i / definition.Repeat), offset + 1, row.Length, bytes, ref status);
        }
        writer.Check(status, $"rows from {firstRow} of column {definition.Name} cannot be written");
    }

    /// <summary>Appends complete rows as stored in the file.</summary>
    /// <param name="rows">The bytes of the rows, big-endian.</param>
    /// <exception cref="ArgumentException">The rows are not complete, or exceed the table.</exception>
    /// <exception cref="FitsException">Writing fails.</exception>
    internal unsafe void AppendRows(ReadOnlySpan<byte> rows)
    {
        writer.CheckCurrent(hduNumber);
        if (rows.IsEmpty)
            return;
        if (rowBytes == 0 || rows.Length % rowBytes != 0 || appended + (rows.Length / rowBytes) > rowCount)
            throw new ArgumentException($"The table requires complete rows of {rowBytes} bytes, {rowCount} in total; found {rows.Length} "
                + $"bytes for row {appended} and following.", nameof(rows));
        int status = 0;
        fixed (byte* bytes = rows)
            FitsNative.WriteTableBytes(handle, appended + 1, 1, rows.Length, bytes, ref status);
        writer.Check(status, $"rows from {appended} cannot be written");
        appended += rows.Length / rowBytes;
    }

    /// <summary>Removes TNULL of a column.</summary>
    /// <param name="column">The column, from 0.</param>
    /// <exception cref="FitsException">Writing fails.</exception>
    internal void RemoveNull(int column)
    {
        writer.CheckCurrent(hduNumber);
        int status = 0;
        FitsNative.DeleteKey(handle, $"TNULL{column + 1}", ref status);
        writer.Check(status, $"the null value of column {columns[column].Name} cannot be removed");
    }

    /// <summary>Changes TNULL of a column, and the nulls that were written.</summary>
    /// <param name="column">The column, from 0.</param>
    /// <param name="value">The stored value of null.</param>
    /// <param name="rows">The rows that are null, from 0.</param>
    /// <exception cref="FitsException">Writing fails.</exception>
    internal unsafe void ReplaceNull(int column, long value, IEnumerable<long> rows)
    {
        writer.CheckCurrent(hduNumber);
        FitsColumnDefinition definition = columns[column];
        int offset = columns.Take(column).Sum(c => c.RowBytes), size = definition.RowBytes / definition.Repeat, status = 0;
        Span<byte> stored = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(stored, value);
        byte[] row = new byte[definition.RowBytes];
        for (int i = 0; i < definition.Repeat; i++)
            stored[^size..].CopyTo(row.AsSpan(i * size));
        FitsNative.UpdateKey(handle, $"TNULL{column + 1}", value, null, ref status);
        fixed (byte* bytes = row)
            foreach (long at in rows)
                FitsNative.WriteTableBytes(handle, at + 1, offset + 1, row.Length, bytes, ref status);
        writer.Check(status, $"nulls of column {definition.Name} cannot be replaced");
    }

    private FitsColumnDefinition CheckRows(int column, long firstRow, int valueCount, int maskCount)
    {
        writer.CheckCurrent(hduNumber);
        FitsColumnDefinition definition = columns[column];
        if (definition.MaxRowLength is not null)
            throw new ArgumentException($"The rows of column {definition.Name} have variable length. Use WriteRow.", nameof(column));
        int repeat = Math.Max(1, definition.Repeat);
        if (valueCount % repeat != 0 || (maskCount != 0 && maskCount != valueCount))
            throw new ArgumentException($"Column {definition.Name} requires complete rows of {repeat} values and a mask of the same "
                + $"length, found {valueCount} and {maskCount}.");
        if (firstRow < 0 || firstRow + (valueCount / repeat) > rowCount)
            throw new ArgumentOutOfRangeException(nameof(firstRow),
                $"Rows {firstRow} to {firstRow + (valueCount / repeat)} exceed the table, which has {rowCount} rows.");
        return definition;
    }

    private static T[] WithNulls<T>(FitsColumnDefinition definition, ReadOnlySpan<T> values, ReadOnlySpan<bool> isNull) where T : unmanaged
    {
        T[] written = values.ToArray();
        T missing = NullOf<T>(definition);
        for (int i = 0; i < written.Length; i++)
            if (isNull[i])
                written[i] = missing;
        return written;
    }

    /// <summary>Returns the value in memory that is stored as TNULL: unsigned integers are stored with an offset.</summary>
    private static T NullOf<T>(FitsColumnDefinition definition) where T : unmanaged
    {
        object value = (definition.Type, definition.NullValue) switch
        {
            (FitsType.Float32, _) => (object)float.NaN, // without the cast, all arms would become double
            (FitsType.Float64, _) => double.NaN,
            (_, null) => throw new ArgumentException($"Column {definition.Name} contains nulls, which requires a null value."),
            (FitsType.UInt8, { } n) => checked((byte)n),
            (FitsType.Int8, { } n) => checked((sbyte)(n - 128)),
            (FitsType.Int16, { } n) => checked((short)n),
            (FitsType.UInt16, { } n) => checked((ushort)(n + 32768)),
            (FitsType.Int32, { } n) => checked((int)n),
            (FitsType.UInt32, { } n) => checked((uint)(n + 2147483648)),
            (FitsType.Int64, { } n) => n,
            (_, { } n) => unchecked((ulong)n + 9223372036854775808),
        };
        return (T)value;
    }

    private static int TypeCode(FitsType type) => type switch
    {
        FitsType.Bool => NativeType.Logical,
        FitsType.UInt8 => NativeType.UInt8,
        FitsType.Int8 => NativeType.Int8,
        FitsType.Int16 => NativeType.Int16,
        FitsType.UInt16 => NativeType.UInt16,
        FitsType.Int32 => NativeType.Int32,
        FitsType.UInt32 => NativeType.UInt32,
        FitsType.Int64 => NativeType.Int64,
        FitsType.UInt64 => NativeType.UInt64,
        FitsType.Float32 => NativeType.Float32,
        _ => NativeType.Float64,
    };
}
