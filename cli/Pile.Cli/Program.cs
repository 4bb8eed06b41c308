using Pile.Cli;
using Pile.Cli.Commands;
using Pile.Cli.Terminal;
using Pile.CrossMatch;
using Pile.Reading;

try
{
    if (OpenFileLimit.IsTooLow())
        return ExitCode.DataAtFault;
    if (args is ["crossmatch", ..])
        CrossMatcher.Prewarm();
    if (args is ["query" or "sql" or "scan", _, _, ..] or ["layer", "set" or "unset", _, _, ..])
        LibraryLoading.Start();
    // Regular expressions of the YAML parser and calls by reflection are otherwise compiled, which takes longer than their use. The code
    // of a builder of the user may need it.
    if (!Array.Exists(args, a => a.StartsWith("--builders", StringComparison.Ordinal))) // also --builders=FILE
        AppContext.SetSwitch("System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported", false);
    StandardStreams.SetUp();
    AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
        Environment.Exit(ErrorReport.Write((Exception)unhandled.ExceptionObject, args.Contains("--verbose")));
    CancellationToken interrupt = Interruption.Listen();
    if (FastCrossMatch.TryRun(args, interrupt, out int exitCode))
        return exitCode;
    // Blocks instead of using await: the state machine of an asynchronous Main would be compiled for the fast start too.
    return PileCommandLine.RunAsync(args, interrupt).GetAwaiter().GetResult();
}
catch (Exception error) when (error is IOException or BadImageFormatException or TypeInitializationException or TypeLoadException)
{
    Console.Error.WriteLine($"pile: {ErrorReport.CannotLoad}");
    return ExitCode.DataAtFault;
}
