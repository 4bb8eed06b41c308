using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pile.Fits;

/// <summary>A table of an open file: its columns, and their values by ranges of rows.</summary>
/// <remarks>The rows read last are kept in memory as stored in the file, so reading several columns of one range reads the file once.
/// To stream a table, read every column in steps of <see cref="BlockRowCount"/> rows. Not thread-safe, like the file.</remarks>
internal sealed partial class FitsTable
{
    // Larger than a disk's read-ahead, smaller than the last-level cache of a processor.
    private const int BlockBytes = 4 << 20;

    private readonly FitsFile file;
    private readonly FitsHdu hdu;
    private readonly FitsColumn[] columns;
    private readonly int rowBytes;
    private readonly long heapStart;
    private readonly long heapBytes;

    internal FitsTable(FitsFile file, FitsHdu hdu)
    {
        (this.file, this.hdu) = (file, hdu);
        if (hdu.Header.GetBool("ZTABLE") == true)
            throw file.Error(hdu, "the table is tile-compressed, which is not supported. Decompress it with 'funpack' first.");
        if (hdu.Axes is not [var rowBytes and <= int.MaxValue, var rowCount])
            throw file.Error(hdu, $"expected NAXIS = 2 and rows of less than 2 GiB, found axes [{string.Join(", ", hdu.Axes)}].");
        (this.rowBytes, RowCount) = ((int)rowBytes, rowCount);
        columns = FitsColumn.ParseAll(hdu.Header, hdu.Kind is FitsHduKind.AsciiTable);
        long mainBytes = rowBytes * rowCount;
        long heapOffset = hdu.Header.GetInt64("THEAP") ?? mainBytes;
        long declaredBytes = mainBytes + (hdu.Header.GetInt64("PCOUNT") ?? 0);
        if (heapOffset < mainBytes || heapOffset > declaredBytes)
            throw file.Error(hdu, $"THEAP must be in [{mainBytes}, {declaredBytes}], found {heapOffset}.");
        (heapStart, heapBytes) = (hdu.DataStart + heapOffset, declaredBytes - heapOffset);
    }

    /// <summary>The number of rows.</summary>
    internal long RowCount { get; }

    /// <summary>The columns, in the order of the file.</summary>
    internal IReadOnlyList<FitsColumn> Columns => columns;

    /// <summary>The header of the table.</summary>
    internal FitsHeader Header => hdu.Header;

    /// <summary>The number of rows to read at a time when streaming a table: 4 MiB, at least one row.</summary>
    internal int BlockRowCount => Math.Max(1, BlockBytes / Math.Max(1, rowBytes));

    /// <summary>Returns a column by its exact name, otherwise by its name ignoring case.</summary>
    /// <exception cref="FitsException">There is no such column.</exception>
    internal FitsColumn Column(string name) => TryColumn(name, out FitsColumn? column)
        ? column
        : throw file.Error(hdu, $"there is no column '{name}'. Its columns are "
            + $"{string.Join(", ", columns.Take(40).Select(c => c.Name))}{(columns.Length > 40 ? " …" : "")}.");

