using System.Runtime.InteropServices;

namespace Pile.Cli.Terminal;

/// <summary>Ctrl-C, SIGTERM and the closing of the terminal (SIGHUP). The first one cancels the work, which stops after its current step;
/// the second one ends the process at once.</summary>
internal static class Interruption
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // Never disposed: a Ctrl-C between the last step and the process's end would else end it as one that came before, and what was done
    // would look undone.
    private static readonly CancellationTokenSource Asked = new();
    private static PosixSignalRegistration[] registrations = [];
    private static Timer? end;

    /// <summary>Listens from now on until the process ends.</summary>
    /// <returns>Cancelled by the first of them.</returns>
    internal static CancellationToken Listen()
    {
        registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Take),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Take), PosixSignalRegistration.Create(PosixSignal.SIGHUP, Take)];
        return Asked.Token;
    }

    private static void Take(PosixSignalContext context)
    {
        context.Cancel = !Asked.IsCancellationRequested;
        // A single call of a library, such as one SQL function over many rows, cannot be cancelled.
        end ??= new Timer(_ => EndNow(), null, Patience, Timeout.InfiniteTimeSpan);
        Asked.Cancel();
    }

    private static void EndNow()
    {
        Console.Error.WriteLine("pile: interrupted");
        Environment.Exit(ExitCode.Interrupted);
    }
}
