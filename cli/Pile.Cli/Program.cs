using System.Runtime.InteropServices;
using Pile.Cli;
using Pile.Cli.Commands;

// The first Ctrl-C asks; whoever works stops at the next whole step. A second one takes effect at once.
using CancellationTokenSource interrupt = new();
void Interrupt(PosixSignalContext context)
{
    context.Cancel = !interrupt.IsCancellationRequested;
    interrupt.Cancel();
}
using PosixSignalRegistration onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using PosixSignalRegistration onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);

if (PlainCrossMatch.TryRun(args, interrupt.Token, out int exitCode))
    return exitCode;
// Waited for, not awaited: the state machine of an asynchronous Main is compiled even where the short way was taken.
return PileCommandLine.RunAsync(args, interrupt.Token).GetAwaiter().GetResult();
