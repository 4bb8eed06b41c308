using System.Runtime.InteropServices;
using Pile.Cli;

// The first Ctrl-C asks; whoever works stops at the next whole step. A second one takes effect at once.
using CancellationTokenSource interrupt = new();
void Interrupt(PosixSignalContext context)
{
    context.Cancel = !interrupt.IsCancellationRequested;
    interrupt.Cancel();
}
using PosixSignalRegistration onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using PosixSignalRegistration onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);

return await PileCommandLine.RunAsync(args, interrupt.Token).ConfigureAwait(false);
