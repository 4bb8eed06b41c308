using System.Net;
using Pile.TestServices;

namespace Pile.Storage.Tests;

public sealed class RedirectTests
{
    private static readonly byte[] Content = [1, 2, 3];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_redirect_within_the_server_is_followed()
    {
        await using RedirectServer server =
            new(Content, target => target.StartsWith("/d/", StringComparison.Ordinal) ? $"/moved{target}" : null);
        Assert.Equal(Content, await ReadAsync(server));
        Assert.Equal(1, server.Redirects);
    }

    [Fact]
    public async Task A_redirect_to_another_server_is_an_error()
    {
        await using RedirectServer other = new(Content, _ => null);
        await using RedirectServer server =
            new(Content, target => $"http://user:pa55word@127.0.0.1:{other.Address.Port}{target}?X-Amz-Signature=s3cret#t0ken");
        StoreException e = await Assert.ThrowsAsync<StoreException>(() => ReadAsync(server));
        Assert.Contains($"'http://{server.Address.Authority}' redirects to 'http://{other.Address.Authority}/d/README.md'", e.Message,
            StringComparison.Ordinal);
        Assert.Contains("open the dataset at its address there", e.Message, StringComparison.Ordinal);
        foreach (string secret in (string[])["pa55word", "s3cret", "t0ken"])
            Assert.DoesNotContain(secret, e.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file:///etc/hostname")]
    [InlineData("ftp://127.0.0.1/x")]
    [InlineData("data:text/plain,x")]
    [InlineData("javascript:0")]
    public async Task A_redirect_to_another_scheme_is_an_error(string location)
    {
        await using RedirectServer server = new(Content, _ => location);
        StoreException e = await Assert.ThrowsAsync<StoreException>(() => ReadAsync(server));
        Assert.Contains($"redirects to an address '{location.Split(':')[0]}:'", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("http://[")]
    public async Task A_redirect_without_an_address_is_an_error(string location)
    {
        await using RedirectServer server = new(Content, _ => location);
        await Assert.ThrowsAsync<StoreException>(() => ReadAsync(server));
    }

    [Fact]
    public async Task Circular_redirects_are_an_error()
    {
        await using RedirectServer server = new(Content, target => target + "x");
        Assert.Contains("redirects more than 5 times", (await Assert.ThrowsAsync<StoreException>(() => ReadAsync(server))).Message,
            StringComparison.Ordinal);
        Assert.Equal(6, server.Redirects);
    }

    [Theory] // a test server with certificates would check the same
    [InlineData("http://a.org/d/x", "https://a.org/d/x", true)]
    [InlineData("http://a.org:8080/d/x", "https://a.org:8443/d/x", true)]
    [InlineData("https://a.org/d/x", "https://A.ORG/e", true)]
    [InlineData("https://a.org/d/x", "http://a.org/d/x", false)]
    [InlineData("https://a.org/d/x", "https://a.org:444/d/x", false)]
    [InlineData("http://a.org/d/x", "https://b.a.org/d/x", false)]
    [InlineData("http://a.org/d/x", "//b.org/d/x", false)]
    public void Only_https_of_the_same_host_replaces_http(string from, string location, bool isFollowed)
    {
        using HttpResponseMessage response = new(HttpStatusCode.MovedPermanently);
        response.Headers.Location = new Uri(location, UriKind.RelativeOrAbsolute);
        if (isFollowed)
            Assert.Equal(new Uri(location), Redirect.Target("x", new Uri(from), response, 0));
        else
            Assert.Throws<StoreException>(() => Redirect.Target("x", new Uri(from), response, 0));
    }

    [Theory]
    [InlineData("http://a.org/d/x", "https://b.org/y?signature=1", true)]
    [InlineData("http://a.org/d/x", "http://b.org/y", true)]
    [InlineData("https://a.org/d/x", "//b.org/y", true)]
    [InlineData("https://a.org/d/x", "http://b.org/y", false)]
    [InlineData("https://a.org/d/x", "http://a.org/d/x", false)]
    [InlineData("https://a.org/d/x", "file:///etc/hostname", false)]
    [InlineData("http://a.org/d/x", "ftp://a.org/d/x", false)]
    public void A_download_may_leave_the_server_but_not_for_an_insecure_one(string from, string location, bool isFollowed)
    {
        using HttpResponseMessage response = new(HttpStatusCode.Found);
        response.Headers.Location = new Uri(location, UriKind.RelativeOrAbsolute);
        if (isFollowed)
            Assert.Equal(new Uri(new Uri(from), location), Redirect.Target("x", new Uri(from), response, 0, mayLeaveServer: true));
        else
            Assert.Throws<StoreException>(() => Redirect.Target("x", new Uri(from), response, 0, mayLeaveServer: true));
    }

    private static Task<byte[]> ReadAsync(RedirectServer server) =>
        FileStore.For($"{server.Address}d").ReadAllAsync("README.md", 100, Token);
}
