using Pile.Reading;

namespace Pile.Review;

/// <summary>Counts checked files and reports the progress.</summary>
internal sealed class ProgressMeter(ValidationOptions options, IReadOnlyCollection<DatasetFile> files)
{
    private readonly long bytes = files.Aggregate(0L, (sum, f) => sum > long.MaxValue - f.Bytes ? long.MaxValue : sum + f.Bytes);
    private readonly Lock counting = new();
    private long filesDone, bytesDone;

    internal void Done(DatasetFile file)
    {
        if (options.Progress is not { } progress)
            return;
        ValidationProgress now;
        lock (counting)
        {
            filesDone++;
            bytesDone = bytesDone > long.MaxValue - file.Bytes ? long.MaxValue : bytesDone + file.Bytes;
            now = new ValidationProgress(filesDone, files.Count, bytesDone, bytes);
        }
        progress.Report(now);
    }
}
