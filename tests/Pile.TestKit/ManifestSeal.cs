using System.Text;

namespace Pile.TestKit;

/// <summary>Sets the checksum of an edited manifest, computed bit by bit from the definition (RFC 3720, B.4).</summary>
public static class ManifestSeal
{
    private const string Key = "crc32c: ";
    private const uint Polynomial = 0x82F63B78;

    /// <summary>Returns the text with the correct checksum line, which replaces an existing one.</summary>
    public static string Of(string manifest)
    {
        string body = Without(manifest);
        return $"{body}{Key}\"{Crc32C(Encoding.UTF8.GetBytes(body)):x8}\"\n";
    }

    /// <summary>Returns the text without the checksum line, like manifests of the first versions.</summary>
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
