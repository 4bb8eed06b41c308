using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Pile.TestServices;

/// <summary>A plain web server for the files of a folder: GET and HEAD, one range at a time, ETags, If-Match.</summary>
public sealed class FileServer : LoopbackServer
{
    private readonly string folder;
    private readonly bool supportsRanges;

    /// <summary>Starts the server.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="supportsRanges">False to ignore ranges and send complete files, as some servers do.</param>
    public FileServer(string folder, bool supportsRanges = true)
    {
        (this.folder, this.supportsRanges) = (folder, supportsRanges);
        Start();
    }

    /// <summary>The end of the names of files that the server denies; null for none.</summary>
    public string? Denied { get; set; }

    /// <summary>The answer to a request for a file that is missing: some servers deny it, others send a page.</summary>
    public string Missing { get; set; } = "404 Not Found";

    /// <summary>False to send files in chunks and to state no length, as servers do that compute their responses.</summary>
    public bool StatesLengths { get; set; } = true;

    /// <inheritdoc/>
    protected override async Task ServeAsync(Socket client, CancellationToken cancellationToken)
    {
        using NetworkStream stream = new(client);
        while (await HttpHead.ReadAsync(stream, cancellationToken).ConfigureAwait(false) is { } request)
            await AnswerAsync(request, stream, cancellationToken).ConfigureAwait(false);
    }

    private async Task AnswerAsync(HttpHead request, NetworkStream stream, CancellationToken cancellationToken)
    {
        string path = Path.GetFullPath(Path.Combine(folder, Uri.UnescapeDataString(request.Target.Split('?')[0].TrimStart('/'))));
        if (!path.StartsWith(folder, StringComparison.Ordinal) || !File.Exists(path))
        {
            await SayAsync(Missing, "<html>missing</html>"u8.ToArray()).ConfigureAwait(false);
            return;
        }
        if (Denied is { } denied && path.EndsWith(denied, StringComparison.Ordinal))
        {
            await SayAsync("403 Forbidden", []).ConfigureAwait(false);
            return;
        }
        byte[] bytes = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        string tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\"";
        if (request["If-Match"] is { } wanted && wanted != tag)
            await SayAsync("412 Precondition Failed", []).ConfigureAwait(false);
        else if (!supportsRanges || request["Range"] is not { } range)
            await SayAsync("200 OK", bytes, $"ETag: {tag}\r\n").ConfigureAwait(false);
        else if (Range(range, bytes.Length) is not (var first, var last))
            await SayAsync("416 Range Not Satisfiable", [], $"Content-Range: bytes */{bytes.Length}\r\n").ConfigureAwait(false);
        else
            await SayAsync("206 Partial Content", bytes[first..(last + 1)],
                $"ETag: {tag}\r\nContent-Range: bytes {first}-{last}/{bytes.Length}\r\n").ConfigureAwait(false);

        async Task SayAsync(string status, byte[] body, string headers = "")
        {
            string length = StatesLengths ? $"Content-Length: {body.Length}" : "Transfer-Encoding: chunked";
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{headers}{length}\r\n\r\n"), cancellationToken)
                .ConfigureAwait(false);
            if (request.Method == "HEAD")
                return;
            byte[] content = StatesLengths ? body : body.Length == 0 ? "0\r\n\r\n"u8.ToArray()
                : [.. Encoding.ASCII.GetBytes($"{body.Length:x}\r\n"), .. body, .. "\r\n0\r\n\r\n"u8];
            await stream.WriteAsync(content, cancellationToken).ConfigureAwait(false);
        }
    }

    private static (int First, int Last)? Range(string header, int length)
    {
        string[] parts = header["bytes=".Length..].Split('-');
        int first = int.Parse(parts[0]), last = parts[1].Length == 0 ? length - 1 : int.Parse(parts[1]);
        return first >= length ? null : (first, Math.Min(last, length - 1));
    }
}
