using Pile.Codecs.Native;

namespace Pile.Codecs;

/// <summary>The checksum of zlib streams (RFC 1950, section 8.2).</summary>
internal static class Adler32
{
    private const uint Modulus = 65521;

    // The longest run of bytes after which the sums still fit into 32 bits (zlib's NMAX).
    private const int LongestRun = 5552;

    /// <summary>Returns the checksum of bytes.</summary>
    internal static uint Of(ReadOnlySpan<byte> bytes) =>
        DeflateNative.IsInstalled ? DeflateNative.Adler32(1, bytes, (nuint)bytes.Length) : OfManaged(bytes);

    /// <summary>Returns the checksum without libdeflate, more slowly.</summary>
    internal static uint OfManaged(ReadOnlySpan<byte> bytes)
    {
        uint sum = 1, sums = 0;
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> run = bytes[..Math.Min(bytes.Length, LongestRun)];
            foreach (byte value in run)
            {
                sum += value;
                sums += sum;
            }
            sum %= Modulus;
            sums %= Modulus;
            bytes = bytes[run.Length..];
        }
        return (sums << 16) | sum;
    }
}
