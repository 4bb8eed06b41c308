using System.Net;
using System.Net.Sockets;

namespace Pile.TestServices;

/// <summary>Listens on a free port of the loopback, and serves each connection until it or the server ends.</summary>
public abstract class LoopbackServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ended = new();
    private Task accepting = Task.CompletedTask;

    /// <summary>The address of the server.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Starts listening.</summary>
    protected void Start()
    {
        listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        accepting = AcceptAsync();
    }

    /// <summary>Serves one connection.</summary>
    protected abstract Task ServeAsync(Socket client, CancellationToken cancellationToken);

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await listener.AcceptSocketAsync(ended.Token).ConfigureAwait(false);
                client.NoDelay = true;
                _ = ServeAndCloseAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAndCloseAsync(Socket client)
    {
        using (client)
            try
            {
                await ServeAsync(client, ended.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
            {
                // The client has closed the connection, or the test has ended.
            }
    }

    /// <summary>Stops listening and drops all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync().ConfigureAwait(false);
        await accepting.ConfigureAwait(false); // a stopped listener throws when it is asked for the next connection
        listener.Stop();
        GC.SuppressFinalize(this);
    }
}
