using System.CommandLine;
using Pile.Builders;
using Pile.Format;
using Pile.Layers;

namespace Pile.Cli.Terminal;

/// <summary>Reports an error in one to three lines, and determines the exit code.</summary>
internal static class ErrorReport
{
    /// <summary>The message if a file of the program itself does not open.</summary>
    internal const string CannotLoad =
        "A file of the program cannot be loaded. Raise the limit of open files (ulimit -n 1024), or install the program again.";

    private const int MaxLines = 3, Unexpected = -1;

    /// <summary>Writes the error to standard error.</summary>
    /// <param name="error">The error.</param>
    /// <param name="verbose">True to add the stack trace.</param>
    /// <param name="parsed">The command line; null if it was not parsed.</param>
    /// <returns>The exit code.</returns>
    internal static int Write(Exception error, bool verbose, ParseResult? parsed = null)
    {
        OptionNames names = new(parsed);
        if (error is AggregateException { InnerExceptions: [var only] })
            error = only;
        if (error is TaskSchedulerException { InnerException: { } cause }) // no thread could be started
            error = cause;
        if (error is OutputClosedException)
            return ExitCode.Done;
        int exitCode = CodeOf(error);
        TerminalText.Error.WriteLine(exitCode switch
        {
            ExitCode.Interrupted => "pile: interrupted",
            _ when IsOfCurrentFolder(error) =>
                "pile: The current folder does not exist any more. Change to another folder, and run the command again.",
            Unexpected => $"pile: {UnexpectedMessageOf(error, names)}",
            _ when error is BuilderFailedException && !verbose =>
                $"pile: {MessageOf(error, names)} Run the command again with --verbose for the stack trace.",
            _ => $"pile: {MessageOf(error, names)}",
        });
        if (verbose)
            TerminalText.Error.WriteLine(error);
        return exitCode == Unexpected ? ExitCode.DataAtFault : exitCode;
    }

    private static string UnexpectedMessageOf(Exception error, OptionNames names) => error switch
    {
        OutOfMemoryException => "There is not enough memory. Use a smaller --memory or fewer --workers, or select fewer rows or columns.",
        FileLoadException or FileNotFoundException or BadImageFormatException or TypeInitializationException
            or TypeLoadException => CannotLoad,
        _ => $"Internal error: {error.GetType().Name}: {MessageOf(error, names)}\nRun the command again with --verbose for the stack "
            + "trace, and report it.",
    };

    // The system's error has no path.
    private static bool IsOfCurrentFolder(Exception error)
    {
        if (error.GetBaseException() is not FileNotFoundException { FileName: null })
            return false;
        try
        {
            _ = Directory.GetCurrentDirectory();
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    // If an assembly does not load, the runtime names the assembly instead of a path.
    private static bool IsAssembly(string name) => name.Contains(", PublicKeyToken=", StringComparison.Ordinal);

    /// <summary>Returns the message without names of parameters, in at most three lines.</summary>
    private static string MessageOf(Exception error, OptionNames names)
    {
        string message = names.In(
            error is ArgumentException && FileFault.Is(error) ? $"{FileFault.TextOf(error)}." : ArgumentText.Of(error));
        return string.Join("\n  ", message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Take(MaxLines));
    }

    private static int CodeOf(Exception error) => error switch
    {
        OperationCanceledException => ExitCode.Interrupted,
        ArgumentException when FileFault.Is(error) => ExitCode.DataAtFault,
        UsageException or ArgumentException or MemoryLimitException or DatasetNotFoundException or LayerNotFoundException
            or TablePartNotFoundException or OutputExistsException or SchemaMismatchException { IsOfCaller: true } => ExitCode.Usage,
        FileLoadException => Unexpected,
        FileNotFoundException { FileName: { } name } when IsAssembly(name) => Unexpected,
        PileException or IOException or UnauthorizedAccessException => ExitCode.DataAtFault,
        _ => Unexpected,
    };
}
