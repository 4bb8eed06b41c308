using Pile.Format;
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
        Assert.Contains("'mount://data/folders.tar': there is no row to adopt", message, StringComparison.Ordinal);
        Assert.Contains("pipe", message, StringComparison.Ordinal);
        Assert.False(Path.Exists(folder["dataset"]));
    }

    [Fact]
    public async Task An_empty_folder_is_an_error_with_its_name()
    {
        Directory.CreateDirectory(folder["nothing"]);
        Assert.StartsWith("'nothing': there is no row to adopt.", await ErrorAsync(Archives.Folder(folder["nothing"])),
            StringComparison.Ordinal);
    }

    private async Task<string> ErrorAsync(IArchive archive) => (await Assert.ThrowsAsync<SourceUnreadableException>(() =>
        AdoptRun.RunAsync(archive, folder["dataset"], Archives.Settings, TestContext.Current.CancellationToken))).Message;
}
