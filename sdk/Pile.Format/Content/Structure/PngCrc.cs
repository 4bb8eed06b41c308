namespace Pile.Format;

/// <summary>CRC-32 of ISO 3309, with which a PNG protects its chunks (PNG, section 5.5).</summary>
internal static class PngCrc
{
    private const uint Polynomial = 0xEDB88320; // reflected

    private static readonly uint[] Table = MakeTable();

    internal static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
            crc = Table[(byte)(crc ^ b)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint[] MakeTable()
    {
        uint[] table = new uint[256];
        for (uint n = 0; n < table.Length; n++)
        {
            uint crc = n;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? Polynomial ^ (crc >> 1) : crc >> 1;
            table[n] = crc;
        }
        return table;
    }
}
