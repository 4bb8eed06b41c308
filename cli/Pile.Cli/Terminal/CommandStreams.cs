using System.Text;

namespace Pile.Cli.Terminal;

/// <summary>Where a command line writes: to the standard streams of the process, or to those of a caller that runs several command lines
/// in one process.</summary>
internal sealed class CommandStreams
{
    private static readonly AsyncLocal<CommandStreams?> Given = new();

    private CommandStreams(Func<Stream> openOutput, TextWriter output, TextWriter error) =>
        (OpenOutput, Output, Error, Terminal) = (openOutput, new EscapingWriter(output), new EscapingWriter(error), error);

    /// <summary>The streams of the command line that runs in the current asynchronous flow.</summary>
    internal static CommandStreams Current => Given.Value ?? (OfProcess ??= new(StandardOutput.Open, Console.Out, Console.Error));

    private static CommandStreams? OfProcess { get; set; }

    /// <summary>Opens standard output for bytes.</summary>
    internal Func<Stream> OpenOutput { get; }

    /// <summary>Standard output for text; line feeds are kept.</summary>
    internal TextWriter Output { get; }

    /// <summary>Standard error for text; line feeds are kept.</summary>
    internal TextWriter Error { get; }

    /// <summary>Standard error for text with control sequences, which holds no values of a user.</summary>
    internal TextWriter Terminal { get; }

    /// <summary>True if the process runs one command line, so that the limits of the process may be those of the command line.</summary>
    internal bool AreOfProcess => this == OfProcess;

    internal bool IsOutputTerminal => AreOfProcess && !Console.IsOutputRedirected;

    internal bool IsErrorTerminal => AreOfProcess && !Console.IsErrorRedirected;

    internal bool IsInputTerminal => AreOfProcess && !Console.IsInputRedirected;

    /// <summary>Uses other streams in the current asynchronous flow and in what it starts.</summary>
    /// <param name="openOutput">Opens standard output; each stream is disposed after use.</param>
    /// <param name="error">Receives standard error, from any thread.</param>
    internal static void Use(Func<Stream> openOutput, TextWriter error) =>
        Given.Value = new CommandStreams(openOutput,
            TextWriter.Synchronized(new StreamWriter(openOutput(), new UTF8Encoding(false)) { AutoFlush = true }),
            TextWriter.Synchronized(new MessageWriter(error)));
}
