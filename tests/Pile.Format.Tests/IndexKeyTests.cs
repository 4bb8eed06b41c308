using System.Text;
using System.Text.Json;
using Pile.TestKit;

namespace Pile.Format.Tests;

/// <summary>Keys and cells, compared with hashlib.</summary>
public class IndexKeyTests
{
    [Fact]
    public void The_key_of_an_id_is_the_start_of_its_SHA_256()
    {
        string[] texts = ["", "a", "größe 1.jpg", "dir/ü\u0000x", "𝔘nicode", new string('x', 5000), "-1", "007"];
        long[] numbers = [0, -1, 7, 1_000_000_007, long.MaxValue, long.MinValue];
        string expected = Python.Run("""
            import hashlib, json, sys
            for id in json.loads(sys.argv[1]) + [str(n) for n in json.loads(sys.argv[2])]:
                print(int.from_bytes(hashlib.sha256(id.encode()).digest()[:8], 'big') >> 4)
            """, JsonSerializer.Serialize(texts), JsonSerializer.Serialize(numbers));
        Assert.Equal(expected.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse),
            [.. texts.Select(text => IndexKey.OfId(Encoding.UTF8.GetBytes(text))), .. numbers.Select(IndexKey.OfId)]);
    }

    [Fact]
    public void Keys_of_ids_are_those_of_hashlib_for_each_length()
    {
        // Lengths on both sides of each border of a block of the hash.
        int[] lengths = [.. Enumerable.Range(0, 200), 1000, 0, 55, 56, 63, 64, 65, 119, 120, 5000, 1];
        byte[][] texts = [.. lengths.Select((length, i) => Enumerable.Range(0, length).Select(c => (byte)('a' + ((c * (i + 7)) % 26)))
            .ToArray())];
        string expected = Python.Run("""
            import hashlib, json, sys
            for id in json.loads(sys.argv[1]):
                print(int.from_bytes(hashlib.sha256(id.encode()).digest()[:8], 'big') >> 4)
            """, JsonSerializer.Serialize(texts.Select(Encoding.ASCII.GetString)));
        Assert.Equal(expected.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse), texts.Select(t => IndexKey.OfId(t)));
    }

    [Fact]
    public void Cells_are_the_leading_bits_of_the_key_or_the_coarser_pixel()
    {
        IndexKey hash = IndexKey.OfIds(3), sky = IndexKey.OfPositions(4);
        Assert.Equal((0L, 7L), (hash.CellOf(0), hash.CellOf((1L << 60) - 1)));
        Assert.Equal((5L << 57, 6L << 57), hash.KeysOf(5));
        Assert.Equal((0L, 3071L), (sky.CellOf(0), sky.CellOf((12L << 58) - 1)));
    }

    [Theory]
    [InlineData("key=0", 0)]
    [InlineData("key=7", 7)]
    [InlineData("key=8", -1)]
    [InlineData("key=-1", -1)]
    [InlineData("key=", -1)]
    [InlineData("healpix=1", -1)]
    [InlineData("key=1x", -1)]
    public void Folders_of_cells_are_parsed(string folder, long cell) =>
        Assert.Equal(cell, IndexKey.OfIds(3).TryCell(folder, out long found) ? found : -1);
}
