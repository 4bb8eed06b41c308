namespace Pile.Storage.Tests;

public sealed class DownloadAddressTests
{
    [Theory]
    [InlineData("https://a.org/d/spec%20%C3%A9.fits?download=1", "spec é.fits")]
    [InlineData("https://a.org/d/a%2.fits", "a%2.fits")]
    [InlineData("https://a.org/d/...", "...")]
    [InlineData("http://a.org:81/x.csv", "x.csv")]
    [InlineData("s3://bucket/dir/a%20b?.fits", "a%20b?.fits")]
    [InlineData("https://a.org/d/漢字.fits", "漢字.fits")]
    public void The_name_is_the_last_one_of_the_path(string address, string name) => Assert.Equal(name, DownloadAddress.NameOf(address));

    [Theory]
    [InlineData("https://a.org", "is missing")]
    [InlineData("https://a.org/", "is missing")]
    [InlineData("https://a.org/d/?file=x.fits", "is missing")]
    [InlineData("https://a.org/d/..", "is that of a folder")]
    [InlineData("https://a.org/d/%2e%2E", "is that of a folder")]
    [InlineData("https://a.org/d/.", "is that of a folder")]
    [InlineData("https://a.org/..%2f..%2fetc%2fpasswd", "contains a slash")]
    [InlineData("https://a.org/a%5Cb", "contains a slash")]
    [InlineData("https://a.org/a%00b", "a control character")]
    [InlineData("https://a.org/a%0Ab", "a control character")]
    [InlineData("https://a.org/a%C2%9Bb", "a control character")]
    [InlineData("https://a.org/a%FFb", "is not UTF-8")]
    [InlineData("https://a.org/a.fits.part", "is that of an unfinished download")]
    [InlineData("https://a.org/a.fits.part.ranges", "is that of an unfinished download")]
    public void A_name_that_is_not_safe_is_rejected(string address, string fault) =>
        Assert.Contains(fault, Assert.Throws<ArgumentException>(() => DownloadAddress.NameOf(address)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_long_name_is_rejected()
    {
        Assert.Equal(240, DownloadAddress.NameOf($"https://a.org/{new string('x', 240)}").Length);
        Assert.Throws<ArgumentException>(() => DownloadAddress.NameOf($"https://a.org/{new string('x', 241)}"));
        Assert.Throws<ArgumentException>(() => DownloadAddress.NameOf($"https://a.org/{string.Concat(Enumerable.Repeat("%C3%A9", 121))}"));
    }

    [Theory]
    [InlineData("file:///etc/hostname")]
    [InlineData("ftp://a.org/x")]
    [InlineData("/etc/hostname")]
    [InlineData("data:text/plain,x")]
    [InlineData("http://")]
    [InlineData("http:///x")]
    [InlineData("https://user:pa55word@a.org/x")]
    [InlineData("https://a.org/x#part")]
    [InlineData("s3://bucket")]
    [InlineData("s3://b/x")]
    public void Other_addresses_are_rejected(string address)
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => DownloadAddress.Open(address, StoreOptions.Default));
        Assert.DoesNotContain("pa55word", e.Message, StringComparison.Ordinal);
    }
}
