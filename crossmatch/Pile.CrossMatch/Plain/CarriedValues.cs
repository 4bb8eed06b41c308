using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pile.DuckDb;
using Pile.Format;
using Pile.Parquet;

namespace Pile.CrossMatch.Plain;

/// <summary>All values of a carried column, in the order of the index.</summary>
internal abstract class CarriedValues
{
    /// <summary>The type in a file of pairs.</summary>
    internal abstract ParquetType Type { get; }

    /// <summary>What integers mean there.</summary>
    internal virtual ParquetInteger Integer => ParquetInteger.AsStored;

    /// <summary>Makes room for a column.</summary>
    /// <param name="type">Any type but text.</param>
    /// <param name="rows">Rows of the side.</param>
    internal static CarriedValues Of(DType type, int rows) => type switch
    {
        DType.Bool => new Booleans(rows),
        DType.Int8 => new Narrow<sbyte>(rows, ParquetInteger.Int8),
        DType.UInt8 => new Narrow<byte>(rows, ParquetInteger.UInt8),
        DType.Int16 => new Narrow<short>(rows, ParquetInteger.Int16),
        DType.UInt16 => new Narrow<ushort>(rows, ParquetInteger.UInt16),
        DType.Int32 => new Wide<int>(rows, ParquetType.Int32, ParquetInteger.AsStored),
        DType.UInt32 => new Wide<uint>(rows, ParquetType.Int32, ParquetInteger.UInt32),
        DType.Int64 => new Wide<long>(rows, ParquetType.Int64, ParquetInteger.AsStored),
        DType.UInt64 => new Wide<ulong>(rows, ParquetType.Int64, ParquetInteger.UInt64),
        DType.Float32 => new Wide<float>(rows, ParquetType.Float, ParquetInteger.AsStored),
        DType.Float64 => new Wide<double>(rows, ParquetType.Double, ParquetInteger.AsStored),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Text has no fixed size."),
    };

    /// <summary>Takes the values of a chunk, from a row on; from any thread.</summary>
    internal abstract void Set(int firstRow, DuckDbVector chunk);

    /// <summary>Writes the values of rows as a Parquet page has them.</summary>
    /// <param name="rows">Rows of the side.</param>
    /// <param name="buffer">Eight bytes for each.</param>
    /// <returns>The bytes that were written.</returns>
    internal abstract ReadOnlySpan<byte> Gather(ReadOnlySpan<int> rows, Span<byte> buffer);

    private abstract class Typed<T>(int rows) : CarriedValues where T : unmanaged
    {
        private readonly T[] values = GC.AllocateUninitializedArray<T>(rows);

        protected ReadOnlySpan<T> Values => values;

        internal override void Set(int firstRow, DuckDbVector chunk) => chunk.Values<T>().CopyTo(values.AsSpan(firstRow));
    }

    private sealed class Wide<T>(int rows, ParquetType type, ParquetInteger integer) : Typed<T>(rows) where T : unmanaged
    {
        internal override ParquetType Type => type;

        internal override ParquetInteger Integer => integer;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        internal override ReadOnlySpan<byte> Gather(ReadOnlySpan<int> rows, Span<byte> buffer)
        {
            Span<T> gathered = MemoryMarshal.Cast<byte, T>(buffer)[..rows.Length];
            ReadOnlySpan<T> from = Values;
            for (int i = 0; i < rows.Length; i++)
                gathered[i] = from[rows[i]];
            return MemoryMarshal.AsBytes(gathered);
        }
    }

    private sealed class Narrow<T>(int rows, ParquetInteger integer) : Typed<T>(rows) where T : unmanaged, IBinaryInteger<T>
    {
        internal override ParquetType Type => ParquetType.Int32;

        internal override ParquetInteger Integer => integer;

        internal override ReadOnlySpan<byte> Gather(ReadOnlySpan<int> rows, Span<byte> buffer)
        {
            Span<int> gathered = MemoryMarshal.Cast<byte, int>(buffer)[..rows.Length];
            ReadOnlySpan<T> from = Values;
            for (int i = 0; i < rows.Length; i++)
                gathered[i] = int.CreateTruncating(from[rows[i]]);
            return MemoryMarshal.AsBytes(gathered);
        }
    }

    private sealed class Booleans(int rows) : Typed<bool>(rows)
    {
        internal override ParquetType Type => ParquetType.Boolean;

        internal override ReadOnlySpan<byte> Gather(ReadOnlySpan<int> rows, Span<byte> buffer)
        {
            Span<byte> bits = buffer[..((rows.Length + 7) / 8)];
            bits.Clear();
            ReadOnlySpan<bool> from = Values;
            for (int i = 0; i < rows.Length; i++)
                if (from[rows[i]])
                    bits[i >> 3] |= (byte)(1 << (i & 7));
            return bits;
        }
    }
}
