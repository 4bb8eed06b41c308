using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace Pile.TestServices;

/// <summary>An HTTP proxy that changes responses of a server for tests.</summary>
public sealed class FaultProxy : LoopbackServer
{
    private readonly Uri server;
    private int underWay;

    /// <summary>Starts the proxy.</summary>
    public FaultProxy(Uri server)
    {
        this.server = server;
        Start();
    }

    /// <summary>Returns the fault of a response, given the request and its number from 0; null for no fault.</summary>
    public Func<HttpHead, int, Fault?> Plan { get; set; } = static (_, _) => null;

    /// <summary>The received requests, in order.</summary>
    public ConcurrentQueue<HttpHead> Requests { get; } = new();

    /// <summary>Waits until the server has answered all requests, including those of clients that have closed their connection.</summary>
    public async Task QuietAsync(CancellationToken cancellationToken)
    {
        while (Volatile.Read(ref underWay) > 0)
            await Task.Delay(5, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async Task ServeAsync(Socket client, CancellationToken cancellationToken)
    {
        using NetworkStream near = new(client);
        using TcpClient upstream = new() { NoDelay = true };
        await upstream.ConnectAsync(server.Host, server.Port, cancellationToken).ConfigureAwait(false);
        NetworkStream far = upstream.GetStream();
        while (await HttpHead.ReadAsync(near, cancellationToken).ConfigureAwait(false) is { } request)
        {
            Interlocked.Increment(ref underWay);
            try
            {
                if (!await AnswerAsync(request, near, far, cancellationToken).ConfigureAwait(false))
                {
                    client.LingerState = new LingerOption(true, 0); // a reset, as from a machine that is no longer reachable
                    return;
                }
            }
            finally
            {
                Interlocked.Decrement(ref underWay);
            }
        }
    }

    // Returns false if the connection must be dropped.
    private async Task<bool> AnswerAsync(HttpHead request, NetworkStream near, NetworkStream far, CancellationToken cancellationToken)
    {
        int number;
        lock (Requests)
        {
            number = Requests.Count;
            Requests.Enqueue(request);
        }
        Fault fault = Plan(request, number) ?? new Fault();
        await fault.After.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (fault.Delay > TimeSpan.Zero)
            await Task.Delay(fault.Delay, cancellationToken).ConfigureAwait(false);
        if (fault.Status is not { } status)
            return await ExchangeAsync(request, near, far, fault, cancellationToken).ConfigureAwait(false);
        await CopyAsync(near, Stream.Null, Math.Max(request.ContentLength, 0), new Fault(), cancellationToken).ConfigureAwait(false);
        string refusal = $"HTTP/1.1 {status} Refused\r\nContent-Length: "
            + $"{Encoding.UTF8.GetByteCount(fault.Body)}\r\n\r\n{(request.Method == "HEAD" ? "" : fault.Body)}";
        await near.WriteAsync(Encoding.UTF8.GetBytes(refusal), cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static async Task<bool> ExchangeAsync(HttpHead request, NetworkStream near, NetworkStream far, Fault fault,
        CancellationToken cancellationToken)
    {
        await far.WriteAsync(request.ToBytes(), cancellationToken).ConfigureAwait(false);
        if (request["Expect"] is not null)
        {
            HttpHead go = await HttpHead.ReadAsync(far, cancellationToken).ConfigureAwait(false)
                ?? throw new IOException("The server went away.");
            await near.WriteAsync(go.ToBytes(), cancellationToken).ConfigureAwait(false);
            if (go.Status != 100)
                return false;
        }
        await CopyAsync(near, far, Math.Max(request.ContentLength, 0), new Fault(), cancellationToken).ConfigureAwait(false);
        HttpHead answer = await HttpHead.ReadAsync(far, cancellationToken).ConfigureAwait(false)
            ?? throw new IOException("The server went away.");
        if (answer.Status == 100)
        {
            await near.WriteAsync(answer.ToBytes(), cancellationToken).ConfigureAwait(false);
            answer = await HttpHead.ReadAsync(far, cancellationToken).ConfigureAwait(false)
                ?? throw new IOException("The server went away.");
        }
        long length = request.Method == "HEAD" || answer.Status is 204 or 304 ? 0 : answer.ContentLength;
        bool isChunked = length < 0;
        fault.Head?.Invoke(answer);
        await near.WriteAsync(answer.ToBytes(), cancellationToken).ConfigureAwait(false);
        if (isChunked)
        {
            await CopyChunksAsync(far, near, cancellationToken).ConfigureAwait(false);
            return true;
        }
        return await CopyAsync(far, near, length, fault, cancellationToken).ConfigureAwait(false);
    }

    // Returns false if the connection must be dropped.
    private static async Task<bool> CopyAsync(Stream from, Stream to, long bytes, Fault fault, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[64 << 10];
        for (long at = 0; at < bytes;)
        {
            long end = Math.Min(bytes, Math.Min(fault.CutAfter ?? long.MaxValue, fault.StallAfter ?? long.MaxValue));
            if (at >= end)
            {
                if (fault.CutAfter == at)
                    return false;
                await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
            }
            int most = (int)Math.Min(buffer.Length, end - at);
            if (fault.BytesPerSecond is { } rate)
            {
                most = Math.Min(most, Math.Max(rate / 20, 1));
                await Task.Delay(50, cancellationToken).ConfigureAwait(false);
            }
            int count = await from.ReadAsync(buffer.AsMemory(0, most), cancellationToken).ConfigureAwait(false);
            if (count == 0)
                throw new IOException("The message ended early.");
            fault.Bytes?.Invoke(buffer.AsMemory(0, count), at);
            await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            at += count;
        }
        return true;
    }

    // Lists and errors use chunked encoding, which is forwarded unchanged.
    private static async Task CopyChunksAsync(Stream from, Stream to, CancellationToken cancellationToken)
    {
        for (int size = -1; size != 0;)
        {
            string line = await LineAsync(from, cancellationToken).ConfigureAwait(false);
            size = Convert.ToInt32(line.Split(';')[0].Trim(), 16);
            await to.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), cancellationToken).ConfigureAwait(false);
            // with the end of the line; after the last chunk, the empty line
            await CopyAsync(from, to, size + 2, new Fault(), cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<string> LineAsync(Stream from, CancellationToken cancellationToken)
    {
        StringBuilder line = new();
        byte[] one = new byte[1];
        while (line.Length < 2 || line[^1] != '\n')
        {
            await from.ReadExactlyAsync(one, cancellationToken).ConfigureAwait(false);
            line.Append((char)one[0]);
        }
        return line.ToString().TrimEnd();
    }
}
