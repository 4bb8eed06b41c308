using System.Runtime.CompilerServices;
using Pile.Cli.Terminal;
using Pile.Reading;

namespace Pile.Cli;

/// <summary>The program <c>pile</c>, also for <c>Pile.Native</c>.</summary>
internal static class Program
{
    internal static int Main(string[] args)
    {
        try
        {
            if (OpenFileLimit.IsTooLow())
                return ExitCode.DataAtFault;
            bool hasPlugIn = Array.Exists(args, a => a.StartsWith("--builders", StringComparison.Ordinal)); // also --builders=FILE
            if (hasPlugIn && !RuntimeFeature.IsDynamicCodeSupported)
                return ManagedProgram.Run(args);
            if (args is ["query" or "sql" or "scan", _, _, ..] or ["layer", "set" or "unset", _, _, ..])
                LibraryLoading.Start();
            // Regular expressions of the YAML parser and calls by reflection are otherwise compiled, which takes longer than their use. A
            // plug-in may need it.
            if (!hasPlugIn)
                AppContext.SetSwitch("System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported", false);
            StandardStreams.SetUp();
            AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
                Environment.Exit(ErrorReport.Write((Exception)unhandled.ExceptionObject, args.Contains("--verbose")));
            CancellationToken interrupt = Interruption.Listen();
            return PileCommandLine.RunAsync(args, interrupt).GetAwaiter().GetResult();
        }
        catch (Exception error) when (error is IOException or BadImageFormatException or TypeInitializationException or TypeLoadException)
        {
            Console.Error.WriteLine($"pile: {ErrorReport.CannotLoad}");
            return ExitCode.DataAtFault;
        }
    }
}
