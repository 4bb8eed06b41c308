using System.Text;
using Pile.Format;

namespace Pile.Cli.Terminal;

/// <summary>Writes messages without secrets and temporary paths to standard error. Ignores write errors, because they do not affect the
/// result.</summary>
internal sealed class MessageWriter : TextWriter
{
    private readonly TextWriter error;

    internal MessageWriter(TextWriter error)
    {
        this.error = error;
        Redaction.Apply(""); // loads the assembly now, because later no more files may be opened
    }

    public override Encoding Encoding => error.Encoding;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(string? value)
    {
        try
        {
            error.Write(WithoutSecrets(value ?? ""));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // Standard error is closed or full.
        }
    }

    public override void WriteLine(string? value) => Write(value + "\n");

    private static string WithoutSecrets(string text)
    {
        try
        {
            return Redaction.Apply(StandardInputTable.NameIn(text));
        }
        catch (Exception e) when (e is FileNotFoundException or FileLoadException or TypeInitializationException)
        {
            return $"pile: {ErrorReport.CannotLoad}\n"; // not the text, which may contain a secret
        }
    }
}
