using System.Net;

namespace Pile.Storage;

/// <summary>The process's connections: one pool for all stores, so that a dataset that is opened again finds them warm.</summary>
internal static class Connections
{
    /// <summary>Follows redirections, as web servers send them to mirrors.</summary>
    internal static HttpClient Following { get; } = Create(follows: true);

    /// <summary>Follows none: a signed request is valid at one address alone.</summary>
    internal static HttpClient Plain { get; } = Create(follows: false);

    // How many requests are under way is each store's own affair, and so are time limits.
#pragma warning disable CA2000 // the handlers live as long as the process
    private static HttpClient Create(bool follows) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = follows,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(15),
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        UseCookies = false,
        ActivityHeadersPropagator = null,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
#pragma warning restore CA2000
}
