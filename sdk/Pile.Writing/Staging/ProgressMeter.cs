namespace Pile.Writing.Staging;

/// <summary>Adds up the progress of several threads, and reports it at intervals.</summary>
internal sealed class ProgressMeter(IProgress<BuildProgress>? progress)
{
    private readonly Lock gate = new();
    private string phase = BuildPhase.Extract;
    private long rows, bytes, lastReport;
    private long? totalRows;

    /// <summary>Begins a phase, and reports it.</summary>
    internal void Begin(string next, long? total)
    {
        lock (gate)
            (phase, rows, bytes, totalRows, lastReport) = (next, 0, 0, total, 0);
        Add(0, 0);
    }

    /// <summary>Counts completed rows and bytes.</summary>
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
