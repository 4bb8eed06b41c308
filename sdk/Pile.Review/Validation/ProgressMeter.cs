using Pile.Format;
using Pile.Reading;

namespace Pile.Review;

/// <summary>Counts checked files and reports the progress.</summary>
internal sealed class ProgressMeter(ValidationOptions options, IReadOnlyCollection<DatasetFile> files)
{
    private readonly Lock counting = new();
    private long filesDone;

    internal void Done()
    {
        if (options.Progress is not { } progress)
            return;
        PhaseProgress now;
        lock (counting)
            now = new PhaseProgress("validate", ++filesDone, files.Count);
        progress.Report(now);
    }
}
