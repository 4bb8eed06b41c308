using System.Net;

namespace Pile.Storage;

/// <summary>The process's connection pool, shared by all stores, so that reopening a dataset reuses open connections.</summary>
internal static class Connections
{
    /// <summary>Sends requests without following redirects: each store decides which to follow (see <see cref="Redirect"/>).</summary>
    internal static HttpClient Client { get; } = Create();

    // Each store limits its own parallel requests and applies its own timeouts.
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
