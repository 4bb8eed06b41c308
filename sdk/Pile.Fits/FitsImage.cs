using System.Globalization;
using System.Runtime.InteropServices;
using Pile.Fits.Native;

namespace Pile.Fits;

/// <summary>An image of an open file, tile-compressed or not, with its axes and pixels.</summary>
/// <remarks>Pixels are counted from 0, x along NAXIS1. Not thread-safe, like the file.</remarks>
internal sealed class FitsImage
{
    private readonly FitsFile file;
    private readonly FitsHdu hdu;

    internal FitsImage(FitsFile file, FitsHdu hdu)
    {
        (this.file, this.hdu) = (file, hdu);
        Bitpix = (int)(hdu.Header.GetInt64("BITPIX") ?? 0);
        (Scale, Zero) = (hdu.Header.GetFloat64("BSCALE") ?? 1, hdu.Header.GetFloat64("BZERO") ?? 0);
        Type = (Bitpix, Scale, Zero) switch
        {
            (8, 1, 0) => FitsType.UInt8,
            (8, 1, -128) => FitsType.Int8,
            (16, 1, 0) => FitsType.Int16,
            (16, 1, 32768) => FitsType.UInt16,
            (32, 1, 0) => FitsType.Int32,
            (32, 1, 2147483648) => FitsType.UInt32,
            (64, 1, 0) => FitsType.Int64,
            (64, 1, 9223372036854775808) => FitsType.UInt64,
            (-32, 1, 0) => FitsType.Float32,
            (8 or 16 or 32 or 64 or -32 or -64, _, _) => FitsType.Float64,
            _ => throw file.Error(hdu, $"BITPIX must be 8, 16, 32, 64, -32 or -64, found {Bitpix}."),
        };
        try
        {
            PlaneCount = hdu.Axes.Skip(2).Aggregate(1L, (product, length) => checked(product * length));
        }
        catch (OverflowException e)
        {
            throw file.Error(hdu, $"the axes [{string.Join(", ", hdu.Axes)}] have more than 2^63 pixels ({e.Message}).");
        }
    }

    /// <summary>NAXIS1, NAXIS2 …: fastest axis first.</summary>
    internal IReadOnlyList<long> Axes => hdu.Axes;

    /// <summary>The number of pixels along x (NAXIS1).</summary>
    internal long Width => Axes[0];

    /// <summary>The number of pixels along y (NAXIS2); 1 if there is no such axis.</summary>
    internal long Height => Axes.Count > 1 ? Axes[1] : 1;

    /// <summary>The number of planes along all axes after the second.</summary>
    internal long PlaneCount { get; }

    /// <summary>BITPIX: the bits of a stored pixel, negative for floats.</summary>
    internal int Bitpix { get; }

    /// <summary>The type of the pixels after applying BSCALE and BZERO: the smallest that can represent them.</summary>
    internal FitsType Type { get; }

    /// <summary>BSCALE, 1 if missing.</summary>
    internal double Scale { get; }

    /// <summary>BZERO, 0 if missing.</summary>
    internal double Zero { get; }

    /// <summary>BUNIT, or null.</summary>
    internal string? Unit => hdu.Header.GetText("BUNIT") is { Length: > 0 } unit ? unit : null;

    /// <summary>BLANK of an integer image: the stored value of null, before applying BSCALE and BZERO.</summary>
    internal long? Blank => Bitpix > 0 ? hdu.Header.GetInt64("BLANK") : null; // FITS 4.0 §5.3: floats use NaN instead of BLANK

    /// <summary>True if the pixels are compressed, in tiles.</summary>
    internal bool IsCompressed => hdu.IsCompressed;

    /// <summary>The header of the image.</summary>
    internal FitsHeader Header => hdu.Header;

    /// <summary>Reads all pixels.</summary>
    /// <typeparam name="T">float or double for any image (float rounds values to its
    /// precision); int or long for integers within their range, ulong for
    /// those of uint64.</typeparam>
    /// <param name="destination">Receives the pixels, BSCALE and BZERO applied, shape [plane, y, x]; the rest is unchanged.</param>
    /// <remarks>Blank pixels become NaN in floats, and the stored value plus BZERO
    /// in integers. Infinities in compressed float images become NaN.</remarks>
    /// <exception cref="ArgumentException">The destination is too short, or its type cannot represent every pixel.</exception>
    /// <exception cref="FitsException">The pixels cannot be read, or a finite one is out of the range of float.</exception>
    internal void Read<T>(Span<T> destination) where T : unmanaged
    {
        long pixels = checked(Width * Height * PlaneCount);
        if (destination.Length < pixels)
            throw new ArgumentException($"The image has {pixels} pixels, but the destination has room for {destination.Length}.",
                nameof(destination));
        long[] first = new long[Axes.Count];
        Array.Fill(first, 1);
        ReadBox(first, [.. Axes], destination[..(int)pixels]);
    }

