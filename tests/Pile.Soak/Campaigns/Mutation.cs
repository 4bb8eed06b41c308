using System.Globalization;

namespace Pile.Soak.Campaigns;

/// <summary>Damages the bytes of a file as disks, transfers, editors and attackers do.</summary>
internal static class Mutation
{
    private static readonly byte[][] Interesting =
    [
        [0], [0xFF], [0x7F, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 0, 0, 0, 0, 0], "-1"u8.ToArray(), "NaN"u8.ToArray(),
        "1e999"u8.ToArray(),
        "99999999999999999999"u8.ToArray(), "\""u8.ToArray(), "\r\n\r\n"u8.ToArray(), "\u2028\u202E"u8.ToArray(), [0xC3, 0x28],
        "]]>"u8.ToArray(), "&x;"u8.ToArray(),
    ];

    /// <summary>Returns damaged bytes and a description of the damage.</summary>
    internal static (byte[] Bytes, string Description) Apply(byte[] bytes, Random random)
    {
        // Headers determine how the rest is read, so half of the positions are in the first 4 KiB.
        int at = random.Next(2) == 0 ? random.Next(Math.Min(bytes.Length, 4096)) : random.Next(bytes.Length);
        int length = Math.Min(bytes.Length - at, 1 << random.Next(13));
        return random.Next(7) switch
        {
            0 => (Changed(b => b[at] ^= (byte)(1 << random.Next(8))), Describe("a flipped bit in byte {0}", at)),
            1 => (Changed(b => random.NextBytes(b.AsSpan(at, length))), Describe("{1} random bytes at {0}", at, length)),
            2 => (bytes[..at], Describe("cut to {0} bytes", at)),
            3 => ([.. bytes[..at], .. bytes[(at + length)..]], Describe("{1} bytes removed at {0}", at, length)),
            4 => ([.. bytes[..(at + length)], .. bytes[at..]], Describe("{1} bytes repeated at {0}", at, length)),
            5 => (Changed(b => b.AsSpan(at, length).Clear()), Describe("{1} zero bytes at {0}", at, length)),
            _ => Overwritten(Interesting[random.Next(Interesting.Length)]),
        };

        byte[] Changed(Action<byte[]> change)
        {
            byte[] copy = [.. bytes];
            change(copy);
            return copy;
        }

        (byte[], string) Overwritten(byte[] value)
        {
            byte[] copy = [.. bytes];
            int count = Math.Min(value.Length, copy.Length - at);
            value.AsSpan(0, count).CopyTo(copy.AsSpan(at));
            return (copy, Describe("{1} bytes overwritten at {0} with " + Convert.ToHexString(value), at, count));
        }
    }

    private static string Describe(string format, params object[] values) => string.Format(CultureInfo.InvariantCulture, format, values);
}
