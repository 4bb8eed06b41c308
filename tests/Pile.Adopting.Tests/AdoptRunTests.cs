using Pile.Format;
using Pile.Publishing;
using Pile.Reading;
using Pile.TestKit;

namespace Pile.Adopting.Tests;

public sealed class AdoptRunTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_archive_without_files_is_an_error_with_its_name(bool isGrouped)
    {
        Python.Run("""
            import sys, tarfile
            with tarfile.open(sys.argv[1], 'w') as tar:
                for name, kind in ('d', tarfile.DIRTYPE), ('pipe', tarfile.FIFOTYPE):
                    info = tarfile.TarInfo(name); info.type = kind
                    tar.addfile(info)
            """, folder["folders.tar"]);
        string message = await ErrorAsync(Archives.Tar(folder["folders.tar"], new() { GroupsByStem = isGrouped }));
        Assert.Contains("'mount://data/folders.tar': there is no row", message, StringComparison.Ordinal);
        Assert.Contains("pipe", message, StringComparison.Ordinal);
        Assert.False(Path.Exists(folder["dataset"]));
    }

    [Fact]
    public async Task An_empty_folder_is_an_error_with_its_name()
    {
        Directory.CreateDirectory(folder["nothing"]);
        Assert.StartsWith("'nothing': there is no row.", await ErrorAsync(Archives.Folder(folder["nothing"])),
            StringComparison.Ordinal);
    }

    [Theory] // one length for each row, where pile export --format mmu writes one for each row and axis
    [InlineData(4, "spectrum_lsf_sigma_shape")]
    [InlineData(5, "native_spectrum_lsf_sigma_shape_")]
    public async Task Lengths_that_the_files_have_do_not_take_the_names_of_those_that_Pile_writes(int otherLength, string name)
    {
        Python.Run("""
            import h5py, numpy as np, os, sys
            os.makedirs(sys.argv[1])
            for number, length in enumerate([4, int(sys.argv[2])]):
                with h5py.File(f"{sys.argv[1]}/{number}.hdf5", "w") as f:
                    f['object_id'] = [2 * number, 2 * number + 1]; f['ra'] = [10., 20.]; f['dec'] = [1., 2.]
                    for name in ['flux', 'lambda', 'lsf_sigma']:
                        f['spectrum_' + name] = np.arange(1, 2 * length + 1, dtype='f4').reshape(2, length)
                        f[f'spectrum_{name}_shape'] = [length, length - 1]
                    f['spectrum_lsf_sigma'].attrs['unit'] = 'pix'
            """, folder["mmu"], $"{otherLength}");
        ArchiveRoot root = new("mount://data", new Pile.Storage.LocalFolder(folder["mmu"]));
        Hdf5Archive archive = await Hdf5Archive.OpenAsync(root, Directory.EnumerateFiles(folder["mmu"])
            .Select(path => new Pile.Storage.StoredFile(Path.GetFileName(path), new FileInfo(path).Length)),
            cancellationToken: TestContext.Current.CancellationToken);
        await AdoptRun.RunAsync(archive, folder["dataset"], Archives.Settings with
        {
            Mounts = new Dictionary<string, string> { ["mount://data"] = folder["mmu"] },
        }, TestContext.Current.CancellationToken);
        await using Dataset dataset = await Dataset.OpenAsync(folder["dataset"], cancellationToken: TestContext.Current.CancellationToken);
        RowReader rows = await dataset.OpenRowsAsync(dataset.Query().Where("object_id = 1"),
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([5, 6, 7, 8], rows.Column<float>("native_spectrum_lsf_sigma").Read(0)!.Value.Values.ToArray());
        foreach (string lengths in (string[])["native_spectrum_flux_shape", "native_spectrum_lambda_shape", name])
            Assert.Equal([3L], rows.Column<long>(lengths).Read(0)!.Value.Values.ToArray());
    }

    [Theory]
    [InlineData("sdss")]
    [InlineData("desi")]
    public async Task Widths_in_pixels_of_the_Multimodal_Universe_are_exported_as_they_are(string survey)
    {
        Python.Run("""
            import h5py, healpy, numpy as np, os, sys; rng = np.random.default_rng(5); n = 6
            others = {'sdss': ['VDISP', 'VDISP_ERR', 'Z', 'Z_ERR', 'ZWARNING'], 'desi': ['Z', 'ZERR', 'ZWARN', 'EBV', *(
                kind + band for kind in ['FLUX_', 'FLUX_IVAR_', 'FIBERFLUX_', 'FIBERTOTFLUX_'] for band in 'GRZ')]}
            for cell in (10, 11):
                folder = f"{sys.argv[1]}/healpix={cell}"; os.makedirs(folder); length = 600 + cell
                theta, phi = healpy.pix2ang(16, cell, nest=True)
                with h5py.File(f"{folder}/001-of-001.hdf5", "w") as f:
                    f['object_id'] = np.array([b'%d-%d' % (cell, i) for i in range(n)])
                    f['ra'] = np.degrees(phi) + rng.uniform(-.5, .5, n); f['dec'] = 90 - np.degrees(theta) + rng.uniform(-.5, .5, n)
                    f['healpix'] = np.full(n, cell); f['spectrum_mask'] = rng.random((n, length)) < .1
                    waves = np.tile(np.linspace(3800, 9200, length, dtype='f4'), (n, 1)); waves[:, -3:] = -1; f['spectrum_lambda'] = waves
                    for name in ['flux', 'ivar', 'lsf_sigma']: f['spectrum_' + name] = rng.random((n, length)).astype('f4')
                    for name in others[sys.argv[2]]: f[name] = rng.random(n).astype('f4')
                    for name in ['SPECTROFLUX', 'SPECTROSYNFLUX'] if sys.argv[2] == 'sdss' else []:
                        f[name] = rng.random((n, 5)).astype('f4'); f[name + '_IVAR'] = rng.random((n, 5)).astype('f4')
            """, folder["mmu"], survey);
        ArchiveRoot root = new("mount://data", new Pile.Storage.LocalFolder(folder["mmu"]));
        Hdf5Archive archive = await Hdf5Archive.OpenAsync(root, Directory.EnumerateFiles(folder["mmu"], "*", SearchOption.AllDirectories)
            .Select(path => new Pile.Storage.StoredFile(Path.GetRelativePath(folder["mmu"], path), new FileInfo(path).Length)),
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains(archive.Findings, f => f.Contains("Multimodal Universe, where 'spectrum_lsf_sigma' is in pixels",
            StringComparison.Ordinal));
        await AdoptRun.RunAsync(archive, folder["dataset"], Archives.Settings with
        {
            Name = survey,
            Mounts = new Dictionary<string, string> { ["mount://data"] = folder["mmu"] },
        }, TestContext.Current.CancellationToken);
        await using (Dataset dataset = await Dataset.OpenAsync(folder["dataset"], cancellationToken: TestContext.Current.CancellationToken))
        {
            Assert.Equal("pix", dataset.Manifest.Column("native_spectrum_lsf_sigma")!.Unit);
            Assert.Equal(survey, (await DatasetExport.ToMmuAsync(dataset, folder["out"], new ExportOptions { Layout = survey },
                TestContext.Current.CancellationToken)).Layout);
        }
        Assert.Equal("12 rows\n", Python.Run("""
            import glob, h5py, numpy as np, sys
            rows = 0
            for cell in (10, 11):
                with h5py.File(f"{sys.argv[1]}/healpix={cell}/001-of-001.hdf5") as old, \
                        h5py.File(glob.glob(f"{sys.argv[2]}/**/healpix={cell}/*.hdf5", recursive=True)[0]) as new:
                    order = [list(new['object_id'][:]).index(id) for id in old['object_id'][:]]
                    for name in old:
                        np.testing.assert_array_equal(new[name][:][order], old[name][:], name)
                    rows += len(order)
            print(rows, 'rows')
            """, folder["mmu"], folder["out"]));
    }

    private async Task<string> ErrorAsync(IArchive archive) => (await Assert.ThrowsAsync<SourceUnreadableException>(() =>
        AdoptRun.RunAsync(archive, folder["dataset"], Archives.Settings, TestContext.Current.CancellationToken))).Message;
}
