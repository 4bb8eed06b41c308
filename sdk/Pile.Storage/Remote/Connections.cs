using System.Net;

namespace Pile.Storage;

/// <summary>The process's connections: one pool for all stores, so that a dataset that is opened again finds them warm.</summary>
internal static class Connections
{
    /// <summary>Sends requests. It follows no redirect: each store decides which it follows (see <see cref="Redirect"/>).</summary>
    internal static HttpClient Client { get; } = Create();

    // How many requests are under way is each store's own affair, and so are time limits.
#pragma warning disable CA2000 // the handlers live as long as the process
    private static HttpClient Create() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
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
