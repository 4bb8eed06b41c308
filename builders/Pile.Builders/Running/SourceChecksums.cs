using System.Collections.Concurrent;
using Pile.Fits;
using Pile.Format;
using Pile.Storage;

namespace Pile.Builders;

/// <summary>Computes size and SHA-256 of source files, and compares FITS files with the sums in their headers. Each file is read once, even
/// if many units share it.</summary>
internal sealed class SourceChecksums(RecipeSource source)
{
    private readonly ConcurrentDictionary<string, Lazy<(SourceFile File, IReadOnlyList<string> Findings)>> known =
        new(StringComparer.Ordinal);

    internal SourceFile Of(string path) => Computed(path).File;

    /// <summary>Returns all files of a unit, and the manifests of the datasets that it reads.</summary>
    internal SourceFile[] Of(SourceUnit unit) => [.. unit.Files.Select(Of), .. unit.Datasets];

    /// <summary>Returns what is wrong with the sums of a unit's files, which may have been changed on purpose.</summary>
    internal IEnumerable<string> FindingsOf(SourceUnit unit) =>
        unit.Files.SelectMany(path => Computed(path).Findings.Select(finding => $"{path}: {finding}"));

    private (SourceFile File, IReadOnlyList<string> Findings) Computed(string path) =>
        known.GetOrAdd(path, p => new(() => Compute(p))).Value;

    private (SourceFile File, IReadOnlyList<string> Findings) Compute(string path)
    {
        (SourceFile file, IReadOnlyList<string> findings) = Read(path);
        return source.Mirrors.FirstOrDefault(m => m.Path == path) is { } mirror && mirror.Sha256 != file.Sha256
            ? throw new SourceUnreadableException(path, $"its SHA-256 is {file.Sha256}, but the recipe states {mirror.Sha256}",
                "Remove the file, so that the build fetches it again, or correct the recipe")
            : (file, findings);
    }

    private (SourceFile File, IReadOnlyList<string> Findings) Read(string path)
    {
        try
        {
            RegularFile.Require(path);
            using LocalFile file = new(path);
            FitsSums sums = new();
            string sha256 = FileSha256.Of(file, bytes => sums.Add(bytes.Span), CancellationToken.None);
            return (new SourceFile(source.NameOf(path), file.LengthBytes, sha256), sums.Findings);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnreadableException(
                path, $"the file can't be read ({e.Message})", "Check that it is there and that you may read it", e);
        }
    }
}
