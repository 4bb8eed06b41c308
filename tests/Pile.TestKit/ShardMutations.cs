using System.Buffers.Binary;

namespace Pile.TestKit;

/// <summary>Changes numbers and addresses in the metadata of an HDF5 file, as a hostile writer would, and updates the checksums.</summary>
/// <param name="shard">The file's bytes.</param>
/// <param name="data">The ranges of the values of columns: first byte and length. All other bytes are metadata.</param>
/// <param name="checksum">Jenkins' lookup3, the checksum of newer structures of HDF5; null to keep the checksums.</param>
public sealed class ShardMutations(byte[] shard, IEnumerable<(long Start, long Length)> data, Func<byte[], uint>? checksum = null)
{
    private readonly int[] metadata = Metadata(shard, data);
    private readonly (int Start, int Length, int ChecksumAt)[] checkedBlocks = checksum is null ? [] : [.. Checked(shard, checksum)];

    /// <summary>Returns the bytes with one to four changes.</summary>
    /// <param name="seed">The same seed gives the same bytes.</param>
    public byte[] Make(int seed)
    {
        Random random = new(seed);
        byte[] bytes = [.. shard];
        for (int changes = 1 + random.Next(4); changes > 0; changes--)
            Change(bytes, AnyPlace(random), random);
        foreach ((int start, int length, int at) in checkedBlocks)
        {
            bytes.AsSpan(start + at, 4).Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(start + at), checksum!(Covered(bytes, start, length, at)));
        }
        return bytes;
    }

    private void Change(byte[] bytes, int at, Random random)
    {
        Span<byte> place = bytes.AsSpan(at);
        switch (random.Next(place.Length < 16 ? 3 : 7))
        {
            case 0: place[0] ^= (byte)(1 << random.Next(8)); break;
            case 1: place[0] = (byte)random.Next(256); break;
            case 2: place[0] = random.Next(2) == 0 ? (byte)0 : (byte)0xFF; break;
            case 3: BinaryPrimitives.WriteUInt16LittleEndian(place, (ushort)random.Next(65536)); break;
            case 4:
                BinaryPrimitives.WriteInt32LittleEndian(place,
                ((int[])[0, -1, int.MaxValue, random.Next(bytes.Length)])[random.Next(4)]); break;
            case 5:
                BinaryPrimitives.WriteInt64LittleEndian(place,
                ((long[])[-1, long.MaxValue, bytes.Length - 1, 1L << random.Next(63), AnyPlace(random) & ~7])[random.Next(5)]); break;
            // another address or length of the same shard
            default: shard.AsSpan(Math.Min(AnyPlace(random), shard.Length - 8), 8).CopyTo(place); break;
        }
    }

    private int AnyPlace(Random random) => metadata[random.Next(metadata.Length)];

    private static int[] Metadata(byte[] shard, IEnumerable<(long Start, long Length)> data)
    {
        bool[] isData = new bool[shard.Length];
        foreach ((long start, long length) in data)
            isData.AsSpan((int)start, (int)length).Fill(true);
        // Zeros between zeros are unused space of HDF5; changing them has no effect.
        return [.. Enumerable.Range(0, shard.Length).Where(i => !isData[i]
            && shard.AsSpan(Math.Max(0, i - 16), Math.Min(32, shard.Length - Math.Max(0, i - 16))).ContainsAnyExcept((byte)0))];
    }

    /// <summary>Finds by their signatures the blocks that end with a checksum, or have one at byte 17.</summary>
    private static IEnumerable<(int Start, int Length, int ChecksumAt)> Checked(byte[] shard, Func<byte[], uint> checksum)
    {
        string[] signatures =
            ["FRHP", "BTHD", "BTLF", "BTIN", "FHIB", "FHDB", "OHDR", "OCHK", "FAHD", "FADB", "EAHD", "EAIB", "EASB", "EADB", "\x89HDF"];
        for (int start = 0; start + 16 < shard.Length; start++)
        {
            if (!signatures.Contains(System.Text.Encoding.Latin1.GetString(shard, start, 4)))
                continue;
            bool isDirect = shard[start + 3] == (byte)'B' && shard[start + 2] == (byte)'D' && shard[start] == (byte)'F';
            for (int length = isDirect ? 512 : 14; length <= (isDirect ? 65536 : 4096)
                && start + length <= shard.Length; length = isDirect ? 2 * length : length + 1)
                if ((isDirect ? 17 : length - 4) is var at
                    && checksum(Covered(shard, start, length, at)) == BinaryPrimitives.ReadUInt32LittleEndian(shard.AsSpan(start + at)))
                {
                    yield return (start, length, at);
                    break;
                }
        }
    }

    private static byte[] Covered(byte[] shard, int start, int length, int checksumAt)
    {
        byte[] covered = shard.AsSpan(start, checksumAt == length - 4 ? length - 4 : length).ToArray();
        if (checksumAt < covered.Length)
            covered.AsSpan(checksumAt, 4).Clear();
        return covered;
    }
}
