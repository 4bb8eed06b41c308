namespace Pile.Format;

/// <summary>The file formats that are recognized by their first bytes. Other encodings may be declared and are not checked.</summary>
internal static class Encodings
{
    private static readonly (string Name, byte[] Signature)[] Known =
    [
        ("jpeg", [0xFF, 0xD8, 0xFF]),
        ("png", [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n']),
        ("fits", [.. "SIMPLE  ="u8]),
    ];

    /// <summary>Returns true if bytes begin like a file of an encoding, or if the encoding has no known signature.</summary>
    /// <param name="encoding">The value of <see cref="ColumnSchema.Encoding"/>.</param>
    /// <param name="bytes">The row.</param>
    public static bool MayBe(string encoding, ReadOnlySpan<byte> bytes)
    {
        foreach ((string name, byte[] signature) in Known)
            if (name == encoding)
                return bytes.StartsWith(signature);
        return true;
    }
}