    /// <summary>Finds a column by its exact name, otherwise by its name ignoring case.</summary>
    internal bool TryColumn(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out FitsColumn? column)
    {
        column = Array.Find(columns, c => c.Name == name)
            ?? Array.Find(columns, c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return column is not null;
    }

    /// <summary>Reads a range of rows of a column.</summary>
    /// <typeparam name="T">The column's own type; or <see cref="double"/> for any number of at most 32 bits and float32; or
    /// <see cref="long"/> for any integer except uint64; <see cref="bool"/> for bits and logicals.</typeparam>
    /// <param name="column">A fixed-length column of this table that is not text.</param>
    /// <param name="firstRow">The first row, from 0.</param>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="destination">Receives the values, shape [rowCount, Repeat], TSCAL and TZERO applied; the rest is unchanged.</param>
    /// <param name="isNull">Receives which values are null by TNULL, or undefined logicals, unless empty; same shape. NaN is a value, not
    /// null.</param>
    /// <remarks>A null becomes NaN in scaled columns and in float64 destinations of integers with TNULL, the stored sentinel in other
    /// integers, and false in logicals.</remarks>
    /// <exception cref="ArgumentException">The type, the range or a length is not valid.</exception>
    /// <exception cref="FitsException">The rows cannot be read.</exception>
    internal void Read<T>(FitsColumn column, long firstRow, int rowCount, Span<T> destination, Span<bool> isNull = default)
        where T : unmanaged
    {
        if (column.IsVariableLength || column.Type is FitsType.Text)
            throw new ArgumentException($"Column {column} is "
                + $"{(column.IsVariableLength ? "of variable length: use ReadRow" : "text: use ReadText")}.", nameof(column));
        CheckType<T>(column);
        int repeat = column.Repeat;
        CheckRange(firstRow, rowCount, repeat, destination.Length, isNull.Length);

        while (rowCount > 0 && repeat > 0)
        {
            int step = Math.Min(rowCount, BlockRowCount);
            int values = step * repeat;
            Span<bool> stepNulls = isNull.IsEmpty ? default : isNull[..values];
            if (hdu.Kind is FitsHduKind.AsciiTable)
                ReadAsciiNumbers(column, firstRow, destination[..values], stepNulls);
            else if (column.Type is FitsType.Bit)
                UnpackBits(Gather(column, firstRow, step), column.RowBytes, repeat,
                    MemoryMarshal.Cast<T, bool>(destination[..values]), stepNulls);
            else if (Unsafe.SizeOf<T>() == column.Width && !column.IsScaled && column.Type is not FitsType.Bool)
                GatherInto(column, firstRow, destination[..values], stepNulls);
            else
                FitsValues.Decode(file, hdu, column, firstRow, Gather(column, firstRow, step), destination[..values], stepNulls);
            (firstRow, rowCount) = (firstRow + step, rowCount - step);
            destination = destination[values..];
            isNull = isNull.IsEmpty ? default : isNull[values..];
        }
    }

    /// <summary>Reads the lengths of a variable-length column's rows, and checks each against the heap.</summary>
    /// <param name="column">A variable-length column of this table.</param>
    /// <param name="firstRow">The first row, from 0.</param>
    /// <param name="lengths">Receives the number of values (for text, of characters) of each row.</param>
    /// <exception cref="FitsException">A descriptor refers to values outside the heap.</exception>
    internal void ReadLengths(FitsColumn column, long firstRow, Span<long> lengths)
    {
        CheckVariable(column);
        CheckRange(firstRow, lengths.Length, 1, lengths.Length, 0);
        for (int i = 0; i < lengths.Length; i++)
            lengths[i] = Descriptor(column, firstRow + i, Math.Min(lengths.Length - i, BlockRowCount)).Length;
    }

    /// <summary>Reads one row of a variable-length column.</summary>
    /// <typeparam name="T">See <see cref="Read"/>.</typeparam>
    /// <param name="column">A variable-length column of this table that is not text.</param>
    /// <param name="row">The row, from 0.</param>
    /// <param name="destination">Receives the values; must be at least as long as the row (see <see cref="ReadLengths"/>).</param>
    /// <param name="isNull">Receives which values are null, unless empty.</param>
    /// <returns>The row's length.</returns>
    /// <exception cref="ArgumentException">The type or a length is not valid.</exception>
    /// <exception cref="FitsException">The row refers to values outside the heap, or cannot be read.</exception>
    internal int ReadRow<T>(FitsColumn column, long row, Span<T> destination, Span<bool> isNull = default) where T : unmanaged
    {
        CheckVariable(column);
        CheckType<T>(column);
        CheckRange(row, 1, 0, 0, 0);
        (long length, long position) = Descriptor(column, row, 1);
        if (destination.Length < length || (!isNull.IsEmpty && isNull.Length < length))
            throw new ArgumentException($"Row {row} of column {column} has {length} values: destination and mask must have at least this "
                + "length.",
                nameof(destination));
        Span<byte> bytes = Scratch((int)column.HeapBytes(length));
        if (length == 0)
            return 0;
        file.ReadBytes(hdu, position, bytes);
        Span<bool> nulls = isNull.IsEmpty ? default : isNull[..(int)length];
        if (column.Type is FitsType.Bit)
            UnpackBits(bytes, bytes.Length, (int)length, MemoryMarshal.Cast<T, bool>(destination[..(int)length]), nulls);
        else
            FitsValues.Decode(file, hdu, column, row, bytes, destination[..(int)length], nulls);
        return (int)length;
    }

    private static void CheckVariable(FitsColumn column)
    {
        if (!column.IsVariableLength)
            throw new ArgumentException($"Column {column} has a fixed length: use Read or ReadText.", nameof(column));
    }

    private void CheckType<T>(FitsColumn column)
    {
        if (column.Type is FitsType.Complex64 or FitsType.Complex128)
            throw file.Error(hdu, $"column {column} is complex, and scaled or of variable length, which is not supported. Exclude it, "
                + "or split it into two real columns.");
        if (!FitsValues.CanReadAs<T>(column.Type))
            throw new ArgumentException($"Column {column} has the type {column.Type}, which {typeof(T).Name} cannot represent exactly.",
                nameof(column));
    }

    private void CheckRange(long firstRow, int rowCount, int repeat, int destinationLength, int maskLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        if (firstRow > RowCount - rowCount)
            throw new ArgumentOutOfRangeException(nameof(firstRow),
                $"Rows {firstRow} to {firstRow + rowCount} exceed the table, which has {RowCount} rows.");
        long values = (long)rowCount * repeat;
        if (destinationLength < values || (maskLength != 0 && maskLength < values))
            throw new ArgumentException($"{rowCount} rows of {repeat} values require a destination and a mask of length {values}.");
    }
}
