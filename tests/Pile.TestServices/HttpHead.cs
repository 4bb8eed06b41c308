using System.Text;

namespace Pile.TestServices;

/// <summary>The lines before the body of an HTTP/1.1 message, as they came.</summary>
public sealed class HttpHead
{
    private readonly List<string> lines;

    /// <summary>Takes the lines, the first one and the headers.</summary>
    public HttpHead(IEnumerable<string> lines) => this.lines = [.. lines];

    /// <summary>The request's or status line.</summary>
    public string FirstLine => lines[0];

    /// <summary>A request's method.</summary>
    public string Method => FirstLine.Split(' ')[0];

    /// <summary>A request's target.</summary>
    public string Target => FirstLine.Split(' ')[1];

    /// <summary>An answer's status.</summary>
    public int Status => int.Parse(FirstLine.Split(' ')[1]);

    /// <summary>A header's value; null where there is none. Setting null takes it away.</summary>
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

    /// <summary>The body's length as the head says it; -1 where it does not.</summary>
    public long ContentLength => long.TryParse(this["Content-Length"], out long length) ? length : -1;

    internal byte[] ToBytes() => Encoding.Latin1.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n");

    /// <summary>Reads up to the empty line, byte by byte: test messages are small, and nothing of the body may be taken.</summary>
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