    /// <summary>Reads a rectangle of one plane; of a compressed image, only the tiles that overlap it are decompressed.</summary>
    /// <typeparam name="T">See <see cref="Read{T}(Span{T})"/>.</typeparam>
    /// <param name="x0">The first column, from 0.</param>
    /// <param name="y0">The first row, from 0.</param>
    /// <param name="width">The number of columns.</param>
    /// <param name="height">The number of rows.</param>
    /// <param name="destination">Receives the pixels, shape [height, width]; the rest is unchanged.</param>
    /// <param name="plane">The plane, from 0: the position along all axes after the second, the third running fastest.</param>
    /// <exception cref="ArgumentException">The rectangle exceeds the image, the
    /// destination is too short, or its type cannot represent every pixel.</exception>
    /// <exception cref="FitsException">The pixels cannot be read.</exception>
    internal void Read<T>(long x0, long y0, int width, int height, Span<T> destination, long plane = 0) where T : unmanaged
    {
        if (x0 < 0 || y0 < 0 || width < 1 || height < 1 || x0 > Width - width || y0 > Height - height || plane < 0 || plane >= PlaneCount)
            throw new ArgumentException($"The rectangle {width} x {height} at ({x0}, {y0}) of plane {plane} exceeds the image of {Width} x "
                + $"{Height} x {PlaneCount}.");
        if (destination.Length < (long)width * height)
            throw new ArgumentException($"{width} x {height} pixels exceed the destination, which has room for {destination.Length}.",
                nameof(destination));
        long[] first = new long[Axes.Count];
        long[] last = new long[Axes.Count];
        for (int i = 0; i < first.Length; i++)
        {
            (first[i], last[i]) = i switch
            {
                0 => (x0 + 1, x0 + width),
                1 => (y0 + 1, y0 + height),
                _ => ((plane % Axes[i]) + 1, (plane % Axes[i]) + 1),
            };
            plane = i < 2 ? plane : plane / Axes[i];
        }
        ReadBox(first, last, destination[..(width * height)]);
    }

    /// <summary>Reads a box; of a compressed image, only the tiles that overlap it are decompressed.</summary>
    /// <typeparam name="T">See <see cref="Read{T}(Span{T})"/>.</typeparam>
    /// <param name="start">The first pixel along each axis, from 0: the fastest axis first, as in <see cref="Axes"/>.</param>
    /// <param name="count">The number of pixels along each axis.</param>
    /// <param name="destination">Receives the pixels, the fastest axis first; the rest is unchanged.</param>
    /// <exception cref="ArgumentException">The box exceeds the image, the destination
    /// is too short, or its type cannot represent every pixel.</exception>
    /// <exception cref="FitsException">The pixels cannot be read.</exception>
    internal void Read<T>(ReadOnlySpan<long> start, ReadOnlySpan<long> count, Span<T> destination) where T : unmanaged
    {
        if (start.Length != Axes.Count || count.Length != Axes.Count)
            throw new ArgumentException($"Expected {Axes.Count} axes, found {start.Length} and {count.Length}.", nameof(start));
        long[] first = new long[Axes.Count], last = new long[Axes.Count];
        long pixels = 1;
        for (int i = 0; i < first.Length; i++)
        {
            if (start[i] < 0 || count[i] < 1 || start[i] > Axes[i] - count[i])
                throw new ArgumentException($"Pixels {start[i]} to {start[i] + count[i]} of axis {i + 1} exceed its length {Axes[i]}.",
                    nameof(start));
            (first[i], last[i]) = (start[i] + 1, start[i] + count[i]);
            pixels = checked(pixels * count[i]);
        }
        if (destination.Length < pixels)
            throw new ArgumentException($"{pixels} pixels exceed the destination, which has room for {destination.Length}.",
                nameof(destination));
        ReadBox(first, last, destination[..(int)pixels]);
    }

