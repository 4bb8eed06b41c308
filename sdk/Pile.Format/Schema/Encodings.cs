namespace Pile.Format;

/// <summary>The encodings of whole files in a row that can be told by their first bytes; others may be declared and are not
/// checked.</summary>
internal static class Encodings
{
    private static readonly (string Name, byte[] Signature)[] Known =
    [
        ("jpeg", [0xFF, 0xD8, 0xFF]),
        ("png", [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n']),
        ("fits", [.. "SIMPLE  ="u8]),
    ];

    /// <summary>True when bytes may be a file of that encoding: they begin as one, or the encoding is not known here.</summary>
    /// <param name="encoding">As <see cref="ColumnSchema.Encoding"/> has it.</param>
    /// <param name="bytes">The row.</param>
    public static bool MayBe(string encoding, ReadOnlySpan<byte> bytes)
    {
        foreach ((string name, byte[] signature) in Known)
            if (name == encoding)
                return bytes.StartsWith(signature);
        return true;
    }
}
