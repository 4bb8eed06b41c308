using System.Net.Sockets;
using System.Text;

namespace Pile.TestServices;

/// <summary>A server that answers searches with what a test says, after the text of the STAC API.</summary>
public sealed class SearchServer : LoopbackServer
{
    private readonly Func<string, string, string, (string Status, string Body)> answer;

    /// <summary>Starts the server.</summary>
    /// <param name="answer">Returns status and body for a method, a target and a body.</param>
    public SearchServer(Func<string, string, string, (string Status, string Body)> answer)
    {
        this.answer = answer;
        Start();
    }

    public List<string> Requests { get; } = [];

    protected override async Task ServeAsync(Socket client, CancellationToken cancellationToken)
    {
        using NetworkStream stream = new(client);
        while (await HeadAsync(stream, cancellationToken) is { } head)
        {
            byte[] body = new byte[Math.Max(0, head.ContentLength)];
            await stream.ReadExactlyAsync(body, cancellationToken);
            string text = Encoding.UTF8.GetString(body);
            lock (Requests)
                Requests.Add($"{head.Method} {head.Target} {text}".TrimEnd());
            (string status, string reply) = answer(head.Method, head.Target, text);
            byte[] bytes = Encoding.UTF8.GetBytes(reply);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {bytes.Length}\r\n\r\n"),
                cancellationToken);
            await stream.WriteAsync(bytes, cancellationToken);
        }
    }

    private static async Task<HttpHead?> HeadAsync(Stream stream, CancellationToken cancellationToken)
    {
        List<byte> bytes = [];
        byte[] one = new byte[1];
        while (bytes is not [.., (byte)'\r', (byte)'\n', (byte)'\r', (byte)'\n'])
        {
            if (await stream.ReadAsync(one, cancellationToken) == 0)
                return null;
            bytes.Add(one[0]);
        }
        return new HttpHead(Encoding.Latin1.GetString([.. bytes]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries));
    }
}
