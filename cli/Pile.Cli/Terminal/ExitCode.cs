namespace Pile.Cli.Terminal;

/// <summary>The exit codes of the program.</summary>
internal static class ExitCode
{
    internal const int Done = 0;
    internal const int DataAtFault = 1;
    internal const int Usage = 2;
    internal const int RowsSkipped = 3;
    internal const int Interrupted = 130;
}
