using System.Globalization;
using System.Text;

namespace Pile.Codecs;

/// <summary>The CRC-32C of bytes that contain the checksum: eight hexadecimal
/// digits after a key, which are zeros for the computation.</summary>
internal static class FooterChecksum
{
    /// <summary>The placeholder for the digits.</summary>
    public const string Unknown = "00000000";

    /// <summary>Replaces the digits after a key with the checksum.</summary>
    /// <param name="bytes">The bytes, with <see cref="Unknown"/> shortly after the key.</param>
    /// <param name="key">The key.</param>
    /// <exception cref="ArgumentException">The key or the digits are missing.</exception>
    public static void Write(Span<byte> bytes, string key)
    {
        int at = bytes.IndexOf(Encoding.UTF8.GetBytes(key));
        int digits = at < 0 ? -1 : bytes[at..].IndexOf(Encoding.ASCII.GetBytes(Unknown));
        if (digits < 0)
            throw new ArgumentException($"The key '{key}' must be followed by '{Unknown}'.", nameof(key));
        uint sum = Crc32C.Compute(bytes);
        _ = sum.TryFormat(bytes[(at + digits)..], out _, "x8", CultureInfo.InvariantCulture);
    }

    /// <summary>Returns whether the checksum of bytes is correct.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="digits">The checksum stored in them after the key.</param>
    /// <param name="key">The key.</param>
    public static bool IsValid(ReadOnlySpan<byte> bytes, string digits, string key)
    {
        if (digits.Length != Unknown.Length
            || !uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint expected))
            return false;
        byte[] zeroed = bytes.ToArray();
        int at = bytes.IndexOf(Encoding.UTF8.GetBytes(key));
        int found = at < 0 ? -1 : bytes[at..].IndexOf(Encoding.ASCII.GetBytes(digits));
        if (found < 0)
            return false;
        zeroed.AsSpan(at + found, Unknown.Length).Fill((byte)'0');
        return Crc32C.Compute(zeroed) == expected;
    }
}
