using Pile.Cli;
using Pile.Cli.Commands;
using Pile.Cli.Terminal;

CancellationToken interrupt = Interruption.Listen();
if (PlainCrossMatch.TryRun(args, interrupt, out int exitCode))
    return exitCode;
// Waited for, not awaited: the state machine of an asynchronous Main is compiled even where the short way was taken.
return PileCommandLine.RunAsync(args, interrupt).GetAwaiter().GetResult();
