using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pile.Fits;

/// <summary>A table of an open file: its columns, and their values by ranges of rows.</summary>
/// <remarks>The rows last asked for stay in memory as they lie in the file, so several columns over one range cost one read of it.
/// To stream a table, walk it in steps of <see cref="BlockRowCount"/> and read every column of a step. One thread at a time, as the
/// file.</remarks>
internal sealed partial class FitsTable
{
    // Larger than a disk's read-ahead, smaller than a processor's last cache.
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
            throw file.Error(hdu, "the table is tile-compressed, which is not supported. Uncompress it with 'funpack' first.");
        if (hdu.Axes is not [var rowBytes and <= int.MaxValue, var rowCount])
            throw file.Error(hdu, $"expected NAXIS = 2 and rows of less than 2 GiB, found axes [{string.Join(", ", hdu.Axes)}].");
        (this.rowBytes, RowCount) = ((int)rowBytes, rowCount);
        columns = FitsColumn.ParseAll(hdu.Header, hdu.Kind is FitsHduKind.AsciiTable);
        long mainBytes = rowBytes * rowCount;
        long heapOffset = hdu.Header.GetInt64("THEAP") ?? mainBytes;
        long declaredBytes = mainBytes + (hdu.Header.GetInt64("PCOUNT") ?? 0);
        if (heapOffset < mainBytes || heapOffset > declaredBytes)
            throw file.Error(hdu, $"THEAP should lie in {mainBytes}..{declaredBytes}, found {heapOffset}.");
        (heapStart, heapBytes) = (hdu.DataStart + heapOffset, declaredBytes - heapOffset);
    }

    /// <summary>Rows.</summary>
    internal long RowCount { get; }

    /// <summary>Columns, in the file's order.</summary>
    internal IReadOnlyList<FitsColumn> Columns => columns;

    /// <summary>The header of the table.</summary>
    internal FitsHeader Header => hdu.Header;

    /// <summary>How many rows to ask for at a time when a table is streamed: 4 MiB of them, at least 1.</summary>
    internal int BlockRowCount => Math.Max(1, BlockBytes / Math.Max(1, rowBytes));

    /// <summary>Finds a column by its exact name, else by its name whatever the case.</summary>
    /// <exception cref="FitsException">There is none.</exception>
    internal FitsColumn Column(string name) => TryColumn(name, out FitsColumn? column)
        ? column
        : throw file.Error(hdu, $"there is no column '{name}'. Its columns are "
            + $"{string.Join(", ", columns.Take(40).Select(c => c.Name))}{(columns.Length > 40 ? " …" : "")}.");

    /// <summary>Finds a column by its exact name, else by its name whatever the case.</summary>
    internal bool TryColumn(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out FitsColumn? column)
    {
        column = Array.Find(columns, c => c.Name == name)
            ?? Array.Find(columns, c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return column is not null;
    }

    /// <summary>Reads a column over a range of rows.</summary>
    /// <typeparam name="T">The column's own type; or <see cref="double"/> for any number of at most 32 bits and float32; or
    /// <see cref="long"/> for any integer but uint64. Bits and logicals: <see cref="bool"/>.</typeparam>
    /// <param name="column">A column of this table, of fixed length and no text.</param>
    /// <param name="firstRow">First row, from 0.</param>
    /// <param name="rowCount">Number of rows.</param>
    /// <param name="destination">Receives the values, shape [rowCount, Repeat], TSCAL and TZERO applied; the rest is untouched.</param>
    /// <param name="isNull">Receives, if not empty, which values are null by TNULL, or undefined logicals; same shape. NaN is a value, not
    /// null.</param>
    /// <remarks>A null comes out as NaN in scaled and float64 destinations made from integers with TNULL, as the stored sentinel in other
    /// integers, as false in logicals.</remarks>
    /// <exception cref="ArgumentException">The type, the range or a length does not fit.</exception>
    /// <exception cref="FitsException">The rows do not read.</exception>
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

    /// <summary>Reads the lengths of a variable-length column's rows, each checked against the heap.</summary>
    /// <param name="column">A variable-length column of this table.</param>
    /// <param name="firstRow">First row, from 0.</param>
    /// <param name="lengths">Receives values (characters, of text) per row, one for each row.</param>
    /// <exception cref="FitsException">A descriptor points outside the heap.</exception>
    internal void ReadLengths(FitsColumn column, long firstRow, Span<long> lengths)
    {
        CheckVariable(column);
        CheckRange(firstRow, lengths.Length, 1, lengths.Length, 0);
        for (int i = 0; i < lengths.Length; i++)
            lengths[i] = Descriptor(column, firstRow + i, Math.Min(lengths.Length - i, BlockRowCount)).Length;
    }

    /// <summary>Reads one row of a variable-length column.</summary>
    /// <typeparam name="T">As in <see cref="Read"/>.</typeparam>
    /// <param name="column">A variable-length column of this table, no text.</param>
    /// <param name="row">The row, from 0.</param>
    /// <param name="destination">Receives the values; at least as long as the row (see <see cref="ReadLengths"/>).</param>
    /// <param name="isNull">Receives, if not empty, which values are null.</param>
    /// <returns>The row's length.</returns>
    /// <exception cref="ArgumentException">The type or a length does not fit.</exception>
    /// <exception cref="FitsException">The row points outside the heap, or does not read.</exception>
    internal int ReadRow<T>(FitsColumn column, long row, Span<T> destination, Span<bool> isNull = default) where T : unmanaged
    {
        CheckVariable(column);
        CheckType<T>(column);
        CheckRange(row, 1, 0, 0, 0);
        (long length, long position) = Descriptor(column, row, 1);
        if (destination.Length < length || (!isNull.IsEmpty && isNull.Length < length))
            throw new ArgumentException($"Row {row} of {column} holds {length} values: destination and mask must be as long.",
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
            throw new ArgumentException($"Column {column} is of fixed length: use Read or ReadText.", nameof(column));
    }

    private void CheckType<T>(FitsColumn column)
    {
        if (column.Type is FitsType.Complex64 or FitsType.Complex128)
            throw file.Error(hdu, $"column {column} is complex, which is not supported. Split it into two real columns.");
        if (!FitsValues.CanReadAs<T>(column.Type))
            throw new ArgumentException($"Column {column} holds {column.Type}; {typeof(T).Name} can't hold that exactly.", nameof(column));
    }

    private void CheckRange(long firstRow, int rowCount, int repeat, int destinationLength, int maskLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        if (firstRow > RowCount - rowCount)
            throw new ArgumentOutOfRangeException(nameof(firstRow),
                $"Rows {firstRow} to {firstRow + rowCount} are asked for, but the table has {RowCount}.");
        long values = (long)rowCount * repeat;
        if (destinationLength < values || (maskLength != 0 && maskLength < values))
            throw new ArgumentException($"{rowCount} rows of {repeat} values need {values} places, in the destination and in the mask if "
                + "there is one.");
    }
}
