using Pile.TestKit;

namespace Pile.Hdf5.Tests.Foreign;

/// <summary>Links are listed in order, resolved within the file, and never followed to another one.</summary>
public class ForeignLinkTests
{
    private const string Script = """
        f['a/b/c'] = 1; f['a/up'] = f['/']; f['soft'] = h5py.SoftLink('a/b'); f['a/relative'] = h5py.SoftLink('b/c')
        f['chain'] = h5py.SoftLink('soft/c'); f['loop'] = h5py.SoftLink('/loop'); f['x'] = h5py.SoftLink('/y'); f['y'] = h5py.SoftLink('x')
        f['outside'] = h5py.ExternalLink('other.h5', '/d'); f['dangling'] = h5py.SoftLink('nowhere'); f['kind'] = np.dtype('f4')
        """;

    [Theory]
    [InlineData("earliest")]
    [InlineData("latest")]
    public void Paths_are_resolved(string version)
    {
        using TemporaryFolder folder = new();
        using ForeignFile file = ForeignFile.Open(ForeignSamples.WriteOne(folder, version, Script));
        foreach (string path in (string[])["a/b/c", "/a/b/c", "a//b/./c", "soft/c", "a/relative", "chain", "a/up/a/up/chain"])
        {
            byte[] value = new byte[8];
            file.OpenDataset(path).Read(0, 1, value);
            Assert.Equal(1, BitConverter.ToInt64(value));
        }
    }

    [Theory]
    [InlineData("nothing", "there is no object 'nothing'")]
    [InlineData("a/b/c/d", "there is no object 'd'")]
    [InlineData("dangling", "there is no object 'nowhere'")]
    [InlineData("loop", "more than 16 soft links")]
    [InlineData("x", "more than 16 soft links")]
    [InlineData("outside", "'outside' is a link to '/d' in the file 'other.h5'")]
    [InlineData("a", "it is not a dataset")]
    [InlineData("kind", "it is not a dataset")]
    [InlineData("/", "it is not a dataset")]
    public void Paths_that_cannot_be_resolved_are_named(string path, string expected)
    {
        using TemporaryFolder folder = new();
        using ForeignFile file = ForeignFile.Open(ForeignSamples.WriteOne(folder, "earliest", Script));
        Hdf5Exception e = Assert.Throws<Hdf5Exception>(() => file.OpenDataset(path));
        Assert.Equal((folder["one.h5"], path), (e.FilePath, e.Item));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Theory] // h5py writes 15,000 groups, each with one dataset, in half a second
    [InlineData("earliest")]
    [InlineData("latest")]
    public void Many_groups_are_listed_with_few_reads(string version)
    {
        const int groups = 15_000;
        using TemporaryFolder folder = new();
        byte[] bytes = File.ReadAllBytes(ForeignSamples.WriteOne(folder, version, $"for i in range({groups}): f[f'{{i:06}}/x'] = i"));
        MemorySource source = new(bytes);
        using ForeignFile file = ForeignFile.Open("many", source);
        byte[] value = new byte[8];
        int next = 0;
        foreach (ForeignEntry entry in file.Walk().Where(entry => entry.Kind is ForeignEntryKind.Dataset))
        {
            Assert.Equal($"{next:D6}/x", entry.Path);
            file.OpenDataset(entry).Read(0, 1, value);
            Assert.Equal(next++, BitConverter.ToInt64(value));
        }
        Assert.Equal(groups, next);
        Assert.InRange(source.Reads - groups, 1, (2 * bytes.Length / ForeignBytes.BlockBytes) + 100);
        file.OpenDataset("012345/x").Read(0, 1, value);
        Assert.Equal(12345, BitConverter.ToInt64(value));
    }

    [Fact]
    public void Metadata_is_read_in_blocks_and_not_beyond()
    {
        using TemporaryFolder folder = new();
        byte[] bytes = File.ReadAllBytes(ForeignSamples.WriteOne(folder, "latest",
            "d = f.create_dataset('x', data=numbers((400, 10000)).astype('i4'), chunks=(1, 10000)); f['z'] = 1"));
        MemorySource source = new(bytes);
        using ForeignFile file = ForeignFile.Open("large", source);
        Assert.Equal(400, file.OpenDataset("x").Pieces(0, 400).Length);
        Assert.InRange(source.BytesRead, 1, bytes.Length / 20);
    }
}
