using System.Text;

namespace Pile.TestKit;

/// <summary>Gives an edited manifest the checksum of its bytes, computed bit by bit from the definition (RFC 3720, B.4).</summary>
public static class ManifestSeal
{
    private const string Key = "crc32c: ";
    private const uint Polynomial = 0x82F63B78;

    /// <summary>Returns the text with the right last line; the one that it has is replaced.</summary>
    public static string Of(string manifest)
    {
        string body = Without(manifest);
        return $"{body}{Key}\"{Crc32C(Encoding.UTF8.GetBytes(body)):x8}\"\n";
    }

    /// <summary>Returns the text without the line, as manifests were written before they had one.</summary>
    public static string Without(string manifest) =>
        manifest.LastIndexOf($"\n{Key}", StringComparison.Ordinal) is >= 0 and var line
            && manifest.IndexOf('\n', line + 1) == manifest.Length - 1 ? manifest[..(line + 1)] : manifest;

    private static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        uint crc = ~0u;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * Polynomial);
        }
        return ~crc;
    }
}
