using System.Runtime.InteropServices;

namespace Pile.Cli.Terminal;

/// <summary>Handles Ctrl-C, SIGTERM and SIGHUP (the terminal is closed), and ignores SIGXFSZ.</summary>
/// <remarks>The first signal cancels the command, which stops after its current step. The second one ends the process
/// immediately.</remarks>
internal static class Interruption
{
    private const PosixSignal FileSizeExceeded = (PosixSignal)25; // SIGXFSZ

    private static readonly TimeSpan GracePeriod = TimeSpan.FromSeconds(10);

    // Never disposed: otherwise a Ctrl-C between the last step and the end of the process would end it as interrupted, although the
    // command is complete.
    private static readonly CancellationTokenSource Requested = new();
    private static PosixSignalRegistration[] registrations = [];
    private static Timer? end;

    /// <summary>Handles signals from now on until the process ends.</summary>
    /// <returns>A token that the first signal cancels.</returns>
    internal static CancellationToken Listen()
    {
        registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle), PosixSignalRegistration.Create(PosixSignal.SIGHUP, Handle),
            // Instead of the signal, the write that exceeds the limit of the process fails.
            PosixSignalRegistration.Create(FileSizeExceeded, static context => context.Cancel = true)];
        return Requested.Token;
    }

    private static void Handle(PosixSignalContext context)
    {
        context.Cancel = !Requested.IsCancellationRequested;
        // A single call of a library, such as one SQL function over many rows, cannot be cancelled.
        end ??= new Timer(_ => EndNow(), null, GracePeriod, Timeout.InfiniteTimeSpan);
        Requested.Cancel();
    }

    private static void EndNow()
    {
        Console.Error.WriteLine("pile: interrupted");
        Environment.Exit(ExitCode.Interrupted);
    }
}
