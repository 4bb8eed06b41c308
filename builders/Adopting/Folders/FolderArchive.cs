using System.Collections.Immutable;
using System.Globalization;
using Pile.Builders;
using Pile.Format;

namespace Pile.Adopting;

/// <summary>The files of local folders, one per row; or one row for all files with the same stem.</summary>
/// <remarks>
/// <para>Each folder is a unit. Its rows are sorted by the bytes of their paths. The files of a unit are read in parallel, but rows are
/// returned in order.</para>
/// <para>Symbolic links to files in the same folder tree are rows. Links that lead elsewhere, links to folders, pipes, sockets, devices and
/// names that are not UTF-8 are skipped.</para>
/// </remarks>
internal sealed class FolderArchive : IArchive
{
    private readonly ImmutableArray<FolderSource> sources;
    private readonly FileArchiveOptions options;

    /// <summary>Creates the archive; nothing is read.</summary>
    /// <exception cref="ArgumentException">There is no folder.</exception>
    internal FolderArchive(IEnumerable<FolderSource> sources, FileArchiveOptions? options = null)
    {
        this.sources = [.. sources];
        this.options = options ?? new();
        if (this.sources.IsEmpty)
            throw new ArgumentException("The list of folders to adopt is empty.", nameof(sources));
        Units = [.. RootNames.Of([.. this.sources.Select(s => NameOf(s.Folder))])];
    }

    /// <inheritdoc/>
    public DatasetFacts Facts { get; } = new() { Modality = Modality.OfFiles, Frame = null };

    /// <inheritdoc/>
    /// <remarks>The names of the folders; if there are several, they precede the paths in <c>object_id</c>.</remarks>
    public ImmutableArray<string> Units { get; }

    /// <inheritdoc/>
    public IEnumerable<RowBatch> Read(int unit, ArchiveContext context, CancellationToken cancellationToken)
    {
        FolderSource source = sources[unit];
        FolderWalk walk = new(source, options);
        string[] endings = options.GroupsByStem ? [.. walk.Endings(StemGroups.MaxEndings, cancellationToken)] : [""];
        ColumnSchema[] schemas = [.. endings.Select(FileColumns.ContentOf)];
        Dictionary<string, int> columnOf = endings.Index().ToDictionary(e => e.Item, e => e.Index, StringComparer.Ordinal);
        FolderBlockReader reader = new(source, options, endings.Length, context.ComputesChecksums);
        (int Count, string? First) tooLarge = default;
        foreach (FolderRows rows in Parallel(walk.Blocks(columnOf, cancellationToken), reader.Read, cancellationToken))
        {
            foreach (SkippedRow skipped in rows.Skipped)
                context.OnSkip(skipped);
            tooLarge = (tooLarge.Count + rows.TooLarge.Count, tooLarge.First ?? rows.TooLarge.First);
            context.OnBytes(rows.Files.Sum(file => file.Bytes));
            if (rows.Paths.Count > 0)
                yield return rows.ToBatch(schemas, sources.Length > 1 ? Units[unit] + "/" : "", context.AddFile);
        }
        if (tooLarge.First is { } first)
            context.OnFinding(TooLarge(source.Folder, tooLarge.Count, first));
    }

    /// <summary>Returns the finding of files whose content is no value.</summary>
    internal static string TooLarge(string path, int count, string first) => string.Create(CultureInfo.InvariantCulture,
        $"{path}: {count} {(count == 1 ? "file is" : "files are")} larger than {FileColumns.MaxContentBytes} bytes, the largest value of a "
            + $"row, and {(count == 1 ? "has" : "have")} no content in the dataset; the first is '{first}'.");

    // The results in order, while the next blocks are listed and read on other threads.
    private IEnumerable<FolderRows> Parallel(IEnumerable<FolderBlock> blocks, Func<FolderBlock, CancellationToken, FolderRows> read,
        CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        TaskFactory reading = new(new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, options.Parallelism).ConcurrentScheduler);
        using IEnumerator<FolderBlock> list = blocks.GetEnumerator();
        Task<FolderBlock?> listing = List();
        Queue<Task<FolderRows>> ahead = new();
        try
        {
            while (listing.GetAwaiter().GetResult() is { } block)
            {
                listing = List();
                ahead.Enqueue(reading.StartNew(() => read(block, stop.Token), stop.Token));
                if (ahead.Count > options.Parallelism + 2)
                    yield return ahead.Dequeue().GetAwaiter().GetResult();
            }
            while (ahead.TryDequeue(out Task<FolderRows>? next))
                yield return next.GetAwaiter().GetResult();
        }
        finally
        {
            stop.Cancel();
            foreach (Task rest in (Task[])[listing, .. ahead])
                ((IAsyncResult)rest).AsyncWaitHandle.WaitOne(); // its result or error is not used: the reading has ended
        }

        Task<FolderBlock?> List() => Task.Run(() => list.MoveNext() ? list.Current : null, CancellationToken.None);
    }

    private static string NameOf(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)) is { Length: > 0 } name
        ? name : "root";
}
