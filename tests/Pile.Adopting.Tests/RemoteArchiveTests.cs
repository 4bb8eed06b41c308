using Pile.Storage;
using Pile.TestKit;
using Pile.TestServices;

namespace Pile.Adopting.Tests;

/// <summary>Archives on web servers that send complete files only.</summary>
public sealed class RemoteArchiveTests : IDisposable
{
    private const string Remedy = "or download them and adopt the local files";
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(5000)]
    [InlineData(300_000)] // more than the reader requests at once
    public async Task Hdf5_files_whose_rows_could_not_be_read_are_an_error(int values)
    {
        Python.Run("""
            import h5py, numpy as np, sys
            n = int(sys.argv[2])
            with h5py.File(f'{sys.argv[1]}/a.h5', 'w') as f:
                f['object_id'] = [1, 2]; f['ra'] = [10., 20.]; f['dec'] = [1., 2.]; f['flux'] = np.arange(2. * n).reshape(2, n)
            """, folder.Path, $"{values}");
        await using (FileServer whole = new(folder.Path, supportsRanges: false))
        {
            StoreException e = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(whole, "a.h5"));
            Assert.StartsWith($"{whole.Address}a.h5: the server does not support range requests", e.Message, StringComparison.Ordinal);
            Assert.Contains(Remedy, e.Message, StringComparison.Ordinal);
        }
        await using FileServer server = new(folder.Path);
        Assert.Equal(["a.h5"], (await OpenAsync(server, "a.h5")).Units);
    }

    [Fact]
    public async Task Hdf5_files_of_which_the_index_has_all_values_need_no_ranges()
    {
        Python.Run("""
            import h5py, sys
            with h5py.File(f'{sys.argv[1]}/a.h5', 'w') as f:
                f['object_id'] = [1, 2]; f['ra'] = [10., 20.]; f['dec'] = [1., 2.]; f['mag'] = [3., 4.]
            """, folder.Path);
        await using FileServer whole = new(folder.Path, supportsRanges: false);
        Assert.Equal(["a.h5"], (await OpenAsync(whole, "a.h5")).Units);
    }

    [Fact]
    public async Task Tar_archives_are_an_error()
    {
        Python.Run("""
            import sys, tarfile, io
            with tarfile.open(f'{sys.argv[1]}/a.tar', 'w') as tar:
                info = tarfile.TarInfo('x.txt'); info.size = 3
                tar.addfile(info, io.BytesIO(b'abc'))
            """, folder.Path);
        await using FileServer whole = new(folder.Path, supportsRanges: false);
        TarArchive archive = new([new TarSource(RootOf(whole), "a.tar")]);
        Assert.Contains(Remedy, Assert.Throws<StoreException>(() => AdoptedRows.Of(archive)).Message, StringComparison.Ordinal);
    }

    private static ArchiveRoot RootOf(FileServer server)
    {
        string address = server.Address.AbsoluteUri.TrimEnd('/');
        return new(address, FileStore.For(address));
    }

    private async Task<Hdf5Archive> OpenAsync(FileServer server, string name) => await Hdf5Archive.OpenAsync(RootOf(server),
        [new StoredFile(name, new FileInfo(folder[name]).Length)], cancellationToken: TestContext.Current.CancellationToken);
}
