using Pile.Format;

namespace Pile.Rasters;

/// <summary>The element type of a TIFF image from BitsPerSample and SampleFormat (TIFF 6.0, section 19).</summary>
internal static class TiffSampleType
{
    private const int Unsigned = 1, Signed = 2, Float = 3, Void = 4, ComplexInteger = 5, Complex = 6;

    /// <summary>Reads the type, which must be the same for all bands.</summary>
    /// <exception cref="SourceUnreadableException">The type is not supported; the message names it.</exception>
    internal static async ValueTask<DType> ReadAsync(TiffDirectory directory, TiffBytes bytes, int bands,
        CancellationToken cancellationToken)
    {
        long bits = await UniformAsync(directory, bytes, TiffTag.BitsPerSample, bands, cancellationToken).ConfigureAwait(false);
        long format = await UniformAsync(directory, bytes, TiffTag.SampleFormat, bands, cancellationToken).ConfigureAwait(false);
        return (format, bits) switch
        {
            (Unsigned or Void, 8) => DType.UInt8,
            (Unsigned or Void, 16) => DType.UInt16,
            (Unsigned or Void, 32) => DType.UInt32,
            (Signed, 8) => DType.Int8,
            (Signed, 16) => DType.Int16,
            (Signed, 32) => DType.Int32,
            (Float, 32) => DType.Float32,
            (Float, 64) => DType.Float64,
            (Float, < 32) => throw bytes.Unsupported($"the element type {Name(format)} of {bits} bits", "-co NBITS=32"),
            (_, < 8) => throw bytes.Unsupported($"the element type {Name(format)} of {bits} bits", "-co NBITS=8"),
            (_, < 16) => throw bytes.Unsupported($"the element type {Name(format)} of {bits} bits", "-co NBITS=16"),
            (_, < 32) => throw bytes.Unsupported($"the element type {Name(format)} of {bits} bits", "-co NBITS=32"),
            (ComplexInteger or Complex, _) => throw bytes.Unsupported($"the element type {Name(format)} of {bits} bits",
                "-ot Float32, which keeps the real part"),
            _ => throw bytes.Unsupported($"the element type {Name(format)} of {bits} bits", "-ot Int32 or -ot Float64"),
        };
    }

    /// <summary>Reads a tag with one value per band that must be the same for all; 1 if there is no such tag.</summary>
    internal static async ValueTask<long> UniformAsync(TiffDirectory directory, TiffBytes bytes, TiffTag tag, int bands,
        CancellationToken cancellationToken)
    {
        long[] values = await directory.IntegersAsync(tag, bands, cancellationToken).ConfigureAwait(false);
        if (values.Any(value => value != values[0]))
            throw bytes.Unsupported($"a file with bands of different types ({tag} {string.Join(", ", values.Take(8))})");
        return values.Length is 0 ? 1 : values[0];
    }

    private static string Name(long format) => format switch
    {
        Unsigned or Void => "unsigned integer",
        Signed => "signed integer",
        Float => "floating point",
        ComplexInteger => "complex integer",
        Complex => "complex floating point",
        _ => $"of SampleFormat {format}",
    };
}
