using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Pile.Hdf5;
using Pile.TestKit;

namespace Pile.Soak.Campaigns;

/// <summary>Damages HDF5 files and tar archives: like any file, and with correct checksums around changed metadata.</summary>
internal static class ArchiveDamage
{
    private const int TarBlock = 512, ChecksumAt = 148, ChecksumBytes = 8;

    private static readonly ConcurrentDictionary<string, ShardMutations> OfFiles = new(StringComparer.Ordinal);

    /// <summary>Returns damaged bytes and a description of the damage.</summary>
    /// <param name="file">The file's path.</param>
    /// <param name="bytes">The file's bytes.</param>
    /// <param name="random">The random numbers of the case.</param>
    internal static (byte[] Bytes, string Description) Apply(string file, byte[] bytes, Random random) => random.Next(8) switch
    {
        0 or 1 or 2 => Metadata(file, bytes, random.Next()),
        3 => Swapped(bytes, random),
        4 => Inserted(bytes, random),
        _ => Mutation.Apply(bytes, random),
    };

    private static (byte[] Bytes, string Description) Metadata(string file, byte[] bytes, int seed) =>
        file.EndsWith(".tar", StringComparison.Ordinal)
            ? (TarHeader([.. bytes], new Random(seed)), Text($"changed headers of members (seed {seed})"))
            : (OfFiles.GetOrAdd(file, _ => new ShardMutations(bytes, [], Lookup3Of)).Make(seed), Text($"changed metadata (seed {seed})"));

    private static uint Lookup3Of(byte[] bytes) => Lookup3.Compute(bytes);

    private static (byte[] Bytes, string Description) Swapped(byte[] bytes, Random random)
    {
        int length = Math.Max(1, Math.Min(1 << random.Next(12), bytes.Length / 2));
        int first = random.Next(bytes.Length - (2 * length) + 1), second = first + length
            + random.Next(bytes.Length - first - (2 * length) + 1);
        byte[] copy = [.. bytes];
        bytes.AsSpan(first, length).CopyTo(copy.AsSpan(second));
        bytes.AsSpan(second, length).CopyTo(copy.AsSpan(first));
        return (copy, Text($"{length} bytes at {first} and {second} swapped"));
    }

    private static (byte[] Bytes, string Description) Inserted(byte[] bytes, Random random)
    {
        int at = random.Next(bytes.Length + 1);
        byte[] inserted = new byte[random.Next(2) == 0 ? TarBlock : 1 << random.Next(12)];
        random.NextBytes(inserted);
        return ([.. bytes[..at], .. inserted, .. bytes[at..]], Text($"{inserted.Length} random bytes inserted at {at}"));
    }

    /// <summary>Changes one to three headers or the records before them, and mostly corrects the checksums of the headers.</summary>
    private static byte[] TarHeader(byte[] tar, Random random)
    {
        int[] headers = [.. Enumerable.Range(0, tar.Length / TarBlock).Select(i => i * TarBlock)
            .Where(at => tar.AsSpan(at + 257, 5).SequenceEqual("ustar"u8))];
        for (int changes = 1 + random.Next(3); changes > 0; changes--)
        {
            // The block after a header has the records of PAX, or a long name.
            int block = headers[random.Next(headers.Length)] + (random.Next(4) == 0 ? TarBlock : 0);
            bool isHeader = Array.BinarySearch(headers, block) >= 0;
            int at = block + (random.Next(4) switch
            {
                0 => random.Next(124, 160),
                1 => random.Next(386, TarBlock),
                2 => 156,
                _ => random.Next(TarBlock)
            });
            Span<byte> place = tar.AsSpan(at);
            switch (random.Next(5))
            {
                case 0: place[0] ^= (byte)(1 << random.Next(8)); break;
                case 1: place[0] = (byte)random.Next(256); break;
                case 2: place[0] = "0123456789/. =\nxgLKSVMND"u8[random.Next(24)]; break;
                case 3: place[..Math.Min(random.Next(1, 13), place.Length)].Fill((byte)"\0\u007f79"[random.Next(4)]); break;
                default:
                    int from = headers[random.Next(headers.Length)], length = random.Next(1, 101);
                    tar.AsSpan(from + random.Next(TarBlock - length), length).ToArray().AsSpan(0, Math.Min(length, place.Length))
                        .CopyTo(place);
                    break;
            }
            if (isHeader && random.Next(5) > 0)
                Seal(tar.AsSpan(block, TarBlock));
        }
        return tar;
    }

    private static void Seal(Span<byte> header)
    {
        header.Slice(ChecksumAt, ChecksumBytes).Fill((byte)' ');
        int sum = 0;
        foreach (byte value in header)
            sum += value;
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0").CopyTo(header[ChecksumAt..]);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
