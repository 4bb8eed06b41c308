using System.Globalization;
using System.Text;

namespace Pile.Cli.Terminal;

/// <summary>Writes text with the escapes of <see cref="TerminalText"/>.</summary>
internal sealed class EscapingWriter(TextWriter inner) : TextWriter(CultureInfo.InvariantCulture)
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value) => inner.Write(TerminalText.Escape(value ?? "", keepLineFeeds: true));

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void WriteLine() => inner.WriteLine();

    // One call per line, so that lines of several threads do not mix.
    public override void WriteLine(string? value) => inner.WriteLine(TerminalText.Escape(value ?? "", keepLineFeeds: true));

    public override Task WriteLineAsync(string? value) => inner.WriteLineAsync(TerminalText.Escape(value ?? "", keepLineFeeds: true));

    public override void Flush() => inner.Flush();
}
