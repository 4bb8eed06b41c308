namespace Pile.Writing.Staging;

/// <summary>Adds up what threads have done, and reports it now and then.</summary>
internal sealed class ProgressMeter(IProgress<BuildProgress>? progress)
{
    private readonly Lock gate = new();
    private string phase = BuildPhase.Extract;
    private long rows, bytes, lastReport;
    private long? totalRows;

    /// <summary>Begins a phase, and says so.</summary>
    internal void Begin(string next, long? total)
    {
        lock (gate)
            (phase, rows, bytes, totalRows, lastReport) = (next, 0, 0, total, 0);
        Add(0, 0);
    }

    /// <summary>Counts what was done.</summary>
    internal void Add(long moreRows, long moreBytes)
    {
        if (progress is null)
            return;
        BuildProgress report;
        lock (gate)
        {
            rows += moreRows;
            bytes += moreBytes;
            long now = Environment.TickCount64;
            if (now - lastReport < WriterSettings.ReportEveryMilliseconds && rows != totalRows)
                return;
            lastReport = now;
            report = new BuildProgress(phase, rows, totalRows, bytes);
        }
        progress.Report(report);
    }
}
