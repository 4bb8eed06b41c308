using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Pile.Bench.Harness;

/// <summary>Simulates the latency of a network: a proxy that forwards the bytes of clients to a server after a delay, and answers without
/// one.</summary>
/// <remarks>Runs in a separate process, so that it does not use threads of a client.</remarks>
internal sealed class DelayProxy : IDisposable
{
    internal const string Verb = "delay-proxy";

    private readonly Process process;

    private DelayProxy(Process process, Uri address) => (this.process, Address) = (process, address);

    /// <summary>The address of the proxy.</summary>
    internal Uri Address { get; }

    /// <summary>Starts a proxy for a server.</summary>
    internal static DelayProxy Start(Uri server, TimeSpan delay)
    {
        Process started = SelfProcess.Start(Verb, server.AbsoluteUri, delay.TotalMilliseconds.ToString(CultureInfo.InvariantCulture));
        string port = started.StandardOutput.ReadLine() ?? throw new BenchFailedException("the delay proxy does not start.");
        return new DelayProxy(started, new Uri($"http://127.0.0.1:{port}"));
    }

    /// <summary>Runs in the process: forwards bytes until stdin is closed.</summary>
    internal static async Task<int> ServeAsync(Uri server, int delayMs)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Console.Out.WriteLine(((IPEndPoint)listener.LocalEndpoint).Port);
        Task accepting = AcceptAsync(listener, server, delayMs);
        await Task.WhenAny(accepting, Console.In.ReadToEndAsync());
        return 0;
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    private static async Task AcceptAsync(TcpListener listener, Uri server, int delayMs)
    {
        while (true)
            _ = PassAsync(await listener.AcceptSocketAsync(), server, delayMs);
    }

    private static async Task PassAsync(Socket client, Uri server, int delayMs)
    {
        using (client)
        using (Socket far = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true })
            try
            {
                client.NoDelay = true;
                await far.ConnectAsync(server.Host, server.Port);
                await Task.WhenAny(CopyAsync(client, far, delayMs), CopyAsync(far, client, 0));
            }
            catch (SocketException)
            {
                // One side closed its connection, so that the other one is closed too.
            }
    }

    private static async Task CopyAsync(Socket from, Socket to, int delayMs)
    {
        byte[] buffer = new byte[256 << 10];
        while (await from.ReceiveAsync(buffer) is > 0 and int count)
        {
            if (delayMs > 0)
                await Task.Delay(delayMs);
            await to.SendAsync(buffer.AsMemory(0, count));
        }
    }
}
