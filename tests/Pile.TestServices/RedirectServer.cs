using System.Net.Sockets;
using System.Text;

namespace Pile.TestServices;

/// <summary>A web server that answers requests with redirects, and the rest with the same few bytes.</summary>
public sealed class RedirectServer : LoopbackServer
{
    private readonly Func<string, string?> locationOf;
    private readonly byte[] body;

    /// <summary>Starts the server.</summary>
    /// <param name="body">The content of every file.</param>
    /// <param name="locationOf">Returns where a target is redirected to; null for a target that is answered.</param>
    public RedirectServer(byte[] body, Func<string, string?> locationOf)
    {
        (this.body, this.locationOf) = (body, locationOf);
        Start();
    }

    /// <summary>The number of redirects that were sent.</summary>
    public int Redirects { get; private set; }

    /// <inheritdoc/>
    protected override async Task ServeAsync(Socket client, CancellationToken cancellationToken)
    {
        using NetworkStream stream = new(client);
        while (await HttpHead.ReadAsync(stream, cancellationToken).ConfigureAwait(false) is { } request)
        {
            string? location = locationOf(request.Target);
            string head = location is null ? $"200 OK\r\nContent-Length: {body.Length}"
                : $"302 Found\r\nLocation: {location}\r\nContent-Length: 0";
            if (location is not null)
                Redirects++;
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {head}\r\n\r\n"), cancellationToken).ConfigureAwait(false);
            if (location is null && request.Method != "HEAD")
                await stream.WriteAsync(body, cancellationToken).ConfigureAwait(false);
        }
    }
}
