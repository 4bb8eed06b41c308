using System.Collections.Immutable;
using System.Globalization;
using Pile.Format;
using Pile.Storage;
using Pile.Writing;

namespace Pile.Builders;

/// <summary>Fetches the source files that are missing, each from the first of its mirrors that has the right bytes.</summary>
internal static class MirrorFetch
{
    // Requests wait for the network more than for the processor.
    private const int FewestRequests = 4;

    /// <summary>Returns the files that are missing and that the build reads.</summary>
    /// <param name="source">The source.</param>
    /// <param name="earlier">The earlier version, whose rows a build takes over without its source files; null without one.</param>
    internal static ImmutableArray<SourceMirror> Missing(RecipeSource source, EarlierVersion? earlier)
    {
        HashSet<string> known = [.. earlier?.Sources.Values.Select(f => f.Sha256) ?? []];
        return source.Mirrors.RemoveAll(m => File.Exists(m.Path) || known.Contains(m.Sha256));
    }

    /// <summary>Fetches the missing files.</summary>
    /// <exception cref="SourceUnreadableException">No mirror of a file has it; all are named.</exception>
    /// <exception cref="OutputUnwritableException">A file cannot be written.</exception>
    internal static async Task RunAsync(RecipeSource source, BuildSettings settings, CancellationToken cancellationToken)
    {
        ImmutableArray<SourceMirror> missing = Missing(source, settings.Earlier);
        if (missing.IsEmpty)
            return;
        int workers = Math.Max(settings.Writer.Workers, FewestRequests);
        using SemaphoreSlim turns = new(workers);
        using DownloadProgress progress = new(null, missing.Length);
        settings.OnMessage?.Invoke(string.Create(CultureInfo.InvariantCulture,
            $"{missing.Length:N0} files of the source are missing and are fetched"));
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(missing, parallel, async (mirror, token) => await FetchAsync(mirror, settings, url =>
            new FileDownload(new DownloadRequest(url, mirror.Path, mirror.Sha256), StoreOptions.Default, turns, workers, progress,
                settings.OnMessage).RunAsync(token)).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private static async Task FetchAsync(SourceMirror mirror, BuildSettings settings, Func<string, Task<DownloadedFile>> fetch)
    {
        List<string> faults = [];
        foreach (string url in mirror.Urls)
            try
            {
                DownloadedFile file = await fetch(url).ConfigureAwait(false);
                settings.OnMessage?.Invoke(string.Create(CultureInfo.InvariantCulture,
                    $"fetched '{mirror.File}' from {url}: {file.Bytes:N0} bytes"));
                return;
            }
            catch (Exception e) when (e is StoreException or FileNotFoundException)
            {
                faults.Add(e.Message.TrimEnd('.'));
                if (faults.Count < mirror.Urls.Length)
                    settings.OnMessage?.Invoke($"'{mirror.File}': {e.Message} The next address is tried");
            }
        throw new SourceUnreadableException(mirror.Path, $"the file is missing, and none of its {mirror.Urls.Length} addresses has it: "
            + string.Join("; ", faults), "Correct the addresses in the recipe, or get the file yourself");
    }
}
