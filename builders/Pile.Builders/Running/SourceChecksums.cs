using System.Collections.Concurrent;
using Pile.Fits;
using Pile.Format;
using Pile.Storage;

namespace Pile.Builders;

/// <summary>Computes size and SHA-256 of source files, and compares FITS files with the sums in their headers. Each file is read once, even
/// if many units share it.</summary>
internal sealed class SourceChecksums(RecipeSource source)
{
    private readonly ConcurrentDictionary<string, Lazy<Known>> known = new(StringComparer.Ordinal);

    internal SourceFile Of(string path) => Computed(path).File;

    /// <summary>Returns all files of a unit, and the manifests of the datasets that it reads.</summary>
    internal SourceFile[] Of(SourceUnit unit)
    {
        ReadOthers(unit.Files);
        return [.. unit.Files.Select(Of), .. unit.Datasets];
    }

    /// <summary>Reads the files that no other unit reads: units that share files begin at the same time, and each would wait for the file
    /// that the other one reads.</summary>
    private void ReadOthers(IReadOnlyList<string> paths)
    {
        foreach (string path in paths)
        {
            Lazy<Known> own = new(() => Compute(path));
            if (known.TryAdd(path, own) && !TryRead(own))
                return; // the first file that is at fault is reported by the caller
        }

        static bool TryRead(Lazy<Known> file)
        {
            try
            {
                return file.Value is not null;
            }
            catch (PileException)
            {
                return false;
            }
        }
    }

    /// <summary>Returns what is wrong with the sums of a unit's files, which may have been changed on purpose.</summary>
    internal IEnumerable<string> FindingsOf(SourceUnit unit) =>
        unit.Files.SelectMany(path => Computed(path).Findings.Select(finding => $"{path}: {finding}"));

    /// <summary>Requires that the files of a unit, whose rows have been read, are as they were when they were hashed: otherwise the rows
    /// would be those of another state of the file than its checksum.</summary>
    /// <exception cref="SourceUnreadableException">A file has another size or time of modification, or is gone.</exception>
    internal void RequireUnchanged(SourceUnit unit)
    {
        foreach (string path in unit.Files)
            if (Stamp.Of(path) != Computed(path).Stamp)
                throw new SourceUnreadableException(path, "the file has changed while it was read",
                    "Wait until it is complete, and build again");
    }

    private Known Computed(string path) => known.GetOrAdd(path, p => new(() => Compute(p))).Value;

    private Known Compute(string path)
    {
        Known read = Read(path);
        return source.Mirrors.FirstOrDefault(m => m.Path == path) is { } mirror && mirror.Sha256 != read.File.Sha256
            ? throw new SourceUnreadableException(path, $"its SHA-256 is {read.File.Sha256}, but the recipe states {mirror.Sha256}",
                "Remove the file, so that the build fetches it again, or correct the recipe")
            : read;
    }

    private Known Read(string path)
    {
        try
        {
            RegularFile.Require(path);
            Stamp stamp = Stamp.Of(path);
            using LocalFile file = new(path);
            FitsSums sums = new();
            string sha256 = FileSha256.Of(file, bytes => sums.Add(bytes.Span), CancellationToken.None);
            return new(new SourceFile(source.NameOf(path), file.LengthBytes, sha256), sums.Findings, stamp);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnreadableException(
                path, $"the file can't be read ({e.Message})", "Check that it is there and that you may read it", e);
        }
    }

    private sealed record Known(SourceFile File, IReadOnlyList<string> Findings, Stamp Stamp);

    /// <summary>What changes with a file: a link is followed.</summary>
    private readonly record struct Stamp(long Bytes, DateTime Modified)
    {
        internal static Stamp Of(string path)
        {
            FileInfo file = new(path);
            FileSystemInfo? real = !file.Exists ? null
                : file.Attributes.HasFlag(FileAttributes.ReparsePoint) ? file.ResolveLinkTarget(returnFinalTarget: true) : file;
            return real is FileInfo { Exists: true } found ? new(found.Length, found.LastWriteTimeUtc) : default;
        }
    }
}
