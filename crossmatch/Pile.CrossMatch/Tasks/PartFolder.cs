using System.Globalization;
using Pile.CrossMatch.Matching;
using Pile.Format;
using Pile.Parquet;

namespace Pile.CrossMatch;

/// <summary>The folder with the parts of a match beside its output: <c>x.parquet.parts/0-of-4.parquet</c>.</summary>
/// <param name="outputPath">The output.</param>
internal sealed class PartFolder(string outputPath)
{
    internal const string Remedy = "Remove it, and run its task again";

    private const string Ending = ".parquet", Between = "-of-";
    private const int NamesInMessage = 8;

    private readonly string folder = $"{outputPath}.parts";

    /// <summary>Returns true if the part of a task exists, and belongs to a match.</summary>
    internal bool Has(MatchShare share, PartIdentity identity)
    {
        string path = PathOf(share);
        if (!File.Exists(path))
            return false;
        try
        {
            using PlainParquetFile part = PlainParquetFile.Open(path);
            return PartFile.FaultOf(part, identity) is null;
        }
        catch (Exception e) when (e is PlainParquetException or IOException)
        {
            return false; // it is written again
        }
    }

    /// <summary>Writes the part of a task, and renames it when it is complete.</summary>
    /// <returns>The number of pairs.</returns>
    /// <exception cref="OutputUnwritableException">The part cannot be written.</exception>
    internal long Write(MatchShare share, MatchTasks tasks, Action<PartFile> write)
    {
        string path = PathOf(share);
        string? unfinished = null;
        try
        {
            Directory.CreateDirectory(folder);
            unfinished = TemporaryPath.Beside(path, ".unfinished");
            long pairs;
            using (PartFile part = PartFile.Create(unfinished))
            {
                write(part);
                part.Complete(tasks.Identity);
                pairs = part.PairCount;
            }
            File.Move(unfinished, path, overwrite: true);
            return pairs;
        }
        catch (Exception e) when (FileFault.Is(e) && e is not WorkFolderException)
        {
            Delete();
            throw new OutputUnwritableException(path, $"it cannot be written: {FileFault.TextOf(e)}",
                "Make room or give permission there, or name another file", e);
        }
        catch
        {
            Delete();
            throw;
        }

        void Delete()
        {
            if (unfinished is not null)
                TemporaryPath.Delete(unfinished);
        }
    }

    /// <summary>Opens the parts of all tasks.</summary>
    /// <exception cref="SourceUnreadableException">A part is missing, damaged, or of another match.</exception>
    internal KeptPairs Open(PartIdentity identity, SortedPositions a, SortedPositions b, MatchWorkspace work)
    {
        MatchShare[] shares = Shares();
        KeptPairs pairs = new(work);
        foreach (MatchShare share in shares)
        {
            string path = PathOf(share);
            PlainParquetFile part;
            try
            {
                work.Own(part = PlainParquetFile.Open(path));
            }
            catch (Exception e) when (e is PlainParquetException or IOException or UnauthorizedAccessException)
            {
                throw new SourceUnreadableException(path, e.Message.TrimEnd('.'), Remedy, e);
            }
            if (PartFile.FaultOf(part, identity) is { } fault)
                throw PartFile.Damaged(part, fault);
            (int first, int end) = share.ChunksOf(a.ChunkCount);
            PartFile.Add(part, ((int)Math.Min((long)first << SortedPositions.ChunkShift, a.Count),
                (int)Math.Min((long)end << SortedPositions.ChunkShift, a.Count)), b.Count, pairs);
        }
        return pairs;
    }

    /// <summary>Removes the parts after the output is complete. Other files in the folder are kept.</summary>
    internal void Remove()
    {
        foreach (MatchShare share in Found())
            File.Delete(PathOf(share));
        if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
            Directory.Delete(folder);
    }

    private MatchShare[] Shares()
    {
        MatchShare[] found = Found();
        if (found.Length == 0)
            throw new SourceUnreadableException(folder, "there are no parts of tasks", "Run the tasks first: CrossMatcher.RunTaskAsync");
        int[] counts = [.. found.Select(s => s.Count).Distinct()];
        if (counts.Length > 1)
            throw new SourceUnreadableException(folder, $"there are parts of {counts[0]} tasks and of {counts[1]} tasks, for example "
                + $"{found[0]}{Ending} and {found.First(s => s.Count == counts[1])}{Ending}",
                "Remove those that do not belong to the match");
        int[] missing = [.. Enumerable.Range(0, counts[0]).Except(found.Select(s => s.Index))];
        if (missing.Length > 0)
            throw new SourceUnreadableException(folder, $"{missing.Length} of {counts[0]} parts are missing: "
                + string.Join(", ", missing.Take(NamesInMessage).Select(i => $"{new MatchShare(i, counts[0])}{Ending}"))
                + (missing.Length > NamesInMessage ? " …" : ""), "Run their tasks, then commit again");
        return found;
    }

    // Ordered by the number of tasks, then by the task.
    private MatchShare[] Found()
    {
        if (!Directory.Exists(folder))
            return [];
        List<MatchShare> shares = [];
        foreach (string path in Directory.EnumerateFiles(folder, $"*{Ending}"))
            if (Path.GetFileNameWithoutExtension(path).Split(Between) is [var i, var n]
                && int.TryParse(i, NumberStyles.None, CultureInfo.InvariantCulture, out int index)
                && int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && index < count
                && count <= MatchShare.MaxCount && new MatchShare(index, count) is var share && Path.GetFileName(path) == share + Ending)
                shares.Add(share);
        return [.. shares.OrderBy(s => s.Count).ThenBy(s => s.Index)];
    }

    private string PathOf(MatchShare share) => Path.Combine(folder, share + Ending);
}
