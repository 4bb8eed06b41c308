using System.Diagnostics;
using Pile.TestKit;

namespace Pile.Format.Tests;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("1000")]
    [InlineData("3K")]
    [InlineData("512M")]
    [InlineData("1G")]
    [InlineData("2T")]
    [InlineData("7KB")]
    [InlineData("256MB")]
    [InlineData("2GB")]
    [InlineData("1TB")]
    [InlineData("5KiB")]
    [InlineData("512MiB")]
    [InlineData("2GiB")]
    [InlineData("1TiB")]
    public void Sizes_are_those_of_the_coreutils(string text)
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "sparse");
        using (Process truncate = Process.Start("truncate", ["-s", text, path]))
            truncate.WaitForExit();
        Assert.True(ByteSize.TryParse(text, out long bytes));
        Assert.Equal(new FileInfo(path).Length, bytes);
        Assert.True(ByteSize.TryParse(text.ToLowerInvariant(), out long lower));
        Assert.Equal(bytes, lower);
    }

    [Theory]
    [InlineData("1.5G", 1_610_612_736)]
    [InlineData(" 20 GB ", 20_000_000_000)]
    [InlineData("8B", 8)]
    public void Fractions_blanks_and_bytes_are_read(string text, long expected)
    {
        Assert.True(ByteSize.TryParse(text, out long bytes));
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("G")]
    [InlineData("-1G")]
    [InlineData("1P")]
    [InlineData("1e3")]
    [InlineData("8388608T")]
    [InlineData("many")]
    public void Other_texts_are_rejected(string text) => Assert.False(ByteSize.TryParse(text, out _));
}
