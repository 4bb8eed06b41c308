using System.Runtime.InteropServices;
using Pile.Format;
using Pile.Hdf5.Native;

namespace Pile.Hdf5;

/// <summary>What a dataset's or attribute's elements are, in memory and on disk.</summary>
/// <param name="DType">The smallest type that holds them exactly: an enumeration becomes its integer, a half-precision float32.</param>
/// <param name="StoredBytes">Bytes of one element on disk; of a text of variable length, of the reference to it.</param>
/// <param name="IsPlain">True when the bytes on disk are those of <paramref name="DType"/>, little-endian, so that pieces can be read without the library.</param>
/// <param name="Text">How texts are kept; null for numbers.</param>
internal sealed record Hdf5ElementType(DType DType, int StoredBytes, bool IsPlain, Hdf5TextStorage? Text = null)
{
    private static readonly string[] ClassNames =
        ["integer", "float", "time", "string", "bit field", "opaque", "compound", "reference", "enumeration", "sequence of variable length", "array"];

    /// <summary>Describes a type.</summary>
    /// <exception cref="Hdf5Exception">No column can hold such elements.</exception>
    internal static Hdf5ElementType Of(TypeHandle type, Hdf5Place place) => Find(type, place) ?? throw place.Found(
        $"elements of the kind '{KindOf(type)}', {Hdf5Native.GetSize(type)} bytes each, which Pile does not read; convert them to numbers or texts first");

    /// <summary>Describes a type, or gives null when no column can hold such elements.</summary>
    internal static Hdf5ElementType? Find(TypeHandle type, Hdf5Place place)
    {
        int kind = place.Check(Hdf5Native.GetClass(type), "reading the element type");
        nuint bytes = Hdf5Native.GetSize(type);
        if (bytes is 0 || bytes > int.MaxValue)
            throw place.Found($"elements of {bytes} bytes");
        return kind switch
        {
            Hdf5Native.ClassInteger => Integer(type, (int)bytes),
            Hdf5Native.ClassFloat => Float(type, (int)bytes),
            Hdf5Native.ClassString => String(type, (int)bytes),
            Hdf5Native.ClassEnum => Enumeration(type, (int)bytes, place),
            _ => null,
        };
    }

    /// <summary>The type to read elements as, so that nothing is converted but the order of bytes.</summary>
    internal TypeHandle CreateMemoryType() => Text is { IsVariable: true } text
        ? Hdf5Types.CreateVariableString(text.CharacterSet)
        : Hdf5Types.Create(DType, StoredBytes);

    private static Hdf5ElementType? Integer(TypeHandle type, int bytes)
    {
        bool signed = Hdf5Native.GetSign(type) is not 0;
        DType? dtype = (bytes, signed) switch
        {
            (1, true) => DType.Int8,
            (1, false) => DType.UInt8,
            (2, true) => DType.Int16,
            (2, false) => DType.UInt16,
            (4, true) => DType.Int32,
            (4, false) => DType.UInt32,
            (8, true) => DType.Int64,
            (8, false) => DType.UInt64,
            _ => null,
        };
        bool allBits = Hdf5Native.GetPrecision(type) == (nuint)(bytes * 8) && Hdf5Native.GetBitOffset(type) is 0;
        return dtype is { } d && allBits ? new(d, bytes, IsLittleEndian(type, bytes)) : null;
    }

    private static Hdf5ElementType? Float(TypeHandle type, int bytes)
    {
        if (Hdf5Native.GetFloatFields(type, out nuint sign, out nuint exponent, out nuint exponentBits, out nuint mantissa, out nuint mantissaBits) < 0)
            return null;
        return (bytes, sign, exponent, exponentBits, mantissa, mantissaBits) switch
        {
            (2, 15, 10, 5, 0, 10) => new(DType.Float32, bytes, IsPlain: false),
            (4, 31, 23, 8, 0, 23) => new(DType.Float32, bytes, IsLittleEndian(type, bytes)),
            (8, 63, 52, 11, 0, 52) => new(DType.Float64, bytes, IsLittleEndian(type, bytes)),
            _ => null,
        };
    }

    private static Hdf5ElementType String(TypeHandle type, int bytes)
    {
        Hdf5TextStorage text = new(Hdf5Native.IsVariableString(type) > 0, Hdf5Native.GetStringPadding(type), Hdf5Native.GetCharacterSet(type));
        return new(DType.String, bytes, IsPlain: text is { IsVariable: false, Padding: Hdf5Native.NullPadded }, text);
    }

    private static Hdf5ElementType? Enumeration(TypeHandle type, int bytes, Hdf5Place place)
    {
        using TypeHandle integer = place.Check(Hdf5Native.GetBaseType(type), "reading the element type");
        if (Hdf5Native.GetClass(integer) is not Hdf5Native.ClassInteger)
            return null;
        return IsBool(type, bytes) ? new(DType.Bool, 1, IsPlain: true) : Integer(integer, bytes);
    }

    private static bool IsBool(TypeHandle type, int bytes) => bytes is 1 && Hdf5Native.CountMembers(type) is 2 && IsMember(type, 0, "FALSE") && IsMember(type, 1, "TRUE");

    private static bool IsMember(TypeHandle type, uint index, string expected)
    {
        nint name = Hdf5Native.GetMemberName(type, index);
        if (name is 0)
            return false;
        try { return Marshal.PtrToStringUTF8(name) == expected && Hdf5Native.GetMemberValue(type, index, out sbyte value) >= 0 && value == (sbyte)index; }
        finally { _ = Hdf5Native.FreeMemory(name); }
    }

    private static string KindOf(TypeHandle type) => Hdf5Native.GetClass(type) is >= 0 and int kind && kind < ClassNames.Length ? ClassNames[kind] : "unknown";

    private static bool IsLittleEndian(TypeHandle type, int bytes) => bytes is 1 || Hdf5Native.GetOrder(type) is 0;
}

/// <summary>How texts are kept on disk.</summary>
/// <param name="IsVariable">Each as long as it is, elsewhere in the file; else all of one width.</param>
/// <param name="Padding">What follows a text shorter than the width (H5T_str_t).</param>
/// <param name="CharacterSet">ASCII (0) or UTF-8 (1), as declared.</param>
internal sealed record Hdf5TextStorage(bool IsVariable, int Padding, int CharacterSet);
