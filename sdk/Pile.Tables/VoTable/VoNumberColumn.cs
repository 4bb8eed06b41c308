using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Pile.Format;
using Pile.Tables.Batches;

namespace Pile.Tables.VoTable;

/// <summary>A field of numbers or booleans.</summary>
internal sealed class VoNumberColumn<T>(VoField field, NumberColumnBuilder<T> builder) : VoColumn(field) where T : unmanaged
{
    private readonly bool isScalar = field.Shape.IsEmpty;
    private readonly int[] shape = new int[field.Shape.Length];
    private readonly byte[]? nullText = field.NullText is { } text ? Encoding.UTF8.GetBytes(text) : null;
    private readonly T? nullValue = field.NullText is { } value && TryParse(Encoding.UTF8.GetBytes(value), out T parsed, out _)
        ? parsed : null;
    private readonly bool isWidened = typeof(T) == typeof(double)
        && field.Datatype is VoDatatype.UnsignedByte or VoDatatype.Short or VoDatatype.Int or VoDatatype.Long;

    private T[] values = new T[16];

    /// <summary>Receives the arrays, which are not added to the builder; null to add them.</summary>
    internal Action<ReadOnlySpan<T>, int>? OnArray { get; init; }

    internal override void AddNull()
    {
        if (OnArray is null)
            builder.AddNull();
    }

    internal override bool TryAddText(ReadOnlySpan<byte> utf8)
    {
        utf8 = utf8.Trim(" \t\r\n"u8);
        if (utf8.IsEmpty)
        {
            AddNull();
            return true;
        }
        int count = 0, missing = 0;
        while (!utf8.IsEmpty)
        {
            int length = utf8.IndexOfAny(" \t\r\n,"u8);
            ReadOnlySpan<byte> word = length < 0 ? utf8 : utf8[..length];
            utf8 = length < 0 ? default : utf8[length..].TrimStart(" \t\r\n,"u8);
            if (count == values.Length)
                Array.Resize(ref values, 2 * count);
            bool isNull = false;
            if (nullText is not null && word.SequenceEqual(nullText))
                isNull = true;
            else if (isWidened ? !TryParseInteger(word, out values[count], out isNull) : !TryParse(word, out values[count], out isNull))
                return false;
            missing += ReplaceMissing(ref values[count], isNull);
            count++;
        }
        return TryAdd(count, missing);
    }

    internal override bool TryAddBinary(ReadOnlySpan<byte> bytes, int count, bool isNull)
    {
        if (isNull)
        {
            AddNull();
            return true;
        }
        int numbers = Field.IsComplex ? 2 * count : count, missing = 0;
        if (numbers > values.Length)
            values = new T[numbers];
        int width = numbers == 0 ? 0 : bytes.Length / numbers;
        for (int i = 0; i < numbers; i++)
        {
            if (!TryDecode(bytes.Slice(i * width, width), out values[i], out bool isMissing))
                return false;
            missing += ReplaceMissing(ref values[i], isMissing);
        }
        return TryAdd(numbers, missing);
    }

    private bool TryAdd(int count, int missing)
    {
        if (isScalar)
        {
            if (count != 1)
                return false;
            if (missing == 1)
                AddNull();
            else
                builder.Add(values[0]);
            return true;
        }
        if (OnArray is not null && TryShape(count, shape))
        {
            OnArray(values.AsSpan(0, count), missing);
            return true;
        }
        if (!TryShape(count, shape) || (missing > 0 && missing < count && !builder.Schema.DType.IsFloat()))
            return false;
        if (missing > 0 && missing == count)
            builder.FlagNull(builder.RowCount);
        values.AsSpan(0, count).CopyTo(builder.Schema.IsRagged ? builder.AddRow(shape) : builder.AddRows(1));
        return true;
    }

    /// <summary>Replaces the null value with NaN (0 for integers).</summary>
    /// <returns>1 if the value is missing, otherwise 0.</returns>
    private int ReplaceMissing(ref T value, bool isNull)
    {
        if (!isNull && !(nullValue is { } missing && EqualityComparer<T>.Default.Equals(value, missing)))
            return 0;
        value = typeof(T) == typeof(double) ? Unsafe.BitCast<double, T>(double.NaN)
            : typeof(T) == typeof(float) ? Unsafe.BitCast<float, T>(float.NaN) : default;
        return 1;
    }

    private static bool TryParse(ReadOnlySpan<byte> word, out T value, out bool isNull)
    {
        isNull = false;
        if (typeof(T) == typeof(bool))
        {
            isNull = word.SequenceEqual("?"u8);
            bool isTrue = word.SequenceEqual("T"u8) || word.SequenceEqual("t"u8) || word.SequenceEqual("1"u8)
                || Ascii.EqualsIgnoreCase(word, "true"u8);
            value = Unsafe.BitCast<bool, T>(isTrue);
            return isNull || isTrue || word.SequenceEqual("F"u8) || word.SequenceEqual("f"u8) || word.SequenceEqual("0"u8)
                || Ascii.EqualsIgnoreCase(word, "false"u8);
        }
        if (CellText.TryParse(word, out value))
            return true;
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double) || !word.StartsWith("0x"u8))
            return false;
        return long.TryParse(word[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long number)
            && CellText.TryParse(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)), out value);
    }

    /// <summary>Parses an integer, or NaN, for a column of float64.</summary>
    private static bool TryParseInteger(ReadOnlySpan<byte> word, out T value, out bool isNull)
    {
        if (VoNumberColumn<long>.TryParse(word, out long integer, out isNull) && integer is <= 1L << 53 and >= -(1L << 53))
        {
            value = Unsafe.BitCast<double, T>(integer);
            return true;
        }
        return TryParse(word, out value, out isNull) && double.IsNaN(Unsafe.BitCast<T, double>(value));
    }

    private bool TryDecode(ReadOnlySpan<byte> bytes, out T value, out bool isNull)
    {
        isNull = false;
        value = Field.Datatype switch
        {
            VoDatatype.Boolean => Unsafe.BitCast<bool, T>(bytes[0] is (byte)'T' or (byte)'t' or (byte)'1'),
            VoDatatype.UnsignedByte => As(bytes[0]),
            VoDatatype.Short => As(BinaryPrimitives.ReadInt16BigEndian(bytes)),
            VoDatatype.Int => As(BinaryPrimitives.ReadInt32BigEndian(bytes)),
            VoDatatype.Long => As(BinaryPrimitives.ReadInt64BigEndian(bytes)),
            VoDatatype.Float or VoDatatype.FloatComplex => As(BinaryPrimitives.ReadSingleBigEndian(bytes)),
            _ => As(BinaryPrimitives.ReadDoubleBigEndian(bytes)),
        };
        if (Field.Datatype is not VoDatatype.Boolean)
            return true;
        isNull = bytes[0] is (byte)'?' or (byte)' ' or 0;
        return isNull || bytes[0] is (byte)'T' or (byte)'t' or (byte)'1' or (byte)'F' or (byte)'f' or (byte)'0';
    }

    // Integers are converted to float64 in arrays with missing elements, those of 64 bits if it represents them; others keep their type.
    private static T As<TStored>(TStored stored) where TStored : unmanaged, System.Numerics.INumber<TStored> =>
        typeof(T) == typeof(TStored) ? Unsafe.BitCast<TStored, T>(stored) : Unsafe.BitCast<double, T>(double.CreateChecked(stored));
}
