using System.Globalization;

namespace Pile.Fits;

/// <summary>The type of a column's or image's values after applying TSCAL and TZERO.</summary>
internal enum FitsType
{
    /// <summary>Bits ('X'), read as bool.</summary>
    Bit,

    /// <summary>Logical ('L'), read as bool; may be undefined.</summary>
    Bool,
    UInt8, Int8, Int16, UInt16, Int32, UInt32, Int64, UInt64, Float32, Float64,

    /// <summary>Characters.</summary>
    Text,

    /// <summary>Two float32 ('C') of variable length or scaled; reading is not supported. Other complex numbers are two Float32.</summary>
    Complex64,

    /// <summary>The same of two float64 ('M').</summary>
    Complex128,
}

/// <summary>One column of a FITS table.</summary>
internal sealed partial class FitsColumn
{
    private FitsColumn() { }

    /// <summary>The position in the table, from 0.</summary>
    internal int Index { get; private init; }

    /// <summary>TTYPE as written, or <c>colN</c> (N from 1) if it is missing.</summary>
    internal string Name { get; private init; } = "";

    /// <summary>TFORM as written.</summary>
    internal string Form { get; private init; } = "";

    /// <summary>The type of the values after applying TSCAL and TZERO.</summary>
    internal FitsType Type { get; private init; }

    /// <summary>The number of values per row: numbers, bits, or strings; 1 for a scalar; 0 for a variable-length column, see
    /// <see cref="FitsTable.ReadLengths"/>.</summary>
    internal int Repeat { get; private init; }

    /// <summary>The size of one stored value in bytes; the maximum length of a string; 0 for bits.</summary>
    internal int Width { get; private init; }

    /// <summary>The shape of a row's values, slowest axis first (TDIM in reverse order); empty for a scalar.</summary>
    internal IReadOnlyList<long> Shape { get; private init; } = [];

    /// <summary>Whether rows differ in length; their values are then stored in the heap.</summary>
    internal bool IsVariableLength { get; private init; }

    /// <summary>TUNIT, or null.</summary>
    internal string? Unit { get; private init; }

    /// <summary>TCOMM, otherwise the comment on the TTYPE card if it describes the column; or null.</summary>
    internal string? Description { get; private set; }

    /// <summary>TUCD, or null.</summary>
    internal string? Ucd { get; private init; }

    /// <summary>TDISP, or null.</summary>
    internal string? DisplayFormat { get; private init; }

    /// <summary>TNULL of an integer column: the stored value of null, before applying TSCAL and TZERO.</summary>
    internal long? NullValue { get; private init; }

    /// <summary>TSCAL, 1 if missing.</summary>
    internal double Scale { get; private init; } = 1;

    /// <summary>TZERO, 0 if missing; also if it only makes integers unsigned.</summary>
    internal double Zero { get; private init; }

    /// <summary>The TZERO of 64-bit integers that is added exactly, because TSCAL is 1 and TZERO an integer; otherwise 0.</summary>
    internal long Addend { get; private init; }

    /// <summary>The letter of TFORM: B I J K E D L X A C M; in ASCII tables A I F E D.</summary>
    internal char Letter { get; private init; }

    /// <summary>Whether TSCAL and TZERO convert the values to float64.</summary>
    internal bool IsScaled { get; private init; }

    /// <summary>Whether TZERO only flips the sign bit (unsigned 16, 32, 64 bits, signed 8).</summary>
    internal bool IsSignFlipped { get; private init; }

    /// <summary>The offset of the column in a row, in bytes.</summary>
    internal int OffsetBytes { get; private init; }

    /// <summary>The size in a row in bytes: of the values, or of the descriptor of a variable-length array.</summary>
    internal int RowBytes { get; private init; }

    /// <summary>The size of a number in a descriptor in bytes: 4 ('P') or 8 ('Q').</summary>
    internal int DescriptorBytes { get; private init; }

    /// <summary>TNULL of a column of an ASCII table.</summary>
    internal string? NullText { get; private init; }

    /// <summary>The number of digits after the implicit point of a number without one in an ASCII table: 4 of F9.4.</summary>
    internal int Decimals { get; private init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Form}";

    /// <summary>Returns the size in the heap of a variable-length row, in bytes.</summary>
    internal long HeapBytes(long length) => Type is FitsType.Bit ? (length + 7) / 8 : length * (Letter is 'A' ? 1 : Width);

    private static double ParseNumber(FitsHeader header, string keyword, double missing) => header.GetFloat64(keyword) ?? missing;

    private static long? ParseNull(FitsHeader header, string keyword,
        char letter) => letter is 'B' or 'I' or 'J' or 'K' ? header.GetInt64(keyword) : null;

    private static long[] ParseShape(string? dimensions, int repeat)
    {
        if (dimensions is null || !dimensions.StartsWith('(') || !dimensions.EndsWith(')'))
            return repeat == 1 ? [] : [repeat];
        string[] parts = dimensions[1..^1].Split(',');
        long[] shape = new long[parts.Length];
        long product = 1;
        for (int i = 0; i < parts.Length; i++)
        {
            if (!long.TryParse(parts[i], NumberStyles.Integer, CultureInfo.InvariantCulture, out long length) || length < 0
                || (length > 0 && product > int.MaxValue / length))
                return repeat == 1 ? [] : [repeat];
            shape[^(i + 1)] = length;
            product *= length;
        }
        // FITS 4.0 §7.3.2: a TDIM that does not match TFORM is ignored.
        return product == repeat ? (repeat == 1 && shape.Length == 1 ? [] : shape) : repeat == 1 ? [] : [repeat];
    }
}
