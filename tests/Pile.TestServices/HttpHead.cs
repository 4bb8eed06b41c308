using System.Text;

namespace Pile.TestServices;

/// <summary>The lines before the body of an HTTP/1.1 message, unchanged.</summary>
public sealed class HttpHead
{
    private readonly List<string> lines;

    /// <summary>Creates a head from the first line and the headers.</summary>
    public HttpHead(IEnumerable<string> lines) => this.lines = [.. lines];

    /// <summary>The request's or status line.</summary>
    public string FirstLine => lines[0];

    /// <summary>The method of a request.</summary>
    public string Method => FirstLine.Split(' ')[0];

    /// <summary>The target of a request.</summary>
    public string Target => FirstLine.Split(' ')[1];

    /// <summary>The status of a response.</summary>
    public int Status => int.Parse(FirstLine.Split(' ')[1]);

    /// <summary>The value of a header; null if it is missing. Setting null removes the header.</summary>
    public string? this[string name]
    {
        get => lines.Skip(1).FirstOrDefault(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)) is { } line
            ? line[(name.Length + 1)..].Trim() : null;
        set
        {
            lines.RemoveAll(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase));
            if (value is not null)
                lines.Add($"{name}: {value}");
        }
    }

    /// <summary>The length of the body according to the head; -1 if missing.</summary>
    public long ContentLength => long.TryParse(this["Content-Length"], out long length) ? length : -1;

    internal byte[] ToBytes() => Encoding.Latin1.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n");

    /// <summary>Reads up to the empty line, byte by byte, so that no byte of the body is consumed.</summary>
    internal static async Task<HttpHead?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        List<byte> bytes = [];
        byte[] one = new byte[1];
        while (bytes is not [.., (byte)'\r', (byte)'\n', (byte)'\r', (byte)'\n'])
        {
            if (await stream.ReadAsync(one, cancellationToken).ConfigureAwait(false) == 0)
                return null;
            bytes.Add(one[0]);
        }
        return new HttpHead(Encoding.Latin1.GetString([.. bytes]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries));
    }
}
