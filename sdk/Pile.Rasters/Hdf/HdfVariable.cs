using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Pile.Format;
using Pile.Hdf5;

namespace Pile.Rasters;

/// <summary>A dataset of an HDF5 file with its attributes as netCDF and CF use them.</summary>
internal sealed class HdfVariable(ForeignDataset dataset)
{
    private const int MostText = 1 << 20;

    private readonly Dictionary<string, ForeignAttribute> attributes =
        dataset.Attributes.ToDictionary(attribute => attribute.Name, StringComparer.Ordinal);

    /// <summary>The dataset.</summary>
    internal ForeignDataset Dataset { get; } = dataset;

    /// <summary>The path in the file, without a slash at its start.</summary>
    internal string Path => Dataset.Path;

    /// <summary>The name.</summary>
    internal string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>Finds an attribute.</summary>
    internal ForeignAttribute? Find(string name) => attributes.GetValueOrDefault(name);

    /// <summary>Returns the text of an attribute; null if it is missing, empty or not one text.</summary>
    internal string? Text(string name)
    {
        if (Find(name) is not { IsNull: false } attribute)
            return null;
        ReadOnlyMemory<byte> bytes = attribute.Type.Kind switch
        {
            ForeignTypeKind.Text => attribute.Read(),
            ForeignTypeKind.VariableText => attribute.ReadSequences() is [var only] ? only : default,
            _ => default,
        };
        if (bytes.Length > MostText)
            throw Dataset.Invalid($"the attribute '{name}' has {bytes.Length} bytes");
        return Encoding.UTF8.GetString(bytes.Span).TrimEnd('\0').Trim() is { Length: > 0 } text ? text : null;
    }

    /// <summary>Returns the numbers of an attribute, also if they are written as text, such as <c>"0.1"</c>; null if it is missing or
    /// has others.</summary>
    internal double[]? Numbers(string name)
    {
        if (Find(name) is { IsNull: false } attribute && DTypeOf(attribute.Type) is { } type)
            return ToDoubles(type, attribute.Read());
        if (Text(name)?.Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries) is not { Length: > 0 } terms)
            return null;
        double[] numbers = new double[terms.Length];
        for (int i = 0; i < terms.Length; i++)
            if (!double.TryParse(terms[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]))
                return null;
        return numbers;
    }

    /// <summary>Returns the first number of an attribute; null if it is missing or has others.</summary>
    internal double? Number(string name) => Numbers(name) is [var first, ..] ? first : null;

    /// <summary>Reads all values as float64; null if they are not numeric.</summary>
    /// <exception cref="Hdf5Exception">There are more values than <paramref name="most"/>.</exception>
    internal double[]? Values(long most)
    {
        if (DTypeOf(Dataset.Type) is not { } type)
            return null;
        Int128 bytes = (Int128)Dataset.RowCount * Dataset.RowBytes;
        if (bytes > most * type.ElementBytes())
            throw Dataset.Invalid($"its shape [{string.Join(", ", Dataset.Shape)}] has more than {most} values");
        byte[] values = new byte[(int)bytes];
        Dataset.Read(0, Dataset.RowCount, values);
        return ToDoubles(type, values);
    }

    /// <summary>Returns the dtype of numbers; null for other types.</summary>
    internal static DType? DTypeOf(ForeignType type) => type.Obstacle is not null ? null : (type.Kind, type.Bytes, type.IsSigned) switch
    {
        (ForeignTypeKind.Integer, 1, true) => DType.Int8,
        (ForeignTypeKind.Integer, 1, false) => DType.UInt8,
        (ForeignTypeKind.Integer, 2, true) => DType.Int16,
        (ForeignTypeKind.Integer, 2, false) => DType.UInt16,
        (ForeignTypeKind.Integer, 4, true) => DType.Int32,
        (ForeignTypeKind.Integer, 4, false) => DType.UInt32,
        (ForeignTypeKind.Integer, 8, true) => DType.Int64,
        (ForeignTypeKind.Integer, 8, false) => DType.UInt64,
        (ForeignTypeKind.Float, 4, _) => DType.Float32,
        (ForeignTypeKind.Float, 8, _) => DType.Float64,
        _ => null,
    };

    /// <summary>Converts little-endian numbers.</summary>
    internal static double[] ToDoubles(DType type, ReadOnlySpan<byte> bytes) => type switch
    {
        DType.Int8 => Convert<sbyte>(bytes),
        DType.UInt8 => Convert<byte>(bytes),
        DType.Int16 => Convert<short>(bytes),
        DType.UInt16 => Convert<ushort>(bytes),
        DType.Int32 => Convert<int>(bytes),
        DType.UInt32 => Convert<uint>(bytes),
        DType.Int64 => Convert<long>(bytes),
        DType.UInt64 => Convert<ulong>(bytes),
        DType.Float32 => Convert<float>(bytes),
        _ => Convert<double>(bytes),
    };

    private static double[] Convert<T>(ReadOnlySpan<byte> bytes) where T : unmanaged, System.Numerics.INumberBase<T>
    {
        ReadOnlySpan<T> numbers = MemoryMarshal.Cast<byte, T>(bytes);
        double[] converted = new double[numbers.Length];
        for (int i = 0; i < converted.Length; i++)
            converted[i] = double.CreateTruncating(numbers[i]);
        return converted;
    }
}
