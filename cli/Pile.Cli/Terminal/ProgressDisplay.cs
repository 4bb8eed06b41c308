using System.Diagnostics;
using System.Globalization;

namespace Pile.Cli.Terminal;

/// <summary>Shows progress: a bar with rate and ETA on a terminal, otherwise a line every ten seconds; nothing if
/// quiet.</summary>
internal sealed class ProgressDisplay(bool quiet) : IDisposable
{
    private const int BarWidth = 24;

    private readonly bool isTerminal = !quiet && CommandStreams.Current.IsErrorTerminal;
    private readonly TextWriter error = CommandStreams.Current.Terminal;
    private readonly Lock writing = new();
    private string phase = "";
    private Stopwatch phaseWatch = Stopwatch.StartNew();
    private Stopwatch shown = Stopwatch.StartNew();
    private bool lineOpen;

    /// <summary>Receives a progress report. May be called from any thread, at any rate.</summary>
    internal void Report(string phaseName, long done, long? total, string unit)
    {
        if (quiet)
            return;
        lock (writing)
        {
            bool isNew = phaseName != phase;
            if (isNew)
                (phase, phaseWatch) = (phaseName, Stopwatch.StartNew());
            bool isLast = total is { } all && done >= all;
            if (!isNew && !isLast && shown.ElapsedMilliseconds < (isTerminal ? 100 : 10_000))
                return;
            if (!isTerminal && (isNew || isLast) && shown.ElapsedMilliseconds < 10_000)
                return;
            shown = Stopwatch.StartNew();
            string line = TerminalText.Escape(Line(done, total, unit));
            error.Write(isTerminal ? $"\r\u001b[K{line}" : $"{line}\n");
            lineOpen = isTerminal;
        }
    }

    /// <summary>Clears the line of the bar.</summary>
    public void Dispose()
    {
        if (lineOpen)
            error.Write("\r\u001b[K");
    }

    private string Line(long done, long? total, string unit)
    {
        double seconds = phaseWatch.Elapsed.TotalSeconds, rate = seconds > 0.05 ? done / seconds : 0;
        string speed = rate > 0 ? $", {Count(rate)} {unit}/s" : "";
        if (total is not > 0)
            return $"{phase}: {Count(done)} {unit}{speed}";
        double part = Math.Clamp((double)done / total.Value, 0, 1);
        int filled = (int)(part * BarWidth);
        string bar = isTerminal ? $" [{new string('#', filled)}{new string('.', BarWidth - filled)}]" : "";
        string eta = rate > 0 && done < total ? $", ETA {TimeSpan.FromSeconds(Math.Ceiling((total.Value - done) / rate)):c}" : "";
        return $"{phase}:{bar} {part.ToString("P0", CultureInfo.InvariantCulture)} of {Count(total.Value)} {unit}{speed}{eta}";
    }

    private static string Count(double value) => value switch
    {
        >= 1e9 => (value / 1e9).ToString("0.00", CultureInfo.InvariantCulture) + "G",
        >= 1e6 => (value / 1e6).ToString("0.00", CultureInfo.InvariantCulture) + "M",
        >= 1e4 => (value / 1e3).ToString("0.0", CultureInfo.InvariantCulture) + "k",
        _ => value.ToString("0", CultureInfo.InvariantCulture),
    };
}
