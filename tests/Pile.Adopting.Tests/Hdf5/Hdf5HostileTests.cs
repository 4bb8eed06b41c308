using System.Globalization;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Adopting.Tests.Hdf5;

/// <summary>Corrupt files are an error or are adopted; they use little memory.</summary>
public class Hdf5HostileTests
{
    private const long MostAllocated = 512L << 20;

    private const string Script = """
        import h5py, numpy as np, sys; rng = np.random.default_rng(5)
        f = h5py.File(sys.argv[1], 'w', libver=sys.argv[2]); n = 6
        if sys.argv[3] == 'table':
            f['object_id'] = np.arange(n); f['ra'] = rng.uniform(0, 360, n); f['dec'] = rng.uniform(-90, 90, n)
            f.create_dataset('x', data=rng.random((n, 3, 5)), chunks=(4, 2, 2), compression='gzip', shuffle=True)
            f.create_dataset('y', data=rng.random((n, 3, 5)), chunks=(2, 3, 5), maxshape=(None, 3, 5), compression='lzf')
            f.create_dataset('t', data=['Z%d' % i for i in range(n)], dtype=h5py.string_dtype()); f['s'] = np.array([b'abc'] * n)
            d = f.create_dataset('v', (n,), dtype=h5py.vlen_dtype('f4'))
            for i in range(n): d[i] = np.arange(i)
            f.create_dataset('k', data=np.arange(n) % 3, dtype=h5py.enum_dtype({'a': 0, 'b': 1, 'c': 2}))
            f.create_dataset('c', data=np.zeros(n, [('p', '>i4'), ('q', 'S3'), ('r', 'f2')]), chunks=(4,))
        else:
            for i in range(n):
                g = f.create_group('o%d' % i); g['ra'] = 1.; g['dec'] = 2.; g['spectrum/flux'] = rng.random(20 + i); g.attrs['z'] = .1
                g.create_dataset('cube', data=rng.random((3, 5, 4)), chunks=(2, 2, 3), compression='gzip'); g['name'] = 'n%d' % i
        """;

    [Theory]
    [InlineData("earliest", "table")]
    [InlineData("latest", "table")]
    [InlineData("earliest", "groups")]
    [InlineData("latest", "groups")]
    public async Task Changed_files_are_rejected_or_adopted(string version, string kind)
    {
        int count = int.Parse(Environment.GetEnvironmentVariable("PILE_HOSTILE") ?? "250", CultureInfo.InvariantCulture);
        using TemporaryFolder folder = new();
        Python.Run(Script, folder["original.h5"], version, kind);
        byte[] original = File.ReadAllBytes(folder["original.h5"]);
        File.Delete(folder["original.h5"]);
        ShardMutations mutations = new(original, [], bytes => Pile.Hdf5.Lookup3.Compute(bytes));
        int rejected = 0;
        for (int seed = 0; seed < count; seed++)
            rejected += await IsAdopted(folder, mutations.Make(seed), $"{version} {kind} {seed}") ? 0 : 1;
        Assert.InRange(rejected, count / 10, count - 1);
        for (int length = 0; length < original.Length; length += 997)
            Assert.False(await IsAdopted(folder, original[..length], $"{version} {kind} cut at {length}"));
    }

    [Fact]
    public async Task Declared_rows_that_were_never_written_are_rejected()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import h5py, sys; f = h5py.File(sys.argv[1], 'w')
            f.create_dataset('a', (2**40,), 'f8', chunks=(1024,)); f.create_dataset('b', (2**40, 100), 'f8', chunks=(1024, 1))
            """, folder["x.h5"]);
        PileException e = await Assert.ThrowsAsync<SourceUnreadableException>(() => ArchiveDump.ReadAsync(folder.Path));
        Assert.Contains("1099511627776 rows, more than a file of", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_declared_size_of_a_chunk_that_was_never_written_is_not_allocated()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import h5py, sys, numpy as np; f = h5py.File(sys.argv[1], 'w'); n = 1_000_000
            for i in range(20): f.create_dataset('c%d' % i, (n,), 'f8', chunks=(n // 2,), maxshape=(None,), compression='gzip')
            f.create_dataset('d', (n, 0), 'S4'); f.create_dataset('e', (n, 0), 'f4')
            """, folder["x.h5"]);
        long before = GC.GetTotalAllocatedBytes();
        Hdf5Archive archive = await Hdf5Archive.OpenAsync(new("mount://data", new Pile.Storage.LocalFolder(folder.Path)),
            [new("x.h5", new FileInfo(folder["x.h5"]).Length)], new() { Positions = new() { IdColumn = "row" } },
            TestContext.Current.CancellationToken);
        using IEnumerator<RowBatch> batches = archive.Read(0, new() { AddFile = _ => 0 }, TestContext.Current.CancellationToken)
            .GetEnumerator();
        Assert.True(batches.MoveNext());
        Assert.Equal(65_536, batches.Current.RowCount);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 200L << 20);
    }

    private static async Task<bool> IsAdopted(TemporaryFolder folder, byte[] bytes, string name)
    {
        File.WriteAllBytes(folder["x.h5"], bytes);
        long before = GC.GetTotalAllocatedBytes();
        try
        {
            await ArchiveDump.ReadAsync(folder.Path, new() { Parallelism = 1 }, hasChecksums: true);
            return true;
        }
        catch (PileException)
        {
            return false;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{name}: {e.Message}", e);
        }
        finally
        {
            Assert.True(GC.GetTotalAllocatedBytes() - before < MostAllocated, $"{name} allocates too much");
        }
    }
}
