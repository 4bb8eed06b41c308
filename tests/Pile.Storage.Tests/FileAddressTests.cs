namespace Pile.Storage.Tests;

/// <summary>The addresses of RFC 8089.</summary>
public class FileAddressTests
{
    [Theory]
    [InlineData("file:///data/a%20b", "/data/a b")]
    [InlineData("file://localhost/data/a%20b", "/data/a b")]
    [InlineData("FILE://LOCALHOST/data", "/data")]
    public void Files_of_this_computer_have_a_path(string address, string path) => Assert.Equal(path, FileAddress.PathOf(address));

    [Fact]
    public void A_store_of_another_computer_is_an_error_that_names_it() => Assert.Contains("another computer, 'nas'",
        Assert.Throws<ArgumentException>(() => FileStore.For("file://nas/data")).Message, StringComparison.Ordinal);
}
