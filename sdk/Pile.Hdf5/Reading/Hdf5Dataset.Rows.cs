using System.Runtime.InteropServices;
using System.Text;
using Pile.Format;
using Pile.Hdf5.Native;

namespace Pile.Hdf5;

/// <content>Reading rows through the library, whatever their chunks and filters.</content>
internal sealed partial class Hdf5Dataset
{
    /// <summary>Reads rows of numbers or booleans, converted where that loses nothing.</summary>
    /// <param name="firstRow">The first of them.</param>
    /// <param name="rowCount">How many.</param>
    /// <param name="destination">Receives rows × <see cref="ElementsPerRow"/> elements in C order; that is its length.</param>
    /// <exception cref="ArgumentException">The rows lie outside, the destination has another length, or its type can't hold every value exactly.</exception>
    /// <exception cref="Hdf5Exception">The rows are damaged, or went through a filter that is not here.</exception>
    internal void ReadRows<T>(long firstRow, long rowCount, Span<T> destination) where T : unmanaged
    {
        DType wanted = DTypes.Of<T>();
        if (DType is DType.String || !DTypes.TryPromote(DType, wanted, out DType promoted) || promoted != wanted)
            throw new ArgumentException($"Dataset '{Path}' holds {DType.Name()}: {wanted.Name()} can't take every value of it exactly.", nameof(destination));
        CheckRows(firstRow, rowCount, destination.Length, ElementsPerRow);
        using (Hdf5Library.Enter())
        {
            CheckPlausible();
            using TypeHandle type = place.Check(Hdf5Types.Create(wanted), "making the element type");
            Read(firstRow, rowCount, type, MemoryMarshal.AsBytes(destination));
        }
        if (wanted is DType.Bool && MemoryMarshal.AsBytes(destination).IndexOfAnyExceptInRange((byte)0, (byte)1) is >= 0 and int bad)
            throw place.Found($"the boolean {bad} from row {firstRow} on is neither 0 nor 1");
    }

    /// <summary>Reads rows as bytes: numbers little-endian in <see cref="DType"/>, booleans as 0 and 1, texts of fixed width as they are stored.</summary>
    /// <param name="firstRow">The first of them.</param>
    /// <param name="rowCount">How many.</param>
    /// <param name="destination">Receives rows × <see cref="RowBytes"/> bytes; that is its length.</param>
    /// <exception cref="ArgumentException">The rows lie outside, the destination has another length, or the texts have no fixed width.</exception>
    /// <exception cref="Hdf5Exception">The rows are damaged, or went through a filter that is not here.</exception>
    internal void ReadRowBytes(long firstRow, long rowCount, Span<byte> destination)
    {
        CheckRows(firstRow, rowCount, destination.Length, RowBytes);
        using (Hdf5Library.Enter())
        {
            CheckPlausible();
            using TypeHandle type = place.Check(DType is DType.String ? Hdf5Native.GetType(handle) : Type.CreateMemoryType(), "making the element type");
            Read(firstRow, rowCount, type, destination);
        }
    }

    /// <summary>Bytes of a row in memory.</summary>
    /// <exception cref="ArgumentException">Its texts have no fixed width.</exception>
    internal long RowBytes => Type.Text is { IsVariable: true }
        ? throw new ArgumentException($"The texts of dataset '{Path}' have no fixed width: read them as texts.")
        : (long)ElementsPerRow * (DType is DType.String ? Type.StoredBytes : DType.ElementBytes());

    /// <summary>Reads rows of texts, of fixed or variable length, without their padding.</summary>
    /// <returns>The texts' bytes one after the other, and where each starts; one more number says where the last ends.</returns>
    /// <exception cref="ArgumentException">The rows lie outside, or the elements are no texts.</exception>
    /// <exception cref="Hdf5Exception">The rows are damaged, or not UTF-8.</exception>
    internal (byte[] Utf8, int[] Starts) ReadUtf8(long firstRow, long rowCount)
    {
        byte[] utf8 = [];
        int[] starts = [0];
        ReadTexts(firstRow, rowCount, (buffer, count) =>
        {
            starts = new int[count + 1];
            for (int i = 0; i < count; i++)
                starts[i + 1] = checked(starts[i] + Hdf5Text.At(buffer, i, Type, place).Length);
            utf8 = new byte[starts[^1]];
            for (int i = 0; i < count; i++)
                Hdf5Text.At(buffer, i, Type, place).CopyTo(utf8.AsSpan(starts[i]));
        });
        return (utf8, starts);
    }

    /// <summary>Reads rows of texts as strings.</summary>
    /// <inheritdoc cref="ReadUtf8"/>
    internal string[] ReadStrings(long firstRow, long rowCount)
    {
        (byte[] utf8, int[] starts) = ReadUtf8(firstRow, rowCount);
        string[] texts = new string[starts.Length - 1];
        for (int i = 0; i < texts.Length; i++)
            texts[i] = Encoding.UTF8.GetString(utf8, starts[i], starts[i + 1] - starts[i]);
        return texts;
    }

    private void ReadTexts(long firstRow, long rowCount, Action<ReadOnlySpan<byte>, int> take)
    {
        if (Type.Text is not { } text)
            throw new ArgumentException($"Dataset '{Path}' holds {DType.Name()}, no texts.");
        CheckRows(firstRow, rowCount, rowCount, 1);
        using (Hdf5Library.Enter())
        {
            CheckPlausible();
            int count = checked((int)(rowCount * ElementsPerRow));
            byte[] buffer = new byte[checked(count * (text.IsVariable ? nint.Size : Type.StoredBytes))];
            using TypeHandle type = place.Check(text.IsVariable ? Type.CreateMemoryType() : Hdf5Native.GetType(handle), "making the element type");
            try
            {
                Read(firstRow, rowCount, type, buffer);
                take(buffer, count);
            }
            finally
            {
                if (text.IsVariable && count > 0)
                {
                    using SpaceHandle memory = Hdf5Native.CreateSpace(1, [(ulong)count], []);
                    _ = Hdf5Native.Reclaim(type, memory, 0, buffer);
                }
            }
        }
    }

    private void Read(long firstRow, long rowCount, TypeHandle type, Span<byte> destination)
    {
        if (destination.IsEmpty)
            return;
        using SpaceHandle disk = place.Check(Hdf5Native.GetSpace(handle), "selecting rows");
        if (shape.Length is 0)
        {
            place.Check(Hdf5Native.Read(handle, type, disk, disk, 0, destination), "reading the value");
            return;
        }
        ulong[] count = Array.ConvertAll(shape, length => (ulong)length), start = new ulong[count.Length];
        (start[0], count[0]) = ((ulong)firstRow, (ulong)rowCount);
        place.Check(Hdf5Native.SelectHyperslab(disk, 0, start, 0, count, 0), "selecting rows");
        using SpaceHandle memory = place.Check(Hdf5Native.CreateSpace(count.Length, count, []), "selecting rows");
        place.Check(Hdf5Native.Read(handle, type, memory, disk, 0, destination), $"reading rows {firstRow} to {firstRow + rowCount - 1}");
    }

    private void CheckRows(long firstRow, long rowCount, long length, long perRow)
    {
        if (firstRow < 0 || rowCount < 0 || firstRow > RowCount - rowCount)
            throw new ArgumentException($"Dataset '{Path}' has {RowCount} rows: {rowCount} from row {firstRow} on lie outside.", nameof(rowCount));
        if (length != (Int128)rowCount * perRow)
            throw new ArgumentException($"Dataset '{Path}' has {perRow} per row: {rowCount} rows need a length of {(Int128)rowCount * perRow}, found {length}.");
    }
}
