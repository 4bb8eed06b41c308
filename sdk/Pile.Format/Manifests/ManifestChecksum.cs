using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Pile.Format;

/// <summary>The last line of a manifest: the CRC-32C of all bytes before that line.</summary>
/// <remarks>The line has one form, <c>crc32c: "0a1b2c3d"</c> and a line feed, so that any change of it is detected too.</remarks>
internal static class ManifestChecksum
{
    internal const string Key = "crc32c";

    /// <summary>The form of the line, for messages.</summary>
    internal const string LineForm = $"{Key}: \"<8 lower-case hexadecimal digits>\"";

    private const int Digits = 8;

    private static readonly byte[] Before = Encoding.ASCII.GetBytes($"{Key}: \""), After = "\"\n"u8.ToArray();

    private static readonly int LineBytes = Before.Length + Digits + After.Length;

    /// <summary>Returns the checksum line for the text before it.</summary>
    internal static string LineFor(string text) => $"{Key}: \"{Compute(Encoding.UTF8.GetBytes(text)):x8}\"\n";

    /// <summary>Compares the last line with the bytes before it.</summary>
    /// <param name="manifest">The bytes of the file.</param>
    /// <param name="path">The file, for messages.</param>
    /// <returns>The checksum; null if the last line is not a checksum line.</returns>
    /// <exception cref="DocumentInvalidException">The checksum of the bytes differs from the line.</exception>
    internal static uint? Verify(ReadOnlySpan<byte> manifest, string path)
    {
        if (manifest.Length < LineBytes)
            return null;
        ReadOnlySpan<byte> body = manifest[..^LineBytes], line = manifest[^LineBytes..], digits = line.Slice(Before.Length, Digits);
        bool isLine = (body.IsEmpty || body[^1] == '\n') && line.StartsWith(Before) && line.EndsWith(After)
            && IsLowerCaseHexadecimal(digits);
        if (!isLine)
            return null;
        uint stated = uint.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), found = Compute(body);
        return found == stated ? stated : throw new DocumentInvalidException(path, body.Count((byte)'\n') + 1, 1,
            $"'{Key}' is \"{stated:x8}\", but the bytes before this line have the CRC-32C \"{found:x8}\": the manifest is damaged or was "
                + $"edited. Get it again from its source; to accept an edited manifest, write {Key}: \"{found:x8}\" here")
        { IsDamaged = true };
    }

    private static bool IsLowerCaseHexadecimal(ReadOnlySpan<byte> digits)
    {
        foreach (byte digit in digits)
            if (!char.IsAsciiHexDigitLower((char)digit))
                return false;
        return true;
    }

    private static uint Compute(ReadOnlySpan<byte> bytes)
    {
        uint state = ~0u;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            state = BitOperations.Crc32C(state, MemoryMarshal.Read<ulong>(bytes));
        foreach (byte b in bytes)
            state = BitOperations.Crc32C(state, b);
        return ~state;
    }
}
