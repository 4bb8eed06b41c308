using System.Collections.Concurrent;
using Pile.Format;
using Pile.Storage;

namespace Pile.Builders;

/// <summary>Computes size and SHA-256 of source files. Each file is read once, even if many units share it.</summary>
internal sealed class SourceChecksums(RecipeSource source)
{
    private readonly ConcurrentDictionary<string, Lazy<SourceFile>> known = new(StringComparer.Ordinal);

    internal SourceFile Of(string path) => known.GetOrAdd(path, p => new Lazy<SourceFile>(() => Compute(p))).Value;

    /// <summary>Returns all files of a unit, and the manifests of the datasets that it reads.</summary>
    internal SourceFile[] Of(SourceUnit unit) => [.. unit.Files.Select(Of), .. unit.Datasets];

    private SourceFile Compute(string path)
    {
        SourceFile file = Read(path);
        return source.Mirrors.FirstOrDefault(m => m.Path == path) is { } mirror && mirror.Sha256 != file.Sha256
            ? throw new SourceUnreadableException(path, $"its SHA-256 is {file.Sha256}, but the recipe states {mirror.Sha256}",
                "Remove the file, so that the build fetches it again, or correct the recipe")
            : file;
    }

    private SourceFile Read(string path)
    {
        try
        {
            RegularFile.Require(path);
            using LocalFile file = new(path);
            return new SourceFile(source.NameOf(path), file.LengthBytes, FileSha256.Of(file, CancellationToken.None));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnreadableException(
                path, $"the file can't be read ({e.Message})", "Check that it is there and that you may read it", e);
        }
    }
}
