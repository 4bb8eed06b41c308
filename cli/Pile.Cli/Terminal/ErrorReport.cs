using Pile.Format;

namespace Pile.Cli.Terminal;

/// <summary>Tells an error in one to three lines, and turns it into an exit code.</summary>
internal static class ErrorReport
{
    private const int MostLines = 3;

    /// <summary>Writes the error to stderr if it is one that users cause or can mend.</summary>
    /// <returns>False for a mistake in the program itself, which keeps its stack trace.</returns>
    internal static bool TryWrite(Exception error, bool verbose, out int exitCode)
    {
        exitCode = CodeOf(error);
        if (exitCode < 0)
            return false;
        Console.Error.WriteLine(exitCode == ExitCode.Interrupted
            ? "pile: interrupted"
            : $"pile: {MessageOf(error is AggregateException { InnerException: { } inner } ? inner : error)}");
        if (verbose)
            Console.Error.WriteLine(error);
        return true;
    }

    /// <summary>The message as people read it: three lines at most, without the names of parameters.</summary>
    private static string MessageOf(Exception error)
    {
        string message = error.Message;
        if (error is ArgumentException { ParamName: { } name } && message.IndexOf($" (Parameter '{name}')", StringComparison.Ordinal) is >= 0 and var end)
            message = message[..end];
        return string.Join('\n', message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(MostLines));
    }

    private static int CodeOf(Exception error) => error switch
    {
        OperationCanceledException => ExitCode.Interrupted,
        UsageException or ArgumentException or DatasetNotFoundException or TablePartNotFoundException or OutputExistsException or SchemaMismatchException { IsOfCaller: true } => ExitCode.Usage,
        PileException or IOException or UnauthorizedAccessException => ExitCode.DataAtFault,
        AggregateException { InnerExceptions: [var only] } => CodeOf(only),
        _ => -1,
    };
}