    private unsafe void ReadBox<T>(long[] first, long[] last, Span<T> destination) where T : unmanaged
    {
        int type = TypeCode<T>();
        bool isFloat = type is NativeType.Float32 or NativeType.Float64;
        // With a null value, cfitsio also converts infinities to null. Uncompressed floats need no null value, so it is omitted for them.
        bool needsNull = isFloat && (Bitpix > 0 || hdu.IsCompressed);
        ulong nan = type == NativeType.Float32 ? BitConverter.SingleToUInt32Bits(float.NaN) : BitConverter.DoubleToUInt64Bits(double.NaN);
        long[] step = new long[first.Length];
        Array.Fill(step, 1);
        file.MoveTo(hdu);
        int status = 0, anyNull = 0;
        fixed (long* from = first, to = last, by = step)
        fixed (T* pixels = destination)
            if (!hdu.IsCompressed && IsOneRange(first, last)) // cfitsio reads boxes line by line
                FitsNative.ReadPixels(file.Handle, type, from, destination.Length, needsNull ? &nan : null, pixels, &anyNull, ref status);
            else
                FitsNative.ReadImage(file.Handle, type, from, to, by, needsNull ? &nan : null, pixels, &anyNull, ref status);
        file.Check(status, hdu, $"pixels [{string.Join(", ", first)}] to [{string.Join(", ", last)}] (counted from 1) cannot be read");
        if (typeof(T) == typeof(float) && Type is FitsType.Float64)
            RejectOverflows(first, last, MemoryMarshal.Cast<T, int>(destination));
    }

    /// <summary>Returns whether the pixels of a box follow each other in the file.</summary>
    private bool IsOneRange(long[] first, long[] last)
    {
        int axis = 0;
        while (axis < first.Length && last[axis] - first[axis] + 1 == Axes[axis])
            axis++;
        for (axis++; axis < first.Length; axis++)
            if (last[axis] != first[axis])
                return false;
        return true;
    }

    // cfitsio converts float64 to float32 without a check: what is out of range becomes infinite.
    private void RejectOverflows(long[] first, long[] last, ReadOnlySpan<int> bits)
    {
        if (bits.IndexOfAny(BitConverter.SingleToInt32Bits(float.PositiveInfinity),
            BitConverter.SingleToInt32Bits(float.NegativeInfinity)) < 0)
            return;
        double[] pixels = new double[bits.Length];
        ReadBox<double>(first, last, pixels);
        for (int i = 0; i < pixels.Length; i++)
            if (double.IsFinite(pixels[i]) && float.IsInfinity((float)pixels[i]))
                throw file.Error(hdu, string.Create(CultureInfo.InvariantCulture,
                    $"pixel ({string.Join(", ", Place(first, last, i))}) (counted from 1) has the value {pixels[i]:R}, "
                    + $"which is out of the range of float32. Correct it in the file, or replace it by NaN."));
    }

    private static IEnumerable<long> Place(long[] first, long[] last, long index)
    {
        for (int axis = 0; axis < first.Length; axis++)
        {
            long count = last[axis] - first[axis] + 1;
            yield return first[axis] + (index % count);
            index /= count;
        }
    }

    private int TypeCode<T>()
    {
        bool isFloat = typeof(T) == typeof(float) || typeof(T) == typeof(double);
        bool isInteger = typeof(T) == typeof(int) || typeof(T) == typeof(long);
        bool fits = isFloat || Type switch
        {
            FitsType.UInt8 or FitsType.Int8 or FitsType.Int16 or FitsType.UInt16 or FitsType.Int32 => isInteger,
            FitsType.UInt32 or FitsType.Int64 => typeof(T) == typeof(long),
            FitsType.UInt64 => typeof(T) == typeof(ulong),
            _ => false,
        };
        if (!fits)
            throw new ArgumentException($"The pixels have the type {Type}, which {typeof(T).Name} cannot represent.", nameof(T));
        return typeof(T) == typeof(float) ? NativeType.Float32
            : typeof(T) == typeof(double) ? NativeType.Float64 : typeof(T) == typeof(int) ? NativeType.Int32
            // cfitsio decompresses to its own long integers, which have 64 bits except on Windows.
            : typeof(T) == typeof(long) ? hdu.IsCompressed && !OperatingSystem.IsWindows() ? NativeType.Long : NativeType.Int64
            : NativeType.UInt64;
    }
}
