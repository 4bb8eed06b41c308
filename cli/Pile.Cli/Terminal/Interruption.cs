using System.Runtime.InteropServices;

namespace Pile.Cli.Terminal;

/// <summary>Ctrl-C and SIGTERM. The first one asks, and whoever works stops at the next whole step; a second one takes effect at once.</summary>
internal static class Interruption
{
    // Never disposed: a Ctrl-C between the last step and the process's end would else end it as one that came before, and what was done would look undone.
    private static readonly CancellationTokenSource Asked = new();
    private static PosixSignalRegistration[] registrations = [];

    /// <summary>Listens from now on until the process ends.</summary>
    /// <returns>Cancelled by the first of them.</returns>
    internal static CancellationToken Listen()
    {
        registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Take), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Take)];
        return Asked.Token;
    }

    private static void Take(PosixSignalContext context)
    {
        context.Cancel = !Asked.IsCancellationRequested;
        Asked.Cancel();
    }
}
