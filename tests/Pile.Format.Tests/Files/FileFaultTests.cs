using Microsoft.Win32.SafeHandles;
using Pile.TestKit;

namespace Pile.Format.Tests.Files;

public class FileFaultTests
{
    [Fact]
    public void A_file_beyond_the_size_that_the_disk_allows_is_a_fault_of_the_file()
    {
        using TemporaryFolder folder = new();
        using SafeFileHandle file = File.OpenHandle(folder["f"], FileMode.CreateNew, FileAccess.Write);
        Exception? error = Record.Exception(() => RandomAccess.Write(file, new byte[8], long.MaxValue - 100));

        Assert.True(FileFault.Is(error!), $"{error}");
        Assert.Equal("the file would become too large for the disk or for a limit of the process", FileFault.TextOf(error!));
    }

    [Fact]
    public void A_wrong_argument_is_not_a_fault_of_a_file() =>
        Assert.False(FileFault.Is(Record.Exception(() => ArgumentOutOfRangeException.ThrowIfNegative(-1, "value2"))!));
}
